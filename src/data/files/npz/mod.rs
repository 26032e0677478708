//! Numpy's `.npz`: a zip file of arrays, as Keras gives MNIST away (`x_train`, `y_train`, `x_test`,
//! `y_test`), MedMNIST its data (`train_images`, …), and anybody saves images with `numpy.savez`.

mod array;
mod images;
mod names;

use super::check_size;
use super::classes::Classes;
use super::read::{Progress, expect};
use super::zip::ZipFile;
use crate::data::{DataError, DataNote, Dataset, Images, Taken, TestImages, TestLabels, TestTable};
use crate::experiment::ImageSize;
use array::Array;
use names::{Part, Role, Roles};
use std::path::Path;

/// Reads the arrays of a file.
pub(super) fn read(
    name: String,
    path: &Path,
    mut progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    expect(&mut progress, &[path])?;
    let archive = ZipFile::open(path)?;
    let names = archive.entries.iter().map(|entry| entry.name.as_str());
    let roles = Roles::of(path, names)?;
    let mut taken = Taken::default();
    let mut part = |which: Part| -> Result<Option<(ImageSize, Images)>, DataError> {
        let Some((images, labels)) = roles.pair(path, which)? else {
            return Ok(None);
        };
        let array = Array::read(path, &archive, images, &mut progress)?;
        let (size, pixels) = images::pixels(path, images, &array, &mut taken.notes)?;
        check_size(path, size)?;
        let array = Array::read(path, &archive, labels, &mut progress)?;
        let count = pixels.len() / size.pixels();
        let labels = labels_of(path, labels, &array, images, count)?;
        Ok(Some((size, Images { pixels, labels })))
    };
    let Some((size, mut train)) = part(Part::Train)? else {
        return Err(roles.missing(path, Role::Images));
    };
    let mut others = [part(Part::Validation)?, part(Part::Test)?];
    let classes = Classes::of(path, &train.labels)?;
    classes.relabel(path, &mut train.labels)?;
    for (other_size, images) in others.iter_mut().flatten() {
        if *other_size != size {
            let problem = format!(
                "found images of {} × {} pixels beside those of {} × {}, expected one size; save them \
                 in one size",
                other_size.rows, other_size.columns, size.rows, size.columns
            );
            return Err(DataError::file(path, problem));
        }
        classes.relabel(path, &mut images.labels)?;
    }
    let [validation, test] = others.map(|part| part.map(|(_, images)| images));
    if !roles.passed_over.is_empty() {
        let names = roles.passed_over.clone();
        taken.notes.push(DataNote::ArraysPassedOver(names));
    }
    taken.notes.dedup();
    Ok(Dataset {
        name,
        size,
        classes: classes.names(None)?,
        train,
        validation,
        test,
        taken,
    })
}

/// Reads the arrays of a file whose images are to be predicted.
pub(super) fn read_to_predict(
    path: &Path,
    mut progress: Progress<'_>,
) -> Result<TestTable, DataError> {
    expect(&mut progress, &[path])?;
    let archive = ZipFile::open(path)?;
    let names = archive.entries.iter().map(|entry| entry.name.as_str());
    let roles = Roles::of(path, names)?;
    let Some((part, images)) = roles.to_predict() else {
        return Err(roles.nothing_to_predict(path));
    };
    let mut taken = Taken::default();
    let array = Array::read(path, &archive, images, &mut progress)?;
    let (size, pixels) = images::pixels(path, images, &array, &mut taken.notes)?;
    check_size(path, size)?;
    let labels = match part.and_then(|part| roles.get(part, Role::Labels)) {
        Some(name) => {
            let array = Array::read(path, &archive, name, &mut progress)?;
            let labels = labels_of(path, name, &array, images, pixels.len() / size.pixels())?;
            let numbers: Vec<String> = (0..=u8::MAX).map(|label| label.to_string()).collect();
            Some(TestLabels::of(&numbers, &labels))
        }
        None => None,
    };
    if part == Some(Part::Test) && roles.get(Part::Train, Role::Images).is_some() {
        taken.notes.push(DataNote::TestPartTaken);
    }
    if part == Some(Part::Train) && labels.is_some() {
        taken.notes.push(DataNote::AllPartsTaken);
    }
    let is_other = |name: &&String| name.as_str() != images;
    let others: Vec<String> = roles.passed_over.iter().filter(is_other).cloned().collect();
    if !others.is_empty() {
        taken.notes.push(DataNote::ArraysPassedOver(others));
    }
    Ok(TestTable {
        images: TestImages { size, pixels },
        ids: None,
        labels,
        taken,
    })
}

/// The labels of an array, one for each of so many images.
fn labels_of(
    path: &Path,
    name: &str,
    array: &Array,
    images: &str,
    count: usize,
) -> Result<Vec<u8>, DataError> {
    let found = images::labels(path, name, array)?;
    if found.len() == count {
        return Ok(found);
    }
    let problem = format!(
        "found {} labels in {name}, expected one for each of the {count} images of {images}",
        found.len()
    );
    Err(DataError::file(path, problem))
}
