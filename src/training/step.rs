//! The settings that a training step takes beside its batch, and what is made of them for every
//! kind of device alike.

use crate::experiment::{Settings, Stream};

/// What a step depends on beside the network and the batch.
#[derive(Clone, Copy)]
pub(crate) struct StepSettings {
    pub learning_rate: f64,
    pub weight_decay: f64,
    /// The longest gradient that the step follows in full.
    pub gradient_clip: Option<f64>,
    pub label_smoothing: f64,
    /// The dropout rate.
    pub dropout: f64,
    pub seed: u64,
    pub epoch: usize,
}

impl StepSettings {
    /// The part of a run's settings that a step depends on.
    pub fn of(settings: &Settings, learning_rate: f64, epoch: usize) -> Self {
        Self {
            learning_rate,
            weight_decay: settings.regularization.weight_decay,
            gradient_clip: settings.training.gradient_clip,
            label_smoothing: settings.regularization.label_smoothing,
            dropout: settings.regularization.dropout,
            seed: settings.seed,
            epoch,
        }
    }
}

/// The targets of a batch, `[batch, class]`: each label's class has 1 − smoothing, and all classes
/// share smoothing evenly (Szegedy et al. 2016; Keras's `label_smoothing`).
pub(super) fn soft_targets(labels: &[u8], classes: usize, smoothing: f64) -> Vec<f32> {
    let share = (smoothing / classes as f64) as f32;
    let peak = (1.0 - smoothing + smoothing / classes as f64) as f32;
    let mut targets = vec![share; labels.len() * classes];
    for (row, &label) in targets.chunks_exact_mut(classes).zip(labels) {
        row[usize::from(label)] = peak;
    }
    targets
}

/// The factors of the hidden units, `[batch, unit]`: 0 for dropped units and 1 / (1 − rate) for the
/// others, so that their sum stays about the same (Srivastava et al. 2014, in the inverted form).
/// None where no unit is dropped.
pub(super) fn dropout_mask(
    settings: StepSettings,
    batch: usize,
    count: usize,
    units: usize,
) -> Option<Vec<f32>> {
    let rate = settings.dropout;
    if rate <= 0.0 || units == 0 {
        return None;
    }
    let mut stream = Stream::dropout(settings.seed, settings.epoch as u64, batch as u64);
    let (rate, kept) = (rate as f32, (1.0 / (1.0 - rate)) as f32);
    let mask = (0..count * units).map(|_| if stream.unit() < rate { 0.0 } else { kept });
    Some(mask.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_keeps_the_mean_and_repeats_by_place() {
        let settings = StepSettings {
            learning_rate: 0.0,
            weight_decay: 0.0,
            gradient_clip: None,
            label_smoothing: 0.0,
            dropout: 0.3,
            seed: 1,
            epoch: 2,
        };
        let mask =
            |settings, batch| -> Vec<f32> { dropout_mask(settings, batch, 50, 200).unwrap() };
        let first = mask(settings, 1);
        let mean = first.iter().sum::<f32>() / first.len() as f32;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!(first.iter().all(|&m| m == 0.0 || m == 1.0 / 0.7));
        assert_eq!(first, mask(settings, 1));
        assert_ne!(first, mask(settings, 2));
        let none = StepSettings {
            dropout: 0.0,
            ..settings
        };
        assert!(dropout_mask(none, 1, 50, 200).is_none());
    }
}
