//! Finds which format a path holds, and which files belong to it, by names and by the first bytes of
//! files. The readers look into the files.

mod idx;
mod listing;
mod pictures;
mod refused;
mod table;
mod to_predict;

pub(super) use idx::{IdxFiles, IdxToPredict};
pub(super) use pictures::{Part, PictureFile, PictureFolder};
pub use to_predict::LabelledPart;
pub(super) use to_predict::{TestPictures, ToPredict, labelled_pictures, to_predict};

use super::archive::Kind;
use super::names::name_of;
use super::read;
use super::table::TrainTable;
use crate::data::DataError;
use listing::Listing;
use std::path::{Path, PathBuf};

/// What can be opened, in the words of errors.
const READ: &str = "a folder of IDX files, a Kaggle train.csv, a folder with a sub-folder of \
                    pictures for each class, a zip file of one of these, or numpy's .npz";
/// A folder that holds nothing but another folder is looked into, so many times.
const DEPTH: usize = 4;

/// Whether a file's name ends as those of pictures do, also of the kinds that aren't read: their
/// reader says so.
pub(super) fn is_picture_name(name: &str) -> bool {
    pictures::unreadable_kind(Path::new(name)).is_some() || pictures::has_picture_ending(name)
}

/// Files of a known format.
#[derive(Debug)]
pub(super) enum Found {
    /// IDX files.
    Idx(IdxFiles),
    /// A table with a row for each image, and what lies beside it.
    Csv(TrainTable),
    /// A folder with a sub-folder for each class.
    Pictures(PictureFolder),
    /// Numpy's arrays.
    Npz(PathBuf),
    /// An archive, which holds any of the others.
    Archive(PathBuf, Kind),
}

impl Found {
    /// Every file that is read.
    pub(super) fn files(&self) -> Vec<&Path> {
        match self {
            Self::Idx(files) => files
                .train
                .iter()
                .chain(files.test.iter().flatten())
                .chain(&files.names)
                .map(PathBuf::as_path)
                .collect(),
            Self::Csv(tables) => std::iter::once(&tables.train)
                .chain(&tables.test)
                .map(PathBuf::as_path)
                .collect(),
            Self::Npz(file) | Self::Archive(file, _) => vec![file],
            Self::Pictures(folder) => (folder.tables.iter())
                .chain(folder.files.iter().map(|file| &file.path))
                .map(PathBuf::as_path)
                .collect(),
        }
    }
}

/// Finds the format of a file or folder.
pub(super) fn detect(path: &Path) -> Result<Found, DataError> {
    let metadata = std::fs::metadata(path).map_err(|err| DataError::io(path, &err))?;
    if metadata.is_dir() {
        return detect_folder(path, 0);
    }
    read::metadata(path)?;
    if let Some(found) = idx::of_file(path)? {
        return Ok(Found::Idx(found));
    }
    if name_of(path).to_lowercase().ends_with(".csv")
        && let Some(found) = pictures::named_by_table(path)?
    {
        return Ok(Found::Pictures(found));
    }
    of_one_file(path).ok_or_else(|| refused::file(path))
}

/// Finds the format of what an archive held, unpacked into this folder.
pub(super) fn detect_unpacked(folder: &Path) -> Result<Found, DataError> {
    match detect_folder(folder, 0)? {
        // Kaggle packs each table of a competition, and all of them once more.
        Found::Archive(path, kind) if is_packed_table(&path) => Ok(Found::Archive(path, kind)),
        Found::Archive(path, _) => {
            let problem =
                "found an archive in an archive, expected files and folders; unpack it first";
            Err(DataError::file(&path, problem))
        }
        found => Ok(found),
    }
}

fn is_packed_table(path: &Path) -> bool {
    let name = name_of(path).to_lowercase();
    name.ends_with(".csv.zip") || name.ends_with(".csv.gz")
}

/// The names of the other tables that lie packed beside a packed table.
pub(super) fn packed_beside(path: &Path) -> Vec<String> {
    let listing = path.parent().and_then(|folder| Listing::of(folder).ok());
    let packed = listing.map(|listing| table::packed(&listing));
    let others = packed.unwrap_or_default().into_iter();
    let others = others.filter(|other| other != path);
    others.map(|other| name_of(&other)).collect()
}

/// The packed table of the images to predict that lies in a folder, where no other images to predict do.
pub(super) fn packed_to_predict(path: &Path) -> Option<PathBuf> {
    if !path.is_dir() {
        return None;
    }
    let mut listing = Listing::of(path).ok()?;
    for _ in 0..DEPTH {
        match (listing.files.is_empty(), listing.folders.as_slice()) {
            (true, [alone]) => listing = Listing::of(alone).ok()?,
            _ => break,
        }
    }
    match table::of_test_in_folder(&listing) {
        Some(_) => None,
        None => table::packed_of_test_in_folder(&listing),
    }
}

/// The labelled table of test images that belongs to a table of training images, which a path names.
pub(super) fn test_table_beside(path: &Path) -> Option<PathBuf> {
    let listing = Listing::of(path.parent()?).ok()?;
    let test = super::table::test_beside(path, &table::tables(&listing)).cloned();
    test.filter(|test| super::table::is_labelled(test))
}

/// The kind of archive that a file is by its name, where it is one.
pub(super) fn archive_kind(path: &Path) -> Option<Kind> {
    match of_one_file(path)? {
        Found::Archive(_, kind) => Some(kind),
        _ => None,
    }
}

/// The format of a file that holds a whole data set, by the ending of its name.
fn of_one_file(path: &Path) -> Option<Found> {
    let lower = name_of(path).to_lowercase();
    let path = path.to_path_buf();
    if lower.ends_with(".csv") {
        Some(Found::Csv(TrainTable::alone(path)))
    } else if lower.ends_with(".npz") {
        Some(Found::Npz(path))
    } else if lower.ends_with(".zip") {
        Some(Found::Archive(path, Kind::Zip))
    } else if lower.ends_with(".csv.gz") {
        Some(Found::Archive(path, Kind::Gzip))
    } else {
        None
    }
}

fn detect_folder(folder: &Path, depth: usize) -> Result<Found, DataError> {
    let listing = Listing::of(folder)?;
    if let Some(found) = idx::in_folder(&listing)? {
        return Ok(Found::Idx(found));
    }
    if let Some(found) = pictures::named_in_folder(&listing)? {
        return Ok(Found::Pictures(found));
    }
    if let Some(file) = table::in_folder(&listing) {
        return Ok(Found::Csv(TrainTable::among(
            file,
            &table::tables(&listing),
        )));
    }
    if let Some(packed) = table::packed_in_folder(&listing)
        && let Some(found) = of_one_file(&packed)
    {
        return Ok(found);
    }
    if let Some(inner) = listing.wrapped()?
        && depth < DEPTH
    {
        return detect_folder(&inner, depth + 1);
    }
    if listing.folders.is_empty() {
        // A folder may hold a download alone.
        let alone = match listing.files.as_slice() {
            [alone] if !table::lists_files(alone) && !table::is_of_a_test(alone) => {
                of_one_file(alone)
            }
            _ => None,
        };
        return alone.ok_or_else(|| refused::folder(&listing));
    }
    let found = pictures::in_folder(&listing).map(Found::Pictures);
    found.map_err(|err| idx::sets_in_folders(&listing).unwrap_or(err))
}
