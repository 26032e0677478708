//! Names the kind of a file that is no picture.

use super::PictureProblem;

/// An error repeats no more of a file's bytes than this.
const SHOWN: usize = 8;
/// How many bytes of a text are looked through for the beginning of a drawing.
const XML_START: usize = 4096;

/// The error for a file that can't be read, by what kind of file it is.
pub(super) fn other_kind(bytes: &[u8]) -> PictureProblem {
    let kind = match bytes {
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ if matches!(bytes.get(4..8), Some(b"ftyp")) => "a HEIC or AVIF picture, or a film",
        _ if is_svg(bytes) => "an SVG",
        _ if is_table(bytes) => "a table",
        [] => "an empty file",
        _ => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
            return PictureProblem::NoPicture {
                start: start.chars().flat_map(char::escape_debug).collect(),
            };
        }
    };
    PictureProblem::OtherKind { kind }
}

/// A line with so many columns is that of a table.
const LEAST_COLUMNS: usize = 10;

/// Whether a file begins as a table of images does: with a line of many columns.
fn is_table(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(XML_START)];
    let line = start.split(|byte| *byte == b'\n').next();
    let line = line.and_then(|line| std::str::from_utf8(line).ok());
    line.is_some_and(|line| {
        line.split([',', ';', '\t']).count() >= LEAST_COLUMNS && !line.contains('\0')
    })
}

/// Whether a text in XML begins with a drawing, perhaps after declarations and comments.
fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes[..bytes.len().min(XML_START)].trim_ascii_start();
    start.starts_with(b"<") && start.windows(4).any(|four| four == b"<svg")
}
