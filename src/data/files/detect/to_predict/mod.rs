//! Which of a path's files hold the images to predict: a table, pictures, arrays, or IDX files. Whatever can
//! be trained on can be predicted, too.

mod numbered;

use super::idx::{self, IdxToPredict};
use super::listing::Listing;
use super::pictures::{self, Part, Passed, PictureFolder, is_picture, mend, unreadable_kind};
use super::{DEPTH, detect_folder, refused, table};
use crate::data::files::names::name_of;
use crate::data::{DataError, DataNote, TestIds, TestLabels};
use std::path::{Path, PathBuf};

/// Images to predict, in files of a known format.
#[derive(Debug)]
pub(in crate::data::files) enum ToPredict {
    /// A table with a row for each image.
    Table(PathBuf),
    /// Numpy's arrays.
    Npz(PathBuf),
    /// IDX files.
    Idx(IdxToPredict),
    /// Pictures.
    Pictures(TestPictures),
}

/// Pictures to predict, in the order in which they are answered.
#[derive(Debug)]
pub(in crate::data::files) struct TestPictures {
    /// The folder of the pictures, or the table that names them.
    pub path: PathBuf,
    /// The pictures.
    pub files: Vec<PathBuf>,
    /// What the pictures are called.
    pub ids: Option<TestIds>,
    /// What the pictures show, where folders or a table say it.
    pub labels: Option<TestLabels>,
    /// What was left out, passed over or assumed.
    pub notes: Vec<DataNote>,
}

/// Finds the images to predict of a path, which may be anything that is read but an archive.
///
/// # Errors
/// Where the path can't be read, or holds no such images.
pub(in crate::data::files) fn to_predict(path: &Path) -> Result<ToPredict, DataError> {
    let metadata = std::fs::metadata(path).map_err(|err| DataError::io(path, &err))?;
    match metadata.is_dir() {
        true => of_folder(path),
        false => of_file(path),
    }
}

fn of_file(path: &Path) -> Result<ToPredict, DataError> {
    if let Some(found) = idx::file_to_predict(path)? {
        return Ok(ToPredict::Idx(found));
    }
    let lower = name_of(path).to_lowercase();
    if lower.ends_with(".npz") {
        return Ok(ToPredict::Npz(path.to_path_buf()));
    }
    if lower.ends_with(".csv")
        && let Some(found) = pictures::named_to_predict(path)?
    {
        return Ok(ToPredict::Pictures(found));
    }
    if is_picture(path) || refused::is_known(path) {
        return Err(refused::file(path));
    }
    // A table may have any name.
    Ok(ToPredict::Table(path.to_path_buf()))
}

fn of_folder(folder: &Path) -> Result<ToPredict, DataError> {
    let mut listing = Listing::of(folder)?;
    for _ in 0..DEPTH {
        match (listing.files.is_empty(), listing.folders.as_slice()) {
            (true, [alone]) => listing = Listing::of(alone)?,
            _ => break,
        }
    }
    if let Some(found) = idx::folder_to_predict(&listing)? {
        return Ok(ToPredict::Idx(found));
    }
    if let Some(table) = table::of_test_in_folder(&listing) {
        return of_file(&table);
    }
    if let Some(pictures) = loose(&listing)? {
        return Ok(ToPredict::Pictures(pictures));
    }
    if let [alone] = listing.files.as_slice()
        && name_of(alone).to_lowercase().ends_with(".npz")
    {
        return of_file(alone);
    }
    let is_test = |path: &&PathBuf| Part::of_name(&name_of(path)) == Some(Part::Test);
    if let Some(test) = listing.folders.iter().find(is_test)
        && let Some(pictures) = loose(&Listing::of(test)?)?
    {
        return Ok(ToPredict::Pictures(pictures));
    }
    let found = detect_folder(&listing.folder, 0);
    if let Ok(super::Found::Pictures(pictures)) = found {
        return Ok(ToPredict::Pictures(labelled(pictures)));
    }
    let problem = "found no images to predict here, expected a test.csv, pictures such as 1.png and 2.png, \
                   folders of pictures for each class, IDX files or numpy's .npz; choose the file or folder \
                   that has them";
    Err(DataError::file(&listing.folder, problem))
}

/// The pictures that lie in a folder itself, where there are some.
fn loose(listing: &Listing) -> Result<Option<TestPictures>, DataError> {
    let unreadable = listing
        .files
        .iter()
        .find_map(|file| Some((file, unreadable_kind(file)?)));
    if let Some((file, kind)) = unreadable {
        let problem = format!(
            "found {kind} among the pictures to predict, expected pictures as PNG, JPEG, BMP, GIF, TIFF or WebP; {}",
            mend(file)
        );
        return Err(DataError::file(file, problem));
    }
    let all = listing.files.iter().cloned();
    let (files, others): (Vec<PathBuf>, Vec<PathBuf>) = all.partition(|file| is_picture(file));
    if files.is_empty() {
        return Ok(None);
    }
    let mut passed = Passed::default();
    listing.skipped.iter().for_each(|name| passed.add(name));
    others.iter().for_each(|file| passed.add(&name_of(file)));
    let mut notes = Vec::new();
    let (files, ids) = numbered::in_order(files, &mut notes);
    if !listing.folders.is_empty() {
        let names = listing.folders.iter().map(|path| name_of(path));
        notes.push(DataNote::FoldersBeside(names.collect()));
    }
    notes.extend(passed.note());
    Ok(Some(TestPictures {
        path: listing.folder.clone(),
        files,
        ids,
        labels: None,
        notes,
    }))
}

/// A part of the pictures of a folder of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelledPart {
    /// The pictures that the folder sets aside for the test.
    Test,
    /// All pictures but those for the test.
    Others,
}

/// The labelled pictures of a part, in folders that are classes or named by a table. None where the path holds
/// something else than pictures.
///
/// # Errors
/// Where the path can't be read, or holds no data that are read.
pub(in crate::data::files) fn labelled_pictures(
    path: &Path,
    part: LabelledPart,
) -> Result<Option<TestPictures>, DataError> {
    let super::Found::Pictures(mut folder) = super::detect(path)? else {
        return Ok(None);
    };
    let is_test = part == LabelledPart::Test;
    folder
        .files
        .retain(|file| (file.part == Part::Test) == is_test);
    Ok(Some(with_labels(folder)))
}

/// The pictures of folders that are classes: those of the test, where there are some, or all.
fn labelled(mut folder: PictureFolder) -> TestPictures {
    let has_test = folder.files.iter().any(|file| file.part == Part::Test);
    folder
        .files
        .retain(|file| !has_test || file.part == Part::Test);
    folder.notes.push(match has_test {
        true => DataNote::TestPartTaken,
        false => DataNote::AllPartsTaken,
    });
    with_labels(folder)
}

fn with_labels(folder: PictureFolder) -> TestPictures {
    let labels: Vec<u8> = folder.files.iter().map(|file| file.class).collect();
    let files: Vec<PathBuf> = folder.files.into_iter().map(|file| file.path).collect();
    TestPictures {
        ids: numbered::by_paths(&folder.path, &files),
        labels: Some(TestLabels::of(&folder.classes, &labels)),
        path: folder.path,
        files,
        notes: folder.notes,
    }
}
