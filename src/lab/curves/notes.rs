//! What was assumed of a curve file, and what was done with its rows, said in plain sentences.

use super::scale::PercentReason;
use crate::lab::format;
use std::fmt;

/// Something that a person should know about how a file of curves was read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The figures of test images are taken for those of validation images.
    TestIsValidation {
        /// The column of their loss.
        column: String,
    },
    /// An accuracy whose name doesn't say its images is taken for that of validation images.
    PlainIsValidation {
        /// The column.
        column: String,
    },
    /// The figures are what the cells of a notebook printed.
    Notebook,
    /// Error rates became accuracies.
    ErrorRate {
        /// The column.
        column: String,
        /// Whether nothing but the size of its numbers says that they are fractions.
        is_taken_for_fraction: bool,
    },
    /// Error rates that are all below 1 were read as percentages.
    PercentAssumed {
        /// The column.
        column: String,
        /// Why.
        reason: PercentReason,
    },
    /// Percentages became fractions.
    Percentages {
        /// The column.
        column: String,
    },
    /// A column is there twice.
    ColumnTwice {
        /// The column.
        column: String,
        /// The line of the header.
        line: usize,
    },
    /// The header is there again.
    HeaderAgain {
        /// The line.
        line: usize,
    },
    /// The last line was cut short.
    Torn {
        /// The line.
        line: usize,
    },
    /// The figures that `model.evaluate()` printed behind the epochs.
    EvaluationLeftOut {
        /// The line.
        line: usize,
    },
    /// A list of JSON holds fewer values than there are epochs.
    Sparse {
        /// The list's name.
        column: String,
        /// How many values it has.
        values: usize,
        /// How many epochs there are.
        epochs: usize,
        /// The step between the epochs of the values: 2 where every second epoch has one.
        every: usize,
    },
    /// There is no column of epochs.
    RowsAreEpochs,
    /// The file counts its epochs from 0.
    FromZero,
    /// Every row has the same epoch.
    SameEpoch {
        /// The number that the file gives the epoch.
        epoch: usize,
    },
    /// An epoch has several rows, whose figures were put together.
    RowsMerged,
    /// Validation was measured several times in an epoch.
    LastValidationCounts,
    /// An epoch has several rows of training figures.
    LastRowCounts,
    /// The rows don't lie in the order of the epochs.
    Sorted,
    /// The run went on from an older checkpoint.
    Replaced {
        /// The first epoch that is there twice, counted from 1.
        from: usize,
        /// The last one.
        to: usize,
    },
    /// The epochs begin again, and the training goes on.
    CountedOn {
        /// The epoch that the first row of the continuation is, counted from 1.
        epoch: usize,
    },
    /// The file holds several runs, one after the other.
    SeveralRuns {
        /// How many.
        runs: usize,
        /// The training loss before the first place at which a run begins.
        before: f64,
        /// The training loss there.
        after: f64,
    },
    /// The file holds several runs, one after the other, though its epochs don't begin again.
    RunsWithoutStart {
        /// How many.
        runs: usize,
        /// The epoch at which the second run begins, as the file counts or its rows are counted, from 1.
        epoch: usize,
        /// The training loss before that.
        before: f64,
        /// The training loss there.
        after: f64,
    },
    /// All figures leap back at once, as where a run begins or at a spike.
    PerhapsSeveralRuns {
        /// The epoch of the leap, counted from 1.
        epoch: usize,
        /// The training loss before it.
        before: f64,
        /// The training loss there.
        after: f64,
    },
    /// The file names several runs.
    NamedRuns {
        /// How many.
        runs: usize,
    },
    /// Some runs of the file have no validation figures.
    NeverValidated {
        /// How many of them.
        runs: usize,
    },
    /// Not all epochs have validation figures.
    PartlyValidated {
        /// How many have them.
        validated: usize,
        /// How many epochs there are.
        epochs: usize,
    },
    /// Epochs are counted by the measurements of validation.
    ValidationsCounted {
        /// How many there are.
        count: usize,
    },
    /// Nobody said how many validation images there were.
    AssumedSize {
        /// The number that is assumed.
        images: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestIsValidation { column } => write!(
                f,
                "The file has no validation loss, so {column} is taken for it. A best epoch that \
                 was chosen on test images makes their figures too good."
            ),
            Self::PlainIsValidation { column } => write!(
                f,
                "The name {column} doesn't say which images it was measured on. It is taken for \
                 that of the validation images, as fastai and Ultralytics write it."
            ),
            Self::Notebook => write!(
                f,
                "This is a notebook. Its figures were read from what its cells have printed."
            ),
            Self::ErrorRate {
                column,
                is_taken_for_fraction: true,
            } => write!(
                f,
                "{column} is an error rate. The accuracy is 1 minus that: no value is above 1, so 0.5 is taken for 50% \
                 wrong. If it means half a percent, name the column {column}_percent."
            ),
            Self::ErrorRate { column, .. } => {
                write!(
                    f,
                    "{column} is an error rate. The accuracy is 1 minus that."
                )
            }
            Self::PercentAssumed { column, reason } => write!(
                f,
                "{column} is taken for percentages, so that 0.5 means half a percent: {}. It was divided by 100.",
                match reason {
                    PercentReason::Name => "its name or that of the other error rate says so",
                    PercentReason::Sibling => "the other error rate has values above 1",
                    PercentReason::Loss =>
                        "with so many wrong answers in fractions the loss would have to be higher",
                }
            ),
            Self::Percentages { column } => {
                write!(f, "{column} holds percentages, which were divided by 100.")
            }
            Self::ColumnTwice { column, line } => write!(
                f,
                "The column {column} is there twice in line {line}. The first one counts."
            ),
            Self::HeaderAgain { line } => {
                write!(f, "Line {line} is a header again, and was passed over.")
            }
            Self::Torn { line } => write!(
                f,
                "Line {line}, the last one, has no line end and seems to be cut short. It was left out."
            ),
            Self::EvaluationLeftOut { line } => write!(
                f,
                "Line {line} has figures of an evaluation behind the epochs, as model.evaluate() prints them. It was \
                 left out."
            ),
            Self::Sparse {
                column,
                values,
                epochs,
                every,
            } => write!(
                f,
                "{column} has {values} values for {epochs} epochs. They are taken for those of \
                 every {}epoch.",
                match every {
                    2 => "second ".to_owned(),
                    3 => "third ".to_owned(),
                    every => format!("{every}th "),
                }
            ),
            Self::RowsAreEpochs => {
                write!(
                    f,
                    "The file names no epochs, so its rows are counted as epochs."
                )
            }
            Self::FromZero => write!(
                f,
                "The file counts its epochs from 0. Here they are counted from 1."
            ),
            Self::SameEpoch { epoch } => write!(
                f,
                "Every row says epoch {epoch}, so the rows are counted as epochs."
            ),
            Self::RowsMerged => write!(f, "Rows of the same epoch were put together."),
            Self::LastRowCounts => write!(
                f,
                "An epoch has several rows of training figures. The last one counts."
            ),
            Self::LastValidationCounts => write!(
                f,
                "Validation was measured several times in an epoch. The last one counts for the epoch."
            ),
            Self::Sorted => write!(f, "The rows were put in the order of their epochs."),
            Self::Replaced { from, to } if from == to => write!(
                f,
                "Epoch {from} is there twice, as after a start from an older checkpoint. The later row counts."
            ),
            Self::Replaced { from, to } => write!(
                f,
                "Epochs {from} to {to} are there twice, as after a start from an older checkpoint. \
                 The later rows count."
            ),
            Self::CountedOn { epoch } => write!(
                f,
                "The epochs begin again while the training goes on, so the counting goes on, too, \
                 with epoch {epoch}."
            ),
            Self::SeveralRuns {
                runs,
                before,
                after,
            } if before.is_finite() => write!(
                f,
                "The file holds {runs} runs, one after the other: the epochs begin again, and the \
                 training loss leaps back from {} to {}. Each run is judged by itself.",
                format::loss(*before),
                format::loss(*after)
            ),
            Self::SeveralRuns { runs, .. } => write!(
                f,
                "The file holds {runs} runs, one after the other: the epochs begin again after a \
                 loss that isn't finite. Each run is judged by itself."
            ),
            Self::RunsWithoutStart {
                runs,
                epoch,
                before,
                after,
            } => write!(
                f,
                "The file holds {runs} runs, one after the other, though its epochs don't begin again: with epoch \
                 {epoch} the training loss leaps back from {} to {}, and falls as at the beginning. Each run is judged \
                 by itself, with its epochs counted from 1.",
                format::loss(*before),
                format::loss(*after)
            ),
            Self::PerhapsSeveralRuns {
                epoch,
                before,
                after,
            } => write!(
                f,
                "With epoch {epoch} all figures leap back to about where they began (the training loss from {} to {}). \
                 It was taken for a part of the same run. If another run begins there, give the file a column named \
                 run, with another number for each run.",
                format::loss(*before),
                format::loss(*after)
            ),
            Self::NamedRuns { runs } => {
                write!(f, "The file holds {runs} runs. Each is judged by itself.")
            }
            Self::NeverValidated { runs: 1 } => {
                write!(
                    f,
                    "One run of the file has no validation loss and was left out."
                )
            }
            Self::NeverValidated { runs } => write!(
                f,
                "{runs} runs of the file have no validation loss and were left out."
            ),
            Self::PartlyValidated { validated, epochs } => write!(
                f,
                "Validation was measured in {validated} of the {epochs} epochs. The others are left out \
                 of the judgement."
            ),
            Self::ValidationsCounted { count } => write!(
                f,
                "Validation was measured at other times than the ends of epochs, so \"epoch\" means one of its \
                 {count} measurements here."
            ),
            Self::AssumedSize { images } => write!(
                f,
                "The file doesn't say how many validation images there were. {} are assumed for the ±.",
                format::whole(*images)
            ),
        }
    }
}
