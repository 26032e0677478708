//! The scrubber under the curves, along their x axis: which epoch's weights the tabs show. Played, the
//! tabs go through the epochs together. Its menu says how much disk the kept weights take.

mod play;
mod rail;

use crate::app::action::{Action, EpochChoice};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::spine::Spine;
use crate::app::theme;
use crate::lab::store::{KeepEpochs, KeptEpoch};
use crate::lab::{Run, RunId, format};
use eframe::egui::{Align, Button, Layout, Rect, RichText, Ui, UiBuilder, pos2};
use play::{Play, Speed};

/// Where the hovers of the scrubber stand: below the values under the plots, which are read while it is moved.
const BELOW_VALUES: HoverAt = HoverAt::Below(theme::PLOT_STRIP_HEIGHT);

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

    /// The epoch whose weights the tabs show, where that is known.
    fn epoch(&self) -> Option<usize> {
        match self.choice {
            EpochChoice::Epoch(epoch) => Some(epoch),
            EpochChoice::Auto if self.active => None,
            EpochChoice::Auto => self.best.or(self.kept.last().map(|kept| kept.epoch)),
        }
    }

    /// Whose weights the tabs show; `is_short` where there is little room.
    fn says(&self, is_short: bool) -> String {
        match (self.epoch(), is_short) {
            (None, true) => "Newest".into(),
            (None, false) => "Newest weights".into(),
            (Some(epoch), true) => format!("Epoch {epoch}"),
            (Some(epoch), false) => format!("Weights of epoch {epoch}"),
        }
    }

    /// Says of an epoch that it is the best, or the best that is kept.
    fn rank(&self, epoch: usize) -> &'static str {
        match (self.best == Some(epoch), self.is_best) {
            (false, _) => "",
            (true, true) => ", the best",
            (true, false) => ", the best that is kept",
        }
    }

    fn cost(&self) -> String {
        let bytes: u64 = self.kept.iter().map(|kept| kept.bytes).sum();
        format!("{} kept, {}", self.kept.len(), format::bytes(bytes))
    }
}

/// What the scrubber remembers.
#[derive(Default)]
pub struct ScrubberState {
    play: Play,
}

/// Draws the scrubber along the plots: the button that plays it left of them, its rail under them, and its
/// menu at the right.
pub fn scrubber_ui(
    ui: &mut Ui,
    state: &mut ScrubberState,
    view: &ScrubberView<'_>,
    spine: &Spine,
    actions: &mut Vec<Action>,
) {
    let [left, right] = spine.ends;
    let within = |from: f32, to: f32| {
        let row = spine.row;
        Rect::from_min_max(pos2(from, row.top()), pos2(to.max(from), row.bottom()))
    };
    let epochs: Vec<usize> = view.kept.iter().map(|kept| kept.epoch).collect();
    let mut place = view.place();
    let button = within(spine.row.left(), left - theme::RAIL_HANDLE);
    ui.scope_builder(at(button, Layout::left_to_right(Align::Center)), |ui| {
        state
            .play
            .button_ui(ui, epochs.len() > 1, &mut place, epochs.len());
    });
    let rail = rail::Rail {
        epochs: &epochs,
        spine,
        place,
        name: &view.says(false),
    };
    let moved = rail.ui(ui, within(left, right));
    if moved.is_some() {
        state.play.stop();
    }
    let played = state.play.advance(ui, place, epochs.len());
    let wanted = moved.or(played);
    if let Some(epoch) = wanted.and_then(|place| epochs.get(place)) {
        let choice = EpochChoice::Epoch(*epoch);
        if choice != view.choice {
            actions.push(Action::ChooseEpoch(choice));
        }
    }
    let menu = within(right + theme::LABEL_GAP, spine.row.right());
    ui.scope_builder(at(menu, Layout::left_to_right(Align::Center)), |ui| {
        menu_ui(ui, state, view, actions);
    });
}

fn at(place: Rect, layout: Layout) -> UiBuilder {
    UiBuilder::new().max_rect(place).layout(layout)
}

/// Draws the button that says whose weights the tabs show, with its menu.
fn menu_ui(
    ui: &mut Ui,
    state: &mut ScrubberState,
    view: &ScrubberView<'_>,
    actions: &mut Vec<Action>,
) {
    let is_short = ui.available_width() < theme::SCRUBBER_SAYS;
    let rank = view.epoch().map_or("", |epoch| view.rank(epoch));
    let hover = format!(
        "{}{rank}: they answer in Draw, Errors and Layers. {}. Open for more.",
        view.says(false),
        view.cost()
    );
    ui.menu_button(RichText::new(view.says(is_short)).small(), |ui| {
        let (auto, hover) = if view.active {
            (
                "Newest weights",
                "Follow the newest weights while the run trains",
            )
        } else {
            (
                "Best epoch",
                "Back to the epoch of the lowest validation loss",
            )
        };
        let button = ui.add_enabled(view.choice != EpochChoice::Auto, Button::new(auto));
        if button.on_hover_text(hover).clicked() {
            state.play.stop();
            actions.push(Action::ChooseEpoch(EpochChoice::Auto));
            ui.close();
        }
        ui.separator();
        ui.label("Play");
        for speed in Speed::ALL {
            let is = state.play.speed.unwrap_or(Speed::usual(view.kept.len())) == speed;
            if ui.radio(is, speed.label()).clicked() {
                state.play.speed = Some(speed);
            }
        }
        ui.separator();
        keep_ui(ui, view, actions);
    })
    .response
    .hover_at(BELOW_VALUES, hover);
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
        let thin = ui.add_enabled(!view.active, Button::new(text));
        let thin = thin
            .on_hover_text("Removes the other epochs' weights from disk; the curves stay")
            .on_disabled_hover_text("While it trains, a run is left alone");
        if thin.clicked() {
            actions.push(Action::ThinRun(view.run.clone(), keep));
            ui.close();
        }
    }
}
