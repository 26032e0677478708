//! What the pointer and the keys do on the plots. egui_plot zooms, by a box or the wheel, and finds
//! the line under the pointer; here that is kept, for all plots together.

use super::draw::Drawn;
use super::state::PlotsState;
use crate::app::action::Action;
use crate::app::theme;
use crate::lab::RunId;
use crate::lab::plot::{Curves, Layout, Plot};
use eframe::egui::{CursorIcon, EventFilter, Key, PointerButton, Rect, Ui, Vec2};
use egui_plot::PlotBounds;

/// Takes in the pointer and the arrow keys. Returns the x that they point at, if they are on a
/// plot. `whole_x` is the whole x axis, beyond which nothing is shown.
pub(super) fn react(
    ui: &Ui,
    state: &mut PlotsState,
    layout: &Layout,
    drawn: &[Drawn],
    curves: &[Curves<'_>],
    whole_x: [f64; 2],
    actions: &mut Vec<Action>,
) -> Option<f64> {
    let before = state.zoom.clone();
    for (plot, drawn) in layout.plots.iter().zip(drawn) {
        take_zoom(ui, state, plot, drawn, whole_x);
        if drawn.response.double_clicked() {
            state.fit();
        }
    }
    if state.zoom != before {
        // The curves of this pass are zoomed already, and the marks beside them are not.
        ui.ctx().request_discard("a person zoomed into the plots");
        ui.ctx().request_repaint();
    }
    point_out_line(ui, state, drawn, curves, actions);
    move_by_keys(ui, state, layout, drawn, curves);
    let pointer = drawn.iter().find_map(|drawn| drawn.response.hover_pos());
    let pointed = pointer.map(|pointer| layout.x.figure_at(f64::from(pointer.x)));
    pointed.or(state.keyed)
}

/// Keeps what a person zoomed into.
fn take_zoom(ui: &Ui, state: &mut PlotsState, plot: &Plot, drawn: &Drawn, whole_x: [f64; 2]) {
    let quantity = plot.panel.quantity;
    let (wheel, escape) = ui.input(|input| (input.zoom_delta_2d(), input.key_pressed(Key::Escape)));
    // Escape breaks a box off; egui says of that, too, that the drag has stopped.
    if drawn.response.drag_stopped_by(PointerButton::Primary) && !escape {
        let [x, y] = boxed(&drawn.asked, &drawn.shown, drawn.frame);
        if x.is_some() {
            state.zoom.hold_x(x);
        }
        if y.is_some() {
            state.zoom.hold_y(quantity, y);
        }
    } else if wheel != Vec2::splat(1.0) && drawn.response.contains_pointer() {
        let [x, y] = ranges(&drawn.shown);
        if x[0] <= whole_x[0] && x[1] >= whole_x[1] {
            // Zoomed out as far as there is anything, the plots follow the data again.
            state.fit();
            return;
        }
        let within = [x[0].max(whole_x[0]), x[1].min(whole_x[1])];
        state.zoom.hold_x(Some(within));
        state.zoom.hold_y(quantity, Some(y));
    }
}

/// The ranges of x and of heights that a box chose, each where the box is large enough in its
/// direction. A box doesn't reach out of the picture.
fn boxed(asked: &PlotBounds, shown: &PlotBounds, frame: Rect) -> [Option<[f64; 2]>; 2] {
    let ([asked_x, asked_y], [shown_x, shown_y]) = (ranges(asked), ranges(shown));
    [
        chosen(asked_x, shown_x, f64::from(frame.width())),
        chosen(asked_y, shown_y, f64::from(frame.height())),
    ]
}

fn chosen(asked: [f64; 2], shown: [f64; 2], length: f64) -> Option<[f64; 2]> {
    let chosen = [shown[0].max(asked[0]), shown[1].min(asked[1])];
    let share = (chosen[1] - chosen[0]) / (asked[1] - asked[0]);
    let is_large = share * length >= f64::from(theme::LEAST_BOX);
    (shown != asked && is_large).then_some(chosen)
}

fn ranges(bounds: &PlotBounds) -> [[f64; 2]; 2] {
    let (min, max) = (bounds.min(), bounds.max());
    [[min[0], max[0]], [min[1], max[1]]]
}

/// On a plot that has the focus, the arrow keys move the cursor by epochs.
fn move_by_keys(
    ui: &Ui,
    state: &mut PlotsState,
    layout: &Layout,
    drawn: &[Drawn],
    curves: &[Curves<'_>],
) {
    let focused = drawn.iter().find(|drawn| drawn.response.has_focus());
    let (Some(drawn), Some(curves)) = (focused, curves.last()) else {
        state.keyed = None;
        return;
    };
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    let id = drawn.response.id;
    ui.ctx()
        .memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let steps = ui.input(|input| {
        let presses = |key| input.num_presses(key) as isize;
        presses(Key::ArrowRight) - presses(Key::ArrowLeft)
    });
    if steps == 0 {
        return;
    }
    let inside: Vec<f64> = curves
        .points
        .iter()
        .map(|point| point.x)
        .filter(|x| layout.x.holds(*x))
        .collect();
    state.keyed = stepped(&inside, state.keyed, steps);
}

/// The place so many epochs further: from the last one where there is no cursor yet.
fn stepped(xs: &[f64], from: Option<f64>, steps: isize) -> Option<f64> {
    let last = xs.len().checked_sub(1)?;
    let index = match from {
        Some(from) => xs.partition_point(|x| *x < from),
        None => last,
    };
    xs.get(index.saturating_add_signed(steps).min(last))
        .copied()
}

/// Points out the run whose line is under the pointer; a click chooses it.
fn point_out_line(
    ui: &Ui,
    state: &mut PlotsState,
    drawn: &[Drawn],
    curves: &[Curves<'_>],
    actions: &mut Vec<Action>,
) {
    let under = drawn
        .iter()
        .filter(|drawn| !drawn.response.dragged())
        .find_map(|drawn| {
            let curves = curves.get(drawn.hovered?)?;
            Some((curves.id()?.clone(), drawn))
        });
    if let Some((id, drawn)) = &under {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        if drawn.response.clicked() {
            actions.push(Action::ChooseRun(id.clone()));
        }
    }
    hover(state, under.map(|(id, _)| id), actions);
}

/// Says who is pointed at when that changes, and never takes back what a row of the runs said.
fn hover(state: &mut PlotsState, under: Option<RunId>, actions: &mut Vec<Action>) {
    if under != state.hovering {
        actions.push(Action::HoverRun(under.clone()));
        state.hovering = under;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;

    fn bounds(x: [f64; 2], y: [f64; 2]) -> PlotBounds {
        PlotBounds::from_min_max([x[0], y[0]], [x[1], y[1]])
    }

    #[test]
    fn a_box_zooms_the_directions_in_which_it_is_large() {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 50.0));
        let asked = bounds([0.0, 10.0], [0.0, 5.0]);
        let check = |x, y, expected| {
            assert_eq!(boxed(&asked, &bounds(x, y), frame), expected);
        };
        check([2.0, 8.0], [1.0, 4.0], [Some([2.0, 8.0]), Some([1.0, 4.0])]);
        // A stroke three points high.
        check([2.0, 8.0], [1.7, 2.0], [Some([2.0, 8.0]), None]);
        check([2.0, 2.2], [1.9, 2.0], [None, None]);
        // A box that goes far out of the picture.
        check([5.0, 90.0], [4.0, 4.0], [Some([5.0, 10.0]), None]);
        check([0.0, 10.0], [0.0, 5.0], [None, None]);
    }

    #[test]
    fn arrows_step_by_epochs_and_stay_inside() {
        let xs = [1.0, 2.0, 3.0];
        assert_eq!(stepped(&xs, None, -1), Some(2.0), "from the last");
        assert_eq!(stepped(&xs, Some(2.0), 1), Some(3.0));
        assert_eq!(stepped(&xs, Some(3.0), 1), Some(3.0));
        assert_eq!(stepped(&xs, Some(1.0), -2), Some(1.0));
        assert_eq!(stepped(&[], None, 1), None);
    }

    #[test]
    fn leaving_a_line_is_said_once() {
        let mut state = PlotsState::default();
        let mut actions = Vec::new();
        let id = RunId("A1".into());
        hover(&mut state, Some(id.clone()), &mut actions);
        hover(&mut state, Some(id.clone()), &mut actions);
        hover(&mut state, None, &mut actions);
        hover(&mut state, None, &mut actions);
        assert_eq!(
            actions,
            [Action::HoverRun(Some(id)), Action::HoverRun(None)]
        );
    }
}
