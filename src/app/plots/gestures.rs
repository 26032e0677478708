//! What the pointer does on the plots: a box to zoom into, the wheel, a line to choose.

use super::draw::Drawn;
use super::panel::{Layer, Panel};
use super::scale::Quantity;
use super::state::PlotsState;
use super::subject::Subject;
use crate::app::action::Action;
use crate::app::theme;
use crate::lab::RunId;
use eframe::egui::{CursorIcon, EventFilter, Key, PointerButton, Pos2, Rect, Ui, Vec2};
use egui_plot::{PlotPoint, PlotTransform};

/// A box being drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drag {
    pub(super) quantity: Quantity,
    pub(super) from: Pos2,
}

/// Takes in the pointer and the arrow keys. Returns the x that they point at, if they are on a
/// plot.
pub(super) fn react(
    ui: &Ui,
    state: &mut PlotsState,
    plots: &[(Panel, Drawn)],
    subjects: &[Subject<'_>],
    follow_x: [f64; 2],
    actions: &mut Vec<Action>,
) -> Option<f64> {
    let before = state.zoom.clone();
    for (panel, drawn) in plots {
        react_drag(ui, state, panel, drawn);
        react_wheel(ui, state, panel, drawn, follow_x);
        if drawn.response.double_clicked() {
            state.fit();
        }
    }
    let (escape, pressed) = ui.input(|input| {
        let escape = input.key_pressed(Key::Escape);
        (escape, input.pointer.any_down())
    });
    if escape || !pressed {
        state.drag = None;
    }
    if state.zoom != before {
        ui.ctx().request_repaint();
    }
    react_lines(ui, state, plots, subjects, actions);
    react_arrows(ui, state, plots, subjects);
    let pointed = plots.iter().find_map(|(_, drawn)| {
        let pointer = drawn.response.hover_pos()?;
        Some(drawn.transform.value_from_position(pointer).x)
    });
    pointed.or(state.keyed)
}

/// On a plot that has the focus, the arrow keys move the cursor by epochs.
fn react_arrows(
    ui: &Ui,
    state: &mut PlotsState,
    plots: &[(Panel, Drawn)],
    subjects: &[Subject<'_>],
) {
    let focused = plots.iter().find(|(_, drawn)| drawn.response.has_focus());
    let (Some((panel, drawn)), Some(subject)) = (focused, subjects.last()) else {
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
    let inside: Vec<f64> = subject
        .points
        .iter()
        .map(|point| point.x)
        .filter(|x| *x >= panel.x[0] && *x <= panel.x[1])
        .collect();
    state.keyed = stepped(&inside, state.keyed, steps);
}

/// So many epochs further: from the last one where there is no cursor yet.
fn stepped(xs: &[f64], from: Option<f64>, steps: isize) -> Option<f64> {
    let last = xs.len().checked_sub(1)?;
    let index = match from {
        Some(from) => xs.partition_point(|x| *x < from),
        None => last,
    };
    xs.get(index.saturating_add_signed(steps).min(last))
        .copied()
}

fn react_drag(ui: &Ui, state: &mut PlotsState, panel: &Panel, drawn: &Drawn) {
    let response = &drawn.response;
    if response.drag_started_by(PointerButton::Primary)
        && let Some(from) = ui.input(|input| input.pointer.press_origin())
    {
        state.drag = Some(Drag {
            quantity: panel.quantity,
            from,
        });
    }
    if response.drag_stopped_by(PointerButton::Primary)
        && let Some(drag) = state.drag.take()
        && drag.quantity == panel.quantity
        && let Some(to) = response.interact_pointer_pos()
    {
        let (x, y) = box_zoom(drag.from, to, &drawn.transform);
        if x.is_some() {
            state.zoom.hold_x(x);
        }
        if y.is_some() {
            state.zoom.hold_y(panel.quantity, y);
        }
    }
}

/// The ranges that a box chooses, as far as it is large enough.
fn box_zoom(
    from: Pos2,
    to: Pos2,
    transform: &PlotTransform,
) -> (Option<[f64; 2]>, Option<[f64; 2]>) {
    let drawn = Rect::from_two_pos(from, to).intersect(*transform.frame());
    let low = transform.value_from_position(drawn.left_bottom());
    let high = transform.value_from_position(drawn.right_top());
    (
        (drawn.width() >= theme::LEAST_BOX).then_some([low.x, high.x]),
        (drawn.height() >= theme::LEAST_BOX).then_some([low.y, high.y]),
    )
}

fn react_wheel(ui: &Ui, state: &mut PlotsState, panel: &Panel, drawn: &Drawn, follow_x: [f64; 2]) {
    let factor = ui.input(|input| input.zoom_delta_2d());
    let (true, Some(pointer)) = (factor != Vec2::splat(1.0), drawn.response.hover_pos()) else {
        return;
    };
    let at = drawn.transform.value_from_position(pointer);
    let x = zoomed(panel.x, f64::from(factor.x), at.x);
    if x[0] <= follow_x[0] && x[1] >= follow_x[1] {
        // Zoomed out as far as there is anything: follow again.
        state.fit();
        return;
    }
    let within = [x[0].max(follow_x[0]), x[1].min(follow_x[1])];
    state.zoom.hold_x(Some(within));
    state.zoom.hold_y(
        panel.quantity,
        Some(zoomed(panel.y, f64::from(factor.y), at.y)),
    );
}

/// A range made smaller by a factor, with one place held still.
fn zoomed(range: [f64; 2], factor: f64, at: f64) -> [f64; 2] {
    range.map(|end| at + (end - at) / factor)
}

/// Points out the run whose line is under the pointer; a click chooses it.
fn react_lines(
    ui: &Ui,
    state: &mut PlotsState,
    plots: &[(Panel, Drawn)],
    subjects: &[Subject<'_>],
    actions: &mut Vec<Action>,
) {
    let under = plots
        .iter()
        .filter(|_| state.drag.is_none())
        .find_map(|(panel, drawn)| {
            let pointer = drawn.response.hover_pos()?;
            let index = line_under(pointer, panel, &drawn.transform)?;
            Some((subjects.get(index)?.id()?.clone(), drawn))
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

/// The subject of the nearest line within reach.
fn line_under(pointer: Pos2, panel: &Panel, transform: &PlotTransform) -> Option<usize> {
    let distance = |points: &[PlotPoint]| {
        points
            .windows(2)
            .map(|pair| match pair {
                [a, b] => to_segment(
                    pointer,
                    transform.position_from_point(a),
                    transform.position_from_point(b),
                ),
                _ => f32::INFINITY,
            })
            // A line of one point is a dot.
            .chain(
                points
                    .first()
                    .map(|only| transform.position_from_point(only).distance(pointer)),
            )
            .filter(|distance| distance.is_finite())
            .fold(f32::INFINITY, f32::min)
    };
    panel
        .curves
        .iter()
        .filter(|curve| curve.layer == Layer::Main)
        .map(|curve| (distance(&curve.points), curve.subject))
        .filter(|(distance, _)| *distance <= theme::LINE_REACH)
        // Of equals the last: it is drawn on top.
        .min_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        .map(|(_, subject)| subject)
}

/// Distance of a point to a line segment.
fn to_segment(point: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = b - a;
    let length_sq = along.length_sq();
    if length_sq == 0.0 {
        return point.distance(a);
    }
    let share = ((point - a).dot(along) / length_sq).clamp(0.0, 1.0);
    point.distance(a + share * along)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;
    use egui_plot::PlotBounds;

    fn transform() -> PlotTransform {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 50.0));
        PlotTransform::new(
            frame,
            PlotBounds::from_min_max([0.0, 0.0], [10.0, 5.0]),
            false,
        )
    }

    #[test]
    fn a_box_zooms_the_directions_in_which_it_is_large() {
        let both = box_zoom(pos2(80.0, 10.0), pos2(20.0, 40.0), &transform());
        assert_eq!(both, (Some([2.0, 8.0]), Some([1.0, 4.0])));
        let level = box_zoom(pos2(20.0, 30.0), pos2(80.0, 33.0), &transform());
        assert_eq!(level, (Some([2.0, 8.0]), None));
        let click = box_zoom(pos2(20.0, 30.0), pos2(22.0, 31.0), &transform());
        assert_eq!(click, (None, None));
        let beyond = box_zoom(pos2(50.0, 10.0), pos2(900.0, 10.0), &transform());
        assert_eq!(beyond.0, Some([5.0, 10.0]));
    }

    #[test]
    fn the_wheel_holds_what_is_under_the_pointer() {
        assert_eq!(zoomed([0.0, 10.0], 2.0, 4.0), [2.0, 7.0]);
        assert_eq!(zoomed([2.0, 7.0], 0.5, 4.0), [0.0, 10.0]);
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
    fn distance_ends_at_the_ends() {
        let segment = |point| to_segment(point, pos2(0.0, 0.0), pos2(10.0, 0.0));
        assert_eq!(segment(pos2(5.0, 3.0)), 3.0);
        assert_eq!(segment(pos2(13.0, 4.0)), 5.0);
        assert_eq!(to_segment(pos2(3.0, 4.0), Pos2::ZERO, Pos2::ZERO), 5.0);
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
