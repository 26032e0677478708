//! One line of a table. A row of plain numbers and texts is read by a quick loop, any other line by
//! the csv crate, which also finds the words for what is wrong.

use super::super::names::shown;
use super::dialect::{Dialect, MAX_LINE};
use super::layout::{Column, LabelKind, Layout, Segment};
use super::rows::RowError;
use std::ops::Range;

/// What one line holds.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// A row: its numbers and texts are filled in.
    Row,
    /// Nothing but blanks.
    Blank,
    /// The header once more.
    Header,
}

/// The values of one row, which are filled in for each row anew.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Values {
    /// The numbers, as they stand.
    pub numbers: Vec<u8>,
    /// The places of the texts within the line, where the quick loop read them.
    pub texts: Vec<Range<usize>>,
    /// The texts, where the csv crate read them.
    pub owned: Vec<String>,
}

/// Reads a row that has only plain numbers and texts with separators between them, and a line end.
/// Gives how many bytes the row took, or none where it is anything else.
#[inline]
pub(super) fn quick_row(bytes: &[u8], layout: &Layout, values: &mut Values) -> Option<usize> {
    let separator = layout.dialect.separator;
    let (mut at, mut filled) = (0, 0);
    values.texts.clear();
    for (place, segment) in layout.segments.iter().enumerate() {
        if place > 0 {
            if bytes.get(at) != Some(&separator) {
                return None;
            }
            at += 1;
        }
        match segment {
            Segment::Numbers(count) => {
                let numbers = values.numbers.get_mut(filled..filled + count)?;
                let rest = bytes.get(at..)?;
                // Each separator has a loop of its own, which is a fifth faster.
                at += match separator {
                    b';' => quick_numbers::<b';'>(rest, numbers),
                    b'\t' => quick_numbers::<b'\t'>(rest, numbers),
                    _ => quick_numbers::<b','>(rest, numbers),
                }?;
                filled += count;
            }
            Segment::Text => {
                let len = quick_text(bytes.get(at..)?, layout.dialect)?;
                values.texts.push(at..at + len);
                at += len;
            }
        }
    }
    match bytes.get(at..)? {
        [] => Some(at),
        [end, ..] if *end == layout.dialect.line_end => Some(at + 1),
        [b'\r', b'\n', ..] if layout.dialect.line_end == b'\n' => Some(at + 2),
        _ => None,
    }
}

/// Reads whole numbers from 0 to 255 with separators between them, and gives how many bytes they
/// took.
#[inline]
fn quick_numbers<const SEPARATOR: u8>(bytes: &[u8], values: &mut [u8]) -> Option<usize> {
    let zeros = [
        b'0', SEPARATOR, b'0', SEPARATOR, b'0', SEPARATOR, b'0', SEPARATOR,
    ];
    let (mut at, mut filled) = (0, 0);
    // Four in five pixels of handwriting are 0. The last value has no separator here, so that it is
    // never read in this loop.
    while filled + 1 < values.len() {
        if filled + 4 < values.len() && bytes.get(at..at + 8) == Some(&zeros) {
            values[filled..filled + 4].fill(0);
            (at, filled) = (at + 8, filled + 4);
            continue;
        }
        let (value, digits) = number(bytes.get(at..)?)?;
        at += digits;
        if bytes.get(at) != Some(&SEPARATOR) {
            at += point_and_zeros(&bytes[at..])?;
            if bytes.get(at) != Some(&SEPARATOR) {
                return None;
            }
        }
        values[filled] = value;
        (at, filled) = (at + 1, filled + 1);
    }
    let (value, digits) = number(bytes.get(at..)?)?;
    *values.last_mut()? = value;
    at += digits;
    match bytes.get(at) {
        Some(b'.') => Some(at + point_and_zeros(&bytes[at..])?),
        _ => Some(at),
    }
}

/// How many bytes the point and the zeros take that follow a whole number written as `7.0`.
#[cold]
fn point_and_zeros(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(b".")?;
    Some(1 + rest.iter().take_while(|&&byte| byte == b'0').count())
}

/// Reads the number at the start and how many digits it has, three at most.
#[inline]
fn number(bytes: &[u8]) -> Option<(u8, usize)> {
    let digit = |at: usize| {
        bytes
            .get(at)
            .map(|byte| u32::from(byte.wrapping_sub(b'0')))
            .filter(|&digit| digit < 10)
    };
    let first = digit(0)?;
    let Some(second) = digit(1) else {
        return Some((first as u8, 1));
    };
    let Some(third) = digit(2) else {
        return Some(((first * 10 + second) as u8, 2));
    };
    let value = first * 100 + second * 10 + third;
    Some((u8::try_from(value).ok()?, 3))
}

/// How many bytes of plain text stand before the next separator or line end.
#[inline]
fn quick_text(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    let ends = |byte: u8| byte == dialect.separator || byte == dialect.line_end || byte == b'\r';
    let len = bytes.iter().position(|&byte| ends(byte));
    let text = &bytes[..len.unwrap_or(bytes.len())];
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'"';
    text.iter().all(is_plain).then_some(text.len())
}

/// Reads a line as CSV.
pub(super) fn odd_row(line: &[u8], layout: &Layout, values: &mut Values) -> Result<Line, RowError> {
    let expected = layout.names.len();
    if line.len() > MAX_LINE {
        let problem = format!(
            "found a line of {} bytes, expected {expected} values; the file is damaged or no CSV",
            line.len()
        );
        return Err(RowError::of(None, problem));
    }
    if line.contains(&0) {
        let problem = "found a NUL byte, expected numbers; the file is damaged or UTF-16: copy it \
                       again, or save it as UTF-8";
        return Err(RowError::of(None, problem));
    }
    let Some(record) = layout.dialect.record(line) else {
        let problem = "found line ends of another kind or an open quote, expected one row; save \
                       the file with usual line ends";
        return Err(RowError::of(None, problem));
    };
    if record.is_empty() || line.trim_ascii().is_empty() {
        return Ok(Line::Blank);
    }
    if layout.header.as_ref() == Some(&record) {
        return Ok(Line::Header);
    }
    // A separator at the end of each row makes an empty value of nothing.
    let is_longer_by_nothing =
        record.len() == expected + 1 && record.get(expected).is_some_and(<[u8]>::is_empty);
    let is_shorter_by_nothing = record.len() + 1 == expected
        && layout.columns.last() == Some(&Column::Aside)
        && layout
            .header
            .as_ref()
            .is_some_and(|header| header.get(expected - 1).is_some_and(<[u8]>::is_empty));
    if record.len() != expected && !is_longer_by_nothing && !is_shorter_by_nothing {
        let problem = format!(
            "found {} values, expected {expected} as in the first line; the line is damaged or cut \
             short: correct it or copy the file again",
            record.len()
        );
        return Err(RowError::of(None, problem));
    }
    values.owned.clear();
    let mut numbers = values.numbers.iter_mut();
    for (place, column) in layout.columns.iter().enumerate() {
        let field = record.get(place).unwrap_or_default();
        match column {
            Column::Pixel | Column::Label(LabelKind::Number) => {
                let number = careful_number(field, layout.dialect.separator);
                let number = number.map_err(|error| wrong_number(field, place, *column, error))?;
                if let Some(value) = numbers.next() {
                    *value = number;
                }
            }
            Column::Label(LabelKind::Name) | Column::Id | Column::Aside => {
                let text = String::from_utf8_lossy(field);
                values.owned.push(text.into_owned());
            }
        }
    }
    Ok(Line::Row)
}

/// Why a text is no whole number from 0 to 255.
enum NoNumber {
    /// The text is a number with a fraction, or one below 0.
    Scaled,
    /// The text is anything else.
    Other,
}

/// Reads a whole number from 0 to 255, which may be written as `7.0` or `2.55e+02`.
/// Where no comma stands between values, one may stand in place of the point, as German programs write it.
fn careful_number(field: &[u8], separator: u8) -> Result<u8, NoNumber> {
    let text = std::str::from_utf8(field).map_err(|_| NoNumber::Other)?;
    let with_point = (separator != b',').then(|| text.replacen(',', ".", 1));
    let text = with_point.as_deref().unwrap_or(text);
    if let Ok(number) = text.parse::<u8>() {
        return Ok(number);
    }
    match text.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && (0.0..=255.0).contains(&number) => Ok(number as u8),
        Ok(number) if number.is_finite() && (number.fract() != 0.0 || number < 0.0) => {
            Err(NoNumber::Scaled)
        }
        _ => Err(NoNumber::Other),
    }
}

fn wrong_number(field: &[u8], place: usize, column: Column, error: NoNumber) -> RowError {
    let found = shown(field);
    let is_scaled = matches!((column, error), (Column::Pixel, NoNumber::Scaled));
    let mend = if is_scaled { "" } else { "; correct it" };
    let problem = format!("found {found}, expected a whole number from 0 to 255{mend}");
    RowError {
        is_scaled,
        ..RowError::of(Some(place), problem)
    }
}

#[cfg(test)]
mod tests;
