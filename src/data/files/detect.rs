//! Finds which format a path holds, and which files belong to it, by names alone. The readers look
//! into the files.

use super::names::{is_skipped, name_of, natural};
use super::read;
use crate::data::DataError;
use std::path::{Path, PathBuf};

/// What can be opened, in the words of errors.
const READ: &str = "a folder of IDX files, a Kaggle train.csv, or a folder with a sub-folder of \
                    PNG or JPEG pictures for each class";

/// Files of a known format.
#[derive(Debug)]
pub(super) enum Found {
    /// A folder of IDX files.
    Idx(IdxFiles),
    /// A table with a row for each image.
    Csv(PathBuf),
    /// A folder with a sub-folder for each class.
    Pictures(PictureFolder),
}

/// The IDX files of a data set.
#[derive(Debug, PartialEq)]
pub(super) struct IdxFiles {
    /// The files of images and of labels for training.
    pub train: [PathBuf; 2],
    /// The files of images and of labels set aside for the test.
    pub test: Option<[PathBuf; 2]>,
    /// The file of the classes' names.
    pub names: Option<PathBuf>,
    /// Whether rows and columns are exchanged, as in EMNIST's files.
    pub is_transposed: bool,
}

/// A folder with a sub-folder for each class.
#[derive(Debug)]
pub(super) struct PictureFolder {
    /// The folder.
    pub path: PathBuf,
    /// The folder's classes, in order.
    pub classes: Vec<ClassFolder>,
}

/// The pictures of a class.
#[derive(Debug)]
pub(super) struct ClassFolder {
    /// The sub-folder, whose name is the name of the class.
    pub path: PathBuf,
    /// The files of the class, in order.
    pub files: Vec<PathBuf>,
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
            Self::Csv(file) => vec![file],
            Self::Pictures(folder) => folder
                .classes
                .iter()
                .flat_map(|class| &class.files)
                .map(PathBuf::as_path)
                .collect(),
        }
    }
}

/// Finds the format of a file or folder.
pub(super) fn detect(path: &Path) -> Result<Found, DataError> {
    let metadata = std::fs::metadata(path).map_err(|err| DataError::io(path, &err))?;
    if metadata.is_dir() {
        return detect_folder(path);
    }
    read::metadata(path)?;
    let name = name_of(path);
    if let Some(idx) = IdxName::parse(&name) {
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => Path::new("."),
        };
        return idx_files(folder, &entries(folder)?, &idx.prefix).map(Found::Idx);
    }
    let lower = name.to_lowercase();
    if lower.ends_with(".csv") {
        return Ok(Found::Csv(path.to_path_buf()));
    }
    let mend = match lower.rsplit_once('.').map(|(_, ending)| ending) {
        Some("zip" | "gz" | "tar" | "tgz" | "7z") => "unpack it first",
        Some("png" | "jpg" | "jpeg") => "choose the folder that holds the classes' folders",
        _ => "choose one of these",
    };
    let problem = format!("found a file of an unknown kind, expected {READ}; {mend}");
    Err(DataError::file(path, problem))
}

/// The entries of a folder in order, without files that systems leave about.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let failed = |err: std::io::Error| DataError::io(folder, &err);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if !is_skipped(&name_of(&path)) {
            entries.push((name_of(&path), path));
        }
    }
    entries.sort_by(|(left, _), (right, _)| natural(left, right));
    Ok(entries.into_iter().map(|(_, path)| path).collect())
}

fn detect_folder(folder: &Path) -> Result<Found, DataError> {
    let entries = entries(folder)?;
    let mut prefixes: Vec<String> = entries
        .iter()
        .filter_map(|path| IdxName::parse(&name_of(path)))
        .map(|name| name.prefix)
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    match prefixes.as_slice() {
        [] => {}
        [prefix] => return idx_files(folder, &entries, prefix).map(Found::Idx),
        several => {
            let names: Vec<_> = several.iter().map(|prefix| format!("{prefix}…")).collect();
            let problem = format!(
                "found IDX files of {} data sets ({}), expected one; choose one of its files",
                several.len(),
                names.join(", ")
            );
            return Err(DataError::file(folder, problem));
        }
    }
    let named = |wanted: &str| {
        entries
            .iter()
            .find(|path| name_of(path).to_lowercase() == wanted)
    };
    if let Some(file) = named("train.csv") {
        return Ok(Found::Csv(file.clone()));
    }
    let sub_folders: Vec<_> = entries.iter().filter(|path| path.is_dir()).collect();
    if !sub_folders.is_empty() {
        return picture_folder(folder, &sub_folders).map(Found::Pictures);
    }
    let has_table = entries
        .iter()
        .any(|path| name_of(path).to_lowercase().ends_with(".csv"));
    let (found, mend) = if named("test.csv").is_some() {
        ("a test.csv, which has no labels", "choose another folder")
    } else if has_table {
        ("a CSV file of another name", "choose the file itself")
    } else if entries.is_empty() {
        ("an empty folder", "choose another")
    } else {
        ("no such files", "choose another folder")
    };
    let problem = format!("found {found}, expected {READ}; {mend}");
    Err(DataError::file(folder, problem))
}

fn picture_folder(folder: &Path, classes: &[&PathBuf]) -> Result<PictureFolder, DataError> {
    super::classes::check_count(folder, classes.len(), "sub-folders")?;
    let classes = classes.iter().map(|class| class_folder(class));
    Ok(PictureFolder {
        path: folder.to_path_buf(),
        classes: classes.collect::<Result<_, _>>()?,
    })
}

fn class_folder(path: &Path) -> Result<ClassFolder, DataError> {
    let files = entries(path)?;
    if let Some(inner) = files.iter().find(|file| file.is_dir()) {
        let problem = format!(
            "found the folder {} in a class, expected pictures; choose the folder that holds the \
             classes",
            name_of(inner)
        );
        return Err(DataError::file(path, problem));
    }
    let problem = match files.len() {
        0 => "found no pictures in this class, expected 2 at least; add some or remove the folder",
        1 => {
            "found one file in this class, expected 2 pictures at least, to train and to validate; add \
             some"
        }
        _ => {
            let path = path.to_path_buf();
            return Ok(ClassFolder { path, files });
        }
    };
    Err(DataError::file(path, problem))
}

/// The parts of an IDX file's name.
#[derive(Debug, PartialEq, Eq)]
struct IdxName {
    /// The text before `train-images…`, such as `emnist-digits-`.
    prefix: String,
    is_train: bool,
    is_images: bool,
    is_gzip: bool,
}

impl IdxName {
    /// Reads names such as `train-images-idx3-ubyte.gz`, `emnist-digits-test-labels-idx1-ubyte` and
    /// `t10k-images.idx3-ubyte`.
    fn parse(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let plain = lower.strip_suffix(".gz");
        let stem = plain.unwrap_or(&lower).strip_suffix("-ubyte")?;
        let stem = stem
            .strip_suffix("idx3")
            .or_else(|| stem.strip_suffix("idx1"))?;
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
        })
    }
}

/// The files of one data set in a folder. Where a file lies there plain and as gzip, the plain one
/// is taken.
fn idx_files(folder: &Path, entries: &[PathBuf], prefix: &str) -> Result<IdxFiles, DataError> {
    let find = |is_train: bool, is_images: bool| {
        let mut found: Vec<_> = entries
            .iter()
            .filter_map(|path| Some((IdxName::parse(&name_of(path))?, path)))
            .filter(|(name, _)| {
                name.prefix == prefix && name.is_train == is_train && name.is_images == is_images
            })
            .collect();
        found.sort_by_key(|(name, _)| name.is_gzip);
        found.first().map(|(_, path)| (*path).clone())
    };
    let missing = |what: &str| {
        let problem = format!(
            "found no {prefix}{what} beside the other IDX files, expected images and labels; add it"
        );
        DataError::file(folder, problem)
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
        names: entries
            .iter()
            .find(|path| name_of(path).to_lowercase() == "labels.txt")
            .cloned(),
        is_transposed: prefix.starts_with("emnist-"),
    })
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
        for name in [
            "train.csv",
            "train-images",
            "idx3-ubyte",
            "-ubyte",
            "labels.txt",
            "",
        ] {
            check(name, None);
        }
    }
}
