//! What a person asked for: plain values that panels return and that the shell applies after
//! drawing (`shell/apply.rs`). Everything that a request carries is defined here or below `app`,
//! so that no panel is needed to understand one.

mod draw;
mod export;
mod kaggle;
mod queue;
mod sweep;
mod tabs;

pub use draw::{DrawAction, OwnSetKey};
pub use export::ExportKind;
pub use kaggle::KaggleJob;
pub use queue::QueueAction;
pub use sweep::{SweepAction, SweepKind};
pub use tabs::{ChosenImage, EpochChoice, Tab};

use crate::data::Copies;
use crate::experiment::{DataSource, Field, Preset, Setting, Settings};
use crate::lab::store::{KeepEpochs, Overwrite};
use crate::lab::sweep::Sweep;
use crate::lab::{DeviceChoice, DeviceInfo, RunId, Threads};
use std::path::PathBuf;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Start a run with the settings as they stand, or as many runs as were chosen beside the button.
    Train,
    /// How many seeds the next press of Train trains.
    ChooseSeeds(usize),
    /// Train the settings as they stand with these seeds, one after the other.
    TrainSeeds(Vec<u64>),
    /// Keep a sweep, and put its runs behind those that wait. Runs that are finished already are not
    /// trained again.
    QueueSweep(Box<Sweep>),
    /// Something was asked of the queue.
    Queue(QueueAction),
    /// Show or hide the queue.
    ToggleQueue,
    /// Resume a run where it stopped: on this device, or on the device that it had where none is
    /// given.
    ResumeRun(RunId, Option<DeviceChoice>),
    /// Never offer again to resume this run.
    DeclineResume(RunId),
    /// Train a run's experiment again on the CPU, because the run's device has failed.
    TrainOnCpu(RunId),
    /// Pause the active run after the present batch.
    Pause,
    /// Let the paused run go on.
    Resume,
    /// End the active run and keep what it has.
    Stop,
    /// Take a preset's settings.
    ChoosePreset(Preset),
    /// The settings were edited to these.
    Edit(Box<Settings>),
    /// Change these settings as a suggestion says: in the chosen run where it trains and takes
    /// them, else for the next run.
    TryOut(Vec<Setting>),
    /// Put a field back to the preset's value.
    ResetField(Field),
    /// Put every field back to the preset's value.
    ResetSettings,
    /// Drop the changes that the settings schedule for mid-run.
    ForgetChanges,
    /// Undo the last edit of the settings.
    Undo,
    /// Redo the edit that was undone last.
    Redo,
    /// Show the active run's settings again, to change the run while it trains.
    FollowActiveRun,
    /// Take a run's settings for the next run.
    UseSettingsOf(RunId),
    /// Make a run the chosen one.
    ChooseRun(RunId),
    /// Choose which epoch of the chosen run the tabs show.
    ChooseEpoch(EpochChoice),
    /// The run that Errors compares with the chosen one, or none.
    CompareWith(Option<RunId>),
    /// The image that Layers follows through the network.
    LookAt(ChosenImage),
    /// Show a tab.
    ShowTab(Tab),
    /// Show the layer of this name of the layer table in the tab Layers.
    ShowLayer(String),
    /// Which epochs' weights the next run keeps.
    KeepEpochs(KeepEpochs),
    /// Remove weights of a run's epochs from disk.
    ThinRun(RunId, KeepEpochs),
    /// The pointer is over a run's row or line, or over none.
    HoverRun(Option<RunId>),
    /// Show or hide a run's curves.
    ShowRun(RunId, bool),
    /// Star a run, or take its star away.
    StarRun(RunId, bool),
    /// Give a run a name.
    RenameRun(RunId, String),
    /// Move a run into the bin.
    DeleteRun(RunId),
    /// Take the last deleted run out of the bin.
    UndoDelete,
    /// Open the dialog that averages runs: this one and those shown, or the chosen one and those shown.
    OpenEnsemble(Option<RunId>),
    /// Open the dialog that averages runs, with these chosen.
    AverageRuns(Vec<RunId>),
    /// Open the dialog that changes an average.
    EditEnsemble(RunId),
    /// Keep an average of runs.
    KeepEnsemble {
        /// The average that is changed; none where a new one is made.
        of: Option<RunId>,
        /// The runs.
        members: Vec<RunId>,
        /// The copies that are answered beside each image.
        copies: Copies,
    },
    /// Set the copies that an average answers beside each image.
    SetCopies(RunId, Copies),
    /// Stop measuring what an average is worth.
    CancelMeasuring,
    /// Measure what an average is worth, where that was cancelled.
    MeasureEnsemble(RunId),
    /// Take an average out of the bin.
    RestoreEnsemble(RunId),
    /// Show a run's folder in the file manager.
    OpenRunFolder(RunId),
    /// Ask for an experiment file and take its settings.
    OpenExperiment,
    /// Ask for a path and write the settings there.
    SaveExperiment,
    /// Replace an experiment file with the settings.
    ReplaceExperiment(PathBuf),
    /// Open the dialog for data.
    OpenData,
    /// Read a file or folder of data, and show what it holds.
    LoadData(PathBuf),
    /// Take data for the next run.
    TakeData(DataSource),
    /// Open the dialog for a Kaggle submission.
    OpenSubmission,
    /// Predict the test file with the runs that the submission's dialog holds.
    PredictSubmission,
    /// Write the submission that was predicted.
    WriteSubmission(Overwrite),
    /// Open the dialog for an export.
    OpenExport(ExportKind),
    /// Make and write what the export's dialog holds.
    Export(Overwrite),
    /// Open the dialog of a report.
    OpenReport,
    /// Make and write the report that the dialog holds.
    WriteReport(Overwrite),
    /// Show a file's folder in the file manager.
    ShowInFolder(PathBuf),
    /// Show the system's own file dialog beside a path field that is open.
    AskNative(PathPurpose),
    /// Ask for a file of curves, and put its runs into the table.
    OpenCurves,
    /// Take the runs that were opened from files off the table.
    CloseCurves,
    /// A path was chosen in a dialog, typed or dropped.
    PathChosen(PathPurpose, PathBuf),
    /// Something was asked for in the tab Draw.
    Draw(DrawAction),
    /// Choose the device for the next run.
    ChooseDevice(DeviceChoice),
    /// Try a GPU out, also where that was done before.
    ProbeDevice(Box<DeviceInfo>),
    /// Choose the threads of the CPU for the next run; none means one a core.
    ChooseThreads(Option<Threads>),
    /// Something was asked for about many runs.
    Sweep(SweepAction),
    /// Open the dialog of an entry to Kaggle.
    OpenKaggle,
    /// Read the folder of a Kaggle competition.
    LoadKaggle(PathBuf),
    /// Train with a recipe, and write a submission when the run ends.
    TrainAndSubmit(Box<KaggleJob>),
    /// Choose light, dark, or the system's theme.
    ChooseTheme(eframe::egui::ThemePreference),
    /// Set the text size, as a factor of the usual one.
    TextSize(f32),
    /// Show curves, verdict and the drawn digit alone and large, or the whole window again.
    TogglePresentation,
    /// Show or hide the log.
    ToggleLog,
    /// Show or hide the list of keys.
    ToggleKeys,
    /// Show or hide the list of what words mean.
    ToggleWords,
    /// Show or hide the window that says what the program is.
    ToggleAbout,
    /// Close the window; while a run trains, the window asks first.
    Quit,
    /// Stop the run, keep it and close the window.
    StopAndClose,
    /// Leave the window open and go on training.
    StayOpen,
}

/// What a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPurpose {
    /// Read an experiment.
    OpenExperiment,
    /// Write an experiment.
    SaveExperiment,
    /// Read a file of curves.
    OpenCurves,
    /// Read the file of a sweep.
    OpenSweep,
    /// Read a file of data.
    OpenData,
    /// Read a folder of data.
    OpenDataFolder,
    /// Read the archive of a Kaggle competition.
    OpenKaggle,
    /// Read the folder of a Kaggle competition.
    OpenKaggleFolder,
    /// Read a file of images to predict, such as Kaggle's test file.
    OpenTest,
    /// Read a folder of images to predict.
    OpenTestFolder,
    /// Write a submission.
    SaveSubmission,
    /// Write an export.
    SaveExport,
    /// Write a report.
    SaveReport,
    /// Read a picture and put it on the canvas.
    OpenPicture,
}

impl Action {
    /// Whether a person asks for something to be trained whose curves they then want to see.
    pub fn begins_a_run(&self) -> bool {
        matches!(
            self,
            Self::Train
                | Self::TrainSeeds(_)
                | Self::TrainOnCpu(_)
                | Self::ResumeRun(..)
                | Self::TrainAndSubmit(_)
        )
    }
}
