//! The pictures that were named: files, folders with all pictures in them, standard input.

use crate::data::reading::{PreparedPicture, RunReading};
use crate::data::{DataError, is_picture_name, natural_order, system_kind};
use crate::experiment::ImageSize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders lie at most so deep in a folder that was named.
const DEEPEST: usize = 8;

/// A picture to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// Where the picture comes from.
    pub source: Source,
    /// The name of the folder that the picture lies in, where a folder above it was named.
    pub folder: Option<String>,
}

/// Where a picture comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A file.
    File(PathBuf),
    /// A pipe or a device, which can be read once.
    Stream(PathBuf),
    /// Standard input.
    StandardInput,
}

/// Why a folder gives no pictures.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    /// The folder can't be read.
    #[error("can't read the folder: {source}: {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There are no pictures in the folder.
    #[error("found no pictures, expected a folder that holds some: {}", .0.display())]
    NoPictures(PathBuf),
}

impl Input {
    /// The name of the picture, as it was typed or found.
    pub fn name(&self) -> String {
        match &self.source {
            Source::File(path) | Source::Stream(path) => path.display().to_string(),
            Source::StandardInput => "-".into(),
        }
    }

    /// Reads the picture for a network whose images have this size.
    pub fn read(
        &self,
        reading: &RunReading,
        size: ImageSize,
    ) -> Result<PreparedPicture, DataError> {
        match &self.source {
            Source::File(path) => reading.read(path, size),
            Source::Stream(path) => {
                let stream = fs::File::open(path);
                match stream {
                    Ok(stream) => reading.read_stream(path, stream, size),
                    // The reader of files says what is wrong.
                    Err(_) => reading.read(path, size),
                }
            }
            Source::StandardInput => reading.read_stream(Path::new("-"), io::stdin().lock(), size),
        }
    }
}

/// The pictures that were named, and what of the folders that were named is passed over.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The pictures, in the order in which they were named; those of a folder in the natural order of their names.
    pub pictures: Vec<Input>,
    /// The kinds of files and folders that systems left about, each with their number.
    passed: BTreeMap<String, usize>,
}

impl Inputs {
    /// What is told of the files and folders that were passed over, where there are some.
    pub(super) fn note(&self) -> Option<String> {
        let count: usize = self.passed.values().sum();
        let kinds: Vec<String> = self
            .passed
            .iter()
            .map(|(kind, count)| format!("{kind} ({count})"))
            .collect();
        let what = match count {
            0 => return None,
            1 => "1 file or folder that a system left about was",
            _ => "files and folders that systems left about were",
        };
        let kinds = kinds.join(", ");
        Some(match count {
            1 => format!("{what} passed over: {kinds}"),
            _ => format!("{count} {what} passed over: {kinds}"),
        })
    }
}

/// The pictures that were named.
///
/// # Errors
/// Where a folder can't be read or holds no pictures. What else can't be read is told by its picture.
pub(super) fn inputs(named: &[PathBuf]) -> Result<Inputs, InputError> {
    let mut inputs = Inputs::default();
    for path in named {
        let alone = |source| Input {
            source,
            folder: None,
        };
        if path == Path::new("-") || path == Path::new("/dev/stdin") {
            inputs.pictures.push(alone(Source::StandardInput));
            continue;
        }
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                let before = inputs.pictures.len();
                add_folder(path, DEEPEST, &mut inputs)?;
                if inputs.pictures.len() == before {
                    return Err(InputError::NoPictures(path.clone()));
                }
            }
            Ok(about) if !about.is_file() => {
                inputs.pictures.push(alone(Source::Stream(path.clone())))
            }
            _ => inputs.pictures.push(alone(Source::File(path.clone()))),
        }
    }
    Ok(inputs)
}

fn add_folder(folder: &Path, depth: usize, inputs: &mut Inputs) -> Result<(), InputError> {
    let fail = |source| InputError::Folder {
        folder: folder.to_path_buf(),
        source,
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link to a folder may lead back to where it lies.
        let is_folder = entry.file_type().map_err(fail)?.is_dir();
        // The rule is that of all data.
        match system_kind(&name) {
            Some(kind) => *inputs.passed.entry(kind.to_owned()).or_default() += 1,
            None => entries.push((is_folder, name, entry.path())),
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural_order(&a.1, &b.1)));
    let own_name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    for (is_folder, name, path) in entries {
        if is_folder && depth > 0 {
            add_folder(&path, depth - 1, inputs)?;
        } else if !is_folder && is_picture_name(&name) {
            inputs.pictures.push(Input {
                source: Source::File(path),
                folder: own_name.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_pictures_in_natural_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["7", "@eaDir", "7/$RECYCLE.BIN"] {
            fs::create_dir(at(name)).unwrap();
        }
        for name in [
            "10.png",
            "2.PNG",
            "phone.HEIC",
            "notes.txt",
            ".hidden.png",
            "7/1.jpg",
            "@eaDir/2.png",
            "7/$RECYCLE.BIN/3.png",
            "Icon\r",
        ] {
            fs::write(at(name), "x").unwrap();
        }
        let found = inputs(&[folder.path().to_path_buf(), at("notes.txt"), "-".into()]).unwrap();
        let names: Vec<String> = found.pictures.iter().map(Input::name).collect();
        let path = |name: &str| at(name).display().to_string();
        assert_eq!(
            names,
            [
                path("2.PNG"),
                path("10.png"),
                // The reader says that such a picture isn't read.
                path("phone.HEIC"),
                path("7/1.jpg"),
                path("notes.txt"),
                "-".into()
            ]
        );
        assert_eq!(found.pictures[3].folder.as_deref(), Some("7"));
        assert_eq!(found.pictures[4].folder, None);
        assert_eq!(
            found.note().as_deref(),
            Some(
                "4 files and folders that systems left about were passed over: $RECYCLE.BIN (1), \
                 .hidden.png (1), @eaDir (1), Icon (1)"
            )
        );
        fs::create_dir(at("empty")).unwrap();
        let text = inputs(&[at("empty")]).unwrap_err().to_string();
        assert!(
            text.starts_with("found no pictures") && text.ends_with("empty"),
            "{text}"
        );
    }
}
