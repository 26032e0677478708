//! Settings changed in mid-run: they act, are told, and replay to the bit.

use super::told::{run, run_quietly, run_scripted, small, trained};
use overfit_lab::experiment::{Architecture, BatchNorm, Change, Experiment, Setting, TrainSize};
use overfit_lab::training::{Command, StopReason};

#[test]
fn changes_of_every_kind_act_are_told_and_replay_to_the_bit() {
    let settings = small();
    let adjust = |epoch, batch, setting| (epoch, batch, Command::Adjust(setting));
    let told = run_scripted(
        &settings,
        &[
            adjust(1, 1, Setting::Augment(true)),
            adjust(1, 2, Setting::Rotation(20.0)),
            adjust(1, 2, Setting::Shift(0.1)),
            adjust(1, 2, Setting::Shear(5.0)),
            adjust(1, 2, Setting::Zoom(0.2)),
            adjust(1, 3, Setting::Dropout(0.4)),
            adjust(1, 4, Setting::BatchNorm(BatchNorm::Channels)),
            // A training size acts at the next epoch.
            adjust(1, 5, Setting::TrainSize(TrainSize::Count(96))),
            adjust(1, 6, Setting::LabelSmoothing(0.1)),
            adjust(1, 7, Setting::WeightDecay(0.01)),
            adjust(1, 7, Setting::GradientClip(Some(0.1))),
            // What is heard during the evaluation acts at the next epoch.
            adjust(1, 8, Setting::LearningRate(1e-3)),
            // The dropout rate is 0.4 already, so that this is no change.
            adjust(2, 1, Setting::Dropout(0.4)),
            adjust(2, 2, Setting::BatchNorm(BatchNorm::None)),
            adjust(2, 3, Setting::EarlyStopping(Some(50))),
            adjust(2, 3, Setting::Dropout(0.0)),
            adjust(2, 4, Setting::Epochs(4)),
        ],
    );
    let changes = told.changes();
    let places: Vec<_> = changes
        .iter()
        .map(|change| (change.epoch, change.batch, change.to.field().name()))
        .collect();
    assert_eq!(
        places,
        [
            (1, 2, "augment"),
            (1, 3, "rotation"),
            (1, 3, "shift"),
            (1, 3, "shear"),
            (1, 3, "zoom"),
            (1, 4, "dropout"),
            (1, 5, "batch-norm"),
            (1, 7, "label-smoothing"),
            (1, 8, "weight-decay"),
            (1, 8, "gradient-clip"),
            (2, 1, "train-size"),
            (2, 1, "learning-rate"),
            (2, 3, "batch-norm"),
            (2, 4, "early-stopping"),
            (2, 4, "dropout"),
            (2, 5, "epochs"),
        ]
    );
    let curve = told.curve();
    assert_eq!(curve.len(), 4);
    assert_eq!((curve[0].train_images, curve[1].train_images), (128, 96));
    assert_eq!((curve[0].step, curve[1].step), (8, 14));
    assert_ne!(curve, run_quietly(&settings).curve());
    let replayed = Experiment::new(settings.clone(), changes.clone()).unwrap();
    // The run is paused now and then, which makes no difference.
    let again = run(&replayed, |event, commands| {
        if trained(event) == Some((1, 4)) {
            commands.send(Command::Pause).unwrap();
            commands.send(Command::Resume).unwrap();
        }
    });
    assert_eq!(again.changes(), changes);
    assert_eq!(again.curve(), curve);
    assert_eq!(again.last_weights(), told.last_weights());
}

#[test]
fn what_was_asked_for_and_what_was_scheduled_replay_together() {
    let settings = small();
    let scheduled = vec![
        Change::at_epoch(2, Setting::Dropout(0.3)),
        Change::at_epoch(2, Setting::TrainSize(TrainSize::Count(64))),
        // The epoch has no such batch, so that the change acts at the next one.
        Change {
            epoch: 2,
            batch: 40,
            ..Change::at_epoch(2, Setting::WeightDecay(0.1))
        },
    ];
    let scheduled = Experiment::new(settings.clone(), scheduled).unwrap();
    let told = run(&scheduled, |event, commands| {
        if trained(event) == Some((1, 4)) {
            let size = Setting::TrainSize(TrainSize::Count(48));
            commands.send(Command::Adjust(size)).unwrap();
        }
        if trained(event) == Some((1, 8)) {
            let dropout = Setting::Dropout(0.5);
            commands.send(Command::Adjust(dropout)).unwrap();
        }
    });
    let (curve, changes) = (told.curve(), told.changes());
    assert_eq!((curve[1].train_images, changes.len()), (48, 5));
    assert_eq!((changes[4].epoch, changes[4].batch), (3, 1));
    let again = run(&Experiment::new(settings, changes).unwrap(), |_, _| {});
    assert_eq!(again.curve(), curve);
}

#[test]
fn a_run_is_prolonged_or_cut_short() {
    let mut settings = small();
    settings.training.epochs = 2;
    // This is heard in the last evaluation. Without it the run would be over.
    let epochs = |count| Command::Adjust(Setting::Epochs(count));
    let longer = run_scripted(&settings, &[(2, 8, epochs(3))]);
    assert_eq!((longer.curve().len(), longer.changes()[0].epoch), (3, 3));
    settings.training.epochs = 9;
    let shorter = run_scripted(&settings, &[(2, 4, epochs(1))]);
    assert_eq!(shorter.curve().len(), 2);
    assert_eq!(shorter.finish().0, StopReason::Completed);
    // A change that can't act any more isn't told as if it had acted.
    settings.training.epochs = 1;
    let late = Command::Adjust(Setting::Dropout(0.5));
    assert!(
        run_scripted(&settings, &[(1, 8, late)])
            .changes()
            .is_empty()
    );
}

#[test]
fn what_can_not_be_done_is_refused_and_training_goes_on() {
    let settings = small();
    let adjust = |setting| (1, 2, Command::Adjust(setting));
    let refused = run_scripted(
        &settings,
        &[
            adjust(Setting::BatchNorm(BatchNorm::Rows)),
            adjust(Setting::Dropout(3.0)),
            adjust(Setting::TrainSize(TrainSize::Count(1_000_000))),
            adjust(Setting::Rotation(f64::NAN)),
        ],
    );
    let refusals = refused.refusals();
    assert_eq!(refusals.len(), 4, "{refusals:?}");
    assert!(refusals[0].contains("new run") && refusals[1].contains("dropout: 3"));
    assert!(refused.changes().is_empty());
    assert_eq!(refused.curve(), run_quietly(&settings).curve());

    let mut linear = small();
    linear.network.architecture = Architecture::Linear;
    let script = [adjust(Setting::BatchNorm(BatchNorm::Channels))];
    assert_eq!(run_scripted(&linear, &script).refusals().len(), 1);
}

#[test]
fn a_training_size_taken_back_within_its_epoch_never_acts() {
    let size = |count| Command::Adjust(Setting::TrainSize(TrainSize::Count(count)));
    let told = run_scripted(&small(), &[(1, 2, size(64)), (1, 4, size(128))]);
    assert!(told.changes().is_empty());
}
