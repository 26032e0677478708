//! Batch norm switched on and off without a jump: logits before and after agree, for every
//! architecture that has it.

#![allow(clippy::unwrap_used, reason = "tests")]

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use overfit_lab::data::load;
use overfit_lab::experiment::{Architecture, BatchNorm, DataSource, Preset, Settings, Stream};
use overfit_lab::model::{ModelError, Network, NetworkSpec, Normalization, TensorRole, weights};

/// The networks that can have batch norm: each architecture, blocks and widths.
fn specs(batch_norm: BatchNorm) -> Vec<NetworkSpec> {
    let spec = |edit: fn(&mut Settings)| {
        let mut settings = Preset::Cnn.settings();
        settings.regularization.batch_norm = batch_norm;
        edit(&mut settings);
        NetworkSpec::new(&settings, [28, 28], 10)
            .unwrap()
            .with_normalization(Normalization {
                mean: 33.3,
                std: 78.6,
            })
    };
    vec![
        spec(|s| s.network.width = 0.25),
        spec(|s| s.network.width = 0.0625),
        spec(|s| s.network.conv_blocks = 1),
        spec(|s| s.network.architecture = Architecture::Dense),
        spec(|s| {
            s.network.architecture = Architecture::Dense;
            s.network.dense_units = 1;
        }),
        spec(|_| {}),
    ]
}

fn digits(range: std::ops::Range<usize>) -> Tensor<3> {
    let dataset = load(&DataSource::Mnist).unwrap();
    let count = range.len();
    let pixels: Vec<f32> = range
        .flat_map(|index| dataset.train.image(index).to_vec())
        .map(f32::from)
        .collect();
    Tensor::from_data(TensorData::new(pixels, [count, 28, 28]), &Device::flex())
}

fn logits(network: &Network) -> Vec<f32> {
    let logits = network.valid().forward(digits(0..64), None).into_data();
    logits.as_slice::<f32>().unwrap().to_vec()
}

fn assert_same_function(one: &Network, other: &Network) {
    let (one_logits, other_logits) = (logits(one), logits(other));
    let largest = one_logits.iter().fold(0.0_f32, |l, v| l.max(v.abs()));
    // A network that says the same of each image would agree with anything.
    assert!(largest > 0.05 && largest < 1e3, "{largest}");
    let apart = one_logits
        .iter()
        .zip(&other_logits)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    assert!(
        apart <= 1e-4,
        "{apart} apart of {largest}: {:?}",
        one.spec()
    );
}

/// A network whose batch norms have seen something: a file of weights, changed by hand. Every
/// third γ is tiny, negative or zero, and every fifth feature is dead: its variance is zero.
fn used_network(spec: &NetworkSpec, device: &Device) -> Network {
    let network = Network::new(spec, 5, device);
    let mut bytes = weights::to_bytes(&network).unwrap();
    let header_len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + header_len]).unwrap();
    let mut stream = Stream::weights(99, 0);
    for tensor in spec.tensors() {
        let start = header[&tensor.name]["data_offsets"][0].as_u64().unwrap() as usize;
        let count: usize = tensor.shape.iter().product();
        for place in 0..count {
            let noise = stream.symmetric(0.5);
            let value = match tensor.role {
                TensorRole::Weight { .. } => continue,
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
            // A feature without variance is scaled thirtyfold; its γ is small where it is real.
            let value = match tensor.role {
                TensorRole::Gamma if place % 5 == 0 => value * 0.03,
                _ => value,
            };
            let at = 8 + header_len + start + 4 * place;
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
    weights::from_bytes(&bytes, device).unwrap()
}

#[test]
fn off_folds_it_into_the_next_layer() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        for spec in specs(BatchNorm::Channels) {
            let with = used_network(&spec, &device);
            let without = with.clone().without_batch_norm(&device).unwrap();
            assert!(with.has_batch_norm() && !without.has_batch_norm());
            assert_eq!(without.spec().batch_norm, BatchNorm::None);
            assert_same_function(&with, &without);
        }
    }
}

#[test]
fn on_inserts_it_and_undoes_it() {
    let device = Device::flex().autodiff();
    for spec in specs(BatchNorm::None) {
        let without = Network::new(&spec, 5, &device);
        let batches = (0..8).map(|i| digits(64 * i..64 * (i + 1)));
        let with = without.clone().with_batch_norm(batches, &device).unwrap();
        assert!(with.has_batch_norm());
        assert_eq!(with.spec().batch_norm, BatchNorm::Channels);
        assert_same_function(&without, &with);
        // In training it normalizes with nearly the same statistics, so that nothing jumps there.
        let back = with.clone().without_batch_norm(&device).unwrap();
        assert_same_function(&without, &back);
        let bytes = weights::to_bytes(&with).unwrap();
        assert_same_function(&with, &weights::from_bytes(&bytes, &device).unwrap());
    }
}

#[test]
fn the_statistics_are_those_of_the_images() {
    let device = Device::flex();
    let settings = Preset::Dense.settings();
    let spec = NetworkSpec::new(&settings, [28, 28], 10).unwrap();
    let plain = Network::new(&spec, 5, &device);
    let two = plain
        .clone()
        .with_batch_norm([digits(0..100), digits(100..400)], &device)
        .unwrap();
    let one = plain.with_batch_norm([digits(0..400)], &device).unwrap();
    let (one, two) = (values(&one), values(&two));
    assert_eq!(one.len(), two.len());
    for (a, b) in one.iter().zip(&two) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
}

/// All values of a network's file.
fn values(network: &Network) -> Vec<f32> {
    let bytes = weights::to_bytes(network).unwrap();
    let header_len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[8 + header_len..]
        .as_chunks()
        .0
        .iter()
        .map(|&value| f32::from_le_bytes(value))
        .collect()
}

#[test]
fn what_can_not_be_switched_is_refused() {
    let device = Device::flex();
    let network = |edit: fn(&mut Settings)| {
        let mut settings = Preset::Cnn.settings();
        settings.network.width = 0.0625;
        edit(&mut settings);
        Network::new(
            &NetworkSpec::new(&settings, [28, 28], 10).unwrap(),
            1,
            &device,
        )
    };
    let refused = |result: Result<Network, ModelError>, expected: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    let rows = network(|s| s.regularization.batch_norm = BatchNorm::Rows);
    refused(rows.without_batch_norm(&device), "new run");
    let linear = network(|s| s.network.architecture = Architecture::Linear);
    refused(
        linear.with_batch_norm([digits(0..4)], &device),
        "hidden layer",
    );
    let on = network(|s| s.regularization.batch_norm = BatchNorm::Channels);
    refused(on.with_batch_norm([digits(0..4)], &device), "already");
    refused(
        network(|_| {}).with_batch_norm([], &device),
        "no training batch",
    );
}
