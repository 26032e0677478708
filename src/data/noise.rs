//! Label noise: a seeded share of the training labels is replaced by random ones, which shows how a
//! network learns what can't be learned.

use crate::experiment::Stream;

/// How many positions share a stream. Of each whole block of them, exactly `noise` in a hundred are
/// replaced.
const BLOCK: usize = 100;

/// Replaces a share `noise` (0 to 1) of the labels by classes drawn uniformly from all of them, the
/// true one included.
///
/// Each position of a block draws a rank of its own and a fraction, and is replaced where (rank +
/// fraction) / 100 < noise. So the labels replaced at a lower noise are also replaced (by the same
/// classes) at a higher one, and a longer training set starts like a shorter one. A block draws the
/// order of the ranks first, then a fraction and a class for each position.
pub(super) fn replace_labels(labels: &mut [u8], classes: usize, noise: f64, seed: u64) {
    if noise <= 0.0 {
        return;
    }
    for (block, labels) in labels.chunks_mut(BLOCK).enumerate() {
        let mut stream = Stream::label_noise(seed, block as u64);
        let mut ranks: Vec<usize> = (0..BLOCK).collect();
        stream.shuffle_slice(&mut ranks);
        for (label, rank) in labels.iter_mut().zip(ranks) {
            let fraction = f64::from(stream.unit());
            let class = stream.below(classes);
            if (rank as f64 + fraction) / (BLOCK as f64) < noise {
                *label = class as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A label that is no class, so that every replaced label shows.
    const KEPT: u8 = 255;

    fn replaced(count: usize, noise: f64, seed: u64) -> Vec<u8> {
        let mut labels = vec![KEPT; count];
        replace_labels(&mut labels, 10, noise, seed);
        labels
    }

    fn share(labels: &[u8]) -> usize {
        labels.iter().filter(|&&label| label != KEPT).count()
    }

    #[test]
    fn whole_percents_of_whole_blocks_are_exact() {
        for percent in 0..=100 {
            let labels = replaced(2_000, f64::from(percent) / 100.0, 3);
            assert_eq!(share(&labels), percent as usize * 20, "{percent}%");
        }
        assert_eq!(share(&replaced(2_000, 0.2, 1)), 400);
    }

    #[test]
    fn nothing_and_everything_are_exact_in_a_partial_block_too() {
        assert_eq!(share(&replaced(2_037, 0.0, 1)), 0);
        assert_eq!(share(&replaced(2_037, 1.0, 1)), 2_037);
    }

    #[test]
    fn parts_of_a_percent_count() {
        // The fraction decides for one position in a hundred, in about half of the 600 blocks.
        let extra = share(&replaced(60_000, 0.205, 1)) - 12_000;
        assert!((240..360).contains(&extra), "{extra}");
    }

    #[test]
    fn less_noise_is_contained_in_more() {
        let mut smaller = replaced(5_000, 0.0, 9);
        for step in 1..=40 {
            let larger = replaced(5_000, f64::from(step) / 40.0, 9);
            for (small, large) in smaller.iter().zip(&larger) {
                assert!(*small == KEPT || small == large);
            }
            smaller = larger;
        }
    }

    #[test]
    fn a_longer_set_starts_like_a_shorter_one() {
        let long = replaced(1_000, 0.37, 5);
        for count in [1, 99, 100, 101, 350] {
            assert_eq!(replaced(count, 0.37, 5), long[..count]);
        }
    }

    #[test]
    fn classes_are_uniform_and_depend_on_the_seed() {
        let labels = replaced(60_000, 1.0, 1);
        for class in 0..10 {
            let count = labels.iter().filter(|&&label| label == class).count();
            // About 6,000 are expected, with a standard deviation of 73.
            assert!((5_600..6_400).contains(&count), "{class}: {count}");
        }
        assert_ne!(labels, replaced(60_000, 1.0, 2));
        assert_eq!(labels, replaced(60_000, 1.0, 1));
    }
}
