//! The file of an experiment: JSON with a version. Unknown fields and versions are errors.

use super::change::Change;
use super::check::{Experiment, ExperimentError, SplitInFile};
use super::json_words::plain;
use super::settings::{
    Augmentation, DataSettings, NetworkSettings, RegularizationSettings, Settings, TrainSize,
    TrainingSettings,
};
use super::source::DataSource;
use serde::{Deserialize, Serialize};

/// The version that this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Why an experiment could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The text isn't JSON, or not of the form of an experiment.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was found and what was expected.
        message: String,
    },
    /// The file is of another version of the format.
    #[error(
        "version {found} of the experiment format is not known, expected {FORMAT_VERSION}: open it with the version of Overfit Lab that wrote it"
    )]
    UnknownVersion {
        /// The version that the file states.
        found: u64,
    },
    /// The file has the right form and an impossible value.
    #[error(transparent)]
    Invalid(#[from] ExperimentError),
}

impl FileError {
    /// The error without line and column, for an experiment that lies within another file.
    pub fn without_place(&self) -> String {
        match self {
            Self::Malformed { message, .. } => message.clone(),
            Self::UnknownVersion { .. } | Self::Invalid(_) => self.to_string(),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExperimentFile {
    version: u32,
    seed: u64,
    data: DataFile,
    augmentation: Augmentation,
    network: NetworkSettings,
    regularization: RegularizationSettings,
    training: TrainingSettings,
    #[serde(default)]
    changes: Vec<Change>,
}

/// The settings as they lie in the saved state of a run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsFile {
    seed: u64,
    data: DataFile,
    augmentation: Augmentation,
    network: NetworkSettings,
    regularization: RegularizationSettings,
    training: TrainingSettings,
}

/// The settings of the data as files hold them. In a file that is older than the split seed, the
/// seed splits the images.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataFile {
    source: DataSource,
    train_size: TrainSize,
    validation_size: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    split_seed: Option<u64>,
    label_noise: f64,
}

impl DataFile {
    fn of(data: DataSettings, split: SplitInFile) -> Self {
        Self {
            source: data.source,
            train_size: data.train_size,
            validation_size: data.validation_size,
            split_seed: match split {
                SplitInFile::Named => Some(data.split_seed),
                SplitInFile::BySeed => None,
            },
            label_noise: data.label_noise,
        }
    }

    fn settings(self, seed: u64) -> DataSettings {
        DataSettings {
            source: self.source,
            train_size: self.train_size,
            validation_size: self.validation_size,
            split_seed: self.split_seed.unwrap_or(seed),
            label_noise: self.label_noise,
        }
    }
}

impl From<Settings> for SettingsFile {
    fn from(settings: Settings) -> Self {
        Self {
            seed: settings.seed,
            data: DataFile::of(settings.data, SplitInFile::Named),
            augmentation: settings.augmentation,
            network: settings.network,
            regularization: settings.regularization,
            training: settings.training,
        }
    }
}

impl From<SettingsFile> for Settings {
    fn from(file: SettingsFile) -> Self {
        Self {
            seed: file.seed,
            data: file.data.settings(file.seed),
            augmentation: file.augmentation,
            network: file.network,
            regularization: file.regularization,
            training: file.training,
        }
    }
}

#[derive(Deserialize)]
struct VersionOnly {
    version: Option<u64>,
}

impl Experiment {
    /// The experiment as the text of a file.
    pub fn to_json(&self) -> String {
        let settings = self.settings().clone();
        let file = ExperimentFile {
            version: FORMAT_VERSION,
            seed: settings.seed,
            data: DataFile::of(settings.data, self.split_in_file),
            augmentation: settings.augmentation,
            network: settings.network,
            regularization: settings.regularization,
            training: settings.training,
            changes: self.changes().to_vec(),
        };
        // The file is made of plain structs of numbers and words, so writing it can't fail.
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Where the text isn't JSON of this form, states another version, or holds a value that is
    /// out of range.
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        let malformed = |err: serde_json::Error| FileError::Malformed {
            line: err.line(),
            column: err.column(),
            message: plain(&err.to_string()),
        };
        // The version is read first, since an unknown one explains every other difference.
        let head: VersionOnly = serde_json::from_str(text).map_err(malformed)?;
        if let Some(found) = head.version
            && found != u64::from(FORMAT_VERSION)
        {
            return Err(FileError::UnknownVersion { found });
        }
        let file: ExperimentFile = serde_json::from_str(text).map_err(malformed)?;
        let split_in_file = match file.data.split_seed {
            Some(_) => SplitInFile::Named,
            None => SplitInFile::BySeed,
        };
        let settings = Settings {
            seed: file.seed,
            data: file.data.settings(file.seed),
            augmentation: file.augmentation,
            network: file.network,
            regularization: file.regularization,
            training: file.training,
        };
        let mut experiment = Self::new(settings, file.changes)?;
        experiment.split_in_file = split_in_file;
        Ok(experiment)
    }
}

/// A message shortened to its beginning and its end, where the line is named. A message repeats
/// what stands in a file, which may be of any length.
pub(crate) fn shortened(message: &str) -> String {
    const BEGINNING: usize = 300;
    const END: usize = 60;
    let end = message.char_indices().rev().nth(END - 1);
    match (message.char_indices().nth(BEGINNING), end) {
        (Some((beginning, _)), Some((end, _))) if beginning < end => {
            format!("{} … {}", &message[..beginning], &message[end..])
        }
        _ => message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, Setting};

    #[test]
    fn every_preset_survives_the_file() {
        for preset in Preset::ALL {
            let changes = vec![Change::at_epoch(2, Setting::Epochs(9))];
            let experiment = Experiment::new(preset.settings(), changes).unwrap();
            let again = Experiment::from_json(&experiment.to_json()).unwrap();
            assert_eq!(again, experiment);
        }
    }

    /// The experiments of kept runs, as versions of the program have written them.
    fn kept_files() -> Vec<std::path::PathBuf> {
        let runs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/assets/runs");
        let runs = std::fs::read_dir(runs).unwrap();
        runs.map(|run| run.unwrap().path().join("experiment.json"))
            .collect()
    }

    #[test]
    fn the_files_of_kept_runs_are_written_as_they_were_to_the_byte() {
        let files = kept_files();
        assert!(files.len() >= 2, "{files:?}");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let experiment = Experiment::from_json(&text).unwrap();
            assert_eq!(experiment.to_json(), text, "{}", file.display());
        }
    }

    #[test]
    fn in_a_file_without_a_split_seed_the_seed_splits_the_images() {
        let mut settings = Preset::Cnn.settings();
        settings.seed = 7;
        let text = Experiment::new(settings, Vec::new()).unwrap().to_json();
        let named = "    \"split_seed\": 1,\n";
        assert!(text.contains(named), "{text}");
        let older = text.replace(named, "");
        let read = Experiment::from_json(&older).unwrap();
        assert_eq!(read.settings().data.split_seed, 7);
        assert_eq!(read.to_json(), older);
        // Another seed keeps the images, and the new experiment names the seed that splits them.
        let mut again = read.settings().clone();
        again.seed = 8;
        let again = Experiment::new(again, Vec::new()).unwrap();
        assert_eq!(again.settings().data.split_seed, 7);
        assert!(again.to_json().contains("\"split_seed\": 7"));
        let state = serde_json::to_string(again.settings()).unwrap();
        let same: Settings = serde_json::from_str(&state).unwrap();
        assert_eq!(same, *again.settings());
        let older = state.replace("\"split_seed\":7,", "");
        let read: Settings = serde_json::from_str(&older).unwrap();
        assert_eq!(read.data.split_seed, 8);
    }

    #[test]
    fn of_a_long_message_the_beginning_and_the_end_are_said() {
        let long = format!("unknown variant `{}` at line 7", "é".repeat(50_000));
        let said = shortened(&long);
        assert!(said.starts_with("unknown variant `é") && said.ends_with("é` at line 7"));
        assert_eq!(said.chars().count(), 363);
        for length in [0, 59, 60, 300, 360] {
            let message = "é".repeat(length);
            assert_eq!(shortened(&message), message);
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let good = Experiment::new(Preset::Cnn.settings(), Vec::new())
            .unwrap()
            .to_json();
        for (text, part) in [
            ("{", "line 1"),
            (
                &good.replace("\"seed\"", "\"sead\""),
                "the entry \"sead\" is not known",
            ),
            (
                &good.replace("\"version\": 1", "\"version\": 7"),
                "version 7",
            ),
            (
                &good.replace("\"version\": 1,", ""),
                "the entry \"version\" is missing",
            ),
            (
                &good.replace("\"dropout\": 0.0", "\"dropout\": 2.0"),
                "dropout: 2",
            ),
            (&good.replace("\"cnn\"", "\"cnnn\""), "found \"cnnn\""),
            (&good[..good.len() / 2], "cut off"),
        ] {
            let message = Experiment::from_json(text).unwrap_err().to_string();
            assert!(message.contains(part), "{part}: {message}");
        }
    }
}
