//! The question before the window closes while a run trains.

use crate::app::action::Action;
use crate::app::theme;
use eframe::egui::{Context, Id, Modal};

/// What the closing would interrupt.
pub struct ClosingView<'a> {
    /// The run in work; the first one of several.
    pub run: &'a str,
    /// How many runs are in work.
    pub in_work: usize,
    /// How many wait in the queue.
    pub waiting: usize,
    /// Whether the queue trains them, and not a person's own press of Train.
    pub is_queue: bool,
    /// Whether they hold still.
    pub is_paused: bool,
}

impl ClosingView<'_> {
    fn question(&self) -> String {
        let who = match self.in_work {
            0 | 1 => self.run.to_owned(),
            count => format!("{count} runs"),
        };
        let verb = match (self.in_work > 1, self.is_paused) {
            (false, false) => "is training",
            (true, false) => "are training",
            (false, true) => "is paused",
            (true, true) => "are paused",
        };
        format!("Close while {who} {verb}?")
    }

    fn what_happens(&self) -> String {
        let is_one = self.in_work <= 1;
        let mut said = match is_one {
            true => "The run is kept as it stands. ".to_owned(),
            false => "The runs are kept as they stand. ".to_owned(),
        };
        if !self.is_queue {
            said += "Resume, in its menu, goes on from the same batch.";
        }
        if self.is_queue || self.waiting > 0 {
            let them = match (self.is_queue, self.waiting) {
                (true, 0) if is_one => "it".to_owned(),
                (true, 0) => "them".to_owned(),
                (true, 1) if is_one => "it and with the 1 that waits".to_owned(),
                (true, 1) => "them and with the 1 that waits".to_owned(),
                (true, more) if is_one => format!("it and with the {more} that wait"),
                (true, more) => format!("them and with the {more} that wait"),
                (false, 1) => "the 1 run that waits".to_owned(),
                (false, more) => format!("the {more} runs that wait"),
            };
            let space = if self.is_queue { "" } else { " " };
            said += &format!(
                "{space}When the window opens again, the queue offers to go on with {them}."
            );
        }
        said
    }
}

/// Asks what shall be done with what is in work.
pub fn closing_ui(ctx: &Context, view: &ClosingView<'_>, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::unique("closing")).show(ctx, |ui| {
        ui.set_width(theme::QUESTION_WIDTH);
        ui.heading(view.question());
        ui.label(view.what_happens());
        ui.add_space(theme::GROUP_SPACE);
        ui.horizontal(|ui| {
            let stop = ui.button("Stop and close");
            if stop.clicked() {
                actions.push(Action::StopAndClose);
            }
            // With the focus on this button, Enter answers the question.
            if ui.memory(|memory| memory.focused().is_none()) {
                stop.request_focus();
            }
            let stay = match view.is_paused {
                true => "Don't close",
                false => "Go on training",
            };
            if ui.button(stay).clicked() {
                actions.push(Action::StayOpen);
            }
        });
    });
    if modal.should_close() {
        actions.push(Action::StayOpen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_what_would_be_interrupted() {
        let own = ClosingView {
            run: "A1",
            in_work: 1,
            waiting: 0,
            is_queue: false,
            is_paused: false,
        };
        assert_eq!(own.question(), "Close while A1 is training?");
        assert_eq!(
            own.what_happens(),
            "The run is kept as it stands. Resume, in its menu, goes on from the same batch."
        );
        let queue = ClosingView {
            in_work: 2,
            waiting: 7,
            is_queue: true,
            is_paused: true,
            ..own
        };
        assert_eq!(queue.question(), "Close while 2 runs are paused?");
        assert_eq!(
            queue.what_happens(),
            "The runs are kept as they stand. When the window opens again, the queue offers to go on with them and \
             with the 7 that wait."
        );
    }
}
