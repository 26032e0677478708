//! Softmax cross-entropy: for a step, on the device and with label smoothing; for figures, on the
//! CPU in f64 from an image's logits.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

/// Targets of a batch: each label's class has 1 − smoothing, and all classes share smoothing
/// evenly (Szegedy et al. 2016; Keras's `label_smoothing`). `[batch, class]`
pub(super) fn soft_targets(labels: &[u8], classes: usize, smoothing: f64) -> Vec<f32> {
    let share = (smoothing / classes as f64) as f32;
    let peak = (1.0 - smoothing + smoothing / classes as f64) as f32;
    let mut targets = vec![share; labels.len() * classes];
    for (row, &label) in targets.chunks_exact_mut(classes).zip(labels) {
        row[usize::from(label)] = peak;
    }
    targets
}

/// Mean cross-entropy of a batch against soft targets.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, class]`
/// - output: `[1]`
pub(super) fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    (log_softmax(logits, 1) * targets)
        .sum()
        .mul_scalar(-1.0 / batch as f64)
}

/// What the network says of an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Answer {
    /// Cross-entropy against the label.
    pub loss: f64,
    /// The most probable class, the first of equals.
    pub class: usize,
    /// Its probability.
    pub confidence: f64,
}

/// An image's logits against its label.
pub(super) fn answer(logits: &[f32], label: u8) -> Answer {
    let (class, highest) = highest(logits);
    // Against the highest, so that no exponential overflows.
    let sum: f64 = logits
        .iter()
        .map(|&logit| (f64::from(logit) - highest).exp())
        .sum();
    Answer {
        loss: sum.ln() + highest - f64::from(logits[usize::from(label)]),
        class,
        confidence: 1.0 / sum,
    }
}

/// An image's probabilities, one a class.
pub(super) fn softmax(logits: &[f32]) -> impl Iterator<Item = f32> {
    let (_, highest) = highest(logits);
    let exponential = move |&logit: &f32| (f64::from(logit) - highest).exp();
    let sum: f64 = logits.iter().map(exponential).sum();
    logits
        .iter()
        .map(move |logit| (exponential(logit) / sum) as f32)
}

/// The highest logit and its class.
fn highest(logits: &[f32]) -> (usize, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, &logit) in logits.iter().enumerate() {
        if f64::from(logit) > best.1 {
            best = (class, f64::from(logit));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn the_device_and_the_figures_agree() {
        let logits = [2.0_f32, -1.0, 0.5, 0.0, 3.0, 3.0];
        let labels = [0, 2];
        let device = Device::flex();
        let tensor = |values: Vec<f32>| -> Tensor<2> {
            Tensor::from_data(TensorData::new(values, [2, 3]), &device)
        };
        let loss = |smoothing| {
            let targets = tensor(soft_targets(&labels, 3, smoothing));
            cross_entropy(tensor(logits.to_vec()), targets).into_scalar::<f32>()
        };
        let answers = [answer(&logits[..3], 0), answer(&logits[3..], 2)];
        let mean = (answers[0].loss + answers[1].loss) / 2.0;
        assert!((f64::from(loss(0.0)) - mean).abs() < 1e-6);
        assert_eq!((answers[0].class, answers[1].class), (0, 1));
        assert!((answers[1].confidence - 1.0 / (2.0 + (-3.0_f64).exp())).abs() < 1e-12);
        let probabilities: Vec<f32> = softmax(&logits[..3]).collect();
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        // By hand: −Σ target·log p, targets 0.9 + 0.1/3 and 0.1/3.
        let by_hand = |logits: &[f32], label: u8| {
            let rest: f64 = (0..3).map(|class| answer(logits, class).loss).sum();
            0.9 * answer(logits, label).loss + 0.1 / 3.0 * rest
        };
        let smoothed = (by_hand(&logits[..3], 0) + by_hand(&logits[3..], 2)) / 2.0;
        assert!((f64::from(loss(0.1)) - smoothed).abs() < 1e-6);
    }

    #[test]
    fn large_logits_do_not_overflow_and_broken_ones_show() {
        assert_eq!(answer(&[1e30, 0.0], 0).loss, 0.0);
        assert_eq!(answer(&[1e30, 0.0], 1).loss, f64::from(1e30_f32));
        assert!(!answer(&[f32::NAN, 0.0], 1).loss.is_finite());
        assert!(!answer(&[f32::INFINITY, 0.0], 0).loss.is_finite());
    }
}
