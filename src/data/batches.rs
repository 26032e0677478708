//! The batches of an epoch: in which order the images come, and how batches are prepared on a
//! thread ahead of the steps that use them.

use super::TrainingData;
use super::augment::Transform;
use crate::experiment::{Augmentation, ImageSize, Stream};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::io;
use std::iter::FusedIterator;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How many batches may lie ready: enough to bridge a slow one, and few enough that a changed
/// setting acts soon.
const AHEAD: usize = 4;

/// Which batches of an epoch are prepared, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPlan {
    /// The run's seed.
    pub seed: u64,
    /// The epoch, from 1; another epoch has another order and other transforms.
    pub epoch: usize,
    /// The pool's first so many images are used, all of them where it holds fewer.
    pub train_size: usize,
    /// Images in a batch, at least 1.
    pub batch_size: usize,
    /// The batch to start from, counted from 1.
    pub first_batch: usize,
    /// The transform of each image.
    pub augmentation: Augmentation,
}

/// How many batches an epoch has. The last images are dropped where they are too few for a batch.
/// Where all images are fewer than a batch, they are the only batch.
pub fn batches_per_epoch(train_size: usize, batch_size: usize) -> usize {
    if train_size == 0 {
        return 0;
    }
    (train_size / batch_size.max(1)).max(1)
}

/// The order of the training images in an epoch: a permutation of the positions below
/// `train_size`.
pub fn epoch_order(seed: u64, epoch: usize, train_size: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..train_size as u32).collect();
    Stream::shuffle(seed, epoch as u64).shuffle_slice(&mut order);
    order
}

/// The images of a training step.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The number of the batch in its epoch, from 1.
    pub number: usize,
    /// Raw pixels 0 to 255, augmented, `[image, row, column]`.
    pub pixels: Vec<f32>,
    /// The labels as given (label noise included), one for each image.
    pub labels: Vec<u8>,
    /// The images' positions in the training pool.
    pub positions: Vec<u32>,
}

/// Prepares a batch: the images of `order` (see [`epoch_order`]) that fall to the batch `number`,
/// counted from 1. The batch is empty beyond the epoch's last one.
///
/// This is a pure function: the plan's seed and epoch and each image's position decide the
/// transforms, not the batch that the image is in.
///
/// # Panics
/// Where `order` holds a position that the pool doesn't.
pub fn prepare_batch(data: &TrainingData, plan: &BatchPlan, order: &[u32], number: usize) -> Batch {
    let ImageSize { rows, columns } = data.size();
    let positions: Vec<u32> = order
        .chunks(plan.batch_size.max(1))
        .take(batches_per_epoch(order.len(), plan.batch_size))
        .nth(number.saturating_sub(1))
        .unwrap_or_default()
        .to_vec();
    let mut pixels = vec![0.0; positions.len() * rows * columns];
    for (&position, output) in positions
        .iter()
        .zip(pixels.chunks_exact_mut(rows * columns))
    {
        let position = position as usize;
        augmented_image(
            data,
            plan.seed,
            plan.epoch,
            position,
            &plan.augmentation,
            output,
        );
    }
    let labels = positions
        .iter()
        .map(|&position| data.label(position as usize))
        .collect();
    Batch {
        number,
        pixels,
        labels,
        positions,
    }
}

/// Computes what an epoch's batch holds of a training image: a pure function of seed, epoch,
/// position and ranges. With the augmentation off, the image stays as it is.
///
/// # Shapes
/// - `output`: `[row, column]`, 0 to 255
///
/// # Panics
/// Where the pool doesn't hold `position`, or `output` is shorter than an image.
pub fn augmented_image(
    data: &TrainingData,
    seed: u64,
    epoch: usize,
    position: usize,
    augmentation: &Augmentation,
    output: &mut [f32],
) {
    let ImageSize { rows, columns } = data.size();
    let image = data.image(position);
    if augmentation.enabled {
        let mut stream = Stream::augmentation(seed, epoch as u64, position as u64);
        Transform::draw(augmentation, rows, columns, &mut stream)
            .apply(image, rows, columns, output);
    } else {
        for (value, &pixel) in output[..image.len()].iter_mut().zip(image) {
            *value = f32::from(pixel);
        }
    }
}

/// The batches of an epoch, from the plan's first to the epoch's last, prepared ahead on a thread.
/// Dropping the stream ends the thread within a batch.
pub struct BatchStream {
    /// Where the thread sends its batches; none once the thread is to end.
    receiver: Option<Receiver<Batch>>,
    thread: Option<JoinHandle<()>>,
    waited: Duration,
}

impl BatchStream {
    /// Starts to prepare batches.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub fn start(data: Arc<TrainingData>, plan: BatchPlan) -> io::Result<Self> {
        Self::spawn(move |sender| {
            let train_size = plan.train_size.min(data.pool_size());
            let order = epoch_order(plan.seed, plan.epoch, train_size);
            let last = batches_per_epoch(train_size, plan.batch_size);
            for number in plan.first_batch.max(1)..=last {
                let batch = prepare_batch(&data, &plan, &order, number);
                // Sending fails where the stream was dropped, so that nobody waits for more.
                if sender.send(batch).is_err() {
                    return;
                }
            }
        })
    }

    fn spawn(prepare: impl FnOnce(Sender<Batch>) + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = bounded(AHEAD);
        let thread = thread::Builder::new()
            .name("batches".into())
            .spawn(move || prepare(sender))?;
        Ok(Self {
            receiver: Some(receiver),
            thread: Some(thread),
            waited: Duration::ZERO,
        })
    }

    /// How long [`next`](Iterator::next) has waited for batches that weren't ready.
    pub fn waited(&self) -> Duration {
        self.waited
    }
}

impl Iterator for BatchStream {
    type Item = Batch;

    /// # Panics
    /// With the panic of the thread, should there be one: a shorter epoch would go unnoticed.
    fn next(&mut self) -> Option<Batch> {
        let receiver = self.receiver.as_ref()?;
        let received = match receiver.try_recv() {
            Ok(batch) => Some(batch),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                let start = Instant::now();
                let received = receiver.recv().ok();
                self.waited += start.elapsed();
                received
            }
        };
        if received.is_none() {
            self.receiver = None;
            if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
                std::panic::resume_unwind(panic);
            }
        }
        received
    }
}

impl FusedIterator for BatchStream {}

impl Drop for BatchStream {
    fn drop(&mut self) {
        // The channel is dropped first, so that a thread that waits to send wakes up.
        self.receiver = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            log::error!("the thread that prepares batches had panicked");
        }
    }
}

#[cfg(test)]
mod tests;
