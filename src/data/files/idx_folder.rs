//! Folders of IDX files, the form in which MNIST, Fashion-MNIST, KMNIST and EMNIST are published.

use super::check_size;
use super::classes::Classes;
use super::detect::IdxFiles;
use super::names::name_of;
use super::read::{self, Progress, Source};
use crate::data::idx::{self, IdxImages};
use crate::data::{DataError, DataNote, Dataset, Images, Taken};
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

/// Reads images with their labels as the files have them, and the size of the images.
fn read_part(
    [images, labels]: &[std::path::PathBuf; 2],
    progress: &mut Progress<'_>,
) -> Result<(ImageSize, Images), DataError> {
    let name = |path: &Path| path.display().to_string();
    let mut source = Source::open(images, progress)?;
    let len = source.len();
    let read = idx::read_images_from(&name(images), &mut source, len);
    let read: IdxImages = source.finish(read)?;
    check_size(images, ImageSize::new(read.rows, read.columns))?;
    let mut source = Source::open(labels, progress)?;
    let len = source.len();
    // Here any byte may be a label; which labels are classes is seen later.
    let found = if is_of_qmnist(labels) {
        idx::read_qmnist_labels_from(&name(labels), &mut source, len, read.count())
    } else {
        idx::read_labels_from(&name(labels), &mut source, len, read.count(), 256)
    };
    let found = source.finish(found)?;
    Ok((
        ImageSize::new(read.rows, read.columns),
        Images {
            pixels: read.pixels,
            labels: found,
        },
    ))
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
