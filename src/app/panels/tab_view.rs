//! What the four tabs at the right are given to show.

use crate::app::theme;
use crate::data::TrainingData;
use crate::data::reading::RunReading;
use crate::experiment::{ImageSize, Settings};
use crate::lab::answers::ensemble::Together;
use crate::lab::{Run, RunId, inference, validation};
use eframe::egui::{RichText, Ui};
use std::sync::Arc;

/// Whether the weights of the best epoch answer beside those that are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// No epoch has ended yet.
    #[default]
    Nothing,
    /// The weights of this epoch, the best, answer as well.
    Best(usize),
    /// This epoch is the best one, and is shown itself.
    IsShown(usize),
    /// The weights of this epoch, the best, aren't on disk.
    NotKept(usize),
}

/// Runs that answer together, where these are chosen.
#[derive(Clone, Copy)]
pub struct EnsembleView<'a> {
    /// The runs with their weights, or why they can't answer.
    pub together: Result<&'a Together, &'a str>,
    /// How far they are with answering the validation images.
    pub measuring: Measuring,
    /// Why they can't be measured.
    pub problem: Option<&'a str>,
}

/// How far runs that answer together are with answering the validation images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measuring {
    /// They are not being asked.
    Over,
    /// They are: the share that is done, 0 to 1, where it is known.
    Going(Option<f32>),
    /// A person has cancelled it.
    Cancelled,
}

/// What the tabs show.
pub struct TabsView<'a> {
    /// The chosen run. Where an ensemble is chosen, the ensemble stands here by its own name, with the
    /// settings of its first run and without epochs.
    pub run: Option<&'a Run>,
    /// The name of the chosen group, where one is: the run is one of its runs.
    pub of_group: Option<&'a str>,
    /// The ensemble that is chosen, where one is.
    pub ensemble: Option<EnsembleView<'a>>,
    /// The name of the chosen run, where it was opened from a file of curves and has no weights.
    pub of_file: Option<&'a str>,
    /// Height at the lower end that the tabs leave to notices, in points.
    pub room_below: f32,
    /// Every run, the oldest first.
    pub runs: &'a [Run],
    /// The names of the chosen run's classes; where there is no run, those of the settings' data.
    pub classes: &'a [String],
    /// Rows and columns of an image that the network takes.
    pub image_size: ImageSize,
    /// How the chosen run reads pictures, or where no run is chosen, the next one.
    pub reading: RunReading,
    /// What the newest weights, or those of the chosen epoch, make of the picture.
    pub known: &'a inference::Inferred,
    /// What the chosen epoch answered to the validation images, and the run compared with it.
    pub validation: &'a validation::Validations,
    /// What stands in Draw beside the answer of the weights that are shown.
    pub beside: Beside,
    /// The epoch that Errors shows.
    pub epoch: Option<usize>,
    /// The run that Errors compares with.
    pub compared: Option<&'a RunId>,
    /// The settings being edited.
    pub draft: &'a Settings,
    /// The data that these settings would train on, split; none while the data loads.
    pub draft_data: Option<&'a Arc<TrainingData>>,
}

impl TabsView<'_> {
    /// The height that a tab leaves to notices, which stand at the right end of the window alone.
    pub fn room_below(&self, ui: &Ui) -> f32 {
        let to_the_right = ui.ctx().content_rect().right() - ui.max_rect().right();
        match to_the_right < theme::RAIL_WIDTH {
            true => self.room_below,
            false => 0.0,
        }
    }
}

/// Draws what went wrong on a thread that answers.
pub fn problem_ui(ui: &mut Ui, problem: &str) {
    ui.colored_label(theme::bad(ui.visuals()), problem);
}

/// Text that explains, in the small size.
pub fn small(text: impl Into<String>) -> RichText {
    RichText::new(text).small()
}
