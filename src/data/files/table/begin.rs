//! The first lines of a table, which say what its columns hold.

use super::super::check_size;
use super::super::names::shown;
use super::dialect::{Dialect, MAX_LINE, other_kind, web_page};
use super::header;
use super::headless::{self, FirstLine, Sample};
use super::layout::{Layout, Purpose};
use crate::data::{DataError, DataNote, TablePlace};
use crate::experiment::limits;
use std::path::Path;

/// How many rows are looked at to find out what a table holds.
pub(super) const SAMPLED: usize = 500;
/// More columns than these are no image of the largest size, even in colour.
const MOST_COLUMNS: usize = 3 * 64 * 64 + 16;

/// How a table begins.
pub(super) struct Begun<'a> {
    pub layout: Layout,
    pub notes: Vec<DataNote>,
    /// How many lines were taken.
    pub lines: u64,
    /// The rows of the first block.
    pub rest: &'a [u8],
}

/// Reads from the first lines what the rows hold.
pub(super) fn begin<'a>(
    path: &Path,
    dialect: Dialect,
    block: &'a [u8],
    purpose: Purpose,
) -> Result<Begun<'a>, DataError> {
    let (preface, table) = dialect.preface(block);
    let lines = preface.iter().filter(|&&byte| byte == dialect.line_end);
    let before = lines.count() as u64;
    let fail = |problem: String| {
        Err(DataError::File {
            path: path.to_path_buf(),
            place: Some(TablePlace {
                line: before + 1,
                column: None,
            }),
            problem,
        })
    };
    let (line, rest) = dialect.first_line(table);
    if let Some(found) = web_page(table).or_else(|| other_kind(line)) {
        return fail(format!("found {found}"));
    }
    let expected = purpose.expected();
    let record = match dialect.record(line) {
        Some(record) if line.len() <= MAX_LINE => record,
        _ => {
            return fail(format!(
                "found {}, expected {expected}; choose a CSV file with usual line ends",
                shown(line.trim_ascii())
            ));
        }
    };
    let names = texts(&record);
    if names.is_empty() || line.trim_ascii().is_empty() {
        return fail(format!(
            "found a blank line, expected {expected}; remove it"
        ));
    }
    if names.len() > MOST_COLUMNS {
        let side = limits::IMAGE_SIDE.end();
        return fail(format!(
            "found {} columns, expected the pixels of images of at most {side} × {side}; make them \
             smaller",
            names.len()
        ));
    }
    if let [only] = names.as_slice()
        && only.split_whitespace().nth(1).is_some()
    {
        return fail(format!(
            "found {}, expected {expected}; separate the values by commas",
            shown(only.as_bytes())
        ));
    }
    let (read, rest, lines) = match FirstLine::of(&names) {
        FirstLine::Mangled => return fail(headless::mangled_problem(&names, purpose)),
        FirstLine::Names => {
            // Where a file was appended to another, the first row may be the header again.
            let first_row = rows(dialect, rest).find(|row| *row != names);
            let read = header::layout(dialect, &names, first_row.as_deref(), purpose);
            (read, rest, before + 1)
        }
        FirstLine::Values => {
            let read = headless::layout(dialect, &sample(dialect, table, SAMPLED), purpose);
            (read, table, before)
        }
    };
    let (mut layout, notes) = match read {
        Ok(read) => read,
        Err(problem) => return fail(problem),
    };
    if lines > before {
        layout.header = Some(record);
    }
    check_size(path, layout.size)?;
    Ok(Begun {
        layout,
        notes,
        lines,
        rest,
    })
}

/// The first rows of lines that aren't blank.
pub(super) fn sample(dialect: Dialect, lines: &[u8], most: usize) -> Sample {
    rows(dialect, lines).take(most).collect()
}

/// The rows of lines that aren't blank, each read when it is asked for.
fn rows(dialect: Dialect, mut lines: &[u8]) -> impl Iterator<Item = Vec<String>> {
    std::iter::from_fn(move || {
        while !lines.is_empty() {
            let (line, rest) = dialect.first_line(lines);
            lines = rest;
            let is_short = line.len() <= MAX_LINE && !line.trim_ascii().is_empty();
            if let Some(record) = dialect.record(line).filter(|_| is_short) {
                return Some(texts(&record));
            }
        }
        None
    })
}

/// The fields of a record as text.
fn texts(record: &csv::ByteRecord) -> Vec<String> {
    let fields = record.iter().map(String::from_utf8_lossy);
    fields.map(|field| field.trim().to_owned()).collect()
}
