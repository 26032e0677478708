//! Changes of settings in mid-run, which a run records and replays.

use super::check::{Experiment, ExperimentError};
use super::setting::{Field, Liveness, Setting, SettingError};
use super::settings::Settings;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

impl Setting {
    /// Whether a run with these settings can take this change while it trains.
    ///
    /// # Errors
    /// The field, the value and what is allowed.
    pub fn check(self, settings: &Settings) -> Result<(), ExperimentError> {
        let field = self.field();
        let mut changed = settings.clone();
        self.apply(&mut changed);
        let is_changed = Self::read(field, settings) != Some(self);
        if is_changed && field.acts_between(settings, &changed) == Liveness::NewRun {
            return Err(ExperimentError::NeedsNewRun {
                field,
                value: self.value_text(),
                expected: match field {
                    Field::BatchNorm => "none or channels: batch norm over rows needs a new run",
                    _ => "no change: a new run can have it",
                },
            });
        }
        Experiment::new(changed, Vec::new()).map(|_| ())
    }
}

/// A setting changed in mid-run. The change acts before the batch that it names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "ChangeEntry", try_from = "ChangeEntry")]
pub struct Change {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The batch of that epoch, counted from 1.
    pub batch: usize,
    /// The value before the change, which [`Experiment::new`] fills in.
    pub from: Setting,
    /// The value from that batch on.
    pub to: Setting,
}

impl Change {
    /// A change at the first batch of an epoch.
    pub fn at_epoch(epoch: usize, to: Setting) -> Self {
        Self {
            epoch,
            batch: 1,
            from: to,
            to,
        }
    }
}

impl FromStr for Change {
    type Err = SettingError;
    /// Reads `EPOCH:FIELD=VALUE`.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let usage = || SettingError::NotAChange { found: text.into() };
        let (epoch, assignment) = text.split_once(':').ok_or_else(usage)?;
        let (name, value) = assignment.split_once('=').ok_or_else(usage)?;
        let epoch = epoch.trim().parse().map_err(|_| usage())?;
        let name = name.trim();
        let field = Field::from_name(name);
        let field = field.ok_or_else(|| SettingError::UnknownChange { found: name.into() })?;
        if field.liveness() == Liveness::NewRun {
            return Err(SettingError::NeedsNewRun { field });
        }
        Ok(Self::at_epoch(epoch, Setting::parse(field, value.trim())?))
    }
}

/// A change as a file shows it: `{"epoch":8,"batch":1,"field":"dropout","from":0.0,"to":0.5}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeEntry {
    epoch: usize,
    batch: usize,
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<serde_json::Value>,
    to: serde_json::Value,
}

impl From<Change> for ChangeEntry {
    fn from(change: Change) -> Self {
        let value = |setting: Setting| {
            let mut object = serde_json::to_value(setting).unwrap_or_default();
            object
                .get_mut("value")
                .map(serde_json::Value::take)
                .unwrap_or_default()
        };
        Self {
            epoch: change.epoch,
            batch: change.batch,
            field: change.to.field().name().into(),
            from: Some(value(change.from)),
            to: value(change.to),
        }
    }
}

impl TryFrom<ChangeEntry> for Change {
    type Error = SettingError;
    fn try_from(entry: ChangeEntry) -> Result<Self, SettingError> {
        let setting = |value: serde_json::Value| {
            let shown = value.to_string();
            let tagged = serde_json::json!({ "field": entry.field, "value": value });
            serde_json::from_value::<Setting>(tagged)
                .ok()
                .filter(|setting| setting.field().liveness() != Liveness::NewRun)
                .ok_or_else(|| SettingError::NotAChangeInAFile {
                    name: entry.field.clone(),
                    value: shown,
                })
        };
        let to = setting(entry.to)?;
        Ok(Self {
            epoch: entry.epoch,
            batch: entry.batch,
            from: entry.from.map(setting).transpose()?.unwrap_or(to),
            to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{BatchNorm, Preset};

    #[test]
    fn a_change_reads_from_the_command_line_and_from_json() {
        let change: Change = "8:dropout=0.5".parse().unwrap();
        assert_eq!(change, Change::at_epoch(8, Setting::Dropout(0.5)));
        let json = serde_json::to_string(&change).unwrap();
        assert_eq!(
            json,
            r#"{"epoch":8,"batch":1,"field":"dropout","from":0.5,"to":0.5}"#
        );
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
        for (text, part) in [
            ("dropout=0.5", "EPOCH:FIELD=VALUE"),
            ("3:width=2", "needs a new run"),
            ("3:dropuot=2", "unknown field"),
            ("3:dropout=x", "expected a number"),
        ] {
            let message = text.parse::<Change>().unwrap_err().to_string();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn what_needs_a_new_run_is_no_change() {
        let settings = Preset::Default.settings();
        let message = Setting::Width(0.5).check(&settings).unwrap_err();
        assert!(message.to_string().contains("width: 0.5"), "{message}");
        let json = r#"{"epoch":8,"batch":1,"field":"width","from":1.0,"to":0.5}"#;
        let message = serde_json::from_str::<Change>(json).unwrap_err();
        assert!(message.to_string().contains("a live field"), "{message}");
    }

    #[test]
    fn batch_norm_over_rows_is_not_live() {
        let settings = Preset::Default.settings();
        assert!(Setting::BatchNorm(BatchNorm::None).check(&settings).is_ok());
        assert!(
            Setting::BatchNorm(BatchNorm::Rows)
                .check(&settings)
                .is_err()
        );
        let article = Preset::Article.settings();
        assert!(Setting::BatchNorm(BatchNorm::None).check(&article).is_err());
        let linear = Preset::Linear.settings();
        assert!(
            Setting::BatchNorm(BatchNorm::Channels)
                .check(&linear)
                .is_err()
        );
    }
}
