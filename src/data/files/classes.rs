//! Makes the labels that files have into classes counted from 0, with names.

use super::names::{name_of, shown};
use super::read;
use crate::data::{DataError, DataNote};
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
        self.names_noted(file).map(|(names, _)| names)
    }

    /// The [`names`](Self::names) of the classes, and what was assumed of the file that has them.
    pub(super) fn names_noted(
        &self,
        file: Option<&Path>,
    ) -> Result<(Vec<String>, Option<DataNote>), DataError> {
        let Some(path) = file else {
            return Ok((self.values.iter().map(u8::to_string).collect(), None));
        };
        let (names, note) = read_names(path)?;
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
        Ok((chosen, note))
    }
}

/// Checks that a network can tell so many classes apart.
pub(super) fn check_count(path: &Path, count: usize, what: &str) -> Result<(), DataError> {
    let (least, most) = (limits::CLASSES.start(), limits::CLASSES.end());
    let problem = match count {
        0 => format!(
            "found no {what}, expected {least} to {most}; add what says the class of each image"
        ),
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

/// The names of classes by the index of each.
type Names = Vec<(u8, String)>;

/// Reads a file with a line for each class: a name alone, or in all lines an index and a name. Where
/// the lines have the codes of characters, as EMNIST's mappings do, the characters are the names.
fn read_names(path: &Path) -> Result<(Names, Option<DataNote>), DataError> {
    let bytes = read::whole(path, NAMES_LIMIT)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| DataError::file(path, "found text that isn't UTF-8; save it as UTF-8"))?;
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .trim_end()
        .lines()
        .map(str::trim)
        .collect();
    if let Some(names) = mapping(path, &lines)? {
        let note = DataNote::NamedByMapping(name_of(path));
        return Ok((names, Some(note)));
    }
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
    let names = named.into_iter();
    let names = names.map(|(index, name)| (index, name.into()));
    Ok((names.collect(), None))
}

/// The names of a mapping as EMNIST has them: in each line an index and the codes of the characters of
/// its class, such as `1 65 97`, of which the first is the name. None where a line is of another form.
///
/// # Errors
/// Where all lines are numbers, but some are no codes of a letter or digit.
fn mapping(path: &Path, lines: &[&str]) -> Result<Option<Names>, DataError> {
    let numbers = |line: &&str| -> Option<Vec<u32>> {
        line.split_whitespace()
            .map(|word| word.parse().ok())
            .collect()
    };
    let Some(rows) = lines.iter().map(numbers).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    // A single number in a line is a name, and so may be a small one behind the index.
    let is_mapping =
        |row: &Vec<u32>| row.len() > 2 || (row.len() == 2 && row[1] >= u32::from(b'0'));
    if rows.is_empty() || !rows.iter().all(is_mapping) {
        return Ok(None);
    }
    let mut names = Names::new();
    for (number, row) in (1..).zip(&rows) {
        let first = char::from_u32(row[1]).filter(|first| first.is_alphanumeric());
        let (Ok(index), Some(first)) = (u8::try_from(row[0]), first) else {
            let problem = format!(
                "line {number}: found {}, expected the number of a class and the code of its letter or \
                 digit, as in EMNIST's mappings; write the names of the classes instead, or remove the \
                 file",
                shown(lines[number - 1].as_bytes())
            );
            return Err(DataError::file(path, problem));
        };
        names.push((index, first.to_string()));
    }
    Ok(Some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<(Names, Option<DataNote>), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.txt");
        std::fs::write(&path, text).unwrap();
        read_names(&path).map_err(|err| err.to_string())
    }

    #[test]
    fn codes_of_characters_name_the_classes_by_the_characters() {
        let named = |text: &str, expected: &[(u8, &str)]| {
            let expected: Names = expected.iter().map(|(i, n)| (*i, (*n).into())).collect();
            let note = DataNote::NamedByMapping("labels.txt".into());
            assert_eq!(names(text), Ok((expected, Some(note))), "{text}");
        };
        named("1 65 97\n2 66 98\n", &[(1, "A"), (2, "B")]);
        named("0 48\n1 49", &[(0, "0"), (1, "1")]);
        let refused = names("1 65 97\n2 1 98\n").unwrap_err();
        assert!(refused.starts_with("line 2: found 2 1 98"), "{refused}");
    }

    #[test]
    fn numbers_that_are_no_codes_are_names() {
        let named = |text: &str, expected: &[(u8, &str)]| {
            let expected: Names = expected.iter().map(|(i, n)| (*i, (*n).into())).collect();
            assert_eq!(names(text), Ok((expected, None)), "{text}");
        };
        named("0 7\n1 9\n", &[(0, "7"), (1, "9")]);
        named("100\n200\n", &[(0, "100"), (1, "200")]);
        named("1 A a\n2 B b\n", &[(1, "A a"), (2, "B b")]);
    }
}
