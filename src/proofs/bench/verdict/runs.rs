//! Trains the runs of the plan that aren't kept yet, a few at a time, each on one thread: several
//! small runs beside each other finish sooner than one after another on all cores.

use super::error::VerdictBenchError;
use super::kept::Kept;
use super::plan::Planned;
use crate::data::{self, Dataset, TrainingData};
use crate::lab::threads::{Cores, Threads};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Event, TrainingJob};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The file of a run.
pub fn path(folder: &Path, planned: &Planned) -> PathBuf {
    folder.join(format!("{}.safetensors", planned.name()))
}

/// Trains what is not kept yet.
pub fn train_missing(folder: &Path, planned: &[Planned]) -> Result<(), VerdictBenchError> {
    std::fs::create_dir_all(folder).map_err(|source| VerdictBenchError::Io {
        path: folder.into(),
        source,
    })?;
    let missing: Vec<&Planned> = planned
        .iter()
        .filter(|planned| !path(folder, planned).exists())
        .collect();
    let Some(first) = missing.first() else {
        return Ok(());
    };
    let dataset = data::load(&first.experiment()?.settings().data.source)?;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let lock = || failed.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..Cores::of_machine().physical.clamp(1, missing.len()) {
            scope.spawn(|| {
                while lock().is_none()
                    && let Some(planned) = missing.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    if let Err(err) = train(folder, planned, &dataset) {
                        *lock() = Some(err);
                    }
                    log::info!("{} is trained", planned.name());
                }
            });
        }
    });
    match lock().take() {
        Some(err) => Err(err),
        None => Ok(()),
    }
}

fn train(
    folder: &Path,
    planned: &Planned,
    dataset: &Arc<Dataset>,
) -> Result<(), VerdictBenchError> {
    let experiment = planned.experiment()?;
    let settings = experiment.settings();
    let data = TrainingData::new(Arc::clone(dataset), &settings.data, settings.seed)?;
    let data = Arc::new(data);
    let labels: Vec<u8> = (0..data.validation_size())
        .map(|index| data.validation_label(index))
        .collect();
    let device = device::open(DeviceChoice::Cpu)?;
    let mut kept = Kept::default();
    let mut emit = |event: Event| {
        if let Event::Epoch {
            metrics, answers, ..
        } = event
        {
            kept.epochs.push(metrics);
            kept.losses.extend_from_slice(&answers.losses);
            let right = answers.classes.iter().zip(&labels);
            kept.right
                .extend(right.map(|(class, label)| u8::from(class == label)));
        }
        ControlFlow::Continue(())
    };
    Threads::new(1)?.pool()?.install(|| {
        TrainingJob::new(&experiment, &data, device)
            .save_every(None)
            .train(&mut emit)
    })?;
    kept.write(&path(folder, planned))
}
