//! Which table of a folder holds its training images.

use super::listing::Listing;
use super::pictures::has_picture_ending;
use crate::data::files::names::name_of;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How much of a table is looked at to see whether it lists files.
const LOOKED_AT: u64 = 1 << 12;

/// The table of training images: `train.csv`, or the one table whose name says that it trains, or the
/// only table where no folder may hold classes. A table of file names holds no images.
pub(super) fn in_folder(listing: &Listing) -> Option<PathBuf> {
    let tables = tables(listing);
    let tables: Vec<&PathBuf> = tables.iter().filter(|path| !lists_files(path)).collect();
    let named = |wanted: &str| {
        let named = tables
            .iter()
            .filter(|path| name_of(path).to_lowercase().contains(wanted));
        named.map(|path| (*path).clone()).collect::<Vec<_>>()
    };
    if let Some(file) = listing.named("train.csv")
        && tables.contains(&file)
    {
        return Some(file.clone());
    }
    if let [file] = named("train").as_slice() {
        return Some(file.clone());
    }
    match tables.as_slice() {
        [file] if listing.folders.is_empty() && !is_of_a_test(file) => Some((*file).clone()),
        _ => None,
    }
}

/// All tables of a folder.
pub(super) fn tables(listing: &Listing) -> Vec<PathBuf> {
    let is_table = |path: &&PathBuf| name_of(path).to_lowercase().ends_with(".csv");
    listing.files.iter().filter(is_table).cloned().collect()
}

/// The table of images to predict: `test.csv`, the one table whose name says that it is of a test, or the
/// only one. A submission or its sample is none.
pub(super) fn of_test_in_folder(listing: &Listing) -> Option<PathBuf> {
    if let Some(file) = listing.named("test.csv") {
        return Some(file.clone());
    }
    let mut tables = tables(listing);
    tables.retain(|path| {
        let name = name_of(path).to_lowercase();
        !name.contains("submission") && !name.contains("sample") && !lists_files(path)
    });
    let is_named = |path: &&PathBuf| name_of(path).to_lowercase().contains("test");
    let named: Vec<&PathBuf> = tables.iter().filter(is_named).collect();
    match (named.as_slice(), tables.as_slice()) {
        ([one], _) => Some((*one).clone()),
        ([], [only]) => Some(only.clone()),
        _ => None,
    }
}

/// A name in lower case without the ending of an archive of one file.
fn unpacked_name(path: &Path) -> String {
    let name = name_of(path).to_lowercase();
    let plain = [".zip", ".gz"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    plain.unwrap_or(&name).to_owned()
}

/// The tables of a folder that are packed one by one, such as Kaggle's `train.csv.zip`.
pub(super) fn packed(listing: &Listing) -> Vec<PathBuf> {
    let is_packed = |path: &&PathBuf| {
        let name = name_of(path).to_lowercase();
        name.ends_with(".csv.zip") || name.ends_with(".csv.gz")
    };
    listing.files.iter().filter(is_packed).cloned().collect()
}

/// The packed table of training images, chosen among packed tables as among others.
pub(super) fn packed_in_folder(listing: &Listing) -> Option<PathBuf> {
    let packed = packed(listing);
    let mut plain = packed
        .iter()
        .filter(|path| unpacked_name(path) == "train.csv");
    let mut named = packed
        .iter()
        .filter(|path| unpacked_name(path).contains("train"));
    let found = match (plain.next(), named.next(), named.next()) {
        (Some(plain), ..) => Some(plain),
        (None, Some(named), None) => Some(named),
        _ => match packed.as_slice() {
            [only] if listing.folders.is_empty() && !is_of_a_test(only) => Some(only),
            _ => None,
        },
    };
    found.cloned()
}

/// The packed table of images to predict, chosen among packed tables as among others.
pub(super) fn packed_of_test_in_folder(listing: &Listing) -> Option<PathBuf> {
    let mut packed = packed(listing);
    packed.retain(|path| {
        let name = unpacked_name(path);
        !name.contains("submission") && !name.contains("sample")
    });
    let mut plain = packed
        .iter()
        .filter(|path| unpacked_name(path) == "test.csv");
    let mut named = packed
        .iter()
        .filter(|path| unpacked_name(path).contains("test"));
    let found = match (plain.next(), named.next(), named.next()) {
        (Some(plain), ..) => Some(plain),
        (None, Some(named), None) => Some(named),
        _ => match packed.as_slice() {
            [only] => Some(only),
            _ => None,
        },
    };
    found.cloned()
}

/// Whether a table is one to predict, or a prediction, by its name.
pub(super) fn is_of_a_test(path: &Path) -> bool {
    let name = name_of(path).to_lowercase();
    name.contains("test") || name.contains("submission")
}

/// Whether a table lists the files of pictures, and so has no pixels: in its second line one of the
/// values ends as a picture's name does.
pub(super) fn lists_files(path: &Path) -> bool {
    // Opening a pipe would wait.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut start));
    if read.is_err() {
        return false;
    }
    let text = String::from_utf8_lossy(&start);
    let Some(line) = text.lines().nth(1) else {
        return false;
    };
    line.split([',', ';', '\t'])
        .any(|value| has_picture_ending(value.trim().trim_matches('"')))
}
