//! Folders of pictures, with a sub-folder for each class.

use super::Heard;
use super::detect::PictureFolder;
use super::names::name_of;
use super::picture::{Kept, fit, read_grey};
use super::read::Progress;
use crate::data::{DataError, Dataset, Images, MAX_BYTES, Taken};
use crate::experiment::limits;
use image::GrayImage;
use rayon::prelude::*;
use std::path::PathBuf;

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
    let files: Vec<(u8, &PathBuf)> = (0u8..)
        .zip(&folder.classes)
        .flat_map(|(class, folder)| folder.files.iter().map(move |file| (class, file)))
        .collect();
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
    for some in files.chunks(AT_ONCE) {
        let read: Vec<Result<(bool, GrayImage), DataError>> = some
            .par_iter()
            .map(|(_, file)| {
                Ok(match read_grey(file, SIDE)? {
                    Kept::AsItWas(picture) => (true, picture),
                    Kept::Fitted(picture) => (false, picture),
                })
            })
            .collect();
        for picture in read {
            let (is_small, picture) = picture?;
            are_all_small &= is_small;
            pictures.push(picture);
        }
        progress.advance(some.len() as u64)?;
    }
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
    let mut train = Images::default();
    for ((class, _), picture) in files.iter().zip(&pictures) {
        train.pixels.extend_from_slice(picture);
        train.labels.push(*class);
    }
    Ok(Dataset {
        name,
        rows: rows as usize,
        columns: columns as usize,
        classes: folder
            .classes
            .iter()
            .map(|class| name_of(&class.path))
            .collect(),
        train,
        validation: None,
        test: None,
        taken: Taken::default(),
    })
}
