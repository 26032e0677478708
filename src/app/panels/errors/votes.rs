//! Where the runs of an ensemble disagree: how many images, and what each run says of one.

use super::tables::{Tables, class_name, images};
use super::{ErrorsState, Selection};
use crate::app::panels::tab_view::small;
use crate::lab::answers::ensemble::disagreements;
use crate::lab::format;
use eframe::egui::Ui;

/// The images that aren't given the same class by all runs, the highest loss of the average first.
pub(super) fn disagreeing(tables: &Tables) -> Vec<usize> {
    let mut images = disagreements(&tables.of.votes);
    let losses = &tables.of.answers.losses;
    images.sort_by(|&a, &b| losses[b].total_cmp(&losses[a]));
    images
}

/// What each run says of an image, such as "The runs say 3 (4 of 5), 8 (1 of 5)"; none of a single run.
pub(super) fn said(tables: &Tables, index: usize) -> Option<String> {
    let votes = &tables.of.votes;
    if votes.len() < 2 {
        return None;
    }
    let mut counts: Vec<(u8, usize)> = Vec::new();
    for class in votes.iter().filter_map(|classes| classes.get(index)) {
        match counts.iter_mut().find(|(counted, _)| counted == class) {
            Some((_, count)) => *count += 1,
            None => counts.push((*class, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let parts: Vec<String> = counts
        .iter()
        .map(|(class, count)| format!("{} ×{count}", class_name(&tables.of.data, *class)))
        .collect();
    Some(parts.join(", "))
}

/// Draws how many images the runs disagree on; a click lists them.
pub(super) fn disagreement_ui(ui: &mut Ui, state: &mut ErrorsState) {
    let Some(tables) = state.tables.as_ref().filter(|t| t.of.votes.len() > 1) else {
        return;
    };
    let disagreeing = tables.disagreeing.len();
    let data = &tables.of.data;
    let right = tables
        .disagreeing
        .iter()
        .filter(|&&index| tables.of.answers.classes[index] == data.validation_label(index));
    let text = format!("The runs disagree on {}", images(disagreeing));
    let facts = format!(
        "The average gets {} of these right. Where all runs agree, the average can only say the same.",
        format::whole(right.count())
    );
    let is_selected = state.selection == Selection::Disagreement;
    let label = ui.selectable_label(is_selected, text).on_hover_text(
        "Images that aren't given the same class by all runs of the average. A click lists them.",
    );
    ui.label(small(facts));
    ui.separator();
    if label.clicked() {
        state.select(if is_selected {
            Selection::AllErrors
        } else {
            Selection::Disagreement
        });
    }
}
