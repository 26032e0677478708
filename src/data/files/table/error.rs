//! The error of a line in words, with what to do by the rest of the table.

use super::begin::{SAMPLED, sample};
use super::layout::{Column, Layout};
use super::rows::{RowError, Rows};
use crate::data::{DataError, TablePlace};
use std::path::Path;

/// The error of a line of some text, before which these rows were read.
pub(super) fn row_error(
    path: &Path,
    layout: &Layout,
    before: &Rows,
    text: &[u8],
    error: RowError,
) -> DataError {
    let problem = match error.is_scaled {
        true => format!("{}; {}", error.problem, scale_mend(layout, before, text)),
        false => error.problem,
    };
    DataError::File {
        path: path.to_path_buf(),
        place: Some(TablePlace {
            line: before.lines + error.lines_before + 1,
            column: error.column.map(|column| layout.names[column].clone()),
        }),
        problem,
    }
}

/// What to do where a pixel isn't whole or is below 0, by the other pixels of the table.
fn scale_mend(layout: &Layout, before: &Rows, text: &[u8]) -> String {
    let (mut least, mut largest) = (0.0_f64, 0.0_f64);
    for row in sample(layout.dialect, text, SAMPLED) {
        for (value, column) in row.iter().zip(&layout.columns) {
            let value = value.parse::<f64>().ok().filter(|value| value.is_finite());
            if let Some(value) = value.filter(|_| *column == Column::Pixel) {
                least = least.min(value);
                largest = largest.max(value);
            }
        }
    }
    let known = before.pixels.iter().copied().max().unwrap_or_default();
    largest = largest.max(f64::from(known));
    if least < 0.0 {
        "the pixels seem to be scaled to a mean of 0: write them before they are scaled, as whole \
         numbers"
            .into()
    } else if largest <= 1.0 {
        "the pixels go from 0 to 1: multiply by 255 and round".into()
    } else if largest <= 255.0 {
        let largest = (largest * 100.0).round() / 100.0;
        format!("the pixels go up to {largest}: round them, without multiplying")
    } else {
        "correct it".into()
    }
}
