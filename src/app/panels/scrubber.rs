//! The scrubber under the curves: which epoch's weights the tabs show, and how much disk the kept
//! weights take.

use crate::app::action::{Action, EpochChoice};
use crate::app::theme;
use crate::lab::store::{KeepEpochs, KeptEpoch};
use crate::lab::{Run, RunId, format};
use eframe::egui::{Align, Label, Layout, RichText, Slider, Ui, vec2};

/// What the scrubber shows.
pub struct ScrubberView<'a> {
    /// The chosen run.
    pub run: &'a RunId,
    /// Whether the run trains.
    pub active: bool,
    /// The run's epochs whose weights are on disk, in order.
    pub kept: &'a [KeptEpoch],
    /// The epoch of the best weights that are kept.
    pub best: Option<usize>,
    /// Whether that is the best epoch of all, whose weights may have found no room on disk.
    pub is_best: bool,
    /// Which epoch the tabs show.
    pub choice: EpochChoice,
    /// Which epochs the next run keeps.
    pub keep: KeepEpochs,
}

/// Makes the scrubber's values; none for a run without epochs.
pub fn view<'a>(
    run: Option<&'a Run>,
    kept: &'a [KeptEpoch],
    choice: EpochChoice,
    keep: KeepEpochs,
) -> Option<ScrubberView<'a>> {
    let run = run.filter(|run| !run.epochs.is_empty())?;
    let best = run.best().map(|metrics| metrics.epoch);
    let best_kept = run.best_kept();
    Some(ScrubberView {
        run: &run.id,
        active: run.state.is_active(),
        kept,
        best: best_kept,
        is_best: best_kept == best,
        choice,
        keep,
    })
}

impl ScrubberView<'_> {
    /// The index among the kept epochs of the epoch that is shown.
    fn place(&self) -> usize {
        let last = self.kept.len().saturating_sub(1);
        let epoch = match self.choice {
            EpochChoice::Epoch(epoch) => epoch,
            EpochChoice::Auto if self.active => return last,
            EpochChoice::Auto => self.best.unwrap_or(0),
        };
        let at = self.kept.iter().position(|kept| kept.epoch >= epoch);
        at.unwrap_or(last)
    }

    fn says(&self) -> String {
        match self.choice {
            EpochChoice::Auto if self.active => "newest weights".into(),
            EpochChoice::Auto => match self.best {
                Some(best) if self.is_best => format!("best epoch, {best}"),
                Some(best) => format!("best kept, {best}"),
                None => "last epoch".into(),
            },
            EpochChoice::Epoch(epoch) if Some(epoch) == self.best && self.is_best => {
                format!("epoch {epoch}, the best")
            }
            EpochChoice::Epoch(epoch) => format!("epoch {epoch}"),
        }
    }

    fn cost(&self) -> String {
        let bytes: u64 = self.kept.iter().map(|kept| kept.bytes).sum();
        format!("{} kept, {}", self.kept.len(), format::bytes(bytes))
    }
}

/// Draws the scrubber.
pub fn scrubber_ui(ui: &mut Ui, view: &ScrubberView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label("Tabs show").on_hover_text(
            "Whose weights answer in Draw, Errors and Layers. Drag to go back to any epoch kept; \
             the arrow keys go one by one.",
        );
        // The text has a fixed width, so that the rail doesn't move under the pointer.
        let size = vec2(theme::SCRUBBER_SAYS, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(theme::SCRUBBER_SAYS);
            ui.add(Label::new(RichText::new(view.says()).strong()).truncate());
        });
        let mut place = view.place();
        let last = view.kept.len().saturating_sub(1);
        let others = theme::SCRUBBER_OTHERS;
        ui.spacing_mut().slider_width = (ui.available_width() - others).max(60.0);
        let slider = Slider::new(&mut place, 0..=last)
            .step_by(1.0)
            .show_value(false);
        let response = ui
            .add_enabled(view.kept.len() > 1, slider)
            .on_hover_text("Any epoch whose weights are kept");
        response.widget_info(|| {
            let enabled = view.kept.len() > 1;
            eframe::egui::WidgetInfo::slider(enabled, place as f64, "Epoch shown")
        });
        // The slider itself doesn't hear a press and a release within one frame.
        let tapped = view.kept.len() > 1
            && response.contains_pointer()
            && !response.drag_stopped()
            && ui.input(|input| input.pointer.primary_clicked());
        // With the focus, the arrow keys go on from where the pointer left the slider.
        if tapped || response.drag_stopped() {
            response.request_focus();
        }
        if tapped && let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) {
            let rail = response
                .rect
                .shrink2(vec2(response.rect.height() / 2.0, 0.0));
            let share = ((pointer.x - rail.left()) / rail.width().max(1.0)).clamp(0.0, 1.0);
            place = (share * last as f32).round() as usize;
        }
        if (response.changed() || tapped)
            && let Some(kept) = view.kept.get(place)
        {
            actions.push(Action::ChooseEpoch(EpochChoice::Epoch(kept.epoch)));
        }
        let auto = if view.active { "Newest" } else { "Best" };
        let hover = if view.active {
            "Follow the newest weights while the run trains"
        } else {
            "Back to the epoch of the lowest validation loss"
        };
        if ui
            .add_enabled(
                view.choice != EpochChoice::Auto,
                eframe::egui::Button::new(auto).small(),
            )
            .on_hover_text(hover)
            .clicked()
        {
            actions.push(Action::ChooseEpoch(EpochChoice::Auto));
        }
        ui.menu_button(view.cost(), |ui| keep_ui(ui, view, actions))
            .response
            .on_hover_text("The weights of these epochs lie on disk. Open to keep fewer.");
    });
}

/// Draws how much disk the kept weights take, and the ways to keep fewer.
fn keep_ui(ui: &mut Ui, view: &ScrubberView<'_>, actions: &mut Vec<Action>) {
    ui.set_min_width(theme::KEEP_MENU_WIDTH);
    ui.label("The next run keeps the weights of");
    for (keep, text) in [
        (KeepEpochs::All, "every epoch"),
        (
            KeepEpochs::Every(5),
            "every 5th epoch, the best and the last",
        ),
        (KeepEpochs::BestAndLast, "the best and the last epoch"),
    ] {
        if ui.radio(view.keep == keep, text).clicked() {
            actions.push(Action::KeepEpochs(keep));
        }
    }
    ui.separator();
    ui.label(format!("This run: {}", view.cost()));
    for (keep, text) in [
        (KeepEpochs::Every(5), "Thin this run to every 5th epoch"),
        (
            KeepEpochs::BestAndLast,
            "Thin this run to the best and the last",
        ),
    ] {
        let thin = ui.add_enabled(!view.active, eframe::egui::Button::new(text));
        let thin = thin
            .on_hover_text("Removes the other epochs' weights from disk; the curves stay")
            .on_disabled_hover_text("While it trains, a run is left alone");
        if thin.clicked() {
            actions.push(Action::ThinRun(view.run.clone(), keep));
            ui.close();
        }
    }
}
