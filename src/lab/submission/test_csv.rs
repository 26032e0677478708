//! Reading Kaggle's `test.csv`, until `data` reads it.

use crate::data::{DataError, LoadProgress};
use std::ops::ControlFlow;
use std::path::Path;

/// The images of a test file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestImages {
    /// Rows of an image, at least 1.
    pub rows: usize,
    /// Columns of an image, at least 1.
    pub columns: usize,
    /// Pixels 0 to 255, `[image, row, column]`, of one image at least.
    pub pixels: Vec<u8>,
}

/// Reads a header `pixel0,…` and an image a row.
pub(super) fn read_test_csv(
    path: &Path,
    heard: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<TestImages, DataError> {
    let fail = |problem: String| DataError::Inconsistent {
        name: path.display().to_string(),
        problem,
    };
    let mut reader = csv::Reader::from_path(path).map_err(|err| fail(err.to_string()))?;
    let header = reader.headers().map_err(|err| fail(err.to_string()))?;
    let side = header.len().isqrt();
    if side * side != header.len() || !header.iter().all(|name| name.starts_with("pixel")) {
        return Err(fail("expected a header pixel0,pixel1,…".into()));
    }
    let total = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let mut pixels = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|err| fail(err.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        for field in &record {
            let pixel = field
                .parse::<u8>()
                .map_err(|_| fail(format!("line {line}: found {field:?}, expected 0 to 255")))?;
            pixels.push(pixel);
        }
        let done = record.position().map_or(0, csv::Position::byte);
        if heard(LoadProgress { done, total }).is_break() {
            return Err(DataError::Cancelled);
        }
    }
    if pixels.is_empty() {
        return Err(fail("found no image".into()));
    }
    Ok(TestImages {
        rows: side,
        columns: side,
        pixels,
    })
}
