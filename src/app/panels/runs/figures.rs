//! The cells of a run's figures: the accuracy and the gap at its best epoch.

use super::cells::plain;
use super::rows::{BestEpoch, Origin, RunRow};
use super::{ensembles, group_cells};
use crate::lab::format;
use crate::lab::run::Sharing;
use crate::lab::verdict::standard_error;
use eframe::egui::{Align, Layout, RichText, Ui};

/// Draws the accuracy at the best epoch.
pub fn best_ui(ui: &mut Ui, row: &RunRow<'_>) {
    if let Origin::Ensemble { accuracy, .. } = row.origin {
        ensembles::accuracy_ui(ui, row, accuracy);
        return;
    }
    let Some(best) = row.best else {
        ui.weak("–").on_hover_text(match row.epochs {
            0 => "No epoch yet.",
            _ => "The accuracy of the validation images wasn't measured at the best epoch.",
        });
        return;
    };
    ui.spacing_mut().item_spacing.x = 3.0;
    if let Some(group) = row.seeds {
        return group_cells::mean_ui(ui, row, group);
    }
    let figure = format::percent_with_error(best.accuracy, best.validation_count);
    // The error and the epoch are faint, so that the accuracies are read down the column.
    let (accuracy, error) = figure.split_once(" ± ").unwrap_or((&figure, ""));
    let behind = match error {
        "" => format!("@ {}", best.epoch),
        error => format!("± {error} @ {}", best.epoch),
    };
    let response = plain(ui, measured(row, accuracy)) | plain(ui, RichText::new(behind).weak());
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        for line in best_hover(best, row) {
            ui.label(line);
        }
    });
}

/// A figure that was measured on validation images: faint where they aren't the chosen run's, so
/// that it isn't set against that run's.
pub(super) fn measured(row: &RunRow<'_>, figure: &str) -> RichText {
    let text = RichText::new(figure);
    match row.sharing {
        Sharing::Same => text,
        Sharing::OtherImages | Sharing::OtherData | Sharing::Unknown => text.weak(),
    }
}

/// What the hover of a figure says where other images validate the chosen run.
pub(super) fn unlike(sharing: Sharing) -> Option<&'static str> {
    match sharing {
        Sharing::Same => None,
        Sharing::OtherImages => Some(
            "Other images validate the chosen run, so that this figure can't be set against its.",
        ),
        Sharing::OtherData => {
            Some("The chosen run has other data, so that this figure can't be set against its.")
        }
        Sharing::Unknown => Some(
            "A file of curves doesn't tell which images validated it, so that this figure can't be set against the chosen run's.",
        ),
    }
}

/// What the hover of the best epoch says, a line each.
fn best_hover(best: BestEpoch, row: &RunRow<'_>) -> Vec<String> {
    let text = |best: BestEpoch| format::percent_with_error(best.accuracy, best.validation_count);
    let mut lines = vec![format!(
        "Lowest validation loss: epoch {}, with an accuracy of {} on {} images.",
        best.epoch,
        text(best),
        format::whole(best.validation_count),
    )];
    if let Some(most) = row.most_accurate {
        if most.epoch == best.epoch {
            lines.push("This is the epoch of the highest accuracy, too.".into());
        } else {
            let error = 2.0 * standard_error(best.accuracy, best.validation_count);
            let is_within = most.accuracy - best.accuracy < error;
            lines.push(format!(
                "Highest validation accuracy: epoch {}, {}.{}",
                most.epoch,
                text(most),
                if is_within {
                    " The difference is within the error of these images."
                } else {
                    ""
                }
            ));
        }
    }
    lines.push(format::WHAT_ERROR_MEANS.into());
    lines.extend(unlike(row.sharing).map(Into::into));
    lines
}

/// Draws the gap at the best epoch, at which the accuracy beside it was measured.
pub fn gap_ui(ui: &mut Ui, row: &RunRow<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let Some((gap, best)) = row.gap.zip(row.best) else {
            ui.weak("–").on_hover_text("No epoch yet.");
            return;
        };
        ui.spacing_mut().item_spacing.x = 3.0;
        if let Some(group) = row.seeds {
            return group_cells::gap_ui(ui, row, group);
        }
        let epoch = plain(ui, RichText::new(format!("@ {}", best.epoch)).weak());
        let response = epoch | plain(ui, measured(row, &format::bare_points(gap)));
        response.on_hover_ui(|ui| {
            ui.set_max_width(ui.spacing().tooltip_width);
            for line in gap_hover(best, row) {
                ui.label(line);
            }
        });
    });
}

/// What the hover of the gap says, a line each.
fn gap_hover(best: BestEpoch, row: &RunRow<'_>) -> Vec<String> {
    let mut lines = vec![format!(
        "Training accuracy less validation accuracy at epoch {}, the one of the lowest validation \
         loss, in percentage points.",
        best.epoch
    )];
    if let Some(last) = row.last_gap.filter(|_| row.epochs != best.epoch) {
        let (epoch, gap) = (row.epochs, format::points(last));
        lines.push(format!("At epoch {epoch}, the last, it was {gap}."));
    }
    lines.extend(unlike(row.sharing).map(Into::into));
    lines
}
