//! The rule: what an epoch's evidence makes of the verdict.

use super::{Evidence, Judge};
use crate::lab::verdict::VerdictKind;
use crate::lab::verdict::limits::*;
use crate::lab::verdict::signal;

impl Judge {
    /// The kind of verdict after the newest epoch.
    pub(super) fn decide(&self, evidence: &Evidence) -> VerdictKind {
        use VerdictKind::{GoodFit, Improving, Overfitting, Underfitting};
        match self.kind {
            _ if self.collapsed(evidence) => Underfitting,
            Overfitting if self.new_minimum(evidence) || self.comes_back(evidence) => Improving,
            Overfitting => Overfitting,
            _ if self.worse(evidence) || self.turns_away(evidence) || self.memorizes(evidence) => {
                Overfitting
            }
            GoodFit if self.new_minimum(evidence) => Improving,
            GoodFit => GoodFit,
            Underfitting if self.takes_off(evidence) => Improving,
            Underfitting if self.rests(evidence) && evidence.training_error < LITTLE => GoodFit,
            Underfitting => Underfitting,
            _ => self.settle(evidence),
        }
    }

    /// The kind of verdict on a run that was improving up to here.
    fn settle(&self, evidence: &Evidence) -> VerdictKind {
        let rests = self.rests(evidence);
        let much = if evidence.training_rises {
            MUCH_WHILE_RISING
        } else {
            MUCH_AT_REST
        };
        let underfits = if rests {
            evidence.training_error > much
        } else {
            self.far_from_done(evidence)
        };
        let share = evidence.gap / evidence.validation_error.max(f64::MIN_POSITIVE);
        let fair = evidence.training_rests && share < self.fair_gap();
        if underfits && evidence.gap_is_small() && evidence.errors_compare() {
            VerdictKind::Underfitting
        } else if rests && (evidence.gap_is_small() || fair) {
            VerdictKind::GoodFit
        } else if rests && self.nothing_left(evidence) {
            VerdictKind::Overfitting
        } else if !self.stale() {
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

    /// Whether validation got worse while training went on falling.
    fn worse(&self, evidence: &Evidence) -> bool {
        let training = &self.training;
        let fall = self.lowest.training - signal::level(training);
        let noise = FALL_MEANWHILE.1 * evidence.training_scatter;
        let more_errors = evidence.validation_error - self.lowest.validation_error;
        let errs_more = more_errors > MORE_ERRORS * self.lowest.validation_error
            && more_errors > evidence.accuracy_noise;
        evidence.rise > evidence.rise_limit
            && (errs_more || !evidence.gap_is_small())
            && (fall > FALL_MEANWHILE.0.max(noise) || self.nothing_left(evidence))
    }

    /// Whether training has hardly an error left and reached a new minimum three epochs running,
    /// while validation rose in each, and the last two lie well above validation's own minimum.
    /// Scatter makes no such way, and where it shakes the network, it shakes both curves.
    fn turns_away(&self, evidence: &Evidence) -> bool {
        let [.., a, b, c] = self.validation[..] else {
            return false;
        };
        let Some(&(_, lowest)) = self.best.last() else {
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

    /// Whether training has hardly an error or a loss left beside validation's.
    fn nothing_left(&self, evidence: &Evidence) -> bool {
        let training = signal::level(&self.training);
        let validation = signal::level(&self.validation);
        evidence.gap > WHOLE_GAP * evidence.validation_error
            && training - validation < NOTHING_LEFT.ln()
    }

    /// Whether validation stands still while training leaves it behind, by a gap that is no noise.
    fn memorizes(&self, evidence: &Evidence) -> bool {
        let needed = if evidence.gap > WHOLE_GAP * evidence.validation_error {
            STILL_EPOCHS
        } else {
            LEFT_EPOCHS
        };
        self.left >= needed && !evidence.gap_is_small()
    }

    /// Whether validation stands still, near its minimum.
    fn rests(&self, evidence: &Evidence) -> bool {
        let motionless = self.range.1 - self.range.0 < MOTIONLESS;
        (self.still >= STILL_EPOCHS || motionless || self.stale())
            && evidence.rise < evidence.rise_limit / 2.0
    }

    /// Whether there has been no new minimum for a long time.
    fn stale(&self) -> bool {
        let count = self.count();
        count - self.gain.1 >= PATIENCE.max(count / 3)
    }

    /// Whether two epochs running lie below all before by more than the scatter. Any margin will do
    /// where validation had been well above its minimum, since noise doesn't come back from there.
    fn new_minimum(&self, evidence: &Evidence) -> bool {
        let ([.., a, b], [.., (_, before), _]) = (&self.validation[..], &self.best[..]) else {
            return false;
        };
        let now = a.max(*b);
        let margin = if self.peak - now > evidence.rise_limit {
            0.005
        } else {
            (2.5 * evidence.scatter).max(0.03)
        };
        now < before - margin
    }

    /// Whether validation, from well above, is back beside its minimum and still falls.
    fn comes_back(&self, evidence: &Evidence) -> bool {
        let now = self.lowest.validation + evidence.rise;
        self.peak - now > evidence.rise_limit
            && evidence.rise < evidence.rise_limit / 2.0
            && evidence.pace.surely_below(-evidence.still_pace, SURE)
    }

    /// Whether training accuracy is low and would need more than twice the epochs so far to get
    /// high.
    fn far_from_done(&self, evidence: &Evidence) -> bool {
        let count = self.count();
        let stretch = evidence.stretch.min(count);
        let accuracy = signal::slope(&self.training_accuracy[count - stretch..]);
        count >= FIRST_STILL
            && evidence.training_error > MUCH_WHILE_IMPROVING
            && evidence.pace.slope > -FAST_PACE
            && accuracy * 2.0 * (count as f64) < evidence.training_error
    }

    /// Whether a run that underfitted learns after all.
    fn takes_off(&self, evidence: &Evidence) -> bool {
        let fast = evidence.pace.surely_below(-FAST_PACE, SURE);
        if evidence.training_error < MUCH_WHILE_IMPROVING {
            fast || self.new_minimum(evidence)
        } else {
            fast && !self.far_from_done(evidence)
        }
    }

    /// Whether training and validation both stand well above what they had reached, and stay there.
    fn collapsed(&self, evidence: &Evidence) -> bool {
        let training = &self.training;
        let rise = signal::level(training) - self.lowest.training;
        self.still >= STILL_EPOCHS
            && evidence.rise > evidence.rise_limit
            && rise > LEAST_RISE.max(RISE_SCATTERS * evidence.training_scatter)
            && evidence.training_error > MUCH_AT_REST
    }
}
