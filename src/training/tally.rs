//! How figures are summed up over images: the one definition of loss, accuracy and mean wrong
//! confidence, for the batches as the network sees them and for whole sets of images alike.

use super::loss::{Answer, answer};
use super::{PartMetrics, SetMetrics};

/// The figures of images, summed up one after the other.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    loss: f64,
    right: usize,
    count: usize,
    wrong_confidence: f64,
}

impl Tally {
    /// Adds an image by its logits.
    pub fn add(&mut self, logits: &[f32], label: u8) {
        self.add_answer(&answer(logits, label), label);
    }

    /// Adds an image by the network's answer to it.
    pub fn add_answer(&mut self, answer: &Answer, label: u8) {
        self.loss += answer.loss;
        self.count += 1;
        if answer.class == usize::from(label) {
            self.right += 1;
        } else {
            self.wrong_confidence += answer.confidence;
        }
    }

    /// Loss, accuracy and count; none where there is no image.
    pub fn part(&self) -> Option<PartMetrics> {
        let count = self.count as f64;
        (self.count > 0).then(|| PartMetrics {
            loss: self.loss / count,
            accuracy: self.right as f64 / count,
            count: self.count,
        })
    }

    /// Every figure; none where there is no image.
    pub fn metrics(&self) -> Option<SetMetrics> {
        let part = self.part()?;
        let wrong = self.count - self.right;
        Some(SetMetrics {
            loss: part.loss,
            accuracy: part.accuracy,
            count: part.count,
            wrong_confidence: (wrong > 0).then(|| self.wrong_confidence / wrong as f64),
        })
    }
}
