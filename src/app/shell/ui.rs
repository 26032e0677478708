//! Drawing: each panel gets its values and returns actions, which are applied after drawing.

use super::App;
use super::closing::Closing;
use super::queue::Hold;
use super::report::Report;
use crate::app::action::Action;
use crate::app::commands::UserCommand;
use crate::app::files;
use crate::app::notices;
use crate::app::panels::held::Held;
use crate::app::panels::tab_view::TabsView;
use crate::app::panels::tabs::{self, Arrangement};
use crate::app::panels::{
    closing, data_dialog, dialogs, ensemble_dialog, export, kaggle, menu, plan, queue, rates,
    report, scrubber, strategies, submission, toolbar, verdict,
};
use crate::app::spine::Spine;
use crate::app::theme;
use crate::experiment::ImageSize;
use crate::lab::run::class_names;
use crate::lab::{Run, RunId, estimate};
use eframe::egui::panel::PanelState;
use eframe::egui::{CentralPanel, Context, IdSalt, Panel, Rect, Ui};
use std::time::{Duration, Instant};

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_in();
        self.hear_close(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let since = Instant::now();
        let ctx = ui.ctx().clone();
        let mut actions = self.pressed_keys(&ctx);
        self.take_drops(&ctx);
        self.size_text(&ctx);
        let arrangement = self.arrangement(&ctx);
        self.draw(ui, arrangement, &mut actions);
        self.apply(&ctx, actions);
        self.look_on(arrangement);
        self.remember(&ctx);
        let drawn = frame
            .info()
            .cpu_usage
            .map_or(Duration::ZERO, Duration::from_secs_f32);
        self.governor.frame_took(since.elapsed().max(drawn));
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.close();
    }
}

impl App {
    fn pressed_keys(&mut self, ctx: &Context) -> Vec<Action> {
        let paused = self.is_paused();
        UserCommand::pressed(ctx)
            .into_iter()
            .filter(|command| menu::is_enabled(*command, &self.menu_view()))
            .map(|command| command.action(paused, self.prefs.text_size))
            .collect()
    }

    /// Has the purpose of dropped files and folders recognized.
    fn take_drops(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        for path in dropped.into_iter().map(|file| file.path().to_path_buf()) {
            self.in_order(move || Report::Recognized(files::purpose(&path), path));
        }
    }

    fn draw(&mut self, ui: &mut Ui, arrangement: Arrangement, actions: &mut Vec<Action>) {
        self.follow_changes();
        let menu_view = self.menu_view();
        let presenting = self.presenting_view(theme::is_dark(ui));
        Panel::top("menu").show(ui, |ui| {
            menu::menu_ui(ui, &menu_view, presenting.as_ref(), actions);
        });
        let toolbar_view = self.toolbar_view();
        Panel::top("toolbar").show(ui, |ui| toolbar::toolbar_ui(ui, &toolbar_view, actions));
        if self.is_presenting() {
            self.draw_tabs(ui, arrangement, actions);
        } else {
            let width = self.prefs.side_width;
            let panel = Panel::left("strategies")
                .default_size(width)
                .size_range(240.0..=480.0)
                .show(ui, |ui| self.draw_strategies(ui, actions));
            self.prefs.side_width = panel.response.rect.width();
            self.draw_tabs(ui, arrangement, actions);
            self.draw_runs_panel(ui, actions);
        }
        self.verdict.leave_below(self.notices.height());
        self.draw_centre(ui, actions);
        // The question is drawn before the dialogs, so that Escape answers it first.
        if let Closing::Asking { .. } = self.closing {
            closing::closing_ui(ui.ctx(), &self.closing_view(), actions);
            self.close_was_asked(ui.ctx());
        }
        export::export_ui(ui.ctx(), &mut self.export, actions);
        let (is_busy, measured) = (self.active.is_some(), self.measured.as_ref());
        kaggle::kaggle_ui(ui.ctx(), &mut self.kaggle, is_busy, measured, actions);
        let rate = self.draft.settings().training.learning_rate;
        rates::rates_ui(ui.ctx(), &mut self.rates, rate, actions);
        for dialog in &mut self.plans {
            plan::plan_ui(ui.ctx(), dialog, actions);
        }
        submission::submission_ui(ui.ctx(), &mut self.submission, &self.runs, actions);
        ensemble_dialog::ensemble_dialog_ui(
            ui.ctx(),
            &mut self.ensemble_dialog,
            &self.runs,
            actions,
        );
        if self.report.is_open() {
            let shown = self.reported_runs().len();
            report::report_ui(ui.ctx(), &mut self.report, shown, actions);
        }
        data_dialog::data_dialog_ui(ui.ctx(), &mut self.data_dialog, actions);
        let queue = self.draw_queue(ui.ctx(), actions);
        dialogs::dialogs_ui(ui.ctx(), &mut self.dialogs, &self.notices, actions);
        let width = tabs::column_width(arrangement);
        let place = notices::Place::of(ui.ctx().content_rect(), width);
        let is_dialog_open = self.is_dialog_open()
            || queue.is_some_and(|queue| queue.intersects(place.room(theme::TOAST_ROOM)));
        self.notices
            .toasts_ui(ui.ctx(), place, is_dialog_open, actions);
    }

    /// Whether a dialog is open, over which nothing else may come.
    fn is_dialog_open(&self) -> bool {
        self.export.is_open()
            || self.submission.is_open()
            || self.kaggle.is_open()
            || self.rates.is_open()
            || self.plans.iter().any(Held::is_open)
            || self.data_dialog.is_open()
            || self.report.is_open()
            || self.ensemble_dialog.is_open()
            || self.dialogs.is_open()
            || !matches!(self.closing, Closing::NotAsked)
    }

    /// Draws the queue where it is open. Gives its place.
    fn draw_queue(&mut self, ctx: &Context, actions: &mut Vec<Action>) -> Option<Rect> {
        if !self.queue.is_open {
            return None;
        }
        let mut state = std::mem::take(&mut self.queue.panel);
        let own = self.active_run().map_or("the new run", |run| &run.name);
        let view = queue::QueueView {
            list: &self.queue.list,
            is_held: self.queue.hold == Hold::Held,
            waits_for: self.active.is_some().then_some(own),
            removed: self.queue.removed.len(),
            seconds_left: self.queue_seconds_left(),
            name: &|waiting| self.waiting_name(waiting),
            progress: &|id| self.queue_progress(id),
            stopped: &|id| self.queue_stopped(id),
        };
        let place = queue::queue_ui(ctx, &mut state, &view, actions);
        self.queue.panel = state;
        place
    }

    /// Draws the verdict and the curves of the chosen run, or what sweeps found.
    fn draw_centre(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.found.is_open && !self.is_presenting() {
            CentralPanel::default().show(ui, |ui| self.draw_findings(ui, actions));
            return;
        }
        let instead = self.group_verdict().or_else(|| self.ensemble_verdict());
        let mut verdict_view = match (instead, self.chosen_opened()) {
            (Some(view), _) => view,
            (None, Some(opened)) => verdict::view_of_file(opened),
            (None, None) => verdict::view(
                self.chosen_run(),
                self.look.epoch,
                self.settings_to_change(),
            ),
        };
        if self.is_presenting() {
            // In a window that leaves texts at their usual size the plots need the room.
            if ui.ctx().zoom_factor() > theme::LARGE_PRESENTATION {
                verdict_view.how_lines = verdict::HOW_LINES_FOR_ALL;
            }
            if verdict_view.grouped.is_none()
                && let Some(compared) = self.compared_in_words()
            {
                verdict_view.how = format!("{compared} {}", verdict_view.how);
            }
        }
        Panel::top("verdict").show(ui, |ui| {
            verdict::verdict_ui(ui, &mut self.verdict, &verdict_view, actions);
        });
        CentralPanel::default().show(ui, |ui| self.draw_plots(ui, actions));
    }

    pub(super) fn arrangement(&self, ctx: &Context) -> Arrangement {
        if self.is_presenting() {
            Arrangement::Presentation
        } else {
            Arrangement::of_width(ctx.content_rect().width(), self.prefs.tabs.open)
        }
    }

    fn draw_tabs(&mut self, ui: &mut Ui, arrangement: Arrangement, actions: &mut Vec<Action>) {
        // Both are taken out while the view borrows the rest of the window's state.
        let mut prefs = std::mem::take(&mut self.prefs.tabs);
        let mut state = std::mem::take(&mut self.tabs);
        let (known, validation) = self.look.known();
        let validation = self.known_of_images(validation);
        let run = self.run_in_tabs();
        let source = run.map_or(&self.draft.settings().data.source, |run| {
            &run.experiment.settings().data.source
        });
        let classes = run.map_or_else(|| class_names(source), Run::classes);
        let view = TabsView {
            run,
            of_group: self.group_chosen().map(|group| group.name.as_str()),
            ensemble: self.ensemble_view(),
            runs: &self.runs,
            classes: &classes,
            image_size: source.known_image_size().unwrap_or(ImageSize::square(28)),
            reading: self.picture_reading(),
            known: &known,
            validation: &validation,
            beside: self.beside(),
            epoch: self.shown_epoch(),
            compared: self.look.compared.as_ref(),
            of_file: self.chosen_opened().map(|run| run.name.as_str()),
            room_below: self.notices.height(),
            draft: self.draft.settings(),
            draft_data: self.look.draft_data.as_ref().map(|(_, data)| data),
        };
        tabs::tabs_ui(ui, &mut prefs, &mut state, arrangement, &view, actions);
        (self.prefs.tabs, self.tabs) = (prefs, state);
    }

    fn scrubber_view(&self) -> Option<scrubber::ScrubberView<'_>> {
        let kept = self.chosen.as_ref().and_then(|id| self.look.kept.get(id));
        scrubber::view(
            self.chosen_run(),
            kept.map_or(&[], Vec::as_slice),
            self.look.epoch,
            self.prefs.keep_epochs,
        )
    }

    pub(super) fn draw_scrubber(
        &mut self,
        ui: &mut Ui,
        spine: Option<&Spine>,
        actions: &mut Vec<Action>,
    ) {
        let mut state = std::mem::take(&mut self.scrubber);
        if let (Some(view), Some(spine)) = (self.scrubber_view(), spine) {
            scrubber::scrubber_ui(ui, &mut state, &view, spine, actions);
        }
        self.scrubber = state;
    }

    fn draw_strategies(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let error = self.draft_error();
        let settings_now = self.active.as_ref().map(|active| active.asked.clone());
        let run_name = self
            .active_run()
            .map_or_else(|| "the new run".to_owned(), |run| run.name.clone());
        let estimate = estimate::estimate(self.draft.settings(), self.measured.as_ref());
        let view = strategies::StrategiesView {
            draft: self.draft.settings(),
            baseline: self.draft.baseline(),
            scheduled: self.draft.changes(),
            preset: self.preset(),
            active: self.active.as_ref().zip(settings_now.as_ref()).map(
                |(active, settings_now)| strategies::ActiveView {
                    run_name: &run_name,
                    settings_now,
                    follows: active.follows,
                },
            ),
            other: self.other_settings(),
            error: error.as_ref(),
            parameters: estimate.as_ref().map(|estimate| estimate.parameters),
            seconds_per_epoch: estimate.as_ref().map(|estimate| estimate.seconds_per_epoch),
            seconds_estimate_is_measured: self.measured.is_some(),
        };
        strategies::strategies_ui(ui, &mut self.prefs.strategies, &view, actions);
    }

    /// The chosen run, where it doesn't train and its settings are others than those shown.
    fn other_settings(&self) -> Option<(RunId, String)> {
        let run = self.chosen_run().filter(|run| !run.state.is_active())?;
        let is_other = run.experiment.settings() != self.draft.settings();
        is_other.then(|| (run.id.clone(), run.name.clone()))
    }

    fn draw_runs_panel(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.prefs.runs.is_folded(ui.ctx().content_rect().height()) {
            Panel::bottom("runs' head")
                .resizable(false)
                .exact_size(theme::RUNS_HEAD_HEIGHT)
                .show(ui, |ui| self.draw_runs(ui, actions));
            return;
        }
        // A taller table would take the room of a plot.
        let most =
            (ui.available_height() - theme::CENTRE_LEAST_HEIGHT).max(theme::RUNS_LEAST_HEIGHT);
        let name = "runs";
        let id = ui.scope_id().with_salt(IdSalt::new(name));
        let is_dragged = |ui: &Ui| ui.ctx().is_being_dragged(id.with("__resize"));
        if !is_dragged(ui) && !ui.input(|input| input.pointer.any_released()) {
            // A window that was small for a while gives the table back the height that a person gave it.
            let mut outer_rect = ui.available_rect_before_wrap();
            outer_rect.min.y = outer_rect.max.y - self.prefs.runs_height.min(most);
            ui.data_mut(|data| data.insert_persisted(id, PanelState { outer_rect }));
        }
        let panel = Panel::bottom(name)
            .resizable(true)
            .default_size(self.prefs.runs_height)
            .min_size(theme::RUNS_LEAST_HEIGHT)
            .max_size(most)
            .show(ui, |ui| self.draw_runs(ui, actions));
        if is_dragged(ui) {
            self.prefs.runs_height = panel.response.rect.height();
        }
    }

    /// Notes what shall survive a restart, and writes it where it has changed.
    fn remember(&mut self, ctx: &Context) {
        self.prefs.preset = self.draft.preset().map(|preset| preset.name().into());
        self.prefs.settings = self.draft.experiment().ok().map(|draft| draft.to_json());
        // Before the store has been read, there is nothing to remember of its runs.
        if self.runs_read {
            self.prefs.opened = self.opened_files();
            let chosen = self.chosen_group.as_ref().or(self.chosen.as_ref());
            self.prefs.chosen = chosen.cloned();
            self.prefs.shown.clone_from(&*self.shown);
            let groups = &self.groups;
            self.prefs.runs.forget_groups(|id| groups.get(id).is_some());
        }
        let size = ctx
            .input(|input| input.viewport().inner_rect)
            .map(|rect| rect.size());
        if let Some(size) = size.filter(|size| size.x >= 400.0 && size.y >= 300.0) {
            // The window opens before texts have their size, so its own size is kept without it.
            let size = size * ctx.zoom_factor();
            self.prefs.window_size = [size.x, size.y];
        }
        // While the pointer drags, sizes change each frame.
        if !ctx.egui_is_using_pointer() {
            self.write_prefs();
        }
    }

    pub(super) fn write_prefs(&mut self) {
        let Some(path) = self.options.prefs_file.clone() else {
            return;
        };
        let text = self.prefs_text();
        if text != self.prefs_written {
            self.prefs_written.clone_from(&text);
            self.in_order(move || files::write_prefs(&path, &text).map(|()| Report::Quiet));
        }
    }
}
