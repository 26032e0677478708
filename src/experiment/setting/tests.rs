//! What holds for every setting of the table.

use super::*;
use crate::experiment::Experiment;

#[test]
fn each_setting_is_said_once_and_in_full() {
    let mut names = Vec::new();
    for field in Field::ALL {
        let entry = field.entry();
        assert!(!names.contains(&entry.name), "{} stands twice", entry.name);
        names.push(entry.name);
        assert_eq!(Field::from_name(entry.name), Some(field));
        assert!(!entry.label.is_empty(), "{field:?}");
        assert!(entry.help.ends_with('.'), "{field:?}: {}", entry.help);
        if let Some(argument) = &entry.argument {
            assert!(!argument.line.ends_with('.'), "{field:?}");
        }
        if let Kind::Choice(choices) = &entry.kind {
            assert!(choices.iter().all(|choice| choice.value.field() == field));
            assert!(choices.iter().all(|choice| choice.help.ends_with('.')));
            let is_named = |choice: &Choice| choice.value.value_text() == choice.name;
            assert!(choices.iter().all(is_named), "{field:?}");
        }
        for idle in entry.idle {
            assert!(idle.only.is_none_or(|only| only.field() == field));
        }
    }
}

#[test]
fn a_setting_has_the_same_name_in_files_as_everywhere() {
    let settings = Preset::Default.settings();
    for field in Field::ALL {
        let Some(setting) = Setting::read(field, &settings) else {
            assert_eq!(field, Field::Data);
            continue;
        };
        let json = serde_json::to_value(setting).unwrap();
        assert_eq!(json["field"], field.name());
    }
}

#[test]
fn every_setting_reads_back_what_it_applies_and_its_text() {
    for preset in Preset::ALL {
        let settings = preset.settings();
        for field in Field::ALL {
            let Some(setting) = Setting::read(field, &settings) else {
                continue;
            };
            assert_eq!(setting.field(), field);
            assert_eq!(setting.value_text(), field.value_text(&settings));
            assert_eq!(Setting::parse(field, &setting.value_text()), Ok(setting));
            let mut same = settings.clone();
            setting.apply(&mut same);
            assert_eq!(same, settings);
        }
    }
}

#[test]
fn every_setting_is_set_by_its_name_and_a_text() {
    let mut settings = Preset::Memorize.settings();
    settings.seed = 9;
    settings.data.split_seed = 8;
    settings.training.batch_size = 8;
    let wanted = Preset::Article.settings();
    // The data go first: with other data, what depends on their size is made to fit.
    for field in Field::ALL {
        let text = field.value_text(&wanted);
        settings.set(field.name(), &text).unwrap();
    }
    assert_eq!(settings, wanted);
    settings
        .set("augment", "rotation=8,zoom=0.1")
        .and_then(|()| settings.set("early-stopping", "7"))
        .and_then(|()| settings.set("train-size", "500"))
        .unwrap();
    assert_eq!(settings.augmentation.shear, 0.0);
    assert_eq!(settings.regularization.early_stopping, Some(7));
    assert_eq!(settings.data.train_size, TrainSize::Count(500));
}

#[test]
fn what_cant_be_set_names_the_setting_the_text_and_what_is_expected() {
    let mut settings = Preset::Cnn.settings();
    let mut message = |name: &str, text: &str| settings.set(name, text).unwrap_err().to_string();
    assert_eq!(
        message("dropout", "much"),
        "dropout: expected a number, found \"much\""
    );
    assert_eq!(
        message("batch-norm", "on"),
        "batch-norm: expected none, channels or rows, found \"on\""
    );
    assert_eq!(
        message("train-size", "-1"),
        "train-size: expected a number of images, or all, found \"-1\""
    );
    assert_eq!(
        message("data", ""),
        "data: expected mnist, a folder or a file, found \"\""
    );
    let unknown = message("dropuot", "0.5");
    assert!(unknown.starts_with("unknown field \"dropuot\": expected one of data, train-size,"));
    assert_eq!(settings, Preset::Cnn.settings());
}

#[test]
fn copying_every_field_makes_settings_equal() {
    let from = Preset::Article.settings();
    let mut to = Preset::Memorize.settings();
    to.seed = 9;
    to.data.split_seed = 8;
    to.training.batch_size = 8;
    for field in Field::ALL {
        field.copy(&from, &mut to);
    }
    assert_eq!(from, to);
}

#[test]
fn a_number_at_the_ends_of_its_range_is_valid_and_beyond_them_is_not() {
    for field in Field::ALL {
        let Some(number) = field.entry().number() else {
            continue;
        };
        let settings = Preset::Cnn.settings();
        let range = (number.range)(&settings);
        let is_refused = |value: f64| {
            let mut settings = settings.clone();
            field.set_number(&mut settings, value);
            let checked = Experiment::new(settings, Vec::new());
            checked.is_err_and(|err| err.field() == field)
        };
        assert!(!is_refused(*range.start()), "{field:?}");
        // The largest units make too large a network; that is another check.
        if field != Field::DenseUnits {
            assert!(!is_refused(*range.end()), "{field:?}");
        }
        // Every seed is a seed.
        if ![Field::Seed, Field::SplitSeed].contains(&field) {
            assert!(is_refused(*range.end() * 1.5 + 1.0), "{field:?}");
        }
    }
}

#[test]
fn sweeps_vary_all_settings_but_what_every_run_of_theirs_shares() {
    let varied: Vec<_> = Field::varied_by_sweeps().map(Field::name).collect();
    for name in ["train-size", "augment", "dropout", "width", "learning-rate"] {
        assert!(varied.contains(&name), "{name}");
    }
    let kept = Field::ALL
        .into_iter()
        .filter(|field| !varied.contains(&field.name()));
    let kept: Vec<_> = kept
        .map(|field| (field, field.entry().kept_by_sweeps.unwrap()))
        .collect();
    let fields: Vec<_> = kept.iter().map(|(field, _)| *field).collect();
    let shared = [Field::Data, Field::ValidationSize, Field::SplitSeed];
    assert_eq!(fields, [&shared[..], &[Field::Seed]].concat());
    assert!(kept.iter().all(|(_, why)| why.ends_with('.')));
}

#[test]
fn every_change_of_architecture_is_a_valid_experiment() {
    for preset in Preset::ALL {
        for architecture in Architecture::ALL {
            let settings = preset.settings().with_architecture(architecture);
            assert_eq!(settings.network.architecture, architecture);
            Experiment::new(settings, Vec::new()).unwrap();
        }
    }
}

#[test]
fn an_architecture_takes_only_what_it_excludes() {
    let mut settings = Preset::Article.settings();
    settings.network.width = 0.5;
    settings.network.conv_blocks = 1;
    let dense = settings.with_architecture(Architecture::Dense);
    assert_eq!(dense.regularization.batch_norm, BatchNorm::None);
    assert_eq!(dense.regularization.dropout, 0.5);
    assert_eq!((dense.network.width, dense.network.conv_blocks), (0.5, 2));
    let linear = settings.with_architecture(Architecture::Linear);
    assert_eq!(linear.regularization.dropout, 0.0);
    assert_eq!(linear.network.width, 1.0);
    let mut channels = settings;
    channels.regularization.batch_norm = BatchNorm::Channels;
    let dense = channels.with_architecture(Architecture::Dense);
    assert_eq!(dense.regularization.batch_norm, BatchNorm::Channels);
}

#[test]
fn an_architecture_refuses_what_has_no_effect_with_it() {
    let message = |architecture, edit: &dyn Fn(&mut Settings)| {
        let mut settings = Preset::Linear.settings();
        settings.network.architecture = architecture;
        edit(&mut settings);
        let checked = Experiment::new(settings, Vec::new());
        checked.map_or_else(|err| err.to_string(), |_| "valid".into())
    };
    assert_eq!(
        message(Architecture::Linear, &|s| s.regularization.dropout = 0.5),
        "dropout: 0.5 can't be used here, expected 0: the linear network has no hidden layer to \
         drop units of"
    );
    let rows = |s: &mut Settings| s.regularization.batch_norm = BatchNorm::Rows;
    assert_eq!(
        message(Architecture::Linear, &rows),
        "batch-norm: rows can't be used here, expected none: the linear network has no hidden \
         layer to normalize"
    );
    assert_eq!(
        message(Architecture::Dense, &rows),
        "batch-norm: rows can't be used here, expected none or channels: only convolutions have \
         rows"
    );
    assert_eq!(message(Architecture::Cnn, &rows), "valid");
    assert_eq!(
        message(Architecture::Linear, &|s| s.network.width = 0.5),
        "valid"
    );
}

/// The newest setting, for which nothing but its field, its entry and its effect was written.
#[test]
fn a_setting_of_the_table_is_everywhere() {
    let off = Preset::Cnn.settings();
    let json = |settings: &Settings| {
        let experiment = Experiment::new(settings.clone(), Vec::new());
        experiment.unwrap().to_json()
    };
    assert!(!json(&off).contains("clip"), "files without it stay");
    let mut on = off.clone();
    on.set("gradient-clip", "0.5").unwrap();
    assert!(json(&on).contains("\"gradient_clip\": 0.5"));
    let read = Experiment::from_json(&json(&on)).unwrap();
    assert_eq!(read.settings(), &on);

    let found = differences(&off, &on);
    let texts: Vec<_> = found
        .iter()
        .map(|it| (it.field.label(), it.left.as_str(), it.right.as_str()))
        .collect();
    assert_eq!(texts, [("gradient clip", "off", "0.5")]);

    let change: crate::experiment::Change = "3:gradient-clip=off".parse().unwrap();
    assert_eq!(change.to.to_string(), "gradient clip off");
    let changed = Experiment::new(on.clone(), vec![change]).unwrap();
    assert_eq!(changed.final_settings(), off);
    let again = Experiment::from_json(&changed.to_json()).unwrap();
    assert_eq!(again, changed);

    on.training.gradient_clip = Some(-1.0);
    let refused = Experiment::new(on, Vec::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "gradient-clip: -1 is out of range, expected 0.000001 to 1000000"
    );
    assert!(Field::varied_by_sweeps().any(|field| field == Field::GradientClip));
}

#[test]
fn a_share_is_read_in_per_cent_everywhere() {
    let mut settings = Preset::Cnn.settings();
    settings.data.label_noise = 0.2;
    assert_eq!(Field::LabelNoise.shown_text(&settings), "20%");
    assert_eq!(Field::LabelNoise.shown_value("1"), "100%");
    assert_eq!(Field::LabelNoise.shown_value("0.025"), "2.5%");
    assert_eq!(Setting::LabelNoise(0.2).to_string(), "label noise 20%");
    assert_eq!(Field::Dropout.shown_value("0.2"), "0.2");
}

#[test]
fn augmentation_may_be_typed_as_the_window_calls_it() {
    assert_eq!(Field::from_name("augmentation"), Some(Field::Augment));
    assert_eq!(Field::from_name("augment"), Some(Field::Augment));
}
