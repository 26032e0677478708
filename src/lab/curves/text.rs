//! The bytes of a curve file as text: UTF-8 or UTF-16, with line ends of any kind.

use super::CurveError;
use std::borrow::Cow;
use std::path::Path;

/// How a pickle becomes text.
const PICKLE: &str = "write a history that was saved so as JSON, in Python: import json, pickle; \
    json.dump(pickle.load(open('history.pkl', 'rb')), open('history.json', 'w'), default=float)";
/// How a table of pandas becomes text.
const FRAME: &str = "save the table as CSV, in pandas with to_csv";
/// Zip files that tools write, by the ends of their names.
const ZIPPED: [(&str, &str, &str); 5] = [
    (
        "npz",
        "arrays of NumPy",
        "write the history as JSON, in Python: import json, numpy; arrays = numpy.load('history.npz'); \
         json.dump({name: arrays[name].tolist() for name in arrays}, open('history.json', 'w'))",
    ),
    ("pt", "weights of PyTorch", WEIGHTS),
    ("pth", "weights of PyTorch", WEIGHTS),
    ("ckpt", "weights of PyTorch", WEIGHTS),
    ("keras", "a model of Keras", WEIGHTS),
];
const WEIGHTS: &str = "choose the file of the history, such as that of CSVLogger";

/// Files that aren't text, by their first bytes: what they are, and what to do.
const OTHERS: [(&[u8], &str, &str); 14] = [
    (
        b"PK\x03\x04",
        "a zip file or an Excel workbook",
        "unpack it, or save the table as CSV",
    ),
    (b"\x1f\x8b", "gzip data", "unpack it first"),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel workbook",
        "save the table as CSV",
    ),
    (
        b"\x89HDF",
        "an HDF5 file",
        "this holds weights: choose the file of the history, such as that of CSVLogger",
    ),
    (b"\x89PNG", "a picture", "choose the file of the figures"),
    (b"%PDF", "a PDF", "choose the file of the figures"),
    (b"SQLite format 3", "a database", "save the metrics as CSV"),
    (b"\x80\x02", "a pickle", PICKLE),
    (b"\x80\x03", "a pickle", PICKLE),
    (b"\x80\x04", "a pickle", PICKLE),
    (b"\x80\x05", "a pickle", PICKLE),
    (
        b"\x93NUMPY",
        "an array of NumPy",
        "write a history that was saved so as JSON, in Python: import json, numpy; \
         json.dump(numpy.load('history.npy', allow_pickle=True).item(), open('history.json', 'w'), default=float)",
    ),
    (b"PAR1", "a Parquet file", FRAME),
    (b"ARROW1", "a Feather file", FRAME),
];

/// The text of a file, without a byte order mark, its lines ended by `\n`.
///
/// # Errors
/// Where the bytes are no text; the message says what they are, as far as that is known.
pub(super) fn text_of<'a>(bytes: &'a [u8], path: &Path) -> Result<Cow<'a, str>, CurveError> {
    let not_curves = |found, mend| CurveError::NotCurves {
        found,
        mend,
        path: path.into(),
    };
    let is_events = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().contains("tfevents"));
    if is_events {
        return Err(not_curves(
            "TensorBoard's own file of events",
            "write the history as CSV or JSON, such as by Keras's CSVLogger",
        ));
    }
    let ending = path.extension().map(|it| it.to_ascii_lowercase());
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    for (end, found, mend) in ZIPPED.iter().filter(|_| is_zip) {
        if ending.as_ref().is_some_and(|ending| ending == end) {
            return Err(not_curves(found, mend));
        }
    }
    for (begin, found, mend) in OTHERS {
        if bytes.starts_with(begin) {
            return Err(not_curves(found, mend));
        }
    }
    let text = match utf16(bytes) {
        Some(Ok(text)) => Cow::Owned(text),
        Some(Err(line)) => {
            return Err(CurveError::NotText {
                line,
                path: path.into(),
            });
        }
        None => Cow::Borrowed(utf8(bytes, path)?),
    };
    let begin = text.trim_start().get(..14).unwrap_or_default();
    if begin.to_ascii_lowercase().starts_with("<!doctype html") || begin.starts_with("<html") {
        return Err(not_curves(
            "a web page",
            "download the file itself instead of the page that shows it",
        ));
    }
    if !text.contains('\r') {
        return Ok(text);
    }
    Ok(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")))
}

fn utf8<'a>(bytes: &'a [u8], path: &Path) -> Result<&'a str, CurveError> {
    let text = std::str::from_utf8(bytes).map_err(|err| {
        let before = &bytes[..err.valid_up_to()];
        CurveError::NotText {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            path: path.into(),
        }
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// The text of UTF-16, as PowerShell and Excel write it, or the line in which it is none. None
/// where the bytes are something else.
fn utf16(bytes: &[u8]) -> Option<Result<String, usize>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        // Without a mark, every second byte of plain letters is zero.
        [first, 0, second, 0, ..] if *first > 0 && *second > 0 => u16::from_le_bytes,
        [0, first, 0, second, ..] if *first > 0 && *second > 0 => u16::from_be_bytes,
        _ => return None,
    };
    // A file that was cut short may end in half a unit.
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len() / 2);
    for char in char::decode_utf16(units) {
        match char {
            Ok('\u{feff}') if text.is_empty() => {}
            Ok(char) => text.push(char),
            Err(_) => return Some(Err(1 + text.matches('\n').count())),
        }
    }
    Some(Ok(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_whatever_its_encoding_and_line_ends() {
        let text = |bytes: &[u8]| text_of(bytes, Path::new("a.csv")).map(Cow::into_owned);
        let little: Vec<u8> = "ab\r\nü"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "ab\r\nü"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        for bytes in [
            [&b"\xff\xfe"[..], &little].concat(),
            [&b"\xfe\xff"[..], &big].concat(),
            little,
            big,
            "\u{feff}ab\rü".into(),
            "ab\r\nü".into(),
        ] {
            assert_eq!(text(&bytes).unwrap(), "ab\nü", "{bytes:?}");
        }
        let message = |bytes: &[u8]| text(bytes).unwrap_err().to_string();
        assert!(message(b"a\n\xff").starts_with("line 2: found bytes"));
        assert!(message(b"PK\x03\x04").starts_with("found a zip file"));
        assert!(message(b"\x93NUMPY\x01").starts_with("found an array of NumPy"));
        assert!(message(b"\x93NUMPY\x01").contains("numpy.load('history.npy', allow_pickle=True)"));
        assert!(message(b"\x80\x05").starts_with("found a pickle"));
        let weights = text_of(b"PK\x03\x04", Path::new("a.PT")).unwrap_err();
        assert!(weights.to_string().starts_with("found weights of PyTorch"));
        assert!(message(b"<!DOCTYPE html><html>").starts_with("found a web page"));
    }
}
