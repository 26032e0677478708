//! What answers say about a network's errors: plain functions of labels and answers.

use crate::training::Answers;

/// How often images of a class were taken for which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// The classes' names.
    pub classes: Vec<String>,
    /// How many images of each class were taken for each, `[truth, prediction]`.
    pub counts: Vec<u32>,
}

impl ConfusionMatrix {
    /// Counts pairs of truth and prediction. Pairs of classes that aren't there are left out.
    pub fn from_pairs(classes: Vec<String>, pairs: impl Iterator<Item = (u8, u8)>) -> Self {
        let side = classes.len();
        let mut counts = vec![0; side * side];
        for (truth, prediction) in pairs {
            let (truth, prediction) = (usize::from(truth), usize::from(prediction));
            if truth < side && prediction < side {
                counts[truth * side + prediction] += 1;
            }
        }
        Self { classes, counts }
    }

    /// How many images of a class were taken for another, or for itself.
    ///
    /// # Panics
    /// Where one of the two isn't a class.
    pub fn count(&self, truth: usize, prediction: usize) -> u32 {
        assert!(prediction < self.classes.len());
        self.counts[truth * self.classes.len() + prediction]
    }

    /// How many images of a class there are.
    pub fn of_class(&self, truth: usize) -> u32 {
        let side = self.classes.len();
        self.counts[truth * side..][..side].iter().sum()
    }

    /// How many images there are of all classes.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }
}

/// The images that were answered wrong, the highest loss first.
pub fn most_wrong(labels: impl Fn(usize) -> u8, answers: &Answers) -> Vec<usize> {
    let mut wrong: Vec<usize> = (0..answers.count())
        .filter(|&index| answers.classes[index] != labels(index))
        .collect();
    wrong.sort_by(|&a, &b| answers.losses[b].total_cmp(&answers.losses[a]));
    wrong
}

/// Two runs' answers to the same images, A's and B's: which image is wrong where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The images that are wrong in A and right in B.
    pub fixed: Vec<usize>,
    /// The images that are right in A and wrong in B.
    pub broken: Vec<usize>,
    /// The images that are wrong in both.
    pub both_wrong: Vec<usize>,
    /// How many images were compared.
    pub count: usize,
}

/// Compares image by image. `pairs` gives for each image its place in A, its place in B and its
/// label; the places noted are those in A.
pub fn compare(
    pairs: impl Iterator<Item = (usize, usize, u8)>,
    a: &Answers,
    b: &Answers,
) -> Comparison {
    let mut comparison = Comparison::default();
    for (in_a, in_b, label) in pairs {
        comparison.count += 1;
        match (a.classes[in_a] == label, b.classes[in_b] == label) {
            (true, true) => {}
            (false, true) => comparison.fixed.push(in_a),
            (true, false) => comparison.broken.push(in_a),
            (false, false) => comparison.both_wrong.push(in_a),
        }
    }
    comparison
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(classes: &[u8], losses: &[f32]) -> Answers {
        Answers {
            classes: classes.to_vec(),
            confidences: vec![0.9; classes.len()],
            losses: losses.to_vec(),
        }
    }

    #[test]
    fn the_matrix_counts_truth_by_prediction() {
        let classes = vec!["a".to_owned(), "b".to_owned()];
        let pairs = [(0, 0), (0, 1), (0, 1), (1, 1), (7, 0)];
        let matrix = ConfusionMatrix::from_pairs(classes, pairs.into_iter());
        assert_eq!(matrix.counts, [1, 2, 0, 1]);
        assert_eq!(
            (matrix.count(0, 1), matrix.of_class(0), matrix.total()),
            (2, 3, 4)
        );
    }

    #[test]
    fn the_most_wrong_come_first_and_right_ones_not_at_all() {
        let answers = answers(&[1, 0, 2, 1], &[0.5, 3.0, 9.0, 4.0]);
        let labels = [0, 1, 2, 0];
        assert_eq!(most_wrong(|i| labels[i], &answers), [3, 1, 0]);
    }

    #[test]
    fn a_comparison_sorts_images_by_who_is_wrong() {
        let a = answers(&[0, 1, 0, 1], &[0.0; 4]);
        let b = answers(&[1, 1, 1, 0], &[0.0; 4]);
        // B holds the images in another order.
        let pairs = [(0, 0, 0), (1, 3, 0), (2, 1, 1), (3, 2, 2)];
        let comparison = compare(pairs.into_iter(), &a, &b);
        assert_eq!(comparison.broken, [0]);
        assert_eq!(comparison.fixed, [1, 2]);
        assert_eq!((comparison.both_wrong, comparison.count), (vec![3], 4));
    }
}
