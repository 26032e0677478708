//! Numpy's `.npz`: a zip file of arrays, as Keras gives MNIST away (`x_train`, `y_train`, `x_test`,
//! `y_test`), MedMNIST its data (`train_images`, …), and anybody saves images with `numpy.savez`.

mod array;
mod images;
mod names;

use super::check_size;
use super::classes::Classes;
use super::read::{Progress, expect};
use super::zip::ZipFile;
use crate::data::{DataError, DataNote, Dataset, Images, Taken};
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
        let found = images::labels(path, labels, &array)?;
        let count = pixels.len() / size.pixels();
        if found.len() != count {
            let problem = format!(
                "found {} labels in {labels}, expected one for each of the {count} images of {images}",
                found.len()
            );
            return Err(DataError::file(path, problem));
        }
        Ok(Some((
            size,
            Images {
                pixels,
                labels: found,
            },
        )))
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
