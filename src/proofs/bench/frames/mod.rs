//! The cost of a frame without its rasterizer. The window shows three runs of a hundred epochs, the last
//! of them in mid-training; `live` lets a real run train beside them.

mod live;
mod made_up;
mod many_runs;
mod queued;

pub use live::measure_live;
pub use many_runs::{MANY_RUNS, make_store, measure_crowd, measure_looks, measure_scrolling};
pub use queued::measure_queue;

use super::error::BenchError;
use crate::app::action::Tab;
use crate::app::prefs::Prefs;
use crate::app::{App, AppOptions};
use crate::experiment::{Experiment, ExperimentError, Preset};
use crate::lab::{
    BatchPoint, EpochMetrics, Progress, Run, RunEvent, RunId, RunState, RunStore, Stage, StopReason,
};
use cpu_time::ThreadTime;
use eframe::App as _;
use eframe::egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase,
    Vec2, pos2, vec2,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Frames that are measured, after some in which the window settles.
const FRAMES: usize = 400;
const SETTLING: usize = 20;
/// Reading that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);
const EPOCHS: usize = 100;
/// Batches an epoch of 50,000 images has at batch size 64.
const BATCHES: usize = 781;

/// What a frame costs.
#[derive(Clone, Copy, Debug)]
pub struct FrameFigures {
    /// Half of the frames take less.
    pub median: Duration,
    /// 99 of 100 frames take less.
    pub p99: Duration,
    /// In 99 of 100 frames the window's thread computes for less.
    pub own_p99: Duration,
}

impl FrameFigures {
    fn of(costs: &[Cost]) -> Self {
        let at = |percent: usize, time: fn(&Cost) -> Duration| {
            let mut times: Vec<Duration> = costs.iter().map(time).collect();
            times.sort_unstable();
            let at = times.get(times.len() * percent / 100);
            at.copied().unwrap_or_default()
        };
        Self {
            median: at(50, |cost| cost.passed),
            p99: at(99, |cost| cost.passed),
            own_p99: at(99, |cost| cost.own),
        }
    }
}

/// What one frame costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// The time that passed.
    pub passed: Duration,
    /// The time for which the window's thread computed. Where other programs want the cores, it is shorter
    /// than the time that passed.
    pub own: Duration,
}

/// Measures logic, ui and tessellation at 1280×800 while batches come in and the pointer moves.
///
/// # Errors
/// Where the settings that it shows are refused.
pub fn measure() -> Result<FrameFigures, ExperimentError> {
    let ctx = Context::default();
    let mut app = shown_app(&ctx, no_store())?;
    let pointer = |i: usize| pos2(400.0 + (i % 700) as f32, 200.0 + (i % 350) as f32);
    Ok(frames(&ctx, &mut app, pointer, |_, _| {}))
}

/// A state of the window in which a frame is measured, the pointer moving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowState {
    /// Before the first run.
    Empty,
    /// Three runs of 100 epochs, which are over.
    After,
}

/// Measures a frame in a state of the window.
///
/// # Errors
/// Where the settings that it shows are refused.
pub fn measure_state(state: WindowState) -> Result<FrameFigures, ExperimentError> {
    let ctx = Context::default();
    let mut app = match state {
        WindowState::Empty => App::new(&ctx, options(no_store())),
        WindowState::After => shown_app(&ctx, no_store())?,
    };
    let ids: Vec<RunId> = app.runs().iter().map(|run| run.id.clone()).collect();
    for id in ids {
        if let Some(run) = app.run_mut(&id) {
            run.state = RunState::Finished(StopReason::Completed);
        }
    }
    let pointer = |i: usize| pos2(400.0 + (i % 700) as f32, 200.0 + (i % 350) as f32);
    Ok(frames_of(&ctx, &mut app, pointer))
}

/// Draws frames while the pointer moves and nothing else happens.
fn frames_of(ctx: &Context, app: &mut App, pointer: impl Fn(usize) -> Pos2) -> FrameFigures {
    let events = |i| vec![Event::PointerMoved(pointer(i))];
    frames_after(ctx, app, events, |_| {})
}

/// Draws frames, each after these events; then `look` looks at the window.
fn frames_after(
    ctx: &Context,
    app: &mut App,
    events: impl Fn(usize) -> Vec<Event>,
    mut look: impl FnMut(&App),
) -> FrameFigures {
    let mut frame = eframe::Frame::_new_kittest();
    let mut costs = Vec::with_capacity(FRAMES);
    for i in 0..SETTLING + FRAMES {
        let cost = draw(ctx, app, &mut frame, i as f64 / 60.0, events(i));
        look(app);
        if i >= SETTLING {
            costs.push(cost);
        }
    }
    app.close();
    FrameFigures::of(&costs)
}

/// The wheel turns by so many points.
fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        modifiers: Modifiers::NONE,
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
    }
}

/// Lets a window take in what its threads report until something is the case. False where that takes too long.
fn waits_until(app: &mut App, is_there: impl Fn(&App) -> bool) -> bool {
    let since = Instant::now();
    while !is_there(app) {
        if since.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
        app.take_in();
    }
    true
}

/// Measures a frame with this tab open and the pointer in it. The answers are made up: 10,000
/// validation images, two runs compared, ranges that change in each frame, weights that come anew in
/// each tenth.
///
/// # Errors
/// Where the settings or the data that it shows are refused.
pub fn measure_tab(tab: Tab) -> Result<FrameFigures, BenchError> {
    let ctx = Context::default();
    let mut app = shown_app(&ctx, no_store())?;
    let mut prefs = Prefs::default();
    prefs.tabs.first = tab;
    app.take_prefs(&ctx, prefs);
    let made_up = made_up::MadeUp::new(&ctx, &mut app)?;
    let pointer = |i: usize| pos2(990.0 + (i % 270) as f32, 100.0 + (i * 3 % 450) as f32);
    Ok(frames(&ctx, &mut app, pointer, |app, i| {
        made_up.renew(&ctx, app, i)
    }))
}

fn no_store() -> RunStore {
    RunStore::new(std::env::temp_dir().join("overfit-lab-no-runs"))
}

fn options(store: RunStore) -> AppOptions {
    AppOptions::unattended(store, std::env::temp_dir().join("overfit-lab-no-drawings"))
}

/// A window that shows three made-up runs.
fn shown_app(ctx: &Context, store: RunStore) -> Result<App, ExperimentError> {
    let mut app = App::new(ctx, options(store));
    app.show_alone((1..=3).map(synthetic_run).collect::<Result<_, _>>()?);
    Ok(app)
}

/// Draws frames, each after a new batch and after a call of `before`.
fn frames(
    ctx: &Context,
    app: &mut App,
    pointer: impl Fn(usize) -> Pos2,
    before: impl Fn(&mut App, usize),
) -> FrameFigures {
    let mut frame = eframe::Frame::_new_kittest();
    let mut costs = Vec::with_capacity(FRAMES);
    for i in 0..SETTLING + FRAMES {
        add_batch(app, i);
        before(app, i);
        let events = vec![Event::PointerMoved(pointer(i))];
        let cost = draw(ctx, app, &mut frame, i as f64 / 10.0, events);
        if i >= SETTLING {
            costs.push(cost);
        }
    }
    app.close();
    FrameFigures::of(&costs)
}

/// Draws a frame at this time in seconds, after these events, and tells its cost.
fn draw(
    ctx: &Context,
    app: &mut App,
    frame: &mut eframe::Frame,
    time: f64,
    events: Vec<Event>,
) -> Cost {
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1280.0, 800.0))),
        time: Some(time),
        events,
        ..RawInput::default()
    };
    let (start, own) = (Instant::now(), ThreadTime::now());
    app.logic(ctx, frame);
    let output = ctx.run_ui(input, |ui| app.ui(ui, frame));
    let primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
    std::hint::black_box(primitives);
    Cost {
        passed: start.elapsed(),
        own: own.elapsed(),
    }
}

fn synthetic_run(number: usize) -> Result<Run, ExperimentError> {
    let mut settings = Preset::Cnn.settings();
    settings.training.epochs = EPOCHS + 10;
    let experiment = Experiment::new(settings, Vec::new())?;
    let mut run = Run::new(
        // The number is beyond those that a store gives meanwhile.
        RunId(format!("A{}", 100 + number)),
        PathBuf::new(),
        number as u64,
        experiment,
    );
    run.state = RunState::Running;
    for epoch in 1..=EPOCHS {
        for batch in 1..=BATCHES {
            run.batches.push(batch_point(number, epoch, batch));
        }
        run.epochs.push(metrics(number, epoch));
    }
    run.judge();
    Ok(run)
}

fn add_batch(app: &mut App, frame: usize) {
    let point = batch_point(3, EPOCHS + 1, frame % BATCHES + 1);
    let newest = app.runs().last().map(|run| run.id.clone());
    if let Some(id) = newest {
        let event = RunEvent::Progress {
            progress: Progress {
                epoch: EPOCHS + 1,
                epochs: EPOCHS + 10,
                stage: Stage::Training {
                    batch: frame % BATCHES + 1,
                    batches: BATCHES,
                    point: Some(point),
                },
                samples_per_second: 600.0,
            },
            elapsed_secs: frame as f64 / 10.0,
            points: vec![point],
        };
        app.hear(&id, event);
    }
}

fn batch_point(number: usize, epoch: usize, batch: usize) -> BatchPoint {
    let at = (epoch - 1) as f64 + batch as f64 / BATCHES as f64;
    // A curve that falls with a scatter that no run has twice.
    let scatter = ((epoch * 7919 + batch * 104_729 + number * 31) % 997) as f32 / 997.0;
    BatchPoint {
        epoch: at,
        step: ((epoch - 1) * BATCHES + batch) as u64,
        loss: (2.3 * (-0.05 * at as f32).exp()) * (0.5 + scatter),
        accuracy: 1.0 - 0.5 * (-0.05 * at as f32).exp() * (0.5 + scatter),
    }
}

fn metrics(number: usize, epoch: usize) -> EpochMetrics {
    let at = epoch as f64;
    let train_loss = 0.6 * (-0.08 * at).exp() + 0.002 * number as f64;
    let validation_loss = 0.3 * (-0.2 * at).exp() + 0.05 + 0.002 * at;
    EpochMetrics {
        epoch,
        step: (epoch * BATCHES) as u64,
        train_loss,
        train_accuracy: 1.0 - 0.2 * train_loss,
        train_count: 10_000,
        clean: None,
        corrupted: None,
        validation_loss,
        validation_accuracy: 0.99 - 0.2 * (-0.2 * at).exp() - 0.0002 * at,
        validation_count: 10_000,
        wrong_confidence: Some(0.8),
        batch_loss: train_loss * 1.2,
        batch_accuracy: 1.0 - 0.25 * train_loss,
        learning_rate: 1e-3,
        train_images: 50_000,
        elapsed_secs: 80.0,
        samples_per_second: 700.0,
        waiting_secs: 0.0,
        compared: Vec::new(),
    }
}
