//! How long a stroke waits for its probabilities while the default network trains.

use super::super::error::BenchError;
use crate::data::drawing::{Placement, Stroke, Strokes, Tool, prepare, rasterize};
use crate::experiment::{Experiment, ImageSize, Preset};
use crate::lab::devices::Devices;
use crate::lab::engine::{Engine, RunEvent, Start};
use crate::lab::inference::{Inference, InputImage, Wanted, WeightsSource};
use crate::lab::run::RunId;
use crate::lab::store::{KeepEpochs, RunPlace};
use crate::training::Stage;
use crate::training::device::DeviceChoice;
use crossbeam_channel::{Receiver, bounded};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Strokes that are timed, so that the 99th percentile is one of them.
const STROKES: usize = 300;
/// The time between two strokes of a hand.
const PAUSE: Duration = Duration::from_millis(50);
/// Strokes of a whole zigzag.
pub(in crate::proofs) const ZIGZAG: usize = 20;
/// Side of the canvas, in pixels.
const CANVAS: usize = 280;
/// A thread that doesn't answer for so long has died.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long strokes wait for their probabilities.
#[derive(Clone, Debug)]
pub struct StrokeFigures {
    /// Half of the strokes wait less.
    pub median: Duration,
    /// 99 of 100 strokes wait less.
    pub p99: Duration,
    /// The longest wait.
    pub slowest: Duration,
    /// Training images a second meanwhile.
    pub samples_per_second: f64,
}

/// Trains the default network on the CPU and draws beside it.
///
/// # Errors
/// Where a thread or a folder can't be had.
pub fn strokes() -> Result<StrokeFigures, BenchError> {
    let folder = tempfile::tempdir()?;
    let experiment = Experiment::new(Preset::Default.settings(), Vec::new());
    let engine = Engine::start(
        Start {
            experiment: experiment?,
            device: DeviceChoice::Cpu,
            devices: Devices::cpu_only(),
            place: RunPlace::Folder(folder.path().join("run")),
            keep: KeepEpochs::All,
            ticket: 1,
        },
        || {},
    )?;
    let (wake, woken) = bounded(1);
    let mut inference = Inference::start(move || {
        let _ = wake.try_send(());
    })?;
    let mut wanted = Wanted {
        weights: Some(WeightsSource::Newest {
            run: RunId("bench".into()),
            slot: engine.weights().clone(),
        }),
        ..Wanted::default()
    };
    inference.want(wanted.clone());
    until(&woken, || inference.known().network.is_some())?;
    let mut times = Vec::with_capacity(STROKES);
    let mut speed = 0.0;
    for number in 0..STROKES {
        let start = Instant::now();
        let image = zigzag(number % ZIGZAG);
        wanted.picture = Some(image.clone());
        inference.want(wanted.clone());
        until(&woken, || {
            let known = inference.known();
            known.guess.is_some_and(|guess| guess.picture == image)
        })?;
        times.push(start.elapsed());
        std::thread::sleep(PAUSE);
        speed = newest_speed(&engine).unwrap_or(speed);
    }
    if !engine.stop_and_wait(PATIENCE) {
        return Err(BenchError::TrainsOn);
    }
    times.sort();
    Ok(StrokeFigures {
        median: times[STROKES / 2],
        p99: times[STROKES * 99 / 100],
        slowest: times[STROKES - 1],
        samples_per_second: speed,
    })
}

/// What the network sees of a zigzag after so many of its [`ZIGZAG`] strokes.
pub(in crate::proofs) fn zigzag(strokes: usize) -> InputImage {
    let picture = rasterize(&drawing(strokes), CANVAS);
    InputImage(Arc::from(prepare(
        &picture,
        Placement::Centred,
        ImageSize::square(28),
    )))
}

fn drawing(strokes: usize) -> Strokes {
    let points = (0..=strokes * 4).map(|step| {
        let along = step as f32 / (4 * ZIGZAG) as f32;
        [0.2 + 0.6 * along, 0.5 + 0.3 * (12.0 * along).sin()]
    });
    Strokes {
        strokes: vec![Stroke {
            tool: Tool::Pen,
            width: 0.08,
            points: points.collect(),
        }],
    }
}

fn until(woken: &Receiver<()>, done: impl Fn() -> bool) -> Result<(), BenchError> {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        let left = deadline.saturating_duration_since(Instant::now());
        // A wake may come between the look and the wait: the queue of one holds it.
        woken.recv_timeout(left).map_err(|_| BenchError::NoAnswer)?;
    }
    Ok(())
}

/// The speed that training told last.
fn newest_speed(engine: &Engine) -> Option<f64> {
    let mut speed = None;
    while let Ok(update) = engine.updates().try_recv() {
        if let RunEvent::Progress { progress, .. } = update.event
            && matches!(progress.stage, Stage::Training { .. })
        {
            speed = Some(progress.samples_per_second);
        }
    }
    speed
}
