//! The files in the folder of a class: which are pictures, and which are passed over.

use crate::data::files::detect::listing::Listing;
use crate::data::files::names::{name_of, system_kind};
use crate::data::{DataError, DataNote};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The endings of pictures that are read, or that are refused by their first bytes.
const PICTURES: [&str; 12] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "webp", "gif", "tif", "tiff", "apng",
];

/// The pictures of a class, and what lies beside them.
#[derive(Debug)]
pub(super) struct Class {
    /// The pictures, in order.
    pub pictures: Vec<PathBuf>,
    /// What is no picture.
    pub passed: Passed,
}

impl Class {
    /// Looks into the folder of a class.
    ///
    /// # Errors
    /// Where the folder can't be read, holds pictures of a kind that isn't read, or has folders of
    /// pictures in it.
    pub(super) fn of(folder: &Path) -> Result<Self, DataError> {
        let listing = Listing::of(folder)?;
        let mut passed = Passed::default();
        listing.skipped.iter().for_each(|name| passed.add(name));
        for inner in &listing.folders {
            if holds_pictures(inner)? {
                let problem = format!(
                    "found the folder {} in a class, expected pictures; choose the folder that holds \
                     the classes",
                    name_of(inner)
                );
                return Err(DataError::file(folder, problem));
            }
            passed.add(&name_of(inner));
        }
        let mut pictures = Vec::new();
        for file in listing.files {
            if unreadable_kind(&file).is_none() && is_picture(&file) {
                pictures.push(file);
            } else {
                passed.add(&name_of(&file));
            }
        }
        Ok(Self { pictures, passed })
    }
}

/// Checks that no folder of these classes has pictures of a kind that isn't read.
///
/// # Errors
/// Where one has: all of them are counted, so that a person mends them at one go.
pub(super) fn check_readable(classes: &[PathBuf]) -> Result<(), DataError> {
    let (mut first, mut count, mut folders) = (None, 0usize, 0usize);
    for class in classes {
        let before = count;
        for file in Listing::of(class)?.files {
            if let Some(kind) = unreadable_kind(&file) {
                count += 1;
                first.get_or_insert((kind, file));
            }
        }
        folders += usize::from(count > before);
    }
    let Some((kind, file)) = first else {
        return Ok(());
    };
    let others = match count - 1 {
        0 => String::new(),
        others => format!(" and {others} more like it"),
    };
    let place = match folders {
        1 => "in this class".to_owned(),
        folders => format!("in {folders} classes"),
    };
    let mend = match folders {
        1 => mend(&file),
        _ => mend(&file).replace("*.", "*/*."),
    };
    let problem = format!(
        "found {kind}{others} {place}, expected pictures as PNG, JPEG, BMP, GIF, TIFF or WebP; {mend}"
    );
    Err(DataError::file(&file, problem))
}

/// Whether a folder in the folder of a class holds pictures, or folders that may.
fn holds_pictures(folder: &Path) -> Result<bool, DataError> {
    let inner = Listing::of(folder)?;
    Ok(!inner.folders.is_empty() || inner.files.iter().any(|file| is_picture(file)))
}

/// Whether a name ends as a picture's does.
pub(in crate::data::files::detect) fn has_picture_ending(name: &str) -> bool {
    ending(name).is_some_and(|ending| PICTURES.contains(&ending.as_str()))
}

/// Whether a file is a picture: by its ending, or by its first bytes where its ending says nothing.
pub(in crate::data::files::detect) fn is_picture(path: &Path) -> bool {
    has_picture_ending(&name_of(path)) || starts_as_picture(path)
}

/// The kind of picture that a file is by its ending, where it is one that isn't read.
pub(in crate::data::files::detect) fn unreadable_kind(path: &Path) -> Option<&'static str> {
    match ending(&name_of(path))?.as_str() {
        "heic" | "heif" => Some("a HEIC picture of a phone"),
        "avif" => Some("an AVIF picture"),
        "jxl" => Some("a JPEG XL picture"),
        "jp2" => Some("a JPEG 2000 picture"),
        "pdf" => Some("a PDF"),
        "svg" => Some("an SVG drawing"),
        "psd" => Some("a Photoshop file"),
        "cr2" | "nef" | "arw" | "dng" => Some("a raw photo of a camera"),
        _ => None,
    }
}

/// How pictures of a kind that isn't read become ones that are.
pub(in crate::data::files::detect) fn mend(path: &Path) -> String {
    let ending = ending(&name_of(path)).unwrap_or_default();
    format!("save as PNG (magick mogrify -format png *.{ending}) or remove")
}

fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| ending.to_lowercase())
}

/// Whether a regular file starts as a PNG, JPEG, GIF, WebP or TIFF does.
fn starts_as_picture(path: &Path) -> bool {
    // Opening a pipe would wait.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(12).read_to_end(&mut start));
    read.is_ok()
        && matches!(
            start.as_slice(),
            [0x89, b'P', b'N', b'G', ..]
                | [0xff, 0xd8, 0xff, ..]
                | [b'G', b'I', b'F', b'8', ..]
                | [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P']
                | [b'I', b'I', 42, 0, ..]
                | [b'M', b'M', 0, 42, ..]
        )
}

/// Files and folders that were passed over, counted by their kind.
#[derive(Debug, Default)]
pub(in crate::data::files::detect) struct Passed {
    kinds: BTreeMap<String, usize>,
}

impl Passed {
    /// Counts one of this name.
    pub(in crate::data::files::detect) fn add(&mut self, name: &str) {
        let kind = match (system_kind(name), ending(name)) {
            (Some(kind), _) => kind.to_owned(),
            (None, Some(ending)) if ending.len() <= 8 => format!(".{ending}"),
            (None, _) => "without an ending".to_owned(),
        };
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Counts all that another counted.
    pub(in crate::data::files::detect) fn merge(&mut self, other: &Self) {
        for (kind, count) in &other.kinds {
            *self.kinds.entry(kind.clone()).or_default() += count;
        }
    }

    /// What is told of it, where there is anything to tell.
    pub(in crate::data::files::detect) fn note(self) -> Option<DataNote> {
        let kinds: Vec<(String, usize)> = self.kinds.into_iter().collect();
        (!kinds.is_empty()).then_some(DataNote::PassedOver(kinds))
    }
}
