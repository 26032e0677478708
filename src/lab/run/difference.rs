//! What a run is, in a phrase: how it differs from another, or from the nearest preset.

use super::{Run, Sharing};
use crate::experiment::{
    Change, Difference, Field, Preset, Setting, Settings, TrainSize, differences,
};
use crate::lab::format;

/// How the experiments of two runs stand to each other, changes in mid-run included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// All settings and the seed are the same: one run repeats the other.
    Repeated,
    /// The seed alone differs, so that what differs in the figures is luck.
    OtherSeed,
    /// The split seed differs, and perhaps the seed: luck too, with other images.
    OtherSplit,
    /// Some setting differs, or the data do.
    OtherSettings,
    /// One of the two is several networks that answer together.
    Ensemble,
}

/// How two runs stand to each other.
pub fn kinship(run: &Run, other: &Run) -> Kinship {
    let is_otherwise_equal = run.shares_validation_images(other) != Sharing::OtherData
        && run.experiment.changes() == other.experiment.changes();
    let found = differences(run.experiment.settings(), other.experiment.settings());
    let fields = found.iter().map(|difference| difference.field);
    // Whether the data are the same was asked above, wherever the data lie.
    let fields: Vec<Field> = fields.filter(|field| *field != Field::Data).collect();
    match fields[..] {
        _ if !is_otherwise_equal => Kinship::OtherSettings,
        [] => Kinship::Repeated,
        [Field::Seed] => Kinship::OtherSeed,
        [Field::SplitSeed] | [Field::SplitSeed, Field::Seed] => Kinship::OtherSplit,
        _ => Kinship::OtherSettings,
    }
}

/// What a run has that another hasn't: settings at the start, then changes in mid-run. Where other
/// images validate it, so that its figures can't be set against the other's, that comes first.
pub fn from_run(run: &Run, reference: &Run) -> String {
    let settings = run.experiment.settings();
    let mut found = differences(reference.experiment.settings(), settings);
    // The same data may have lain elsewhere, or have been given by another name.
    if run.shares_validation_images(reference) != Sharing::OtherData {
        found.retain(|difference| difference.field != Field::Data);
    }
    let parts = phrases(&found, settings)
        .chain(changes(
            run.experiment.changes(),
            reference.experiment.changes(),
        ))
        .collect::<Vec<_>>();
    let word = run.shares_validation_images(reference).word();
    match (word, parts.is_empty()) {
        (None, true) => "same settings".into(),
        (None, false) => parts.join(", "),
        (Some(word), true) => word.into(),
        (Some(word), false) => format!("{word}: {}", parts.join(", ")),
    }
}

/// What the settings of a run are in place of those of another: `dropout 0 instead of 0.5`. The seed isn't counted: it
/// stands for luck.
pub fn instead(run: &Run, reference: &Run) -> String {
    let parts = parts_instead(run, reference);
    match parts.is_empty() {
        true => "same settings".into(),
        false => parts.join(", "),
    }
}

/// How many settings and changes tell a run from another one, but for the seed.
pub fn count_instead(run: &Run, reference: &Run) -> usize {
    parts_instead(run, reference).len()
}

fn parts_instead(run: &Run, reference: &Run) -> Vec<String> {
    let (settings, others) = (run.experiment.settings(), reference.experiment.settings());
    let mut found = differences(others, settings);
    let has_other_data = run.shares_validation_images(reference) == Sharing::OtherData;
    found.retain(|difference| match difference.field {
        Field::Seed => false,
        Field::Data => has_other_data,
        _ => true,
    });
    let settings = found.iter().map(|difference| {
        let field = difference.field;
        let before = match field {
            Field::BatchNorm if field.value_text(others) == "none" => "off".into(),
            _ => field.shown_text(others),
        };
        format!("{} instead of {before}", phrase(field, settings))
    });
    let (own, other) = (run.experiment.changes(), reference.experiment.changes());
    let gone = changes(other, own).map(|change| format!("without {change}"));
    settings.chain(changes(own, other)).chain(gone).collect()
}

/// What a run has that the nearest preset hasn't, and that preset.
pub fn from_preset(run: &Run) -> String {
    settings_from_preset(run.experiment.settings(), run.experiment.changes())
}

/// What [`from_preset`] says of settings with these changes in mid-run.
pub fn settings_from_preset(settings: &Settings, changed: &[Change]) -> String {
    let nearest = Preset::ALL
        .into_iter()
        .map(|preset| (preset, differences(&preset.settings(), settings)))
        .min_by_key(|(_, differences)| differences.len());
    let Some((preset, differences)) = nearest else {
        return String::new();
    };
    let parts: Vec<_> = phrases(&differences, settings)
        .chain(changes(changed, &[]))
        .collect();
    if parts.is_empty() {
        preset.label().into()
    } else {
        // What differs comes first: where there is little room, the end is cut off.
        format!("{} (rest as {})", parts.join(", "), preset.label())
    }
}

fn phrases(differences: &[Difference], settings: &Settings) -> impl Iterator<Item = String> {
    differences
        .iter()
        .map(|difference| phrase(difference.field, settings))
}

fn changes(changes: &[Change], reference: &[Change]) -> impl Iterator<Item = String> {
    changes
        .iter()
        .filter(|change| !reference.contains(change))
        .map(|change| format!("{} from epoch {}", change.to, change.epoch))
}

/// A field and its value as a person says it: "dropout 0.5", "2,000 images".
fn phrase(field: Field, settings: &Settings) -> String {
    match field {
        Field::TrainSize => match settings.data.train_size {
            TrainSize::Count(count) => {
                format!("{} images", format::whole(count))
            }
            TrainSize::All(_) => "all images".into(),
        },
        Field::ValidationSize => format!(
            "{} validation images",
            format::whole(settings.data.validation_size)
        ),
        Field::Architecture => settings.network.architecture.name().into(),
        _ => Setting::read(field, settings).map_or_else(
            || format!("{} {}", field.label(), field.value_text(settings)),
            |setting| setting.to_string(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataSource, Experiment};
    use crate::lab::run::RunId;

    fn run(edit: impl Fn(&mut Settings), changes: Vec<Change>) -> Run {
        let mut settings = Preset::Cnn.settings();
        edit(&mut settings);
        let experiment = Experiment::new(settings, changes).unwrap();
        Run::new(RunId("A1".into()), "A1".into(), 0, experiment)
    }

    #[test]
    fn only_another_seed_is_luck() {
        let one = run(|_| {}, Vec::new());
        let check = |other: Run, expected| {
            assert_eq!(kinship(&one, &other), expected);
            assert_eq!(kinship(&other, &one), expected);
        };
        check(one.clone(), Kinship::Repeated);
        check(run(|s| s.seed = 2, Vec::new()), Kinship::OtherSeed);
        let split = |s: &mut Settings| s.data.split_seed = 2;
        check(run(split, Vec::new()), Kinship::OtherSplit);
        let both = |s: &mut Settings| (s.seed, s.data.split_seed) = (2, 2);
        check(run(both, Vec::new()), Kinship::OtherSplit);
        let dropout = |s: &mut Settings| (s.seed, s.regularization.dropout) = (2, 0.5);
        check(run(dropout, Vec::new()), Kinship::OtherSettings);
        let change = Change::at_epoch(2, Setting::Dropout(0.5));
        check(run(|s| s.seed = 2, vec![change]), Kinship::OtherSettings);
        let (mut here, mut elsewhere) = (one.clone(), one.clone());
        here.data_sha256 = Some("1".into());
        elsewhere.data_sha256 = Some("2".into());
        assert_eq!(kinship(&here, &elsewhere), Kinship::OtherSettings);
        assert_eq!(from_run(&here, &elsewhere), "other data");
        // The same data at another place is no difference.
        let mut moved = run(
            |settings| settings.data.source = DataSource::files("elsewhere/train.csv".into()),
            Vec::new(),
        );
        moved.data_sha256 = Some("1".into());
        assert_eq!(kinship(&here, &moved), Kinship::Repeated);
        assert_eq!(from_run(&moved, &here), "same settings");
    }

    #[test]
    fn what_is_compared_is_said_with_what_it_is_compared_with() {
        let check =
            |run: &Run, other: &Run, expected: &str| assert_eq!(instead(run, other), expected);
        let with = |dropout: f64| run(move |s| s.regularization.dropout = dropout, Vec::new());
        check(&with(0.0), &with(0.5), "dropout 0 instead of 0.5");
        check(&with(0.5), &with(0.5), "same settings");
        let many = |count: usize, batch_norm: &str| {
            let batch_norm = batch_norm.to_owned();
            run(
                move |s| {
                    s.data.train_size = TrainSize::Count(count);
                    s.set("batch-norm", &batch_norm).unwrap();
                },
                Vec::new(),
            )
        };
        check(
            &many(2_000, "channels"),
            &many(500, "none"),
            "2,000 images instead of 500, batch norm channels instead of off",
        );
        let change = Change::at_epoch(2, Setting::Dropout(0.5));
        let changed = run(|_| {}, vec![change]);
        let plain = run(|_| {}, Vec::new());
        check(&changed, &plain, "dropout 0.5 from epoch 2");
        check(&plain, &changed, "without dropout 0.5 from epoch 2");
    }
}
