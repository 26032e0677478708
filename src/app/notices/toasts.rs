//! The toasts: where they stand, when they come up, and how they look.

use super::{Notice, Notices, color};
use crate::app::action::Action;
use crate::app::theme;
use eframe::egui::{
    Align, Align2, Area, Button, Context, Frame, Id, Layout, Order, Pos2, Rangef, Rect, RichText,
    ScrollArea, Ui,
};
use std::time::{Duration, Instant};

/// A pointer that has been still for so many seconds isn't about to click.
const STILL_SECS: f32 = 1.0;
/// How soon a toast that waits looks again whether it may come up.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// The number of toasts that are shown at once; the log has every notice.
const SHOWN: usize = 4;

/// The lower part of the column at the right end of the window, in which toasts stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The lower right corner.
    pub corner: Pos2,
    /// The width of the column, in points.
    pub width: f32,
    /// How high all toasts may be together, in points; they scroll beyond.
    pub most_height: f32,
}

impl Place {
    /// The column at the right end of this window with so little room at its upper end as that of the bars and the
    /// tabs' names.
    pub fn of(window: Rect, width: f32) -> Self {
        let is_narrow = width < theme::TOAST_NARROW;
        // The names of the tabs alone leave all the height below them.
        let share = if is_narrow { 1.0 } else { theme::TOASTS_SHARE };
        let below = window.height() - theme::ABOVE_TOASTS;
        Self {
            corner: window.right_bottom(),
            width,
            most_height: share * below,
        }
    }

    fn is_narrow(&self) -> bool {
        self.width < theme::TOAST_NARROW
    }

    /// The part of the column that toasts of this height cover.
    pub fn room(&self, height: f32) -> Rect {
        Rect::from_x_y_ranges(
            Rangef::new(self.corner.x - self.width, self.corner.x),
            Rangef::new(self.corner.y - height, self.corner.y),
        )
    }
}

impl Notices {
    /// The height at the lower end of the right column that toasts take, in points.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// Draws the toasts at the lower end of the column at the right, which leaves them [`Self::height`]. While a
    /// dialog is open they wait; a new one doesn't come up under a pointer that may be about to click, and none goes
    /// while the pointer is on them.
    pub fn toasts_ui(
        &mut self,
        ctx: &Context,
        place: Place,
        is_dialog_open: bool,
        actions: &mut Vec<Action>,
    ) {
        let now = Instant::now();
        let (at, moved) = ctx.input(|input| {
            let pointer = &input.pointer;
            (pointer.latest_pos(), pointer.time_since_last_movement())
        });
        let is_on = |room: Rect| at.is_some_and(|at| room.contains(at));
        let is_read = self.height > 0.0 && is_on(place.room(self.height));
        let is_in_the_way =
            is_on(place.room(self.height + theme::TOAST_ROOM)) && moved < STILL_SECS;
        let mut waiting = false;
        for entry in &mut self.entries {
            if is_read && entry.is_up {
                entry.since = entry.since.max(now - entry.lifetime() + LOOK_AGAIN);
            }
            let is_fresh = !entry.dismissed && now - entry.since < entry.lifetime();
            entry.is_up &= is_fresh && !is_dialog_open;
            if is_fresh && !entry.is_up {
                if is_dialog_open || is_in_the_way {
                    // What waits is read later, and for as long.
                    entry.since = now;
                    waiting = true;
                } else {
                    entry.is_up = true;
                }
            }
        }
        if waiting || is_read {
            ctx.request_repaint_after(LOOK_AGAIN);
        }
        let ups = self.entries.iter().filter(|entry| entry.is_up);
        let lefts = ups.map(|entry| entry.lifetime().saturating_sub(now - entry.since));
        let Some(next_end) = lefts.min() else {
            self.height = 0.0;
            return;
        };
        ctx.request_repaint_after(next_end);
        self.stack_ui(ctx, place, actions);
    }

    /// Draws the toasts that are up, the newest at the top, so that those that were there before stay in their places.
    fn stack_ui(&mut self, ctx: &Context, place: Place, actions: &mut Vec<Action>) {
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .pivot(Align2::RIGHT_BOTTOM)
            .fixed_pos(place.corner)
            .show(ctx, |ui| {
                ui.set_width(place.width);
                // The area begins at its corner and knows of no room above it.
                ui.set_max_height(place.most_height);
                ScrollArea::vertical()
                    .max_height(place.most_height)
                    .show(ui, |ui| {
                        let shown = self.entries.iter_mut().rev().filter(|entry| entry.is_up);
                        for entry in shown.take(SHOWN) {
                            toast_ui(ui, entry, place.is_narrow(), actions);
                        }
                    });
            });
        let height = area.response.rect.height().min(place.most_height);
        if (height - self.height).abs() > 0.5 {
            // The column makes room in the next frame.
            self.height = height;
            ctx.request_repaint();
        }
    }
}

/// Draws a toast, whose buttons stand below each other where it is narrow.
fn toast_ui(ui: &mut Ui, entry: &mut Notice, is_narrow: bool, actions: &mut Vec<Action>) {
    let mut frame = Frame::popup(ui.style());
    frame.shadow = Default::default();
    if is_narrow {
        frame.inner_margin = 4.into();
    }
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let level = RichText::new(entry.level.label())
            .strong()
            .color(color(ui, entry.level));
        if is_narrow {
            ui.label(level);
            ui.label(RichText::new(&entry.text).small());
            buttons_ui(ui, entry, actions);
        } else {
            ui.horizontal(|ui| {
                ui.label(level);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    buttons_ui(ui, entry, actions);
                });
            });
            ui.label(&entry.text);
        }
    });
}

fn buttons_ui(ui: &mut Ui, entry: &mut Notice, actions: &mut Vec<Action>) {
    let button = |text: &'static str| Button::new(RichText::new(text).small()).small().wrap();
    if ui.add(button("Dismiss")).clicked() {
        entry.dismissed = true;
        if let Some((_, Action::ResumeRun(id, _))) = &entry.offer {
            actions.push(Action::DeclineResume(id.clone()));
        }
    }
    if let Some((text, action)) = &entry.offer
        && ui.add(button(text)).clicked()
    {
        actions.push(action.clone());
        entry.dismissed = true;
    }
}
