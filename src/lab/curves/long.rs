//! Tables with a figure a row, as this program exports them and MLflow does, and tables with a
//! column for each run, as Weights & Biases downloads them.

use super::CurveError;
use super::names::{self, Meaning, Role};
use super::reading::Reading;
use super::records::{ColumnId, Records};
use std::borrow::Cow;
use std::collections::HashMap;

/// The header of this program's own export.
const OWN: [&str; 6] = ["run", "epoch", "step", "split", "metric", "value"];
const VALUES: [&str; 2] = ["value", "metric_value"];
const METRICS: [&str; 7] = [
    "metric",
    "key",
    "tag",
    "name",
    "variable",
    "metric_name",
    "measure",
];

/// A figure a row.
pub(super) struct Long {
    value: usize,
    metric: usize,
    split: Option<usize>,
    run: Option<usize>,
    epoch: Option<usize>,
    step: Option<usize>,
    is_own: bool,
    /// The rows made so far, by their run, epoch and step.
    rows: HashMap<(usize, u64, u64), usize>,
}

impl Long {
    /// How a header is read, if it is one of a table with a figure a row.
    pub fn of(header: &[String]) -> Option<Self> {
        let named = |names: &[&str]| {
            let is = |name: &String| names.contains(&names::pieces(name).join("_").as_str());
            header.iter().position(is)
        };
        let means = |meaning: Meaning| {
            let is = |name: &String| names::meaning(name) == Some(meaning);
            header.iter().position(is)
        };
        Some(Self {
            value: named(&VALUES)?,
            metric: named(&METRICS)?,
            split: means(Meaning::Phase),
            run: means(Meaning::Run),
            epoch: means(Meaning::Epoch),
            step: means(Meaning::Step),
            is_own: header.iter().map(String::as_str).eq(OWN),
            rows: HashMap::new(),
        })
    }

    pub fn push(
        &mut self,
        line: usize,
        row: &[Cow<'_, str>],
        records: &mut Records<'_>,
    ) -> Result<(), CurveError> {
        let metric = row[self.metric].as_ref();
        let split = self.split.map(|place| row[place].as_ref());
        let run = self.run.map_or("", |place| row[place].as_ref());
        let (role, run) = match self.split {
            Some(_) => (None, run),
            None => split_role(run),
        };
        let id = match split.filter(|split| !split.is_empty()) {
            Some(split) => records.column(&format!("{split}/{metric}")),
            None => records.column_of(metric, role),
        };
        let Some(id) = id else {
            return Ok(());
        };
        let reading = match Reading::of_text(&row[self.value]) {
            // This program writes NaN for whatever isn't finite, and nothing for what it hasn't
            // measured.
            Reading::Nan if self.is_own => Reading::NotFinite,
            reading => reading,
        };
        let run = match run {
            "" => 0,
            run => records.run(run),
        };
        let number = |place: Option<usize>| {
            place.map_or(Reading::Absent, |place| Reading::of_text(&row[place]))
        };
        let (epoch, step) = (number(self.epoch), number(self.step));
        // Where there are epochs, they say what belongs together: trainers count their batches
        // before an evaluation or after it.
        let key = match (&epoch, &step) {
            (Reading::Number(epoch), _) => (run, epoch.to_bits(), 0),
            (_, Reading::Number(step)) => (run, 0, step.to_bits()),
            _ => (run, 0, 0),
        };
        if let Some(place) = self.rows.get(&key) {
            records.set(*place, id, reading);
            return Ok(());
        }
        self.rows.insert(key, records.rows.len());
        let mut cells = vec![(id, reading)];
        for (name, reading) in [("epoch", epoch), ("step", step)] {
            if reading != Reading::Absent
                && let Some(column) = records.column(name)
            {
                cells.push((column, reading));
            }
        }
        records.push(line, run, cells)
    }
}

/// The images that a run's name ends with, and the run without them. Keras writes the events of training and of
/// validation images into folders of these names, which TensorBoard then takes for runs: `logs/train`,
/// `logs/validation`.
pub(super) fn split_role(run: &str) -> (Option<Role>, &str) {
    let trimmed = run.trim_end_matches(['/', '\\']);
    let (of, last) = trimmed.rsplit_once(['/', '\\']).unwrap_or(("", trimmed));
    match names::role(last) {
        Some(role) => (Some(role), of),
        None => (None, run),
    }
}

/// A column for each figure of each run: `quiet-river-1 - val_loss`.
pub(super) struct PerRun {
    /// The column of the epoch or the step, and what it is.
    index: (usize, ColumnId),
    columns: Vec<(usize, usize, ColumnId)>,
}

impl PerRun {
    /// How a header is read, if its columns name runs.
    pub fn of(header: &[String], records: &mut Records<'_>) -> Option<Self> {
        let is_index = |name: &String| {
            matches!(
                names::meaning(name),
                Some(Meaning::Epoch | Meaning::Step | Meaning::Index)
            )
        };
        let place = header.iter().position(is_index)?;
        let others = || header.iter().enumerate().filter(|(at, _)| *at != place);
        let names_runs = others().all(|(_, name)| name.contains(" - "));
        if !names_runs || header.len() < 2 {
            return None;
        }
        records.is_panel = true;
        let index = (place, records.column(&header[place])?);
        let mut columns = Vec::new();
        for (at, name) in others() {
            let Some((run, metric)) = name.rsplit_once(" - ") else {
                continue;
            };
            // The range of a figure over the batches that one point stands for.
            if metric.ends_with("__MIN") || metric.ends_with("__MAX") {
                continue;
            }
            if let Some(id) = records.column(metric) {
                let run = records.run(run.trim());
                columns.push((at, run, id));
            }
        }
        Some(Self { index, columns })
    }

    pub fn push(
        &self,
        line: usize,
        row: &[Cow<'_, str>],
        records: &mut Records<'_>,
    ) -> Result<(), CurveError> {
        let mut runs: Vec<usize> = self.columns.iter().map(|(_, run, _)| *run).collect();
        runs.sort_unstable();
        runs.dedup();
        let (place, id) = self.index;
        for run in runs {
            let of_run = self.columns.iter().filter(|(_, of, _)| *of == run);
            let mut cells: Vec<(ColumnId, Reading)> = of_run
                .map(|(at, _, id)| (*id, Reading::of_text(&row[*at])))
                .filter(|(_, reading)| *reading != Reading::Absent)
                .collect();
            if !cells.is_empty() {
                cells.push((id, Reading::of_text(&row[place])));
                records.push(line, run, cells)?;
            }
        }
        Ok(())
    }
}
