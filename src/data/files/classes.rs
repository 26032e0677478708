//! Makes the labels that files have into classes counted from 0, with names.

use super::names::shown;
use super::read;
use crate::data::DataError;
use crate::experiment::limits;
use std::path::Path;

/// A file of class names is no longer than this, in bytes.
const NAMES_LIMIT: u64 = 1 << 16;
/// The name of a class is no longer than this, in characters.
const NAME_LIMIT: usize = 64;

/// The classes of some labels: every different label is one, in order. So letters labelled 1 to 26
/// are 26 classes, and a label that no image has is no class.
pub(super) struct Classes {
    values: Vec<u8>,
}

impl Classes {
    /// The classes of training labels.
    ///
    /// # Errors
    /// Where there are fewer or more than a network can tell apart.
    pub(super) fn of(path: &Path, labels: &[u8]) -> Result<Self, DataError> {
        let mut counts = [0usize; 256];
        for &label in labels {
            counts[usize::from(label)] += 1;
        }
        let values: Vec<u8> = (0..=255).filter(|&l| counts[usize::from(l)] > 0).collect();
        check_count(path, values.len(), "classes")?;
        if let Some(value) = values.iter().find(|&&value| counts[usize::from(value)] < 2) {
            let problem = format!(
                "found one image of class {value}, expected 2 at least, to train and to validate; \
                 add some or remove it"
            );
            return Err(DataError::file(path, problem));
        }
        Ok(Self { values })
    }

    /// Turns labels into classes.
    pub(super) fn relabel(&self, path: &Path, labels: &mut [u8]) -> Result<(), DataError> {
        for (position, label) in labels.iter_mut().enumerate() {
            let class = self.values.binary_search(label).map_err(|_| {
                let problem = format!(
                    "found label {label} at position {position} (from 0), expected one that the \
                     training images have; the files belong to different data sets"
                );
                DataError::file(path, problem)
            })?;
            *label = class as u8;
        }
        Ok(())
    }

    /// The names of the classes: the labels themselves, or what a file says.
    pub(super) fn names(&self, file: Option<&Path>) -> Result<Vec<String>, DataError> {
        let Some(path) = file else {
            return Ok(self.values.iter().map(u8::to_string).collect());
        };
        let names = read_names(path)?;
        let mut chosen: Vec<String> = Vec::new();
        for value in &self.values {
            let Some((_, name)) = names.iter().find(|(index, _)| index == value) else {
                let problem = format!(
                    "found no name for label {value}, expected one for each label; add it, or \
                     remove the file"
                );
                return Err(DataError::file(path, problem));
            };
            if chosen.contains(name) {
                let problem =
                    format!("found the name {name} twice, expected each once; rename one");
                return Err(DataError::file(path, problem));
            }
            chosen.push(name.clone());
        }
        Ok(chosen)
    }
}

/// Checks that a network can tell so many classes apart.
pub(super) fn check_count(path: &Path, count: usize, what: &str) -> Result<(), DataError> {
    let (least, most) = (limits::CLASSES.start(), limits::CLASSES.end());
    let problem = match count {
        1 if what == "classes" => {
            format!("found one class only, expected {least} to {most}; add another to tell it from")
        }
        1 => format!(
            "found one sub-folder only, expected {least} to {most}, one a class; add another"
        ),
        _ if count > *most => {
            format!("found {count} {what}, expected at most {most} classes; leave some out")
        }
        _ => return Ok(()),
    };
    Err(DataError::file(path, problem))
}

/// Reads a file with a line for each class: a name alone, or in all lines an index and a name.
fn read_names(path: &Path) -> Result<Vec<(u8, String)>, DataError> {
    let bytes = read::whole(path, NAMES_LIMIT)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| DataError::file(path, "found text that isn't UTF-8; save it as UTF-8"))?;
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .trim_end()
        .lines()
        .map(str::trim)
        .collect();
    let indexed: Option<Vec<(u8, &str)>> = lines
        .iter()
        .map(|line| {
            let (index, name) = line.split_once(char::is_whitespace)?;
            Some((index.parse().ok()?, name.trim()))
        })
        .collect();
    let named = indexed.unwrap_or_else(|| (0..=255).zip(lines.iter().copied()).collect());
    for (number, (_, name)) in named.iter().enumerate() {
        let is_long = name.chars().count() > NAME_LIMIT;
        if name.is_empty() || is_long || name.contains(char::is_control) {
            let problem = format!(
                "line {}: found {}, expected the name of a class, of at most {NAME_LIMIT} \
                 characters; change it",
                number + 1,
                shown(name.as_bytes())
            );
            return Err(DataError::file(path, problem));
        }
    }
    Ok(named
        .into_iter()
        .map(|(index, name)| (index, name.into()))
        .collect())
}
