use super::*;
use crate::experiment::{Preset, TrainSize};

fn check(edit: impl Fn(&mut Settings), expected: &str) {
    let mut settings = Preset::Default.settings();
    edit(&mut settings);
    let message = Experiment::new(settings, Vec::new())
        .unwrap_err()
        .to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn errors_name_the_field_the_value_and_the_range() {
    check(
        |s| s.regularization.dropout = 1.5,
        "dropout: 1.5 is out of range, expected 0 to 0.95",
    );
    check(
        |s| s.data.train_size = TrainSize::Count(60_000),
        "train-size: 60,000 is out of range, expected 10 to 50,000",
    );
    check(|s| s.data.validation_size = 0, "validation-size: 0");
    check(
        |s| {
            s.data.train_size = TrainSize::Count(500);
            s.data.validation_size = 60_000;
        },
        "validation-size: 60,000 is out of range, expected 10 to 59,990",
    );
    check(|s| s.data.label_noise = f64::NAN, "label-noise: NaN");
    check(|s| s.training.epochs = 0, "epochs: 0");
    check(|s| s.network.conv_blocks = 3, "conv-blocks: 3");
    check(|s| s.network.width = 1000.0, "width: 1000");
    check(
        |s| s.network.architecture = Architecture::Linear,
        "batch-norm: channels can't be used here",
    );
}

#[test]
fn changes_are_sorted_and_know_what_they_change() {
    let changes = vec![
        Change::at_epoch(8, Setting::Dropout(0.3)),
        Change::at_epoch(3, Setting::Dropout(0.4)),
    ];
    let experiment = Experiment::new(Preset::Cnn.settings(), changes).unwrap();
    let [first, second] = experiment.changes() else {
        panic!("two changes")
    };
    assert_eq!((first.epoch, first.from), (3, Setting::Dropout(0.0)));
    assert_eq!((second.epoch, second.from), (8, Setting::Dropout(0.4)));
    assert_eq!(experiment.final_settings().regularization.dropout, 0.3);
}

#[test]
fn a_change_that_never_acts_is_an_error() {
    let settings = Preset::Cnn.settings();
    let late = vec![Change::at_epoch(50, Setting::Dropout(0.3))];
    assert!(Experiment::new(settings.clone(), late.clone()).is_err());
    let mut longer = late;
    longer.push(Change::at_epoch(2, Setting::Epochs(60)));
    assert!(Experiment::new(settings, longer).is_ok());
}

#[test]
fn blocks_halve_the_image() {
    assert_eq!(most_conv_blocks(28), 2);
    assert_eq!(most_conv_blocks(64), 3);
    assert_eq!(most_conv_blocks(5), 0);
}
