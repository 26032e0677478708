//! Where a run stands: which batch comes next, how many steps it has made, and which epoch was
//! its best.

use super::changes::BatchPlace;
use super::resume::SavedProgress;

/// The progress of a run. Only finished steps and finished epochs move it on.
pub(super) struct Position {
    /// The batch that comes next. After an epoch's last batch, the number is one more than the
    /// epoch has, and its evaluation comes next.
    next: BatchPlace,
    steps: u64,
    /// The learning rate of the last step.
    learning_rate: f64,
    /// The epoch of the lowest validation loss, and that loss.
    best: Option<(usize, f64)>,
    /// Whether the weights have changed since the last finished epoch, so that no file of an
    /// epoch has them.
    has_new_weights: bool,
}

impl Position {
    /// The position that was saved.
    pub fn resumed(saved: &SavedProgress) -> Self {
        Self {
            next: saved.next,
            steps: saved.steps,
            learning_rate: saved.learning_rate,
            best: saved.best,
            has_new_weights: saved.has_new_weights,
        }
    }

    /// The batch that comes next, or the evaluation where the epoch has no such batch.
    pub fn next(&self) -> BatchPlace {
        self.next
    }

    /// Optimizer steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The learning rate of the last step.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// The epoch of the lowest validation loss, and that loss.
    pub fn best(&self) -> Option<(usize, f64)> {
        self.best
    }

    /// Whether the weights have changed since the last finished epoch.
    pub fn has_new_weights(&self) -> bool {
        self.has_new_weights
    }

    /// Whether the next batch is the first of its epoch.
    pub fn is_between_epochs(&self) -> bool {
        self.next.batch == 1
    }

    /// Notes a finished step at this learning rate.
    pub fn finish_step(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
        self.steps += 1;
        self.next.batch += 1;
        self.has_new_weights = true;
    }

    /// Notes that the weights were changed otherwise than by a step.
    pub fn replace_weights(&mut self) {
        self.has_new_weights = true;
    }

    /// Notes a finished epoch with its validation loss; its first epoch of the lowest loss stays
    /// the best.
    pub fn finish_epoch(&mut self, validation_loss: f64) {
        let epoch = self.next.epoch;
        if self.best.is_none_or(|(_, lowest)| validation_loss < lowest) {
            self.best = Some((epoch, validation_loss));
        }
        self.has_new_weights = false;
        self.next = BatchPlace {
            epoch: epoch + 1,
            batch: 1,
        };
    }

    /// Whether the validation loss has not fallen for `patience` epochs.
    pub fn is_patience_over(&self, patience: Option<usize>) -> bool {
        let (Some(patience), Some((best, _))) = (patience, self.best) else {
            return false;
        };
        self.next.epoch > best + patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_start() -> Position {
        Position {
            next: BatchPlace { epoch: 1, batch: 1 },
            steps: 0,
            learning_rate: 0.1,
            best: None,
            has_new_weights: false,
        }
    }

    #[test]
    fn steps_and_epochs_move_a_run_on() {
        let mut position = at_start();
        position.finish_step(0.2);
        position.finish_step(0.3);
        assert_eq!(position.next(), BatchPlace { epoch: 1, batch: 3 });
        assert_eq!((position.steps(), position.learning_rate()), (2, 0.3));
        assert!(position.has_new_weights() && !position.is_between_epochs());
        position.finish_epoch(0.5);
        assert_eq!(position.next(), BatchPlace { epoch: 2, batch: 1 });
        assert!(!position.has_new_weights() && position.is_between_epochs());
    }

    #[test]
    fn patience_counts_from_the_first_epoch_of_the_lowest_loss() {
        let mut position = at_start();
        for loss in [0.5, 0.4, 0.4] {
            assert!(!position.is_patience_over(Some(1)));
            position.finish_epoch(loss);
        }
        assert_eq!(position.best(), Some((2, 0.4)));
        assert!(position.is_patience_over(Some(1)));
        assert!(!position.is_patience_over(Some(2)) && !position.is_patience_over(None));
    }
}
