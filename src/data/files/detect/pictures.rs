//! Which folders of a folder are classes, which are parts of the data, and which files are pictures.

mod class;
mod named;

use super::listing::Listing;
use super::table;
use crate::data::files::classes::check_count;
use crate::data::files::names::name_of;
use crate::data::{DataError, DataNote};
use class::Class;
use std::path::{Path, PathBuf};

pub(super) use class::{Passed, has_picture_ending, is_picture, mend, unreadable_kind};
pub(super) use named::{
    in_folder as named_in_folder, of_table as named_by_table, to_predict as named_to_predict,
};

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::files) enum Part {
    /// Images to train with.
    Train,
    /// Images that the data itself names for validation.
    Validation,
    /// Images set aside for the test.
    Test,
}

impl Part {
    /// The part that a folder's name names.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "train" | "training" | "trainset" | "training_set" | "train_set" => Some(Self::Train),
            "val" | "valid" | "validation" | "dev" | "validation_set" | "val_set" => {
                Some(Self::Validation)
            }
            "test" | "testing" | "testset" | "test_set" => Some(Self::Test),
            _ => None,
        }
    }
}

/// A folder of pictures, with a sub-folder for each class, or with such folders for each part.
#[derive(Debug)]
pub(in crate::data::files) struct PictureFolder {
    /// The folder.
    pub path: PathBuf,
    /// The names of the classes, in order.
    pub classes: Vec<String>,
    /// The pictures: those to train with come first, then those for validation, then those of the
    /// test, each class by class.
    pub files: Vec<PictureFile>,
    /// What was left out or passed over.
    pub notes: Vec<DataNote>,
    /// The tables that name the pictures, where folders don't.
    pub tables: Vec<PathBuf>,
}

/// One picture.
#[derive(Debug)]
pub(in crate::data::files) struct PictureFile {
    /// The part of the data that the picture belongs to.
    pub part: Part,
    /// The place of the picture's class among the classes.
    pub class: u8,
    /// The file.
    pub path: PathBuf,
}

/// A folder that is named as a part of the data.
struct PartFolder {
    part: Part,
    path: PathBuf,
    /// The classes in it; none where its pictures lie loose or it holds nothing.
    classes: Vec<PathBuf>,
}

/// The classes and parts of a folder of folders.
pub(super) fn in_folder(listing: &Listing) -> Result<PictureFolder, DataError> {
    let mut parts = Vec::new();
    let mut others = Vec::new();
    for folder in &listing.folders {
        match Part::of_name(&name_of(folder)) {
            Some(part) => parts.push(PartFolder {
                part,
                path: folder.clone(),
                classes: Listing::of(folder)?.folders,
            }),
            None => others.push(folder.clone()),
        }
    }
    let of_parts = parts.iter().flat_map(|part| part.classes.iter().cloned());
    let mut reading = Reading::new(listing);
    let mut train = Vec::new();
    for part in parts.iter().filter(|part| part.part == Part::Train) {
        train.extend(part.classes.clone());
    }
    if train.is_empty() {
        train = classes_beside_parts(listing, &parts, &others)?;
    } else {
        reading.leave_out(&others);
    }
    let all: Vec<PathBuf> = train.iter().cloned().chain(of_parts).collect();
    class::check_readable(&all)?;
    reading.add(Part::Train, &train)?;
    reading.check_classes()?;
    for wanted in [Part::Validation, Part::Test] {
        for part in parts.iter().filter(|part| part.part == wanted) {
            if part.classes.is_empty() {
                reading.leave_out(std::slice::from_ref(&part.path));
            } else {
                reading.add(wanted, &part.classes)?;
            }
        }
    }
    Ok(reading.finish())
}

/// The folders of classes where no folder is named as the one to train with and has classes in it.
fn classes_beside_parts(
    listing: &Listing,
    parts: &[PartFolder],
    others: &[PathBuf],
) -> Result<Vec<PathBuf>, DataError> {
    let holds_pictures = |folder: &&PathBuf| {
        Listing::of(folder).is_ok_and(|inner| inner.files.iter().any(|file| is_picture(file)))
    };
    let has_classes = others.iter().any(|folder| holds_pictures(&folder));
    let is_only_train = |part: &&PartFolder| part.part == Part::Train;
    let flat_train: Vec<PathBuf> = (parts.iter().filter(is_only_train))
        .map(|part| part.path.clone())
        .filter(|path| holds_pictures(&path))
        .collect();
    // Among cars and planes, a train is a class. Beside a folder for the test it isn't.
    if has_classes && (flat_train.is_empty() || parts.iter().all(|part| is_only_train(&part))) {
        let is_class = |folder: &&PathBuf| others.contains(folder) || flat_train.contains(folder);
        return Ok(listing.folders.iter().filter(is_class).cloned().collect());
    }
    if parts.is_empty() {
        return Ok(others.to_vec());
    }
    let names: Vec<String> = parts.iter().map(|part| name_of(&part.path)).collect();
    let names = names.join(", ");
    let problem = if parts.iter().any(|part| !part.classes.is_empty()) {
        format!(
            "found the folders {names}, which are parts of a data set, and none to train with; \
             expected a folder train with a sub-folder for each class; add it, or choose the folder \
             that holds the classes"
        )
    } else {
        let train = parts.iter().find(|part| part.part == Part::Train);
        let first = train.map_or_else(|| "train".to_owned(), |part| name_of(&part.path));
        format!(
            "found the folders {names}, which are parts of a data set and no classes, expected a \
             sub-folder for each class; sort the pictures into {first}/0, {first}/1 and so on"
        )
    };
    Err(DataError::file(&listing.folder, problem))
}

/// A folder of pictures while it is found out.
struct Reading {
    found: PictureFolder,
    /// Whether the data names images for validation.
    has_own_validation: bool,
    empty: Vec<String>,
    left_out: Vec<String>,
    passed: Passed,
}

impl Reading {
    fn new(listing: &Listing) -> Self {
        let mut passed = Passed::default();
        listing.skipped.iter().for_each(|name| passed.add(name));
        let mut notes = Vec::new();
        for file in &listing.files {
            if table::lists_files(file) {
                notes.push(DataNote::TableOfNames(name_of(file)));
            } else {
                passed.add(&name_of(file));
            }
        }
        let has_own_validation = listing
            .folders
            .iter()
            .any(|folder| Part::of_name(&name_of(folder)) == Some(Part::Validation));
        Self {
            found: PictureFolder {
                path: listing.folder.clone(),
                classes: Vec::new(),
                files: Vec::new(),
                notes,
                tables: Vec::new(),
            },
            has_own_validation,
            empty: Vec::new(),
            left_out: Vec::new(),
            passed,
        }
    }

    fn leave_out(&mut self, folders: &[PathBuf]) {
        self.left_out
            .extend(folders.iter().map(|path| name_of(path)));
    }

    /// Adds the pictures of a part's classes. The classes to train with are all that there are.
    fn add(&mut self, part: Part, folders: &[PathBuf]) -> Result<(), DataError> {
        for folder in folders {
            let class = Class::of(folder)?;
            self.passed.merge(&class.passed);
            let name = name_of(folder);
            if class.pictures.is_empty() {
                if part == Part::Train {
                    self.empty.push(name);
                }
                continue;
            }
            let known = self.found.classes.iter().position(|known| *known == name);
            let place = match (part, known) {
                (Part::Train, None) => {
                    self.check_enough(folder, class.pictures.len())?;
                    self.found.classes.push(name);
                    self.found.classes.len() - 1
                }
                (_, Some(place)) => place,
                (Part::Validation | Part::Test, None) => {
                    let problem = format!(
                        "found the class {name}, which has no pictures to train with, expected \
                         classes that the folder train has too; add pictures of it there or remove \
                         this folder"
                    );
                    return Err(DataError::file(folder, problem));
                }
            };
            // More classes than a byte counts are refused before any picture is read.
            let place = place.min(usize::from(u8::MAX)) as u8;
            self.found
                .files
                .extend(class.pictures.into_iter().map(|path| PictureFile {
                    part,
                    class: place,
                    path,
                }));
        }
        Ok(())
    }

    /// Without validation images of its own, a class needs a picture to train with and one that may
    /// be held out.
    fn check_enough(&self, folder: &Path, count: usize) -> Result<(), DataError> {
        if count > 1 || self.has_own_validation {
            return Ok(());
        }
        let problem = "found one picture in this class, expected 2 at least, to train and to \
                       validate; add some";
        Err(DataError::file(folder, problem))
    }

    fn check_classes(&self) -> Result<(), DataError> {
        let count = self.found.classes.len();
        if count == 0 {
            let problem = "found no pictures in the folders here, expected a folder of pictures for \
                           each class; choose the folder that holds the classes";
            return Err(DataError::file(&self.found.path, problem));
        }
        check_count(&self.found.path, count, "sub-folders")
    }

    fn finish(mut self) -> PictureFolder {
        let notes = &mut self.found.notes;
        if !self.empty.is_empty() {
            notes.push(DataNote::EmptyClasses(self.empty));
        }
        if !self.left_out.is_empty() {
            notes.push(DataNote::LeftOutFolders(self.left_out));
        }
        notes.extend(self.passed.note());
        self.found
    }
}
