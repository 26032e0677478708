//! The table of runs under the curves, in which runs are chosen, shown, starred, renamed and
//! deleted. Values in, actions out.

mod cells;
mod columns;
mod ensembles;
mod filter;
mod group_cells;
mod groups;
mod menu;
mod order;
mod resuming;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use ensembles::{EnsembleRow, ensemble_rows};
pub use groups::{GroupView, add_group_rows};
pub use resuming::can_resume;
pub use rows::run_rows;

use crate::app::action::Action;
use crate::app::theme;
use crate::lab::{RunId, format};
use eframe::egui::collapsing_header::paint_default_icon;
use eframe::egui::{
    Align, Id, Key, Label, Layout, RichText, Role, Sense, TextEdit, Ui, WidgetInfo, vec2,
};
use filter::Filter;
use order::Sort;
use rows::RunRow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Whether the runs are folded to their head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fold {
    /// Folded where the window is low, so that both plots have room.
    #[default]
    ByHeight,
    /// Folded by a person.
    Folded,
    /// Unfolded by a person.
    Open,
}

/// How the runs are shown. Only the order and the folding are saved: runs that a filter hid after a restart would
/// seem lost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsState {
    sort: Sort,
    fold: Fold,
    /// Whether the run that was chosen before isn't drawn.
    hides_previous: bool,
    #[serde(skip)]
    filter: String,
    #[serde(skip)]
    renaming: Option<Renaming>,
    /// The run whose name takes the focus when it is drawn next.
    #[serde(skip)]
    focus: Option<RunId>,
    /// The chosen run that was last scrolled to.
    #[serde(skip)]
    seen_chosen: Option<RunId>,
    /// The groups that are open.
    #[serde(skip)]
    open: BTreeSet<RunId>,
    /// The settings that have columns.
    #[serde(skip)]
    columns: columns::Columns,
    /// Whether the pointer is over a row of this table.
    #[serde(skip)]
    hovering: bool,
}

/// A run's name being edited.
#[derive(Clone, Debug, PartialEq)]
struct Renaming {
    id: RunId,
    name: String,
    focused: bool,
}

impl RunsState {
    /// Whether only the head is shown in a window of this height.
    pub fn is_folded(&self, height: f32) -> bool {
        match self.fold {
            Fold::ByHeight => height < theme::RUNS_FOLD_BELOW,
            Fold::Folded => true,
            Fold::Open => false,
        }
    }

    /// Whether the run that was chosen before is drawn faint behind the chosen one.
    pub fn shows_previous(&self) -> bool {
        !self.hides_previous
    }

    /// A double click renames a run, and opens or closes a group.
    fn double_clicked(&mut self, row: &RunRow<'_>) {
        if row.seeds.is_some() {
            self.open_or_close(&row.id);
        } else {
            self.rename(row);
        }
    }

    fn open_or_close(&mut self, group: &RunId) {
        if !self.open.remove(group) {
            self.open.insert(group.clone());
        }
    }

    fn rename(&mut self, row: &RunRow<'_>) {
        self.renaming = Some(Renaming {
            id: row.id.clone(),
            name: row.name.clone(),
            focused: false,
        });
    }

    fn renames(&self, id: &RunId) -> bool {
        self.renaming
            .as_ref()
            .is_some_and(|renaming| renaming.id == *id)
    }
}

/// Draws the panel.
pub fn runs_ui(
    ui: &mut Ui,
    state: &mut RunsState,
    rows: &[RunRow<'_>],
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) {
    let filter = Filter::parse(&state.filter);
    let passing = order::ordered(rows, &filter, state.sort);
    head_ui(ui, state, &filter, rows, &passing, actions);
    if state.is_folded(ui.ctx().content_rect().height()) {
        return;
    }
    if rows.is_empty() {
        ui.weak("No runs yet. Press Train.");
        return;
    }
    if passing.is_empty() {
        nothing_ui(ui, state);
        return;
    }
    let indices = order::arranged(rows, &passing, state.sort, &state.open);
    table::table_ui(ui, state, rows, &indices, hovered, actions);
}

/// The triangle that folds the runs to their head and unfolds them.
fn fold_ui(ui: &mut Ui, state: &mut RunsState) {
    let is_folded = state.is_folded(ui.ctx().content_rect().height());
    let side = ui.spacing().icon_width;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let name = if is_folded {
        "Unfold the runs"
    } else {
        "Fold the runs"
    };
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, name));
    let openness = if is_folded { 0.0 } else { 1.0 };
    paint_default_icon(
        ui,
        openness,
        &response.clone().with_new_rect(rect.shrink(side / 5.0)),
    );
    if response.on_hover_text(name).clicked() {
        state.fold = if is_folded { Fold::Open } else { Fold::Folded };
    }
}

/// The button that shows the curves of all runs that pass the filter, or hides them where they are shown.
fn show_all_ui(ui: &mut Ui, rows: &[RunRow<'_>], indices: &[usize], actions: &mut Vec<Action>) {
    let filtered = || indices.iter().filter_map(|index| rows.get(*index));
    let are_shown = filtered().all(|row| row.shown || row.chosen);
    let (text, hover) = if are_shown {
        (
            "Hide these",
            "Takes the curves of the runs that pass the filter off the plots.",
        )
    } else {
        (
            "Show these",
            "Shows the curves of all runs that pass the filter.",
        )
    };
    if ui.small_button(text).on_hover_text(hover).clicked() {
        let changed = filtered().filter(|row| !row.chosen && row.shown == are_shown);
        actions.extend(changed.map(|row| Action::ShowRun(row.id.clone(), !are_shown)));
    }
}

fn head_ui(
    ui: &mut Ui,
    state: &mut RunsState,
    filter: &Filter,
    rows: &[RunRow<'_>],
    indices: &[usize],
    actions: &mut Vec<Action>,
) {
    let all = rows.iter().filter(|row| row.seeds.is_none()).count();
    let shown = indices.len();
    ui.horizontal(|ui| {
        fold_ui(ui, state);
        ui.strong("Runs");
        let count = if shown == all {
            format::whole(all)
        } else {
            format!("{} of {}", format::whole(shown), format::whole(all))
        };
        ui.weak(count);
        if all > 1 {
            let mut is_shown = state.shows_previous();
            ui.checkbox(&mut is_shown, "Previous")
                .on_hover_text("Draws the run that was chosen before faint behind the chosen one.");
            state.hides_previous = !is_shown;
        }
        if shown < all {
            show_all_ui(ui, rows, indices, actions);
        }
        if let Some(hint) = &filter.hint {
            let text = RichText::new(hint).color(theme::bad(ui.visuals()));
            ui.add(Label::new(text).truncate());
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if all == 0 {
                return;
            }
            let response = ui
                .add(
                    TextEdit::singleline(&mut state.filter)
                        // The field has an id of its own, since the hint before it comes and goes.
                        .id(Id::unique("filter runs"))
                        .hint_text("Filter: acc>98 dropout")
                        .background_color(ui.visuals().widgets.inactive.weak_bg_fill)
                        .desired_width(theme::FILTER_WIDTH),
                )
                .accessible_name("Filter runs")
                .on_hover_text(
                    "Words of the name, the state or what differs; acc>98 and gap<2 (at the best epoch), epochs>10, star. All must hold.",
                );
            if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
                state.filter.clear();
            }
        });
    });
}

fn nothing_ui(ui: &mut Ui, state: &mut RunsState) {
    ui.horizontal(|ui| {
        ui.weak(format!("No run matches \"{}\".", state.filter.trim()));
        if ui.button("Show all runs").clicked() {
            state.filter.clear();
        }
    });
}

/// When a run was started, in a person's words.
fn age(created_secs: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(created_secs, |elapsed| elapsed.as_secs());
    let secs = now.saturating_sub(created_secs);
    match secs {
        0..=59 => "Started just now.".into(),
        60..=86_399 => format!("Started {} ago.", format::duration(secs as f64)),
        _ => format!("Started {} days ago.", secs / 86_400),
    }
}
