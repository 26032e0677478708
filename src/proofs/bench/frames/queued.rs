//! A queue of many runs that wait, and what a frame costs while its window is open.

use super::super::error::BenchError;
use super::{FRAMES, FrameFigures, SETTLING, frames_after, options, waits_until, wheel};
use crate::app::App;
use crate::app::action::Action;
use crate::experiment::{Experiment, Preset};
use crate::lab::sweep::{Cells, Parts, Shelf, Sweep, Turn, Waiting};
use crate::lab::{Numbers, RunStore};
use eframe::egui::{Context, Event, pos2};
use std::path::Path;
use std::sync::Arc;

/// Runs that wait.
const WAITING_RUNS: u64 = 1_000;
/// Points that the wheel turns in a frame, to the end of the list and back.
const WHEEL: f32 = 40.0;

/// Keeps a sweep of as many seeds, all of whose runs wait, as a window leaves it.
fn keep_queue(store: &RunStore) -> Result<(), BenchError> {
    let base = Experiment::new(Preset::FirstLook.settings(), Vec::new())?;
    let sweep = Sweep::new(Parts {
        name: "First look".into(),
        base,
        cells: Cells::Product(Vec::new()),
        seeds: (1..=WAITING_RUNS).collect(),
        data_sha256: None,
        numbers: Numbers::of_this_process(),
    })?;
    let shelf = Shelf::of(store);
    let sweep = Arc::new(shelf.keep(sweep)?);
    let mut waiting = Waiting::default();
    let runs = 1..=sweep.sweep.count();
    waiting.add(&sweep, runs.map(|number| (number, Turn::Waiting)));
    Ok(shelf.write_waiting(&waiting.to_json())?)
}

/// Measures logic, ui and tessellation at 1280×800 while the window of the queue is open, and the wheel turns over
/// its 1,000 rows.
///
/// # Errors
/// Where the queue can't be written, or isn't read.
pub fn measure_queue(folder: &Path) -> Result<FrameFigures, BenchError> {
    let store = RunStore::new(folder.to_path_buf());
    keep_queue(&store)?;
    let ctx = Context::default();
    let mut app = App::new(&ctx, options(store));
    let is_read = |app: &App| app.queue_counts().waiting as u64 >= WAITING_RUNS;
    if !waits_until(&mut app, is_read) {
        return Err(BenchError::QueueRead(app.queue_counts().waiting));
    }
    app.apply(&ctx, vec![Action::ToggleQueue]);
    let events = |i: usize| {
        // The window of the queue stands at the lower right.
        let pointer = pos2(700.0 + (i % 200) as f32, 620.0 + (i % 50) as f32);
        let is_down = i < (SETTLING + FRAMES) / 2;
        let turned = wheel(if is_down { -WHEEL } else { WHEEL });
        vec![Event::PointerMoved(pointer), turned]
    };
    Ok(frames_after(&ctx, &mut app, events, |_| {}))
}
