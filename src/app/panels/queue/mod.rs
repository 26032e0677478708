//! The window of the queue: what waits, in order, with what is in work before it. Values in, actions out.

mod rows;

use crate::app::action::{Action, QueueAction};
use crate::app::theme;
use crate::lab::sweep::{Counts, Waiting, WaitingRun};
use crate::lab::{RunId, format};
use eframe::egui::{Align2, Button, Context, Key, Modifiers, Popup, Rect, Ui, Window, vec2};
use rows::Dragged;

/// What the window shows.
pub struct QueueView<'a> {
    /// The runs, in order.
    pub list: &'a Waiting,
    /// Whether a person holds the queue still.
    pub is_held: bool,
    /// The name of the run that a person has started, and for whose end the queue waits.
    pub waits_for: Option<&'a str>,
    /// How many runs were taken off at once and can be put back.
    pub removed: usize,
    /// Seconds until the last run is over; none where nobody can tell.
    pub seconds_left: Option<f64>,
    /// What a run is called, as everywhere else in the window.
    pub name: &'a dyn Fn(&WaitingRun) -> String,
    /// Where a run that waits was stopped, in words; none where it hasn't begun.
    pub stopped: &'a dyn Fn(&RunId) -> Option<String>,
    /// How far a run in work is, in words.
    pub progress: &'a dyn Fn(&RunId) -> String,
}

/// What the window itself remembers.
#[derive(Default)]
pub struct QueueState {
    dragged: Option<Dragged>,
}

/// Draws the window, which Escape closes, too. Closing it is an action. Gives the window's place.
pub fn queue_ui(
    ctx: &Context,
    state: &mut QueueState,
    view: &QueueView<'_>,
    actions: &mut Vec<Action>,
) -> Option<Rect> {
    let mut is_open = true;
    let room = ctx.content_rect().shrink(theme::AROUND_DIALOG / 4.0);
    let window = Window::new("Queue")
        .collapsible(false)
        .open(&mut is_open)
        .pivot(Align2::RIGHT_BOTTOM)
        .default_pos(room.right_bottom())
        .default_size(theme::QUEUE_WINDOW)
        .max_size(room.size())
        .constrain_to(ctx.content_rect())
        .show(ctx, |ui| content_ui(ui, state, view, actions));
    // Escape in a text field or in an open list is for those.
    let is_elsewhere = Popup::is_any_open(ctx) || ctx.memory(|memory| memory.focused().is_some());
    is_open &=
        is_elsewhere || !ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    if !is_open {
        actions.push(Action::ToggleQueue);
    }
    window.map(|window| window.response.rect)
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
        put_back_ui(ui, view.removed, actions);
        return;
    }
    head_ui(ui, view, actions);
    // The line is always there, so that no row moves when the queue stands still.
    ui.weak(standstill(view).unwrap_or_default());
    ui.separator();
    rows::rows_ui(ui, state, view, actions);
}

fn head_ui(ui: &mut Ui, view: &QueueView<'_>, actions: &mut Vec<Action>) {
    let counts = view.list.counts();
    let mut ask = |action| actions.push(Action::Queue(action));
    ui.label(summary(counts, view.seconds_left));
    ui.horizontal_wrapped(|ui| {
        let (text, hover, action) = if view.is_held {
            ("Go on", "Lets the runs train that wait.", QueueAction::GoOn)
        } else {
            (
                "Pause",
                "Holds the runs in work still, and begins no other.",
                QueueAction::Pause,
            )
        };
        // Both words have the width of the longer one, so that the buttons beside them stay where they are.
        let button = Button::new(text).min_size(vec2(theme::QUEUE_BUTTON_WIDTH, 0.0));
        if ui.add(button).on_hover_text(hover).clicked() {
            ask(action);
        }
        let others = counts.waiting + counts.elsewhere + counts.failed;
        let clear = ui
            .add_enabled(others > 0, Button::new("Remove all"))
            .on_hover_text("Takes all runs off the queue but those in work. No run is deleted.");
        if clear.clicked() {
            ask(QueueAction::Clear);
        }
        if counts.failed > 0 {
            let retry = ui.button("Retry failed").on_hover_text(
                "Lets the runs that have failed wait again. What they have so far is kept.",
            );
            if retry.clicked() {
                ask(QueueAction::RetryFailed);
            }
        }
    });
    put_back_ui(ui, view.removed, actions);
}

/// The way back for runs that were taken off at once.
fn put_back_ui(ui: &mut Ui, removed: usize, actions: &mut Vec<Action>) {
    let text = match removed {
        0 => return,
        1 => "Put 1 run back".to_owned(),
        count => format!("Put {} runs back", format::whole(count)),
    };
    let back = ui
        .button(text)
        .on_hover_text("Lets the runs wait again that Remove all has taken off the queue.");
    if back.clicked() {
        actions.push(Action::Queue(QueueAction::PutBack));
    }
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
