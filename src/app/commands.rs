//! The commands of the window as one table: text, hover and key. Menus, buttons, shortcuts and
//! the list of keys all read this table, so that they always agree.

use super::action::{Action, SweepAction, SweepKind};
use crate::experiment::DataSource;
use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

/// A command that needs no argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Start a run.
    Train,
    /// Pause the run, or let it go on.
    PauseOrResume,
    /// Stop the run and keep what it has.
    Stop,
    /// Show or hide the runs that wait.
    ToggleQueue,
    /// Train with and without several remedies.
    Ablation,
    /// Train on more and more images.
    LearningCurve,
    /// Train with several values of settings.
    Sweep,
    /// Find the learning rates with which the settings learn.
    FindRates,
    /// Show what sweeps found, or the curves again.
    Findings,
    /// Undo an edit of the settings.
    Undo,
    /// Redo the edit that was undone last.
    Redo,
    /// Bring the last deleted run back.
    UndoDelete,
    /// Read an experiment.
    OpenExperiment,
    /// Write the experiment.
    SaveExperiment,
    /// Read a sweep.
    OpenSweep,
    /// Open data of the user's own.
    OpenData,
    /// Go back to the embedded digits.
    UseMnist,
    /// Open a file of curves.
    OpenCurves,
    /// Take the runs that were opened from files off the table.
    CloseCurves,
    /// Let several runs answer together.
    Average,
    /// Write a page about a sweep, or about the runs shown.
    Report,
    /// Predict Kaggle's test images.
    Submission,
    /// Train and submit in one go.
    Kaggle,
    /// Show curves, verdict and the drawn digit alone and large, or the whole window again.
    Presentation,
    /// Hide or show the log.
    ToggleLog,
    /// Make the text larger.
    LargerText,
    /// Make the text smaller.
    SmallerText,
    /// Go back to the usual text size.
    UsualText,
    /// Show or hide the list of keys.
    ToggleKeys,
    /// Show or hide the list of what words mean.
    ToggleWords,
    /// Show or hide the window that says what the program is.
    ToggleAbout,
    /// Close the window.
    Quit,
}

/// The range of the text size, as factors of the usual size.
pub const TEXT_SIZES: std::ops::RangeInclusive<f32> = 1.0..=2.0;
const TEXT_STEP: f32 = 0.1;

/// How many seeds a press of Train may train.
pub const SEED_CHOICES: [usize; 4] = [1, 3, 5, 10];

impl UserCommand {
    /// Every command, in the order of the list of keys.
    pub const ALL: [Self; 32] = [
        Self::Train,
        Self::PauseOrResume,
        Self::Stop,
        Self::ToggleQueue,
        Self::Ablation,
        Self::LearningCurve,
        Self::Sweep,
        Self::FindRates,
        Self::Findings,
        Self::Undo,
        Self::Redo,
        Self::UndoDelete,
        Self::OpenExperiment,
        Self::SaveExperiment,
        Self::OpenSweep,
        Self::OpenData,
        Self::UseMnist,
        Self::OpenCurves,
        Self::CloseCurves,
        Self::Average,
        Self::Report,
        Self::Submission,
        Self::Kaggle,
        Self::Presentation,
        Self::ToggleLog,
        Self::LargerText,
        Self::SmallerText,
        Self::UsualText,
        Self::ToggleKeys,
        Self::ToggleWords,
        Self::ToggleAbout,
        Self::Quit,
    ];

    /// The text of the command's menu entry, which ends in `…` where the command asks for more.
    pub fn text(self) -> &'static str {
        match self {
            Self::Train => "Train",
            Self::PauseOrResume => "Pause or resume",
            Self::Stop => "Stop & keep",
            Self::ToggleQueue => "Queue",
            Self::Ablation => "Ablation…",
            Self::LearningCurve => "Learning curve…",
            Self::Sweep => "Sweep…",
            Self::FindRates => "Learning-rate finder…",
            Self::Findings => "What sweeps found",
            Self::Undo => "Undo edit of settings",
            Self::Redo => "Redo edit of settings",
            Self::UndoDelete => "Undo delete",
            Self::OpenExperiment => "Open experiment…",
            Self::SaveExperiment => "Save experiment…",
            Self::OpenSweep => "Open sweep…",
            Self::OpenData => "Open data…",
            Self::UseMnist => "Use the embedded MNIST",
            Self::OpenCurves => "Open curves…",
            Self::CloseCurves => "Close curves",
            Self::Average => "Average runs…",
            Self::Report => "Report…",
            Self::Submission => "Kaggle submission…",
            Self::Kaggle => "Kaggle…",
            Self::Presentation => "Presentation",
            Self::ToggleLog => "Log",
            Self::LargerText => "Larger text",
            Self::SmallerText => "Smaller text",
            Self::UsualText => "Usual text",
            Self::ToggleKeys => "Keys",
            Self::ToggleWords => "What the words mean",
            Self::ToggleAbout => "About Overfit Lab",
            Self::Quit => "Quit",
        }
    }

    /// The hover text: what the command does, in a sentence.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Train => {
                "Starts a new run with the settings at the left, or several that differ in their seed"
            }
            Self::PauseOrResume => "Holds the run still after the present batch, or lets it go on",
            Self::Stop => "Ends the run and keeps its weights, the best epoch's and the last",
            Self::ToggleQueue => {
                "The runs that wait and those in work, in order: to move, to remove, to hold still"
            }
            Self::Ablation => {
                "Trains with and without each of several remedies, and shows what each brings and what may be luck"
            }
            Self::LearningCurve => {
                "Trains on more and more images, and shows what more data would bring"
            }
            Self::Sweep => {
                "Trains with several values of one setting or more, each with several seeds, and compares them"
            }
            Self::Findings => {
                "The pictures and figures of ablations, learning curves and sweeps, in place of the curves"
            }
            Self::FindRates => {
                "Trains for a few steps at rates that grow, and shows with which of them the settings learn"
            }
            Self::Undo => "Takes the last edit of the settings back",
            Self::Redo => "Makes the edit again that was undone last",
            Self::UndoDelete => {
                "Brings what was deleted last back out of the bin: a run, a group, or a sweep"
            }
            Self::OpenExperiment => "Takes the settings from an experiment file (JSON)",
            Self::SaveExperiment => "Writes the settings to an experiment file (JSON)",
            Self::OpenSweep => {
                "Shows what a sweep found that was planned by the command line or on another computer: its \
                 sweep.json, or the folder of that"
            }
            Self::OpenData => {
                "Images of your own: Kaggle's train.csv, an IDX folder such as Fashion-MNIST, or a folder of pictures"
            }
            Self::UseMnist => "Back to the digits that the program carries",
            Self::OpenCurves => {
                "Puts the runs of a file into the table, with their verdict: figures that Keras, Lightning, Hugging Face and others have written, as CSV or JSON"
            }
            Self::Average => {
                "Lets several runs answer together, by the mean of their probabilities: the chosen run, and those whose curves are shown"
            }
            Self::Report => {
                "Writes one HTML file about a sweep, or about the runs shown: effects with intervals, figures, curves, and how to repeat it"
            }
            Self::Submission => {
                "Predicts Kaggle's test.csv with the chosen run, or with several, and writes submission.csv"
            }
            Self::Kaggle => {
                "Finds train.csv and test.csv in a folder, trains the whole recipe on all images, and writes the submission when the run ends"
            }
            Self::CloseCurves => "Takes all runs that were opened from files off the table",
            Self::Presentation => {
                "Curves, verdict and the digit that you draw, as large as there is room, for a projector. \
                 Once more for the whole window"
            }
            Self::ToggleLog => "Every warning and error since the start",
            Self::LargerText => "Up to twice the usual size",
            Self::SmallerText => "Down to the usual size",
            Self::UsualText => "Back to the usual size",
            Self::ToggleKeys => "The keys of this window",
            Self::ToggleWords => {
                "Overfitting, epoch, ± and the other words of this window, a sentence each"
            }
            Self::ToggleAbout => "Version, licence and credits",
            Self::Quit => "Closes the window; while a run trains, it asks first",
        }
    }

    /// The command's key.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let command = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        match self {
            Self::Train => command(Key::Enter),
            Self::PauseOrResume => plain(Key::Space),
            Self::Stop => command(Key::Period),
            Self::ToggleQueue => command(Key::J),
            Self::Undo => command(Key::Z),
            Self::Redo => command(Key::Y),
            Self::OpenExperiment => command(Key::O),
            Self::SaveExperiment => command(Key::S),
            Self::OpenData => command(Key::D),
            Self::Submission => command(Key::K),
            Self::Presentation => plain(Key::F11),
            Self::ToggleLog => command(Key::L),
            Self::LargerText => command(Key::Plus),
            Self::SmallerText => command(Key::Minus),
            Self::UsualText => command(Key::Num0),
            Self::ToggleKeys => plain(Key::F1),
            Self::Quit => command(Key::Q),
            Self::Ablation
            | Self::LearningCurve
            | Self::Sweep
            | Self::FindRates
            | Self::Findings
            | Self::UndoDelete
            | Self::Average
            | Self::Report
            | Self::Kaggle
            | Self::UseMnist
            | Self::OpenSweep
            | Self::OpenCurves
            | Self::CloseCurves
            | Self::ToggleWords
            | Self::ToggleAbout => None,
        }
    }

    /// The action that the command stands for. Whether the run is paused decides what the key of
    /// pause means, and the text size is where a step begins.
    pub fn action(self, paused: bool, text_size: f32) -> Action {
        match self {
            Self::Train => Action::Train,
            Self::PauseOrResume if paused => Action::Resume,
            Self::PauseOrResume => Action::Pause,
            Self::Stop => Action::Stop,
            Self::ToggleQueue => Action::ToggleQueue,
            Self::Ablation => Action::Sweep(SweepAction::Plan(SweepKind::Ablation)),
            Self::LearningCurve => Action::Sweep(SweepAction::Plan(SweepKind::LearningCurve)),
            Self::Sweep => Action::Sweep(SweepAction::Plan(SweepKind::Free)),
            Self::FindRates => Action::Sweep(SweepAction::OpenRates),
            Self::Findings => Action::Sweep(SweepAction::ToggleFindings),
            Self::Undo => Action::Undo,
            Self::Redo => Action::Redo,
            Self::UndoDelete => Action::UndoDelete,
            Self::OpenExperiment => Action::OpenExperiment,
            Self::SaveExperiment => Action::SaveExperiment,
            Self::OpenSweep => Action::Sweep(SweepAction::Open),
            Self::OpenData => Action::OpenData,
            Self::UseMnist => Action::TakeData(DataSource::Mnist),
            Self::OpenCurves => Action::OpenCurves,
            Self::CloseCurves => Action::CloseCurves,
            Self::Average => Action::OpenEnsemble(None),
            Self::Report => Action::OpenReport,
            Self::Submission => Action::OpenSubmission,
            Self::Kaggle => Action::OpenKaggle,
            Self::Presentation => Action::TogglePresentation,
            Self::ToggleLog => Action::ToggleLog,
            Self::LargerText => Action::TextSize(text_size + TEXT_STEP),
            Self::SmallerText => Action::TextSize(text_size - TEXT_STEP),
            Self::UsualText => Action::TextSize(1.0),
            Self::ToggleKeys => Action::ToggleKeys,
            Self::ToggleWords => Action::ToggleWords,
            Self::ToggleAbout => Action::ToggleAbout,
            Self::Quit => Action::Quit,
        }
    }

    /// The commands whose keys were pressed since the last frame.
    pub fn pressed(ctx: &Context) -> Vec<Self> {
        let typing = ctx.text_edit_focused();
        // Space presses the focused button. With nothing focused it is a command.
        let focused = ctx.memory(|memory| memory.focused().is_some());
        Self::ALL
            .into_iter()
            .filter(|command| match command {
                Self::PauseOrResume => !focused,
                // A text field has its own undo.
                Self::Undo | Self::Redo => !typing,
                _ => true,
            })
            .filter(|command| {
                command.shortcut().is_some_and(|shortcut| {
                    ctx.input_mut(|input| input.consume_shortcut(&shortcut))
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_key() {
        let keys: Vec<_> = UserCommand::ALL
            .into_iter()
            .filter_map(UserCommand::shortcut)
            .collect();
        for (i, key) in keys.iter().enumerate() {
            assert!(!keys[i + 1..].contains(key), "{key:?}");
        }
    }
}
