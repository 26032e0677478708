//! The verdict's state, epoch by epoch.
//!
//! A curve is read from its start, one epoch at a time, and the verdict changes only on evidence:
//! cutting the curve after epoch k gives what was said at epoch k, and noise near a threshold
//! can't make it waver. Losses are compared as logarithms, so that every threshold is relative.

use super::figures::{Trends, cautious_error, fractions, loss_error, rises};
use super::limits::*;
use super::signal::{self, Trend};
use super::{CurvePoint, VerdictKind};

/// What is known about a curve at one of its epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Epoch-to-epoch scatter of the validation loss, in logarithms.
    pub scatter: f64,
    /// That of the training loss.
    pub training_scatter: f64,
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
    /// Rise of the validation loss that few wrong images may make by chance, in logarithms.
    pub loss_noise: f64,
    /// Difference of accuracies that validation images may show by chance, fraction.
    pub accuracy_noise: f64,
    /// Smoothed training error, fraction.
    pub training_error: f64,
    /// Smoothed validation error, fraction.
    pub validation_error: f64,
    /// Training accuracy goes on rising, by more than its scatter.
    pub training_rises: bool,
    /// Training loss stands still too.
    pub training_rests: bool,
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
    /// The smoothed validation loss that last counted as a gain, and its epoch.
    gain: (f64, usize),
    /// Lowest training loss so far, and the epochs running that each went below all before.
    lowest_training: f64,
    training_records: usize,
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
                validation: first,
                training: first_training,
                validation_error: 1.0 - validation_accuracy.first()?,
            },
            validation_accuracy,
            range: (first, first),
            gain: (first, 1),
            lowest_training: first_training,
            training_records: 0,
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
        let training_scatter = signal::scatter(training);
        while self.best.len() < count - 1 {
            let index = self.best.len();
            let loss = signal::without_spike(validation, index, scatter);
            let best = match self.best.last() {
                Some(&(at, lowest)) if lowest <= loss => (at, lowest),
                _ => (index, loss),
            };
            self.best.push(best);
            let loss = training[index + 1];
            self.training_records = if loss < self.lowest_training {
                self.training_records + 1
            } else {
                0
            };
            self.lowest_training = self.lowest_training.min(loss);
            for loss in &validation[index..index + 2] {
                self.range = (self.range.0.min(*loss), self.range.1.max(*loss));
            }
        }
        let validation_error = 1.0 - signal::level(&self.validation_accuracy[..count]);
        let level = signal::level(validation);
        if level < self.lowest.validation {
            self.lowest = Lowest {
                validation: level,
                training: signal::level(training),
                validation_error,
            };
        }
        if level < self.gain.0 - MOTIONLESS {
            self.gain = (level, count);
        }

        let still_pace = (GAIN_WORTH_WAITING / count as f64).clamp(STILL_PACE.0, STILL_PACE.1);
        let trends = Trends::new((validation, scatter), (training, training_scatter));
        let still = trends.shortest(|_, validation, training| {
            let both = validation.surely_above(-still_pace, SURE_TOGETHER)
                && training.surely_above(-still_pace, SURE_TOGETHER);
            both || validation.surely_above(-still_pace, SURE)
        });
        let left = trends.shortest(|epochs, validation, training| {
            let follows = (-FOLLOWS * training.slope).min(LEFT_PACE);
            training.surely_below(-TRAINING_FALL / epochs, SURE)
                && validation.surely_above(-still_pace.max(follows), SURE)
        });
        let (still, left) = if count < FIRST_STILL {
            (None, None)
        } else {
            (still, left)
        };
        self.still = still.map_or(0, |_| self.still + 1);
        self.left = left.map_or(0, |_| self.left + 1);
        let stretch = left.or(still).unwrap_or(STRETCH.0.min(count));
        let (pace, training_pace) = trends.over(stretch);

        let training_error = 1.0 - signal::level(&self.training_accuracy[..count]);
        let gap = validation_error - training_error;
        let accuracy_noise = GAP_ERRORS * cautious_error(validation_error, self.validation_size);
        let loss_noise = loss_error(validation_error, self.validation_size);
        Evidence {
            scatter,
            training_scatter,
            rise: level - self.lowest.validation,
            rise_limit: LEAST_RISE.max(RISE_SCATTERS * scatter).max(loss_noise),
            loss_noise,
            stretch,
            pace,
            training_pace,
            still_pace,
            gap,
            gap_limit: accuracy_noise.max(SMALL_GAP * validation_error),
            accuracy_noise,
            training_error,
            validation_error,
            training_rests: training_pace.surely_above(-still_pace, SURE_TOGETHER),
            training_rises: rises(&self.training_accuracy[..count], stretch),
        }
    }

    fn decide(&self, count: usize, evidence: &Evidence) -> VerdictKind {
        use VerdictKind::{GoodFit, Improving, Overfitting, Underfitting};
        match self.kind {
            _ if self.collapsed(count, evidence) => Underfitting,
            Overfitting if self.new_minimum(count, evidence) || self.comes_back(evidence) => {
                Improving
            }
            Overfitting => Overfitting,
            _ if self.worse(count, evidence)
                || self.turns_away(count, evidence)
                || self.memorizes(evidence) =>
            {
                Overfitting
            }
            GoodFit if self.new_minimum(count, evidence) => Improving,
            GoodFit => GoodFit,
            Underfitting if self.takes_off(count, evidence) => Improving,
            Underfitting if self.rests(count, evidence) && evidence.training_error < LITTLE => {
                GoodFit
            }
            Underfitting => Underfitting,
            _ => self.settle(count, evidence),
        }
    }

    /// What an improving run has become, if anything.
    fn settle(&self, count: usize, evidence: &Evidence) -> VerdictKind {
        let rests = self.rests(count, evidence);
        let much = if evidence.training_rises {
            MUCH_WHILE_RISING
        } else {
            MUCH_AT_REST
        };
        let underfits = if rests {
            evidence.training_error > much
        } else {
            self.far_from_done(count, evidence)
        };
        let share = evidence.gap / evidence.validation_error.max(f64::MIN_POSITIVE);
        let fair = evidence.training_rests && share < self.fair_gap();
        if underfits && evidence.gap_is_small() && evidence.errors_compare() {
            VerdictKind::Underfitting
        } else if rests && (evidence.gap_is_small() || fair) {
            VerdictKind::GoodFit
        } else if rests && self.nothing_left(count, evidence) {
            VerdictKind::Overfitting
        } else if !self.stale(count) {
            VerdictKind::Improving
        } else if share > WHOLE_GAP {
            VerdictKind::Overfitting
        } else {
            VerdictKind::GoodFit
        }
    }

    /// The part of the validation error that a gap may be where both curves stand still.
    fn fair_gap(&self) -> f64 {
        if self.still < LONG_STILL {
            FAIR_GAP
        } else {
            WHOLE_GAP
        }
    }

    /// Validation got worse while training went on falling.
    fn worse(&self, count: usize, evidence: &Evidence) -> bool {
        let training = &self.training[..count];
        let fall = self.lowest.training - signal::level(training);
        let noise = FALL_MEANWHILE.1 * evidence.training_scatter;
        let more_errors = evidence.validation_error - self.lowest.validation_error;
        let errs_more = more_errors > MORE_ERRORS * self.lowest.validation_error
            && more_errors > evidence.accuracy_noise;
        evidence.rise > evidence.rise_limit
            && (errs_more || !evidence.gap_is_small())
            && (fall > FALL_MEANWHILE.0.max(noise) || self.nothing_left(count, evidence))
    }

    /// Training has hardly an error left and reached a new minimum three epochs running, while
    /// validation rose in each, the last two well above its own. Scatter makes no such way, and
    /// where it shakes the network, it shakes both curves.
    fn turns_away(&self, count: usize, evidence: &Evidence) -> bool {
        let [.., a, b, c] = self.validation[..count] else {
            return false;
        };
        let Some(&(_, lowest)) = self.best.get(count - 2) else {
            return false;
        };
        let records = self.training_records >= 3;
        let limit = LEAST_RISE.max(evidence.loss_noise);
        records
            && lowest < a
            && a < b
            && b < c
            && b - lowest > limit
            && evidence.gap > WHOLE_GAP * evidence.validation_error
    }

    /// Training has hardly an error or a loss left beside validation's.
    fn nothing_left(&self, count: usize, evidence: &Evidence) -> bool {
        let training = signal::level(&self.training[..count]);
        let validation = signal::level(&self.validation[..count]);
        evidence.gap > WHOLE_GAP * evidence.validation_error
            && training - validation < NOTHING_LEFT.ln()
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
        count - self.gain.1 >= PATIENCE.max(count / 3)
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

    /// An underfitting run that learns after all.
    fn takes_off(&self, count: usize, evidence: &Evidence) -> bool {
        let fast = evidence.pace.surely_below(-FAST_PACE, SURE);
        if evidence.training_error < MUCH_WHILE_IMPROVING {
            fast || self.new_minimum(count, evidence)
        } else {
            fast && !self.far_from_done(count, evidence)
        }
    }

    /// Training and validation both stand well above what they had reached, and stay there.
    fn collapsed(&self, count: usize, evidence: &Evidence) -> bool {
        let training = &self.training[..count];
        let rise = signal::level(training) - self.lowest.training;
        self.still >= STILL_EPOCHS
            && evidence.rise > evidence.rise_limit
            && rise > LEAST_RISE.max(RISE_SCATTERS * evidence.training_scatter)
            && evidence.training_error > MUCH_AT_REST
    }
}
