//! What is known about a curve at its newest epoch.

use super::{Evidence, Judge, Lowest};
use crate::lab::verdict::figures::{Trends, cautious_error, loss_error, rises};
use crate::lab::verdict::limits::*;
use crate::lab::verdict::signal;

impl Judge {
    /// Weighs the newest epoch.
    pub(super) fn weigh(&mut self) -> Evidence {
        let scatter = signal::scatter(&self.validation);
        let training_scatter = signal::scatter(&self.training);
        self.note_extremes(scatter);
        let validation_error = 1.0 - signal::level(&self.validation_accuracy);
        let level = signal::level(&self.validation);
        self.note_level(level, validation_error);

        let count = self.count();
        let still_pace = (GAIN_WORTH_WAITING / count as f64).clamp(STILL_PACE.0, STILL_PACE.1);
        let trends = Trends::new(
            (&self.validation, scatter),
            (&self.training, training_scatter),
        );
        let stretch = self.note_stillness(&trends, still_pace);
        let (pace, training_pace) = trends.over(stretch);

        let training_error = 1.0 - signal::level(&self.training_accuracy);
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
            gap: validation_error - training_error,
            gap_limit: accuracy_noise.max(SMALL_GAP * validation_error),
            accuracy_noise,
            training_error,
            validation_error,
            training_rests: training_pace.surely_above(-still_pace, SURE_TOGETHER),
            training_rises: rises(&self.training_accuracy, stretch),
        }
    }

    /// Notes the lowest validation loss up to each epoch that now has a successor, the range of
    /// validation losses, and records of the training loss.
    fn note_extremes(&mut self, scatter: f64) {
        while self.best.len() < self.count() - 1 {
            let index = self.best.len();
            let loss = signal::without_spike(&self.validation, index, scatter);
            let best = match self.best.last() {
                Some(&(at, lowest)) if lowest <= loss => (at, lowest),
                _ => (index, loss),
            };
            self.best.push(best);
            let loss = self.training[index + 1];
            self.training_records = if loss < self.lowest_training {
                self.training_records + 1
            } else {
                0
            };
            self.lowest_training = self.lowest_training.min(loss);
            for loss in &self.validation[index..index + 2] {
                self.range = (self.range.0.min(*loss), self.range.1.max(*loss));
            }
        }
    }

    /// Notes the smoothed validation loss where it is the lowest so far, or a gain.
    fn note_level(&mut self, level: f64, validation_error: f64) {
        if level < self.lowest.validation {
            self.lowest = Lowest {
                validation: level,
                training: signal::level(&self.training),
                validation_error,
            };
        }
        if level < self.gain.0 - MOTIONLESS {
            self.gain = (level, self.count());
        }
    }

    /// Notes whether validation stands still and whether training runs away from it. Gives the
    /// number of last epochs over which that shows, or over which paces are taken where neither
    /// does.
    fn note_stillness(&mut self, trends: &Trends, still_pace: f64) -> usize {
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
        let (still, left) = if self.count() < FIRST_STILL {
            (None, None)
        } else {
            (still, left)
        };
        self.still = still.map_or(0, |_| self.still + 1);
        self.left = left.map_or(0, |_| self.left + 1);
        left.or(still).unwrap_or(STRETCH.0.min(self.count()))
    }
}
