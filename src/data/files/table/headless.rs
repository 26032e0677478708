//! Tables without a header: which column is the label, by their number and what they hold.

use super::super::names::shown;
use super::dialect::Dialect;
use super::layout::{Column, LabelKind, Layout, Purpose};
use super::size::square;
use crate::data::{DataNote, LabelPlace};
use crate::experiment::limits;
use std::collections::BTreeMap;

/// So few columns in a row that count up are an image of few pixels, not a header.
const FEWEST_COUNTED: usize = 4;
/// A header that pandas made of an image has at least so many values that it made different.
const FEWEST_MANGLED: usize = 3;

/// What the first line of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// The names of the columns.
    Names,
    /// The values of the first image.
    Values,
    /// The values of the first image, which pandas took for names: it makes the second 0 into 0.1,
    /// the third into 0.2.
    Mangled,
}

impl FirstLine {
    /// What these fields are.
    pub(super) fn of(fields: &[String]) -> Self {
        let is_number = |field: &&String| field.parse::<f64>().is_ok_and(f64::is_finite);
        let numbers: Vec<&String> = fields.iter().filter(is_number).collect();
        if numbers.is_empty() || 2 * numbers.len() < fields.len() {
            return Self::Names;
        }
        if is_mangled(&numbers) {
            return Self::Mangled;
        }
        let mut counted: Vec<u32> = numbers.iter().filter_map(|n| n.parse().ok()).collect();
        counted.sort_unstable();
        let is_counted = counted.len() == numbers.len()
            && counted.first().is_some_and(|first| *first <= 1)
            && counted.windows(2).all(|two| two[0] + 1 == two[1]);
        let has_names = numbers.len() < fields.len();
        if is_counted && (has_names || counted.len() >= FEWEST_COUNTED) {
            return Self::Names;
        }
        let mut different: Vec<&str> = numbers.iter().map(|n| n.as_str()).collect();
        different.sort_unstable();
        different.dedup();
        // Names of columns differ, and the values of an image don't all.
        if has_names && different.len() == numbers.len() && numbers.len() >= FEWEST_COUNTED {
            return Self::Names;
        }
        Self::Values
    }
}

/// Whether each value that has stood before has `.1`, `.2`, … behind it, as pandas makes names
/// different.
fn is_mangled(fields: &[&String]) -> bool {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut mangled = 0;
    for field in fields {
        let (base, times) = match field.rsplit_once('.') {
            Some((base, times)) if !base.is_empty() => (base, times.parse().ok()),
            _ => (field.as_str(), Some(0)),
        };
        let known = seen.entry(base).or_default();
        if times != Some(*known) {
            return false;
        }
        mangled += usize::from(*known > 0);
        *known += 1;
    }
    mangled >= FEWEST_MANGLED
}

/// What to say of a header that pandas made of an image.
pub(super) fn mangled_problem(fields: &[String], purpose: Purpose) -> String {
    let example = fields.iter().find(|field| field.contains('.'));
    format!(
        "found numbers such as {} for names, expected {}; pandas took the first image for the \
         header: read the file with header=None, and write it with header=False; or remove the \
         first line, which loses that image",
        shown(example.map_or(&b""[..], |field| field.as_bytes())),
        purpose.expected()
    )
}

/// Rows of values at the start of a table.
pub(super) type Sample = Vec<Vec<String>>;

/// Finds what the columns hold in a table without a header.
///
/// # Errors
/// Where their number doesn't say it: what was found, what was expected and what to do.
pub(super) fn layout(
    dialect: Dialect,
    sample: &Sample,
    purpose: Purpose,
) -> Result<(Layout, Vec<DataNote>), String> {
    let first = sample.first().map_or(&[][..], Vec::as_slice);
    let count = first.len();
    let names: Vec<String> = (1..=count).map(|column| column.to_string()).collect();
    let is_square = |pixels: usize| square(pixels).is_ok();
    let texts: Vec<usize> = (0..count)
        .filter(|&column| first[column].parse::<f64>().is_err())
        .collect();
    let (label, kind, index) = match (texts.as_slice(), purpose) {
        ([], Purpose::Train) if is_square(count) => {
            return Err(format!(
                "found {count} columns of numbers without a header and no label column, expected \
                 {}; this is a test.csv, choose train.csv",
                purpose.expected()
            ));
        }
        ([], Purpose::Test | Purpose::Measure) if is_square(count) => {
            (None, LabelKind::Number, None)
        }
        ([], _) if count > 1 && is_square(count - 1) => match counts_rows(sample) {
            true if purpose != Purpose::Train => (None, LabelKind::Number, Some(0)),
            _ => (Some(label_column(sample, 0)), LabelKind::Number, None),
        },
        ([], _) if count > 2 && is_square(count - 2) && counts_rows(sample) => {
            (Some(label_column(sample, 1)), LabelKind::Number, Some(0))
        }
        (&[place], _) if (place == 0 || place + 1 == count) && is_square(count - 1) => {
            (Some(place), LabelKind::Name, None)
        }
        _ => return Err(without_header(first, purpose)),
    };
    let mut columns = vec![Column::Pixel; count];
    let mut notes = Vec::new();
    if let Some(place) = index {
        columns[place] = Column::Aside;
        notes.push(DataNote::ColumnAside {
            name: names[place].clone(),
        });
    }
    if let Some(place) = label {
        columns[place] = Column::Label(kind);
    }
    let pixels = columns.iter().filter(|column| **column == Column::Pixel);
    let size = square(pixels.count())?;
    notes.push(DataNote::NoHeader {
        label: label.map(|place| match place + 1 == count {
            true => LabelPlace::Last,
            false => LabelPlace::First,
        }),
    });
    Ok((Layout::new(dialect, names, columns, size, None), notes))
}

/// What to say of values whose number alone doesn't say what they are.
fn without_header(first: &[String], purpose: Purpose) -> String {
    let start = shown(first.join(",").as_bytes());
    let count = first.len();
    let values = match purpose {
        Purpose::Train | Purpose::Measure => count.saturating_sub(1),
        Purpose::Test => count,
    };
    let is_colour = super::size::colour_side(values).is_some();
    let why = match square(values) {
        Err(problem) if is_colour => format!("; {problem}"),
        _ => String::new(),
    };
    format!(
        "found numbers ({start}), {count} a line, which are no square image with or without a \
         label{why}, expected {}; add the header as the first line",
        purpose.expected()
    )
}

/// Whether the first column counts the rows up by one, from 0 or 1.
fn counts_rows(sample: &Sample) -> bool {
    let numbers = column(sample, 0);
    let counts_up = numbers.windows(2).all(|two| two[0] + 1.0 == two[1]);
    numbers.len() > 2 && counts_up && numbers.first().is_some_and(|first| *first <= 1.0)
}

/// The column of the label: the first after those that are set aside, unless only the last can be
/// it.
fn label_column(sample: &Sample, first: usize) -> usize {
    let last = sample.first().map_or(0, |row| row.len().saturating_sub(1));
    match (
        is_label(&column(sample, first)),
        is_label(&column(sample, last)),
    ) {
        (false, true) => last,
        _ => first,
    }
}

/// Whether values can be labels: whole numbers, neither all alike nor of more kinds than there can be
/// classes.
fn is_label(values: &[f64]) -> bool {
    let is_whole = |value: &f64| value.fract() == 0.0 && (0.0..=255.0).contains(value);
    let mut different = values.to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    values.iter().all(is_whole) && limits::CLASSES.contains(&different.len())
}

/// The numbers of a column in the rows that have one there.
fn column(sample: &Sample, column: usize) -> Vec<f64> {
    sample
        .iter()
        .filter_map(|row| row.get(column)?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn a_first_line_is_told_from_a_header() {
        let check = |line: &str, expected: FirstLine| {
            assert_eq!(FirstLine::of(&fields(line)), expected, "{line}");
        };
        check("label,pixel0,pixel1", FirstLine::Names);
        check("label,0,1,2,3", FirstLine::Names);
        check("0,1,2,3", FirstLine::Names);
        check("1,2,3,4,5", FirstLine::Names);
        check(",0,1,10,2,3,4,5,6,7,8,9", FirstLine::Names);
        check("r0c0,r0c1", FirstLine::Names);
        check("0,0,0,12,0", FirstLine::Values);
        check("5,0,0,0,254", FirstLine::Values);
        check("0.0,0.5,0.25,0.0", FirstLine::Values);
        check("7.0,0.0,0.0,0.0", FirstLine::Values);
        check("seven,0,0,0,12", FirstLine::Values);
        check("0,0.1,0.2,12,0.3,12.1", FirstLine::Mangled);
        check(",0,0.1,0.2,12,0.3", FirstLine::Mangled);
        check("1,0", FirstLine::Values);
    }

    #[test]
    fn the_label_is_found_by_what_columns_hold() {
        let check = |rows: &[&str], purpose: Purpose, expected: Result<&[Column], &str>| {
            let sample: Sample = rows.iter().map(|row| fields(row)).collect();
            let dialect = Dialect::of(b"");
            match (layout(dialect, &sample, purpose), expected) {
                (Ok((layout, _)), Ok(columns)) => assert_eq!(layout.columns, columns, "{rows:?}"),
                (Err(problem), Err(part)) => assert!(problem.contains(part), "{problem}"),
                (found, _) => panic!("{rows:?}: {found:?}"),
            }
        };
        let (pixel, label) = (Column::Pixel, Column::Label(LabelKind::Number));
        let name = Column::Label(LabelKind::Name);
        let first = [label, pixel, pixel, pixel, pixel];
        let last = [pixel, pixel, pixel, pixel, label];
        let rows = ["3,0,9,200,0", "4,0,7,100,0", "3,0,1,90,0"];
        check(&rows, Purpose::Train, Ok(&first));
        check(&rows, Purpose::Test, Ok(&first));
        let rows = ["0,0,9,200,3", "0,0,7,100,4", "0,0,1,90,3"];
        check(&rows, Purpose::Train, Ok(&last));
        let rows = ["0,5,9,200,3", "1,5,7,100,4", "2,6,1,90,3"];
        check(
            &rows,
            Purpose::Test,
            Ok(&[Column::Aside, pixel, pixel, pixel, pixel]),
        );
        let rows = ["0,3,5,9,200,3", "1,4,5,7,100,4", "2,3,6,1,90,3"];
        let with_index = [Column::Aside, label, pixel, pixel, pixel, pixel];
        check(&rows, Purpose::Train, Ok(&with_index));
        check(&["0,0,0,9"], Purpose::Test, Ok(&[pixel; 4]));
        check(&["0,0,0,9"], Purpose::Train, Err("choose train.csv"));
        let named = [name, pixel, pixel, pixel, pixel];
        check(&["seven,0,0,0,9"], Purpose::Train, Ok(&named));
        check(&["7,0,0"], Purpose::Train, Err("add the header"));
        let colour = ["1,0,0,0,0,0,0,0,0,0,0,0,0"];
        check(&colour, Purpose::Train, Err("12 = 2 × 2 × 3: colour"));
    }
}
