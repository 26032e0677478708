//! The network as a table: the output of each layer, and its parameters as Keras counts them.

use super::LookedFor;
use crate::app::panels::layer_words::layer_name;
use crate::app::panels::tab_view::small;
use crate::lab::{LayerTable, format};
use eframe::egui::{Align, CollapsingHeader, Grid, Layout, RichText, Ui};

/// Draws the table and its totals. The layer that a person looks for is marked, and brought into sight once.
pub(super) fn table_ui(ui: &mut Ui, table: &LayerTable, looked_for: &mut Option<LookedFor>) {
    let is_sought = looked_for.as_ref().is_some_and(|layer| !layer.is_found);
    CollapsingHeader::new("Table")
        .id_salt("layers-table")
        .default_open(true)
        .open(is_sought.then_some(true))
        .show_unindented(ui, |ui| {
            Grid::new("layers")
                .num_columns(4)
                .striped(true)
                .spacing([8.0, 2.0])
                .min_row_height(0.0)
                .show(ui, |ui| rows_ui(ui, table, looked_for.as_mut()));
        });
    if let Some(layer) = looked_for
        && !table.rows.iter().any(|row| row.name == layer.name)
    {
        ui.label(
            "The network of this table has no such layer: the settings at the left build another one.",
        );
    }
    for (name, count) in [
        ("Total parameters", table.parameters),
        ("Trainable parameters", table.trainable()),
        ("Non-trainable parameters", table.non_trainable),
    ] {
        ui.label(small(format!("{name}: {}", format::whole(count))))
            .on_hover_text("Counted as Keras counts them");
    }
}

fn rows_ui(ui: &mut Ui, table: &LayerTable, mut looked_for: Option<&mut LookedFor>) {
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
        let sought = looked_for.as_mut().filter(|layer| layer.name == row.name);
        let mut name = small(layer_name(row.kind));
        if sought.is_some() {
            let selection = ui.visuals().selection;
            name = name.strong().background_color(selection.bg_fill);
        }
        let label = ui.label(name);
        if let Some(layer) = sought
            && !layer.is_found
        {
            label.scroll_to_me(Some(Align::Center));
            layer.is_found = true;
        }
        label.on_hover_text(format!("In Keras's table: {}", row.name));
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
