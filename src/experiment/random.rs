//! One seed, many independent random streams. Each draw is keyed by what it is for and where in
//! the run it stands, so that it needs no state: a paused, changed or repeated run draws the
//! same numbers, whatever the number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers for one purpose at one place of a run.
pub struct Stream(ChaCha8Rng);

/// What a stream is for.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
enum Purpose {
    Split = 1,
    LabelNoise = 2,
    Weights = 3,
    Shuffle = 4,
    Augmentation = 5,
    Dropout = 6,
    Copies = 7,
}

impl Stream {
    /// The order in which the images are split into training and validation.
    pub fn split(split_seed: u64) -> Self {
        Self::new(split_seed, Purpose::Split, 0, 0)
    }

    /// The label noise of a block of the training pool.
    pub fn label_noise(seed: u64, block: u64) -> Self {
        Self::new(seed, Purpose::LabelNoise, block, 0)
    }

    /// The initial weights of a layer, by its place in the network.
    pub fn weights(seed: u64, layer: u64) -> Self {
        Self::new(seed, Purpose::Weights, layer, 0)
    }

    /// The order of the training images in an epoch.
    pub fn shuffle(seed: u64, epoch: u64) -> Self {
        Self::new(seed, Purpose::Shuffle, epoch, 0)
    }

    /// The transform of an image in an epoch, by its place in the training pool.
    pub fn augmentation(seed: u64, epoch: u64, image: u64) -> Self {
        Self::new(seed, Purpose::Augmentation, epoch, image)
    }

    /// The dropout mask of a step.
    pub fn dropout(seed: u64, epoch: u64, batch: u64) -> Self {
        Self::new(seed, Purpose::Dropout, epoch, batch)
    }

    /// The transform of a copy that is answered beside an image, by the number of the copy.
    pub fn copies(seed: u64, copy: u64) -> Self {
        Self::new(seed, Purpose::Copies, copy, 0)
    }

    fn new(seed: u64, purpose: Purpose, first: u64, second: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, word) in key
            .chunks_exact_mut(8)
            .zip([seed, purpose as u64, first, second])
        {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Uniform in 0 ≤ x < 1, with 24 bits.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    /// Uniform in −range ≤ x < range.
    pub fn symmetric(&mut self, range: f32) -> f32 {
        (2.0 * self.unit() - 1.0) * range
    }

    /// Uniform in 0 ≤ x < bound. 0 where the bound is 0.
    ///
    /// Multiply-shift over 64 bits: its bias, bound / 2⁶⁴, can't be seen here.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.0.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Puts the items into a random order (Fisher–Yates).
    pub fn shuffle_slice<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_purpose_and_place_and_repeat_by_key() {
        let first = |mut stream: Stream| stream.below(1 << 40);
        assert_eq!(first(Stream::split(1)), first(Stream::split(1)));
        let draws = [
            first(Stream::split(1)),
            first(Stream::split(2)),
            first(Stream::shuffle(1, 0)),
            first(Stream::shuffle(1, 1)),
            first(Stream::augmentation(1, 0, 1)),
            first(Stream::dropout(1, 0, 1)),
            first(Stream::copies(1, 1)),
        ];
        for (i, draw) in draws.iter().enumerate() {
            assert!(!draws[i + 1..].contains(draw), "{draws:?}");
        }
    }

    #[test]
    fn draws_fill_their_ranges() {
        let mut stream = Stream::split(7);
        let units: Vec<f32> = (0..10_000).map(|_| stream.unit()).collect();
        assert!(units.iter().all(|u| (0.0..1.0).contains(u)));
        let mean = units.iter().sum::<f32>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        let mut items: Vec<usize> = (0..100).collect();
        stream.shuffle_slice(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
        assert_eq!(stream.below(0), 0);
    }
}
