//! The table of runs under the curves, in which runs are chosen, shown, starred, renamed and
//! deleted. Values in, actions out.

mod cells;
mod filter;
mod menu;
mod order;
mod resuming;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use resuming::can_resume;
pub use rows::run_rows;

use crate::app::action::Action;
use crate::app::theme;
use crate::lab::{RunId, format};
use eframe::egui::{Align, Id, Key, Label, Layout, RichText, TextEdit, Ui};
use filter::Filter;
use order::Sort;
use rows::RunRow;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// How the runs are shown. Only the order is saved: runs that a filter hid after a restart would
/// seem lost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsState {
    sort: Sort,
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
    fn rename(&mut self, row: &RunRow) {
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
    rows: &[RunRow],
    hovered: Option<&RunId>,
    actions: &mut Vec<Action>,
) {
    let filter = Filter::parse(&state.filter);
    let indices = order::ordered(rows, &filter, state.sort);
    head_ui(ui, state, &filter, rows.len(), indices.len());
    if rows.is_empty() {
        ui.weak("No runs yet. Press Train.");
        return;
    }
    if indices.is_empty() {
        nothing_ui(ui, state);
        return;
    }
    table::table_ui(ui, state, rows, &indices, hovered, actions);
}

fn head_ui(ui: &mut Ui, state: &mut RunsState, filter: &Filter, all: usize, shown: usize) {
    ui.horizontal(|ui| {
        ui.strong("Runs");
        let count = if shown == all {
            format::whole(all)
        } else {
            format!("{} of {}", format::whole(shown), format::whole(all))
        };
        ui.weak(count);
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
