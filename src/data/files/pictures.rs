//! Folders of pictures, with a sub-folder for each class.

use super::Heard;
use super::detect::{Part, PictureFile, PictureFolder};
use super::read::Progress;
use super::shown::Shown;
use crate::data::drawing::{Found, LeftOut, Picture};
use crate::data::reading::{self, GreyPicture, SAMPLES, fit, image_of, width_percent};
use crate::data::{DataError, DataNote, Dataset, Images, LoadStep, MAX_BYTES, Taken};
use crate::experiment::{ImageSize, PictureReading, Placement, ReadAs, limits};
use rayon::prelude::*;
use std::path::Path;

/// The side that pictures are fitted into, unless all have one and the same small size.
const SIDE: usize = 28;
/// Between two looks at whether to go on, so many pictures are read by each thread.
const EACH: usize = 4;

/// How a folder of pictures is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The pictures decide, within what a person asked for.
    Decide(ReadAs),
    /// In the same way as before.
    Known(PictureReading),
}

/// Reads a folder of pictures. Where all are small enough and have the same size, that is the
/// images' size; otherwise images have 28 × 28 pixels.
pub(super) fn read(
    name: String,
    folder: &PictureFolder,
    wanted: Wanted,
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
    let reading = match wanted {
        Wanted::Known(reading) => reading,
        Wanted::Decide(read_as) => decide(files, read_as, &mut *heard)?,
    };
    let mut progress = Progress::of(heard, LoadStep::ReadingPictures, files.len() as u64);
    let mut pictures: Vec<One> = Vec::with_capacity(files.len());
    let mut broken = Broken::default();
    for some in files.chunks(at_once()) {
        let read: Vec<Result<One, DataError>> = some
            .par_iter()
            .map(|file| One::read(&file.path, &reading))
            .collect();
        for picture in read {
            match picture {
                Ok(picture) => pictures.push(picture),
                Err(err) => broken.add(err),
            }
        }
        progress.advance(some.len() as u64)?;
    }
    broken.check(&folder.path)?;
    let size = common_size(&pictures);
    let mut notes = folder.notes.clone();
    add_notes(&mut notes, &pictures, &reading, size);
    let width_percent = widths(&pictures, &reading);
    let image_size = size.unwrap_or(ImageSize::square(SIDE));
    let mut parts = [None, None, None];
    for (file, one) in files.iter().zip(pictures) {
        let part = match file.part {
            Part::Train => 0,
            Part::Validation => 1,
            Part::Test => 2,
        };
        let images = parts[part].get_or_insert_with(Images::default);
        let image = fit(one.picture, image_size);
        images.pixels.extend_from_slice(&image.pixels);
        images.labels.push(file.class);
    }
    let [train, validation, test] = parts;
    Ok(Dataset {
        name,
        size: image_size,
        classes: folder.classes.clone(),
        train: train.unwrap_or_default(),
        validation,
        test,
        taken: Taken {
            notes,
            width_percent,
        },
    })
}

/// How many pictures are read between two looks at whether to go on.
pub(super) fn at_once() -> usize {
    EACH * rayon::current_num_threads()
}

/// Decides how to read pictures by looking at some of them.
fn decide(
    files: &[PictureFile],
    read_as: ReadAs,
    heard: Heard<'_>,
) -> Result<PictureReading, DataError> {
    let step = files.len().div_ceil(SAMPLES).max(1);
    let some: Vec<&Path> = files
        .iter()
        .step_by(step)
        .map(|file| file.path.as_path())
        .collect();
    let mut progress = Progress::of(heard, LoadStep::LookingAtPictures, some.len() as u64);
    let mut samples = Vec::new();
    for some in some.chunks(at_once()) {
        let seen: Vec<_> = some
            .par_iter()
            // What can't be read is told of when it is read.
            .map(|file| reading::sample(&reading::read_file(file).ok()?))
            .collect();
        samples.extend(seen.into_iter().flatten());
        progress.advance(some.len() as u64)?;
    }
    Ok(reading::decide(&samples, read_as))
}

/// A picture as it was read.
struct One {
    /// The picture, with the polarity of the images; not larger than an image can be.
    picture: Picture,
    /// Rows and columns of the picture in its file, upright where it was turned so.
    own: ImageSize,
    /// Whether the picture has its own size still.
    has_its_size: bool,
    is_coloured: bool,
    is_turned: bool,
    is_moving: bool,
    /// What it shows, and what of it was left out.
    found: Found,
    left_out: Vec<LeftOut>,
}

impl One {
    /// Reads a picture. One that is larger than an image can be, or is centred, becomes an image of
    /// 28 × 28 at once, so that the memory holds them all.
    fn read(path: &Path, by: &PictureReading) -> Result<Self, DataError> {
        let bytes = reading::read_file(path)?;
        let GreyPicture {
            picture,
            is_coloured,
            is_turned,
            is_moving,
        } = reading::grey(&bytes, by).map_err(|problem| reading::error(path, problem))?;
        let own = ImageSize::new(picture.rows, picture.columns);
        let sides = limits::IMAGE_SIDE;
        let has_its_size =
            by.placement == Placement::AsDrawn && own.both(|side| sides.contains(&side));
        let size = if has_its_size {
            own
        } else {
            ImageSize::square(SIDE)
        };
        let made = image_of(picture, by, size);
        let ImageSize { rows, columns } = size;
        Ok(Self {
            picture: Picture {
                rows,
                columns,
                pixels: made.pixels,
            },
            own,
            has_its_size,
            is_coloured,
            is_turned,
            is_moving,
            found: made.found,
            left_out: made.left_out,
        })
    }
}

/// The size that all pictures have, where none had to be fitted.
fn common_size(pictures: &[One]) -> Option<ImageSize> {
    let size = |one: &One| ImageSize::new(one.picture.rows, one.picture.columns);
    let first = pictures.first().map(size)?;
    let keep = |one: &One| one.has_its_size && size(one) == first;
    pictures.iter().all(keep).then_some(first)
}

/// The widths of the narrowest picture and of the widest, in percent of their heights, where each became an image
/// whole.
fn widths(pictures: &[One], reading: &PictureReading) -> Option<[u32; 2]> {
    let percents = || pictures.iter().map(|one| width_percent(one.own));
    let range = [percents().min()?, percents().max()?];
    (reading.placement == Placement::AsDrawn).then_some(range)
}

/// Adds what was done to the pictures.
fn add_notes(
    notes: &mut Vec<DataNote>,
    pictures: &[One],
    reading: &PictureReading,
    size: Option<ImageSize>,
) {
    let count = |is: fn(&One) -> bool| pictures.iter().filter(|one| is(one)).count();
    let of = pictures.len();
    notes.push(DataNote::PicturesRead(*reading));
    if size.is_none() && reading.placement == Placement::AsDrawn {
        let first = pictures.first().map(|one| one.own);
        notes.push(DataNote::PicturesFitted {
            size: first.filter(|first| pictures.iter().all(|one| one.own == *first)),
            side: SIDE,
        });
    }
    match count(|one| one.is_turned) {
        0 => {}
        turned => notes.push(DataNote::PicturesTurned { turned, of }),
    }
    match count(|one| one.is_moving) {
        0 => {}
        moving => notes.push(DataNote::FramesPassedOver { moving, of }),
    }
    match count(|one| one.is_coloured) {
        0 => {}
        coloured => notes.push(DataNote::PicturesMadeGrey { coloured, of }),
    }
    let mut shown = Shown::default();
    for one in pictures {
        shown.add(one.found, &one.left_out);
    }
    notes.extend(shown.notes());
    match shown.blank {
        0 => {}
        blank => notes.push(DataNote::BlankAmongClasses(blank)),
    }
}

/// An error names so many pictures that can't be read.
const NAMED: usize = 5;

/// The pictures that can't be read. All are looked at before that is said, so that a person mends
/// them at one go.
#[derive(Default)]
pub(super) struct Broken {
    first: Vec<DataError>,
    count: usize,
}

impl Broken {
    /// Adds one.
    pub(super) fn add(&mut self, err: DataError) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(err);
        }
    }

    /// Names the first of them, where there are some.
    ///
    /// # Errors
    /// Where there are some.
    pub(super) fn check(mut self, folder: &Path) -> Result<(), DataError> {
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
    let (path, problem) = match err {
        DataError::File { path, problem, .. } => (path.as_path(), problem.clone()),
        DataError::Picture { file, problem } => (Path::new(file), problem.to_string()),
        _ => return err.to_string(),
    };
    let name = path.strip_prefix(folder).unwrap_or(path).display();
    let found = problem.split([',', ';']).next().unwrap_or(&problem);
    format!("{name} ({})", found.trim_start_matches("found "))
}
