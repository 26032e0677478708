//! Folders of pictures, with a sub-folder for each class.

use super::Heard;
use super::detect::{Part, PictureFolder};
use super::picture::{Kept, fit, read_grey};
use super::read::Progress;
use crate::data::{DataError, Dataset, Images, MAX_BYTES, Taken};
use crate::experiment::limits;
use image::GrayImage;
use rayon::prelude::*;
use std::path::Path;

/// The side that pictures are fitted into, unless all have one and the same small size.
const SIDE: u32 = 28;
/// Pictures that are read between two looks at whether to go on.
const AT_ONCE: usize = 128;

/// Reads a folder of pictures. Where all are small enough and have the same size, they stay as they
/// are; otherwise all are fitted into 28 × 28.
pub(super) fn read(
    name: String,
    folder: &PictureFolder,
    heard: Heard<'_>,
) -> Result<Dataset, DataError> {
    let files = &folder.files;
    let most = *limits::IMAGE_SIDE.end() as u64;
    if files.len() as u64 * most * most > MAX_BYTES {
        let problem = format!(
            "found {} pictures, expected fewer; use some of them",
            files.len()
        );
        return Err(DataError::file(&folder.path, problem));
    }
    let mut progress = Progress::of(heard, files.len() as u64);
    let mut pictures: Vec<GrayImage> = Vec::with_capacity(files.len());
    let mut are_all_small = true;
    let mut broken = Broken::default();
    for some in files.chunks(AT_ONCE) {
        let read: Vec<Result<(bool, GrayImage), DataError>> = some
            .par_iter()
            .map(|file| {
                Ok(match read_grey(&file.path, SIDE)? {
                    Kept::AsItWas(picture) => (true, picture),
                    Kept::Fitted(picture) => (false, picture),
                })
            })
            .collect();
        for picture in read {
            match picture {
                Ok((is_small, picture)) => {
                    are_all_small &= is_small;
                    pictures.push(picture);
                }
                Err(err) => broken.add(err),
            }
        }
        progress.advance(some.len() as u64)?;
    }
    broken.check(&folder.path)?;
    let first = pictures.first().map_or((SIDE, SIDE), GrayImage::dimensions);
    let (columns, rows) =
        if are_all_small && pictures.iter().all(|picture| picture.dimensions() == first) {
            first
        } else {
            for picture in &mut pictures {
                *picture = fit(picture, SIDE);
            }
            (SIDE, SIDE)
        };
    let mut parts = [None, None, None];
    for (file, picture) in files.iter().zip(&pictures) {
        let part = match file.part {
            Part::Train => 0,
            Part::Validation => 1,
            Part::Test => 2,
        };
        let images = parts[part].get_or_insert_with(Images::default);
        images.pixels.extend_from_slice(picture);
        images.labels.push(file.class);
    }
    let [train, validation, test] = parts;
    Ok(Dataset {
        name,
        rows: rows as usize,
        columns: columns as usize,
        classes: folder.classes.clone(),
        train: train.unwrap_or_default(),
        validation,
        test,
        taken: Taken {
            notes: folder.notes.clone(),
        },
    })
}

/// An error names so many pictures that can't be read.
const NAMED: usize = 5;

/// The pictures that can't be read. All are looked at before that is said, so that a person mends
/// them at one go.
#[derive(Default)]
struct Broken {
    first: Vec<DataError>,
    count: usize,
}

impl Broken {
    fn add(&mut self, err: DataError) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(err);
        }
    }

    fn check(mut self, folder: &Path) -> Result<(), DataError> {
        match self.count {
            0 => return Ok(()),
            1 => return self.first.pop().map_or(Ok(()), Err),
            _ => {}
        }
        let named: Vec<String> = self
            .first
            .iter()
            .map(|err| one_of_several(err, folder))
            .collect();
        let more = match self.count - named.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let problem = format!(
            "found {} pictures that can't be read: {}{more}; mend or remove them",
            self.count,
            named.join(", ")
        );
        Err(DataError::file(folder, problem))
    }
}

/// A picture within its folder, with what was found in its place.
fn one_of_several(err: &DataError, folder: &Path) -> String {
    let DataError::File { path, problem, .. } = err else {
        return err.to_string();
    };
    let name = path.strip_prefix(folder).unwrap_or(path).display();
    let found = problem.split([',', ';']).next().unwrap_or(problem);
    format!("{name} ({})", found.trim_start_matches("found "))
}
