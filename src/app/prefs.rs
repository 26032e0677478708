//! What the window remembers over a restart: sizes, choices, the last settings. The window starts
//! also where the file can't be read, with the usual sizes and choices.

use super::commands::SEED_CHOICES;
use super::panels::runs::RunsState;
use super::panels::strategies::StrategiesState;
use super::panels::tabs::TabsPrefs;
use super::plots::PlotsState;
use crate::experiment::{Experiment, Preset, shortened};
use crate::lab::store::{EXPERIMENT_LIMIT, KeepEpochs, check_regular, read_bounded_text};
use crate::lab::{RunId, Threads};
use eframe::egui::ThemePreference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes. The settings take most of it.
const PREFS_LIMIT: u64 = 2 * EXPERIMENT_LIMIT;

/// Everything that is remembered. Fields that the file of another version lacks take their
/// defaults.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// Width and height of the window, in points.
    pub window_size: [f32; 2],
    /// Light, dark, or the system's.
    pub theme: ThemeChoice,
    /// Text size, as a factor of the usual size.
    pub text_size: f32,
    /// Whether the settings, the tabs and the runs are shown around the curves.
    pub sides: bool,
    /// Width of the strategies, in points.
    pub side_width: f32,
    /// Height of the runs, in points.
    pub runs_height: f32,
    /// The preset that the settings started from, by name.
    pub preset: Option<String>,
    /// The settings, as the text of an experiment file.
    pub settings: Option<String>,
    /// The device, as the command line writes it.
    pub device: String,
    /// Threads of the CPU; none means one a core.
    pub threads: Option<Threads>,
    /// The chosen run.
    pub chosen: Option<RunId>,
    /// The files of curves that stand in the table of runs.
    pub opened: BTreeSet<PathBuf>,
    /// Runs whose curves are shown beside the chosen run's.
    pub shown: BTreeSet<RunId>,
    /// Interrupted runs that a person doesn't want to be asked about again.
    pub declined: BTreeSet<RunId>,
    /// The folder of the last export.
    pub export_folder: Option<PathBuf>,
    /// Which epochs' weights the next run keeps.
    pub keep_epochs: KeepEpochs,
    /// How many seeds a press of Train trains.
    pub seeds: SeedCount,
    /// The choices made in the tabs.
    pub tabs: TabsPrefs,
    /// How the plots are shown.
    pub plots: PlotsState,
    /// How the strategies are shown.
    pub strategies: StrategiesState,
    /// How the runs are shown.
    pub runs: RunsState,
}

/// How many seeds a press of Train trains: one of [`SEED_CHOICES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "usize", into = "usize")]
pub struct SeedCount(usize);

impl SeedCount {
    /// The choice that is nearest to a number.
    pub fn nearest(count: usize) -> Self {
        let nearest = SEED_CHOICES
            .into_iter()
            .min_by_key(|choice| choice.abs_diff(count));
        Self(nearest.unwrap_or(1))
    }

    /// How many seeds.
    pub fn count(self) -> usize {
        self.0
    }
}

impl Default for SeedCount {
    fn default() -> Self {
        Self(1)
    }
}

impl From<usize> for SeedCount {
    fn from(count: usize) -> Self {
        Self::nearest(count)
    }
}

impl From<SeedCount> for usize {
    fn from(seeds: SeedCount) -> Self {
        seeds.0
    }
}

/// Light, dark, or the system's theme, as the file names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// The system's theme.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl From<ThemeChoice> for ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::System => Self::System,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::Dark => Self::Dark,
        }
    }
}

impl From<ThemePreference> for ThemeChoice {
    fn from(preference: ThemePreference) -> Self {
        match preference {
            ThemePreference::System => Self::System,
            ThemePreference::Light => Self::Light,
            ThemePreference::Dark => Self::Dark,
        }
    }
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            window_size: [1280.0, 800.0],
            theme: ThemeChoice::System,
            text_size: 1.0,
            sides: true,
            side_width: super::theme::SIDE_WIDTH,
            runs_height: super::theme::RUNS_HEIGHT,
            preset: Some(Preset::FirstLook.name().into()),
            settings: None,
            device: "auto".into(),
            threads: None,
            chosen: None,
            opened: BTreeSet::new(),
            shown: BTreeSet::new(),
            declined: BTreeSet::new(),
            export_folder: None,
            keep_epochs: KeepEpochs::All,
            seeds: SeedCount::default(),
            tabs: TabsPrefs::default(),
            plots: PlotsState::default(),
            strategies: StrategiesState::default(),
            runs: RunsState::default(),
        }
    }
}

impl Prefs {
    /// Reads the file. Where that fails, everything is as usual, and the note says why.
    pub fn load(path: &Path) -> (Self, Option<String>) {
        if path.symlink_metadata().is_err() {
            return (Self::default(), None);
        }
        let text = check_regular(path).and_then(|()| read_bounded_text(path, PREFS_LIMIT));
        let text = match text {
            Ok(text) => text,
            Err(err) => {
                let note = format!("the window starts anew without what it remembered: {err}");
                return (Self::default(), Some(note));
            }
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(prefs) => (prefs.sane(), None),
            Err(err) => {
                let note = format!(
                    "what the window remembered is no good: {}; it starts anew: {}",
                    shortened(&err.to_string()),
                    path.display()
                );
                (Self::default(), Some(note))
            }
        }
    }

    /// Puts sizes into their ranges, since the file may come from another screen or a text editor.
    fn sane(mut self) -> Self {
        let usual = Self::default();
        let within = |value: f32, low: f32, high: f32, usual: f32| {
            if value.is_finite() {
                value.clamp(low, high)
            } else {
                usual
            }
        };
        for (size, usual) in self.window_size.iter_mut().zip(usual.window_size) {
            *size = within(*size, 400.0, 10_000.0, usual);
        }
        self.text_size = within(self.text_size, 1.0, 2.0, 1.0);
        self.side_width = within(self.side_width, 240.0, 480.0, usual.side_width);
        self.runs_height = within(
            self.runs_height,
            super::theme::RUNS_LEAST_HEIGHT,
            2_000.0,
            usual.runs_height,
        );
        self
    }

    /// The preset and the settings to open with. Settings that this version can't read give way
    /// to the preset's.
    pub fn opening(&self) -> (Option<Preset>, Option<Experiment>) {
        let preset = self.preset.as_deref().and_then(|name| name.parse().ok());
        let experiment = self
            .settings
            .as_deref()
            .and_then(|text| Experiment::from_json(text).ok());
        (preset, experiment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_the_usual_and_a_bad_one_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        assert!(Prefs::load(&path).1.is_none());
        std::fs::write(&path, "{\"text_size\": 1e9, \"from_the_future\": 1}").unwrap();
        let (prefs, note) = Prefs::load(&path);
        assert_eq!((prefs.text_size, note), (2.0, None));
        std::fs::write(&path, "{\"text_size\": ").unwrap();
        let (prefs, note) = Prefs::load(&path);
        assert_eq!(prefs.text_size, 1.0);
        assert!(note.unwrap().contains("window.json"));
    }
}
