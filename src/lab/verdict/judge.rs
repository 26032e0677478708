//! The verdict's state, epoch by epoch.
//!
//! A curve is read from its start, one epoch at a time, and the verdict changes only on evidence:
//! cutting the curve after epoch k gives what was said at epoch k, and noise near a threshold
//! can't make it waver. Losses are compared as logarithms, so that every threshold is relative.

use super::{CurvePoint, VerdictKind, signal};

/// Losses below this are all "zero": logarithms need a floor.
const SMALLEST_LOSS: f64 = 1e-12;
/// Epochs before anything is said.
pub const FIRST_VERDICT: usize = 3;

/// A rise of the validation loss by less than this is never "worse", however smooth the curve…
const RISE_WITH_GAP: f64 = 0.08;
/// …and where training errs nearly as much as validation, not by less than this: a network that
/// is too simple drifts that far without memorizing anything.
const RISE_WITHOUT_GAP: f64 = 0.16;
/// A rise counts from this many scatters: the smoothed loss of a flat curve of 100 epochs wanders
/// up to three above its minimum.
const RISE_SCATTERS: f64 = 3.5;

/// Validation stands still when, at its pace, as many epochs again would gain less than this…
const GAIN_WORTH_WAITING: f64 = 0.20;
/// …within these bounds of the pace, per epoch.
const STILL_PACE: (f64, f64) = (0.002, 0.01);
/// The pace that the window must be able to tell from none at all.
const VISIBLE_PACE: f64 = 0.01;
/// Errors of the slope that are enough to tell it.
const SURE: f64 = 2.5;
/// Bounds of the window, epochs. Below five a slope means nothing; above thirty it is history.
const WINDOW: (usize, usize) = (5, 30);
/// Epochs running that it must stand still.
const STILL_EPOCHS: usize = 2;

/// A gap is small up to this part of the validation error (training errs at least half as often)…
const SMALL_GAP: f64 = 0.5;
/// …and most of it beyond this one: all that is left to learn is a gap.
const WHOLE_GAP: f64 = 0.8;
/// A gap is noise within this many standard errors.
const GAP_ERRORS: f64 = 2.0;
/// Training goes on falling when its loss falls by at least this over the window.
const TRAINING_FALL: f64 = 0.2;

/// Training accuracy is low below 1 − this once validation no longer gains and training does…
const LOW_WHILE_RISING: f64 = 0.05;
/// …or when neither does…
const LOW_AT_REST: f64 = 0.10;
/// …or while validation still gains, but would need more than twice the epochs so far.
const LOW_WHILE_IMPROVING: f64 = 0.15;
/// A validation loss that falls faster than this an epoch is improving, however much is left.
const FAST_PACE: f64 = 0.03;

/// What is known about a curve at one of its epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Epoch-to-epoch scatter of the validation loss, relative.
    pub scatter: f64,
    /// Rise of the smoothed validation loss over its minimum, in logarithms.
    pub rise: f64,
    /// Rise from which it is no noise.
    pub rise_limit: f64,
    /// Epochs over which slopes are taken.
    pub window: usize,
    /// Relative change of the validation loss per epoch over the window.
    pub pace: f64,
    /// Relative change of the training loss over the window.
    pub training_change: f64,
    /// Smoothed training − validation accuracy, fraction.
    pub gap: f64,
    /// Gap from which it is neither noise nor small beside the error that is left, fraction.
    pub gap_limit: f64,
    /// Smoothed training error, fraction.
    pub training_error: f64,
    /// Smoothed validation error, fraction.
    pub validation_error: f64,
    /// Training loss goes on falling, by more than its scatter.
    pub training_falls: bool,
    /// Training accuracy goes on rising, by more than its scatter.
    pub training_rises: bool,
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
    let mut judge = Judge::new(points, validation_size);
    (FIRST_VERDICT..=points.len())
        .map(|count| judge.read(count))
        .last()
}

struct Judge {
    validation_size: usize,
    validation_loss: Vec<f64>,
    training_loss: Vec<f64>,
    validation_accuracy: Vec<f64>,
    training_accuracy: Vec<f64>,
    /// For each epoch that has a successor, where the lowest validation loss up to it lies, spikes
    /// left out.
    best: Vec<(usize, f64)>,
    lowest: Lowest,
    /// Epochs for which validation has stood still without a break.
    still: usize,
    left: usize,
    kind: VerdictKind,
    since: Option<usize>,
    /// Highest smoothed validation loss since overfitting was said.
    peak: f64,
}

/// The lowest smoothed validation loss so far and what training was then.
#[derive(Clone, Copy)]
struct Lowest {
    count: usize,
    validation: f64,
    training: f64,
}

impl Judge {
    fn new(points: &[CurvePoint], validation_size: usize) -> Self {
        let logarithms = |loss: fn(&CurvePoint) -> f64| -> Vec<f64> {
            points
                .iter()
                .map(|point| loss(point).max(SMALLEST_LOSS).ln())
                .collect()
        };
        let validation_loss = logarithms(|point| point.validation_loss);
        let training_loss = logarithms(|point| point.train_loss);
        let first = |curve: &[f64]| signal::level(&curve[..curve.len().min(1)]);
        let lowest = Lowest {
            count: 1,
            validation: first(&validation_loss),
            training: first(&training_loss),
        };
        Self {
            validation_size,
            validation_accuracy: fractions(points, |point| point.validation_accuracy),
            training_accuracy: fractions(points, |point| point.train_accuracy),
            validation_loss,
            training_loss,
            best: Vec::with_capacity(points.len()),
            lowest,
            still: 0,
            left: 0,
            kind: VerdictKind::Improving,
            since: None,
            peak: f64::NEG_INFINITY,
        }
    }

    /// Takes the epochs up to `count` into account; to be called for each count from 3.
    fn read(&mut self, count: usize) -> State {
        let evidence = self.weigh(count);
        let kind = self.decide(count, &evidence);
        if kind == VerdictKind::Overfitting {
            if self.kind != VerdictKind::Overfitting {
                // Fixed when it is first said: a later lucky epoch is no new beginning.
                self.since = Some(self.best[count - 2].0 + 1);
                self.peak = f64::NEG_INFINITY;
            }
            self.peak = self.peak.max(self.lowest.validation + evidence.rise);
        } else {
            self.since = None;
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
        let validation = &self.validation_loss[..count];
        let training = &self.training_loss[..count];
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
        }

        let level = signal::level(validation);
        if level < self.lowest.validation {
            self.lowest = Lowest {
                count,
                validation: level,
                training: signal::level(training),
            };
        }

        let limit = (tune("GAIN", 0.1) / count as f64).clamp(STILL_PACE.0, STILL_PACE.1);
        let still = still_window(validation, training, scatter, limit, 0.0, tune("Z1", 2.5));
        self.still = if still.is_some() { self.still + 1 } else { 0 };
        let left = still_window(
            validation,
            training,
            scatter,
            limit,
            tune("FOLLOW", 0.05),
            tune("Z2", 2.5),
        );
        self.left = if left.is_some() { self.left + 1 } else { 0 };
        let window = left.or(still).unwrap_or(WINDOW.0.min(count));
        let pace = signal::slope(&recent(validation, window, scatter));

        let training_slope = signal::slope(&recent(training, window, training_scatter));
        let training_change = training_slope * window as f64;
        let training_doubt = SURE * signal::slope_error(training_scatter, window) * window as f64;

        let validation_error = 1.0 - signal::level(&self.validation_accuracy[..count]);
        let training_error = 1.0 - signal::level(&self.training_accuracy[..count]);
        let gap = validation_error - training_error;
        let gap_limit = (GAP_ERRORS * cautious_error(validation_error, self.validation_size))
            .max(SMALL_GAP * validation_error);
        let least_rise = if gap > gap_limit {
            RISE_WITH_GAP
        } else {
            RISE_WITHOUT_GAP
        };
        Evidence {
            scatter,
            rise: level - self.lowest.validation,
            rise_limit: least_rise
                .max(RISE_SCATTERS * scatter)
                .max(loss_error(validation_error, self.validation_size)),
            window,
            pace,
            training_change,
            gap,
            gap_limit,
            training_error,
            validation_error,
            training_falls: training_change < -TRAINING_FALL.max(training_doubt),
            training_rises: rises(&self.training_accuracy[..count], window),
        }
    }

    fn decide(&self, count: usize, evidence: &Evidence) -> VerdictKind {
        use VerdictKind::{GoodFit, Improving, Overfitting, Underfitting};
        let still = self.still >= tune("P1", 2.0) as usize;
        let left = self.left >= tune("P2", 2.0) as usize;
        match self.kind {
            Overfitting => {
                if self.new_minimum(count, evidence) {
                    Improving
                } else {
                    Overfitting
                }
            }
            _ if self.worse(count, evidence) || (left && self.memorizes(evidence)) => Overfitting,
            GoodFit if self.new_minimum(count, evidence) => Improving,
            GoodFit => GoodFit,
            Underfitting
                if evidence.training_error < LOW_WHILE_IMPROVING
                    && self.new_minimum(count, evidence) =>
            {
                Improving
            }
            Underfitting => {
                if evidence.pace < -2.0 * FAST_PACE {
                    Improving
                } else if still && evidence.training_error < 0.8 * LOW_WHILE_RISING {
                    GoodFit
                } else {
                    Underfitting
                }
            }
            _ => {
                let small = evidence.gap <= evidence.gap_limit;
                let comparable = evidence.gap >= -evidence.gap_limit;
                let rests = still && evidence.rise < evidence.rise_limit / 2.0;
                let low = if evidence.training_rises {
                    LOW_WHILE_RISING
                } else {
                    LOW_AT_REST
                };
                if small && comparable && rests && evidence.training_error > low {
                    Underfitting
                } else if small && rests {
                    GoodFit
                } else if small && comparable && self.far_from_done(count, evidence) {
                    Underfitting
                } else if self.still >= 3 * evidence.window {
                    if evidence.gap > WHOLE_GAP * evidence.validation_error {
                        Overfitting
                    } else {
                        GoodFit
                    }
                } else {
                    Improving
                }
            }
        }
    }

    /// Validation got worse while training went on falling.
    fn worse(&self, count: usize, evidence: &Evidence) -> bool {
        let training = signal::level(&self.training_loss[..count]);
        let fell = self.lowest.training - training
            > (2.5 * signal::scatter(&self.training_loss[..count])).max(0.05);
        evidence.rise > evidence.rise_limit && (fell || self.nothing_left(count, evidence))
    }

    /// Training leaves validation behind, by a gap that is no noise.
    fn memorizes(&self, evidence: &Evidence) -> bool {
        evidence.gap > evidence.gap_limit && evidence.training_falls
    }

    /// Training has no loss left to lose, beside validation's.
    fn nothing_left(&self, count: usize, evidence: &Evidence) -> bool {
        let training = signal::level(&self.training_loss[..count]);
        let validation = signal::level(&self.validation_loss[..count]);
        evidence.training_error < 0.1 * evidence.validation_error
            && training < validation - 100f64.ln()
    }

    /// Two epochs running lie below all before by more than the scatter; by any margin where
    /// validation had been well above its minimum, since noise doesn't come back from there.
    fn new_minimum(&self, count: usize, evidence: &Evidence) -> bool {
        if count < 4 {
            return false;
        }
        let (_, before) = self.best[count - 3];
        let recent = &self.validation_loss[count - 2..count];
        let now = recent[0].max(recent[1]);
        let margin = if self.peak - signal::level(recent) > evidence.rise_limit {
            0.005
        } else {
            (1.5 * evidence.scatter).max(0.01)
        };
        now < before - margin
    }

    /// Training accuracy is low and would need more than twice the epochs so far to get there.
    fn far_from_done(&self, count: usize, evidence: &Evidence) -> bool {
        let window = evidence.window.min(count);
        let accuracy = signal::slope(&self.training_accuracy[count - window..count]);
        evidence.training_error > LOW_WHILE_IMPROVING
            && evidence.pace > -FAST_PACE
            && accuracy * 2.0 * (count as f64) < evidence.training_error
    }
}

/// Accuracies as they are, those out of bounds or not finite as the nearest sensible ones.
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

/// The shortest stretch of last epochs over which validation surely gains less than `limit` an
/// epoch, its pace, and true; or the longest, its pace, and false.
fn still_window(
    curve: &[f64],
    training: &[f64],
    scatter: f64,
    limit: f64,
    follow: f64,
    z: f64,
) -> Option<usize> {
    if curve.len() < tune("K0", 5.0) as usize {
        return None;
    }
    let longest = curve.len().min(WINDOW.1);
    let rec = recent(curve, longest, scatter);
    let tr = recent(training, longest, signal::scatter(training));
    for window in (tune("L0", 5.0) as usize)..=longest {
        let pace = signal::slope(&rec[longest - window..]);
        let limit = limit.max((-signal::slope(&tr[longest - window..]) * follow).min(0.02));
        let r = &rec[longest - window..];
        let n = r.len() as f64;
        let m = r.iter().sum::<f64>() / n;
        let ss: f64 = r
            .iter()
            .enumerate()
            .map(|(i, v)| (v - m - pace * (i as f64 - (n - 1.) / 2.)).powi(2))
            .sum();
        let w = tune("W", 4.0);
        let sc = ((ss + w * scatter * scatter) / (n - 2.0 + w)).sqrt();
        if pace - z * signal::slope_error(sc, window) > -limit {
            return Some(window);
        }
    }
    None
}
pub fn tune(n: &str, d: f64) -> f64 {
    std::env::var(n)
        .ok()
        .and_then(|x| x.parse().ok())
        .unwrap_or(d)
}

/// The last epochs without their spikes.
fn recent(curve: &[f64], window: usize, scatter: f64) -> Vec<f64> {
    let start = curve.len().saturating_sub(window);
    (start..curve.len())
        .map(|index| signal::without_spike(curve, index, scatter))
        .collect()
}

/// Accuracy rises over the window by more than its own scatter.
fn rises(accuracy: &[f64], window: usize) -> bool {
    let recent = &accuracy[accuracy.len().saturating_sub(window)..];
    let scatter = signal::bare_scatter(accuracy);
    signal::slope(recent) > SURE * signal::slope_error(scatter, recent.len())
        && signal::slope(recent) > 0.0
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
