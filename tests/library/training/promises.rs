//! What the loop promises: the order of what it tells, figures to the bit, pauses, stops, errors.

use super::told::{run, run_quietly, run_scripted, small, trained};
use crate::support::runs::{data, experiment};
use crossbeam_channel::bounded;
use overfit_lab::data::Images;
use overfit_lab::experiment::{
    Architecture, Augmentation, BatchNorm, Optimizer, Preset, Schedule, TrainSize,
};
use overfit_lab::training::device::{DeviceChoice, open};
use overfit_lab::training::{
    Command, Event, Predictor, Stage, StopReason, TrainingError, TrainingJob, evaluate_weights,
};
use std::ops::ControlFlow;
use std::time::Duration;

#[test]
fn the_network_learns_and_tells_of_it_in_order() {
    let mut settings = small();
    settings.training.epochs = 5;
    let told = run_quietly(&settings);
    assert_eq!(told.finish(), (StopReason::Completed, None));
    let curve = told.curve();
    let (first, last) = (&curve[0], &curve[4]);
    assert!(last.train_loss < 0.5 * first.train_loss, "{curve:?}");
    assert!(last.train_accuracy > 0.8 && last.validation_accuracy > 0.5);
    assert_eq!((first.step, last.step, last.epoch), (8, 40, 5));
    assert_eq!((last.train_count, last.validation_count), (60, 60));
    assert_eq!((last.train_images, last.clean), (128, None));
    let Some(Event::Started(started)) = told.events.first() else {
        panic!("{:?}", told.events.first());
    };
    assert_eq!((started.train_images, started.validation_images), (128, 60));
    assert_eq!(started.parameters, started.trainable_parameters);
    assert!(started.device.starts_with("CPU"));
    let batches: Vec<_> = told.events.iter().filter_map(trained).collect();
    let expected: Vec<_> = (1..=5).flat_map(|e| (1..=8).map(move |b| (e, b))).collect();
    assert_eq!(batches, expected);
}

#[test]
fn the_same_seed_gives_the_same_curve_to_the_bit_with_any_number_of_threads() {
    let mut settings = small();
    settings.augmentation = Augmentation::ARTICLE;
    settings.regularization.batch_norm = BatchNorm::Channels;
    settings.regularization.dropout = 0.5;
    settings.training.epochs = 2;
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        pool.unwrap().install(|| {
            let told = run_quietly(&settings);
            (told.curve(), told.last_weights().clone())
        })
    };
    let one = with_threads(1);
    for count in [1, 2, 3] {
        assert_eq!(one, with_threads(count));
    }
    let mut other = settings.clone();
    other.seed += 1;
    assert_ne!(one.0, run_quietly(&other).curve());
}

#[test]
fn a_pause_changes_nothing_and_is_told() {
    let settings = small();
    let paused = run_scripted(
        &settings,
        &[
            (1, 3, Command::Pause),
            (1, 3, Command::Resume),
            (2, 8, Command::Pause),
            (2, 8, Command::Resume),
        ],
    );
    assert_eq!(paused.curve(), run_quietly(&settings).curve());
    let told = |wanted: fn(&Event) -> bool| paused.events.iter().filter(|e| wanted(e)).count();
    assert_eq!(told(|event| matches!(event, Event::Paused)), 2);
    assert_eq!(told(|event| matches!(event, Event::Resumed)), 2);
}

#[test]
fn time_spent_in_a_pause_does_not_count() {
    let pause = Duration::from_millis(1500);
    let mut settings = small();
    settings.training.epochs = 1;
    let told = run(&experiment(&settings), |event, commands| match event {
        Event::Paused => {
            let commands = commands.clone();
            std::thread::Builder::new()
                .name("patience".into())
                .spawn(move || {
                    std::thread::sleep(pause);
                    commands.send(Command::Resume).unwrap();
                })
                .unwrap();
        }
        event if trained(event) == Some((1, 2)) => commands.send(Command::Pause).unwrap(),
        _ => {}
    });
    let seconds = told.epochs().next().unwrap().0.elapsed_secs;
    assert!(seconds < pause.as_secs_f64(), "{seconds}");
}

#[test]
fn stop_is_heard_within_a_batch_and_keeps_the_newest_weights() {
    let told = run_scripted(&small(), &[(2, 3, Command::Stop)]);
    let (reason, weights) = told.finish();
    assert_eq!(reason, StopReason::Stopped);
    assert_ne!(weights.unwrap(), told.last_weights());
    let last = told.events.iter().filter_map(trained).next_back();
    assert_eq!((last, told.curve().len()), (Some((2, 3)), 1));

    let stop_in_evaluation = run(&experiment(&small()), |event, commands| {
        if let Event::Progress(progress) = event
            && matches!(progress.stage, Stage::Evaluating { .. })
        {
            commands.send(Command::Stop).unwrap();
        }
    });
    assert!(stop_in_evaluation.finish().1.is_some() && stop_in_evaluation.curve().is_empty());

    let stop_between = run(&experiment(&small()), |event, commands| {
        if matches!(event, Event::Epoch { .. }) {
            commands.send(Command::Stop).unwrap();
        }
    });
    assert_eq!(stop_between.finish(), (StopReason::Stopped, None));
}

#[test]
fn a_listener_that_is_gone_ends_the_run_without_a_word() {
    let (sender, commands) = bounded::<Command>(1);
    // That nobody can send commands any more is no reason to end.
    drop(sender);
    let mut count = 0;
    let mut emit = |_| {
        count += 1;
        if count == 5 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let settings = small();
    let device = open(DeviceChoice::Cpu).unwrap();
    TrainingJob::new(&experiment(&settings), &data(&settings), device)
        .commands(&commands)
        .train(&mut emit)
        .unwrap();
    assert_eq!(count, 5);
}

#[test]
fn every_architecture_and_optimizer_trains() {
    for architecture in Architecture::ALL {
        for optimizer in Optimizer::ALL {
            let mut settings = small();
            settings.network.architecture = architecture;
            settings.training.optimizer = optimizer;
            if optimizer == Optimizer::Sgd {
                settings.training.learning_rate = 0.02;
            }
            settings.regularization.weight_decay = 1e-3;
            let curve = run_quietly(&settings).curve();
            let [first, .., last] = curve.as_slice() else {
                panic!("{curve:?}");
            };
            assert!(
                last.train_loss < first.train_loss,
                "{architecture:?} {optimizer:?}: {curve:?}"
            );
        }
    }
    let mut article = small();
    article.regularization = Preset::Article.settings().regularization;
    assert_eq!(run_quietly(&article).curve().len(), 3);
}

#[test]
fn the_weights_of_an_epoch_give_its_figures_again() {
    for batch_norm in [BatchNorm::Channels, BatchNorm::Rows, BatchNorm::None] {
        epochs_measured_again(batch_norm);
    }
}

fn epochs_measured_again(batch_norm: BatchNorm) {
    let mut settings = small();
    settings.regularization.batch_norm = batch_norm;
    settings.regularization.dropout = 0.5;
    let told = run_quietly(&settings);
    let data = data(&settings);
    let mut images = Images::default();
    for index in 0..data.validation_size() {
        images.pixels.extend(data.validation_image(index));
        images.labels.push(data.validation_label(index));
    }
    let device = open(DeviceChoice::Cpu).unwrap();
    for (metrics, weights) in told.epochs() {
        let score = evaluate_weights(weights, &images, &device).unwrap();
        assert_eq!(score.loss, metrics.validation_loss);
        assert_eq!(score.accuracy, metrics.validation_accuracy);
        assert_eq!(score.wrong_confidence, metrics.wrong_confidence);
    }
    let predictor = Predictor::new(told.last_weights(), &device).unwrap();
    let probabilities = predictor.probabilities(&images.pixels, 60).unwrap();
    assert_eq!(probabilities.len(), 60 * predictor.class_count());
    for (image, row) in images.pixels.chunks(28 * 28).zip(probabilities.chunks(10)) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        // An image's probabilities don't depend on the images beside it.
        assert_eq!(predictor.probabilities(image, 1).unwrap(), row);
    }
    let message = predictor.probabilities(&images.pixels[1..], 60);
    assert!(message.unwrap_err().to_string().contains("28 × 28"));
    images.labels[0] = 10;
    assert!(evaluate_weights(told.last_weights(), &images, &device).is_err());
    assert!(evaluate_weights(told.last_weights(), &Images::default(), &device).is_err());
    assert!(evaluate_weights(b"no weights", &images, &device).is_err());
}

#[test]
fn divergence_is_an_error_that_says_what_to_try() {
    let mut settings = small();
    settings.training.optimizer = Optimizer::Sgd;
    settings.training.learning_rate = 1e6;
    let told = run_quietly(&settings);
    let Err(error @ TrainingError::NotFinite { epoch: 1, .. }) = told.result else {
        panic!("{:?}", told.result);
    };
    assert!(error.to_string().contains("learning rate"));
    assert!(
        !told
            .events
            .iter()
            .any(|e| matches!(e, Event::Finished { .. }))
    );
}

#[test]
fn with_label_noise_right_and_wrong_labels_are_told_apart() {
    let mut settings = small();
    settings.data.label_noise = 0.4;
    settings.data.validation_size = 200;
    let curve = run_quietly(&settings).curve();
    let data = data(&settings);
    let corrupted = (0..128).filter(|&i| data.is_corrupted(i)).count();
    for metrics in curve {
        let (clean, wrong) = (metrics.clean.unwrap(), metrics.corrupted.unwrap());
        assert_eq!((clean.count, wrong.count), (128 - corrupted, corrupted));
        let mean = (clean.accuracy * clean.count as f64 + wrong.accuracy * wrong.count as f64)
            / metrics.train_count as f64;
        assert!((mean - metrics.train_accuracy).abs() < 1e-12);
    }
}

#[test]
fn early_stopping_waits_as_long_as_it_is_told_to() {
    let mut settings = small();
    settings.data.label_noise = 1.0;
    settings.training.epochs = 60;
    settings.regularization.early_stopping = Some(3);
    let told = run_quietly(&settings);
    assert_eq!(told.finish(), (StopReason::EarlyStopping, None));
    let curve = told.curve();
    let best = curve
        .iter()
        .min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss))
        .unwrap();
    assert_eq!(curve.len(), best.epoch + 3);
}

#[test]
fn fewer_images_than_a_batch_are_one_batch_and_a_ragged_one_is_dropped() {
    let steps = |train_size, batch_size| {
        let mut settings = small();
        settings.data.train_size = TrainSize::Count(train_size);
        settings.training.batch_size = batch_size;
        settings.training.epochs = 1;
        run_quietly(&settings).curve()[0].step
    };
    assert_eq!(steps(10, 64), 1);
    assert_eq!(steps(79, 16), 4);
}

#[test]
fn the_learning_rate_follows_its_schedule() {
    let mut settings = small();
    settings.training.schedule = Schedule::Cosine;
    let rates: Vec<f64> = run_quietly(&settings)
        .curve()
        .iter()
        .map(|metrics| metrics.learning_rate)
        .collect();
    // The rate that is told is that of the last of eight batches in each of three epochs.
    for (epoch, rate) in rates.iter().enumerate() {
        let progress = (epoch as f64 + 7.0 / 8.0) / 3.0;
        let expected = 3e-3 * (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        assert!((rate - expected).abs() < 1e-12, "{rates:?}");
    }
}
