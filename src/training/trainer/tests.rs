//! Tests of what holds for a trainer of any kind.

use super::super::device::{DeviceChoice, open};
use super::super::loss::answer;
use super::*;
use crate::experiment::ImageSize;
use crate::experiment::{BatchNorm, Preset, Stream};
use crate::model::{Normalization, testing};

const IMAGES: usize = 6;

fn spec(batch_norm: BatchNorm) -> NetworkSpec {
    spec_of(batch_norm, 0.125, 1)
}

fn spec_of(batch_norm: BatchNorm, width: f64, blocks: usize) -> NetworkSpec {
    let mut settings = Preset::Default.settings();
    settings.network.width = width;
    settings.network.conv_blocks = blocks;
    settings.network.dense_units = 64;
    settings.regularization.batch_norm = batch_norm;
    let normalization = Normalization {
        mean: 120.0,
        std: 70.0,
    };
    NetworkSpec::new(
        &settings,
        if blocks == 1 {
            ImageSize::new(10, 9)
        } else {
            ImageSize::new(18, 17)
        },
        3,
    )
    .unwrap()
    .with_normalization(normalization)
}

fn trainer(batch_norm: BatchNorm, optimizer: Optimizer, seed: u64) -> Box<dyn Trainer> {
    let device = open(DeviceChoice::Cpu).unwrap();
    let weights = Weights::initial(&spec(batch_norm), seed);
    device.trainer(&weights, optimizer)
}

/// Makes the step of this number on a batch made for it, and gives the step's logits.
fn step(trainer: &mut dyn Trainer, number: usize) -> Vec<f32> {
    step_with(trainer, number, USUAL)
}

/// Makes the step of this number at another learning rate, and gives its logits.
fn step_at(trainer: &mut dyn Trainer, number: usize, learning_rate: f64) -> Vec<f32> {
    let settings = StepSettings {
        learning_rate,
        ..USUAL
    };
    step_with(trainer, number, settings)
}

const USUAL: StepSettings = StepSettings {
    learning_rate: 0.01,
    weight_decay: 1e-3,
    gradient_clip: None,
    label_smoothing: 0.1,
    dropout: 0.5,
    seed: 3,
    epoch: 1,
};

/// Makes the step of this number with these settings, and gives its logits.
fn step_with(trainer: &mut dyn Trainer, number: usize, settings: StepSettings) -> Vec<f32> {
    let mut noise = Stream::weights(17, number as u64);
    let spec = trainer.spec();
    let pixels = IMAGES * spec.rows * spec.columns;
    let mut batch = Batch {
        number,
        pixels: (0..pixels)
            .map(|_| 128.0 + noise.symmetric(127.0))
            .collect(),
        labels: (0..IMAGES).map(|image| (image % 3) as u8).collect(),
        positions: (0..IMAGES as u32).collect(),
    };
    let logits = trainer.step(&mut batch, settings).unwrap();
    Logits::read(vec![logits]).unwrap()
}

/// The mean loss of a batch in which image i has the label i % 3.
fn loss(logits: &[f32]) -> f64 {
    let rows = logits.chunks_exact(3).enumerate();
    let sum: f64 = rows.map(|(i, row)| answer(row, (i % 3) as u8).loss).sum();
    sum / IMAGES as f64
}

/// The kernels and burn's operations round differently, and training makes a difference grow from
/// step to step.
#[test]
fn the_kernels_and_burn_train_to_the_same_losses_over_fifty_steps() {
    let Some(gpu) = testing::gpu() else {
        return;
    };
    // An optimizer sees each tensor by itself, so that one trial with one batch norm is enough for
    // each optimizer.
    for (batch_norm, optimizer) in [
        (BatchNorm::None, Optimizer::AdamW),
        (BatchNorm::Channels, Optimizer::Adam),
        (BatchNorm::Rows, Optimizer::Sgd),
    ] {
        let spec = spec_of(batch_norm, 0.5, 2);
        let weights = Weights::initial(&spec, 4);
        let device = open(DeviceChoice::Cpu).unwrap();
        let mut kernels = device.trainer(&weights, optimizer);
        let mut burn = DeviceTrainer::new(&weights, optimizer, gpu.clone(), device);
        let mut losses = Vec::new();
        for number in 1..=50 {
            // There are five batches, again and again, and steps are small: noise can be learned by
            // heart, and large steps would make any difference grow as fast as it can.
            let step = |trainer: &mut dyn Trainer| step_at(trainer, number % 5 + 1, 1e-3);
            let trainers: [&mut dyn Trainer; 2] = [&mut *kernels, &mut burn];
            losses.push(trainers.map(|trainer| loss(&step(trainer))));
        }
        let differ = |[ours, theirs]: [f64; 2]| (ours - theirs).abs() / theirs;
        // Adam's first steps go by the sign of a gradient, which rounding decides where the gradient
        // is almost 0. SGD's steps go by the gradient itself.
        let tolerance = match optimizer {
            Optimizer::Sgd => 1e-3,
            Optimizer::Adam | Optimizer::AdamW => 2e-2,
        };
        for (step, &pair) in losses.iter().enumerate().take(6) {
            assert!(
                differ(pair) <= tolerance,
                "{batch_norm:?} {optimizer:?} step {step}: {pair:?}"
            );
        }
        // One image near the edge of two classes makes a step's loss jump; the mean of ten steps
        // doesn't. A loss that has almost vanished says little about rounding, so that a hundredth of
        // the first loss is allowed beside a twentieth of the loss itself.
        let mean = |steps: &[[f64; 2]]| [0, 1].map(|who| steps.iter().map(|s| s[who]).sum::<f64>());
        let [_, first] = mean(&losses[..10]);
        for (ten, steps) in losses.chunks(10).enumerate() {
            let pair = mean(steps);
            assert!(
                (pair[0] - pair[1]).abs() <= 5e-2 * pair[1] + 1e-2 * first,
                "{batch_norm:?} {optimizer:?} ten {ten}: {pair:?}"
            );
        }
        assert!(mean(&losses[40..])[0] < mean(&losses[..10])[0]);
    }
}

const OPTIMIZERS: [Optimizer; 3] = [Optimizer::Adam, Optimizer::AdamW, Optimizer::Sgd];

#[test]
fn a_trainer_that_goes_on_from_a_state_makes_the_same_steps_to_the_bit() {
    for batch_norm in [BatchNorm::Channels, BatchNorm::Rows, BatchNorm::None] {
        for optimizer in OPTIMIZERS {
            let mut whole = trainer(batch_norm, optimizer, 1);
            for number in 1..=3 {
                step(&mut *whole, number);
            }
            let state = whole.state().unwrap();
            // The state goes into a trainer of another network with another optimizer.
            let mut resumed = trainer(BatchNorm::None, Optimizer::Sgd, 2);
            step(&mut *resumed, 1);
            resumed.restore(state.clone()).unwrap();
            assert_eq!(resumed.state().unwrap(), state);
            for number in 4..=6 {
                let logits = step(&mut *whole, number);
                assert_eq!(logits, step(&mut *resumed, number));
            }
            assert_eq!(whole.state().unwrap(), resumed.state().unwrap());
        }
    }
}

/// The length of the change that a first step of SGD makes at a learning rate of 1: that of the
/// gradients together.
fn first_gradient(trainer: &dyn Trainer) -> f64 {
    let state = trainer.state().unwrap();
    let velocities = state.optimizer.tensors.values();
    let squares = velocities.flat_map(|moments| &moments.first);
    let squares = squares.map(|&value| f64::from(value).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn clipped_gradients_are_no_longer_than_asked_with_both_trainers() {
    let device = open(DeviceChoice::Cpu).unwrap();
    let gpu = testing::gpu();
    for batch_norm in [BatchNorm::None, BatchNorm::Channels, BatchNorm::Rows] {
        let weights = Weights::initial(&spec_of(batch_norm, 0.5, 2), 4);
        let trainers = || {
            let kernels = device.trainer(&weights, Optimizer::Sgd);
            let burn = gpu.clone().map(|gpu| -> Box<dyn Trainer> {
                let burn = DeviceTrainer::new(&weights, Optimizer::Sgd, gpu, device.clone());
                Box::new(burn)
            });
            [kernels].into_iter().chain(burn)
        };
        let lengths = |gradient_clip: Option<f64>| -> Vec<f64> {
            let settings = StepSettings {
                gradient_clip,
                // Weight decay is added to a gradient after it was clipped.
                weight_decay: 0.0,
                ..USUAL
            };
            let lengths = trainers().map(|mut trainer| {
                step_with(&mut *trainer, 1, settings);
                first_gradient(&*trainer)
            });
            lengths.collect()
        };
        let whole = lengths(None);
        let half = whole[0] / 2.0;
        for found in &whole {
            assert!((found - whole[0]).abs() < 1e-3 * half, "{whole:?}");
        }
        for found in lengths(Some(half)) {
            assert!((found - half).abs() < 1e-3 * half, "{found} {half}");
        }
        // A gradient that is short enough stays as it is, to the bit.
        assert_eq!(lengths(Some(2.0 * half + 1.0)), whole);
    }
}

#[test]
fn a_clipped_step_is_the_same_with_any_number_of_threads() {
    let weights = Weights::initial(&spec_of(BatchNorm::Channels, 0.5, 2), 4);
    let device = open(DeviceChoice::Cpu).unwrap();
    let settings = StepSettings {
        gradient_clip: Some(0.1),
        ..USUAL
    };
    let train = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            let mut trainer = device.trainer(&weights, Optimizer::Adam);
            for number in 1..=3 {
                step_with(&mut *trainer, number, settings);
            }
            trainer.state().unwrap()
        })
    };
    assert_eq!(train(1), train(3));
}

#[test]
fn each_trained_tensor_has_moments_that_have_seen_each_step() {
    for optimizer in OPTIMIZERS {
        let mut trainer = trainer(BatchNorm::Channels, optimizer, 1);
        assert!(trainer.state().unwrap().optimizer.tensors.is_empty());
        step(&mut *trainer, 1);
        step(&mut *trainer, 2);
        let state = trainer.state().unwrap();
        assert_eq!(state.optimizer.kind, optimizer);
        let trained = state.weights.spec().tensors();
        let trained = trained.iter().filter(|plan| plan.is_trained()).count();
        assert_eq!(state.optimizer.tensors.len(), trained);
        for moments in state.optimizer.tensors.values() {
            assert_eq!(moments.steps, 2);
        }
        state.optimizer.check(trainer.spec()).unwrap();
    }
}

#[test]
fn the_optimizer_forgets_the_tensors_that_are_touched_or_gone() {
    let mut trainer = trainer(BatchNorm::Channels, Optimizer::Adam, 1);
    step(&mut *trainer, 1);
    let switched = trainer.weights().unwrap().without_batch_norm().unwrap();
    trainer
        .replace(&switched.weights, &switched.touched)
        .unwrap();
    let names = |trainer: &dyn Trainer| -> Vec<String> {
        let state = trainer.state().unwrap();
        state.optimizer.tensors.into_keys().collect()
    };
    // All layers but the first have taken in the batch norm before them.
    assert_eq!(names(&*trainer), ["conv.0.bias", "conv.0.weight"]);
    step(&mut *trainer, 2);
    let before = names(&*trainer);
    let pixels = vec![100.0; 4 * 10 * 9];
    let switched = trainer.weights().unwrap().with_batch_norm([pixels]);
    let switched = switched.unwrap();
    trainer
        .replace(&switched.weights, &switched.touched)
        .unwrap();
    assert_eq!(names(&*trainer), before);
}

#[test]
fn moments_that_do_not_fit_are_refused_and_change_nothing() {
    let mut trainer = trainer(BatchNorm::None, Optimizer::Adam, 1);
    step(&mut *trainer, 1);
    let state = trainer.state().unwrap();
    let mut refused = |edit: &dyn Fn(&mut TrainerState), expected: &str| {
        let mut edited = state.clone();
        edit(&mut edited);
        let message = trainer.restore(edited).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
        assert_eq!(trainer.state().unwrap(), state);
    };
    let moments = |state: &TrainerState| state.optimizer.tensors["conv.0.bias"].clone();
    refused(&|s| s.optimizer.kind = Optimizer::Sgd, "conv.0.bias");
    refused(
        &|s| {
            let moments = moments(s);
            s.optimizer.tensors.insert("conv.7.bias".into(), moments);
        },
        "conv.7.bias",
    );
    refused(
        &|s| {
            let moments = s.optimizer.tensors.get_mut("dense.0.bias").unwrap();
            moments.first.pop();
        },
        "dense.0.bias",
    );
}
