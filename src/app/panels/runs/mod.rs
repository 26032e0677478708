//! The table of runs under the curves, in which runs are chosen, shown, starred, renamed and
//! deleted. Values in, actions out.

mod cells;
mod columns;
mod ensembles;
mod figures;
mod filter;
mod group_cells;
#[cfg(test)]
mod group_tests;
mod groups;
mod listing;
mod menu;
mod order;
mod resuming;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use ensembles::EnsembleRow;
pub use resuming::can_resume;
pub use rows::{Rows, RowsKey};

use crate::app::action::Action;
use crate::app::theme;
use crate::lab::{RunId, format};
use eframe::egui::collapsing_header::paint_default_icon;
use eframe::egui::{
    Align, Id, Key, Label, Layout, RichText, Role, Sense, TextEdit, Ui, WidgetInfo, vec2,
};
use listing::{KeptListing, Listing};
use order::Sort;
use rows::{RowSource, RunRow};
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

/// How the runs are shown. The order, the folding and the open groups are saved, but no filter: runs that it hid
/// after a restart would seem lost.
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
    open: BTreeSet<RunId>,
    /// What was found of all rows together.
    #[serde(skip)]
    listing: KeptListing,
    /// Whether the pointer is over a row of this table.
    #[serde(skip)]
    hovering: bool,
}

/// What decides which runs have no row of their own: where this is the same as before, so are they.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folding {
    /// The groups that are open.
    open: BTreeSet<RunId>,
    /// The runs of groups that have a row of their own, since the filter leaves no other of their group.
    alone: BTreeSet<RunId>,
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

    /// What decides which runs have no row of their own.
    pub fn folding(&self) -> Folding {
        Folding {
            open: self.open.clone(),
            alone: self.listing.value().alone.clone(),
        }
    }

    /// Whether a run of a group has no row of its own, since the group is closed. Where the filter leaves one run of
    /// a group, that run has its row.
    pub fn folds_away(&self, run: &RunId, group: &RunId) -> bool {
        !self.open.contains(group) && !self.listing.value().alone.contains(run)
    }

    /// Forgets that groups were open which there are no longer.
    pub fn forget_groups(&mut self, is_there: impl Fn(&RunId) -> bool) {
        self.open.retain(is_there);
    }

    /// Whether a row is marked as the chosen one: that of the chosen run, or of the closed group that it is in.
    fn is_marked(&self, row: &RunRow<'_>) -> bool {
        row.chosen || (row.chosen_within.is_some() && !self.open.contains(&row.id))
    }

    /// Whether a row is marked as the one that was chosen before: that of the run, or of the closed group that it is
    /// in.
    fn is_previous(&self, row: &RunRow<'_>) -> bool {
        row.previous || (row.previous_within && !self.open.contains(&row.id))
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
            name: row.name_to_edit().to_owned(),
            focused: false,
        });
    }

    fn renames(&self, id: &RunId) -> bool {
        self.renaming
            .as_ref()
            .is_some_and(|renaming| renaming.id == *id)
    }
}

/// Draws the panel. The key tells whether the rows are the same as before.
pub fn runs_ui<'a>(
    ui: &mut Ui,
    state: &mut RunsState,
    (rows, key): (&dyn RowSource<'a>, RowsKey),
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) {
    let listing = state.listing(rows, key);
    head_ui(ui, state, rows, &listing, actions);
    if state.is_folded(ui.ctx().content_rect().height()) {
        return;
    }
    if rows.count() == 0 {
        ui.weak("No runs yet. Press Train.");
        return;
    }
    if listing.passing.is_empty() {
        nothing_ui(ui, state);
        return;
    }
    table::table_ui(ui, state, rows, &listing, hovered, actions);
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

/// The button that shows the curves of all rows of the table, or hides them where they are shown. A closed group is
/// shown by its mean, and its runs stay as they are.
fn show_all_ui<'a>(
    ui: &mut Ui,
    rows: &dyn RowSource<'a>,
    listing: &Listing,
    actions: &mut Vec<Action>,
) {
    let are_shown = listing.are_shown;
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
        let listed = listing.rows.iter().filter_map(|place| rows.row(*place));
        let changed = listed.filter(|row| !row.chosen && row.shown == are_shown);
        actions.extend(changed.map(|row| Action::ShowRun(row.id, !are_shown)));
    }
}

fn head_ui<'a>(
    ui: &mut Ui,
    state: &mut RunsState,
    rows: &dyn RowSource<'a>,
    listing: &Listing,
    actions: &mut Vec<Action>,
) {
    let (all, shown) = (listing.runs, listing.passing.len());
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
            show_all_ui(ui, rows, listing, actions);
        }
        if let Some(hint) = &listing.hint {
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
