//! Tests of the suggestions, on a small table whose figures are made up, and of the real table.

use super::measured::{FILE, TABLE, rows};
use super::*;
use crate::experiment::{DataSource, Optimizer, Preset, TrainSize};

const MADE_UP: &str = "\
base,change,seeds,accuracy_before,accuracy_after,accuracy_difference,accuracy_error,loss_before,loss_after,loss_difference,loss_error
architecture=cnn train-size=500,augment=article,5,0.934,0.971,0.037,0.002,0.3,0.1,-0.2,0.01
architecture=cnn train-size=500,dropout=0.5,5,0.934,0.940,0.006,0.001,0.3,0.25,-0.05,0.01
architecture=cnn train-size=500,batch-norm=channels,5,0.934,0.935,0.001,0.002,0.3,0.25,-0.05,0.01
architecture=cnn train-size=500,augment=article dropout=0.5 batch-norm=channels,5,0.934,0.976,0.042,0.002,0.3,0.1,-0.2,0.01
architecture=cnn train-size=500,train-size=1000,5,0.934,0.954,0.020,0.002,0.3,0.2,-0.1,0.01
architecture=cnn train-size=500,train-size=2000,5,0.934,0.968,0.034,0.002,0.3,0.2,-0.1,0.01
architecture=cnn train-size=500,width=0.5,5,0.934,0.930,-0.004,0.001,0.3,0.3,0.0,0.01
architecture=cnn train-size=500 augment=article,batch-norm=channels,5,0.971,0.974,0.003,0.0005,0.1,0.09,-0.01,0.001
architecture=cnn train-size=2000,augment=article,5,0.968,0.984,0.016,0.002,0.3,0.1,-0.2,0.01
architecture=cnn train-size=2000 label-noise=0.2,dropout=0.5,5,0.93,0.94,0.01,0.002,0.3,0.2,-0.1,0.01
architecture=cnn train-size=2000 label-noise=1,label-noise=0,5,0.10,0.96,0.86,0.002,2.3,0.2,-2.1,0.01
architecture=linear train-size=2000,architecture=cnn,5,0.87,0.968,0.098,0.002,0.5,0.1,-0.4,0.01
architecture=linear train-size=2000,learning-rate=1e-2,5,0.87,0.88,0.01,0.001,0.5,0.4,-0.1,0.01
";

/// What is said of settings, in a run that has all its epochs.
fn said(settings: &Settings, kind: VerdictKind) -> Vec<Suggestion> {
    let situation = Situation {
        settings,
        kind,
        steps_too_large: false,
        epochs_done: settings.training.epochs,
        is_training: false,
    };
    from_table(&rows(MADE_UP), &situation)
}

fn labels(settings: &Settings, kind: VerdictKind) -> Vec<String> {
    let said = said(settings, kind).into_iter();
    said.map(|suggestion| suggestion.label).collect()
}

/// The preset First look with an edit.
fn first_look(edit: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Preset::FirstLook.settings();
    edit(&mut settings);
    settings
}

#[test]
fn the_table_is_read_whole_and_goes_with_the_program() {
    let lines = FILE.lines().filter(|line| !line.starts_with('#'));
    // The first line has the names of the columns.
    assert_eq!(lines.count() - 1, TABLE.len());
    for row in TABLE.iter() {
        let measured = &row.measured;
        let what = format!("{} {}", measured.base, measured.change);
        let changed = applied(&row.change, &row.base);
        assert!(Experiment::new(changed, Vec::new()).is_ok(), "{what}");
        assert!(measured.seeds >= 5, "{what}");
        let [low, high] = measured.accuracy_interval;
        assert!(low <= measured.accuracy_difference && measured.accuracy_difference <= high);
        let difference = measured.accuracy_after - measured.accuracy_before;
        assert!(
            (difference - measured.accuracy_difference).abs() < 3e-5,
            "{what}"
        );
    }
}

#[test]
fn the_interval_is_students() {
    let row = &rows(MADE_UP)[0];
    // t₀.₉₇₅ with four degrees of freedom is 2.776445.
    let [low, high] = row.measured.accuracy_interval;
    assert!((low - (0.037 - 2.776_445 * 0.002)).abs() < 1e-8, "{low}");
    assert!((high - (0.037 + 2.776_445 * 0.002)).abs() < 1e-8, "{high}");
}

#[test]
fn what_brought_most_comes_first_and_what_may_be_chance_not_at_all() {
    let settings = first_look(|_| {});
    assert_eq!(
        labels(&settings, VerdictKind::Overfitting),
        ["the whole recipe", "augmentation", "2,000 images"]
    );
    let words = &said(&settings, VerdictKind::Overfitting)[1].words;
    assert_eq!(
        words,
        "Augmentation: 93.4% → 97.1% on 500 images (5 seeds). The gain is 3.7 points, 95% \
         interval 3.1 to 4.3."
    );
}

#[test]
fn what_is_on_already_is_not_suggested() {
    // Where augmentation is on, the runs with augmentation are the nearest.
    let augmented = first_look(|settings| settings.augmentation.enabled = true);
    assert_eq!(labels(&augmented, VerdictKind::Overfitting), ["batch norm"]);
    let dropped = first_look(|settings| settings.regularization.dropout = 0.3);
    assert_eq!(
        labels(&dropped, VerdictKind::Overfitting),
        ["augmentation", "2,000 images"]
    );
}

#[test]
fn a_number_of_images_is_multiplied_as_in_the_measurement() {
    let some = first_look(|settings| settings.data.train_size = TrainSize::Count(600));
    let said = said(&some, VerdictKind::Overfitting);
    assert_eq!(said[2].label, "2,400 images");
    assert!(
        said[2]
            .words
            .starts_with("4 times the images: 93.4% → 96.8% on 500 images")
    );
    // All but 10,000 of the 60,000 are 50,000: four times 13,000 aren't there, two times are.
    let many = first_look(|settings| {
        settings.data.validation_size = 10_000;
        settings.data.train_size = TrainSize::Count(13_000);
    });
    let with_more = labels(&many, VerdictKind::Overfitting);
    assert_eq!(with_more, ["augmentation"]);
}

#[test]
fn label_noise_is_met_by_what_was_measured_with_label_noise() {
    let noisy = Preset::NoisyLabels.settings();
    assert_eq!(labels(&noisy, VerdictKind::Overfitting), ["dropout 0.5"]);
    let random = Preset::Memorize.settings();
    assert_eq!(labels(&random, VerdictKind::Overfitting), ["right labels"]);
}

#[test]
fn a_linear_network_that_underfits_is_told_of_a_larger_one() {
    let linear = Preset::Linear.settings();
    assert_eq!(
        labels(&linear, VerdictKind::Underfitting),
        ["a CNN", "learning rate 0.01"]
    );
    let changed = said(&linear, VerdictKind::Underfitting)[0].applied_to(&linear);
    assert_eq!(changed, Preset::Cnn.settings());
}

#[test]
fn a_learning_rate_is_measured_by_its_optimizer() {
    // An SGD of 0.05 is as usual as an Adam of 1e-3.
    let sgd = first_look(|settings| {
        settings.training.optimizer = Optimizer::Sgd;
        settings.training.learning_rate = 0.05;
    });
    assert_eq!(
        labels(&sgd, VerdictKind::Overfitting),
        labels(&first_look(|_| {}), VerdictKind::Overfitting)
    );
}

#[test]
fn each_kind_of_verdict_has_its_own_advice() {
    let settings = first_look(|_| {});
    assert_eq!(labels(&settings, VerdictKind::Improving), ["40 epochs"]);
    assert_eq!(labels(&settings, VerdictKind::TooEarly), ["40 epochs"]);
    assert_eq!(labels(&settings, VerdictKind::GoodFit), ["2,000 images"]);
    assert_eq!(
        labels(&settings, VerdictKind::Diverged),
        ["learning rate 1e-4"]
    );
    assert_eq!(
        labels(&settings, VerdictKind::Unclear),
        ["40 epochs", "10,000 validation images"]
    );
    // All images are in use.
    let whole = Preset::Cnn.settings();
    assert_eq!(labels(&whole, VerdictKind::GoodFit), [""; 0]);
}

#[test]
fn a_run_in_mid_training_is_told_to_go_on_only_near_its_end() {
    let settings = first_look(|_| {});
    let labels = |epochs_done, is_training| {
        let situation = Situation {
            settings: &settings,
            kind: VerdictKind::Improving,
            steps_too_large: false,
            epochs_done,
            is_training,
        };
        suggestions(&situation).len()
    };
    assert_eq!(labels(6, true), 0);
    assert_eq!(labels(16, true), 1);
    // A run that was stopped has epochs left.
    assert_eq!(labels(6, false), 0);
    assert_eq!(labels(20, false), 1);
}

#[test]
fn every_suggestion_can_be_trained_and_changes_something() {
    for preset in Preset::ALL {
        let settings = preset.settings();
        for kind in VerdictKind::ALL {
            let said = said(&settings, kind);
            assert!(said.len() <= MOST);
            for suggestion in said {
                let changed = suggestion.applied_to(&settings);
                assert_ne!(changed, settings, "{preset} {kind:?} {}", suggestion.label);
                Experiment::new(changed, Vec::new()).unwrap();
                // The arguments are what the command line takes.
                let mut typed = settings.clone();
                for setting in &suggestion.change {
                    typed
                        .set(setting.field().name(), &setting.value_text())
                        .unwrap();
                }
                for setting in &suggestion.change {
                    assert_eq!(Setting::read(setting.field(), &typed), Some(*setting));
                }
            }
        }
    }
}

#[test]
fn data_of_ones_own_are_told_whose_figures_they_are() {
    let own = first_look(|settings| {
        settings.data.source = DataSource::files("train.csv".into());
    });
    let words = &said(&own, VerdictKind::Overfitting)[1].words;
    assert!(
        words.contains("on 500 images of MNIST (5 seeds)"),
        "{words}"
    );
}

#[test]
fn as_json_the_settings_are_as_they_are_typed() {
    let recipe = &said(&first_look(|_| {}), VerdictKind::Overfitting)[0];
    let json = serde_json::to_value(recipe).unwrap();
    assert_eq!(
        json["settings"],
        serde_json::json!(["augment=on", "dropout=0.5", "batch-norm=channels"])
    );
    assert_eq!(json["measured"]["seeds"], 5);
    assert_eq!(
        recipe.arguments(),
        "--augment on --dropout 0.5 --batch-norm channels"
    );
}

#[test]
fn where_the_settings_are_not_known_there_is_nothing_to_set() {
    for kind in VerdictKind::ALL {
        let verdict = Verdict {
            kind,
            ..crate::lab::verdict::verdict(&[], 0)
        };
        for suggestion in in_general(&verdict) {
            assert!(suggestion.change.is_empty());
            assert!(suggestion.words.ends_with('.'), "{}", suggestion.words);
            // What has figures in words has them for programs.
            let has_figures = suggestion.words.contains("points");
            assert_eq!(suggestion.measured_in_general.is_some(), has_figures);
        }
    }
}

#[test]
fn steps_that_are_too_large_are_made_smaller_before_anything_else() {
    let settings = first_look(|_| {});
    let situation = Situation {
        settings: &settings,
        kind: VerdictKind::Underfitting,
        steps_too_large: true,
        epochs_done: settings.training.epochs,
        is_training: false,
    };
    let said = from_table(&rows(MADE_UP), &situation);
    let labels: Vec<&str> = said
        .iter()
        .map(|suggestion| suggestion.label.as_str())
        .collect();
    assert_eq!(labels, ["learning rate 1e-4"]);
    let verdict = Verdict {
        kind: VerdictKind::Underfitting,
        steps_too_large: true,
        ..crate::lab::verdict::verdict(&[], 0)
    };
    assert_eq!(
        in_general(&verdict)[0].label,
        "a learning rate ten times lower"
    );
}
