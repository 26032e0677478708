//! What the pointer and the keys do on the plots. egui_plot zooms by the wheel and finds the line
//! under the pointer; here that is kept, for all plots together, and a box zooms.

use super::draw::Drawn;
use super::state::PlotsState;
use crate::app::action::Action;
use crate::app::spine::arrow_steps;
use crate::app::theme;
use crate::lab::RunId;
use crate::lab::plot::{Axis, Curves, Layout, Plot, Quantity};
use eframe::egui::{CursorIcon, Key, PointerButton, Pos2, Rect, Ui, Vec2};

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
        take_box(ui, state, layout, plot, drawn);
        take_wheel(ui, state, plot, drawn, whole_x);
        if drawn.response.double_clicked() {
            state.fit();
        }
    }
    if !ui.input(|input| input.pointer.any_down()) {
        state.drag = None;
    }
    if state.zoom != before {
        // The curves of this pass may be zoomed already, and the marks beside them are not.
        ui.ctx().request_discard("a person zoomed into the plots");
        ui.ctx().request_repaint();
    }
    point_out_line(ui, state, drawn, curves, actions);
    move_by_keys(ui, state, layout, drawn, curves);
    let pointer = drawn.iter().find_map(|drawn| drawn.response.hover_pos());
    let pointed = pointer.map(|pointer| layout.x.figure_at(f64::from(pointer.x)));
    pointed.or(state.keyed)
}

/// A box being drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drag {
    /// The plot that it is drawn in.
    quantity: Quantity,
    /// Where the button was pressed.
    from: Pos2,
}

/// The box that is being drawn in a plot, as far as it lies in the picture.
pub(super) fn box_in(ui: &Ui, state: &PlotsState, plot: &Plot, drawn: &Drawn) -> Option<Rect> {
    let drag = state.drag?;
    let to = ui.input(|input| input.pointer.interact_pos())?;
    let drawn_box = Rect::from_two_pos(drag.from, to).intersect(drawn.frame);
    (drag.quantity == plot.panel.quantity).then_some(drawn_box)
}

/// Takes in a box. Escape breaks it off.
fn take_box(ui: &Ui, state: &mut PlotsState, layout: &Layout, plot: &Plot, drawn: &Drawn) {
    let quantity = plot.panel.quantity;
    let response = &drawn.response;
    if response.drag_started_by(PointerButton::Primary)
        && let Some(from) = ui.input(|input| input.pointer.press_origin())
    {
        state.drag = Some(Drag { quantity, from });
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        state.drag = None;
    }
    if response.drag_stopped_by(PointerButton::Primary)
        && let Some(zoom_box) = box_in(ui, state, plot, drawn)
    {
        state.drag = None;
        let [x, y] = boxed(zoom_box, &layout.x, &plot.y);
        if x.is_some() {
            state.zoom.hold_x(x);
        }
        if y.is_some() {
            state.zoom.hold_y(quantity, y);
        }
    }
}

/// The ranges of x and of heights that a box chose, each where the box is large enough in its
/// direction.
fn boxed(zoom_box: Rect, x: &Axis, y: &Axis) -> [Option<[f64; 2]>; 2] {
    let range = |axis: &Axis, from: f32, to: f32| {
        ((to - from).abs() >= theme::LEAST_BOX)
            .then(|| [from, to].map(|place| axis.figure_at(f64::from(place))))
    };
    [
        range(x, zoom_box.left(), zoom_box.right()),
        range(y, zoom_box.bottom(), zoom_box.top()),
    ]
}

/// Keeps what a person zoomed into with the wheel.
fn take_wheel(ui: &Ui, state: &mut PlotsState, plot: &Plot, drawn: &Drawn, whole_x: [f64; 2]) {
    let wheel = ui.input(|input| input.zoom_delta_2d());
    if wheel == Vec2::splat(1.0) || !drawn.response.contains_pointer() {
        return;
    }
    let (min, max) = (drawn.shown.min(), drawn.shown.max());
    if min[0] <= whole_x[0] && max[0] >= whole_x[1] {
        // Zoomed out as far as there is anything, the plots follow the data again.
        state.fit();
        return;
    }
    let within = [min[0].max(whole_x[0]), max[0].min(whole_x[1])];
    state.zoom.hold_x(Some(within));
    state
        .zoom
        .hold_y(plot.panel.quantity, Some([min[1], max[1]]));
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
    let steps = arrow_steps(ui, drawn.response.id);
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
            Some((curves.id().clone(), drawn))
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

    #[test]
    fn a_box_zooms_the_directions_in_which_it_is_large() {
        let x = Axis::new([0.0, 10.0], [0.0, 100.0]);
        let y = Axis::new([0.0, 5.0], [50.0, 0.0]);
        let check = |from, to, expected| {
            assert_eq!(boxed(Rect::from_two_pos(from, to), &x, &y), expected);
        };
        check(
            pos2(80.0, 10.0),
            pos2(20.0, 40.0),
            [Some([2.0, 8.0]), Some([1.0, 4.0])],
        );
        check(pos2(20.0, 30.0), pos2(80.0, 33.0), [Some([2.0, 8.0]), None]);
        check(pos2(20.0, 30.0), pos2(22.0, 31.0), [None, None]);
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
