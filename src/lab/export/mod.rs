//! Exports, from a run's data and not from the screen: each makes a file's bytes of plain data,
//! and [`save`] writes them whole.
//!
//! - `tidy` is the table of all figures; [`curves`] draws them;
//! - `layers`, `matrix` and `weights` export what their names say;
//! - `report` makes a page of a sweep; `chart` draws the pictures of many runs;
//! - `picture` turns drawings into PNG, with the fonts that the program carries.

mod chart;
pub mod curves;
mod error;
mod layers;
mod matrix;
mod picture;
mod report;
mod tidy;
mod weights;

pub use chart::{against_svg, bars_svg, chart_svg, rates_svg, text_width};
pub use curves::{CurveRun, DrawnGroup, curves_svg, groups_svg, other_curves_svg};
pub use error::ExportError;
pub use layers::{layers_csv, layers_text};
pub use matrix::{confusion, matrix_csv, matrix_svg};
pub use picture::{Scale, png};
pub use report::{COLORS, report_of};
pub use tidy::{curves_csv, probabilities_csv, run_labels};
pub use weights::{WeightsLayout, weights_file};

use super::store::{Overwrite, write_together};
use std::path::Path;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// A drawing.
    Svg,
    /// A picture.
    Png,
    /// Plain text.
    Text,
    /// Tensors.
    Safetensors,
    /// A table for LaTeX.
    Latex,
}

impl Format {
    /// What can be made of curves.
    pub const CURVES: &'static [Self] = &[Self::Svg, Self::Png, Self::Csv];
    /// What can be made of a layer table.
    pub const TABLE: &'static [Self] = &[Self::Text, Self::Csv];
    /// What can be made of a confusion matrix.
    pub const MATRIX: &'static [Self] = &[Self::Png, Self::Svg, Self::Csv];
    /// What can be made of weights.
    pub const WEIGHTS: &'static [Self] = &[Self::Safetensors];

    /// What can be made of a sweep's table.
    pub const SWEEP: &'static [Self] = &[Self::Csv, Self::Latex];

    /// The ending of its files' names.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Text => "txt",
            Self::Safetensors => "safetensors",
            Self::Latex => "tex",
        }
    }

    /// The format that a file's name chooses among some.
    ///
    /// # Errors
    /// Where its ending is none of theirs.
    pub fn of(path: &Path, among: &[Self]) -> Result<Self, ExportError> {
        let ending = path.extension().map_or_else(String::new, |ending| {
            ending.to_string_lossy().to_lowercase()
        });
        among
            .iter()
            .copied()
            .find(|format| format.ending() == ending)
            .ok_or_else(|| {
                let endings: Vec<String> = among
                    .iter()
                    .map(|format| format!(".{}", format.ending()))
                    .collect();
                ExportError::Format {
                    expected: endings.join(", "),
                    path: path.to_path_buf(),
                }
            })
    }
}

/// Writes an export whole.
///
/// # Errors
/// Where a file is there that shall stay, or the file can't be written.
pub fn save(path: &Path, contents: &[u8], overwrite: Overwrite) -> Result<(), ExportError> {
    Ok(write_together(&[(path, contents)], overwrite)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_chooses_the_format() {
        let check = |name: &str, expected: Option<Format>| {
            let found = Format::of(Path::new(name), Format::CURVES);
            assert_eq!(found.as_ref().ok(), expected.as_ref(), "{name}");
            if let Err(err) = found {
                let message = err.to_string();
                assert!(message.contains(".svg, .png, .csv"), "{message}");
            }
        };
        check("a.svg", Some(Format::Svg));
        check("b/a.PNG", Some(Format::Png));
        check("a.csv", Some(Format::Csv));
        check("a.pdf", None);
        check("svg", None);
        check("a.txt", None);
    }
}
