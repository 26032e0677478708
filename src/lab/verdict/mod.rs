//! The verdict: training curves in, plain sentences with their evidence out.
//!
//! Pure arithmetic on epochs' figures: nothing here knows of threads, files or widgets.
//! [`Judging`] takes a run's epochs in one by one, [`verdict`] a whole curve. `story` holds the epochs
//! and the two noises of their validation loss, `compare` what the images' own answers say of the first
//! noise; `weigh` asks of a story whether its loss is worse, better or still; `judge` is the rule and
//! `limits` its limits; `words` are the sentences, and `marks` says which epochs the numbers are of. How right all this is, `bench verdict` measures.

mod compare;
mod judge;
mod limits;
mod marks;
mod story;
mod weigh;
mod words;

pub use crate::lab::format::standard_error;
pub use crate::training::Compared;
pub use compare::Comparer;
pub use marks::{Mark, MarkKind};

use judge::{Judge, Judgement};
use serde::{Serialize, Serializer};

/// One epoch's figures, measured in evaluation mode on un-augmented images. A figure that was not
/// measured is none; one that was measured and is no finite number is there, and says that the run
/// diverged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Mean cross-entropy of the training sample.
    pub train_loss: Option<f64>,
    /// Fraction of the training sample classified right, 0 to 1.
    pub train_accuracy: Option<f64>,
    /// Mean cross-entropy of the validation images.
    pub validation_loss: Option<f64>,
    /// Fraction of the validation images classified right, 0 to 1.
    pub validation_accuracy: Option<f64>,
}

impl CurvePoint {
    /// An epoch of which everything was measured: training loss and accuracy, validation loss and
    /// accuracy.
    pub fn measured(epoch: usize, figures: [f64; 4]) -> Self {
        let [
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        ] = figures.map(Some);
        Self {
            epoch,
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        }
    }
}

/// The figures of an epoch as the rule reads them: not a number where one is missing.
#[derive(Clone, Copy, Debug)]
struct Figures {
    epoch: usize,
    train_loss: f64,
    train_accuracy: f64,
    validation_loss: f64,
    validation_accuracy: f64,
    /// Whether a loss was measured and is no finite number.
    is_diverged: bool,
}

impl From<&CurvePoint> for Figures {
    fn from(point: &CurvePoint) -> Self {
        let fraction = |accuracy: Option<f64>| {
            let fraction = accuracy.filter(|accuracy| (0.0..=1.0).contains(accuracy));
            fraction.unwrap_or(f64::NAN)
        };
        Self {
            epoch: point.epoch,
            train_loss: point.train_loss.unwrap_or(f64::NAN),
            train_accuracy: fraction(point.train_accuracy),
            validation_loss: point.validation_loss.unwrap_or(f64::NAN),
            validation_accuracy: fraction(point.validation_accuracy),
            is_diverged: [point.train_loss, point.validation_loss]
                .into_iter()
                .flatten()
                .any(|loss| !loss.is_finite()),
        }
    }
}

/// What curves say about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictKind {
    /// Fewer epochs than a verdict needs.
    TooEarly,
    /// A loss is not finite.
    Diverged,
    /// Training accuracy is low, and validation accuracy little below it.
    Underfitting,
    /// Validation still gets better, whatever the gap.
    Improving,
    /// Validation no longer gets better, and the gap is small.
    GoodFit,
    /// Validation neither gets better nor worse, and the gap is no small one, though training did not learn
    /// by heart meanwhile.
    Plateau,
    /// Training goes on falling while validation gets worse, or stands still with a gap.
    Overfitting,
    /// A change of settings has ended overfitting: validation is better than it was before the change.
    /// Whether it still gets better isn't sure.
    Mended,
    /// The figures don't decide between the other kinds.
    Unclear,
}

impl VerdictKind {
    /// All kinds, in the order of a run's life.
    pub const ALL: [Self; 9] = [
        Self::TooEarly,
        Self::Diverged,
        Self::Underfitting,
        Self::Improving,
        Self::GoodFit,
        Self::Plateau,
        Self::Overfitting,
        Self::Mended,
        Self::Unclear,
    ];

    /// The word that stands large over the curves. Where a verdict's first sentence begins with it, the
    /// rest of the sentence stands beside it.
    pub fn headline(self) -> &'static str {
        match self {
            Self::TooEarly => "Too early to tell",
            Self::Diverged => "Diverged",
            Self::Underfitting => "Underfitting",
            Self::Improving => "Learning",
            Self::GoodFit => "Good fit",
            Self::Plateau => "Standing still",
            Self::Overfitting => "Overfitting",
            Self::Mended => "Better",
            Self::Unclear => "Can't tell",
        }
    }

    /// The name of this kind in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooEarly => "too-early",
            Self::Diverged => "diverged",
            Self::Underfitting => "underfitting",
            Self::Improving => "improving",
            Self::GoodFit => "good-fit",
            Self::Plateau => "plateau",
            Self::Overfitting => "overfitting",
            Self::Mended => "mended",
            Self::Unclear => "unclear",
        }
    }
}

impl Serialize for VerdictKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What curves say about a run, and why. As JSON: `kind`, `since`, `best_epoch`, `gap`,
/// `sentence`, `what`, `how` and `evidence`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The kind of verdict.
    pub kind: VerdictKind,
    /// The first epoch of overfitting, the one after the best. None for the other kinds.
    pub since: Option<usize>,
    /// The epoch of the lowest validation loss. None where no loss is finite.
    pub best_epoch: Option<usize>,
    /// The epoch of the highest validation accuracy, the first of several. None where none is a
    /// fraction. The files don't have it.
    #[serde(skip)]
    pub most_accurate: Option<usize>,
    /// Training − validation accuracy at the last epoch, percentage points. None where one is not
    /// a number. In JSON it is a fraction, as accuracies are.
    #[serde(serialize_with = "as_fraction")]
    pub gap: Option<f64>,
    /// What is the case, in a sentence, and how that is known, in one or two more.
    pub sentence: String,
    /// What is the case: the first sentence alone.
    pub what: String,
    /// How that is known: the other sentences.
    pub how: String,
    /// The numbers behind it, a plain line each.
    pub evidence: Vec<String>,
    /// Whether steps that are too large explain what is the case, so that a lower learning rate is the first
    /// thing to try. The files don't have it.
    #[serde(skip)]
    pub steps_too_large: bool,
    /// Which epochs the numbers were taken from. The files don't have it.
    #[serde(skip)]
    pub marks: Vec<Mark>,
}

/// Writes percentage points as a fraction.
fn as_fraction<S: Serializer>(points: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    // Points have six decimals.
    let fraction = points.map(|points| (points * 1e6).round() / 1e8);
    fraction.serialize(serializer)
}

/// The verdict on a run, from its epochs in order.
///
/// `validation_size` is the number of validation images, for standard errors; 0 means unknown,
/// and what is measured against standard errors is then measured against scatter and errors left
/// alone. Cut after epoch k, the curves give what was said at epoch k: the verdict changes only
/// on evidence.
pub fn verdict(points: &[CurvePoint], validation_size: usize) -> Verdict {
    Judging::of(points.iter().copied(), validation_size).verdict()
}

/// A run that is judged while it trains: an epoch is taken in when it comes, and no epoch is
/// weighed twice.
#[derive(Clone, Debug)]
pub struct Judging {
    points: Vec<Figures>,
    compared: Vec<Vec<Compared>>,
    /// The places of the points before which the settings were changed.
    changes: Vec<usize>,
    validation_size: usize,
    judge: Judge,
    /// What is said after the newest epoch; none before there are enough epochs.
    state: Option<Judgement>,
    /// The place of the first point with a loss that was measured and isn't finite. Nothing is weighed
    /// from there.
    diverged: Option<usize>,
}

impl Judging {
    /// A run that begins. The number of validation images is that of [`verdict`].
    pub fn new(validation_size: usize) -> Self {
        Self {
            points: Vec::new(),
            compared: Vec::new(),
            changes: Vec::new(),
            validation_size,
            judge: Judge::new(validation_size),
            state: None,
            diverged: None,
        }
    }

    /// A run that has these epochs already, of whose images no answers are known.
    pub fn of(points: impl IntoIterator<Item = CurvePoint>, validation_size: usize) -> Self {
        let mut judging = Self::new(validation_size);
        for point in points {
            judging.push(&point);
        }
        judging
    }

    /// Says how many validation images there are. Where that is news, all epochs are weighed anew.
    pub fn measure_on(&mut self, validation_size: usize) {
        if self.validation_size == validation_size {
            return;
        }
        let before = std::mem::replace(self, Self::new(validation_size));
        for (place, (point, compared)) in before.points.into_iter().zip(before.compared).enumerate()
        {
            if before.changes.contains(&place) {
                self.begin_anew();
            }
            self.take_in(point, compared);
        }
    }

    /// Says that the settings were changed before the next epoch, so that its story begins anew.
    pub fn begin_anew(&mut self) {
        self.changes.push(self.points.len());
        if let Some(last) = self.points.last() {
            self.judge.begin_anew(last.epoch + 1);
            self.state = None;
        }
    }

    /// Takes in the next epoch.
    pub fn push(&mut self, point: &CurvePoint) {
        self.take_in(point.into(), Vec::new());
    }

    /// Takes in the next epoch, with what its validation images' answers say of the differences to
    /// earlier epochs.
    pub fn push_compared(&mut self, point: &CurvePoint, compared: &[Compared]) {
        self.take_in(point.into(), compared.to_vec());
    }

    fn take_in(&mut self, point: Figures, compared: Vec<Compared>) {
        let place = self.points.len();
        if self.diverged.is_none() && point.is_diverged {
            self.diverged = Some(place);
        }
        if self.diverged.is_none() {
            let judged = self.judge.push(place, &point, &compared);
            // An epoch that wasn't validated leaves what was said before it.
            self.state = judged.or(self.state.take());
        }
        self.points.push(point);
        self.compared.push(compared);
    }

    /// The verdict on the epochs so far, in words.
    pub fn verdict(&self) -> Verdict {
        let said = words::Said {
            points: &self.points,
            story: self.judge.story(),
            chapter: self.judge.chapter(),
            images: self.validation_size,
        };
        let diverged = self.diverged.and_then(|place| self.points.get(place));
        match (diverged, &self.state) {
            (Some(point), _) => said.diverged(point),
            (None, Some(state)) => said.judged(state),
            (None, None) => said.too_early(),
        }
    }
}

/// The epoch of the lowest validation loss, the first of several. None where none is finite.
pub fn best_epoch(points: &[CurvePoint]) -> Option<usize> {
    let figures: Vec<Figures> = points.iter().map(Figures::from).collect();
    best(&figures).map(|point| point.epoch)
}

fn best(points: &[Figures]) -> Option<&Figures> {
    points
        .iter()
        .filter(|point| point.validation_loss.is_finite())
        .min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss))
}

/// The point of the highest validation accuracy, the first of several. None where none is a number.
fn most_accurate(points: &[Figures]) -> Option<&Figures> {
    points
        .iter()
        .filter(|point| point.validation_accuracy.is_finite())
        .rev()
        .max_by(|a, b| a.validation_accuracy.total_cmp(&b.validation_accuracy))
}

/// Training − validation accuracy at the last epoch, percentage points.
fn gap(points: &[Figures]) -> Option<f64> {
    let last = points.last()?;
    let gap = 100.0 * (last.train_accuracy - last.validation_accuracy);
    // Curves have six decimals; the rest is binary dust.
    gap.is_finite().then(|| (gap * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests;
