//! The IDX files of a data set, by their names: as they are published, as archives unpack them, and as
//! browsers rename a second copy.

use super::listing::Listing;
use crate::data::DataError;
use crate::data::files::names::name_of;
use std::path::{Path, PathBuf};

/// The IDX files of a data set.
#[derive(Debug, PartialEq)]
pub(in crate::data::files) struct IdxFiles {
    /// The files of images and of labels for training.
    pub train: [PathBuf; 2],
    /// The files of images and of labels set aside for the test.
    pub test: Option<[PathBuf; 2]>,
    /// The file of the classes' names.
    pub names: Option<PathBuf>,
    /// Whether rows and columns are exchanged, as in EMNIST's files.
    pub is_transposed: bool,
}

/// IDX files of images to predict.
#[derive(Debug, PartialEq)]
pub(in crate::data::files) struct IdxToPredict {
    /// The file of the images.
    pub images: PathBuf,
    /// The file of the labels, where it is there.
    pub labels: Option<PathBuf>,
    /// The file of the classes' names, where it is there.
    pub names: Option<PathBuf>,
    /// Whether rows and columns are exchanged, as in EMNIST's files.
    pub is_transposed: bool,
    /// Whether other images lie beside these, to train with.
    pub has_others: bool,
}

/// The images to predict in a file whose name is that of IDX images.
pub(super) fn file_to_predict(path: &Path) -> Result<Option<IdxToPredict>, DataError> {
    let Some(name) = IdxName::parse(&name_of(path)) else {
        return Ok(None);
    };
    if !name.is_images {
        let problem = "found labels alone, expected the IDX file of the images; choose that one";
        return Err(DataError::file(path, problem));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut found = part_to_predict(&Listing::of(folder)?, &name.prefix, name.is_train);
    if let Some(found) = &mut found {
        // The file that was chosen may be a second copy.
        found.images = path.to_path_buf();
        found.has_others = false;
    }
    Ok(found)
}

/// The IDX images of a folder that are set aside for the test, or else those to train with.
pub(super) fn folder_to_predict(listing: &Listing) -> Result<Option<IdxToPredict>, DataError> {
    let Some(prefix) = only_prefix(listing)? else {
        return Ok(None);
    };
    let part = |is_train| part_to_predict(listing, &prefix, is_train);
    Ok(part(false).or_else(|| part(true)))
}

fn part_to_predict(listing: &Listing, prefix: &str, is_train: bool) -> Option<IdxToPredict> {
    let candidates = candidates(listing);
    let find = |is_train, is_images| find(&candidates, prefix, is_train, is_images);
    Some(IdxToPredict {
        images: find(is_train, true)?,
        labels: find(is_train, false),
        names: names_file(listing, prefix),
        is_transposed: is_transposed(prefix),
        has_others: !is_train && find(true, true).is_some(),
    })
}

/// The IDX files to which a file belongs, where its name is that of one.
pub(super) fn of_file(path: &Path) -> Result<Option<IdxFiles>, DataError> {
    let Some(name) = IdxName::parse(&name_of(path)) else {
        return Ok(None);
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    files(&Listing::of(folder)?, &name.prefix).map(Some)
}

/// Whether a path has the name of an IDX file.
pub(super) fn is_idx_name(path: &Path) -> bool {
    IdxName::parse(&name_of(path)).is_some()
}

/// The IDX files of a folder, where it has some.
pub(super) fn in_folder(listing: &Listing) -> Result<Option<IdxFiles>, DataError> {
    match only_prefix(listing)? {
        Some(prefix) => files(listing, &prefix).map(Some),
        None => Ok(None),
    }
}

/// The error for a folder whose folders, or the folders `raw` in them, hold IDX files; none where they hold none.
pub(super) fn sets_in_folders(listing: &Listing) -> Option<DataError> {
    let has_idx = |folder: &PathBuf| {
        let inner = Listing::of(folder);
        inner.is_ok_and(|inner| inner.files.iter().any(|file| is_idx_name(file)))
    };
    let mut sets: Vec<String> = Vec::new();
    for folder in &listing.folders {
        let places = [folder.clone(), folder.join("raw")];
        let found = places.iter().find(|place| has_idx(place));
        let inner = found.and_then(|place| place.strip_prefix(&listing.folder).ok());
        sets.extend(inner.map(|place| place.display().to_string()));
    }
    if sets.is_empty() {
        return None;
    }
    let problem = format!(
        "found IDX files in {} of the folders here ({}), expected one data set; choose one of these folders",
        sets.len(),
        sets.join(", ")
    );
    Some(DataError::file(&listing.folder, problem))
}

/// What the names of the IDX files of a folder begin with, where it has some.
///
/// # Errors
/// Where the files are of several data sets.
fn only_prefix(listing: &Listing) -> Result<Option<String>, DataError> {
    let mut prefixes: Vec<String> = candidates(listing)
        .into_iter()
        .map(|(name, _)| name.prefix)
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    match prefixes.as_slice() {
        [] => Ok(None),
        [prefix] => Ok(Some(prefix.clone())),
        several => {
            let names: Vec<_> = several.iter().map(|prefix| format!("{prefix}…")).collect();
            let problem = format!(
                "found IDX files of {} data sets ({}), expected one; choose one of its files",
                several.len(),
                names.join(", ")
            );
            Err(DataError::file(&listing.folder, problem))
        }
    }
}

/// Every file whose name is that of an IDX file: those of the folder, then those in folders of such a
/// name, which some archives have in place of each file or beside it.
fn candidates(listing: &Listing) -> Vec<(IdxName, PathBuf)> {
    let parsed = |path: &PathBuf| Some((IdxName::parse(&name_of(path))?, path.clone()));
    let mut found: Vec<_> = listing.files.iter().filter_map(parsed).collect();
    for folder in &listing.folders {
        if is_idx_name(folder)
            // A folder that can't be read holds no file that could be.
            && let Ok(inner) = Listing::of(folder)
        {
            found.extend(inner.files.iter().filter_map(parsed));
        }
    }
    found
}

/// The parts of an IDX file's name. Names of one kind are in the order in which they are preferred.
#[derive(Debug, PartialEq, Eq)]
struct IdxName {
    /// The text before `train-images…`, such as `emnist-digits-`.
    prefix: String,
    is_train: bool,
    is_images: bool,
    is_gzip: bool,
    /// Whether a browser renamed it, as `… (1)`.
    is_copy: bool,
}

impl IdxName {
    /// Reads names such as `train-images-idx3-ubyte.gz`, `emnist-digits-test-labels-idx1-ubyte`,
    /// `t10k-images.idx3-ubyte`, `qmnist-train-labels-idx2-int` and `train-images-idx3-ubyte (1).gz`.
    fn parse(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let whole = without_number(&lower);
        let plain = whole.strip_suffix(".gz");
        let stem = without_number(plain.unwrap_or(whole));
        let is_copy = stem.len() + if plain.is_some() { 3 } else { 0 } < lower.len();
        let stem = match stem.strip_suffix("-ubyte") {
            Some(stem) => stem
                .strip_suffix("idx3")
                .or_else(|| stem.strip_suffix("idx1"))?,
            None => stem.strip_suffix("idx2-int")?,
        };
        let stem = stem.strip_suffix(['-', '.', '_'])?;
        let images = stem.strip_suffix("images");
        let stem = images.or_else(|| stem.strip_suffix("labels"))?;
        let stem = stem.strip_suffix(['-', '_'])?;
        let train = stem.strip_suffix("train");
        let prefix = train
            .or_else(|| stem.strip_suffix("t10k"))
            .or_else(|| stem.strip_suffix("test"))?;
        Some(Self {
            prefix: prefix.into(),
            is_train: train.is_some(),
            is_images: images.is_some(),
            is_gzip: plain.is_some(),
            is_copy,
        })
    }
}

/// A name without the number that browsers add to a second copy, as in `name (1)`.
fn without_number(name: &str) -> &str {
    let number = || {
        let (before, inside) = name.strip_suffix(')')?.rsplit_once('(')?;
        let is_number = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| before.trim_end())
    };
    number().unwrap_or(name)
}

/// The files of one data set in a folder. Of a file that lies there several times, the one is taken
/// that no browser renamed, and rather the plain one than the one of gzip.
fn files(listing: &Listing, prefix: &str) -> Result<IdxFiles, DataError> {
    let candidates = candidates(listing);
    let find = |is_train, is_images| find(&candidates, prefix, is_train, is_images);
    let missing = |what: &str| {
        let problem = format!(
            "found no {prefix}{what} beside the other IDX files, expected images and labels; add it"
        );
        DataError::file(&listing.folder, problem)
    };
    let images = find(true, true).ok_or_else(|| missing("train-images-idx3-ubyte"))?;
    let labels = find(true, false).ok_or_else(|| missing("train-labels-idx1-ubyte"))?;
    let test = match (find(false, true), find(false, false)) {
        (Some(images), Some(labels)) => Some([images, labels]),
        (None, None) => None,
        (Some(_), None) => return Err(missing("t10k-labels-idx1-ubyte")),
        (None, Some(_)) => return Err(missing("t10k-images-idx3-ubyte")),
    };
    Ok(IdxFiles {
        train: [images, labels],
        test,
        names: names_file(listing, prefix),
        is_transposed: is_transposed(prefix),
    })
}

/// The file of one kind: the one that no browser renamed, and rather the plain one than that of gzip.
fn find(
    candidates: &[(IdxName, PathBuf)],
    prefix: &str,
    is_train: bool,
    is_images: bool,
) -> Option<PathBuf> {
    let is_wanted = |(name, _): &&(IdxName, PathBuf)| {
        name.prefix == prefix && name.is_train == is_train && name.is_images == is_images
    };
    let found = candidates.iter().filter(is_wanted);
    let found = found.min_by_key(|(name, _)| (name.is_copy, name.is_gzip));
    found.map(|(_, path)| path.clone())
}

/// The file of the classes' names.
fn names_file(listing: &Listing, prefix: &str) -> Option<PathBuf> {
    let mapping = format!("{prefix}mapping.txt");
    let found = listing.named("labels.txt");
    found.or_else(|| listing.named(&mapping)).cloned()
}

/// Whether rows and columns are exchanged in files of this name.
fn is_transposed(prefix: &str) -> bool {
    prefix.starts_with("emnist-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_idx_files_are_known() {
        let check = |name: &str, expected: Option<(&str, bool, bool, bool)>| {
            let parsed = IdxName::parse(name);
            let parsed = parsed
                .as_ref()
                .map(|n| (n.prefix.as_str(), n.is_train, n.is_images, n.is_gzip));
            assert_eq!(parsed, expected, "{name}");
        };
        check("train-images-idx3-ubyte", Some(("", true, true, false)));
        check("train-labels-idx1-ubyte.gz", Some(("", true, false, true)));
        check("t10k-images.idx3-ubyte", Some(("", false, true, false)));
        check("Train-Images-IDX3-ubyte.GZ", Some(("", true, true, true)));
        check(
            "emnist-digits-test-labels-idx1-ubyte.gz",
            Some(("emnist-digits-", false, false, true)),
        );
        check(
            "qmnist-train-labels-idx2-int.gz",
            Some(("qmnist-", true, false, true)),
        );
        for name in [
            "train.csv",
            "train-images",
            "idx3-ubyte",
            "-ubyte",
            "labels.txt",
            "train-images-idx3-ubyte (x)",
            "train-images-idx3-ubyte ()",
            "",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn copies_that_a_browser_renamed_are_known_as_copies() {
        let check = |name: &str, is_copy: bool, is_gzip: bool| {
            let parsed = IdxName::parse(name).unwrap();
            assert_eq!(
                (parsed.is_copy, parsed.is_gzip),
                (is_copy, is_gzip),
                "{name}"
            );
            assert!(parsed.is_train && parsed.is_images, "{name}");
        };
        check("train-images-idx3-ubyte", false, false);
        check("train-images-idx3-ubyte.gz", false, true);
        check("train-images-idx3-ubyte (1)", true, false);
        check("train-images-idx3-ubyte(12)", true, false);
        check("train-images-idx3-ubyte (1).gz", true, true);
        check("train-images-idx3-ubyte.gz (2)", true, true);
    }
}
