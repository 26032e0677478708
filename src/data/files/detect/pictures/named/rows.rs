//! The rows of a table that names pictures, and which of its columns say what.

use super::super::has_picture_ending;
use super::Part;
use super::index::{Index, Match, part_of};
use crate::data::DataError;
use crate::data::files::names::name_of;
use crate::data::files::read;
use crate::data::files::table::{Dialect, is_label_name};
use csv::{ReaderBuilder, Trim};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A table of names has no more columns than this; one of pixels usually has more.
const COLUMNS: usize = 32;
/// A table in which each class has a column is one of names with this many columns, too.
const MARKED_COLUMNS: usize = 258;
/// So many bytes are looked at to see how many columns a table has.
const LOOKED_AT: u64 = 1 << 14;
/// A table of names is no longer than this, in bytes: one of a million names has fewer.
const LIMIT: u64 = 1 << 25;
/// So many rows are looked at to see which column names pictures.
const SAMPLED: usize = 200;

/// The names of columns that call pictures by name.
const NAMES: [&str; 20] = [
    "filename",
    "file_name",
    "file",
    "files",
    "image",
    "image_id",
    "imageid",
    "image_name",
    "img",
    "img_name",
    "id",
    "name",
    "path",
    "filepath",
    "file_path",
    "image_path",
    "picture",
    "photo",
    "fname",
    "filenames",
];
/// The names of columns that say of each picture to which part it belongs.
const PARTS: [&str; 4] = ["split", "subset", "set", "part"];

/// A table with a few columns.
pub(super) struct NameTable {
    pub path: PathBuf,
    /// The part that the table, or else its folder, is named as.
    pub part: Option<Part>,
    /// The first row, and those behind it with the numbers of their lines.
    first: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

/// Which columns of a table say what.
pub(super) struct Columns {
    /// The column of the pictures' names.
    pub name: usize,
    /// What says the classes, where something does.
    pub label: Option<LabelColumns>,
    /// The column of the parts, where there is one.
    part: Option<usize>,
    pub has_header: bool,
}

/// Which columns say the class of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LabelColumns {
    /// One column has the class.
    One(usize),
    /// Each class has a column, in which a 1 marks its pictures, and a 0 all others.
    Marked(Vec<usize>),
}

/// A row of a table.
pub(super) struct Row<'a> {
    pub line: u64,
    pub name: &'a str,
    /// The class; empty where the row says none.
    pub label: &'a str,
    /// All classes that the row marks, where each class has a column.
    pub marked: Option<Vec<&'a str>>,
    pub part: Option<Part>,
}

impl NameTable {
    /// Reads a table, where it has few columns.
    ///
    /// # Errors
    /// Where it can't be read.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, DataError> {
        let is_short = path.metadata().is_ok_and(|found| found.len() <= LIMIT);
        if !is_short || !has_few_columns(path) {
            return Ok(None);
        }
        let bytes = read::whole(path, LIMIT)?;
        let dialect = Dialect::of(&bytes);
        let (preface, table) = dialect.preface(&bytes);
        let before = preface.iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.separator)
            .trim(Trim::All)
            .from_reader(table);
        let mut rows = Vec::new();
        for record in reader.byte_records() {
            // Reading from memory doesn't fail, and rows may have any length.
            let Ok(record) = record else { break };
            let line = record.position().map_or(0, csv::Position::line);
            let fields = record.iter().map(String::from_utf8_lossy);
            rows.push((
                before + line,
                fields.map(|field| field.into_owned()).collect(),
            ));
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let (_, first) = rows.remove(0);
        let folder = path.parent().map(name_of);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Some(Self {
            path: path.to_path_buf(),
            part: part_of(&stem).or_else(|| part_of(&folder?)),
            first,
            rows,
        }))
    }

    /// Finds which columns say what: none where no column names a picture that is there.
    pub(super) fn columns(&self, index: &Index) -> Option<Columns> {
        let is_there = |value: &String| index.find(value, None) != Match::None;
        let has_header = !self.first.iter().any(is_there);
        let label = self.label();
        let sample: Vec<&Vec<String>> = self.sample(has_header).collect();
        let name = (0..self.first.len())
            .filter(|place| Some(*place) != label.filter(|_| has_header))
            .map(|place| {
                let values = || sample.iter().filter_map(|row| row.get(place));
                let found = values().filter(|value| is_there(value)).count();
                let has_endings = values().any(|value| has_picture_ending(value));
                let is_called_so = has_header && is_name(&self.first[place]);
                let may_name = is_called_so || !self.may_be_pixels(place, has_header, &sample);
                (
                    found > 0 && may_name,
                    has_endings,
                    is_called_so,
                    found,
                    place,
                )
            })
            .max_by_key(|(is_found, has_endings, is_called_so, found, place)| {
                let rank = (*is_found, *has_endings, *is_called_so, *found);
                (rank, std::cmp::Reverse(*place))
            })?;
        let (true, .., name) = name else { return None };
        let other = || {
            let other = (self.first.len() == 2).then(|| 1 - name);
            other.filter(|place| !has_header || !is_name(&self.first[*place]))
        };
        let label = if has_header {
            label.or_else(other)
        } else {
            other()
        };
        let label = label.filter(|label| *label != name);
        let part = (0..self.first.len())
            .filter(|place| {
                has_header && PARTS.contains(&self.first[*place].to_lowercase().as_str())
            })
            .find(|place| {
                let mut values = self.rows.iter().filter_map(|(_, row)| row.get(*place));
                values.all(|value| Part::of_name(value).is_some())
            });
        let label = label.map(LabelColumns::One).or_else(|| {
            let marks = has_header.then(|| self.marks(name, part));
            marks.flatten().map(LabelColumns::Marked)
        });
        Some(Columns {
            name,
            label,
            part,
            has_header,
        })
    }

    /// The columns of classes, where each class has one: all but that of the names and that of the parts, of
    /// which there are several with nothing but 0 and 1 in them.
    fn marks(&self, name: usize, part: Option<usize>) -> Option<Vec<usize>> {
        let columns = (0..self.first.len()).filter(|place| *place != name && Some(*place) != part);
        let columns: Vec<usize> = columns.collect();
        let are_marks = |(_, row): &(u64, Vec<String>)| {
            let mut values = columns
                .iter()
                .map(|place| row.get(*place).map(String::as_str));
            values.all(|value| matches!(value, Some("0" | "1" | "0.0" | "1.0")))
        };
        // A line without a name is none of a picture.
        let has_name =
            |(_, row): &&(u64, Vec<String>)| row.get(name).is_some_and(|v| !v.is_empty());
        let are_all = self.rows.iter().filter(has_name).all(are_marks);
        let has_any = self.rows.iter().any(|(_, row)| {
            let mut values = columns.iter().filter_map(|place| row.get(*place));
            values.any(|value| is_mark(value))
        });
        (columns.len() > 1 && are_all && has_any).then_some(columns)
    }

    /// Whether a column may hold the values of a pixel, which happen to be the names of numbered pictures:
    /// whole numbers under a name that isn't one for pictures. In a table of two columns without a header
    /// numbers are names, since no picture has a single pixel.
    fn may_be_pixels(&self, place: usize, has_header: bool, sample: &[&Vec<String>]) -> bool {
        let is_number = |row: &&Vec<String>| {
            let value = row.get(place).map_or("", String::as_str);
            value.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_called_pixel = has_header && self.first[place].to_lowercase().starts_with("pixel");
        (self.first.len() > 2 || is_called_pixel) && sample.iter().all(is_number)
    }

    /// Whether the table says of itself that it names pictures and their classes.
    pub(super) fn claims_names(&self) -> bool {
        let has_name = self.first.iter().any(|name| is_name(name));
        let has_ending = |(_, row): &(u64, Vec<String>)| row.iter().any(|v| has_picture_ending(v));
        self.label().is_some() && (has_name || self.rows.iter().take(SAMPLED).any(has_ending))
    }

    /// Whether the table lists pictures to predict: it is one of the test without classes, or has one column.
    pub(super) fn lists_test(&self, columns: &Columns) -> bool {
        columns.label.is_none() && (self.part == Some(Part::Test) || self.first.len() == 1)
    }

    /// The column of labels by its name, the most usual name first.
    fn label(&self) -> Option<usize> {
        self.first.iter().position(|name| is_label_name(name))
    }

    /// What the header calls a column.
    pub(super) fn column_name(&self, columns: &Columns, place: usize) -> String {
        match columns.has_header {
            true => self.first[place].clone(),
            false => (place + 1).to_string(),
        }
    }

    /// What the header calls the columns that say the class.
    pub(super) fn label_name(&self, columns: &Columns) -> Option<String> {
        match columns.label.as_ref()? {
            LabelColumns::One(place) => Some(self.column_name(columns, *place)),
            LabelColumns::Marked(_) => None,
        }
    }

    /// The names of all columns.
    pub(super) fn header(&self) -> String {
        self.first.join(",")
    }

    /// The rows of pictures that have a name.
    pub(super) fn rows<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = Row<'a>> {
        let first = (!columns.has_header).then_some((1, &self.first));
        let rest = self.rows.iter().map(|(line, row)| (*line, row));
        first.into_iter().chain(rest).filter_map(|(line, row)| {
            let value = |place: usize| row.get(place).map_or("", String::as_str);
            let name = value(columns.name);
            let marked = match &columns.label {
                Some(LabelColumns::Marked(places)) => Some(
                    (places.iter().filter(|place| is_mark(value(**place))))
                        .map(|place| self.first[*place].as_str())
                        .collect::<Vec<_>>(),
                ),
                Some(LabelColumns::One(_)) | None => None,
            };
            (!name.is_empty()).then(|| Row {
                line,
                name,
                label: match (&columns.label, &marked) {
                    (Some(LabelColumns::One(place)), _) => value(*place),
                    (_, Some(marked)) if marked.len() == 1 => marked[0],
                    _ => "",
                },
                marked,
                part: columns.part.and_then(|place| Part::of_name(value(place))),
            })
        })
    }

    /// Some rows from the whole table.
    fn sample(&self, has_header: bool) -> impl Iterator<Item = &Vec<String>> {
        let step = self.rows.len().div_ceil(SAMPLED).max(1);
        let first = (!has_header).then_some(&self.first);
        let rest = self.rows.iter().step_by(step).map(|(_, row)| row);
        first.into_iter().chain(rest)
    }
}

/// Whether a value marks the class of its column.
fn is_mark(value: &str) -> bool {
    matches!(value, "1" | "1.0")
}

fn is_name(name: &str) -> bool {
    NAMES.contains(&name.to_lowercase().as_str())
}

/// Whether the first line of a file has few columns. A column alone may list pictures to predict.
fn has_few_columns(path: &Path) -> bool {
    // Opening a pipe would wait.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut start));
    if read.is_err() || start.is_empty() {
        return false;
    }
    let dialect = Dialect::of(&start);
    let (_, table) = dialect.preface(&start);
    let (line, rest) = dialect.first_line(table);
    let columns = dialect.record(line).map_or(0, |record| record.len());
    let names_pictures = || {
        let (second, _) = dialect.first_line(rest);
        let record = dialect.record(second);
        record.is_some_and(|record| {
            let mut values = record.iter().map(String::from_utf8_lossy);
            values.any(|value| has_picture_ending(value.trim()))
        })
    };
    (1..=COLUMNS).contains(&columns) || columns <= MARKED_COLUMNS && columns > 1 && names_pictures()
}
