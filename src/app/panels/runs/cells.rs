//! The cells of a run's row.

use super::groups::state_text;
use super::rows::{Origin, RunRow};
use super::{RunsState, group_cells, menu};
use crate::app::action::Action;
use crate::app::panels::elided::elided;
use crate::app::theme;
use crate::experiment::Field;
use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{
    Button, Checkbox, Color32, CursorIcon, Key, Label, Mesh, Pos2, Rect, Response, RichText, Role,
    Sense, Shape, Stroke, TextEdit, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};
use std::f32::consts::TAU;

/// Draws the box that shows the run's curves, the run's colour and its star.
pub fn marks_ui(ui: &mut Ui, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.x = 5.0;
    let mut shown = row.shown || row.chosen;
    let has_curves = !matches!(row.origin, Origin::Ensemble { .. });
    shown &= has_curves;
    let response = ui
        .add_enabled(
            has_curves && !row.chosen,
            Checkbox::without_text(&mut shown),
        )
        .accessible_name(format!("Show {}", row.name))
        .on_hover_text(format!(
            "Show the curves of {} beside the chosen run's.",
            row.name
        ))
        .on_disabled_hover_text(match has_curves {
            true => format!(
                "{} is the chosen run: its curves are always shown.",
                row.name
            ),
            false => format!(
                "{} is an average, which has no epochs and so no curves.",
                row.name
            ),
        });
    if response.changed() {
        actions.push(Action::ShowRun(row.id.clone(), shown));
    }
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(theme::RUN_MARK), Sense::hover());
    ui.painter().rect_filled(rect, 2.0, row.color);
    match row.origin {
        // A group has no files of its own, where a star would be kept.
        Origin::Store if row.seeds.is_some() => {}
        Origin::Store | Origin::Ensemble { .. } => star_ui(ui, row, actions),
        // A star is kept with a run's files, and these curves have none of this program's.
        Origin::File(_) => {}
    }
}

fn star_ui(ui: &mut Ui, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let (rect, response) =
        ui.allocate_exact_size(Vec2::splat(theme::RUN_MARK + 4.0), Sense::click());
    let name = format!("Star {}", row.name);
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), row.starred, &name));
    let visuals = ui.visuals();
    let color = if row.starred {
        theme::star(visuals)
    } else if response.hovered() || response.has_focus() {
        visuals.text_color()
    } else {
        theme::faint(visuals.weak_text_color(), 0.6)
    };
    paint_star(ui, rect, color, row.starred);
    if response.has_focus() {
        let stroke = visuals.selection.stroke;
        ui.painter()
            .rect_stroke(rect, 2.0, stroke, eframe::egui::StrokeKind::Inside);
    }
    let hover = if row.starred { "Unstar" } else { "Star" };
    let response = response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text(hover);
    if response.clicked() {
        actions.push(Action::StarRun(row.id.clone(), !row.starred));
    }
}

/// Paints a five-pointed star, since the bundled fonts may lack one.
fn paint_star(ui: &Ui, rect: Rect, color: Color32, filled: bool) {
    let center = rect.center() + vec2(0.0, 0.5);
    let outer = 0.5 * theme::RUN_MARK;
    let points: Vec<Pos2> = (0..10_u8)
        .map(|i| {
            let radius = if i % 2 == 0 { outer } else { 0.42 * outer };
            let angle = TAU * (f32::from(i) / 10.0 - 0.25);
            center + radius * Vec2::angled(angle)
        })
        .collect();
    if filled {
        // The shape isn't convex, so that it is filled as a fan of triangles from the centre.
        let mut mesh = Mesh::default();
        mesh.colored_vertex(center, color);
        for point in &points {
            mesh.colored_vertex(*point, color);
        }
        for i in 0..10 {
            mesh.add_triangle(0, 1 + i, 1 + (i + 1) % 10);
        }
        ui.painter().add(Shape::mesh(mesh));
    }
    ui.painter()
        .add(Shape::closed_line(points, Stroke::new(1.0, color)));
}

/// Draws the name: a button that chooses the run, or the field in which the run is renamed.
pub fn name_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let id = ui.scope_id().with(&row.id);
    ui.scope_builder(UiBuilder::new().scope_id(id), |ui| {
        if state.renames(&row.id) {
            rename_ui(ui, state, row, actions);
        } else {
            plain_name_ui(ui, state, row, actions);
        }
    });
}

/// What a click on a row asks for: with the command key the row is shown beside the chosen one.
pub fn clicked(with_command: bool, row: &RunRow<'_>) -> Action {
    if with_command && !row.chosen {
        Action::ShowRun(row.id.clone(), !row.shown)
    } else {
        Action::ChooseRun(row.id.clone())
    }
}

fn plain_name_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    group_cells::fold_ui(ui, state, row);
    ui.spacing_mut().button_padding.x = 2.0;
    let room = ui.available_width() - 2.0 * ui.spacing().button_padding.x;
    let mut text = RichText::new(elided(ui, &row.name, room));
    if state.is_marked(row) {
        text = text.strong();
    }
    let response = ui.add(Button::new(text).frame_when_inactive(false).truncate());
    if state.is_previous(row) {
        ui.add(Label::new(RichText::new("previous").small().weak()).truncate().selectable(false))
            .on_hover_text(
                "The run that was chosen before lies faint behind the curves. The check box *Previous* over the \
                 table takes it away.",
            );
    }
    let response = response.on_hover_ui(|ui| {
        ui.strong(&row.name);
        match &row.origin {
            Origin::Store if row.seeds.is_some() => {
                ui.label("Runs that differ in their seed alone. A double click opens them, F2 renames them, Delete deletes them all.");
                ui.label("A click with Ctrl shows another group beside the chosen one.");
            }
            Origin::Store => {
                ui.label(super::age(row.created_secs));
                ui.label("Double click or F2 renames, Delete deletes.");
            }
            Origin::Ensemble { .. } => {
                ui.label("Runs that answer together. Double click or F2 renames, Delete deletes.");
            }
            Origin::File(path) => {
                ui.label(format!("Read from {}.", path.display()));
                ui.label("Double click or F2 renames, Delete takes it off the table.");
            }
        }
    });
    let name = &row.name;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, row.chosen, name));
    if state.focus.as_ref() == Some(&row.id) {
        state.focus = None;
        response.request_focus();
    }
    keys(ui, state, row, &response, actions);
    if response.clicked() {
        actions.push(clicked(ui.input(|input| input.modifiers.command), row));
        response.request_focus();
    }
    if response.double_clicked() {
        state.double_clicked(row);
    }
    response.context_menu(|ui| menu::menu_ui(ui, state, row, actions));
}

/// Hears the keys that act on the run whose name has the focus.
fn keys(
    ui: &Ui,
    state: &mut RunsState,
    row: &RunRow<'_>,
    response: &Response,
    actions: &mut Vec<Action>,
) {
    if !response.has_focus() {
        return;
    }
    if ui.input(|input| input.key_pressed(Key::F2)) {
        state.rename(row);
    }
    // The shell refuses to delete a run in work, and says why.
    if ui.input(|input| input.key_pressed(Key::Delete)) {
        actions.push(Action::DeleteRun(row.id.clone()));
    }
}

fn rename_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let Some(renaming) = &mut state.renaming else {
        return;
    };
    let mut output = TextEdit::singleline(&mut renaming.name)
        .desired_width(ui.available_width())
        .show(ui);
    let response = output
        .response
        .response
        .accessible_name(format!("New name of {}", row.name));
    if !renaming.focused {
        renaming.focused = true;
        response.request_focus();
        // The whole name is selected, so that typing replaces it.
        let all = CCursorRange::two(CCursor::new(0), CCursor::new(renaming.name.chars().count()));
        output.state.cursor.set_char_range(Some(all));
        output.state.store(ui.ctx(), response.id);
        return;
    }
    if !response.lost_focus() {
        return;
    }
    let name = renaming.name.trim().to_owned();
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    state.renaming = None;
    state.focus = Some(row.id.clone());
    if escaped || name == row.name_to_edit() || (name.is_empty() && row.seeds.is_some()) {
        return;
    }
    // Without a name the run is called as in the store again.
    let name = if name.is_empty() {
        row.id.0.clone()
    } else {
        name
    };
    actions.push(Action::RenameRun(row.id.clone(), name));
}

/// Draws where the run stands.
pub fn state_ui(ui: &mut Ui, state: &RunsState, row: &RunRow<'_>) {
    if let Some(group) = row.seeds {
        let mut text = RichText::new(state_text(row, group, state.open.contains(&row.id)));
        if row.active {
            text = text.color(theme::live(ui.visuals()));
        }
        plain(ui, text);
        return;
    }
    let visuals = ui.visuals();
    let color = match (&row.note, row.active) {
        (_, true) => theme::live(visuals),
        (Some(_), false) => theme::bad(visuals),
        (None, false) => visuals.text_color(),
    };
    let has_warnings = !row.warnings.is_empty();
    ui.spacing_mut().item_spacing.x = 3.0;
    let mut response = plain(ui, RichText::new(row.state_label).color(color));
    if has_warnings {
        let mark = RichText::new("!")
            .strong()
            .color(theme::changed(ui.visuals()));
        response |= plain(ui, mark);
    }
    let told: Vec<&str> = row
        .note
        .iter()
        .chain(row.warnings.iter())
        .chain(&row.remarks)
        .map(String::as_str)
        .collect();
    if !told.is_empty() {
        response.on_hover_text(told.join("\n\n"));
    }
}

/// Draws the value of a setting, where the run's settings are known.
pub fn setting_ui(ui: &mut Ui, row: &RunRow<'_>, field: Field) {
    if let (Field::Seed, Some(group)) = (field, row.seeds) {
        return group_cells::seeds_ui(ui, group);
    }
    if let Some(settings) = &row.settings {
        plain(ui, RichText::new(field.shown_text(settings)));
    }
}

/// Draws what differs from the chosen run.
pub fn difference_ui(ui: &mut Ui, difference: &str) {
    // egui shows the whole of a text that is cut off when the pointer is over it.
    plain(ui, RichText::new(difference));
}

/// Draws the button that opens the run's menu.
pub fn more_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let response = ui.menu_button("More", |ui| menu::menu_ui(ui, state, row, actions));
    response
        .response
        .accessible_name(format!("More about {}", row.name));
}

/// Draws a text that lets clicks through to its row.
pub(super) fn plain(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).truncate().selectable(false))
}
