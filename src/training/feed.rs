//! Where a run's images come from: its data, and the stream that prepares its batches ahead.

use super::TrainingError;
use crate::data::{
    Batch, BatchPlan, BatchStream, TrainingData, batches_per_epoch, epoch_order, prepare_batch,
};
use std::sync::Arc;

/// The data of a run, and the batches of the epoch in work.
pub(super) struct Feed {
    data: Arc<TrainingData>,
    /// The epoch's batches from the next one on; none where they must be prepared anew.
    stream: Option<BatchStream>,
}

impl Feed {
    /// A feed from which no batch has been taken.
    pub fn new(data: &Arc<TrainingData>) -> Self {
        Self {
            data: Arc::clone(data),
            stream: None,
        }
    }

    /// The run's images and labels.
    pub fn data(&self) -> &TrainingData {
        &self.data
    }

    /// The next batch. Where no prepared batches lie ready, they are prepared from the plan's
    /// first batch on; else the plan isn't looked at.
    ///
    /// # Errors
    /// Where the system gives no thread, or the plan has no batch.
    pub fn next(&mut self, plan: BatchPlan) -> Result<Batch, TrainingError> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                BatchStream::start(Arc::clone(&self.data), plan).map_err(TrainingError::Thread)?
            }
        };
        let batch = stream.next().ok_or(TrainingError::NoImages)?;
        self.stream = Some(stream);
        Ok(batch)
    }

    /// Throws the prepared batches away: the epoch is over, or a setting has changed what is in
    /// them.
    pub fn discard(&mut self) {
        self.stream = None;
    }

    /// The pixels of `count` batches from the plan's first one on, without touching the prepared
    /// ones. Where the epoch has too few left, its first batches follow its last one.
    pub fn preview(&self, plan: BatchPlan, count: usize) -> impl Iterator<Item = Vec<f32>> {
        let order = epoch_order(plan.seed, plan.epoch, plan.train_size);
        let batches = batches_per_epoch(plan.train_size, plan.batch_size);
        (0..batches.min(count)).map(move |ahead| {
            let number = (plan.first_batch - 1 + ahead) % batches + 1;
            prepare_batch(&self.data, &plan, &order, number).pixels
        })
    }
}
