//! The table of rows that the panel draws, made of the table of settings without drawing
//! anything: which settings have a row in which group, and what each row says. No egui.

use super::StrategiesView;
use super::rules::{self, Mark};
use crate::experiment::{ExperimentError, Field, Kind, Liveness, Setting, Settings, Strategy};

/// A setting's row.
pub struct Row {
    /// The setting.
    pub field: Field,
    /// The name that stands before the control.
    pub label: String,
    /// The whole name, for screen readers.
    pub name: String,
    /// Why the setting has no effect with the architecture, and can't be changed.
    pub idle: Option<&'static str>,
    /// Why the setting has no say just now, though it can be changed.
    pub silent: Option<&'static str>,
    /// The value that the setting is reset to, where it was changed.
    pub changed_from: Option<String>,
    /// The word that says when the setting acts.
    pub mark: Mark,
    /// What is wrong with the value.
    pub error: Option<String>,
    /// What the value is changed with.
    pub control: Control,
}

/// What a value is changed with.
pub enum Control {
    /// A line that names the data, and a button that opens others.
    Data,
    /// A checkbox.
    Switch,
    /// A checkbox, and a number beside it while it is on. The number's name is given.
    NumberOrOff(String),
    /// A number, with a slider beneath it where the table has one.
    Number,
    /// A list to choose from.
    Choice(Vec<Offer>),
}

/// A value in a list to choose from.
pub struct Offer {
    /// The value.
    pub value: Setting,
    /// What the list shows.
    pub text: String,
    /// What is shown where the value is chosen.
    pub short: &'static str,
    /// What the value does, or why it can't be chosen.
    pub hover: &'static str,
    /// Whether it can be chosen.
    pub is_enabled: bool,
}

/// The settings of a group that have a row of their own just now, from top to bottom. A setting without
/// effect is folded away, unless something is wrong with its value. The number of epochs stands beside
/// the group's title, open or not.
pub fn fields(strategy: Strategy, view: &StrategiesView<'_>, edited: &Settings) -> Vec<Field> {
    let (mut shown, _) = of_group(strategy, view, edited);
    shown.sort_by_key(|field| place(*field));
    shown
}

/// Settings of a group that have no effect just now, for one reason.
#[derive(Debug, PartialEq, Eq)]
pub struct Folded {
    /// Why, in words that follow "no effect".
    pub because: String,
    /// The settings.
    pub fields: Vec<Field>,
}

impl Folded {
    /// The line that stands for the settings: "4 have no effect: augmentation is off".
    pub fn line(&self) -> String {
        match self.fields.len() {
            1 => format!("1 has no effect{}", self.because),
            count => format!("{count} have no effect{}", self.because),
        }
    }
}

/// The settings of a group that are folded away, by the reasons.
pub fn folded(strategy: Strategy, view: &StrategiesView<'_>, edited: &Settings) -> Vec<Folded> {
    let (_, without_effect) = of_group(strategy, view, edited);
    let mut parts: Vec<Folded> = Vec::new();
    for (field, because) in without_effect {
        match parts.iter_mut().find(|part| part.because == because) {
            Some(part) => part.fields.push(field),
            None => parts.push(Folded {
                because,
                fields: vec![field],
            }),
        }
    }
    parts
}

/// The settings of a group that are shown, and those that are folded away, each with the reason.
fn of_group(
    strategy: Strategy,
    view: &StrategiesView<'_>,
    edited: &Settings,
) -> (Vec<Field>, Vec<(Field, String)>) {
    let wrong = view.error.map(ExperimentError::field);
    let (mut shown, mut without_effect) = (Vec::new(), Vec::new());
    for field in Field::ALL {
        if field.strategy() != strategy || field == Field::Epochs {
            continue;
        }
        match rules::without_effect(field, edited).filter(|_| wrong != Some(field)) {
            Some(because) => without_effect.push((field, because)),
            None => shown.push(field),
        }
    }
    (shown, without_effect)
}

/// The place of a row within its group, where the table's order isn't the one that is read best:
/// what is changed most stands above.
fn place(field: Field) -> usize {
    match field {
        Field::LearningRate | Field::Schedule => 0,
        Field::Optimizer => 1,
        Field::ValidationSize => 3,
        Field::SplitSeed => 4,
        Field::Seed => 5,
        _ => 2,
    }
}

impl Row {
    /// The row of a field as things stand, the edits of this frame included.
    pub fn new(field: Field, view: &StrategiesView<'_>, edited: &Settings) -> Self {
        let name = sentence_case(field.label());
        let is_changed = rules::differs(field, view.draft, view.baseline);
        Self {
            field,
            label: match field {
                // The row stands under that of batch norm, unless it is folded away.
                Field::BatchNormMomentum if rules::without_effect(field, edited).is_none() => {
                    "… momentum".into()
                }
                _ => name.clone(),
            },
            idle: field.entry().idle_with(edited.network.architecture),
            silent: (field.entry().silent)(edited),
            changed_from: is_changed.then(|| field.shown_text(view.baseline)),
            mark: rules::mark(field, view),
            error: rules::error_at(field, view.error),
            control: control(field, &name, view, edited),
            name,
        }
    }
}

fn control(field: Field, name: &str, view: &StrategiesView<'_>, edited: &Settings) -> Control {
    match &field.entry().kind {
        Kind::Data => Control::Data,
        Kind::Switch => Control::Switch,
        Kind::Number(number) => match number.off {
            Some(off) => Control::NumberOrOff(format!("{name} {}", off.number)),
            None => Control::Number,
        },
        Kind::Choice(choices) => {
            let architecture = edited.network.architecture;
            let offers = choices.iter().map(|choice| {
                let excluded = choice.idle_with(architecture);
                Offer {
                    value: choice.value,
                    text: if needs_new_run(choice.value, view) {
                        format!("{}, new run", choice.label)
                    } else {
                        choice.label.into()
                    },
                    short: choice.short,
                    hover: excluded.unwrap_or(choice.help),
                    is_enabled: excluded.is_none(),
                }
            });
            Control::Choice(offers.collect())
        }
    }
}

/// Whether a value of a live setting is one that the run in work can't take.
fn needs_new_run(value: Setting, view: &StrategiesView<'_>) -> bool {
    let field = value.field();
    let followed = view.active.as_ref().filter(|active| active.follows);
    let Some(now) = followed.map(|active| active.settings_now) else {
        return false;
    };
    if field.liveness() == Liveness::NewRun || Setting::read(field, now) == Some(value) {
        return false;
    }
    let mut changed = now.clone();
    value.apply(&mut changed);
    field.acts_between(now, &changed) == Liveness::NewRun
}

/// A label in sentence case, as the window and screen readers say it.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Architecture, BatchNorm, Preset};

    fn view<'a>(settings: &'a Settings, now: Option<&'a Settings>) -> StrategiesView<'a> {
        StrategiesView {
            draft: settings,
            baseline: settings,
            scheduled: &[],
            preset: None,
            active: now.map(|settings_now| super::super::ActiveView {
                run_name: "A12",
                settings_now,
                follows: true,
            }),
            other: None,
            error: None,
            parameters: None,
            seconds_per_epoch: None,
            seconds_estimate_is_measured: false,
        }
    }

    #[test]
    fn every_setting_has_one_row_in_one_group() {
        let settings = Preset::Default.settings();
        let view = view(&settings, None);
        let rows = Strategy::ALL
            .into_iter()
            .flat_map(|strategy| fields(strategy, &view, &settings));
        let mut rows: Vec<_> = rows.chain([Field::Epochs]).collect();
        rows.sort();
        assert_eq!(rows, Field::ALL);
    }

    #[test]
    fn rows_stand_in_the_order_in_which_they_are_read_best() {
        let settings = Preset::Cnn.settings();
        let names = |strategy| -> Vec<_> {
            let fields = fields(strategy, &view(&settings, None), &settings);
            fields.into_iter().map(Field::name).collect()
        };
        let training = names(Strategy::Training);
        assert_eq!(training[..3], ["learning-rate", "schedule", "optimizer"]);
        let measures = &training[training.len() - 3..];
        assert_eq!(measures, ["validation-size", "split-seed", "seed"]);
        assert_eq!(
            names(Strategy::MoreData),
            ["data", "train-size", "label-noise"]
        );
        // Augmentation is off, so that its ranges have no rows.
        assert_eq!(names(Strategy::Augmentation), ["augment"]);
    }

    #[test]
    fn what_has_no_effect_is_folded_away_with_the_reason_and_nothing_is_lost() {
        for architecture in [Architecture::Linear, Architecture::Dense, Architecture::Cnn] {
            let settings = Preset::Cnn.settings().with_architecture(architecture);
            let view = view(&settings, None);
            let mut all = vec![Field::Epochs];
            for strategy in Strategy::ALL {
                all.extend(fields(strategy, &view, &settings));
                let parts = folded(strategy, &view, &settings);
                all.extend(parts.into_iter().flat_map(|part| part.fields));
            }
            all.sort();
            assert_eq!(all, Field::ALL, "{architecture:?}");
        }
        let settings = Preset::Cnn
            .settings()
            .with_architecture(Architecture::Linear);
        let lines = |strategy| -> Vec<_> {
            let parts = folded(strategy, &view(&settings, None), &settings);
            parts.iter().map(Folded::line).collect()
        };
        let off = "4 have no effect: augmentation is off";
        assert_eq!(lines(Strategy::Augmentation), [off]);
        let linear = "3 have no effect with Linear";
        assert_eq!(lines(Strategy::Regularization), [linear]);
        assert_eq!(lines(Strategy::LessComplexity), [linear]);
        assert_eq!(lines(Strategy::Training), [""; 0]);
    }

    #[test]
    fn a_choice_says_what_the_run_in_work_cant_take() {
        let settings = Preset::Default.settings();
        let view = view(&settings, Some(&settings));
        let row = Row::new(Field::BatchNorm, &view, &settings);
        let Control::Choice(offers) = row.control else {
            panic!("batch norm is a choice");
        };
        let texts: Vec<_> = offers.iter().map(|offer| offer.text.as_str()).collect();
        assert_eq!(texts, ["none", "channels", "rows, new run"]);
        assert_eq!(offers[2].value, Setting::BatchNorm(BatchNorm::Rows));
        assert!(offers.iter().all(|offer| offer.is_enabled));
    }
}
