//! `sweep.json`: the plan, and nothing that changes while the sweep runs.

use super::{Axis, Cells, Parts, Sweep, SweepError};
use crate::experiment::{Experiment, plain};
use crate::lab::store::{read_bounded_text, write_atomically};
use crate::training::Numbers;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The name of a sweep's file within its folder.
pub const FILE_NAME: &str = "sweep.json";
/// The version that this program writes and reads.
pub(super) const VERSION: u64 = 1;
/// The most bytes of a sweep's file.
pub const SWEEP_LIMIT: u64 = 8 << 20;
/// What the file says that it is.
pub const FORMAT: &str = "overfit-lab-sweep";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SweepFile {
    format: String,
    version: u64,
    name: String,
    seeds: Vec<u64>,
    /// A list of axes, each a list of values, each a text such as `dropout=0.5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    axes: Option<Vec<Vec<String>>>,
    /// In place of axes, the cells themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cells: Option<Vec<String>>,
    numbers: Numbers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_sha256: Option<String>,
    base: Value,
}

#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

/// The file of a sweep that was typed as its folder or as the file itself.
pub fn sweep_file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(FILE_NAME)
    } else {
        path.to_path_buf()
    }
}

/// The cells of a file: those that are listed, or all that its axes make.
fn cells_of(
    axes: Option<Vec<Vec<String>>>,
    cells: Option<Vec<String>>,
) -> Result<Cells, SweepError> {
    let parsed = |texts: &[String]| {
        let texts = texts.iter().map(|text| text.parse());
        texts.collect::<Result<Vec<_>, SweepError>>()
    };
    if let Some(cells) = cells {
        return parsed(&cells).map(Cells::List);
    }
    let axes = axes.unwrap_or_default();
    let axes = axes.iter().map(|values| Axis::new(parsed(values)?));
    Ok(Cells::Product(axes.collect::<Result<_, SweepError>>()?))
}

impl Sweep {
    /// Reads the file of a sweep, named by itself or by its folder.
    ///
    /// # Errors
    /// Where there is no such file, where it isn't of this form, and where the sweep that it describes
    /// can't be built.
    pub fn read(path: &Path) -> Result<Self, SweepError> {
        let path = sweep_file(path);
        let text = read_bounded_text(&path, SWEEP_LIMIT)?;
        Self::parse(&text, &path)
    }

    /// Reads the text of a sweep's file.
    ///
    /// # Errors
    /// The errors are those of [`Self::read`]; `path` stands in them.
    pub fn parse(text: &str, path: &Path) -> Result<Self, SweepError> {
        let malformed = |message: String| SweepError::Malformed {
            message,
            path: path.to_path_buf(),
        };
        let not_json = |err: serde_json::Error| {
            let (line, column) = (err.line(), err.column());
            malformed(format!(
                "line {line}, column {column}: {}",
                plain(&err.to_string())
            ))
        };
        // The version is read first, since an unknown one explains every other difference.
        let head: Head = serde_json::from_str(text).map_err(not_json)?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(malformed(format!(
                "this is no sweep: expected \"format\": \"{FORMAT}\", as sweep plan writes it"
            )));
        }
        if let Some(found) = head.version.filter(|found| *found != VERSION) {
            return Err(SweepError::UnknownVersion {
                found,
                path: path.to_path_buf(),
            });
        }
        let file: SweepFile = serde_json::from_str(text).map_err(not_json)?;
        let base =
            Experiment::from_json(&file.base.to_string()).map_err(|error| SweepError::Base {
                error,
                path: path.to_path_buf(),
            })?;
        if file.axes.is_some() && file.cells.is_some() {
            return Err(malformed(
                "found axes and cells, expected one of them".into(),
            ));
        }
        let in_file = |error| SweepError::InFile {
            error: Box::new(error),
            path: path.to_path_buf(),
        };
        let cells = cells_of(file.axes, file.cells).map_err(in_file)?;
        Self::new(Parts {
            name: file.name,
            base,
            cells,
            seeds: file.seeds,
            data_sha256: file.data_sha256,
            numbers: file.numbers,
        })
        .map_err(in_file)
    }

    /// The sweep as the text of a file.
    pub fn to_json(&self) -> String {
        let texts =
            |values: &[super::Assignments]| values.iter().map(ToString::to_string).collect();
        let (axes, cells) = match &self.cells {
            Cells::Product(axes) => {
                let axes = axes.iter().map(|axis| texts(axis.values()));
                (Some(axes.collect()), None)
            }
            Cells::List(cells) => (None, Some(texts(cells))),
        };
        let file = SweepFile {
            format: FORMAT.into(),
            version: VERSION,
            name: self.name.clone(),
            seeds: self.seeds.clone(),
            axes,
            cells,
            numbers: self.numbers,
            data_sha256: self.data_sha256.clone(),
            // An experiment's own text is JSON.
            base: serde_json::from_str(&self.base.to_json()).unwrap_or_default(),
        };
        // The file is made of plain structs of numbers and words, so writing it can't fail.
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Writes the sweep's file, whole.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), SweepError> {
        write_atomically(path, self.to_json().as_bytes())?;
        Ok(())
    }
}
