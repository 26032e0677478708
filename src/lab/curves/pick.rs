//! Which columns are the figures of a curve, and the rows with these figures alone.

use super::names::{Meaning, Metric, Role};
use super::reading::{Reading, epoch_of_text};
use super::records::{ColumnId, Record, Records};
use super::scale::{self, Scale};
use super::{CurveError, Note, missing, shown};

/// A figure of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The mean cross-entropy of training images.
    TrainLoss,
    /// The fraction of training images that is right.
    TrainAccuracy,
    /// The mean cross-entropy of validation images.
    ValidationLoss,
    /// The fraction of validation images that is right.
    ValidationAccuracy,
}

impl Figure {
    /// All figures.
    pub const ALL: [Self; 4] = [
        Self::TrainLoss,
        Self::TrainAccuracy,
        Self::ValidationLoss,
        Self::ValidationAccuracy,
    ];

    pub(super) fn is_training(self) -> bool {
        matches!(self, Self::TrainLoss | Self::TrainAccuracy)
    }

    pub(super) fn is_loss(self) -> bool {
        matches!(self, Self::TrainLoss | Self::ValidationLoss)
    }
}

/// A column that is a figure.
#[derive(Clone, Debug)]
pub(super) struct Picked {
    pub id: ColumnId,
    pub name: String,
    pub scale: Scale,
}

/// A row with the figures of a curve.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where it stands in the file.
    pub place: usize,
    /// The epoch, as the file counts.
    pub epoch: Option<f64>,
    /// The number of the batch.
    pub step: Option<f64>,
    /// The figures, in the order of [`Figure::ALL`].
    pub cells: [Reading; 4],
    /// How many validation images there were.
    pub validation_count: Option<usize>,
}

impl Row {
    pub fn get(&self, figure: Figure) -> &Reading {
        &self.cells[figure as usize]
    }

    /// Whether validation was measured.
    pub fn is_validated(&self) -> bool {
        self.get(Figure::ValidationLoss).is_measured()
            || self.get(Figure::ValidationAccuracy).is_measured()
    }
}

/// The columns that are figures.
pub(super) struct Picks {
    figures: [Option<Picked>; 4],
    epoch: Option<ColumnId>,
    step: Option<ColumnId>,
    count: Option<ColumnId>,
    /// Loss, accuracy and count of the images whose labels are right.
    clean: Option<[ColumnId; 3]>,
}

/// A column that could be a figure.
struct Candidate {
    id: ColumnId,
    metric: Metric,
    role: Option<Role>,
    rank: u32,
}

impl Picks {
    /// Chooses the columns.
    ///
    /// # Errors
    /// Where a loss isn't there, or no validation was measured.
    pub fn of(records: &mut Records<'_>) -> Result<Self, CurveError> {
        let candidates = candidates(records);
        let by_role = |role: Role, metric: Metric| {
            let is = |it: &&Candidate| it.role == Some(role) && it.metric == metric;
            candidates.iter().find(is).map(|it| it.id)
        };
        let clean = (|| {
            Some([
                by_role(Role::Clean, Metric::Loss)?,
                by_role(Role::Clean, Metric::Accuracy)?,
                by_role(Role::Clean, Metric::Count)?,
            ])
        })();
        let mut figures: [Option<Picked>; 4] = [const { None }; 4];
        let plain_is_training = plain_is_training(&candidates);
        for figure in Figure::ALL {
            let mut best: Option<&Candidate> = None;
            for candidate in &candidates {
                let fits = fits(candidate, figure, plain_is_training);
                if fits && best.is_none_or(|best| candidate.rank < best.rank) {
                    best = Some(candidate);
                }
            }
            figures[figure as usize] = best.map(|it| picked(it, figure, records));
        }
        scale::scale(&mut figures, records);
        let means = |meaning: Meaning| {
            let mut columns = (0..).zip(&records.columns);
            columns
                .find(|(_, column)| column.meaning == meaning)
                .map(|(id, _)| id)
        };
        let picks = Self {
            epoch: means(Meaning::Epoch).or_else(|| counting_index(records, means(Meaning::Index))),
            step: means(Meaning::Step),
            count: by_role(Role::Validation, Metric::Count),
            clean,
            figures,
        };
        missing::check(&picks, records)?;
        Ok(picks)
    }

    /// The column of a figure.
    pub fn get(&self, figure: Figure) -> Option<&Picked> {
        self.figures[figure as usize].as_ref()
    }

    /// The name of a figure's column.
    pub fn name(&self, figure: Figure) -> &str {
        self.get(figure).map_or("", |picked| &picked.name)
    }

    /// How the numbers of a figure's column are read.
    pub fn scale(&self, figure: Figure) -> Scale {
        let none = Scale {
            percent: false,
            errors: false,
        };
        self.get(figure).map_or(none, |picked| picked.scale)
    }

    /// Whether the file says which epoch a row is of.
    pub fn has_epochs(&self) -> bool {
        self.epoch.is_some()
    }

    /// The error where no run of a file has a validation loss.
    pub fn never_validated(&self, records: &Records<'_>) -> CurveError {
        CurveError::NotMeasured {
            figure: Figure::ValidationLoss,
            column: shown(self.name(Figure::ValidationLoss)),
            path: records.path.into(),
        }
    }

    /// A row with the figures alone.
    ///
    /// # Errors
    /// Where the epoch is no number.
    pub fn row(&self, record: &Record, records: &Records<'_>) -> Result<Row, CurveError> {
        let wrong = |name: &str, found: String, expected| CurveError::Value {
            place: (records.places)(record.place),
            column: shown(name),
            found,
            expected,
            path: records.path.into(),
        };
        let epoch = match self.epoch.map(|id| (id, record.get(id))) {
            Some((id, Reading::Text(text))) => {
                let name = &records.columns[usize::from(id)].name;
                let epoch = epoch_of_text(text);
                Some(epoch.ok_or_else(|| wrong(name, text.to_string(), super::epochs::EXPECTED))?)
            }
            Some((_, reading)) => reading.finite(),
            None => None,
        };
        let mut cells = [const { Reading::Absent }; 4];
        for figure in Figure::ALL {
            if let Some(picked) = self.get(figure) {
                cells[figure as usize] = record.get(picked.id).clone();
            }
        }
        if let Some([loss, accuracy, count]) = self.clean
            && record.get(count).finite() > Some(0.0)
        {
            cells[Figure::TrainLoss as usize] = record.get(loss).clone();
            cells[Figure::TrainAccuracy as usize] = record.get(accuracy).clone();
        }
        let number = |id: Option<ColumnId>| id.and_then(|id| record.get(id).finite());
        Ok(Row {
            place: record.place,
            epoch,
            step: number(self.step),
            cells,
            validation_count: number(self.count)
                .filter(|count| *count >= 1.0)
                .map(|count| count as usize),
        })
    }
}

/// The columns in which a figure was measured.
fn candidates(records: &Records<'_>) -> Vec<Candidate> {
    let mut is_measured = vec![false; records.columns.len()];
    for (id, reading) in records.rows.iter().flat_map(|row| &row.cells) {
        // Training that never was a number has diverged. Validation wasn't measured.
        let counts = match records.meaning(*id) {
            Meaning::Figure { role, .. } => match role {
                None | Some(Role::Training | Role::Clean) => *reading != Reading::Absent,
                Some(Role::Validation | Role::Test) => reading.is_measured(),
            },
            _ => false,
        };
        is_measured[usize::from(*id)] |= counts;
    }
    let all = (0..).zip(&records.columns).zip(is_measured);
    all.filter(|(_, is_measured)| *is_measured)
        .filter_map(|((id, column), _)| match column.meaning {
            Meaning::Figure { metric, role, rank } => Some(Candidate {
                id,
                metric,
                role,
                rank,
            }),
            _ => None,
        })
        .collect()
}

/// Whether an accuracy whose name doesn't say its images is that of training images, as with
/// Keras's `accuracy` beside `val_accuracy`. Beside `train_loss` and `valid_loss` it is that of
/// validation images, as fastai writes it.
fn plain_is_training(candidates: &[Candidate]) -> bool {
    let has = |role: Option<Role>, is_loss: bool| {
        candidates.iter().any(|it| {
            it.role == role && (it.metric == Metric::Loss) == is_loss && it.metric != Metric::Count
        })
    };
    let validated = has(Some(Role::Validation), false) || has(Some(Role::Test), false);
    has(None, true) || (validated && !has(Some(Role::Training), false))
}

fn fits(candidate: &Candidate, figure: Figure, plain_is_training: bool) -> bool {
    let is_metric = match candidate.metric {
        Metric::Loss => figure.is_loss(),
        Metric::Accuracy | Metric::Error => !figure.is_loss(),
        Metric::Count => false,
    };
    let is_training = match candidate.role {
        Some(Role::Training) => true,
        Some(Role::Validation | Role::Test) => false,
        Some(Role::Clean) => return false,
        None => candidate.metric == Metric::Loss || plain_is_training,
    };
    is_metric && is_training == figure.is_training()
}

/// The column of a figure, and what was assumed of it.
fn picked(candidate: &Candidate, figure: Figure, records: &mut Records<'_>) -> Picked {
    let name = records.columns[usize::from(candidate.id)].name.clone();
    let column = shown(&name);
    if candidate.role == Some(Role::Test) && figure == Figure::ValidationLoss {
        records.note(Note::TestIsValidation {
            column: column.clone(),
        });
    }
    if candidate.role.is_none() && figure == Figure::ValidationAccuracy {
        records.note(Note::PlainIsValidation { column });
    }
    Picked {
        id: candidate.id,
        name,
        scale: Scale {
            percent: false,
            errors: candidate.metric == Metric::Error,
        },
    }
}

/// A nameless column or pandas's index, where it counts.
fn counting_index(records: &Records<'_>, index: Option<ColumnId>) -> Option<ColumnId> {
    let index = index?;
    let mut before = None;
    for row in &records.rows {
        let number = row.get(index).finite()?;
        let goes_on = match before {
            None => number == 0.0 || number == 1.0,
            Some(before) => number == before + 1.0 || number <= before,
        };
        if !goes_on {
            return None;
        }
        before = Some(number);
    }
    before.map(|_| index)
}
