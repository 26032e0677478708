//! Each setting described once. The list in `table.rs` names every setting; its entry, in the file
//! of its strategy, says what it is called, what it does, when it acts, what values it takes and
//! where it has no effect. The command line's arguments, changes in mid-run, the check, the
//! differences between runs, the window's controls and hovers, and sweeps all read this table.

mod architecture;
mod augmentation;
mod differences;
mod entry;
mod error;
mod less_complexity;
mod more_data;
mod regularization;
mod table;
#[cfg(test)]
mod tests;
mod training;
mod value;

pub use differences::{Difference, differences};
pub use entry::{
    Argument, Choice, Digits, Entry, Idle, Kind, Liveness, Number, Off, Pace, Rail, Strategy,
};
pub use error::SettingError;
pub use table::{Field, Setting};
pub use value::Expected;

use super::number::whole;
use super::preset::Preset;
use super::settings::{Architecture, BatchNorm, Settings, TrainSize};
use error::names;
use std::fmt;

impl Field {
    /// The name that the command line, files and errors use.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The name that the window shows, to stand within a sentence.
    pub fn label(self) -> &'static str {
        self.entry().label
    }

    /// When a change acts in a run that trains.
    pub fn liveness(self) -> Liveness {
        self.entry().acts
    }

    /// The strategy that the field belongs to.
    pub fn strategy(self) -> Strategy {
        self.entry().strategy
    }

    /// Whether a change in mid-run makes the network learn otherwise. What only says how long the run
    /// goes on does not.
    pub fn turns_the_run(self) -> bool {
        !matches!(self, Self::Epochs | Self::EarlyStopping)
    }

    /// The field of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        // People read *augmentation* in the window, and may type it.
        let name = match name {
            "augmentation" => Self::Augment.name(),
            name => name,
        };
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The fields whose values a sweep may vary, in the table's order.
    pub fn varied_by_sweeps() -> impl Iterator<Item = Self> {
        let fields = Self::ALL.into_iter();
        fields.filter(|field| field.entry().kept_by_sweeps.is_none())
    }

    /// Sets the field by a text, as the command line does: `0.5`, `off`, `channels`.
    ///
    /// # Errors
    /// The field, the text and what is expected. Whether the value goes with the other settings is
    /// for [`Experiment::new`](super::Experiment::new) to say.
    pub fn set(self, settings: &mut Settings, text: &str) -> Result<(), SettingError> {
        let Some(take) = self.entry().take else {
            Setting::parse(self, text)?.apply(settings);
            return Ok(());
        };
        take(settings, text).map_err(|expected| SettingError::Unreadable {
            field: self,
            expected,
            found: text.into(),
        })
    }

    /// When a change from some settings to others acts in a run that has the first. Batch norm
    /// over rows is the one value of a live setting that can't be switched in mid-run.
    pub fn acts_between(self, from: &Settings, to: &Settings) -> Liveness {
        let has_rows = |settings: &Settings| settings.regularization.batch_norm == BatchNorm::Rows;
        if self == Self::BatchNorm && (has_rows(from) || has_rows(to)) {
            Liveness::NewRun
        } else {
            self.liveness()
        }
    }

    /// The names of the fields that can change in mid-run, for messages.
    pub fn live_names() -> String {
        names(|field| field.liveness() != Liveness::NewRun)
    }
}

impl Settings {
    /// Sets a field by its name and a text: `set("dropout", "0.5")`.
    ///
    /// # Errors
    /// The name, where no field has it; the field, the text and what is expected, where the text is
    /// no value of the field.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), SettingError> {
        let field = Field::from_name(name);
        let unknown = || SettingError::Unknown { found: name.into() };
        field.ok_or_else(unknown)?.set(self, text)
    }

    /// The settings with another architecture. What has no effect with it goes to its neutral
    /// value, so that a valid draft stays valid and nothing idle is said to differ.
    pub fn with_architecture(&self, architecture: Architecture) -> Self {
        let mut settings = self.clone();
        settings.network.architecture = architecture;
        let neutral = Preset::Cnn.settings();
        for field in Field::ALL {
            let entry = field.entry();
            let loses_its_value = match &entry.kind {
                Kind::Choice(choices) => choices.iter().any(|choice| {
                    choice.idle_with(architecture).is_some()
                        && Setting::read(field, &settings) == Some(choice.value)
                }),
                Kind::Data | Kind::Switch | Kind::Number(_) => false,
            };
            if loses_its_value || entry.idle_with(architecture).is_some() {
                field.copy(&neutral, &mut settings);
            }
        }
        settings
    }
}

impl Field {
    /// The field's value as a person reads it: a number of images with thousands apart, a share in per cent, and all
    /// else as the command line takes it.
    pub fn shown_text(self, settings: &Settings) -> String {
        let digits = self.entry().number().map(|number| number.digits);
        match (digits, self.number(settings)) {
            (Some(Digits::Images), Some(count)) => whole(count.max(0.0).round() as usize),
            (_, Some(share)) if self.is_share() => per_cent(share),
            _ => self.value_text(settings),
        }
    }

    /// Whether the value is a share, which people read in per cent.
    pub fn is_share(self) -> bool {
        let number = self.entry().number();
        number.is_some_and(|number| number.suffix == "%")
    }

    /// A value as the command line takes it, as a person reads it: a number of images with thousands apart, a share in
    /// per cent.
    pub fn shown_value(self, value: &str) -> String {
        let digits = self.entry().number().map(|number| number.digits);
        match (digits, value.parse()) {
            (Some(Digits::Images), Ok(count)) => whole(count),
            _ if self.is_share() => value.parse().map_or_else(|_| value.to_owned(), per_cent),
            _ => value.to_owned(),
        }
    }
}

/// A share in per cent, with what digits it has: `20%`, `2.5%`.
fn per_cent(share: f64) -> String {
    format!("{}%", (1e6 * share).round() / 1e4)
}

impl fmt::Display for Setting {
    /// The setting as a flag on the curves says it: `dropout 0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BatchNorm(BatchNorm::None) => f.write_str("batch norm off"),
            Self::TrainSize(TrainSize::Count(count)) => write!(f, "{} images", whole(*count)),
            Self::TrainSize(TrainSize::All(_)) => f.write_str("all images"),
            Self::Epochs(1) => f.write_str("1 epoch"),
            Self::Epochs(count) => write!(f, "{count} epochs"),
            other => {
                let field = other.field();
                write!(
                    f,
                    "{} {}",
                    field.label(),
                    field.shown_value(&other.value_text())
                )
            }
        }
    }
}
