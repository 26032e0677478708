//! What a person writes to set a setting: `dropout=0.5`.

use super::SweepError;
use crate::experiment::{Field, Settings};
use std::fmt;
use std::str::FromStr;

/// A setting and a value for it. The text is a value of the setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    field: Field,
    text: String,
}

impl Assignment {
    /// A setting and a value.
    ///
    /// # Errors
    /// Where a sweep doesn't vary the setting, or the text isn't a value of it.
    pub fn new(field: Field, text: &str) -> Result<Self, SweepError> {
        if let Some(why) = field.entry().kept_by_sweeps {
            return Err(SweepError::NotVaried {
                field: field.name(),
                why,
            });
        }
        let mut settings = crate::experiment::Preset::Default.settings();
        field.set(&mut settings, text)?;
        Ok(Self {
            field,
            text: text.into(),
        })
    }

    /// Puts the value into settings. Another architecture takes what has no effect with it to its
    /// neutral value, as the window does.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), SweepError> {
        self.field.set(settings, &self.text)?;
        if self.field == Field::Architecture {
            *settings = settings.with_architecture(settings.network.architecture);
        }
        Ok(())
    }

    /// The setting.
    pub fn field(&self) -> Field {
        self.field
    }

    /// The value, as the command line takes it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field.name(), self.text)
    }
}

impl FromStr for Assignment {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| SweepError::NotAnAssignment(text.into()))?;
        Self::new(field_named(name.trim())?, value.trim())
    }
}

/// The setting of a name.
pub(super) fn field_named(name: &str) -> Result<Field, SweepError> {
    Field::from_name(name).ok_or_else(|| SweepError::UnknownAxis {
        found: name.into(),
        known: Field::varied_by_sweeps()
            .map(Field::name)
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// Settings that are set together, in this order. None at all leave the base experiment as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Assignments(pub Vec<Assignment>);

impl Assignments {
    /// Puts all values into settings.
    ///
    /// # Errors
    /// Where a value is none of its setting, which an [`Assignment`] never is.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), SweepError> {
        self.0
            .iter()
            .try_for_each(|assignment| assignment.apply(settings))
    }
}

impl fmt::Display for Assignments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(" "))
    }
}

/// Reads assignments with blanks between them: `batch-norm=channels dropout=0.5`.
impl FromStr for Assignments {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let read: Result<Vec<Assignment>, SweepError> =
            text.split_whitespace().map(str::parse).collect();
        read.map(Self)
    }
}
