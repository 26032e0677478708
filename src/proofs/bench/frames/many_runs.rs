//! A store of many runs, and what a frame costs while the table of them scrolls.

use super::super::error::BenchError;
use super::{FRAMES, FrameFigures, SETTLING, draw, metrics, options};
use crate::app::App;
use crate::experiment::{Experiment, Preset};
use crate::lab::store::{FORMAT_VERSION, KeepEpochs, Summary, SummaryState};
use crate::lab::{RunStore, StopReason};
use eframe::egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, pos2, vec2,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs of the store.
pub const MANY_RUNS: usize = 500;
/// Epochs that each run has had.
const EPOCHS: usize = 20;
/// Batches an epoch of 10,000 images has at batch size 64.
const BATCHES: usize = 156;
/// Points that the wheel turns in a frame. All frames together pass some 400 rows.
const WHEEL: f32 = -20.0;
/// Reading that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a store of runs as training leaves them, without their weights.
///
/// # Errors
/// Where the folder can't be written.
pub fn make_store(folder: &Path) -> Result<(), BenchError> {
    (1..=MANY_RUNS).try_for_each(|number| make_run(&folder.join(format!("A{number}")), number))
}

fn make_run(folder: &Path, number: usize) -> Result<(), BenchError> {
    let refused = |source| BenchError::Store {
        folder: folder.to_path_buf(),
        source,
    };
    let mut settings = Preset::ALL[number % Preset::ALL.len()].settings();
    settings.seed = number as u64;
    settings.training.epochs = EPOCHS;
    let experiment = Experiment::new(settings, Vec::new())?;
    let summary = Summary {
        version: FORMAT_VERSION,
        created_secs: 1_700_000_000 + number as u64,
        state: SummaryState::Finished {
            reason: StopReason::Completed,
        },
        started: None,
        data: experiment.settings().data.source.to_string(),
        data_sha256: None,
        best_epoch: None,
        best_validation_loss: None,
        best_validation_accuracy: None,
        best_weights: None,
        last_weights: None,
        verdict: None,
        seconds: 1.0,
        keep: KeepEpochs::All,
        saves_state: true,
        device: None,
        resumed: Vec::new(),
        warnings: Vec::new(),
    };
    let mut lines = String::new();
    let mut batches = String::from("epoch,step,loss,accuracy\n");
    for epoch in 1..=EPOCHS {
        lines += &serde_json::to_string(&metrics(number, epoch))?;
        lines.push('\n');
        for batch in 1..=BATCHES {
            let point = super::batch_point(number, epoch, batch);
            let step = (epoch - 1) * BATCHES + batch;
            // Writing to a text can't fail.
            let _ = writeln!(
                batches,
                "{},{step},{},{}",
                point.epoch, point.loss, point.accuracy
            );
        }
    }
    fs::create_dir_all(folder).map_err(refused)?;
    for (name, contents) in [
        ("experiment.json", experiment.to_json()),
        ("summary.json", serde_json::to_string(&summary)?),
        ("metrics.jsonl", lines),
        ("batches.csv", batches),
        (
            "label.json",
            format!("{{\"name\":\"A{number}\",\"starred\":false}}"),
        ),
    ] {
        fs::write(folder.join(name), contents).map_err(refused)?;
    }
    Ok(())
}

/// Measures logic, ui and tessellation at 1280×800 while the wheel turns over the table.
///
/// # Errors
/// Where the store can't be read or the table doesn't scroll.
pub fn measure_scrolling(store: RunStore) -> Result<FrameFigures, BenchError> {
    let ctx = Context::default();
    let mut app = App::new(&ctx, options(store));
    let since = Instant::now();
    while app.runs().len() < MANY_RUNS {
        if since.elapsed() > PATIENCE {
            return Err(BenchError::RunsRead(app.runs().len()));
        }
        std::thread::sleep(Duration::from_millis(1));
        app.take_in();
    }
    let mut frame = eframe::Frame::_new_kittest();
    let mut costs = Vec::with_capacity(FRAMES);
    let mut passed = BTreeSet::new();
    for i in 0..SETTLING + FRAMES {
        let events = vec![
            Event::PointerMoved(pos2(600.0, 740.0)),
            Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, WHEEL),
                modifiers: Modifiers::NONE,
                phase: TouchPhase::Move,
                source: MouseWheelSource::Wheel,
            },
        ];
        let cost = draw(&ctx, &mut app, &mut frame, i as f64 / 60.0, events);
        passed.extend(app.hovered_run().cloned());
        if i >= SETTLING {
            costs.push(cost);
        }
    }
    app.close();
    if passed.len() < MANY_RUNS / 4 {
        return Err(BenchError::RunsPassed(passed.len()));
    }
    Ok(FrameFigures::of(costs))
}
