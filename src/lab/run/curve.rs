//! What the verdict reads of a run: its curve, and where its story begins anew.

use super::Run;
use crate::lab::verdict::{CurvePoint, Judging};
use crate::training::EpochMetrics;

impl Run {
    /// Judges all epochs, from the first. This is for a run that was read or made up: each epoch of
    /// a run in training comes with its verdict.
    pub fn judge(&mut self) {
        let mut judging = self.judging();
        if let Some(point) = self.diverged_point() {
            judging.push(&point);
        }
        self.verdict = judging.verdict();
    }

    /// The judge of the epochs so far.
    pub fn judging(&self) -> Judging {
        let mut judging = Judging::new(self.validation_size());
        for metrics in &self.epochs {
            if self.turns_at(metrics.epoch) {
                judging.begin_anew();
            }
            judging.push_compared(&curve_point(metrics), &metrics.compared);
        }
        judging
    }

    /// Whether a setting that changes what the network learns was changed in this epoch.
    pub fn turns_at(&self, epoch: usize) -> bool {
        let changes = self.experiment.changes().iter();
        changes
            .filter(|change| change.epoch == epoch && change.from != change.to)
            .any(|change| change.to.field().turns_the_run())
    }

    /// The curve that the verdict reads: with label noise the training figures of the images
    /// whose labels are right.
    pub fn curve(&self) -> Vec<CurvePoint> {
        let measured = self.epochs.iter().map(curve_point);
        measured.chain(self.diverged_point()).collect()
    }

    /// The point of the epoch in which the run diverged: without figures, since none is finite.
    pub fn diverged_point(&self) -> Option<CurvePoint> {
        self.diverged_in.map(not_finite)
    }
}

/// An epoch without figures, since none is finite.
pub(super) fn not_finite(epoch: usize) -> CurvePoint {
    CurvePoint::measured(epoch, [f64::NAN; 4])
}

/// The figures of an epoch that the verdict reads.
pub fn curve_point(metrics: &EpochMetrics) -> CurvePoint {
    let (train_loss, train_accuracy) = training_figures(metrics);
    CurvePoint::measured(
        metrics.epoch,
        [
            train_loss,
            train_accuracy,
            metrics.validation_loss,
            metrics.validation_accuracy,
        ],
    )
}

/// Training loss and accuracy; with label noise of the images whose labels are right.
fn training_figures(metrics: &EpochMetrics) -> (f64, f64) {
    match metrics.clean {
        Some(clean) if clean.count > 0 => (clean.loss, clean.accuracy),
        _ => (metrics.train_loss, metrics.train_accuracy),
    }
}

/// Training accuracy − validation accuracy, in percentage points; with label noise over the
/// training images whose labels are right.
pub fn gap(metrics: &EpochMetrics) -> f64 {
    let (_, train_accuracy) = training_figures(metrics);
    100.0 * (train_accuracy - metrics.validation_accuracy)
}
