//! The figures of the training batches, read from the device when it is cheap, and the pace.

use super::loss::answer;
use super::resume::{Spent, Sums};
use super::trainer::Logits;
use super::{BatchPoint, TrainingError};
use crate::data::Batch;
use std::time::{Duration, Instant};

/// Batches after which a GPU is asked for their figures: each reading waits for all its work.
const GPU_BATCHES: usize = 10;
/// The figures of a slow GPU's batches wait no longer than this.
const GPU_WAIT: Duration = Duration::from_millis(250);

/// A batch whose figures have not been read.
struct Unread {
    labels: Vec<u8>,
    batch: usize,
    batches: usize,
    step: u64,
}

/// The figures of an epoch's batches, as the network saw them.
pub(super) struct Meter {
    epoch: usize,
    /// Each with its logits.
    unread: Vec<(Logits, Unread)>,
    last_read: Instant,
    reads_each: bool,
    sums: Sums,
}

impl Meter {
    /// For an epoch whose batches so far come to these sums. Reading each batch at once costs
    /// nothing on the CPU alone.
    pub fn new(epoch: usize, reads_each: bool, sums: Sums) -> Self {
        Self {
            epoch,
            unread: Vec::new(),
            last_read: Instant::now(),
            reads_each,
            sums,
        }
    }

    /// Takes a trained batch's logits. Gives the figures that have been read now.
    pub fn add(
        &mut self,
        logits: Logits,
        batch: Batch,
        batches: usize,
        step: u64,
    ) -> Result<Vec<(usize, BatchPoint)>, TrainingError> {
        let unread = Unread {
            labels: batch.labels,
            batch: batch.number,
            batches,
            step,
        };
        self.unread.push((logits, unread));
        let is_due = self.reads_each
            || self.unread.len() >= GPU_BATCHES
            || self.last_read.elapsed() >= GPU_WAIT;
        if is_due { self.read() } else { Ok(Vec::new()) }
    }

    /// Reads the figures that wait: each batch's number and its point.
    pub fn read(&mut self) -> Result<Vec<(usize, BatchPoint)>, TrainingError> {
        self.last_read = Instant::now();
        if self.unread.is_empty() {
            return Ok(Vec::new());
        }
        let (logits, unread): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.unread).into_iter().unzip();
        let values = Logits::read(logits)?;
        let images: usize = unread.iter().map(|batch| batch.labels.len()).sum();
        let classes = values.len() / images.max(1);
        let mut rows = values.chunks_exact(classes);
        unread
            .iter()
            .map(|batch| self.point(batch, &mut rows))
            .collect()
    }

    fn point<'a>(
        &mut self,
        batch: &Unread,
        rows: &mut impl Iterator<Item = &'a [f32]>,
    ) -> Result<(usize, BatchPoint), TrainingError> {
        let (mut loss, mut right) = (0.0, 0);
        for (&label, row) in batch.labels.iter().zip(rows) {
            let answer = answer(row, label);
            loss += answer.loss;
            right += usize::from(answer.class == usize::from(label));
        }
        let count = batch.labels.len() as f64;
        let (loss, accuracy) = (loss / count, right as f64 / count);
        if !loss.is_finite() {
            return Err(TrainingError::NotFinite {
                epoch: self.epoch,
                batch: Some(batch.batch),
                what: "the loss",
            });
        }
        self.sums.loss += loss;
        self.sums.accuracy += accuracy;
        self.sums.batches += 1;
        let point = BatchPoint {
            epoch: (self.epoch - 1) as f64 + batch.batch as f64 / batch.batches as f64,
            step: batch.step,
            loss: loss as f32,
            accuracy: accuracy as f32,
        };
        Ok((batch.batch, point))
    }

    /// What the batches that have been read come to.
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// Mean loss and accuracy of the batches that have been read.
    pub fn means(&self) -> (f64, f64) {
        let count = self.sums.batches.max(1) as f64;
        (self.sums.loss / count, self.sums.accuracy / count)
    }
}

/// Training images a second.
#[derive(Default)]
pub(super) struct Pace {
    images: f64,
    seconds: f64,
    waiting_secs: f64,
    recent_images: f64,
    recent_seconds: f64,
}

impl Pace {
    /// How much of the recent past a step keeps: the last twenty or so count.
    const KEPT: f64 = 0.95;

    /// Takes a step of so many images, and how much of its time it waited for them.
    pub fn add(&mut self, images: usize, time: Duration, waited: Duration) {
        let (images, seconds) = (images as f64, time.as_secs_f64());
        self.images += images;
        self.seconds += seconds;
        self.waiting_secs += waited.as_secs_f64();
        self.recent_images = self.recent_images * Self::KEPT + images;
        self.recent_seconds = self.recent_seconds * Self::KEPT + seconds;
    }

    /// Over the recent past.
    pub fn recent(&self) -> f64 {
        rate(self.recent_images, self.recent_seconds)
    }

    /// Of an epoch that has had so much.
    pub fn new(spent: Spent) -> Self {
        Self {
            images: spent.images,
            seconds: spent.step_seconds,
            waiting_secs: spent.waiting_seconds,
            ..Self::default()
        }
    }

    /// What the epoch has had so far, in so many seconds.
    pub fn so_far(&self, seconds: f64) -> Spent {
        Spent {
            seconds,
            images: self.images,
            step_seconds: self.seconds,
            waiting_seconds: self.waiting_secs,
        }
    }

    /// Images a second and seconds waited since the start or the last such call.
    pub fn take(&mut self) -> (f64, f64) {
        let taken = (rate(self.images, self.seconds), self.waiting_secs);
        (self.images, self.seconds, self.waiting_secs) = (0.0, 0.0, 0.0);
        taken
    }
}

fn rate(images: f64, seconds: f64) -> f64 {
    if seconds > 0.0 { images / seconds } else { 0.0 }
}
