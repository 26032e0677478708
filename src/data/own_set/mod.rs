//! The user's own labelled drawings: a folder of PNGs with a sub-folder for each class, so that a
//! person can look at it and add to it, and a run can be trained on it as on any folder of
//! pictures.
//!
//! ```text
//! OWN/7/0001.png              as drawn, so that it can be prepared for any network
//! OWN/T-shirt%2Ftop/0001.png  what a folder's name can't hold is written as in addresses
//! ```

mod names;

use crate::data::drawing::{Picture, Placement};
use crate::data::reading::{PictureProblem, RunReading, read_picture};
use crate::data::{DataError, Images};
use crate::disk::{self, Staged};
use crate::experiment::ImageSize;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use names::folder_name;

/// A folder of labelled drawings. The folder is made with the first drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFolder {
    folder: PathBuf,
}

/// The drawings of some classes, as images for a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnImages {
    /// The images and the numbers of their classes.
    pub images: Images,
    /// The files in the order of the images: by class, then by name.
    pub paths: Vec<PathBuf>,
    /// How many pictures lie in folders that are none of the classes.
    pub others: usize,
    /// What couldn't be read. Everything else was.
    pub problems: Vec<DataError>,
}

impl OwnFolder {
    /// The set in a folder, whether the folder is there or not.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder of the set.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a drawing under the next free number of its class. The file is written whole, and never
    /// over another.
    ///
    /// # Errors
    /// Where there is no ink, the folder can't be made or the file can't be written.
    pub fn keep(&self, class: &str, picture: &Picture) -> Result<PathBuf, DataError> {
        let folder = self.folder.join(folder_name(class));
        if picture.is_blank() {
            return Err(problem(&folder, PictureProblem::NoInk));
        }
        disk::create_folders(&folder).map_err(unwritable(&folder))?;
        let bytes = png(picture, &folder)?;
        let mut number = 1 + last_number(&folder).map_err(unwritable(&folder))?;
        loop {
            let path = folder.join(format!("{number:04}.png"));
            let written = Staged::new(&path, &bytes).and_then(|file| file.name(&path));
            match written {
                Ok(()) => return Ok(path),
                // Another window has just taken the number.
                Err(err) if err.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(err) => return Err(unwritable(&path)(err)),
            }
        }
    }

    /// Deletes a drawing of the set.
    ///
    /// # Errors
    /// Where the file can't be deleted.
    pub fn forget(path: &Path) -> Result<(), DataError> {
        disk::remove_file(path).map_err(unwritable(path))
    }

    /// Reads the pictures of these classes, and makes each an image of `size` (rows, columns) for a
    /// network whose run reads pictures so.
    ///
    /// Any PNG or JPEG in a class's folder counts, whether it was drawn in this program or not. A
    /// folder that isn't there holds nothing.
    pub fn read(
        &self,
        classes: &[String],
        reading: &RunReading,
        placement: Placement,
        size: ImageSize,
    ) -> OwnImages {
        let mut own = OwnImages::default();
        let numbers: BTreeMap<String, u8> = classes
            .iter()
            .zip(0..=u8::MAX)
            .map(|(class, number)| (folder_name(class), number))
            .collect();
        let mut folders: Vec<_> = Vec::new();
        for folder in entries(&self.folder, &mut own.problems) {
            let name = folder.file_name().map(|name| name.to_string_lossy());
            if folder.is_dir()
                && let Some(name) = name
            {
                folders.push((numbers.get(name.as_ref()).copied(), folder));
            }
        }
        folders.sort();
        for (number, folder) in folders {
            let pictures = entries(&folder, &mut own.problems);
            let pictures = pictures.into_iter().filter(|path| is_picture(path));
            match number {
                None => own.others += pictures.count(),
                Some(number) => {
                    pictures.for_each(|path| own.add(path, number, reading, placement, size));
                }
            }
        }
        own
    }
}

impl OwnImages {
    fn add(
        &mut self,
        path: PathBuf,
        label: u8,
        reading: &RunReading,
        placement: Placement,
        size: ImageSize,
    ) {
        match read_picture(&path) {
            // A blank picture is no example of its class.
            Ok(picture) if picture.is_blank() => {
                self.problems.push(problem(&path, PictureProblem::NoInk));
            }
            Ok(picture) => {
                let image = reading.image_of_ink(&picture, placement, size);
                self.images.pixels.extend(image);
                self.images.labels.push(label);
                self.paths.push(path);
            }
            Err(err) => self.problems.push(err),
        }
    }
}

/// The entries of a folder, sorted by name; none where the folder isn't there.
fn entries(folder: &Path, problems: &mut Vec<DataError>) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    });
    match read {
        Ok(paths) => {
            let mut paths: Vec<PathBuf> = paths;
            paths.sort();
            paths
        }
        Err(err) if err.kind() == ErrorKind::NotFound => Vec::new(),
        Err(err) => {
            let reason = err.to_string();
            problems.push(problem(folder, PictureProblem::Unreadable { reason }));
            Vec::new()
        }
    }
}

/// Whether a file counts as a picture. Hidden files are the system's, or still being written.
fn is_picture(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let known = ["png", "jpg", "jpeg"];
    !hidden && ending.is_some_and(|ending| known.iter().any(|known| ending == *known))
}

fn last_number(folder: &Path) -> std::io::Result<u32> {
    let mut last = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let stem = Path::new(&name)
            .file_stem()
            .map(|stem| stem.to_string_lossy());
        let number = stem.and_then(|stem| stem.parse().ok()).unwrap_or(0);
        last = last.max(number);
    }
    // A file's name may claim the last number that there can be.
    Ok(last.min(u32::MAX / 2))
}

fn png(picture: &Picture, folder: &Path) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.columns as u32, picture.rows as u32);
    PngEncoder::new(&mut bytes)
        .write_image(&picture.pixels, width, height, ExtendedColorType::L8)
        .map_err(|err| unwritable(folder)(std::io::Error::other(err)))?;
    Ok(bytes)
}

fn problem(path: &Path, problem: PictureProblem) -> DataError {
    let file = path.display().to_string();
    DataError::Picture { file, problem }
}

fn unwritable(path: &Path) -> impl FnOnce(std::io::Error) -> DataError + '_ {
    move |err| {
        let reason = err.to_string();
        problem(path, PictureProblem::Unwritable { reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::drawing::{Stroke, Strokes, Tool, prepare, rasterize};

    fn classes(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn drawing(end: f32) -> Picture {
        let stroke = Stroke {
            tool: Tool::Pen,
            width: 0.08,
            points: vec![[0.3, 0.3], [end, 0.8]],
        };
        let strokes = vec![stroke];
        rasterize(&Strokes { strokes }, 280)
    }

    #[test]
    fn what_is_kept_is_read_as_it_was_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let set = OwnFolder::new(folder.path().join("own"));
        let names = classes(&["T-shirt/top", "7"]);
        assert_eq!(
            set.read(
                &names,
                &RunReading::MNIST,
                Placement::Centred,
                ImageSize::new(28, 28)
            ),
            OwnImages::default()
        );
        let first = set.keep("7", &drawing(0.3)).unwrap();
        let second = set.keep("7", &drawing(0.6)).unwrap();
        let shirt = set.keep("T-shirt/top", &drawing(0.9)).unwrap();
        assert_eq!(second, folder.path().join("own/7/0002.png"));
        let own = set.read(
            &names,
            &RunReading::MNIST,
            Placement::Centred,
            ImageSize::new(28, 28),
        );
        assert_eq!(own.images.labels, [0, 1, 1]);
        assert_eq!(own.paths, [shirt, first, second.clone()]);
        assert_eq!((own.others, own.problems.len()), (0, 0));
        let expected = prepare(&drawing(0.6), Placement::Centred, ImageSize::new(28, 28));
        assert_eq!(own.images.image(2), expected);
        // The set is read once more, for a network of other classes.
        let own = set.read(
            &classes(&["7"]),
            &RunReading::MNIST,
            Placement::AsDrawn,
            ImageSize::new(20, 20),
        );
        assert_eq!((own.images.count(), own.others), (2, 1));
        OwnFolder::forget(&second).unwrap();
        assert!(!second.exists());
        let text = OwnFolder::forget(&second).unwrap_err().to_string();
        assert!(
            text.starts_with("can't write") && text.ends_with("0002.png"),
            "{text}"
        );
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let set = OwnFolder::new(folder.path().to_path_buf());
        let seventh = folder.path().join("7/0007.png");
        fs::create_dir(folder.path().join("7")).unwrap();
        fs::write(&seventh, "mine").unwrap();
        let path = set.keep("7", &drawing(0.5)).unwrap();
        assert!(path.ends_with("0008.png"), "{path:?}");
        assert_eq!(fs::read_to_string(seventh).unwrap(), "mine");
        let names: Vec<_> = fs::read_dir(folder.path().join("7")).unwrap().collect();
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn bad_files_are_named_and_the_others_read() {
        let folder = tempfile::tempdir().unwrap();
        let set = OwnFolder::new(folder.path().to_path_buf());
        set.keep("7", &drawing(0.5)).unwrap();
        fs::write(folder.path().join("7/bad.png"), "no picture").unwrap();
        fs::write(folder.path().join("7/notes.txt"), "no picture").unwrap();
        fs::write(folder.path().join("7/.writing-x.png"), "half").unwrap();
        fs::write(folder.path().join("loose.png"), "of no class").unwrap();
        let own = set.read(
            &classes(&["7"]),
            &RunReading::MNIST,
            Placement::Centred,
            ImageSize::new(28, 28),
        );
        assert_eq!(own.images.count(), 1);
        assert_eq!(own.problems.len(), 1);
        let text = own.problems[0].to_string();
        assert!(
            text.contains("found no picture (it starts with no pictu)")
                && text.ends_with("bad.png"),
            "{text}"
        );
    }

    #[test]
    fn a_blank_picture_is_no_example_of_a_class() {
        let folder = tempfile::tempdir().unwrap();
        let set = OwnFolder::new(folder.path().to_path_buf());
        let blank = Picture::blank(40, 40);
        let text = set.keep("7", &blank).unwrap_err().to_string();
        assert!(text.starts_with("found no ink"), "{text}");
        set.keep("7", &drawing(0.5)).unwrap();
        let page = folder.path().join("7/page.png");
        fs::write(&page, png(&blank, folder.path()).unwrap()).unwrap();
        let own = set.read(
            &classes(&["7"]),
            &RunReading::MNIST,
            Placement::Centred,
            ImageSize::new(28, 28),
        );
        assert_eq!((own.images.count(), own.problems.len()), (1, 1));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own");
        fs::write(&file, "a file").unwrap();
        let text = OwnFolder::new(file)
            .keep("7", &drawing(0.5))
            .unwrap_err()
            .to_string();
        assert!(
            text.starts_with("can't write") && text.contains("own"),
            "{text}"
        );
    }
}
