//! The network as a table: the output of each layer, and its parameters as Keras counts them.

use crate::app::panels::tab_view::small;
use crate::lab::{LayerKind, LayerRow, LayerTable, format};
use eframe::egui::{Align, CollapsingHeader, Grid, Layout, RichText, Ui};

/// Draws the table and its totals.
pub(super) fn table_ui(ui: &mut Ui, table: &LayerTable) {
    CollapsingHeader::new("Table")
        .id_salt("layers-table")
        .default_open(true)
        .show_unindented(ui, |ui| {
            Grid::new("layers")
                .num_columns(4)
                .striped(true)
                .spacing([8.0, 2.0])
                .min_row_height(0.0)
                .show(ui, |ui| rows_ui(ui, table));
        });
    for (name, count) in [
        ("Total parameters", table.parameters),
        ("Trainable parameters", table.trainable()),
        ("Non-trainable parameters", table.non_trainable),
    ] {
        ui.label(small(format!("{name}: {}", format::whole(count))))
            .on_hover_text("Counted as Keras counts them");
    }
}

fn rows_ui(ui: &mut Ui, table: &LayerTable) {
    ui.label(small("layer").weak());
    ui.label(small("output").weak())
        .on_hover_text("Rows, columns and channels that the layer gives for one image");
    for (text, hover) in [
        ("parameters", "All of them, trained or not"),
        (
            "not trained",
            "Running means and variances of a batch norm: measured, not learned by the optimizer",
        ),
    ] {
        right(ui, small(text).weak(), hover);
    }
    ui.end_row();
    for row in &table.rows {
        ui.label(small(name(row)))
            .on_hover_text(format!("In Keras's table: {}", row.name));
        let shape: Vec<String> = row.output.iter().map(usize::to_string).collect();
        ui.label(small(shape.join(", ")));
        for count in [row.parameters, row.non_trainable] {
            let text = if count == 0 {
                small("0").weak()
            } else {
                small(format::whole(count))
            };
            right(ui, text, "");
        }
        ui.end_row();
    }
}

/// Draws a figure at the right of its column.
fn right(ui: &mut Ui, text: RichText, hover: &str) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let label = ui.label(text);
        if !hover.is_empty() {
            label.on_hover_text(hover);
        }
    });
}

/// What a layer does, in the words of the settings.
fn name(row: &LayerRow) -> &'static str {
    match row.kind {
        LayerKind::Normalize => "normalize",
        LayerKind::Conv2d => "conv 3×3",
        LayerKind::BatchNorm(_) => "batch norm",
        LayerKind::MaxPool2d => "max-pool 2×2",
        LayerKind::Flatten => "flatten",
        LayerKind::Dense => "dense",
        LayerKind::Dropout => "dropout",
    }
}
