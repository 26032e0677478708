//! A run that goes on from a saved state is the run that was never broken off, to the bit.

use super::told::{Told, run, run_from, small, trained};
use crate::support::runs::experiment;
use crossbeam_channel::Sender;
use overfit_lab::experiment::{
    Augmentation, BatchNorm, Change, Experiment, Optimizer, Schedule, Setting, Settings, TrainSize,
};
use overfit_lab::training::{
    BatchPoint, Command, EpochMetrics, Event, ResumePoint, Stage, StopReason,
};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Everything that can differ: noise, augmentation, dropout, a schedule, early stopping.
fn hard() -> Settings {
    let mut settings = small();
    settings.data.label_noise = 0.2;
    settings.augmentation = Augmentation::ARTICLE;
    settings.regularization.batch_norm = BatchNorm::Channels;
    settings.regularization.dropout = 0.4;
    settings.regularization.weight_decay = 1e-4;
    settings.regularization.label_smoothing = 0.1;
    settings.regularization.early_stopping = Some(3);
    settings.training.schedule = Schedule::Cosine;
    settings.training.gradient_clip = Some(2.0);
    settings.training.epochs = 4;
    settings
}

/// The changes that a person makes, each once the batch that it names has been trained.
fn changes() -> Vec<(usize, usize, Setting)> {
    vec![
        (1, 3, Setting::BatchNorm(BatchNorm::None)),
        (1, 5, Setting::TrainSize(TrainSize::Count(90))),
        (2, 1, Setting::GradientClip(Some(0.05))),
        (2, 2, Setting::Augment(false)),
        (2, 4, Setting::BatchNorm(BatchNorm::Channels)),
        (3, 1, Setting::Dropout(0.1)),
        (3, 3, Setting::TrainSize(TrainSize::Count(128))),
        (3, 5, Setting::GradientClip(None)),
    ]
}

/// What is known of a run in pieces: its points, its figures, its changes.
#[derive(Default, PartialEq, Debug)]
struct Curve {
    points: Vec<BatchPoint>,
    epochs: Vec<EpochMetrics>,
    changes: Vec<Change>,
    /// A hash of the last epoch's weights, which as bytes would fill pages of a message.
    last_weights: u64,
}

impl Curve {
    /// Takes in a piece of a run as a run's folder does: what lies beyond the piece's beginning is
    /// dropped.
    fn take(&mut self, told: &Told, from: Option<&ResumePoint>) {
        assert!(told.result.is_ok(), "{:?}", told.result);
        if let Some(point) = from {
            self.epochs.retain(|epoch| epoch.epoch < point.epoch());
            self.points.retain(|batch| batch.step <= point.steps());
        }
        for event in &told.events {
            if let Event::Progress(progress) = event
                && let Stage::Training {
                    point: Some(point), ..
                } = progress.stage
            {
                self.points.push(point);
            }
        }
        self.epochs.extend(told.curve());
        for change in told.changes() {
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
        if let Some((_, weights)) = told.epochs().last() {
            let mut hasher = DefaultHasher::new();
            weights.hash(&mut hasher);
            self.last_weights = hasher.finish();
        }
    }

    /// The experiment with the changes so far, as a run's folder keeps it.
    fn experiment(&self, settings: &Settings) -> Experiment {
        let changes = self.changes.iter();
        changes.fold(experiment(settings), |experiment, change| {
            experiment.with_recorded_change(*change)
        })
    }
}

/// Gives the commands of a script, but for those whose batch has been trained before `from`.
fn scripted(
    script: Vec<(usize, usize, Setting)>,
    stop: Option<(usize, usize)>,
) -> impl FnMut(&Event, &Sender<Command>) {
    let mut script = script;
    move |event, commands| {
        let Some(place) = trained(event) else {
            return;
        };
        script.retain(|&(epoch, batch, setting)| {
            let is_due = (epoch, batch) == place;
            if is_due {
                commands.send(Command::Adjust(setting)).unwrap();
            }
            !is_due
        });
        if Some(place) == stop {
            commands.send(Command::Stop).unwrap();
        }
    }
}

fn points(told: &Told) -> Vec<Arc<ResumePoint>> {
    let points = told.events.iter().filter_map(|event| match event {
        Event::Resumable(point) => Some(Arc::clone(point)),
        _ => None,
    });
    points.collect()
}

/// The state, written into a file and read from there, as after a process that was killed.
fn through_a_file(point: &ResumePoint) -> ResumePoint {
    let read = ResumePoint::from_bytes(&point.to_bytes().unwrap()).unwrap();
    assert_eq!(read.steps(), point.steps());
    read
}

/// The changes that are asked for after a state, for those who take the run up again from there.
fn left(point: &ResumePoint) -> Vec<(usize, usize, Setting)> {
    let place = (point.epoch(), point.batch());
    let left = changes().into_iter();
    left.filter(|&(epoch, batch, _)| (epoch, batch) >= place)
        .collect()
}

#[test]
fn a_run_broken_off_anywhere_and_taken_up_is_the_same_to_the_bit() {
    let settings = hard();
    let mut whole = Curve::default();
    whole.take(
        &run(&experiment(&settings), scripted(changes(), None)),
        None,
    );
    assert_eq!(whole.epochs.len(), 4);
    // A training size that is put off and acts later is one entry. Batch norm goes and comes.
    assert_eq!(whole.changes.len(), changes().len());
    for stop in [(1, 1), (1, 6), (2, 3), (2, 5), (3, 2), (4, 8)] {
        let mut pieces = Curve::default();
        let first = run(&experiment(&settings), scripted(changes(), Some(stop)));
        pieces.take(&first, None);
        let point = through_a_file(points(&first).last().unwrap());
        assert_eq!((point.epoch(), point.batch()), (stop.0, stop.1 + 1));
        let script = left(&point);
        let rest = run_from(
            Some(point.clone()),
            &pieces.experiment(&settings),
            scripted(script, None),
        );
        pieces.take(&rest, Some(&point));
        assert_eq!(pieces, whole, "{stop:?}");
    }
}

#[test]
fn what_was_done_after_the_state_was_saved_is_done_again() {
    let settings = hard();
    let told = run(&experiment(&settings), scripted(changes(), None));
    let mut whole = Curve::default();
    whole.take(&told, None);
    let points = points(&told);
    // States are saved at each epoch's start, after each training size that was put off, and at the
    // end.
    assert_eq!(points.len(), 4 + 2 + 1);
    for point in points {
        // The figures and changes of the whole run lie in the folder already.
        let mut again = Curve::default();
        again.take(&told, None);
        let experiment = again.experiment(&settings);
        let point = through_a_file(&point);
        let rest = run_from(Some(point.clone()), &experiment, |_, _| {});
        again.take(&rest, Some(&point));
        assert_eq!(again, whole, "{point:?}");
    }
}

#[test]
fn a_run_taken_up_after_every_few_batches_is_the_same_to_the_bit() {
    for optimizer in Optimizer::ALL {
        let mut settings = hard();
        settings.training.optimizer = optimizer;
        settings.training.epochs = 2;
        let changes = vec![Change::at_epoch(2, Setting::Dropout(0.0))];
        let experiment = Experiment::new(settings.clone(), changes).unwrap();
        let mut whole = Curve::default();
        whole.take(&run(&experiment, |_, _| {}), None);
        let mut pieces = Curve::default();
        let mut point: Option<ResumePoint> = None;
        let mut count = 0;
        loop {
            let mut trained_here = 0;
            let told = run_from(point.clone(), &experiment, |event, commands| {
                trained_here += usize::from(trained(event).is_some());
                if trained_here == 3 {
                    // Commands after the first find the run stopped.
                    let _ = commands.try_send(Command::Stop);
                }
            });
            pieces.take(&told, point.as_ref());
            count += 1;
            if told.finish().0 == StopReason::Completed {
                break;
            }
            point = points(&told).last().map(|point| through_a_file(point));
        }
        assert!(count > 4, "{count}");
        assert_eq!(pieces, whole);
    }
}

#[test]
fn a_run_that_is_over_stays_over_and_more_epochs_are_a_change() {
    let mut settings = small();
    settings.training.epochs = 2;
    let told = run(&experiment(&settings), |_, _| {});
    let end = points(&told).pop().unwrap();
    assert_eq!((end.epoch(), end.batch()), (3, 1));
    let again = run_from(
        Some(through_a_file(&end)),
        &experiment(&settings),
        |_, _| {},
    );
    assert_eq!(again.finish().0, StopReason::Completed);
    assert!(again.curve().is_empty());
    let more = run_from(
        Some(through_a_file(&end)),
        &experiment(&settings),
        |event, commands| {
            if matches!(event, Event::Started(_)) {
                commands.send(Command::Adjust(Setting::Epochs(3))).unwrap();
            }
        },
    );
    settings.training.epochs = 3;
    let whole = run(&experiment(&settings), |_, _| {});
    assert_eq!(more.curve(), whole.curve()[2..]);

    settings.data.label_noise = 1.0;
    settings.training.epochs = 60;
    settings.regularization.early_stopping = Some(1);
    let told = run(&experiment(&settings), |_, _| {});
    assert_eq!(told.finish().0, StopReason::EarlyStopping);
    for point in points(&told).iter().rev().take(2) {
        let again = run_from(
            Some(through_a_file(point)),
            &experiment(&settings),
            |_, _| {},
        );
        assert_eq!(again.finish().0, StopReason::EarlyStopping);
    }
}

#[test]
fn a_damaged_state_is_refused() {
    let settings = small();
    let told = run(&experiment(&settings), |_, _| {});
    let point = points(&told).pop().unwrap();
    let bytes = point.to_bytes().unwrap();
    let refused = |bytes: &[u8], part: &str| {
        let message = ResumePoint::from_bytes(bytes).unwrap_err().to_string();
        assert!(message.contains(part), "{part}: {message}");
    };
    refused(b"", "damaged");
    refused(&bytes[..bytes.len() - 1], "damaged");
    let find = |text: &str| {
        let place = bytes.windows(text.len()).position(|w| w == text.as_bytes());
        place.unwrap() + text.len()
    };
    // One place lies in a weight, the other in a digit of a figure.
    for place in [bytes.len() - 3, find("\\\"steps\\\":") + 1] {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        refused(&damaged, "damaged");
    }
    let mut later = bytes.clone();
    later[find("{\\\"version\\\":")] = b'2';
    refused(&later, "version 2");
    for end in (0..bytes.len()).step_by(bytes.len() / 50) {
        refused(&bytes[..end], "damaged");
    }
}
