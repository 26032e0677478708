//! Why a setting can't be set by what a person typed.

use super::Field;
use super::value::Expected;
use crate::experiment::shortened;

/// Why a setting, or a change of one in mid-run, can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The text isn't a value of the setting.
    #[error("{}: {expected}, found {:?}", field.name(), shortened(found))]
    Unreadable {
        /// The setting.
        field: Field,
        /// What its value looks like.
        expected: Expected,
        /// The text.
        found: String,
    },
    /// No setting has this name.
    #[error("unknown field {:?}: expected one of {}", shortened(found), names(|_| true))]
    Unknown {
        /// The name.
        found: String,
    },
    /// No setting of this name can change in mid-run.
    #[error(
        "unknown field {:?}; in mid-run these can change: {}",
        shortened(found),
        Field::live_names()
    )]
    UnknownChange {
        /// The name.
        found: String,
    },
    /// The setting is fixed while a run trains.
    #[error("{} needs a new run; in mid-run these can change: {}", field.name(), Field::live_names())]
    NeedsNewRun {
        /// The setting.
        field: Field,
    },
    /// The text isn't a change in mid-run.
    #[error(
        "expected EPOCH:FIELD=VALUE with an epoch from 1, such as 8:dropout=0.5; found {:?}",
        shortened(found)
    )]
    NotAChange {
        /// The text.
        found: String,
    },
    /// A file has a change in mid-run whose setting or value can't be one.
    #[error(
        "change of {:?} to {}: expected a live field ({}) and a value of its kind",
        shortened(name),
        shortened(value),
        Field::live_names()
    )]
    NotAChangeInAFile {
        /// What the file calls the setting.
        name: String,
        /// The value in the file, as JSON.
        value: String,
    },
}

/// The names of some fields, for messages.
pub(super) fn names(is_named: impl Fn(Field) -> bool) -> String {
    let fields = Field::ALL.into_iter().filter(|field| is_named(*field));
    fields.map(Field::name).collect::<Vec<_>>().join(", ")
}
