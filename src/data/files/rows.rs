//! The rows of a table of images. A row of plain digits and commas is read by a quick loop, any
//! other row by the csv crate, which also finds the words for what is wrong.

use super::names::shown;
use csv::{ByteRecord, ReaderBuilder, Trim};

/// No line is longer than this, in bytes: a row of 64 × 64 quoted pixels has a fortieth of it.
pub(super) const MAX_LINE: usize = 1 << 20;

/// Which columns the rows of a table have.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    /// The names of the columns. The label's comes first, if there is one.
    pub names: Vec<String>,
    /// Whether the first column is the label.
    pub has_label: bool,
}

impl Layout {
    /// Pixels of a row.
    pub(super) fn pixels(&self) -> usize {
        self.names.len() - usize::from(self.has_label)
    }
}

/// The rows of some lines.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// The labels as the file has them.
    pub labels: Vec<u8>,
    /// The pixels of one row after the other.
    pub pixels: Vec<u8>,
    /// How many lines were read, blank ones included.
    pub lines: u64,
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
}

impl Rows {
    /// Reads whole lines. The last one may lack its end.
    pub(super) fn read(layout: &Layout, bytes: &[u8]) -> Result<Self, RowError> {
        let mut rows = Self::default();
        let mut values = vec![0; layout.names.len()];
        let mut rest = bytes;
        // Each value of a row takes at least two bytes.
        rows.pixels.reserve(bytes.len() / 2);
        while !rest.is_empty() {
            let (taken, is_row) = match plain_row(rest, &mut values) {
                Some(taken) => (taken, true),
                None => {
                    let end = rest.iter().position(|&byte| byte == b'\n');
                    let taken = end.map_or(rest.len(), |end| end + 1);
                    let line = &rest[..taken];
                    let is_row = odd_row(line, layout, &mut values).map_err(|mut error| {
                        error.lines_before = rows.lines;
                        error
                    })?;
                    (taken, is_row)
                }
            };
            if is_row {
                if layout.has_label {
                    rows.labels.push(values[0]);
                }
                rows.pixels
                    .extend_from_slice(&values[usize::from(layout.has_label)..]);
            }
            rows.lines += 1;
            rest = &rest[taken..];
        }
        Ok(rows)
    }
}

/// Reads a row that has only numbers from 0 to 255 with commas between them, and a line end. Gives
/// how many bytes the row took, or none where it is anything else.
#[inline]
fn plain_row(bytes: &[u8], values: &mut [u8]) -> Option<usize> {
    const ZEROS: &[u8; 8] = b"0,0,0,0,";
    let (mut at, mut filled) = (0, 0);
    // Four in five pixels of handwriting are 0. The last value has no comma, so that it is never
    // read here.
    while filled + 1 < values.len() {
        if filled + 4 < values.len() && bytes.get(at..at + 8) == Some(ZEROS) {
            values[filled..filled + 4].fill(0);
            (at, filled) = (at + 8, filled + 4);
            continue;
        }
        let (value, digits) = number(bytes.get(at..)?)?;
        at += digits;
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        values[filled] = value;
        (at, filled) = (at + 1, filled + 1);
    }
    let (value, digits) = number(bytes.get(at..)?)?;
    *values.last_mut()? = value;
    at += digits;
    match bytes.get(at..)? {
        [] => Some(at),
        [b'\n', ..] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    }
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

/// Reads a line as CSV. Gives false where the line is blank.
fn odd_row(line: &[u8], layout: &Layout, values: &mut [u8]) -> Result<bool, RowError> {
    let fail = |column, problem| {
        Err(RowError {
            lines_before: 0,
            column,
            problem,
        })
    };
    let expected = layout.names.len();
    if line.len() > MAX_LINE {
        let problem = format!(
            "found a line of {} bytes, expected {expected} values; the file is damaged or no CSV",
            line.len()
        );
        return fail(None, problem);
    }
    if line.contains(&0) {
        let problem = "found a NUL byte, expected numbers; the file is damaged or UTF-16: copy it \
                       again, or save it as UTF-8";
        return fail(None, problem.into());
    }
    let Some(record) = only_record(line) else {
        let problem = "found line ends of another kind or an open quote, expected one row; save \
                       the file with usual line ends";
        return fail(None, problem.into());
    };
    if record.is_empty() || line.trim_ascii().is_empty() {
        return Ok(false);
    }
    if record.len() != expected {
        let problem = format!(
            "found {} values, expected {expected} as in the header; the line is damaged or cut \
             short: correct it or copy the file again",
            record.len()
        );
        return fail(None, problem);
    }
    for (column, (value, field)) in values.iter_mut().zip(&record).enumerate() {
        let number = std::str::from_utf8(field)
            .ok()
            .and_then(|text| text.parse::<u8>().ok());
        let Some(number) = number else {
            let mend = match std::str::from_utf8(field).map(str::parse::<f64>) {
                Ok(Ok(number)) if (0.0..=1.0).contains(&number) && field.contains(&b'.') => {
                    "multiply by 255 and round"
                }
                _ => "correct it",
            };
            let problem = format!(
                "found {}, expected a whole number from 0 to 255; {mend}",
                shown(field)
            );
            return fail(Some(column), problem);
        };
        *value = number;
    }
    Ok(true)
}

/// The one record of a line; none where the line holds several or ends within a quote.
pub(super) fn only_record(line: &[u8]) -> Option<ByteRecord> {
    // The csv crate would close an open quote at the end of its input.
    if line.iter().filter(|&&byte| byte == b'"').count() % 2 != 0 {
        return None;
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .buffer_capacity(line.len().clamp(64, MAX_LINE))
        .from_reader(line);
    let (mut record, mut next) = (ByteRecord::new(), ByteRecord::new());
    // Reading from memory doesn't fail, and rows may have any length.
    reader.read_byte_record(&mut record).ok()?;
    let has_more = reader.read_byte_record(&mut next).ok()?;
    (!has_more).then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layout(columns: usize) -> Layout {
        Layout {
            names: (0..columns).map(|i| format!("c{i}")).collect(),
            has_label: true,
        }
    }

    fn pixels(text: &str) -> Result<Vec<u8>, RowError> {
        Rows::read(&layout(4), text.as_bytes()).map(|rows| rows.pixels)
    }

    #[test]
    fn rows_are_read_with_any_line_end_quotes_and_spaces() {
        for text in [
            "7,0,128,255\n",
            "7,0,128,255",
            "7,0,128,255\r\n",
            "\n7,0,128,255\n\n",
            "\"7\",\"0\",\"128\",\"255\"\n",
            " 7 , 0,128 ,255 \n",
            "007,00,128,0255\n",
        ] {
            assert_eq!(pixels(text), Ok(vec![0, 128, 255]), "{text:?}");
        }
        let rows = Rows::read(&layout(4), b"1,2,3,4\n\n5,6,7,8").unwrap();
        assert_eq!((rows.labels, rows.lines), (vec![1, 5], 3));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let check = |text: &str, line: u64, column: Option<usize>, part: &str| {
            let error = pixels(text).unwrap_err();
            assert_eq!(
                (error.lines_before, error.column),
                (line, column),
                "{text:?}"
            );
            assert!(error.problem.contains(part), "{}", error.problem);
        };
        check(
            "1,2,3,4\n1,2,256,4\n",
            1,
            Some(2),
            "found 256, expected a whole number",
        );
        check("1,2,3,-4\n", 0, Some(3), "found -4");
        check("1,,3,4\n", 0, Some(1), "found nothing");
        check("1,2,x,4\n", 0, Some(2), "found x");
        check("1,2,0.5,4\n", 0, Some(2), "multiply by 255");
        check("1,2,3\n", 0, None, "found 3 values, expected 4");
        check("1,2,3,4,5\n", 0, None, "found 5 values");
        check("1,2,3,4,\n", 0, None, "found 5 values");
        check("1,2,\0,4\n", 0, None, "NUL");
        check("1,2,3,4\r1,2,3,4\n", 0, None, "line ends");
        check("1,2,\"3,4\n", 0, None, "open quote");
        check("99999999999999999999,2,3,4\n", 0, Some(0), "found 9999");
    }

    proptest! {
        #[test]
        fn the_quick_way_reads_what_the_careful_way_does(
            values in prop::collection::vec(0u8..=255, 6),
            zeros in 0usize..6,
        ) {
            let mut values = values;
            values[..zeros].fill(0);
            let texts: Vec<String> = values.iter().map(u8::to_string).collect();
            let line = texts.join(",");
            let (mut quick, mut careful) = (vec![9; 6], vec![9; 6]);
            prop_assert_eq!(plain_row(line.as_bytes(), &mut quick), Some(line.len()));
            prop_assert_eq!(odd_row(line.as_bytes(), &layout(6), &mut careful), Ok(true));
            prop_assert_eq!(&quick, &values);
            prop_assert_eq!(&careful, &values);
        }

        #[test]
        fn where_the_quick_way_takes_a_line_the_careful_way_agrees(line in "[0-9,\" \r.-]{0,24}") {
            let (mut quick, mut careful) = (vec![0; 3], vec![0; 3]);
            if plain_row(line.as_bytes(), &mut quick) == Some(line.len()) {
                prop_assert_eq!(odd_row(line.as_bytes(), &layout(3), &mut careful), Ok(true));
                prop_assert_eq!(quick, careful);
            }
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Rows::read(&layout(3), &bytes);
        }
    }
}
