//! Reads images to predict, from whatever can be read as images to train with: a table, pictures, arrays, IDX
//! files, or an archive of any of these.

use super::archive::Unpacked;
use super::detect::{self, LabelledPart, TestPictures, ToPredict};
use super::pictures::{Broken, at_once};
use super::read::Progress;
use super::shown::Shown;
use super::{Heard, idx_folder, npz, table};
use crate::data::{
    DataError, DataNote, ForNetwork, LoadStep, MAX_BYTES, Taken, TestData, TestImages, TestTable,
};
use crate::experiment::limits;
use rayon::prelude::*;
use std::path::Path;

/// Reads the images to predict. Pictures are read for a network; images of other files have a size of their
/// own. `heard` is told of progress in bytes or pictures; where it breaks, reading is cancelled.
///
/// # Errors
/// Where the path can't be read, or holds no such images; [`DataError::Cancelled`] where `heard` breaks.
pub fn read_test(
    path: &Path,
    network: &ForNetwork,
    heard: Heard<'_>,
) -> Result<TestData, DataError> {
    // Kaggle packs each table of a competition, and all of them once more.
    read_packed(path, network, heard, 2)
}

/// Reads images to predict of a path that may be an archive, or hold one with such a table, so many times.
fn read_packed(
    path: &Path,
    network: &ForNetwork,
    heard: Heard<'_>,
    depth: usize,
) -> Result<TestData, DataError> {
    let packed = detect::packed_to_predict(path).filter(|_| depth > 0);
    let path = packed.as_deref().unwrap_or(path);
    let kind = detect::archive_kind(path).filter(|_| !path.is_dir());
    let Some(kind) = kind else {
        return read_plain(path, network, heard);
    };
    if depth == 0 {
        let problem = "found an archive in archives, expected a table; unpack it first";
        return Err(DataError::file(path, problem));
    }
    let unpacked = Unpacked::new(path, kind, &mut Progress::of_bytes(&mut *heard))?;
    let read = read_packed(unpacked.path(), network, heard, depth - 1);
    let mut read = read.map_err(|err| unpacked.renamed(err))?;
    read.files = vec![path.to_path_buf()];
    Ok(read)
}

/// Reads the pictures of a part, whose classes folders or a table say, for a network. None where the path holds
/// something else than pictures, whose images have a size of their own; no image where the part has none.
///
/// # Errors
/// Where the path can't be read; [`DataError::Cancelled`] where `heard` breaks.
pub fn read_labelled_pictures(
    path: &Path,
    part: LabelledPart,
    network: &ForNetwork,
    heard: Heard<'_>,
) -> Result<Option<TestTable>, DataError> {
    let Some(kind) = detect::archive_kind(path).filter(|_| !path.is_dir()) else {
        return read_labelled(path, part, network, heard);
    };
    let unpacked = Unpacked::new(path, kind, &mut Progress::of_bytes(&mut *heard))?;
    read_labelled(unpacked.path(), part, network, heard).map_err(|err| unpacked.renamed(err))
}

fn read_labelled(
    path: &Path,
    part: LabelledPart,
    network: &ForNetwork,
    heard: Heard<'_>,
) -> Result<Option<TestTable>, DataError> {
    let found = detect::labelled_pictures(path, part)?;
    let read = found.map(|pictures| read_pictures(pictures, network, heard));
    Ok(read.transpose()?.map(|(table, _)| table))
}

fn read_plain(path: &Path, network: &ForNetwork, heard: Heard<'_>) -> Result<TestData, DataError> {
    let (table, files) = match detect::to_predict(path)? {
        ToPredict::Table(path) => (
            table::read_test_csv_for(&path, network.is_turned, heard)?,
            vec![path],
        ),
        ToPredict::Npz(path) => {
            let table = npz::read_to_predict(&path, Progress::of_bytes(heard))?;
            (table, vec![path])
        }
        ToPredict::Idx(files) => {
            let table = idx_folder::read_to_predict(&files, Progress::of_bytes(heard))?;
            (table, vec![files.images])
        }
        ToPredict::Pictures(pictures) => read_pictures(pictures, network, heard)?,
    };
    Ok(TestData { table, files })
}

/// Reads pictures for a network.
fn read_pictures(
    pictures: TestPictures,
    network: &ForNetwork,
    heard: Heard<'_>,
) -> Result<(TestTable, Vec<std::path::PathBuf>), DataError> {
    let TestPictures {
        path,
        files,
        ids,
        labels,
        mut notes,
    } = pictures;
    let bytes = files.len() as u64 * network.size.pixels() as u64;
    if files.len() > limits::MOST_IMAGES || bytes > MAX_BYTES {
        let problem = format!(
            "found {} pictures, expected fewer; use some of them",
            files.len()
        );
        return Err(DataError::file(&path, problem));
    }
    let mut progress = Progress::of(heard, LoadStep::ReadingPictures, files.len() as u64);
    let mut pixels = Vec::with_capacity(bytes as usize);
    let mut shown = Shown::default();
    let mut broken = Broken::default();
    for some in files.chunks(at_once()) {
        let read: Vec<_> = some
            .par_iter()
            .map(|file| network.reading.read(file, network.size))
            .collect();
        for picture in read {
            match picture {
                Ok(picture) => {
                    pixels.extend(picture.image);
                    shown.add(picture.found, &picture.left_out);
                }
                Err(err) => broken.add(err),
            }
        }
        progress.advance(some.len() as u64)?;
    }
    broken.check(&path)?;
    let by = network.reading.pictures;
    notes.push(match network.is_asked {
        true => DataNote::PicturesReadAsAsked(by),
        false => DataNote::PicturesReadAsTheRun(by),
    });
    if shown.blank > 0 {
        notes.push(DataNote::BlankPictures(shown.blank));
    }
    notes.extend(shown.notes());
    let size = network.size;
    let table = TestTable {
        images: TestImages { size, pixels },
        ids,
        labels,
        taken: Taken {
            notes,
            width_percent: None,
        },
    };
    Ok((table, files))
}
