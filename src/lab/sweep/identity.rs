//! By what a run is known again: a hash of everything that its figures follow from.

use crate::experiment::{Change, DataSource, Experiment, Settings};
use crate::lab::store::hash::sha256;
use crate::training::Numbers;
use serde::Serialize;
use std::fmt;

/// A hash of a whole experiment (settings, changes, seed), of the images and labels, and of the
/// arithmetic. Two runs of one identity have the same figures to the bit, whoever trained them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(String);

/// How many characters of an identity name a folder: of a million runs, two share these with a
/// probability of one in five hundred.
const IN_A_NAME: usize = 12;

/// What the hash is made of. Where the data lie is no part of it, but what they hold is.
#[derive(Serialize)]
struct Content<'a> {
    format: u32,
    numbers: Numbers,
    data_sha256: Option<&'a str>,
    settings: Settings,
    changes: &'a [Change],
}

impl Identity {
    /// How many characters the name of a folder has.
    pub(super) const FOLDER_NAME: usize = IN_A_NAME + 1;

    /// The identity of an experiment on images and labels of this hash, where they aren't the embedded
    /// data.
    pub fn of(experiment: &Experiment, data_sha256: Option<&str>, numbers: Numbers) -> Self {
        let mut settings = experiment.settings().clone();
        settings.data.source = DataSource::Mnist;
        let content = Content {
            format: 1,
            numbers,
            data_sha256,
            settings,
            changes: experiment.changes(),
        };
        // The content is made of plain structs of numbers and words, so writing it can't fail.
        let text = serde_json::to_string(&content).unwrap_or_default();
        Self(sha256(&[text.as_bytes()]))
    }

    /// The name of the folder of a run that a sweep trains: `R` and the beginning of the hash.
    pub fn folder_name(&self) -> String {
        format!("R{}", &self.0[..IN_A_NAME.min(self.0.len())])
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, Setting};

    #[test]
    fn what_changes_a_figure_changes_the_identity_and_a_path_does_not() {
        let numbers = Numbers::of_this_process();
        let of = |settings: &Settings, changes: Vec<Change>, data: Option<&str>| {
            let experiment = Experiment::new(settings.clone(), changes).unwrap();
            Identity::of(&experiment, data, numbers)
        };
        let base = Preset::FirstLook.settings();
        let plain = of(&base, Vec::new(), None);
        assert_eq!(plain, of(&base, Vec::new(), None));
        let mut other = base.clone();
        other.seed += 1;
        assert_ne!(plain, of(&other, Vec::new(), None));
        let change = Change::at_epoch(2, Setting::Dropout(0.5));
        assert_ne!(plain, of(&base, vec![change], None));
        assert_ne!(plain, of(&base, Vec::new(), Some("0a")));
        assert!(plain.folder_name().starts_with('R'));
        assert_eq!(plain.folder_name().len(), 13);
    }

    #[test]
    fn the_identity_of_an_experiment_stays_what_it_is() {
        // A run that was kept would not be found again if this changed: raise the version of the
        // arithmetic where figures change, and leave this as it is where they don't.
        let experiment = Experiment::new(Preset::FirstLook.settings(), Vec::new()).unwrap();
        let numbers = serde_json::from_str(r#"{"version":1,"rounding":"fused"}"#).unwrap();
        let identity = Identity::of(&experiment, None, numbers);
        assert_eq!(identity.folder_name(), "R75b400847dc3");
    }
}
