//! What can be wrong with a file of curves, said so that it can be mended.

use super::pick::Figure;
use std::fmt;
use std::path::PathBuf;

/// A curve of a million epochs takes about as much; a larger file is something else.
pub(super) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a text, from 1.
    Line(usize),
    /// An object or a value of a list of JSON, from 1.
    Entry(usize),
    /// A line of what the cells of a notebook printed, from 1.
    Printed(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry(entry) => write!(f, "entry {entry}"),
            Self::Printed(line) => write!(f, "line {line} of what the notebook printed"),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrainLoss => "training loss",
            Self::TrainAccuracy => "training accuracy",
            Self::ValidationLoss => "validation loss",
            Self::ValidationAccuracy => "validation accuracy",
        })
    }
}

/// Why a curve could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CurveError {
    /// The system refused to read the file.
    #[error("can't read the curves: {source}; check the path: {}", path.display())]
    Io {
        /// Why the system refused.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A folder holds no file of curves.
    #[error("found a folder without any of {expected}; choose the file of the figures: {}", path.display())]
    Folder {
        /// The names of files that hold figures.
        expected: String,
        /// The folder.
        path: PathBuf,
    },
    /// The file is too large to be curves.
    #[error(
        "found more than {MOST_BYTES} bytes, expected a line an epoch; choose a file of curves: {}",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a kind that holds no curves.
    #[error("found {found}, expected a table or JSON with the figures of each epoch; {mend}: {}", path.display())]
    NotCurves {
        /// What it is.
        found: &'static str,
        /// What to do.
        mend: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The file is no text.
    #[error("line {line}: found bytes that are no UTF-8, expected text; save the file as UTF-8: {}", path.display())]
    NotText {
        /// The line, from 1.
        line: usize,
        /// The file.
        path: PathBuf,
    },
    /// A line is longer than any of figures.
    #[error("line {line}: found {found} bytes, expected the figures of an epoch; choose a file of curves: {}", path.display())]
    LongLine {
        /// The line, from 1.
        line: usize,
        /// How many bytes the line has.
        found: usize,
        /// The file.
        path: PathBuf,
    },
    /// A document of JSON is longer than any history.
    #[error("found more than {most} bytes of JSON in one piece, expected a history; write an object a line: {}", path.display())]
    LongDocument {
        /// How many bytes are read.
        most: usize,
        /// The file.
        path: PathBuf,
    },
    /// There are more rows than a curve has.
    #[error("found more than a million rows, expected a row an epoch; leave out the rows of batches: {}", path.display())]
    TooManyRows {
        /// The file.
        path: PathBuf,
    },
    /// There is no epoch in the file.
    #[error(
        "found no epoch, expected a table with a header and a line an epoch, or JSON; let the run finish an epoch: {}",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A table begins with numbers.
    #[error("line {line}: found {found}, expected a header with the names of the columns; put one above, such as epoch,train_loss,train_accuracy,validation_loss,validation_accuracy: {}", path.display())]
    NoHeader {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// A figure that a verdict needs is missing.
    #[error("found no {figure} among {found}; {mend}: {}", path.display())]
    MissingFigure {
        /// The figure.
        figure: Figure,
        /// The names found.
        found: String,
        /// How it comes into the file.
        mend: String,
        /// The file.
        path: PathBuf,
    },
    /// The column of a figure that a verdict needs holds nothing.
    #[error("no {figure} was logged: the column {column} holds no number; {}: {}", way(*figure), path.display())]
    NotMeasured {
        /// The figure.
        figure: Figure,
        /// The column of the value.
        column: String,
        /// The file.
        path: PathBuf,
    },
    /// The file holds one curve.
    #[error("found one curve as {tool} downloads it, expected training and validation side by side; put the downloads together in one table with the columns epoch, train_loss, train_accuracy, validation_loss and validation_accuracy: {}", path.display())]
    OneCurve {
        /// The program that wrote it.
        tool: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A line has more or fewer values than the header has columns.
    #[error("line {line}: found {found} values, expected {expected} as in the header; mend or remove the line: {}", path.display())]
    Width {
        /// The line, from 1.
        line: usize,
        /// Values in it.
        found: usize,
        /// Columns in the header.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// Commas stand between values and within numbers.
    #[error("line {line}: found {found} values for {expected} columns, where commas also seem to stand for decimal points; save the table with semicolons between the columns (in pandas: to_csv(…, sep=';', decimal=',')), or with points in the numbers: {}", path.display())]
    DecimalCommas {
        /// The line, from 1.
        line: usize,
        /// Values in it.
        found: usize,
        /// Columns in the header.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// A value isn't what its column needs.
    #[error("{place}, column {column}: found {found}, expected {expected}: {}", path.display())]
    Value {
        /// Where it stands.
        place: Place,
        /// The column's name.
        column: String,
        /// What stands there.
        found: String,
        /// What should, and what to do.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The text isn't JSON.
    #[error("line {line}: {problem}, expected JSON: a whole document, or an object a line; mend the line or copy the file again: {}", path.display())]
    Json {
        /// The line, from 1.
        line: usize,
        /// What was found.
        problem: String,
        /// The file.
        path: PathBuf,
    },
    /// A document of JSON isn't a history.
    #[error("found {found}, expected a history: lists of figures by name, or an object an epoch; write json.dump(history.history, file): {}", path.display())]
    NoHistory {
        /// What was found.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// Lists of a history have lengths that don't fit together.
    #[error("{column} has {found} values, expected {expected} as the longest list, or one of every second, third … epoch; write null where nothing was measured: {}", path.display())]
    Lengths {
        /// The list's name.
        column: String,
        /// How many values it has.
        found: usize,
        /// How many the longest list has.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// Epochs that are counted by batches don't follow one another.
    #[error("{place}, column epoch: found {found} after {previous}, expected a later epoch; keep the lines of one run: {}", path.display())]
    Order {
        /// Where it stands.
        place: Place,
        /// The epoch found.
        found: f64,
        /// The epoch before it.
        previous: f64,
        /// The file.
        path: PathBuf,
    },
}

/// How a figure is logged.
fn way(figure: Figure) -> &'static str {
    if figure.is_training() {
        "log the loss of the training images every epoch"
    } else {
        "give the training validation images, as in Keras with fit(…, validation_data=…)"
    }
}
