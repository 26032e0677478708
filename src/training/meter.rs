//! The figures of the training batches, read from the device when that costs little, and the
//! pace of training.

use super::resume::{Spent, Sums};
use super::tally::Tally;
use super::trainer::Logits;
use super::{BatchPoint, PartMetrics, TrainingError};
use crate::data::Batch;
use std::time::{Duration, Instant};

/// A GPU is asked for the figures of so many batches at once, since each reading waits until all
/// of its work is done.
const GPU_BATCHES: usize = 10;
/// The figures of the batches wait no longer than this, also on a slow GPU.
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
    /// The logits and labels of the batches whose figures have not been read.
    unread: Vec<(Logits, Unread)>,
    last_read: Instant,
    /// Whether each batch is read at once.
    reads_each: bool,
    sums: Sums,
}

impl Meter {
    /// A meter for an epoch whose batches so far come to these sums. Only on a CPU does it cost
    /// nothing to read each batch at once.
    pub fn new(epoch: usize, reads_each: bool, sums: Sums) -> Self {
        Self {
            epoch,
            unread: Vec::new(),
            last_read: Instant::now(),
            reads_each,
            sums,
        }
    }

    /// Takes a trained batch's logits, and gives the figures that have been read now.
    ///
    /// # Errors
    /// Where the device fails, or a loss is no longer finite.
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

    /// Reads the figures that wait, and gives each batch's number and its point.
    ///
    /// # Errors
    /// Where the device fails, or a loss is no longer finite.
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
        let mut tally = Tally::default();
        for (&label, row) in batch.labels.iter().zip(rows) {
            tally.add(row, label);
        }
        let PartMetrics { loss, accuracy, .. } = tally
            .part()
            .filter(|part| part.loss.is_finite())
            .ok_or(TrainingError::NotFinite {
                epoch: self.epoch,
                batch: Some(batch.batch),
                what: "the loss",
            })?;
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

    /// The sums of the batches that have been read.
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// Mean loss and accuracy of the batches that have been read.
    pub fn means(&self) -> (f64, f64) {
        let count = self.sums.batches.max(1) as f64;
        (self.sums.loss / count, self.sums.accuracy / count)
    }
}

/// Training images a second: over the epoch, and over the last steps alone.
#[derive(Default)]
pub(super) struct Pace {
    images: f64,
    step_secs: f64,
    waiting_secs: f64,
    recent_images: f64,
    recent_secs: f64,
}

impl Pace {
    /// The factor by which each step lessens the weight of those before it, so that about the
    /// last twenty count.
    const KEPT: f64 = 0.95;

    /// Takes a step of so many images, and how much of its time it waited for them.
    pub fn add(&mut self, images: usize, time: Duration, waited: Duration) {
        let (images, secs) = (images as f64, time.as_secs_f64());
        self.images += images;
        self.step_secs += secs;
        self.waiting_secs += waited.as_secs_f64();
        self.recent_images = self.recent_images * Self::KEPT + images;
        self.recent_secs = self.recent_secs * Self::KEPT + secs;
    }

    /// Images a second over the last steps.
    pub fn recent(&self) -> f64 {
        rate(self.recent_images, self.recent_secs)
    }

    /// The pace of an epoch that has spent this time.
    pub fn new(spent: Spent) -> Self {
        Self {
            images: spent.images,
            step_secs: spent.step_secs,
            waiting_secs: spent.waiting_secs,
            ..Self::default()
        }
    }

    /// The time spent in an epoch that has taken so many seconds so far.
    pub fn so_far(&self, elapsed_secs: f64) -> Spent {
        Spent {
            elapsed_secs,
            images: self.images,
            step_secs: self.step_secs,
            waiting_secs: self.waiting_secs,
        }
    }

    /// Images a second and seconds waited, since the start or the last such call.
    pub fn take(&mut self) -> (f64, f64) {
        let taken = (rate(self.images, self.step_secs), self.waiting_secs);
        (self.images, self.step_secs, self.waiting_secs) = (0.0, 0.0, 0.0);
        taken
    }
}

fn rate(images: f64, secs: f64) -> f64 {
    if secs > 0.0 { images / secs } else { 0.0 }
}
