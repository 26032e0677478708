//! The rows of the queue. Only those in sight are made, however many wait.

use super::{QueueState, QueueView};
use crate::app::action::{Action, QueueAction};
use crate::app::panels::elided::elided;
use crate::app::theme;
use crate::lab::RunId;
use crate::lab::sweep::{Turn, WaitingRun};
use eframe::egui::{
    Align, Button, CursorIcon, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};
use egui_extras::{Column, TableBuilder};

/// A row that is dragged, and the index before which it would be put.
pub(super) struct Dragged {
    id: RunId,
    to: usize,
}

/// Draws the rows.
pub(super) fn rows_ui(
    ui: &mut Ui,
    state: &mut QueueState,
    view: &QueueView<'_>,
    actions: &mut Vec<Action>,
) {
    let runs = view.list.runs();
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut below = None;
    TableBuilder::new(ui)
        .id_salt("queue")
        .striped(true)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .column(Column::exact(14.0))
        .column(
            Column::initial(64.0)
                .at_least(40.0)
                .clip(true)
                .resizable(true),
        )
        .column(Column::remainder().at_least(60.0).clip(true))
        .column(Column::exact(148.0).clip(true))
        .column(Column::exact(176.0))
        .body(|body| {
            body.rows(theme::RUN_ROW_HEIGHT, runs.len(), |mut row| {
                let index = row.index();
                let run = &runs[index];
                let name = (view.name)(run);
                row.col(|ui| handle_ui(ui, state, (run, &name), index));
                row.col(|ui| name_ui(ui, &name));
                row.col(|ui| drop(plain(ui, RichText::new(run.sweep.words(run.number)).weak())));
                row.col(|ui| turn_ui(ui, view, run));
                row.col(|ui| buttons_ui(ui, view, (index, &name), actions));
                below = Some((index, row.response().rect));
            });
        });
    drag(ui, state, below, runs.len(), actions);
}

/// The mark by which a row is dragged to another place.
fn handle_ui(ui: &mut Ui, state: &mut QueueState, (run, name): (&WaitingRun, &str), index: usize) {
    let row = ui.max_rect();
    let is_fixed = run.turn == Turn::InWork;
    let sense = if is_fixed {
        Sense::hover()
    } else {
        Sense::drag()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(10.0, 14.0), sense);
    if is_fixed {
        return;
    }
    let name = format!("Move {name}");
    response.widget_info(|| WidgetInfo::labeled(Role::Unknown, true, &name));
    let color = ui.visuals().weak_text_color();
    for line in [-4.0, 0.0, 4.0] {
        let y = rect.center().y + line;
        ui.painter()
            .hline(rect.x_range(), y, Stroke::new(1.5, color));
    }
    if response.drag_started() {
        state.dragged = Some(Dragged {
            id: run.id.clone(),
            to: index,
        });
    }
    response
        .on_hover_cursor(CursorIcon::Grab)
        .on_hover_text("Drag the run to another place of the queue.");
    // While a row is dragged, each row in sight says whether the pointer is over it.
    if let (Some(dragged), Some(pointer)) = (&mut state.dragged, ui.ctx().pointer_latest_pos())
        && row.y_range().contains(pointer.y)
    {
        let is_lower_half = pointer.y > row.center().y;
        dragged.to = index + usize::from(is_lower_half);
    }
}

/// Shows where the dragged row would be put, and puts it there when the pointer lets go of it.
fn drag(
    ui: &Ui,
    state: &mut QueueState,
    below: Option<(usize, Rect)>,
    count: usize,
    actions: &mut Vec<Action>,
) {
    let Some(dragged) = &mut state.dragged else {
        return;
    };
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    if let (Some((last, rect)), Some(pointer)) = (below, ui.ctx().pointer_latest_pos()) {
        if pointer.y > rect.bottom() {
            dragged.to = (last + 1).min(count);
        }
        let rows_below = last as f32 + 1.0 - dragged.to as f32;
        let y = rect.bottom() - rows_below * rect.height();
        let line = [pos2(rect.left(), y), pos2(rect.right(), y)];
        let stroke = Stroke::new(2.0, theme::prominent(ui.visuals()));
        ui.painter().line_segment(line, stroke);
    }
    if ui.input(|input| input.pointer.any_released()) {
        let action = QueueAction::Move(dragged.id.clone(), dragged.to);
        actions.push(Action::Queue(action));
        state.dragged = None;
    }
}

/// Draws where the run stands.
fn turn_ui(ui: &mut Ui, view: &QueueView<'_>, run: &WaitingRun) {
    let visuals = ui.visuals();
    let (text, color, hover) = match &run.turn {
        Turn::Waiting => {
            let text = (view.stopped)(&run.id).unwrap_or_else(|| "waiting".into());
            (text, visuals.weak_text_color(), None)
        }
        Turn::InWork => ((view.progress)(&run.id), theme::live(visuals), None),
        Turn::Elsewhere(by) => (
            "other process".into(),
            theme::live(visuals),
            Some(format!("Trained by {by}. The queue leaves the run to it.")),
        ),
        Turn::Failed(message) => ("failed".into(), theme::bad(visuals), Some(message.clone())),
    };
    let response = plain(ui, RichText::new(text).color(color));
    if let Some(hover) = hover {
        response.on_hover_text(hover);
    }
}

fn buttons_ui(
    ui: &mut Ui,
    view: &QueueView<'_>,
    (index, name): (usize, &str),
    actions: &mut Vec<Action>,
) {
    let runs = view.list.runs();
    let run = &runs[index];
    ui.spacing_mut().item_spacing.x = 4.0;
    let is_fixed = |index: usize| runs.get(index).is_none_or(|run| run.turn == Turn::InWork);
    let mut button = |text: &str, enabled: bool, hover: &str, action: QueueAction| {
        let response = ui
            .add_enabled(enabled && ui.is_enabled(), Button::new(text).small())
            .on_hover_text(hover);
        let label = format!("{text} {name}");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &label));
        if response.clicked() {
            actions.push(Action::Queue(action));
        }
    };
    let can_rise = !is_fixed(index) && index > 0 && !is_fixed(index - 1);
    let up = QueueAction::Move(run.id.clone(), index.saturating_sub(1));
    button("Up", can_rise, "One place earlier", up);
    let can_sink = !is_fixed(index) && index + 1 < runs.len();
    let down = QueueAction::Move(run.id.clone(), index + 2);
    button("Down", can_sink, "One place later", down);
    let hover = match run.turn {
        Turn::InWork => "Stops the run and takes it off the queue. What it has so far is kept.",
        Turn::Waiting | Turn::Elsewhere(_) | Turn::Failed(_) => "Takes the run off the queue.",
    };
    button("Remove", true, hover, QueueAction::Remove(run.id.clone()));
}

/// Draws the name of a run. Where it is too long, the hover has the whole of it.
fn name_ui(ui: &mut Ui, name: &str) {
    let fitting = elided(ui, name, ui.available_width());
    let is_whole = fitting == name;
    let response = plain(ui, RichText::new(fitting));
    if !is_whole {
        response.on_hover_text(name);
    }
}

/// Draws a text.
fn plain(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).truncate().selectable(false))
}
