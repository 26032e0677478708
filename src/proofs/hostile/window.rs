//! The kinds of files that the window alone reads or draws: what it remembers, and runs.

use super::{Outcome, Shape, Target, run_seeds, unpack_run};
use crate::app::action::Tab;
use crate::app::prefs::Prefs;
use crate::app::{App, AppOptions};
use crate::experiment::{Experiment, Preset};
use crate::lab::RunStore;
use crate::lab::store::read_run;
use eframe::App as _;
use eframe::egui::{Context, Pos2, RawInput, Rect, Vec2};
use std::cell::RefCell;
use std::path::Path;

/// The kinds of files that the window alone reads or draws.
pub const TARGETS: &[Target] = &[
    Target {
        name: "window",
        seeds: window_seeds,
        shape: Shape::Text,
        check: window,
    },
    Target {
        name: "drawn-run",
        seeds: run_seeds,
        shape: Shape::Text,
        check: drawn_run,
    },
];

/// A window without a screen. One is made for each thread that tries inputs, since a window has
/// threads of its own.
struct Headless {
    ctx: Context,
    app: App,
    frames: usize,
}

thread_local! {
    static HEADLESS: RefCell<Option<Headless>> = const { RefCell::new(None) };
}

impl Headless {
    fn new() -> Self {
        let nowhere = std::env::temp_dir().join("overfit-lab-nowhere");
        let ctx = Context::default();
        let store = RunStore::new(nowhere.join("runs"));
        let options = AppOptions::unattended(store, nowhere.join("drawings"));
        let app = App::new(&ctx, options);
        Self {
            ctx,
            app,
            frames: 0,
        }
    }

    /// Lets `work` do something with the window. A window in which something broke isn't used again.
    fn with(work: impl FnOnce(&mut Self)) {
        let kept = HEADLESS.with(|headless| headless.borrow_mut().take());
        let mut headless = kept.unwrap_or_else(Self::new);
        work(&mut headless);
        HEADLESS.with(|place| *place.borrow_mut() = Some(headless));
    }

    /// Draws a frame.
    fn draw(&mut self) {
        let mut frame = eframe::Frame::_new_kittest();
        self.frames += 1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1280.0, 900.0))),
            time: Some(self.frames as f64 / 10.0),
            ..RawInput::default()
        };
        self.app.logic(&self.ctx, &mut frame);
        let output = self.ctx.run_ui(input, |ui| self.app.ui(ui, &mut frame));
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(shapes);
    }
}

fn window_seeds() -> Vec<Vec<u8>> {
    let mut prefs = Prefs::default();
    let text = |prefs: &Prefs| serde_json::to_string_pretty(prefs).unwrap_or_default();
    let mut files = vec![text(&prefs)];
    prefs.settings = Experiment::new(Preset::Article.settings(), Vec::new())
        .ok()
        .map(|experiment| experiment.to_json());
    prefs.tabs.first = Tab::Errors;
    prefs.export_folder = Some("somewhere".into());
    prefs.shown = (1..4).map(|i| crate::lab::RunId(format!("A{i}"))).collect();
    files.push(text(&prefs));
    files.into_iter().map(String::into_bytes).collect()
}

/// Reads bytes as what the window remembers, and draws the window with that.
fn window(bytes: &[u8], folder: &Path) -> Outcome {
    let file = folder.join("window.json");
    if let Err(err) = std::fs::write(&file, bytes) {
        panic!("the scratch folder can't be written: {err}");
    }
    let (prefs, note) = Prefs::load(&file);
    if let Some(note) = note {
        assert!(note.contains("window.json") && note.len() < 4096, "{note}");
        return Outcome::Refused;
    }
    let written = serde_json::to_string(&prefs).unwrap_or_default();
    if let Err(err) = std::fs::write(&file, &written) {
        panic!("the scratch folder can't be written: {err}");
    }
    let (again, note) = Prefs::load(&file);
    assert_eq!(note, None, "not read again");
    let again = serde_json::to_string(&again).unwrap_or_default();
    assert_eq!(again, written, "what is remembered differs once written");
    Headless::with(|headless| {
        headless.app.take_prefs(&headless.ctx, prefs);
        headless.draw();
        headless.draw();
    });
    Outcome::Read
}

/// Reads bytes as a run's folder, and draws the run.
fn drawn_run(bytes: &[u8], folder: &Path) -> Outcome {
    unpack_run(bytes, folder);
    let Ok(run) = read_run(folder) else {
        return Outcome::Refused;
    };
    Headless::with(|headless| {
        headless.app.take_prefs(&headless.ctx, Prefs::default());
        headless.app.show_alone(vec![run]);
        headless.draw();
        headless.draw();
    });
    Outcome::Read
}
