//! What was predicted, to be looked at before it is written.

use super::work::Predicted;
use crate::app::theme;
use crate::lab::format;
use crate::lab::submission::Remark;
use eframe::egui::{Grid, RichText, Ui};

/// Draws the first and last rows, the counts of the classes, and the warning.
pub(super) fn predicted_ui(ui: &mut Ui, predicted: &Predicted) {
    let preview = &predicted.preview;
    ui.strong(format!(
        "{} rows, predicted in {}",
        format::whole(preview.rows),
        format::duration(predicted.took.as_secs_f64())
    ));
    if let Some(note) = preview.note() {
        ui.colored_label(theme::changed(ui.visuals()), note);
    }
    if let Some(test) = predicted.submission.accuracy() {
        ui.label(format!(
            "{} of the images are labelled so in the test file",
            format::percent_with_error(test.accuracy, test.count)
        ));
    }
    ui.horizontal_top(|ui| {
        for (title, rows) in [("First rows", &preview.first), ("Last rows", &preview.last)] {
            if rows.is_empty() {
                continue;
            }
            ui.vertical(|ui| {
                ui.weak(title);
                ui.monospace(&preview.header);
                for (id, label) in rows {
                    ui.monospace(format!("{id},{label}"));
                }
            });
            ui.add_space(4.0 * theme::GROUP_SPACE);
        }
        ui.vertical(|ui| {
            ui.weak("Images a class");
            Grid::new("class counts")
                .num_columns(2)
                .spacing([24.0, 2.0])
                .show(ui, |ui| {
                    for (class, count) in preview.counts.iter().enumerate() {
                        ui.monospace(format!("{class}: {:>6}", format::whole(*count)));
                        if class % 2 == 1 {
                            ui.end_row();
                        }
                    }
                });
        });
    });
    for remark in predicted.submission.remarks() {
        match remark {
            Remark::Warning(text) => {
                ui.colored_label(theme::changed(ui.visuals()), sentence(text));
            }
            Remark::Note(text) => {
                ui.label(sentence(text));
            }
        }
    }
    if let Some(warning) = predicted.submission.warning() {
        let text = RichText::new(sentence(warning));
        ui.colored_label(theme::changed(ui.visuals()), text);
    }
}

/// A warning as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str() + "."
}
