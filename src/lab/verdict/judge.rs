//! The verdict's state, epoch by epoch.
//!
//! A curve is read from its start, one epoch at a time, and the verdict changes only on evidence:
//! cutting the curve after epoch k gives what was said at epoch k, and noise near a threshold
//! can't make it waver. Losses are compared as logarithms, so that every threshold is relative.

use super::signal::{self, Trend};
use super::{CurvePoint, VerdictKind};

/// Losses below this are all "zero": logarithms need a floor.
const SMALLEST_LOSS: f64 = 1e-12;
/// Epochs before anything is said.
pub const FIRST_VERDICT: usize = 3;

// Worse.

/// A rise of the validation loss by less than this is never "worse", however smooth the curve…
const LEAST_RISE: f64 = 0.08;
/// …and where training errs nearly as much as validation, validation must also err more than at
/// its best by this part: a network that is too simple grows too confident without memorizing.
const MORE_ERRORS: f64 = 0.2;
/// A rise counts from this many scatters: the smoothed loss of a flat curve of 100 epochs wanders
/// up to three above its minimum.
const RISE_SCATTERS: f64 = 3.0;
/// While validation got worse, training loss must have fallen by this, and by as many scatters.
const FALL_MEANWHILE: (f64, f64) = (0.05, 2.5);
/// Training has nothing left to lose when its loss is below this part of validation's.
const NOTHING_LEFT: f64 = 0.01;

// Still.

/// Validation stands still when, at its pace, as many epochs again would gain less than this…
const GAIN_WORTH_WAITING: f64 = 0.10;
/// …within these bounds of the pace, per epoch…
const STILL_PACE: (f64, f64) = (0.002, 0.006);
/// …or, where training runs away from it, less than this part of what training gains…
const FOLLOWS: f64 = 0.1;
/// …up to this pace.
const LEFT_PACE: f64 = 0.016;
/// A pace is sure beyond this many of its errors…
const SURE: f64 = 2.5;
/// …or beyond this many where both curves show it.
const SURE_TOGETHER: f64 = 2.0;
/// Epochs of a stretch over which a pace is taken: below five it means nothing, above thirty it
/// is history.
const STRETCH: (usize, usize) = (5, 30);
/// Epochs before a curve can be said to stand still: fewer don't show its scatter.
const FIRST_STILL: usize = 8;
/// A validation loss that never moved by more than this needs no such patience.
const MOTIONLESS: f64 = 0.001;
/// Epochs running that it must stand still to be believed…
const STILL_EPOCHS: usize = 2;
/// …or where training runs away but still has much of its own error left to lose.
const LEFT_EPOCHS: usize = 4;
/// Epochs without a new minimum (at least a third of the run) after which waiting has no sense,
/// however scattered the curve.
const PATIENCE: usize = 20;

// The gap.

/// A gap is noise within this many standard errors.
const GAP_ERRORS: f64 = 2.0;
/// A gap is small up to this part of the validation error: training errs at least half as often.
const SMALL_GAP: f64 = 0.5;
/// Beyond this part, training has hardly an error left of its own.
const WHOLE_GAP: f64 = 0.9;
/// Training loss goes on falling when it falls by at least this over the stretch.
const TRAINING_FALL: f64 = 0.2;

// Underfitting.

/// Training error that is much, when validation stands still while training accuracy rises…
const MUCH_WHILE_RISING: f64 = 0.05;
/// …when both stand still…
const MUCH_AT_REST: f64 = 0.10;
/// …and when validation still gains, but training is further from done than twice its epochs.
const MUCH_WHILE_IMPROVING: f64 = 0.15;
/// Training error from which it is no longer much.
const LITTLE: f64 = 0.04;
/// A validation loss that falls faster than this an epoch is improving, however much is left.
const FAST_PACE: f64 = 0.03;

/// What is known about a curve at one of its epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Epoch-to-epoch scatter of the validation loss, in logarithms.
    pub scatter: f64,
    /// Rise of the smoothed validation loss over its minimum, in logarithms.
    pub rise: f64,
    /// Rise from which it is no noise.
    pub rise_limit: f64,
    /// Last epochs over which paces are taken.
    pub stretch: usize,
    /// Change of the validation loss per epoch over the stretch, in logarithms.
    pub pace: Trend,
    /// Change of the training loss per epoch over the stretch, in logarithms.
    pub training_pace: Trend,
    /// Pace within which validation stands still.
    pub still_pace: f64,
    /// Smoothed training − validation accuracy, fraction.
    pub gap: f64,
    /// Gap up to which it is noise, or small beside the error that is left, fraction.
    pub gap_limit: f64,
    /// Difference of accuracies that validation images may show by chance, fraction.
    pub accuracy_noise: f64,
    /// Smoothed training error, fraction.
    pub training_error: f64,
    /// Smoothed validation error, fraction.
    pub validation_error: f64,
    /// Training accuracy goes on rising, by more than its scatter.
    pub training_rises: bool,
}

impl Evidence {
    fn gap_is_small(&self) -> bool {
        self.gap <= self.gap_limit
    }

    /// A training error that can be set against the validation error: with label noise or heavy
    /// augmentation it can be far above, and then says nothing about the network.
    fn errors_compare(&self) -> bool {
        self.gap >= -self.gap_limit
    }
}

/// The verdict's state after an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// What is said.
    pub kind: VerdictKind,
    /// Index of the first point after the best, while it overfits.
    pub since: Option<usize>,
    /// Why.
    pub evidence: Evidence,
}

/// Reads the curve. None where it has fewer than [`FIRST_VERDICT`] epochs. Losses must be finite;
/// a validation size of 0 means unknown.
pub fn judge(points: &[CurvePoint], validation_size: usize) -> Option<State> {
    let mut judge = Judge::new(points, validation_size)?;
    (FIRST_VERDICT..=points.len())
        .map(|count| judge.read(count))
        .last()
}

struct Judge {
    validation_size: usize,
    /// Logarithms of the losses.
    validation: Vec<f64>,
    training: Vec<f64>,
    validation_accuracy: Vec<f64>,
    training_accuracy: Vec<f64>,
    /// For each epoch that has a successor, where the lowest validation loss up to it lies, and
    /// that loss; spikes left out.
    best: Vec<(usize, f64)>,
    lowest: Lowest,
    /// Lowest and highest validation loss so far.
    range: (f64, f64),
    /// Epochs for which validation has stood still without a break.
    still: usize,
    /// Epochs for which training has run away from it without a break.
    left: usize,
    kind: VerdictKind,
    since: Option<usize>,
    /// Highest smoothed validation loss since overfitting was said.
    peak: f64,
}

/// The lowest smoothed validation loss so far, and the other smoothed figures at that epoch.
#[derive(Clone, Copy)]
struct Lowest {
    count: usize,
    validation: f64,
    training: f64,
    validation_error: f64,
}

impl Judge {
    fn new(points: &[CurvePoint], validation_size: usize) -> Option<Self> {
        let logarithms = |loss: fn(&CurvePoint) -> f64| -> Vec<f64> {
            points
                .iter()
                .map(|point| loss(point).max(SMALLEST_LOSS).ln())
                .collect()
        };
        let validation = logarithms(|point| point.validation_loss);
        let training = logarithms(|point| point.train_loss);
        let (&first, &first_training) = (validation.first()?, training.first()?);
        let validation_accuracy = fractions(points, |point| point.validation_accuracy);
        Some(Self {
            validation_size,
            training_accuracy: fractions(points, |point| point.train_accuracy),
            validation,
            training,
            best: Vec::with_capacity(points.len()),
            lowest: Lowest {
                count: 1,
                validation: first,
                training: first_training,
                validation_error: 1.0 - validation_accuracy.first()?,
            },
            validation_accuracy,
            range: (first, first),
            still: 0,
            left: 0,
            kind: VerdictKind::Improving,
            since: None,
            peak: f64::NEG_INFINITY,
        })
    }

    /// Takes the epochs up to `count` into account; to be called for each count from 3.
    fn read(&mut self, count: usize) -> State {
        let evidence = self.weigh(count);
        let kind = self.decide(count, &evidence);
        if kind == VerdictKind::Overfitting {
            // Fixed when it is first said: a later lucky epoch is no new beginning.
            self.since = self.since.or(Some(self.best[count - 2].0 + 1));
            self.peak = self.peak.max(self.lowest.validation + evidence.rise);
        } else {
            self.since = None;
            self.peak = f64::NEG_INFINITY;
        }
        if kind != self.kind {
            self.still = 0;
            self.left = 0;
        }
        self.kind = kind;
        State {
            kind,
            since: self.since,
            evidence,
        }
    }

    fn weigh(&mut self, count: usize) -> Evidence {
        let validation = &self.validation[..count];
        let training = &self.training[..count];
        let scatter = signal::scatter(validation);
        while self.best.len() < count - 1 {
            let index = self.best.len();
            let loss = signal::without_spike(validation, index, scatter);
            let best = match self.best.last() {
                Some(&(at, lowest)) if lowest <= loss => (at, lowest),
                _ => (index, loss),
            };
            self.best.push(best);
            for loss in &validation[index..index + 2] {
                self.range = (self.range.0.min(*loss), self.range.1.max(*loss));
            }
        }
        let validation_error = 1.0 - signal::level(&self.validation_accuracy[..count]);
        let level = signal::level(validation);
        if level < self.lowest.validation {
            self.lowest = Lowest {
                count,
                validation: level,
                training: signal::level(training),
                validation_error,
            };
        }

        let still_pace = (GAIN_WORTH_WAITING / count as f64).clamp(STILL_PACE.0, STILL_PACE.1);
        let stretches = Stretches::new(validation, training);
        let still = stretches.shortest(count, |_, validation, training| {
            validation.surely_above(-still_pace, SURE)
                || validation.surely_above(-still_pace, SURE_TOGETHER)
                    && training.surely_above(-still_pace, SURE_TOGETHER)
        });
        let left = stretches.shortest(count, |epochs, validation, training| {
            let follows = (-FOLLOWS * training.slope).min(LEFT_PACE);
            training.surely_below(-TRAINING_FALL / epochs, SURE)
                && validation.surely_above(-still_pace.max(follows), SURE)
        });
        self.still = still.map_or(0, |_| self.still + 1);
        self.left = left.map_or(0, |_| self.left + 1);
        let stretch = left.or(still).unwrap_or(STRETCH.0.min(count));
        let (pace, training_pace) = stretches.last(stretch);

        let training_error = 1.0 - signal::level(&self.training_accuracy[..count]);
        let gap = validation_error - training_error;
        let accuracy_noise = GAP_ERRORS * cautious_error(validation_error, self.validation_size);
        Evidence {
            scatter,
            rise: level - self.lowest.validation,
            rise_limit: LEAST_RISE
                .max(RISE_SCATTERS * scatter)
                .max(loss_error(validation_error, self.validation_size)),
            stretch,
            pace,
            training_pace,
            still_pace,
            gap,
            gap_limit: accuracy_noise.max(SMALL_GAP * validation_error),
            accuracy_noise,
            training_error,
            validation_error,
            training_rises: rises(&self.training_accuracy[..count], stretch),
        }
    }

    fn decide(&self, count: usize, evidence: &Evidence) -> VerdictKind {
        use VerdictKind::{GoodFit, Improving, Overfitting, Underfitting};
        match self.kind {
            Overfitting if self.new_minimum(count, evidence) || self.comes_back(evidence) => {
                Improving
            }
            Overfitting => Overfitting,
            _ if self.worse(count, evidence) || self.memorizes(evidence) => Overfitting,
            GoodFit if self.new_minimum(count, evidence) => Improving,
            GoodFit => GoodFit,
            Underfitting if self.new_minimum(count, evidence) && takes_off(evidence) => Improving,
            Underfitting if self.rests(count, evidence) && evidence.training_error < LITTLE => {
                GoodFit
            }
            Underfitting => Underfitting,
            _ => self.settle(count, evidence),
        }
    }

    /// What an improving run has become, if anything.
    fn settle(&self, count: usize, evidence: &Evidence) -> VerdictKind {
        let much = if evidence.training_rises {
            MUCH_WHILE_RISING
        } else {
            MUCH_AT_REST
        };
        let underfits = if self.rests(count, evidence) {
            evidence.training_error > much
        } else {
            self.far_from_done(count, evidence)
        };
        if underfits && evidence.gap_is_small() && evidence.errors_compare() {
            VerdictKind::Underfitting
        } else if self.rests(count, evidence) && evidence.gap_is_small() {
            VerdictKind::GoodFit
        } else if !self.stale(count) {
            VerdictKind::Improving
        } else if evidence.gap > WHOLE_GAP * evidence.validation_error {
            VerdictKind::Overfitting
        } else {
            VerdictKind::GoodFit
        }
    }

    /// Validation got worse while training went on falling.
    fn worse(&self, count: usize, evidence: &Evidence) -> bool {
        let training = &self.training[..count];
        let fall = self.lowest.training - signal::level(training);
        let noise = FALL_MEANWHILE.1 * signal::scatter(training);
        let nothing_left = evidence.training_error < 0.1 * evidence.validation_error
            && signal::level(training) - signal::level(&self.validation[..count])
                < NOTHING_LEFT.ln();
        let more_errors = evidence.validation_error - self.lowest.validation_error;
        let errs_more = more_errors > MORE_ERRORS * self.lowest.validation_error
            && more_errors > evidence.accuracy_noise;
        evidence.rise > evidence.rise_limit
            && (errs_more || !evidence.gap_is_small())
            && (fall > FALL_MEANWHILE.0.max(noise) || nothing_left)
    }

    /// Validation stands still while training leaves it behind, by a gap that is no noise.
    fn memorizes(&self, evidence: &Evidence) -> bool {
        let needed = if evidence.gap > WHOLE_GAP * evidence.validation_error {
            STILL_EPOCHS
        } else {
            LEFT_EPOCHS
        };
        self.left >= needed && !evidence.gap_is_small()
    }

    /// Validation stands still, near its minimum.
    fn rests(&self, count: usize, evidence: &Evidence) -> bool {
        let motionless = self.range.1 - self.range.0 < MOTIONLESS;
        (self.still >= STILL_EPOCHS || motionless || self.stale(count))
            && evidence.rise < evidence.rise_limit / 2.0
    }

    /// No new minimum for a long time.
    fn stale(&self, count: usize) -> bool {
        count - self.lowest.count >= PATIENCE.max(count / 3)
    }

    /// Two epochs running lie below all before by more than the scatter; by any margin where
    /// validation had been well above its minimum, since noise doesn't come back from there.
    fn new_minimum(&self, count: usize, evidence: &Evidence) -> bool {
        let Some(&(_, before)) = self.best.get(count.wrapping_sub(3)) else {
            return false;
        };
        let last = &self.validation[count - 2..count];
        let now = last[0].max(last[1]);
        let margin = if self.peak - now > evidence.rise_limit {
            0.005
        } else {
            (2.5 * evidence.scatter).max(0.03)
        };
        now < before - margin
    }

    /// From well above, validation is back beside its minimum, and still falls.
    fn comes_back(&self, evidence: &Evidence) -> bool {
        let now = self.lowest.validation + evidence.rise;
        self.peak - now > evidence.rise_limit
            && evidence.rise < evidence.rise_limit / 2.0
            && evidence.pace.surely_below(-evidence.still_pace, SURE)
    }

    /// Training accuracy is low and would need more than twice the epochs so far to get there.
    fn far_from_done(&self, count: usize, evidence: &Evidence) -> bool {
        let stretch = evidence.stretch.min(count);
        let accuracy = signal::slope(&self.training_accuracy[count - stretch..count]);
        count >= FIRST_STILL
            && evidence.training_error > MUCH_WHILE_IMPROVING
            && evidence.pace.slope > -FAST_PACE
            && accuracy * 2.0 * (count as f64) < evidence.training_error
    }
}

/// Whether an underfitting run that reached a new minimum is worth another name.
fn takes_off(evidence: &Evidence) -> bool {
    evidence.training_error < MUCH_WHILE_IMPROVING || evidence.pace.slope < -2.0 * FAST_PACE
}

/// The last epochs of both curves without their spikes.
struct Stretches {
    validation: Vec<f64>,
    validation_scatter: f64,
    training: Vec<f64>,
    training_scatter: f64,
}

impl Stretches {
    fn new(validation: &[f64], training: &[f64]) -> Self {
        let validation_scatter = signal::scatter(validation);
        let training_scatter = signal::scatter(training);
        Self {
            validation: signal::recent(validation, STRETCH.1, validation_scatter),
            validation_scatter,
            training: signal::recent(training, STRETCH.1, training_scatter),
            training_scatter,
        }
    }

    /// Trends of validation and training over so many last epochs.
    fn last(&self, epochs: usize) -> (Trend, Trend) {
        let start = self.validation.len().saturating_sub(epochs);
        (
            Trend::new(&self.validation[start..], self.validation_scatter),
            Trend::new(&self.training[start..], self.training_scatter),
        )
    }

    /// The shortest stretch of last epochs over which that holds.
    fn shortest(&self, count: usize, holds: impl Fn(f64, Trend, Trend) -> bool) -> Option<usize> {
        if count < FIRST_STILL {
            return None;
        }
        (STRETCH.0..=self.validation.len()).find(|&epochs| {
            let (validation, training) = self.last(epochs);
            holds(epochs as f64, validation, training)
        })
    }
}

/// Accuracies as they are; those out of bounds or not finite as the nearest sensible ones.
fn fractions(points: &[CurvePoint], accuracy: fn(&CurvePoint) -> f64) -> Vec<f64> {
    let mut last = 0.0;
    points
        .iter()
        .map(|point| {
            let value = accuracy(point);
            if value.is_finite() {
                last = value.clamp(0.0, 1.0);
            }
            last
        })
        .collect()
}

/// Accuracy rises over its last epochs by more than its own scatter.
fn rises(accuracy: &[f64], epochs: usize) -> bool {
    let recent = &accuracy[accuracy.len().saturating_sub(epochs)..];
    let error = signal::slope_error(signal::bare_scatter(accuracy), recent.len());
    signal::slope(recent) > (SURE * error).max(1e-9)
}

/// Standard error of an accuracy, never 0: an error seen zero times in n may still be one in n.
fn cautious_error(error: f64, count: usize) -> f64 {
    if count == 0 {
        return 0.0;
    }
    super::standard_error(one_more(error, count), count)
}

/// Relative standard error of a cross-entropy, taken as that of the number of wrong images: most
/// of the loss is theirs.
fn loss_error(error: f64, count: usize) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let error = one_more(error, count);
    ((1.0 - error) / (error * count as f64)).sqrt()
}

/// Laplace's rule: one more right and one more wrong than were counted.
fn one_more(error: f64, count: usize) -> f64 {
    (error * count as f64 + 1.0) / (count as f64 + 2.0)
}
