//! The cells of a group's row.

use super::RunsState;
use super::cells::plain;
use super::figures::{measured, unlike};
use super::groups::state_words;
use super::rows::RunRow;
use crate::app::theme;
use crate::lab::format;
use crate::lab::sweep::Group;
use eframe::egui::collapsing_header::paint_default_icon;
use eframe::egui::{RichText, Role, Sense, Ui, Vec2, WidgetInfo};

/// The triangle that opens a group, or the room that sets its runs off.
pub fn fold_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>) {
    let is_open = row.seeds.is_some() && state.open.contains(&row.id);
    let is_within = row
        .group
        .as_ref()
        .is_some_and(|group| state.open.contains(group));
    if row.seeds.is_none() {
        if is_within {
            ui.add_space(theme::RUN_INDENT);
        }
        return;
    }
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(theme::RUN_INDENT), Sense::click());
    let name = if is_open {
        format!("Close {}", row.name)
    } else {
        format!("Open {}", row.name)
    };
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, &name));
    let openness = if is_open { 1.0 } else { 0.0 };
    paint_default_icon(
        ui,
        openness,
        &response.clone().with_new_rect(rect.shrink(3.0)),
    );
    if response
        .on_hover_text("The runs of this group, a row each")
        .clicked()
    {
        state.open_or_close(&row.id);
    }
}

/// Draws the mean accuracy of a group with the deviation of a single run.
pub fn mean_ui(ui: &mut Ui, row: &RunRow<'_>, group: &Group) {
    let Some((accuracy, epoch)) = group.accuracy.zip(group.epoch) else {
        return;
    };
    let behind = match accuracy.deviation {
        Some(deviation) => format!("± {:.2} @ {:.1}", 100.0 * deviation, epoch.mean),
        None => format!("@ {:.1}", epoch.mean),
    };
    let figure = measured(row, &format::percent(accuracy.mean));
    let response = plain(ui, figure) | plain(ui, RichText::new(behind).weak());
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        for line in mean_hover(group) {
            ui.label(line);
        }
        if let Some(words) = unlike(row.sharing) {
            ui.label(words);
        }
    });
}

/// What the hover of a mean says, a line each.
fn mean_hover(group: &Group) -> Vec<String> {
    let mut lines = vec![format!(
        "Mean validation accuracy over {}, each run at its own best epoch, the one of its lowest validation loss.",
        state_words(group)
    )];
    if let Some(epoch) = group.epoch {
        lines.push(format!(
            "These best epochs are {:.1} on average. The mean curve has a best epoch of its own, where the mean \
             loss is lowest.",
            epoch.mean
        ));
    }
    if let Some(estimate) = group.estimate() {
        let [low, high] = estimate.interval.map(format::percent);
        lines.push(format!(
            "The ± is the standard deviation of a single run: two runs of three lie so near to the mean. \
             The mean itself is known less surely than it looks: its 95% interval is {low} to {high}."
        ));
    }
    lines.extend(group.left_out_words());
    let figures: Vec<String> = group
        .figures
        .iter()
        .map(|(seed, figure, _)| format!("seed {seed}: {}", format::percent(*figure)))
        .collect();
    lines.push(figures.join(", "));
    lines
}

/// Draws the mean gap of a group.
pub fn gap_ui(ui: &mut Ui, row: &RunRow<'_>, group: &Group) {
    let Some(gap) = group.gap else { return };
    let behind = gap
        .deviation
        .map_or_else(String::new, |deviation| format!("± {deviation:.1}"));
    let behind = plain(ui, RichText::new(behind).weak());
    let response = behind | plain(ui, measured(row, &format::bare_points(gap.mean)));
    response.on_hover_text(
        "Mean gap in percentage points, each run at its own best epoch, ± the standard deviation of a single run.",
    );
}

/// Draws which seeds a group has.
pub fn seeds_ui(ui: &mut Ui, group: &Group) {
    let seeds = || group.figures.iter().map(|(seed, ..)| *seed);
    if let Some((low, high)) = seeds().min().zip(seeds().max()) {
        plain(ui, RichText::new(format!("{low} to {high}")));
    }
}
