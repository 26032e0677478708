//! Tables: a header with names, then rows, separated by commas, semicolons, tabs, bars or blanks.

use super::long::{Long, PerRun, split_role};
use super::names::{self, Meaning};
use super::reading::Reading;
use super::records::{ColumnId, Records};
use super::separator::Separator;
use super::{CurveError, Note, check_length, lines, shown};
use std::borrow::Cow;

/// How the columns of a header are read.
enum Layout {
    /// A column for each figure.
    Wide(Wide),
    /// A row for each figure.
    Long(Long),
    /// A column for each figure of each run.
    PerRun(PerRun),
}

/// A column for each figure: the columns that mean something.
struct Wide {
    columns: Vec<(usize, ColumnId)>,
    /// The column that says which images a row's figures were measured on.
    phase: Option<usize>,
    runs: Vec<usize>,
}

/// Reads a table.
///
/// # Errors
/// Where it has no header, or a line isn't a row of it.
pub(super) fn read(text: &str, records: &mut Records<'_>) -> Result<(), CurveError> {
    let Some(begin) = Beginning::of(text, records)? else {
        return Ok(());
    };
    let separator = begin.separator;
    let mut header = begin.header;
    let mut layout = Layout::of(&header, begin.line, records)?;
    let torn = torn_line(text);
    let mut last_width = None;
    for (line, text) in lines(text).filter(|(line, _)| *line > begin.line) {
        if text.trim_start().starts_with('#') || is_rule(text) {
            continue;
        }
        check_length(line, text, records.path)?;
        let mut row = separator.split(text);
        while row.len() > header.len() && row.last().is_some_and(|last| last.is_empty()) {
            row.pop();
        }
        if is_header(&row) {
            if !same(&row, &header) {
                header = owned(&row);
                layout = Layout::of(&header, line, records)?;
            }
            records.note(Note::HeaderAgain { line });
            continue;
        }
        if separator == Separator::Char(',') && has_decimal_commas(&row, &header) {
            return Err(CurveError::DecimalCommas {
                line,
                found: row.len(),
                expected: header.len(),
                path: records.path.into(),
            });
        }
        if records.rows.is_empty() && row.len() == header.len() + 1 && last_width.is_none() {
            // R writes the names of the rows without a name of their own in the header.
            header.insert(0, String::new());
            layout = Layout::of(&header, begin.line, records)?;
        }
        if Some(line) == torn && is_cut(&row, &header, last_width) {
            records.note(Note::Torn { line });
            break;
        }
        if row.len() != header.len() {
            return Err(CurveError::Width {
                line,
                found: row.len(),
                expected: header.len(),
                path: records.path.into(),
            });
        }
        last_width = row.last().map(|last| last.len());
        layout.push(line, &row, records)?;
    }
    Ok(())
}

/// Whether a line is drawn below a header or around a table, as Markdown and databases do: `|---|:--:|`, `+----+`.
fn is_rule(line: &str) -> bool {
    line.contains("---") && line.trim().chars().all(|char| "-+=|: ".contains(char))
}

/// Whether commas separate values and decimals alike: the row has more values than columns, at most twice as many,
/// and none but whole numbers.
fn has_decimal_commas(row: &[Cow<'_, str>], header: &[String]) -> bool {
    let is_whole = |cell: &Cow<'_, str>| {
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    (header.len() + 1..=2 * header.len()).contains(&row.len()) && row.iter().all(is_whole)
}

/// The number of the last line where it has no end, as a line has that was cut short.
fn torn_line(text: &str) -> Option<usize> {
    (!text.ends_with('\n')).then(|| text.lines().count())
}

/// Whether a last line without its end was cut short: it lacks values, or its last figure has fewer
/// digits than the one above it.
fn is_cut(row: &[Cow<'_, str>], header: &[String], last_width: Option<usize>) -> bool {
    let is_figure = |name: &String| matches!(names::meaning(name), Some(Meaning::Figure { .. }));
    let shorter = || {
        let width = row.last().map(|last| last.len());
        width < last_width && header.last().is_some_and(is_figure)
    };
    row.len() < header.len() || shorter()
}

/// Whether a row is a header: it names figures and holds no number.
fn is_header(row: &[Cow<'_, str>]) -> bool {
    let is_text = |cell: &Cow<'_, str>| matches!(Reading::of_text(cell), Reading::Text(_));
    let is_known = |cell: &Cow<'_, str>| {
        !cell.is_empty() && !matches!(names::meaning(cell), None | Some(Meaning::Index))
    };
    row.iter().all(|cell| cell.is_empty() || is_text(cell))
        && row.iter().filter(|it| is_known(it)).count() > 1
}

fn same(row: &[Cow<'_, str>], header: &[String]) -> bool {
    let equal = |(cell, name): (&Cow<'_, str>, &String)| cell.eq_ignore_ascii_case(name);
    row.len() == header.len() && row.iter().zip(header).all(equal)
}

fn owned(row: &[Cow<'_, str>]) -> Vec<String> {
    row.iter().map(|cell| cell.clone().into_owned()).collect()
}

/// Where a table begins.
struct Beginning {
    line: usize,
    separator: Separator,
    header: Vec<String>,
}

impl Beginning {
    /// Looks for the header. None where there is nothing.
    fn of(text: &str, records: &Records<'_>) -> Result<Option<Self>, CurveError> {
        let mut forced = None;
        let mut comment = None;
        for (line, text) in lines(text) {
            check_length(line, text, records.path)?;
            let text = text.trim();
            if let Some(separator) = text.strip_prefix("sep=").filter(|_| forced.is_none()) {
                forced = Some(separator.chars().next().unwrap_or('\t'));
                continue;
            }
            if is_rule(text) {
                continue;
            }
            if let Some(inner) = text.strip_prefix('#') {
                comment = Some(inner);
                continue;
            }
            let of = |text| forced.map_or_else(|| Separator::of(text), Separator::Char);
            let separator = of(text);
            let first = separator.split(text);
            let is_number =
                |cell: &Cow<'_, str>| !matches!(Reading::of_text(cell), Reading::Text(_));
            if !first.iter().all(is_number) {
                return Ok(Some(Self {
                    line,
                    separator,
                    header: owned(&first),
                }));
            }
            // NumPy writes the header as a comment.
            let header = comment.map(|comment| separator.split(comment));
            return match header.filter(|header| header.len() == first.len()) {
                Some(header) => Ok(Some(Self {
                    line: line - 1,
                    separator,
                    header: owned(&header),
                })),
                None => Err(CurveError::NoHeader {
                    line,
                    found: shown(text),
                    path: records.path.into(),
                }),
            };
        }
        Ok(None)
    }
}

impl Layout {
    fn of(header: &[String], line: usize, records: &mut Records<'_>) -> Result<Self, CurveError> {
        if let Some(long) = Long::of(header) {
            return Ok(Self::Long(long));
        }
        if let Some(per_run) = PerRun::of(header, records) {
            return Ok(Self::PerRun(per_run));
        }
        let is_one_curve = header.len() == 3
            && ["wall time", "step", "value"]
                .iter()
                .zip(header)
                .all(|(name, found)| found.eq_ignore_ascii_case(name));
        if is_one_curve {
            return Err(CurveError::OneCurve {
                tool: "TensorBoard",
                path: records.path.into(),
            });
        }
        Ok(Self::Wide(Wide::of(header, line, records)))
    }

    fn push(
        &mut self,
        line: usize,
        row: &[Cow<'_, str>],
        records: &mut Records<'_>,
    ) -> Result<(), CurveError> {
        match self {
            Self::Wide(wide) => wide.push(line, row, records),
            Self::Long(long) => long.push(line, row, records),
            Self::PerRun(per_run) => per_run.push(line, row, records),
        }
    }
}

impl Wide {
    fn of(header: &[String], line: usize, records: &mut Records<'_>) -> Self {
        let mut wide = Self {
            columns: Vec::new(),
            phase: None,
            runs: Vec::new(),
        };
        for (place, name) in header.iter().enumerate() {
            let Some(id) = records.column(name) else {
                continue;
            };
            let is_there = wide.columns.iter().any(|(_, other)| *other == id);
            match records.meaning(id) {
                Meaning::Index if place > 0 => {}
                Meaning::Phase => wide.phase = wide.phase.or(Some(place)),
                Meaning::Run => wide.runs.push(place),
                _ if is_there => records.note(Note::ColumnTwice {
                    column: shown(name),
                    line,
                }),
                _ => wide.columns.push((place, id)),
            }
        }
        wide
    }

    fn push(
        &self,
        line: usize,
        row: &[Cow<'_, str>],
        records: &mut Records<'_>,
    ) -> Result<(), CurveError> {
        let role = match self.phase {
            Some(place) => names::role(&row[place]),
            None => self
                .runs
                .iter()
                .find_map(|place| split_role(&row[*place]).0),
        };
        let mut cells = Vec::with_capacity(self.columns.len());
        for (place, id) in &self.columns {
            let id = match role {
                None => Some(*id),
                Some(_) => {
                    let name = records.columns[usize::from(*id)].name.clone();
                    records.column_of(&name, role)
                }
            };
            if let Some(id) = id {
                cells.push((id, Reading::of_text(&row[*place])));
            }
        }
        let run = self.run(row, records);
        records.push(line, run, cells)
    }

    /// The run that a row belongs to, by the columns that name it.
    fn run(&self, row: &[Cow<'_, str>], records: &mut Records<'_>) -> usize {
        if self.runs.is_empty() {
            return 0;
        }
        let labels = self.runs.iter().map(|place| match self.phase {
            Some(_) => row[*place].as_ref(),
            None => split_role(&row[*place]).1,
        });
        let labels: Vec<&str> = labels.filter(|label| !label.is_empty()).collect();
        match labels[..] {
            [] => 0,
            _ => records.run(&labels.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_a_table_are_no_rows() {
        for rule in [
            "|---|:--:|",
            "+-----+----+",
            "----- -----",
            "---+---",
            "==== ---",
        ] {
            assert!(is_rule(rule), "{rule}");
        }
        for row in ["| - | -- |", "-,-,-", "1|---|2", ""] {
            assert!(!is_rule(row), "{row}");
        }
    }
}
