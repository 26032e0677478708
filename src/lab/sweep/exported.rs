//! The table of a sweep as text for other programs.

use super::Metric;
use super::table::{CellRow, Table};
use csv::Writer;

impl Table {
    /// The table as CSV with a header: the settings that differ, n, mean, s and the ends of the
    /// interval. Accuracies and gaps are fractions.
    pub fn to_csv(&self) -> String {
        let mut writer = Writer::from_writer(Vec::new());
        let names = self.fields.iter().map(|field| field.name());
        let figures = ["n", "mean", "s", "interval_low", "interval_high"];
        // Writing into memory can't fail.
        let _ = writer.write_record(names.chain(figures));
        for row in &self.rows {
            let _ = writer.write_record(record(row));
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The table for LaTeX, with the rules of the package booktabs.
    pub fn to_latex(&self) -> String {
        let columns = "l".repeat(self.fields.len());
        let names = self.fields.iter().map(|field| escaped(field.label()));
        let unit = match self.metric {
            Metric::Accuracy => " (\\%)",
            Metric::Gap => " (points)",
            Metric::Loss | Metric::Epoch => "",
        };
        let heads = [
            "$n$".to_owned(),
            format!("mean $\\pm s${unit}"),
            format!("95\\% interval{unit}"),
        ];
        let head: Vec<String> = names.chain(heads).collect();
        let mut text = format!(
            "% {}\n\\begin{{tabular}}{{{columns}rrr}}\n\\toprule\n{} \\\\\n\\midrule\n",
            self.metric.title(),
            head.join(" & ")
        );
        for row in &self.rows {
            let settings = row.settings.iter();
            let settings = settings.map(|(field, value)| escaped(&field.shown_value(value)));
            let cells: Vec<String> = settings.chain(self.latex_figures(row)).collect();
            text += &format!("{} \\\\\n", cells.join(" & "));
        }
        text + "\\bottomrule\n\\end{tabular}\n"
    }

    fn latex_figures(&self, row: &CellRow) -> [String; 3] {
        // LaTeX has its own minus, in formulas alone.
        let show = |value: f64| self.metric.show_bare(value).replace('−', "-");
        let mean = match (row.mean(), row.estimate) {
            (None, _) => "--".into(),
            (Some(mean), None) => format!("${}$", show(mean)),
            (Some(mean), Some(estimate)) => {
                format!("${} \\pm {}$", show(mean), show(estimate.deviation))
            }
        };
        let interval = row.estimate.map_or_else(
            || "--".into(),
            |estimate| {
                let [low, high] = estimate.interval;
                format!("${}$ to ${}$", show(low), show(high))
            },
        );
        [row.values.len().to_string(), mean, interval]
    }
}

fn record(row: &CellRow) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let estimate = row.estimate;
    let mut record: Vec<String> = row
        .settings
        .iter()
        .map(|(_, value)| value.clone())
        .collect();
    record.push(row.values.len().to_string());
    record.push(number(row.mean()));
    record.push(number(estimate.map(|estimate| estimate.deviation)));
    record.push(number(estimate.map(|estimate| estimate.interval[0])));
    record.push(number(estimate.map(|estimate| estimate.interval[1])));
    record
}

/// A text in which LaTeX finds no commands.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(char);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Field;
    use crate::lab::run::RunId;
    use crate::lab::statistics::Estimate;
    use crate::lab::sweep::Metric;

    #[test]
    fn a_table_is_csv_and_latex() {
        let figures = [0.96, 0.97];
        let table = Table {
            metric: Metric::Accuracy,
            fields: vec![Field::Dropout],
            rows: vec![CellRow {
                cell: 0,
                settings: vec![(Field::Dropout, "0.5".into())],
                values: vec![(1, 0.96, RunId("R1".into())), (2, 0.97, RunId("R2".into()))],
                planned: 2,
                failed: 0,
                best_at_end: 0,
                rounding: 0.0,
                estimate: Estimate::of(&figures),
            }],
        };
        let csv = table.to_csv();
        assert!(
            csv.starts_with("dropout,n,mean,s,interval_low,interval_high\n0.5,2,0.965,"),
            "{csv}"
        );
        let latex = table.to_latex();
        assert!(
            latex.contains("0.5 & 2 & $96.50 \\pm 0.71$ & $90.15$ to $102.85$ \\\\"),
            "{latex}"
        );
        assert_eq!(escaped("a_b&c"), "a\\_b\\&c");
    }
}
