//! The frames of a window whose own run trains meanwhile.

use super::super::error::BenchError;
use super::{Cost, FrameFigures, draw, shown_app};
use crate::app::App;
use crate::app::action::Action;
use crate::experiment::Preset;
use crate::lab::RunStore;
use eframe::egui::{Context, Event, Pos2, pos2};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often each way of drawing is measured, in turn.
const ROUNDS: usize = 5;
/// How long each way of drawing is measured each time.
const PHASE: Duration = Duration::from_secs(3);
/// Batches trained before anything is measured.
const WARM_UP: usize = 20;
/// The time between two of sixty frames a second.
const TICK: Duration = Duration::from_nanos(16_666_667);
/// A run that doesn't train for so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Few validation images, so that the measured time is training.
const VALIDATION_SIZE: usize = 100;

/// Figures of a window whose run trains.
#[derive(Clone, Copy, Debug)]
pub struct LiveFigures {
    /// What a frame costs while the pointer moves.
    pub cost: FrameFigures,
    /// The longest time from one such frame to the next.
    pub longest_gap: Duration,
    /// Training images a second while no frame is drawn.
    pub alone: f64,
    /// Share of that speed that is left while the window draws as the run asks, the pointer still.
    pub shown: f64,
    /// Share of that speed that is left while sixty frames a second are drawn for a moving pointer.
    pub animated: f64,
    /// Frames a second that are drawn while the pointer is still.
    pub frames_asked: f64,
}

/// Trains the default network in a window without a screen, draws as the real one does, and
/// measures both.
///
/// # Errors
/// Where the run can't be begun or fails.
pub fn measure_live() -> Result<LiveFigures, BenchError> {
    let folder = tempfile::tempdir()?;
    let mut window = Window::open(RunStore::new(folder.path().join("runs")))?;
    let measured = window.measure();
    window.app.close();
    measured
}

/// A window that training runs in, and when it was asked to draw.
struct Window {
    ctx: Context,
    app: App,
    frame: eframe::Frame,
    asked: Arc<Asked>,
    opened: Instant,
    /// Frames drawn.
    frames: usize,
}

impl Window {
    fn open(store: RunStore) -> Result<Self, BenchError> {
        let ctx = Context::default();
        let asked = Arc::new(Asked::default());
        let hears = Arc::clone(&asked);
        ctx.set_request_repaint_callback(move |info| hears.ask(info.delay));
        let mut app = shown_app(&ctx, store)?;
        let mut settings = Preset::Default.settings();
        settings.data.validation_size = VALIDATION_SIZE;
        let actions = vec![
            Action::ChoosePreset(Preset::Default),
            Action::Edit(Box::new(settings)),
            Action::Train,
        ];
        app.apply(&ctx, actions);
        Ok(Self {
            ctx,
            app,
            frame: eframe::Frame::_new_kittest(),
            asked,
            opened: Instant::now(),
            frames: 0,
        })
    }

    fn measure(&mut self) -> Result<LiveFigures, BenchError> {
        while self.opened.elapsed() < PATIENCE && self.trained().0 < WARM_UP {
            self.draw_as_asked(Instant::now() + TICK);
        }
        let (mut alone, mut shown, mut animated) = (Vec::new(), Vec::new(), Vec::new());
        let (mut costs, mut longest_gap) = (Vec::new(), Duration::ZERO);
        let mut frames_asked = 0;
        for _ in 0..ROUNDS {
            let speed = self.phase(Self::draw_nothing)?;
            alone.push(speed);
            let drawn = self.frames;
            // The machine's speed drifts: each is compared with the one just before.
            shown.push(self.phase(Self::draw_as_asked)? / speed);
            frames_asked += self.frames - drawn;
            let moving = self.phase(|window, until| {
                let gap = window.draw_animated(until, &mut costs);
                longest_gap = longest_gap.max(gap);
            })?;
            animated.push(moving / speed);
        }
        Ok(LiveFigures {
            cost: FrameFigures::of(&costs),
            longest_gap,
            alone: median(alone),
            shown: median(shown),
            animated: median(animated),
            frames_asked: frames_asked as f64 / (ROUNDS as f64 * PHASE.as_secs_f64()),
        })
    }

    /// Draws for a while, and gives the images a second that were trained meanwhile.
    fn phase(&mut self, draw: impl FnOnce(&mut Self, Instant)) -> Result<f64, BenchError> {
        let before = self.trained();
        draw(self, Instant::now() + PHASE);
        let now = self.trained();
        let Some(run) = self.app.active_run() else {
            let last = self.app.notices().entries().last();
            let said = last.map_or("the run ended", |notice| &notice.text);
            return Err(BenchError::Run(said.to_owned()));
        };
        let batch = run.experiment.settings().training.batch_size;
        Ok(((now.0 - before.0) * batch) as f64 / (now.1 - before.1))
    }

    /// Batches trained and seconds worked, as the run last told.
    fn trained(&mut self) -> (usize, f64) {
        // Taking in has a budget; a second time finds what the first left.
        for _ in 0..2 {
            self.app.take_in();
        }
        let run = self.app.active_run();
        run.map_or((0, 0.0), |run| (run.batches.len(), run.elapsed_secs))
    }

    /// Draws nothing for a while, as where nobody looks on.
    fn draw_nothing(&mut self, until: Instant) {
        self.app.look_away();
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
    }

    /// Draws a frame whenever threads ask for one, the pointer still.
    fn draw_as_asked(&mut self, until: Instant) {
        let mut due = Instant::now();
        while self.asked.wait(due, until) {
            self.draw(None);
            // A screen shows no more than sixty frames a second.
            due += TICK;
            due = due.max(Instant::now());
        }
    }

    /// Draws sixty frames a second, the pointer moving. Gives the longest time from the end of one frame
    /// to the end of the next, and adds the frames' costs to `costs`.
    fn draw_animated(&mut self, until: Instant, costs: &mut Vec<Cost>) -> Duration {
        let mut longest = Duration::ZERO;
        let mut due = Instant::now();
        self.draw(self.moved());
        let mut last = Instant::now();
        while last < until {
            // A frame that comes too late doesn't make the next one early.
            due = (due + TICK).max(last);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            costs.push(self.draw(self.moved()));
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        longest
    }

    /// Where the pointer is with the next frame.
    fn moved(&self) -> Option<Pos2> {
        let [x, y] = [self.frames % 700, self.frames % 350];
        Some(pos2(400.0 + x as f32, 200.0 + y as f32))
    }

    fn draw(&mut self, pointer: Option<Pos2>) -> Cost {
        self.frames += 1;
        let time = self.opened.elapsed().as_secs_f64();
        let events = pointer.map(Event::PointerMoved).into_iter().collect();
        draw(&self.ctx, &mut self.app, &mut self.frame, time, events)
    }
}

/// When the window was asked to draw, by whatever thread.
#[derive(Default)]
struct Asked {
    at: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl Asked {
    fn ask(&self, delay: Duration) {
        let Some(asked) = Instant::now().checked_add(delay) else {
            return;
        };
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        *at = Some(at.map_or(asked, |at| at.min(asked)));
        self.changed.notify_one();
    }

    /// Waits until the window is asked to draw, but not before `due`, or until the time `until`. True
    /// where it shall draw.
    fn wait(&self, due: Instant, until: Instant) -> bool {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            if now >= until {
                return false;
            }
            if at.is_some_and(|at| at.max(due) <= now) {
                *at = None;
                return true;
            }
            let next = at.map_or(until, |at| at.max(due).min(until));
            let waited = self.changed.wait_timeout(at, next - now);
            at = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
