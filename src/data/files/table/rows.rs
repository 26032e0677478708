//! The rows of a table of images, put together from its lines.

use super::super::names::shown;
use super::layout::{Column, Layout};
use super::line::{Line, Values, odd_row, quick_row};
use std::ops::Range;

/// A name of a class, and an id, is no longer than this, in characters.
const TEXT_LIMIT: usize = 64;
/// There are never more names of classes than labels have values.
const MOST_NAMES: usize = 256;

/// The rows of some lines.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// The labels as the file has them. Where they are names, they count through `label_names`.
    pub labels: Vec<u8>,
    /// The names that labels have, in the order in which they were found.
    pub label_names: Vec<String>,
    /// What the images are called.
    pub ids: Vec<String>,
    /// The pixels of one image after the other, `[row, column]`.
    pub pixels: Vec<u8>,
    /// How many lines were read, blank ones included.
    pub lines: u64,
    /// How many lines repeat the header.
    pub headers: u64,
}

/// What is wrong with a line.
#[derive(Debug, PartialEq)]
pub(super) struct RowError {
    /// How many lines come before this one.
    pub lines_before: u64,
    /// The number of the column, from 0, where one is meant.
    pub column: Option<usize>,
    /// What was found, what was expected, and what to do.
    pub problem: String,
    /// Whether a pixel is a number that isn't whole or is below 0. What to do about it depends on the
    /// rest of the table and isn't said in the problem.
    pub is_scaled: bool,
}

impl RowError {
    /// The error of a line.
    pub(super) fn of(column: Option<usize>, problem: impl Into<String>) -> Self {
        Self {
            lines_before: 0,
            column,
            problem: problem.into(),
            is_scaled: false,
        }
    }
}

impl Rows {
    /// Reads whole lines. The last one may lack its end.
    pub(super) fn read(layout: &Layout, bytes: &[u8]) -> Result<Self, RowError> {
        let mut rows = Self::default();
        let mut values = Values {
            numbers: vec![0; layout.numbers()],
            ..Values::default()
        };
        let mut rest = bytes;
        // Each value of a row takes at least two bytes.
        rows.pixels.reserve(bytes.len() / 2);
        while !rest.is_empty() {
            let at_line = |mut error: RowError, lines: u64| {
                error.lines_before = lines;
                error
            };
            let taken = if let Some(taken) = quick_row(rest, layout, &mut values) {
                // The quick loop takes letters, digits and signs of ASCII alone.
                let text = |range: &Range<usize>| str::from_utf8(&rest[range.clone()]);
                let texts = values
                    .texts
                    .iter()
                    .map(|range| text(range).unwrap_or_default());
                rows.keep_texts(layout, texts)
                    .map_err(|error| at_line(error, rows.lines))?;
                rows.keep_numbers(layout, &values.numbers);
                taken
            } else {
                let (line, _) = layout.dialect.first_line(rest);
                let found = odd_row(line, layout, &mut values);
                match found.map_err(|error| at_line(error, rows.lines))? {
                    Line::Row => {
                        rows.keep_texts(layout, values.owned.iter().map(String::as_str))
                            .map_err(|error| at_line(error, rows.lines))?;
                        rows.keep_numbers(layout, &values.numbers);
                    }
                    Line::Header => rows.headers += 1,
                    Line::Blank => {}
                }
                line.len()
            };
            rows.lines += 1;
            rest = &rest[taken..];
        }
        Ok(rows)
    }

    /// Keeps the label and the pixels of a row.
    fn keep_numbers(&mut self, layout: &Layout, numbers: &[u8]) {
        let (before, after) = match layout.label_at {
            Some(at) => {
                self.labels.push(numbers[at]);
                (&numbers[..at], &numbers[at + 1..])
            }
            None => (numbers, &[][..]),
        };
        match &layout.places {
            None => {
                self.pixels.extend_from_slice(before);
                self.pixels.extend_from_slice(after);
            }
            Some(places) => {
                let pixel = |&place: &usize| match place.checked_sub(before.len()) {
                    None => before[place],
                    Some(place) => after[place],
                };
                self.pixels.extend(places.iter().map(pixel));
            }
        }
    }

    /// Keeps the id of a row, and its label where that is a name.
    fn keep_texts<'a>(
        &mut self,
        layout: &Layout,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<(), RowError> {
        for (place, found) in layout.texts.iter().copied().zip(texts) {
            let found = found.trim();
            let check = |what: &str| {
                let is_sound = !found.is_empty()
                    && found.len() <= 4 * TEXT_LIMIT
                    && found.chars().count() <= TEXT_LIMIT
                    && !found.contains(char::is_control);
                let problem = || {
                    format!(
                        "found {}, expected {what} of at most {TEXT_LIMIT} characters; correct it",
                        shown(found.as_bytes())
                    )
                };
                match is_sound {
                    true => Ok(()),
                    false => Err(RowError::of(Some(place), problem())),
                }
            };
            match layout.columns[place] {
                Column::Label(_) => {
                    check("the name of a class")?;
                    let label = self.name(found);
                    let too_many = "found more than 256 names of classes, expected some images of \
                                    each; is this the column of the labels?";
                    let label = label.ok_or_else(|| RowError::of(Some(place), too_many))?;
                    self.labels.push(label);
                }
                Column::Id => {
                    check("an id")?;
                    self.ids.push(found.to_owned());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The number of a class by its name; none where there are too many.
    fn name(&mut self, name: &str) -> Option<u8> {
        let known = self.label_names.iter().position(|known| known == name);
        let place = known.unwrap_or(self.label_names.len());
        if known.is_none() {
            if place == MOST_NAMES {
                return None;
            }
            self.label_names.push(name.to_owned());
        }
        u8::try_from(place).ok()
    }

    /// Appends the rows of the lines that follow. False where the memory doesn't hold them or there
    /// are too many names of classes.
    pub(super) fn append(&mut self, part: &Self) -> bool {
        let has_room = self.pixels.try_reserve(part.pixels.len()).is_ok()
            && self.labels.try_reserve(part.labels.len()).is_ok()
            && self.ids.try_reserve(part.ids.len()).is_ok();
        if !has_room {
            return false;
        }
        if part.label_names.is_empty() {
            self.labels.extend_from_slice(&part.labels);
        } else {
            let numbers: Option<Vec<u8>> = part
                .label_names
                .iter()
                .map(|name| self.name(name))
                .collect();
            let Some(numbers) = numbers else { return false };
            let labels = part.labels.iter();
            self.labels
                .extend(labels.map(|&label| numbers[usize::from(label)]));
        }
        self.pixels.extend_from_slice(&part.pixels);
        self.ids.extend_from_slice(&part.ids);
        self.lines += part.lines;
        self.headers += part.headers;
        true
    }
}

#[cfg(test)]
mod tests;
