//! Folders of IDX files, the form in which MNIST, Fashion-MNIST, KMNIST and EMNIST are published.

use super::check_size;
use super::classes::Classes;
use super::detect::{IdxFiles, IdxToPredict};
use super::names::name_of;
use super::read::{self, Progress, Source};
use crate::data::idx::{self, IdxImages};
use crate::data::{DataError, DataNote, Dataset, Images, Taken, TestImages, TestLabels, TestTable};
use crate::experiment::ImageSize;
use std::path::Path;

pub(super) fn read(
    name: String,
    files: &IdxFiles,
    mut progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let all: Vec<&Path> = files
        .train
        .iter()
        .chain(files.test.iter().flatten())
        .map(AsRef::as_ref)
        .collect();
    read::expect(&mut progress, &all)?;
    let (mut size, mut train) = read_part(&files.train, &mut progress)?;
    let classes = Classes::of(&files.train[1], &train.labels)?;
    classes.relabel(&files.train[1], &mut train.labels)?;
    let mut test = None;
    if let Some(paths) = &files.test {
        let (test_size, mut images) = read_part(paths, &mut progress)?;
        if test_size != size {
            let problem = format!(
                "found images of {} × {} pixels, expected {} × {} as the training images have; \
                 pair the files that belong together",
                test_size.rows, test_size.columns, size.rows, size.columns
            );
            return Err(DataError::file(&paths[0], problem));
        }
        classes.relabel(&paths[1], &mut images.labels)?;
        test = Some(images);
    }
    if files.is_transposed {
        for images in [Some(&mut train), test.as_mut()].into_iter().flatten() {
            transpose(&mut images.pixels, size);
        }
        size = size.turned();
    }
    let mut taken = Taken::default();
    if files.is_transposed {
        taken.notes.push(DataNote::TurnedUpright);
    }
    if is_of_qmnist(&files.train[1]) {
        taken.notes.push(DataNote::FirstOfSeveralLabels);
    }
    let (names, note) = classes.names_noted(files.names.as_deref())?;
    taken.notes.extend(note);
    Ok(Dataset {
        name,
        size,
        classes: names,
        train,
        validation: None,
        test,
        taken,
    })
}

/// Reads images to predict, with the labels that lie beside them.
pub(super) fn read_to_predict(
    files: &IdxToPredict,
    mut progress: Progress<'_>,
) -> Result<TestTable, DataError> {
    let all: Vec<&Path> = std::iter::once(&files.images)
        .chain(&files.labels)
        .map(AsRef::as_ref)
        .collect();
    read::expect(&mut progress, &all)?;
    let (mut size, mut pixels) = read_images(&files.images, &mut progress)?;
    let mut taken = Taken::default();
    let mut labels = None;
    if let Some(path) = &files.labels {
        let count = pixels.len() / size.pixels();
        let mut found = read_labels(path, count, &mut progress)?;
        let mut names: Vec<String> = (0..=u8::MAX).map(|label| label.to_string()).collect();
        // Where a class has a single image, the numbers are names enough.
        if files.names.is_some()
            && let Ok(classes) = Classes::of(path, &found)
        {
            classes.relabel(path, &mut found)?;
            let (named, note) = classes.names_noted(files.names.as_deref())?;
            names = named;
            taken.notes.extend(note);
        }
        labels = Some(TestLabels::of(&names, &found));
        if is_of_qmnist(path) {
            taken.notes.push(DataNote::FirstOfSeveralLabels);
        }
    }
    if files.is_transposed {
        transpose(&mut pixels, size);
        size = size.turned();
        taken.notes.push(DataNote::TurnedUpright);
    }
    if files.has_others {
        taken.notes.push(DataNote::TestPartTaken);
    }
    Ok(TestTable {
        images: TestImages { size, pixels },
        ids: None,
        labels,
        taken,
    })
}

/// Reads images with their labels as the files have them, and the size of the images.
fn read_part(
    [images, labels]: &[std::path::PathBuf; 2],
    progress: &mut Progress<'_>,
) -> Result<(ImageSize, Images), DataError> {
    let (size, pixels) = read_images(images, progress)?;
    let labels = read_labels(labels, pixels.len() / size.pixels(), progress)?;
    Ok((size, Images { pixels, labels }))
}

fn read_images(
    path: &Path,
    progress: &mut Progress<'_>,
) -> Result<(ImageSize, Vec<u8>), DataError> {
    let mut source = Source::open(path, progress)?;
    let len = source.len();
    let read = idx::read_images_from(&path.display().to_string(), &mut source, len);
    let read: IdxImages = source.finish(read)?;
    let size = ImageSize::new(read.rows, read.columns);
    check_size(path, size)?;
    Ok((size, read.pixels))
}

/// Reads labels, each of which may be any byte; which of them are classes is seen later.
fn read_labels(
    path: &Path,
    count: usize,
    progress: &mut Progress<'_>,
) -> Result<Vec<u8>, DataError> {
    let mut source = Source::open(path, progress)?;
    let len = source.len();
    let name = path.display().to_string();
    let found = if is_of_qmnist(path) {
        idx::read_qmnist_labels_from(&name, &mut source, len, count)
    } else {
        idx::read_labels_from(&name, &mut source, len, count, 256)
    };
    source.finish(found)
}

/// Whether a file has labels of several numbers each, by its name.
fn is_of_qmnist(labels: &Path) -> bool {
    name_of(labels).to_lowercase().contains("idx2-int")
}

/// Exchanges the rows and columns of each image, since EMNIST's files hold images that way (see the
/// section on conversion in its paper).
pub(super) fn transpose(pixels: &mut [u8], ImageSize { rows, columns }: ImageSize) {
    let mut original = vec![0; rows * columns];
    for image in pixels.chunks_exact_mut(rows * columns) {
        original.copy_from_slice(image);
        for (at, pixel) in image.iter_mut().enumerate() {
            *pixel = original[(at % rows) * columns + at / rows];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_swaps_rows_and_columns() {
        let mut pixels = vec![0, 1, 2, 3, 4, 5];
        transpose(&mut pixels, ImageSize::new(2, 3));
        assert_eq!(pixels, [0, 3, 1, 4, 2, 5]);
        transpose(&mut pixels, ImageSize::new(3, 2));
        assert_eq!(pixels, [0, 1, 2, 3, 4, 5]);
    }
}
