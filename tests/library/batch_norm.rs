//! Batch norm switched on and off without a jump: logits before and after agree, for every
//! architecture that has it.

use super::plain_network;
use overfit_lab::data::load;
use overfit_lab::experiment::ImageSize;
use overfit_lab::experiment::{Architecture, BatchNorm, DataSource, Preset, Settings, Stream};
use overfit_lab::model::{
    ModelError, NetworkSpec, Normalization, PredictingNetwork, Switched, TensorRole, Weights,
    weights,
};
use std::convert::Infallible;
use std::ops::Range;

/// The networks that can have batch norm: each architecture, blocks and widths.
fn specs(batch_norm: BatchNorm) -> Vec<NetworkSpec> {
    let spec = |edit: fn(&mut Settings)| {
        let mut settings = Preset::Cnn.settings();
        settings.regularization.batch_norm = batch_norm;
        edit(&mut settings);
        NetworkSpec::new(&settings, ImageSize::new(28, 28), 10)
            .unwrap()
            .with_normalization(Normalization {
                mean: 33.3,
                std: 78.6,
            })
    };
    let mut specs = vec![
        spec(|s| s.network.width = 0.25),
        spec(|s| s.network.width = 0.0625),
        spec(|s| s.network.conv_blocks = 1),
        spec(|_| {}),
    ];
    // Without convolutions there are no rows.
    if batch_norm == BatchNorm::Rows {
        return specs;
    }
    specs.extend([
        spec(|s| s.network.architecture = Architecture::Dense),
        spec(|s| {
            s.network.architecture = Architecture::Dense;
            s.network.dense_units = 1;
        }),
    ]);
    specs
}

fn digits(range: Range<usize>) -> Vec<u8> {
    let dataset = load(&DataSource::Mnist).unwrap();
    range
        .flat_map(|index| dataset.train.image(index).to_vec())
        .collect()
}

/// Digits as a training batch has them: numbers from 0 to 255.
fn batch(range: Range<usize>) -> Vec<f32> {
    digits(range).into_iter().map(f32::from).collect()
}

/// The logits of 64 digits by plain loops, in which no batch norm is folded into another layer.
fn logits(weights: &Weights) -> Vec<f64> {
    plain_network::logits(weights, digits(0..64).chunks_exact(28 * 28))
}

fn assert_same_function(one: &Weights, other: &Weights) {
    let (one_logits, other_logits) = (logits(one), logits(other));
    let largest = one_logits.iter().fold(0.0_f64, |l, v| l.max(v.abs()));
    // Networks that say the same of each image would agree whatever their weights are.
    assert!(largest > 0.05 && largest < 1e3, "{largest}");
    let apart = one_logits
        .iter()
        .zip(&other_logits)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(
        apart <= 1e-4,
        "{apart} apart of {largest}: {:?}",
        one.spec()
    );
}

/// Weights whose batch norms have seen something. Every third γ is tiny, negative or zero, and
/// every fifth feature is dead: its variance is zero.
fn used_weights(spec: &NetworkSpec) -> Weights {
    let mut initial = Weights::initial(spec, 5).into_tensors().into_iter();
    let mut stream = Stream::weights(99, 0);
    let Ok(weights) = Weights::build(spec.clone(), |tensor| {
        let initial = initial.next().unwrap();
        let used = initial.into_iter().enumerate().map(|(place, value)| {
            let noise = stream.symmetric(0.5);
            let value = match tensor.role {
                TensorRole::Weight { .. } => value,
                TensorRole::Bias | TensorRole::Beta => noise * 0.4,
                TensorRole::Gamma => match place % 9 {
                    2 => 1e-7,
                    5 => -1.0 + noise,
                    8 => 0.0,
                    _ => 1.0 + noise,
                },
                TensorRole::RunningMean if place % 5 == 0 => 0.0,
                TensorRole::RunningMean => 0.5 + noise,
                TensorRole::RunningVariance if place % 5 == 0 => 0.0,
                TensorRole::RunningVariance => 1.0 + noise,
            };
            // A feature without variance is scaled thirtyfold, so its γ is small in trained networks.
            match tensor.role {
                TensorRole::Gamma if place % 5 == 0 => value * 0.03,
                _ => value,
            }
        });
        Ok::<_, Infallible>(used.collect())
    });
    weights
}

#[test]
fn off_folds_it_into_the_next_layer() {
    for spec in specs(BatchNorm::Channels) {
        let with = used_weights(&spec);
        let without = with.clone().without_batch_norm().unwrap();
        assert!(with.has_batch_norm() && !without.weights.has_batch_norm());
        assert_eq!(without.weights.spec().batch_norm, BatchNorm::None);
        assert_same_function(&with, &without.weights);
        assert_touched(&with, &without);
    }
}

#[test]
fn on_inserts_it_and_undoes_it() {
    for spec in specs(BatchNorm::None) {
        let without = Weights::initial(&spec, 5);
        let batches = (0..8).map(|i| batch(64 * i..64 * (i + 1)));
        let switched = without.clone().with_batch_norm(batches).unwrap();
        let with = &switched.weights;
        assert!(with.has_batch_norm());
        assert_eq!(with.spec().batch_norm, BatchNorm::Channels);
        assert_same_function(&without, with);
        assert_touched(&without, &switched);
        // In training, batches have nearly the same statistics, so that nothing jumps there either.
        let back = with.clone().without_batch_norm().unwrap();
        assert_same_function(&without, &back.weights);
        let bytes = weights::to_bytes(with).unwrap();
        assert_eq!(with, &weights::from_bytes(&bytes).unwrap());
    }
}

#[test]
fn the_cpu_predicts_what_plain_loops_do() {
    for batch_norm in [BatchNorm::None, BatchNorm::Channels, BatchNorm::Rows] {
        for spec in specs(batch_norm) {
            let weights = used_weights(&spec);
            let expected = logits(&weights);
            let digits = digits(0..64);
            let network = PredictingNetwork::for_cpu(&weights).unwrap();
            let found = network.logits(digits.chunks_exact(28 * 28)).unwrap();
            assert_eq!(found.len(), expected.len());
            let largest = expected.iter().fold(1.0_f64, |l, v| l.max(v.abs()));
            for (found, expected) in found.into_iter().map(f64::from).zip(expected) {
                let apart = (found - expected).abs();
                assert!(apart < 1e-4 * largest, "{spec:?}: {found} {expected}");
            }
        }
    }
}

/// Checks that the tensors which are said to be touched differ from before, and that no others do.
fn assert_touched(before: &Weights, switched: &Switched) {
    for (plan, values) in switched.weights.iter() {
        let mut same = before.iter();
        let is_same = same.any(|(old, old_values)| old.name == plan.name && old_values == values);
        let is_touched = switched.touched.contains(&plan.name);
        assert!(is_same != is_touched, "{}", plan.name);
    }
}

#[test]
fn the_statistics_are_those_of_the_images() {
    let settings = Preset::Dense.settings();
    let spec = NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap();
    let plain = Weights::initial(&spec, 5);
    let two = plain
        .clone()
        .with_batch_norm([batch(0..100), batch(100..400)])
        .unwrap();
    let one = plain.clone().with_batch_norm([batch(0..400)]).unwrap();
    assert_eq!(one.weights, two.weights);
    // The statistics of one hidden unit are computed once more, by plain loops.
    let (weight, bias) = plain.dense(0);
    let outputs: Vec<f64> = batch(0..400)
        .chunks_exact(28 * 28)
        .map(|image| {
            let products = image.iter().zip(weight.iter().skip(7).step_by(bias.len()));
            let sum: f64 = products
                .map(|(pixel, weight)| f64::from(*pixel / 255.0) * f64::from(*weight))
                .sum();
            sum.max(0.0)
        })
        .collect();
    let mean = outputs.iter().sum::<f64>() / 400.0;
    let variance = outputs.iter().map(|o| (o - mean).powi(2)).sum::<f64>() / 400.0;
    let found = one.weights.batch_norm(0).unwrap();
    assert!((f64::from(found.mean[7]) - mean).abs() < 1e-5);
    assert!((f64::from(found.variance[7]) - variance).abs() < 1e-5);
}

#[test]
fn what_can_not_be_switched_is_refused() {
    let weights = |edit: fn(&mut Settings)| {
        let mut settings = Preset::Cnn.settings();
        settings.network.width = 0.0625;
        edit(&mut settings);
        Weights::initial(
            &NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap(),
            1,
        )
    };
    let refused = |result: Result<Switched, ModelError>, expected: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    let rows = weights(|s| s.regularization.batch_norm = BatchNorm::Rows);
    refused(rows.without_batch_norm(), "new run");
    let linear = weights(|s| s.network.architecture = Architecture::Linear);
    refused(linear.with_batch_norm([batch(0..4)]), "hidden layer");
    let on = weights(|s| s.regularization.batch_norm = BatchNorm::Channels);
    refused(on.with_batch_norm([batch(0..4)]), "already");
    refused(weights(|_| {}).with_batch_norm([]), "no training batch");
}
