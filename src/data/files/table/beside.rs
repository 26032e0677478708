//! The table of test images beside a table of training images, as `mnist_test.csv` lies beside
//! `mnist_train.csv`: set aside for the test where it has labels.

use super::super::names::name_of;
use super::begin::begin;
use super::dialect::Dialect;
use super::layout::{Column, Purpose};
use super::{Progress, Table, labels};
use crate::data::{DataError, DataNote, Dataset, Images};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// So many bytes say whether a table has labels: some rows of the largest images.
const LOOKED_AT: u64 = 1 << 20;

/// A table of training images, and what lies beside it.
#[derive(Debug)]
pub(in crate::data::files) struct TrainTable {
    /// The table.
    pub train: PathBuf,
    /// The labelled table of test images, where there is one.
    pub test: Option<PathBuf>,
    /// What became of the other tables.
    pub notes: Vec<DataNote>,
}

impl TrainTable {
    /// A table that was chosen itself, so that nothing beside it is looked at.
    pub(in crate::data::files) fn alone(train: PathBuf) -> Self {
        Self {
            train,
            test: None,
            notes: Vec::new(),
        }
    }

    /// A table among all the tables of a folder.
    pub(in crate::data::files) fn among(train: PathBuf, tables: &[PathBuf]) -> Self {
        let beside = test_beside(&train, tables).cloned();
        let is_other = |path: &&PathBuf| **path != train && Some(*path) != beside.as_ref();
        let others: Vec<String> = tables
            .iter()
            .filter(is_other)
            .map(|path| name_of(path))
            .collect();
        let mut notes = Vec::new();
        let test = beside.filter(|path| {
            let is_labelled = is_labelled(path);
            let name = name_of(path);
            notes.push(match is_labelled {
                true => DataNote::TestTable { name },
                false => DataNote::TestTableWithoutLabels { name },
            });
            is_labelled
        });
        if !others.is_empty() {
            notes.push(DataNote::TablesLeftOut(others));
        }
        Self { train, test, notes }
    }
}

/// The table that is called as the table of training images is, with `test` in place of `train`.
pub(in crate::data::files) fn test_beside<'a>(
    train: &Path,
    tables: &'a [PathBuf],
) -> Option<&'a PathBuf> {
    let name = name_of(train).to_lowercase();
    let wanted = name.replace("train", "test");
    let is_wanted = |path: &&PathBuf| wanted != name && name_of(path).to_lowercase() == wanted;
    tables.iter().find(is_wanted)
}

/// Whether a table of images has labels, by its first lines.
pub(in crate::data::files) fn is_labelled(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut start));
    if read.is_err() || start.is_empty() {
        return false;
    }
    let dialect = Dialect::of(&start);
    if let Some(end) = start.iter().rposition(|&byte| byte == dialect.line_end) {
        start.truncate(end + 1);
    }
    let begun = begin(path, dialect, &start, Purpose::Test);
    let is_label = |column: &Column| matches!(column, Column::Label(_));
    begun.is_ok_and(|begun| begun.layout.columns.iter().any(is_label))
}

/// Reads a labelled table of images that are set aside for the test of a data set.
///
/// # Errors
/// Where it can't be read, or has images of another size or of classes that the training images
/// haven't.
pub(super) fn read_test(
    path: &Path,
    dataset: &Dataset,
    progress: &mut Progress<'_>,
) -> Result<Images, DataError> {
    let mut table = Table::read(path, Purpose::Test, progress)?;
    if dataset.taken.notes.contains(&DataNote::TurnedUpright) {
        super::super::idx_folder::transpose(&mut table.rows.pixels, table.size);
        table.size = table.size.turned();
    }
    let mend = "if it belongs to other data, move it to another folder";
    if table.size != dataset.size {
        let problem = format!(
            "found images of {} pixels, expected {} as the training images beside this file have; \
             {mend}",
            table.size, dataset.size
        );
        return Err(DataError::file(path, problem));
    }
    let found = labels::of_test(&mut table.rows);
    let class_of = |name: &String| dataset.classes.iter().position(|class| class == name);
    let mut classes = Vec::new();
    for name in &found.names {
        let Some(class) = class_of(name) else {
            let problem = format!(
                "found the class {}, expected classes that the training images beside this file have; \
                 {mend}",
                super::super::names::shown(name.as_bytes())
            );
            return Err(DataError::file(path, problem));
        };
        // A data set has at most 256 classes.
        classes.push(class as u8);
    }
    let labels = found
        .labels
        .iter()
        .map(|label| classes[usize::from(*label)]);
    Ok(Images {
        labels: labels.collect(),
        pixels: table.rows.pixels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_table_is_called_as_its_training_table() {
        let beside = |train: &str, other: &str| {
            test_beside(Path::new(train), &[PathBuf::from(other)]).is_some()
        };
        for (train, test) in [
            ("train.csv", "test.csv"),
            ("mnist_train.csv", "mnist_test.csv"),
            ("fashion-mnist_train.csv", "Fashion-MNIST_test.csv"),
            ("emnist-letters-train.csv", "emnist-letters-test.csv"),
            ("training.csv", "testing.csv"),
        ] {
            assert!(beside(train, test), "{train}");
        }
        assert!(!beside("mnist_train.csv", "test.csv"));
        assert!(!beside("digits.csv", "digits.csv"));
    }
}
