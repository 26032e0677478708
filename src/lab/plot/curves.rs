//! What is drawn, in one form: the curves of runs, and those that were opened from files.

use super::along::{self, XMap};
use super::heights::Quantity;
use super::view::XAxis;
use crate::experiment::Change;
use crate::lab::curves::OpenedRun;
use crate::lab::format::FEWEST_FOR_ERROR;
use crate::lab::sweep::Spread;
use crate::lab::verdict::{self, CurvePoint};
use crate::lab::{EpochMetrics, Run, RunId, run};

/// What a line of a plot was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// Measured on the validation images.
    Validation,
    /// Measured on training images; with label noise on the images whose labels are right.
    Training,
    /// With label noise: the share of the wrong labels that the network has learned.
    Learned,
    /// Training batches as seen.
    Batches,
}

impl Split {
    /// The splits that are measured after an epoch, in the order in which they are drawn.
    pub const MEASURED: [Self; 3] = [Self::Training, Self::Learned, Self::Validation];

    /// What the end of the line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Training => "training",
            Self::Learned => "wrong labels",
            Self::Batches => "batches as seen",
        }
    }
}

/// What curves are in the picture, the least important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A run of a group whose mean is drawn: faint, and without a name.
    Member,
    /// The run before the chosen one, drawn faint.
    Ghost,
    /// A run that is shown beside the chosen one.
    Shown,
    /// The run that everything follows.
    Chosen,
}

/// How curves stand to the others in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emphasis {
    /// What they are in the picture.
    pub role: Role,
    /// The pointer is on a line or the row of this run.
    pub highlighted: bool,
    /// The pointer is on a line or the row of another run.
    pub faded: bool,
    /// Which areas are filled beside the lines.
    pub shading: Shading,
}

/// Which areas are filled beside lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shading {
    /// No area.
    Nothing,
    /// The band of one standard error about the validation accuracy.
    Error,
    /// The band of one standard error, and the gap between training and validation.
    ErrorAndGap,
    /// The band about the mean of several runs.
    Spread,
}

/// The figures of an epoch, and where it lies. A figure that wasn't measured is not a number.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPoint {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Where it lies along the plots.
    pub x: f64,
    /// A fraction.
    pub train_accuracy: f64,
    /// Mean cross-entropy.
    pub train_loss: f64,
    /// A fraction.
    pub validation_accuracy: f64,
    /// Mean cross-entropy.
    pub validation_loss: f64,
    /// The share of the wrong labels that was learned.
    pub learned: f64,
    /// The mean accuracy of the batches as seen.
    pub batch_accuracy: f64,
    /// The mean loss of the batches as seen.
    pub batch_loss: f64,
    /// How many images validation measured, where that is known.
    pub validation_count: Option<usize>,
    /// The band about a mean of several runs.
    pub spread: Option<Spread>,
    /// Which lines have no point here, since nothing was measured for them.
    pub unmeasured: Vec<(Quantity, Split)>,
}

/// The lines of a point that weren't measured.
fn unmeasured(point: &CurvePoint) -> Vec<(Quantity, Split)> {
    let is_without_gap = point.train_accuracy.is_none() || point.validation_accuracy.is_none();
    let lines = [
        (Quantity::Loss, Split::Training, point.train_loss.is_none()),
        (
            Quantity::Loss,
            Split::Validation,
            point.validation_loss.is_none(),
        ),
        (
            Quantity::Accuracy,
            Split::Training,
            point.train_accuracy.is_none(),
        ),
        (
            Quantity::Accuracy,
            Split::Validation,
            point.validation_accuracy.is_none(),
        ),
        (Quantity::Gap, Split::Validation, is_without_gap),
    ];
    let missing = lines.into_iter().filter(|(_, _, is_missing)| *is_missing);
    missing
        .map(|(quantity, split, _)| (quantity, split))
        .collect()
}

impl EpochPoint {
    fn of_run(metrics: &EpochMetrics, map: &XMap) -> Self {
        let mut point = Self::of_curve(&run::curve_point(metrics), map);
        point.learned = metrics.corrupted.map_or(f64::NAN, |part| part.accuracy);
        point.batch_accuracy = metrics.batch_accuracy;
        point.batch_loss = metrics.batch_loss;
        point.validation_count = Some(metrics.validation_count);
        point
    }

    pub(super) fn of_curve(point: &CurvePoint, map: &XMap) -> Self {
        Self {
            epoch: point.epoch,
            x: map.at(point.epoch as f64),
            train_accuracy: point.train_accuracy.unwrap_or(f64::NAN),
            train_loss: point.train_loss.unwrap_or(f64::NAN),
            validation_accuracy: point.validation_accuracy.unwrap_or(f64::NAN),
            validation_loss: point.validation_loss.unwrap_or(f64::NAN),
            learned: f64::NAN,
            batch_accuracy: f64::NAN,
            batch_loss: f64::NAN,
            validation_count: None,
            spread: None,
            unmeasured: unmeasured(point),
        }
    }

    /// Whether a line has a point at this epoch, be it finite or not.
    pub fn is_measured(&self, quantity: Quantity, split: Split) -> bool {
        !self.unmeasured.contains(&(quantity, split))
    }

    /// The value of a line at this epoch.
    pub fn value(&self, quantity: Quantity, split: Split) -> f64 {
        match (quantity, split) {
            (Quantity::Accuracy, Split::Validation) => self.validation_accuracy,
            (Quantity::Accuracy, Split::Training) => self.train_accuracy,
            (Quantity::Accuracy, Split::Learned) => self.learned,
            (Quantity::Accuracy, Split::Batches) => self.batch_accuracy,
            (Quantity::Loss, Split::Validation) => self.validation_loss,
            (Quantity::Loss, Split::Training) => self.train_loss,
            (Quantity::Loss, Split::Batches) => self.batch_loss,
            // The gap has one line, drawn like the validation that it is about.
            (Quantity::Gap, Split::Validation) => self.gap(),
            (Quantity::Loss, Split::Learned) | (Quantity::Gap, _) => f64::NAN,
        }
    }

    /// The lower and the upper end of the band about a mean.
    pub fn band(&self, quantity: Quantity) -> Option<[f64; 2]> {
        let spread = self.spread?;
        Some(match quantity {
            Quantity::Accuracy => spread.accuracy,
            Quantity::Loss => spread.loss,
            Quantity::Gap => spread.gap,
        })
    }

    /// Training − validation accuracy, in percentage points.
    pub fn gap(&self) -> f64 {
        100.0 * (self.train_accuracy - self.validation_accuracy)
    }

    /// The standard error of the validation accuracy.
    pub fn standard_error(&self) -> Option<f64> {
        let error = verdict::standard_error(self.validation_accuracy, self.validation_count?);
        error.is_finite().then_some(error)
    }

    /// The standard error of the validation accuracy as it is drawn: none of so few images that no
    /// error is written either.
    pub fn drawn_error(&self) -> Option<f64> {
        let count = self.validation_count?;
        self.standard_error().filter(|_| count >= FEWEST_FOR_ERROR)
    }
}

/// A change of a live setting, and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveChange {
    /// Where it lies along the plots.
    pub x: f64,
    /// The same place in epochs. The values under the plots name the changes of an epoch by it.
    pub epoch: f64,
    /// What was changed to what.
    pub text: String,
    /// Whether it has acted; otherwise it is planned.
    pub acted: bool,
}

/// The curves of a run, ready to be drawn.
#[derive(Debug)]
pub struct Curves<'a> {
    /// The run of this program, where the curves are those of one.
    pub run: Option<&'a Run>,
    /// A run whose validation images validate the curves; none where nobody knows them.
    pub validated_as: Option<&'a Run>,
    /// What tells the run from others.
    pub(super) id: &'a RunId,
    /// What the picture calls them.
    pub name: &'a str,
    /// The colour that they are known by: red, green, blue.
    pub color: [u8; 3],
    /// How they stand to the others.
    pub emphasis: Emphasis,
    /// The epochs, in order.
    pub points: Vec<EpochPoint>,
    /// Where epochs and batches lie along the plots.
    pub map: XMap,
    /// The epoch with the lowest validation loss, as an index of `points`.
    pub best: Option<usize>,
    /// The changes of live settings, in order.
    pub changes: Vec<LiveChange>,
}

impl<'a> Curves<'a> {
    /// The curves of a run.
    pub fn of_run(
        run: &'a Run,
        name: &'a str,
        color: [u8; 3],
        axis: XAxis,
        emphasis: Emphasis,
    ) -> Self {
        let map = XMap::new(run, axis);
        let best = run.verdict.best_epoch;
        // An epoch whose figures aren't finite ended the run, and is drawn as the end of its lines.
        let diverged = run.diverged_point();
        let points = run
            .epochs
            .iter()
            .map(|metrics| EpochPoint::of_run(metrics, &map))
            .chain(diverged.map(|point| EpochPoint::of_curve(&point, &map)))
            .collect();
        let changes = run.experiment.changes();
        Self {
            run: Some(run),
            validated_as: Some(run),
            id: &run.id,
            name,
            color,
            emphasis,
            points,
            best: run
                .epochs
                .iter()
                .position(|metrics| Some(metrics.epoch) == best),
            changes: changes
                .iter()
                .filter_map(|change| live_change(run, change, &map))
                .collect(),
            map,
        }
    }

    /// The curves of a run that was opened from a file. It tells epochs alone, so it lies along
    /// epochs.
    pub fn of_file(opened: &'a OpenedRun, color: [u8; 3], emphasis: Emphasis) -> Self {
        let map = XMap::identity();
        let best = opened.verdict.best_epoch;
        let points = &opened.run.points;
        let of_point = |point| EpochPoint {
            validation_count: opened.run.validation_images,
            ..EpochPoint::of_curve(point, &map)
        };
        Self {
            run: None,
            validated_as: None,
            id: &opened.id,
            name: &opened.name,
            color,
            emphasis,
            points: points.iter().map(of_point).collect(),
            best: points.iter().position(|point| Some(point.epoch) == best),
            map,
            changes: Vec::new(),
        }
    }

    /// What tells the run from others.
    pub fn id(&self) -> &RunId {
        self.id
    }

    /// Whether the eye is on these curves: on the highlighted run, or else on the chosen one.
    pub fn is_looked_at(&self) -> bool {
        let emphasis = &self.emphasis;
        !emphasis.faded && (emphasis.highlighted || emphasis.role == Role::Chosen)
    }

    /// Whether these are the mean of several runs.
    pub fn is_mean(&self) -> bool {
        self.points.iter().any(|point| point.spread.is_some())
    }

    /// The figures of the best epoch. For a mean, that is the epoch at which the mean validation loss is lowest; each
    /// of its runs may have its own best epoch elsewhere.
    pub fn best_point(&self) -> Option<&EpochPoint> {
        self.points.get(self.best?)
    }

    /// The figures nearest to an x; none beyond the last epoch or before the first.
    pub fn near(&self, x: f64) -> Option<&EpochPoint> {
        let after = self.points.partition_point(|point| point.x < x);
        let before = after
            .checked_sub(1)
            .and_then(|index| self.points.get(index));
        let after = self.points.get(after);
        match (before, after) {
            (Some(a), Some(b)) => Some(if x - a.x < b.x - x { a } else { b }),
            (Some(a), None) => (x - a.x <= self.half_last()).then_some(a),
            (None, Some(b)) => (b.x - x <= self.half_first()).then_some(b),
            (None, None) => None,
        }
    }

    /// Where the whole x axis must reach for these curves.
    pub fn end(&self) -> f64 {
        match self.run {
            Some(run) => along::end(run, &self.map),
            None => self.points.last().map_or(0.0, |point| point.x),
        }
    }

    /// Half the way from the last epoch but one to the last.
    fn half_last(&self) -> f64 {
        match self.points.as_slice() {
            [.., a, b] => half(a.x, b.x),
            _ => self.half_first(),
        }
    }

    /// Half the way from the start to the first epoch.
    fn half_first(&self) -> f64 {
        self.points.first().map_or(0.0, |first| half(0.0, first.x))
    }
}

fn half(from: f64, to: f64) -> f64 {
    (to - from) / 2.0 * (1.0 + 1e-9)
}

/// A change with its place. A run that ended before a planned change has none of it.
fn live_change(run: &Run, change: &Change, map: &XMap) -> Option<LiveChange> {
    let epoch = along::change_position(run, change);
    let acted = epoch <= along::position(run);
    let x = map.at(epoch);
    (x.is_finite() && (acted || run.state.is_active())).then(|| LiveChange {
        x,
        epoch,
        text: change.to.to_string(),
        acted,
    })
}

#[cfg(test)]
#[path = "curves_tests.rs"]
mod tests;
