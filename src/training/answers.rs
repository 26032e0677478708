//! What a network answered to each image: plain vectors, of which every table of errors is made.

/// The answers to labelled images, in the images' order. All vectors have one entry for each image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// The most probable class, the first of equals.
    pub classes: Vec<u8>,
    /// The probability of the most probable class, 0 to 1.
    pub confidences: Vec<f32>,
    /// Cross-entropy against the label, from 0. The probability of the label is e^−loss.
    pub losses: Vec<f32>,
}

impl Answers {
    /// How many images were answered.
    pub fn count(&self) -> usize {
        self.classes.len()
    }

    /// The probability given to the label of an image.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn label_probability(&self, index: usize) -> f64 {
        (-f64::from(self.losses[index])).exp()
    }

    /// Whether these can be the answers to so many images of so many classes.
    pub fn fit(&self, count: usize, classes: usize) -> bool {
        self.count() == count
            && self
                .classes
                .iter()
                .all(|&class| usize::from(class) < classes)
    }

    /// Whether the vectors have one length, all probabilities lie within 0 to 1, and no loss is
    /// below 0 or no number.
    pub fn is_sound(&self) -> bool {
        let count = self.count();
        self.confidences.len() == count
            && self.losses.len() == count
            && self.confidences.iter().all(|p| (0.0..=1.0).contains(p))
            && self.losses.iter().all(|loss| *loss >= 0.0)
    }

    pub(super) fn push(&mut self, answer: &super::loss::Answer) {
        self.classes.push(answer.class as u8);
        self.confidences.push(answer.confidence as f32);
        // Rounding may bring a certain answer below 0 by a hair.
        self.losses.push(answer.loss.max(0.0) as f32);
    }
}
