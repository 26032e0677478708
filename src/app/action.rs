//! What a person asked for. Panels return actions and change nothing themselves; one place
//! applies them after drawing (`apply.rs`).

use super::look::EpochChoice;
use super::panels::export::ExportKind;
use super::panels::layers::ChosenImage;
use super::panels::tabs::Tab;
use crate::experiment::{DataSource, Field, Preset, Settings};
use crate::lab::RunId;
use crate::lab::store::{KeepEpochs, Overwrite};
use std::path::PathBuf;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Start a run with the settings as they stand.
    Train,
    /// Take a run up again where it stopped: on this device, or else on the one that it had.
    ResumeRun(RunId, Option<crate::lab::DeviceChoice>),
    /// Not to be asked again whether this run shall go on.
    DeclineResume(RunId),
    /// Train a run's experiment again on the CPU, its device having failed.
    TrainOnCpu(RunId),
    /// Hold the active run still.
    Pause,
    /// Let it go on.
    Resume,
    /// End it and keep what it has.
    Stop,
    /// Take a preset's settings.
    ChoosePreset(Preset),
    /// The settings were edited to these.
    Edit(Box<Settings>),
    /// Put a field back to the preset's value.
    ResetField(Field),
    /// Put every field back to the preset's value.
    ResetSettings,
    /// Drop the changes that the settings schedule for mid-run.
    ForgetChanges,
    /// Take back the last edit of the settings.
    Undo,
    /// Make it again.
    Redo,
    /// Show the active run's settings again, to change it in mid-run.
    FollowActiveRun,
    /// Take a run's settings for the next run.
    UseSettingsOf(RunId),
    /// Make a run the chosen one.
    ChooseRun(RunId),
    /// Which epoch of the chosen run the tabs show.
    ChooseEpoch(EpochChoice),
    /// The run that Errors compares the chosen one with, or none.
    CompareWith(Option<RunId>),
    /// The image that Layers follows through the network.
    LookAt(ChosenImage),
    /// Show a tab.
    ShowTab(Tab),
    /// Which epochs' weights the next run keeps.
    KeepEpochs(KeepEpochs),
    /// Remove weights of a run's epochs from disk.
    ThinRun(RunId, KeepEpochs),
    /// The pointer is over a run's row or line, or over none.
    HoverRun(Option<RunId>),
    /// Show or hide a run's curves.
    ShowRun(RunId, bool),
    /// Star a run, or not.
    StarRun(RunId, bool),
    /// Give a run a name.
    RenameRun(RunId, String),
    /// Move a run into the bin.
    DeleteRun(RunId),
    /// Take the last deleted run out of the bin.
    UndoDelete,
    /// Show a run's folder in the file manager.
    OpenRunFolder(RunId),
    /// Ask for an experiment file and take its settings.
    OpenExperiment,
    /// Ask for a place and write the settings there.
    SaveExperiment,
    /// Write the settings over the file that is there.
    ReplaceExperiment(PathBuf),
    /// Open the dialog for data.
    OpenData,
    /// Read a file or folder of data, and show what it holds.
    LoadData(PathBuf),
    /// Take data for the next run.
    TakeData(DataSource),
    /// Open the dialog for a Kaggle submission.
    OpenSubmission,
    /// Predict with what that dialog holds.
    PredictSubmission,
    /// Write what it predicted.
    WriteSubmission(Overwrite),
    /// Open the dialog for an export.
    OpenExport(ExportKind),
    /// Export what that dialog holds.
    Export(Overwrite),
    /// Show a file's folder in the file manager.
    ShowInFolder(PathBuf),
    /// Show the system's own file dialog beside a field that is open.
    AskNative(PathPurpose),
    /// Ask for a curve file and lay it behind the runs.
    OpenCurves,
    /// Take the curve from elsewhere away.
    CloseCurves,
    /// A path was chosen in a dialog, typed or dropped.
    PathChosen(PathPurpose, PathBuf),
    /// Something in the tab Draw.
    Draw(super::drawing::DrawAction),
    /// Choose the device for the next run.
    ChooseDevice(crate::lab::DeviceChoice),
    /// Try a GPU out, again too.
    ProbeDevice(Box<crate::lab::DeviceInfo>),
    /// Choose the threads of the CPU for the next run; none for one a core.
    ChooseThreads(Option<crate::lab::Threads>),
    /// Choose light, dark, or the system's.
    ChooseTheme(eframe::egui::ThemePreference),
    /// Text size, as a factor of the usual.
    TextSize(f32),
    /// Show or hide the side panel.
    ToggleSides,
    /// Show or hide the log.
    ToggleLog,
    /// Show or hide the list of keys.
    ToggleKeys,
    /// Show or hide what the program is.
    ToggleAbout,
    /// Close the window; in mid-training it asks first.
    Quit,
    /// The answer to that: stop the run, keep it and close.
    StopAndClose,
    /// The other answer: go on training.
    StayOpen,
}

/// What a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPurpose {
    /// Read an experiment.
    OpenExperiment,
    /// Write an experiment.
    SaveExperiment,
    /// Read curves from elsewhere.
    OpenCurves,
    /// Read a file of data.
    OpenData,
    /// Read a folder of data.
    OpenDataFolder,
    /// Read Kaggle's test file.
    OpenTest,
    /// Write a submission.
    SaveSubmission,
    /// Write an export.
    SaveExport,
    /// Read a picture and lay it on the canvas.
    OpenPicture,
}
