//! A window that rehearses does by itself what a measurement wants to see, says so on standard output,
//! and closes. `bench/opened.rs` listens.

use super::bench::engine::peak_memory;
use crate::app::action::{Action, Tab};
use crate::app::{App, WindowError, WindowOptions, open_window_as};
use crate::experiment::{Preset, TrainSize};
use eframe::egui::{Context, Ui, ViewportCommand};
use std::io::Write;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// What the window does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rehearsal {
    /// The window opens and shows its first frame.
    FirstFrame,
    /// The window opens and shows every run of its store.
    Runs,
    /// The window trains the default network while one tab after the other is seen.
    Training,
    /// The window trains the preset First look while nobody touches anything.
    FirstLook,
}

impl Rehearsal {
    /// The rehearsal's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstFrame => "first-frame",
            Self::Runs => "runs",
            Self::Training => "training",
            Self::FirstLook => "first-look",
        }
    }

    /// Opens a window that rehearses, and returns when it has closed itself.
    ///
    /// # Errors
    /// Where there is no display, or no renderer starts on it.
    pub(crate) fn open(self, options: WindowOptions) -> Result<(), WindowError> {
        open_window_as(options, move |app| Box::new(Rehearsed::new(app, self)))
    }
}

impl FromStr for Rehearsal {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [
            Self::FirstFrame,
            Self::Runs,
            Self::Training,
            Self::FirstLook,
        ]
        .into_iter()
        .find(|rehearsal| rehearsal.name() == text)
        .ok_or_else(|| "expected first-frame, runs, training or first-look".into())
    }
}

/// The line that the window says once the first frame stands on the screen.
pub(super) const FIRST_FRAME: &str = "first frame";
/// The line that the window says once the runs stand in the table begins so; their number follows.
pub(super) const RUNS_SHOWN: &str = "runs shown ";
/// The line that tells how many frames the window drew begins so; their number follows.
pub(super) const FRAMES_DRAWN: &str = "frames drawn ";
/// The line that tells the window's peak memory begins so; the bytes follow.
pub(super) const PEAK_MEMORY: &str = "peak memory ";

/// Images of an epoch. An epoch of all images would take a minute, and the same memory.
const IMAGES: usize = 6_400;
const EPOCHS: usize = 2;
/// How long each tab is seen before the next is shown.
const TAB_TIME: Duration = Duration::from_millis(250);
/// Tabs that are shown after the run's end, when there are errors to look at.
const TABS_AFTER: usize = 2 * Tab::ALL.len();

/// The window's state with a rehearsal in front.
struct Rehearsed {
    app: App,
    rehearsal: Rehearsal,
    /// Frames drawn.
    frames: usize,
    /// Tabs shown, and when the last of them was.
    tabs: usize,
    tab_shown: Instant,
    /// Tabs shown since the run's end.
    tabs_after: usize,
    /// Frames drawn when the runs had been read, or when the run had begun.
    frames_at_runs: Option<usize>,
    /// The rehearsal is over, and the window closes.
    is_over: bool,
}

impl Rehearsed {
    fn new(app: App, rehearsal: Rehearsal) -> Self {
        Self {
            app,
            rehearsal,
            frames: 0,
            tabs: 0,
            tab_shown: Instant::now(),
            tabs_after: 0,
            frames_at_runs: None,
            is_over: false,
        }
    }

    /// Does what is next. This is called before each frame, so that the frames counted stand on the
    /// screen.
    fn go_on(&mut self, ctx: &Context) {
        match self.rehearsal {
            _ if self.is_over => {}
            Rehearsal::FirstFrame if self.frames >= 1 => self.end(ctx, FIRST_FRAME),
            Rehearsal::FirstFrame => {}
            Rehearsal::Runs => self.show_runs(ctx),
            Rehearsal::Training => self.train(ctx),
            Rehearsal::FirstLook => self.look_on(ctx),
        }
    }

    fn show_runs(&mut self, ctx: &Context) {
        if self.frames == 1 {
            say(FIRST_FRAME);
        }
        if self.app.has_read_runs() {
            let frames = *self.frames_at_runs.get_or_insert(self.frames);
            if self.frames > frames {
                let runs = self.app.runs().len();
                self.end(ctx, &format!("{RUNS_SHOWN}{runs}"));
            }
        }
    }

    /// Says a line, at once, and closes the window.
    fn end(&mut self, ctx: &Context, line: &str) {
        say(line);
        ctx.send_viewport_cmd(ViewportCommand::Close);
        self.is_over = true;
    }

    /// Trains the preset First look, and says how many frames were drawn from its first epoch to its end.
    fn look_on(&mut self, ctx: &Context) {
        if self.frames == 1 {
            let actions = vec![Action::ChoosePreset(Preset::FirstLook), Action::Train];
            self.app.apply(ctx, actions);
        }
        let Some(run) = self.app.runs().first() else {
            return;
        };
        // Frames before the first epoch show the run as it is made ready.
        let begun = *self.frames_at_runs.get_or_insert(self.frames);
        if !run.state.is_active() {
            let drawn = self.frames - begun;
            self.end(ctx, &format!("{FRAMES_DRAWN}{drawn}"));
        }
    }

    fn train(&mut self, ctx: &Context) {
        if self.frames == 1 {
            self.app.apply(ctx, begin(&self.app));
        }
        if self.tab_shown.elapsed() < TAB_TIME {
            return;
        }
        self.tab_shown = Instant::now();
        let tab = Tab::ALL[self.tabs % Tab::ALL.len()];
        self.tabs += 1;
        self.app.apply(ctx, vec![Action::ShowTab(tab)]);
        let has_ended = self.app.runs().iter().any(|run| !run.state.is_active());
        if has_ended {
            self.tabs_after += 1;
        }
        if self.tabs_after == TABS_AFTER {
            let bytes = peak_memory().unwrap_or_default();
            self.end(ctx, &format!("{PEAK_MEMORY}{bytes}"));
        }
    }
}

/// Says a line on standard output. Where nobody listens any more, the window goes on all the same.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// The actions that begin a run of the default network.
fn begin(app: &App) -> Vec<Action> {
    let mut settings = Preset::Default.settings();
    settings.data.source = app.settings().data.source.clone();
    settings.data.train_size = TrainSize::Count(IMAGES);
    settings.training.epochs = EPOCHS;
    vec![
        Action::ChoosePreset(Preset::Default),
        Action::Edit(Box::new(settings)),
        Action::Train,
    ]
}

impl eframe::App for Rehearsed {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
        self.go_on(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
        self.frames += 1;
        match self.rehearsal {
            Rehearsal::FirstFrame | Rehearsal::Runs => ui.ctx().request_repaint(),
            Rehearsal::Training => ui.ctx().request_repaint_after(TAB_TIME),
            // The second frame is the first that finds the window open.
            Rehearsal::FirstLook if self.frames == 1 => ui.ctx().request_repaint(),
            Rehearsal::FirstLook => {}
        }
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        self.app.on_exit(gl);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::AppOptions;
    use crate::lab::RunStore;
    use crate::lab::devices::Devices;
    use eframe::App as _;
    use eframe::egui::{RawInput, ViewportId};

    #[test]
    fn the_window_closes_after_its_first_frame_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let options = AppOptions {
            store: RunStore::new(folder.path().join("runs")),
            own_drawings: folder.path().join("own-digits"),
            prefs_file: None,
            native_dialogs: false,
            devices: Devices::cpu_only(),
            threads: None,
        };
        let ctx = Context::default();
        let app = App::new(&ctx, options);
        let mut rehearsed = Rehearsed::new(app, Rehearsal::FirstFrame);
        let mut frame = eframe::Frame::_new_kittest();
        let closes: Vec<bool> = (0..3)
            .map(|_| {
                rehearsed.logic(&ctx, &mut frame);
                let output = ctx.run_ui(RawInput::default(), |ui| rehearsed.ui(ui, &mut frame));
                let commands = &output.viewport_output[&ViewportId::ROOT].commands;
                commands.contains(&ViewportCommand::Close)
            })
            .collect();
        assert_eq!(closes, [false, true, false]);
        rehearsed.app.close();
    }
}
