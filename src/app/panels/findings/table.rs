//! The cells of a sweep with their figures, by the column that a person has chosen.

use crate::app::theme;
use crate::experiment::Field;
use crate::lab::sweep::{CellRow, Table};
use eframe::egui::{Grid, ScrollArea, Ui};
use std::cmp::Ordering;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Setting(Field),
    Seeds,
    Mean,
}

/// By what the rows are in order: as the cells were planned, or by a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// The column, and whether its largest value comes first.
    by: Option<(Column, bool)>,
}

impl Order {
    /// The order after a click on a column's head: largest first, then smallest first, then as planned.
    fn clicked(self, column: Column) -> Self {
        let by = match self.by {
            Some((of, true)) if of == column => Some((column, false)),
            Some((of, false)) if of == column => None,
            _ => Some((column, true)),
        };
        Self { by }
    }

    fn rows(self, table: &Table) -> Vec<&CellRow> {
        let mut rows: Vec<&CellRow> = table.rows.iter().collect();
        if let Some((column, is_down)) = self.by {
            rows.sort_by(|a, b| {
                let order = compare(column, a, b);
                if is_down { order.reverse() } else { order }
            });
        }
        rows
    }
}

fn compare(column: Column, a: &CellRow, b: &CellRow) -> Ordering {
    match column {
        Column::Seeds => a.values.len().cmp(&b.values.len()),
        Column::Mean => {
            let mean = |row: &CellRow| row.mean().unwrap_or(f64::NEG_INFINITY);
            mean(a).total_cmp(&mean(b))
        }
        Column::Setting(field) => {
            let text = |row: &CellRow| -> String {
                let found = row.settings.iter().find(|(of, _)| *of == field);
                found.map(|(_, text)| text.clone()).unwrap_or_default()
            };
            let (a, b) = (text(a), text(b));
            match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => a.total_cmp(&b),
                // Words such as `all` and `off` come after numbers.
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(&b),
            }
        }
    }
}

/// Draws the table.
pub(super) fn table_ui(ui: &mut Ui, order: &mut Order, table: &Table) {
    let metric = table.metric;
    let settings = table
        .fields
        .iter()
        .map(|field| (field.label(), Column::Setting(*field)));
    let heads = settings.chain([("seeds", Column::Seeds), ("mean ± s", Column::Mean)]);
    let heads: Vec<(&str, Column)> = heads.collect();
    ScrollArea::horizontal().id_salt("cells").show(ui, |ui| {
        Grid::new("cells")
            .striped(true)
            .spacing([12.0, 4.0])
            .show(ui, |ui| {
                for (text, column) in heads {
                    let is_by = order.by.filter(|(of, _)| *of == column);
                    let sign = match is_by {
                        Some((_, true)) => " ▼",
                        Some((_, false)) => " ▲",
                        None => "",
                    };
                    let head = ui.button(format!("{text}{sign}"));
                    if head
                        .on_hover_text("Puts the rows in order by this column")
                        .clicked()
                    {
                        *order = order.clicked(column);
                    }
                }
                ui.label("95% interval");
                ui.end_row();
                for row in order.rows(table) {
                    for (field, value) in &row.settings {
                        ui.label(field.shown_value(value));
                    }
                    seeds_ui(ui, row);
                    match (row.mean(), row.estimate) {
                        (None, _) => ui.weak("no run yet"),
                        (Some(mean), None) => ui.label(metric.show(mean)),
                        (Some(mean), Some(estimate)) => {
                            let deviation = metric.show_bare(estimate.deviation);
                            ui.label(format!("{} ± {deviation}", metric.show(mean)))
                        }
                    };
                    if let Some([low, high]) = row.estimate.map(|estimate| estimate.interval) {
                        ui.label(format!(
                            "{} to {}",
                            metric.show_bare(low),
                            metric.show_bare(high)
                        ));
                    }
                    ui.end_row();
                }
            });
        // The bar that scrolls sideways lies below the last row.
        ui.add_space(theme::SCROLL_BAR_COLUMN);
    });
}

/// How many seeds a cell has, of how many where some are missing.
fn seeds_ui(ui: &mut Ui, row: &CellRow) {
    let (found, planned) = (row.values.len(), row.planned);
    let text = if found == planned {
        found.to_string()
    } else {
        format!("{found} of {planned}")
    };
    match row.failed {
        0 => ui.label(text),
        failed => ui.colored_label(theme::bad(ui.visuals()), format!("{text}, {failed} failed")),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::RunId;
    use crate::lab::sweep::Metric;

    fn row(cell: usize, size: &str, figures: &[f64]) -> CellRow {
        let values = figures.iter().enumerate();
        CellRow {
            cell,
            settings: vec![(Field::TrainSize, size.into())],
            values: values
                .map(|(seed, figure)| (seed as u64, *figure, RunId(String::new())))
                .collect(),
            planned: 3,
            failed: 0,
            best_at_end: 0,
            rounding: 0.0,
            estimate: None,
        }
    }

    #[test]
    fn rows_are_in_order_by_a_column_and_by_the_plan_again() {
        let table = Table {
            metric: Metric::Accuracy,
            fields: vec![Field::TrainSize],
            rows: vec![
                row(0, "all", &[0.9]),
                row(1, "100", &[0.8, 0.7]),
                row(2, "20", &[]),
            ],
        };
        let cells = |order: Order| -> Vec<usize> {
            order.rows(&table).iter().map(|row| row.cell).collect()
        };
        let plan = Order::default();
        assert_eq!(cells(plan), [0, 1, 2]);
        let size = plan.clicked(Column::Setting(Field::TrainSize));
        assert_eq!(cells(size), [0, 1, 2]);
        assert_eq!(
            cells(size.clicked(Column::Setting(Field::TrainSize))),
            [2, 1, 0]
        );
        let mean = size.clicked(Column::Mean);
        assert_eq!(cells(mean), [0, 1, 2]);
        assert_eq!(cells(mean.clicked(Column::Mean)), [2, 1, 0]);
        assert_eq!(mean.clicked(Column::Mean).clicked(Column::Mean), plan);
        assert_eq!(cells(plan.clicked(Column::Seeds)), [1, 0, 2]);
    }
}
