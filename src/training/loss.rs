//! Softmax cross-entropy of an image's logits, in f64, as the figures need it.

/// What the network answers to an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Answer {
    /// Cross-entropy against the label.
    pub loss: f64,
    /// The most probable class, the first of equals.
    pub class: usize,
    /// The probability of the most probable class.
    pub confidence: f64,
}

/// The answer to an image by its logits, measured against its label.
pub(super) fn answer(logits: &[f32], label: u8) -> Answer {
    let (class, highest) = highest(logits);
    // The highest logit is subtracted from all, so that no exponential overflows.
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

/// The probability of each class by an image's logits.
pub(super) fn softmax(logits: &[f32]) -> impl Iterator<Item = f32> {
    let (_, highest) = highest(logits);
    let exponential = move |&logit: &f32| (f64::from(logit) - highest).exp();
    let sum: f64 = logits.iter().map(exponential).sum();
    logits
        .iter()
        .map(move |logit| (exponential(logit) / sum) as f32)
}

/// The class of the highest logit, the first of equals, and that logit.
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

    #[test]
    fn the_answer_is_that_of_the_softmax() {
        let logits = [2.0_f32, -1.0, 0.5, 0.0, 3.0, 3.0];
        let answers = [answer(&logits[..3], 0), answer(&logits[3..], 2)];
        assert_eq!((answers[0].class, answers[1].class), (0, 1));
        assert!((answers[1].confidence - 1.0 / (2.0 + (-3.0_f64).exp())).abs() < 1e-12);
        let probabilities: Vec<f32> = softmax(&logits[..3]).collect();
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((-f64::from(probabilities[0]).ln() - answers[0].loss).abs() < 1e-6);
    }

    #[test]
    fn large_logits_do_not_overflow_and_broken_ones_show() {
        assert_eq!(answer(&[1e30, 0.0], 0).loss, 0.0);
        assert_eq!(answer(&[1e30, 0.0], 1).loss, f64::from(1e30_f32));
        assert!(!answer(&[f32::NAN, 0.0], 1).loss.is_finite());
        assert!(!answer(&[f32::INFINITY, 0.0], 0).loss.is_finite());
    }
}
