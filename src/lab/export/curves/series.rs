//! What is drawn of a run.

use super::super::picture::polyline;
use crate::experiment::Change;
use crate::lab::Run;
use crate::lab::verdict::standard_error;
use svg::node::element::Path;

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// In per cent.
    Accuracy,
    /// Cross-entropy.
    Loss,
}

/// How a line is drawn, by what it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// Solid.
    Validation,
    /// Dashed.
    Training,
    /// Dotted: the wrong labels that were learned.
    Learned,
}

/// What the strokes mean.
pub(super) const KEY: [(Stroke, &str); 3] = [
    (Stroke::Validation, "validation ± standard error"),
    (Stroke::Training, "training"),
    (Stroke::Learned, "wrong labels learned"),
];

impl Stroke {
    pub(super) fn draw(self, points: &[[f64; 2]], color: &str) -> Path {
        match self {
            Self::Validation => polyline(points, color, 2.5),
            Self::Training => polyline(points, color, 1.5).set("stroke-dasharray", "7 4"),
            Self::Learned => polyline(points, color, 1.5).set("stroke-dasharray", "1.5 4"),
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Training => "training",
            Self::Learned => "wrong labels",
        }
    }
}

/// A line: epoch and figure, of which some may not be finite.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) stroke: Stroke,
    pub(super) points: Vec<[f64; 2]>,
    /// The standard error of each figure, where it is drawn.
    pub(super) errors: Vec<f64>,
}

/// The best epoch.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) epoch: usize,
    pub(super) loss: f64,
    /// A fraction.
    pub(super) accuracy: f64,
    /// Validation images.
    pub(super) count: usize,
}

/// A run with all that is drawn of it.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) color: String,
    pub(super) accuracy: Vec<Line>,
    pub(super) loss: Vec<Line>,
    pub(super) best: Option<Best>,
    /// Changes that acted: the place among the epochs, and the words.
    pub(super) changes: Vec<(f64, String)>,
    pub(super) diverged_in: Option<usize>,
}

impl Subject {
    pub(super) fn of(run: &Run, name: &str, color: String) -> Self {
        let curve = run.curve();
        let count = run.validation_size();
        let line = |stroke, figure: &dyn Fn(&crate::lab::verdict::CurvePoint) -> f64| Line {
            stroke,
            points: curve
                .iter()
                .map(|point| [point.epoch as f64, figure(point)])
                .collect(),
            errors: Vec::new(),
        };
        let mut validation = line(Stroke::Validation, &|p| 100.0 * p.validation_accuracy);
        validation.errors = curve
            .iter()
            .map(|point| 100.0 * standard_error(point.validation_accuracy, count))
            .collect();
        let training = line(Stroke::Training, &|p| 100.0 * p.train_accuracy);
        let learned: Vec<[f64; 2]> = run
            .epochs
            .iter()
            .filter_map(|metrics| {
                let corrupted = metrics.corrupted?;
                Some([metrics.epoch as f64, 100.0 * corrupted.accuracy])
            })
            .collect();
        let learned = (!learned.is_empty()).then_some(Line {
            stroke: Stroke::Learned,
            points: learned,
            errors: Vec::new(),
        });
        Self {
            name: name.into(),
            color,
            accuracy: [validation, training].into_iter().chain(learned).collect(),
            loss: vec![
                line(Stroke::Validation, &|p| p.validation_loss),
                line(Stroke::Training, &|p| p.train_loss),
            ],
            best: run.best().map(|metrics| Best {
                epoch: metrics.epoch,
                loss: metrics.validation_loss,
                accuracy: metrics.validation_accuracy,
                count: metrics.validation_count,
            }),
            changes: changes(run),
            diverged_in: run.diverged_in,
        }
    }

    pub(super) fn has_points(&self) -> bool {
        self.accuracy.iter().any(|line| !line.points.is_empty())
    }

    pub(super) fn has_noise(&self) -> bool {
        self.accuracy
            .iter()
            .any(|line| line.stroke == Stroke::Learned)
    }

    pub(super) fn last_epoch(&self) -> f64 {
        let points = self.accuracy.iter().flat_map(|line| &line.points);
        points.map(|[epoch, _]| *epoch).fold(0.0, f64::max)
    }

    pub(super) fn lines(&self, quantity: Quantity) -> &[Line] {
        match quantity {
            Quantity::Accuracy => &self.accuracy,
            Quantity::Loss => &self.loss,
        }
    }
}

/// The changes that acted, those at one place together.
fn changes(run: &Run) -> Vec<(f64, String)> {
    let last = run.epochs.last().map_or(0, |metrics| metrics.epoch);
    let mut changes: Vec<(f64, String)> = Vec::new();
    for change in run.experiment.changes() {
        if change.epoch > last {
            continue;
        }
        let place = place(run, change);
        let words = change.to.to_string();
        match changes.last_mut() {
            Some((at, text)) if *at == place => *text = format!("{text}, {words}"),
            _ => changes.push((place, words)),
        }
    }
    changes
}

/// Where a change lies: batches are fractions of their epoch, whose figures stand at its end.
fn place(run: &Run, change: &Change) -> f64 {
    let step_after = |epoch: usize| {
        let metrics = run.epochs.iter().find(|metrics| metrics.epoch == epoch);
        metrics.map(|metrics| metrics.step)
    };
    let before = match change.epoch {
        0 | 1 => Some(0),
        epoch => step_after(epoch - 1),
    };
    let batches = step_after(change.epoch)
        .zip(before)
        .map_or(0, |(after, before)| after.saturating_sub(before));
    let share = change.batch.saturating_sub(1) as f64 / (batches.max(1) as f64);
    change.epoch as f64 - 1.0 + share.min(1.0)
}
