//! The range test: a new network for each of several orders of the images, on the CPU.

use super::curve::RateCurve;
use super::divergence::Divergence;
use super::range::{NoRange, RateRange, range};
use crate::data::{self, DataError, TrainingData};
use crate::experiment::{Experiment, Optimizer};
use crate::lab::threads::{Threads, ThreadsError};
use crate::training::device::{DeviceChoice, DeviceError, open};
use crate::training::{RateStep, RateTest, TrainingError};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many orders of the images are tried, each with weights of its own.
pub const ORDERS: usize = 3;

/// Seven powers of ten, in steps of a tenth each: from rates at which nothing moves to rates with
/// which no network of this program trains.
const TEST: RateTest = RateTest {
    first: 1e-6,
    last: 10.0,
    steps: 169,
};

/// What a range test found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundRates {
    /// The losses over the rates.
    pub curve: RateCurve,
    /// The range, or why there is none.
    pub range: Result<RateRange, NoRange>,
    /// The optimizer, on which the range depends.
    pub optimizer: Optimizer,
    /// The images of a batch, on which the range depends, too.
    pub batch_size: usize,
}

/// Why there was no range test.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    /// The data can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The network can't be trained.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// The CPU can't be opened.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The system gives no threads.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// A person cancelled the test.
    #[error("the range test was cancelled")]
    Cancelled,
}

/// Tests the learning rates of an experiment on the CPU. `heard` is told the steps that are done and
/// how many there are at most; the test is cancelled where it breaks.
///
/// # Errors
/// Where the data can't be read, the network can't be trained, or the test is cancelled.
pub fn search(
    experiment: &Experiment,
    threads: Threads,
    heard: &mut (dyn FnMut(u64, u64) -> ControlFlow<()> + Send),
) -> Result<FoundRates, RatesError> {
    threads.pool()?.install(|| tested(experiment, heard))
}

fn tested(
    experiment: &Experiment,
    heard: &mut (dyn FnMut(u64, u64) -> ControlFlow<()> + Send),
) -> Result<FoundRates, RatesError> {
    let total = (ORDERS * TEST.steps) as u64;
    let settings = experiment.settings();
    let source = &settings.data.source;
    let dataset = data::load_with(source, &mut |_| heard(0, total))?;
    if heard(0, total).is_break() {
        return Err(RatesError::Cancelled);
    }
    let data = Arc::new(TrainingData::new(dataset, &settings.data, settings.seed)?);
    let device = open(DeviceChoice::Cpu)?;
    let mut orders: Vec<Vec<RateStep>> = Vec::new();
    for order in 0..ORDERS {
        let mut settings = settings.clone();
        settings.seed = settings.seed.wrapping_add(order as u64);
        let mut steps = Vec::new();
        let mut divergence = Divergence::default();
        let mut is_cancelled = false;
        TEST.run(&settings, &data, &device, &mut |step| {
            steps.push(step);
            let done = order * TEST.steps + steps.len();
            is_cancelled = heard(done as u64, total).is_break();
            if is_cancelled || divergence.has_come(step.loss) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        if is_cancelled {
            return Err(RatesError::Cancelled);
        }
        orders.push(steps);
    }
    let curve = RateCurve::of(&orders);
    Ok(FoundRates {
        range: range(&curve),
        curve,
        optimizer: settings.training.optimizer,
        batch_size: settings.training.batch_size,
    })
}
