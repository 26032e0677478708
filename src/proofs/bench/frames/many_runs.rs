//! A store of many runs, and what a frame costs while the table of them scrolls.

use super::super::error::BenchError;
use super::{FrameFigures, frames_after, metrics, options, waits_until, wheel};
use crate::app::App;
use crate::app::action::Action;
use crate::experiment::{Experiment, Preset, TrainSize};
use crate::lab::store::{FORMAT_VERSION, KeepEpochs, Label, StoreWatch, Summary, SummaryState};
use crate::lab::{RunStore, StopReason};
use eframe::egui::{Context, Event, pos2};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs of the store.
pub const MANY_RUNS: usize = 500;
/// Runs whose curves are shown at once.
const SHOWN_RUNS: usize = 32;
/// Looks at the folder that are timed.
const LOOKS: usize = 9;
/// The time after which a change lies back far enough.
const STILL: Duration = Duration::from_millis(2_100);
/// Epochs that each run has had.
const EPOCHS: usize = 20;
/// Batches an epoch of 10,000 images has at batch size 64.
const BATCHES: usize = 156;
/// Points that the wheel turns in a frame. All frames together pass some 400 rows.
const WHEEL: f32 = -20.0;

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
    // Runs that differ in the seed alone would be rows of a few groups.
    settings.data.train_size = TrainSize::Count(1_000 + number);
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

/// A window that has read all runs of the store.
fn opened(ctx: &Context, store: RunStore) -> Result<App, BenchError> {
    let mut app = App::new(ctx, options(store));
    match waits_until(&mut app, |app| app.runs().len() >= MANY_RUNS) {
        true => Ok(app),
        false => Err(BenchError::RunsRead(app.runs().len())),
    }
}

/// Measures a frame while the curves of 32 of the runs are shown and the pointer moves over them.
///
/// # Errors
/// Where the store can't be read.
pub fn measure_crowd(store: RunStore) -> Result<FrameFigures, BenchError> {
    let ctx = Context::default();
    let mut app = opened(&ctx, store)?;
    let shown = app.runs().iter().rev().take(SHOWN_RUNS);
    let shown: Vec<Action> = shown
        .map(|run| Action::ShowRun(run.id.clone(), true))
        .collect();
    app.apply(&ctx, shown);
    let pointer = |i: usize| pos2(400.0 + (i % 700) as f32, 200.0 + (i % 350) as f32);
    Ok(super::frames_of(&ctx, &mut app, pointer))
}

/// Measures a look at the folder of the store while nothing changes in it, and one after which a run has to be
/// read. Each is the median of many.
///
/// # Errors
/// Where a run can't be changed.
pub fn measure_looks(store: &RunStore) -> Result<[Duration; 2], BenchError> {
    let mut watch = StoreWatch::new(store.clone());
    let _ = watch.read_all();
    let mut times = [Vec::new(), Vec::new()];
    for look in 0..LOOKS {
        let folder = store.folder().join(format!("A{}", 1 + look % MANY_RUNS));
        let since = Instant::now();
        watch.look();
        times[0].push(since.elapsed());
        let label = Label {
            name: format!("look {look}"),
            starred: false,
        };
        store.label(&folder, &label)?;
        let since = Instant::now();
        watch.look();
        times[1].push(since.elapsed());
        // What was changed just now is read again until its time is a while ago.
        std::thread::sleep(STILL);
        watch.look();
    }
    Ok(times.map(|mut times| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }))
}

/// Measures logic, ui and tessellation at 1280×800 while the wheel turns over the table.
///
/// # Errors
/// Where the store can't be read or the table doesn't scroll.
pub fn measure_scrolling(store: RunStore) -> Result<FrameFigures, BenchError> {
    let ctx = Context::default();
    let mut app = opened(&ctx, store)?;
    let mut passed = BTreeSet::new();
    let events = |_| vec![Event::PointerMoved(pos2(600.0, 740.0)), wheel(WHEEL)];
    let figures = frames_after(&ctx, &mut app, events, |app| {
        passed.extend(app.hovered_run().cloned());
    });
    if passed.len() < MANY_RUNS / 4 {
        return Err(BenchError::RunsPassed(passed.len()));
    }
    Ok(figures)
}
