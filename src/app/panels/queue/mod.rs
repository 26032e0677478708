//! The window of the queue: what waits, in order, with what is in work before it. Values in, actions out.

mod rows;

use crate::app::action::{Action, QueueAction};
use crate::app::theme;
use crate::lab::sweep::{Counts, Waiting};
use crate::lab::{RunId, format};
use eframe::egui::{Align2, Context, Ui, Window};
use rows::Dragged;

/// What the window shows.
pub struct QueueView<'a> {
    /// The runs, in order.
    pub list: &'a Waiting,
    /// Whether a person holds the queue still.
    pub is_held: bool,
    /// The name of the run that a person has started, and for whose end the queue waits.
    pub waits_for: Option<&'a str>,
    /// Seconds until the last run is over; none where nobody can tell.
    pub seconds_left: Option<f64>,
    /// How far a run in work is, in words.
    pub progress: &'a dyn Fn(&RunId) -> String,
}

/// What the window itself remembers.
#[derive(Default)]
pub struct QueueState {
    dragged: Option<Dragged>,
}

/// Draws the window. Closing it is an action.
pub fn queue_ui(
    ctx: &Context,
    state: &mut QueueState,
    view: &QueueView<'_>,
    actions: &mut Vec<Action>,
) {
    let mut is_open = true;
    let room = ctx.content_rect().shrink(theme::AROUND_DIALOG / 4.0);
    Window::new("Queue")
        .collapsible(false)
        .open(&mut is_open)
        .pivot(Align2::RIGHT_BOTTOM)
        .default_pos(room.right_bottom())
        .default_size(theme::QUEUE_WINDOW)
        .max_size(room.size())
        .constrain_to(ctx.content_rect())
        .show(ctx, |ui| content_ui(ui, state, view, actions));
    if !is_open {
        actions.push(Action::ToggleQueue);
    }
}

fn content_ui(
    ui: &mut Ui,
    state: &mut QueueState,
    view: &QueueView<'_>,
    actions: &mut Vec<Action>,
) {
    if view.list.is_empty() {
        ui.label(
            "Nothing waits. Choose ×3 or more beside Train to train several seeds of one setting.",
        );
        return;
    }
    head_ui(ui, view, actions);
    if let Some(why) = standstill(view) {
        ui.weak(why);
    }
    ui.separator();
    rows::rows_ui(ui, state, view, actions);
}

fn head_ui(ui: &mut Ui, view: &QueueView<'_>, actions: &mut Vec<Action>) {
    let counts = view.list.counts();
    let mut ask = |action| actions.push(Action::Queue(action));
    ui.horizontal_wrapped(|ui| {
        ui.label(summary(counts, view.seconds_left));
        let (text, hover, action) = if view.is_held {
            ("Go on", "Lets the runs train that wait.", QueueAction::GoOn)
        } else {
            (
                "Pause",
                "Holds the runs in work still, and begins no other.",
                QueueAction::Pause,
            )
        };
        if ui.button(text).on_hover_text(hover).clicked() {
            ask(action);
        }
        if counts.failed > 0 {
            let retry = ui.button("Retry failed").on_hover_text(
                "Lets the runs that have failed wait again. What they have so far is kept.",
            );
            if retry.clicked() {
                ask(QueueAction::RetryFailed);
            }
        }
        let others = counts.waiting + counts.elsewhere + counts.failed;
        let clear = ui
            .add_enabled(others > 0, eframe::egui::Button::new("Remove all"))
            .on_hover_text("Takes all runs off the queue but those in work. No run is deleted.");
        if clear.clicked() {
            ask(QueueAction::Clear);
        }
    });
}

/// The queue in numbers: `2 in work, 7 waiting, about 3m left`.
fn summary(counts: Counts, seconds_left: Option<f64>) -> String {
    let parts = [
        (counts.in_work, "in work"),
        (counts.waiting, "waiting"),
        (counts.elsewhere, "trained by other processes"),
        (counts.failed, "failed"),
    ];
    let mut parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", format::whole(count)))
        .collect();
    let works = counts.in_work + counts.waiting > 0;
    if let Some(seconds) = seconds_left.filter(|_| works) {
        parts.push(format!("about {} left", format::duration(seconds)));
    }
    parts.join(", ")
}

/// Why nothing goes on, where that is so.
fn standstill(view: &QueueView<'_>) -> Option<String> {
    match view.waits_for {
        Some(run) => Some(format!("The queue goes on when {run} is over.")),
        None if view.is_held => Some("The queue is paused. Go on lets it train.".into()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_summed_up_in_words() {
        let counts = Counts {
            waiting: 1_200,
            in_work: 2,
            failed: 1,
            ..Counts::default()
        };
        assert_eq!(
            summary(counts, Some(90.0)),
            "2 in work, 1,200 waiting, 1 failed, about 1 m 30 s left"
        );
        let failed = Counts {
            failed: 3,
            ..Counts::default()
        };
        assert_eq!(summary(failed, Some(0.0)), "3 failed");
    }
}
