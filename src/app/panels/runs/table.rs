//! The table of the runs.

use super::listing::Listing;
use super::order::{Sort, SortColumn};
use super::rows::{RowSource, RunRow};
use super::{RunsState, cells, figures, menu};
use crate::app::action::Action;
use crate::app::panels::strategies::sentence_case;
use crate::app::theme;
use crate::experiment::Field;
use crate::lab::RunId;
use eframe::egui::{
    Align, Button, Color32, Layout, Pos2, Rect, RichText, Sense, Shape, TextStyle, Ui, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

/// Draws the table of the rows that are listed.
pub fn table_ui<'a>(
    ui: &mut Ui,
    state: &mut RunsState,
    rows: &dyn RowSource<'a>,
    listing: &Listing,
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) {
    let mut pointed = None;
    // A wide table has room for names such as *S12-10 ×10* with the triangle before them.
    let is_wide = ui.available_width() >= theme::RUN_COLUMNS_WIDTH;
    let name_width = if is_wide { theme::RUN_NAME_WIDTH } else { 78.0 };
    let widths = setting_widths(ui, &listing.columns);
    let settings = &listing.columns[..widths.len()];
    // Without gaps between the rows, the pointer is always over one.
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut table = TableBuilder::new(ui)
        // With other columns widths are others, too.
        .id_salt(("runs", settings, is_wide))
        .striped(true)
        // Cells take clicks but no focus, since the Tab key stops at the name alone.
        .sense(Sense::CLICK)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .column(Column::exact(58.0))
        .column(resizable(name_width, 40.0))
        .column(resizable(130.0, 60.0))
        .column(resizable(76.0, 36.0))
        .column(resizable(80.0, 40.0));
    for width in widths {
        table = table.column(resizable(width, 36.0));
    }
    table = table
        .column(Column::remainder().at_least(80.0).clip(true))
        .column(Column::exact(58.0));
    if let Some(index) = newly_chosen(state, listing) {
        table = table.scroll_to_row(index, None);
    }
    table
        .header(theme::RUN_ROW_HEIGHT, |row| header_ui(row, state, settings))
        .body(|body| {
            body.rows(theme::RUN_ROW_HEIGHT, listing.rows.len(), |table_row| {
                let place = listing.rows.get(table_row.index()).copied();
                let Some((place, row)) = place.and_then(|place| Some((place, rows.row(place)?)))
                else {
                    return;
                };
                let difference = listing.difference(place, &row);
                let shown = (&row, settings, &*difference);
                if row_ui(table_row, state, shown, hovered, actions) {
                    pointed = Some(row.id);
                }
            });
        });
    hover(state, pointed, hovered, actions);
}

/// The widths of the first columns of settings, as many as there is room for. Each shows the whole of its title,
/// also when the arrow of the order stands behind it.
fn setting_widths(ui: &Ui, fields: &[Field]) -> Vec<f32> {
    let mut room = ui.available_width() - theme::RUN_COLUMNS_WIDTH;
    let font = TextStyle::Button.resolve(ui.style());
    let title_width = |field: &Field| {
        let title = sentence_case(field.label());
        let laid_out = ui
            .painter()
            .layout_no_wrap(title, font.clone(), Color32::PLACEHOLDER);
        laid_out.size().x
    };
    let widths = fields.iter().map(|field| {
        (title_width(field) + theme::SETTING_TITLE_SPACE).max(theme::SETTING_COLUMN_WIDTH)
    });
    let has_room = |width: &f32| {
        room -= width;
        room >= 0.0
    };
    widths.take_while(has_room).collect()
}

fn resizable(width: f32, least: f32) -> Column {
    Column::initial(width)
        .at_least(least)
        .clip(true)
        .resizable(true)
}

/// The index to scroll to when another run has become the chosen one.
fn newly_chosen(state: &mut RunsState, listing: &Listing) -> Option<usize> {
    let (chosen, at) = listing.chosen.as_ref()?;
    if state.seen_chosen.as_ref() == Some(chosen) {
        return None;
    }
    state.seen_chosen = Some(chosen.clone());
    *at
}

fn header_ui(mut row: TableRow<'_, '_>, state: &mut RunsState, settings: &[Field]) {
    row.col(|ui| {
        ui.weak("Show").on_hover_text(
            "Runs whose curves are shown beside the chosen one; their colour; a star for those to keep.",
        );
    });
    for (column, title, hover) in [
        (SortColumn::Name, "Name", "Click a run to choose it."),
        (
            SortColumn::Best,
            "Accuracy ± @ best",
            "Validation accuracy at the best epoch, the one of the lowest validation loss. Once a run overfits, its last epoch isn't its best. The ± is the standard error of the validation images; another seed may move the figure by more.",
        ),
        (
            SortColumn::Gap,
            "Gap @ best",
            "Training accuracy less validation accuracy at the same epoch, the best, in percentage points. The hover of each says what it was at the last epoch.",
        ),
        (SortColumn::State, "State", "Where the run stands."),
    ] {
        row.col(|ui| sort_ui(ui, state, column, title, hover));
    }
    for field in settings {
        let title = sentence_case(field.label());
        let column = SortColumn::Setting(*field);
        row.col(|ui| sort_ui(ui, state, column, &title, field.entry().help));
    }
    row.col(|ui| {
        ui.weak("What differs").on_hover_text(
            "What a run has that the chosen run hasn't. The chosen run is compared with the nearest preset.",
        );
    });
    row.col(|_| {});
}

fn sort_ui(ui: &mut Ui, state: &mut RunsState, column: SortColumn, title: &str, hover: &str) {
    let sorted = match state.sort {
        Sort::By(by) if by == column => Some(true),
        Sort::Against(by) if by == column => Some(false),
        _ => None,
    };
    let mut text = RichText::new(title);
    if sorted.is_none() {
        text = text.weak();
    }
    let room = if sorted.is_some() { 12.0 } else { 0.0 };
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding.x = 2.0;
    let response = ui
        .scope(|ui| {
            ui.set_max_width(ui.available_width() - room);
            ui.add(Button::new(text).frame_when_inactive(false).truncate())
        })
        .inner
        .on_hover_text(format!("{hover}\nClick to sort by it."));
    if let Some(down) = sorted {
        let (rect, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
        let color = ui.visuals().text_color();
        ui.painter().add(triangle(rect, down, color));
    }
    if response.clicked() {
        state.sort = state.sort.clicked(column);
    }
}

fn triangle(rect: Rect, down: bool, color: Color32) -> Shape {
    let rect = rect.shrink2(vec2(0.5, 1.5));
    let points: Vec<Pos2> = if down {
        vec![rect.left_top(), rect.right_top(), rect.center_bottom()]
    } else {
        vec![rect.left_bottom(), rect.center_top(), rect.right_bottom()]
    };
    Shape::convex_polygon(points, color, eframe::egui::Stroke::NONE)
}

/// Draws a row. Tells whether the pointer is over it.
fn row_ui(
    mut table_row: TableRow<'_, '_>,
    state: &mut RunsState,
    (row, settings, difference): (&RunRow<'_>, &[Field], &str),
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) -> bool {
    table_row.set_selected(state.is_marked(row));
    table_row.set_hovered(hovered == Some(&row.id));
    table_row.col(|ui| cells::marks_ui(ui, row, actions));
    table_row.col(|ui| cells::name_ui(ui, state, row, actions));
    table_row.col(|ui| figures::best_ui(ui, row));
    table_row.col(|ui| figures::gap_ui(ui, row));
    table_row.col(|ui| cells::state_ui(ui, state, row));
    for field in settings {
        table_row.col(|ui| cells::setting_ui(ui, row, *field));
    }
    table_row.col(|ui| cells::difference_ui(ui, difference));
    table_row.col(|ui| cells::more_ui(ui, state, row, actions));
    let response = table_row.response();
    if response.clicked() {
        actions.push(cells::clicked(
            response.ctx.input(|input| input.modifiers.command),
            row,
        ));
        state.focus = Some(row.id.clone());
    }
    if response.double_clicked() {
        state.double_clicked(row);
    }
    response.context_menu(|ui| menu::menu_ui(ui, state, row, actions));
    response.container_hovered()
}

/// Tells which run the pointer is over, where that has changed. A run that is hovered in the plot
/// stays so.
fn hover(
    state: &mut RunsState,
    pointed: Option<RunId>,
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) {
    match pointed {
        Some(id) => {
            state.hovering = true;
            if hovered != Some(&id) {
                actions.push(Action::HoverRun(Some(id)));
            }
        }
        None if state.hovering => {
            state.hovering = false;
            actions.push(Action::HoverRun(None));
        }
        None => {}
    }
}
