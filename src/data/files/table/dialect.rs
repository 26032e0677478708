//! How a table is written down: what stands between values, and what ends a line.

use csv::{ByteRecord, ReaderBuilder, Trim};

/// No line is longer than this, in bytes: a row of 64 × 64 quoted pixels has a fortieth of it.
pub(super) const MAX_LINE: usize = 1 << 20;

/// What may stand between values, the most usual first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// What some editors write at the start of a file to say that it is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands between the values of a table, and what ends its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::files) struct Dialect {
    /// The byte between two values: a comma, a semicolon or a tab.
    pub separator: u8,
    /// The byte at the end of a line: a line feed, or a carriage return where there are no line
    /// feeds. A carriage return before a line feed belongs to neither line.
    pub line_end: u8,
}

impl Dialect {
    /// The dialect of a file that begins with these bytes, by the line ends and the first line.
    pub(in crate::data::files) fn of(start: &[u8]) -> Self {
        let line_end = line_end(start);
        let mut dialect = Self {
            separator: b',',
            line_end,
        };
        let (preface, rest) = dialect.preface(start);
        let (line, _) = dialect.first_line(rest);
        dialect.separator = named_separator(preface).unwrap_or_else(|| separator(line));
        dialect
    }

    /// Cuts off what may stand before a table: the mark of UTF-8, and the line `sep=;`, by which
    /// Excel is told the separator.
    pub(in crate::data::files) fn preface<'a>(&self, start: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let begin = if start.starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        let (line, _) = self.first_line(&start[begin..]);
        let end = match named_separator(line) {
            Some(_) => begin + line.len(),
            None => begin,
        };
        start.split_at(end)
    }

    /// Cuts the first line off, with its end.
    pub(in crate::data::files) fn first_line<'a>(&self, bytes: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let end = bytes.iter().position(|&byte| byte == self.line_end);
        bytes.split_at(end.map_or(bytes.len(), |end| end + 1))
    }

    /// The one record of a line; none where the line holds several or ends within a quote.
    pub(in crate::data::files) fn record(&self, line: &[u8]) -> Option<ByteRecord> {
        // The csv crate would close an open quote at the end of its input.
        if line.iter().filter(|&&byte| byte == b'"').count() % 2 != 0 {
            return None;
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .trim(Trim::All)
            .buffer_capacity(line.len().clamp(64, MAX_LINE))
            .from_reader(line);
        let (mut record, mut next) = (ByteRecord::new(), ByteRecord::new());
        // Reading from memory doesn't fail, and rows may have any length.
        reader.read_byte_record(&mut record).ok()?;
        let has_more = reader.read_byte_record(&mut next).ok()?;
        (!has_more).then_some(record)
    }
}

/// The byte that ends lines. Where a carriage return comes first and no line feed follows it, lines
/// end as they did on old Macs.
fn line_end(start: &[u8]) -> u8 {
    let first = start.iter().position(|byte| b"\r\n".contains(byte));
    match first.map(|at| &start[at..]) {
        Some([b'\r', b'\n', ..] | [b'\r']) | None => b'\n',
        Some([b'\r', ..]) => b'\r',
        Some(_) => b'\n',
    }
}

/// The separator that a line such as `sep=;` names.
fn named_separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(MARK).unwrap_or(line);
    let line = line.trim_ascii_start();
    let named = line.strip_prefix(b"sep=").or(line.strip_prefix(b"SEP="))?;
    match named {
        [separator, rest @ ..] if rest.trim_ascii().is_empty() => {
            SEPARATORS.contains(separator).then_some(*separator)
        }
        _ => None,
    }
}

/// The separator that a line has most of outside of quotes. A line without any has one column.
fn separator(line: &[u8]) -> u8 {
    let mut counts = [0usize; SEPARATORS.len()];
    let mut is_quoted = false;
    for byte in line {
        if *byte == b'"' {
            is_quoted = !is_quoted;
        }
        let place = SEPARATORS.iter().position(|separator| separator == byte);
        if let Some(place) = place.filter(|_| !is_quoted) {
            counts[place] += 1;
        }
    }
    let mut most = 0;
    for (place, count) in counts.iter().enumerate() {
        if *count > counts[most] {
            most = place;
        }
    }
    SEPARATORS[most]
}

/// What to do, where a file is a web page, perhaps after blank lines.
pub(super) fn web_page(start: &[u8]) -> Option<&'static str> {
    let text = start.trim_ascii_start();
    let begins = |word: &[u8]| {
        let begin = text.get(..word.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    };
    let is_page = begins(b"<!doctype") || begins(b"<html") || begins(b"<head");
    is_page.then_some(
        "a web page, expected a table; a browser or a program saved the page of the download in place of the file: \
         download the file itself",
    )
}

/// What to do, by what a file holds that isn't text.
pub(super) fn other_kind(start: &[u8]) -> Option<&'static str> {
    match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("UTF-16 text, expected UTF-8; save the file as CSV in UTF-8")
        }
        [0x1f, 0x8b, ..] => Some("gzip data, expected text; unpack it first"),
        [b'P', b'K', 3, 4, ..] => Some("a zip file, expected text; unpack it first"),
        [0x89, b'P', b'N', b'G', ..] => Some("a picture, expected text; choose a CSV file"),
        _ if start.contains(&0) => Some(
            "NUL bytes, expected text; the file is damaged or UTF-16: copy it again, or save it \
             as UTF-8",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_line_ends_are_seen_at_the_start() {
        let check = |text: &str, separator: u8, line_end: u8| {
            let expected = Dialect {
                separator,
                line_end,
            };
            assert_eq!(Dialect::of(text.as_bytes()), expected, "{text:?}");
        };
        check("label,a\n1,2\n", b',', b'\n');
        check("label;a\r\n1;2\r\n", b';', b'\n');
        check("label\ta\r1\t2\r", b'\t', b'\r');
        check("\"a,b,c\";\"d,e,f\"\n", b';', b'\n');
        check("pixel0\n1\n", b',', b'\n');
        check("sep=;\nlabel;a,b,c\n", b';', b'\n');
        check("\u{feff}sep=;\r\nlabel,a,b\r\n", b';', b'\n');
        check("1,2\r", b',', b'\n');
        check("", b',', b'\n');
    }

    #[test]
    fn what_stands_before_a_table_is_cut_off() {
        let check = |text: &str, rest: &str| {
            let dialect = Dialect::of(text.as_bytes());
            let (_, found) = dialect.preface(text.as_bytes());
            assert_eq!(found, rest.as_bytes(), "{text:?}");
        };
        check("label,a\n", "label,a\n");
        check("\u{feff}label,a\n", "label,a\n");
        check("sep=,\nlabel,a\n", "label,a\n");
        check("sep=x\nlabel,a\n", "sep=x\nlabel,a\n");
    }
}
