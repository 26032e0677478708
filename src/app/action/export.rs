//! What can be exported.

use crate::lab::export::Format;

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The curves of the runs shown.
    Curves,
    /// The layer table of the chosen run.
    Table,
    /// The confusion matrix of the chosen run.
    Matrix,
    /// The weights of the chosen run.
    Weights,
    /// The table of the sweep that is looked at.
    Sweep,
}

impl ExportKind {
    /// Every kind that is of a run, in the menu's order.
    pub const ALL: [Self; 4] = [Self::Curves, Self::Table, Self::Matrix, Self::Weights];

    /// The hover text: what the file holds, and the kinds of file to choose from.
    pub fn hover(self) -> &'static str {
        match self {
            Self::Curves => {
                "The curves of the runs shown, as a drawing for a paper (SVG, PNG) or as one tidy table (CSV)"
            }
            Self::Table => "The chosen run's network layer by layer, as text or CSV",
            Self::Matrix => {
                "Which classes the chosen run takes for which, as a picture (PNG, SVG) or a table (CSV)"
            }
            Self::Weights => {
                "The chosen run's weights as safetensors, for this program, Keras or PyTorch"
            }
            Self::Sweep => {
                "The figures of the sweep that is looked at, a row for each combination of settings, as a table for \
                 other programs (CSV) or for a paper (LaTeX)"
            }
        }
    }

    /// The title of the export's dialog and of its menu entry.
    pub fn title(self) -> &'static str {
        match self {
            Self::Curves => "Export curves",
            Self::Table => "Export layer table",
            Self::Matrix => "Export confusion matrix",
            Self::Weights => "Export weights",
            Self::Sweep => "Export sweep's table",
        }
    }

    /// The word that ends the proposed file name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Curves => "curves",
            Self::Table => "layers",
            Self::Matrix => "confusion",
            Self::Weights => "weights",
            Self::Sweep => "table",
        }
    }

    /// The kinds of file that can be written, the usual one first.
    pub fn formats(self) -> &'static [Format] {
        match self {
            Self::Curves => Format::CURVES,
            Self::Table => Format::TABLE,
            Self::Matrix => Format::MATRIX,
            Self::Weights => Format::WEIGHTS,
            Self::Sweep => Format::SWEEP,
        }
    }
}
