//! Data of the user's own: which format a path holds, and a reader for each format.
//!
//! Nothing that a file claims is believed, and no part of a data set is kept: a reader gives a
//! whole data set or an error that names the file.

mod archive;
mod cache;
mod classes;
mod detect;
mod idx_folder;
mod names;
mod npz;
mod pictures;
mod read;
mod shown;
mod table;
mod to_predict;
mod zip;

pub use detect::LabelledPart;
pub use table::{read_csv_to_measure, read_test_csv};

pub use to_predict::{read_labelled_pictures, read_test};

use super::reading::{frame_of, look_of};
use super::{DataError, DataNote, Dataset, LoadProgress};
use crate::experiment::{
    DataFacts, DataSource, FilesSource, ImageSize, Look, PictureReading, ReadAs, limits,
};
use archive::{Kind, Unpacked};
use detect::Found;
use pictures::Wanted;
use read::Progress;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A function that is told of progress and may break reading off.
type Heard<'a> = &'a mut dyn FnMut(LoadProgress) -> ControlFlow<()>;

/// Notes in a source what the data set that was read from it holds, and makes its path absolute, so
/// that a run finds it again from any folder. The embedded MNIST stays as it is.
pub fn with_facts(source: &DataSource, dataset: &Dataset) -> DataSource {
    match source {
        DataSource::Mnist => DataSource::Mnist,
        DataSource::Files(files) => DataSource::Files(FilesSource {
            // This fails only for an empty path, from which nothing can have been read.
            path: std::path::absolute(&files.path).unwrap_or_else(|_| files.path.clone()),
            facts: Some(dataset.facts()),
            reading: dataset.taken.reading(),
            turned: dataset.taken.notes.contains(&DataNote::TurnedUpright),
            look: Some(Look {
                frame: dataset.taken.width_percent.map(|width_percent| {
                    frame_of(&dataset.train.pixels, dataset.size, width_percent)
                }),
                ..look_of(&dataset.train.pixels, dataset.size)
            }),
        }),
    }
}

/// The largest value of images is usually not below this.
const USUAL_LARGEST: u8 = 64;

/// Compares names as people count: `2` comes before `10`.
pub(crate) fn natural_order(left: &str, right: &str) -> std::cmp::Ordering {
    names::natural(left, right)
}

/// Whether a file's name ends as those of pictures do.
pub(crate) fn is_picture_name(name: &str) -> bool {
    detect::is_picture_name(name)
}

/// What a file or folder that a system left about is called in the words of a note; none where it is no such.
pub(crate) fn system_kind(name: &str) -> Option<&str> {
    names::system_kind(name)
}

/// Whether a path holds a folder of pictures, as far as names tell.
pub(super) fn are_pictures(path: &Path) -> bool {
    matches!(detect::detect(path), Ok(Found::Pictures(_)))
}

/// The labelled table of test images that lies beside a table of training images, where a source is one
/// that was chosen alone.
pub fn test_table_beside(source: &DataSource) -> Option<PathBuf> {
    match source {
        DataSource::Files(files) if files.path.is_file() => detect::test_table_beside(&files.path),
        DataSource::Files(_) | DataSource::Mnist => None,
    }
}

/// Reads a file or folder, or takes what was read before where no file has changed since. Pictures
/// are read as the source says. Where it doesn't, `read_as` and the pictures decide, unless the
/// source was read before there was a choice.
pub(super) fn load(
    source: &FilesSource,
    read_as: ReadAs,
    heard: Heard<'_>,
) -> Result<Arc<Dataset>, DataError> {
    let path = &source.path;
    if path.to_str().is_none() {
        let problem = "found a path that isn't UTF-8, which an experiment file can't hold; rename \
                       the file or folder";
        return Err(DataError::file(path, problem));
    }
    let found = detect::detect(path)?;
    let wanted = match (source.reading, source.facts) {
        (Some(reading), _) => Wanted::Known(reading),
        (None, Some(_)) => Wanted::Known(PictureReading::OLDER),
        (None, None) => Wanted::Decide(read_as),
    };
    // An archive may hold pictures, which only unpacking it tells.
    let may_be_pictures = matches!(found, Found::Pictures(_) | Found::Archive(..));
    let no_pictures = || {
        let problem = format!(
            "found no folder of pictures, and to be read as {read_as} is for pictures alone; \
             leave it out"
        );
        Err(DataError::file(path, problem))
    };
    if !may_be_pictures && read_as != ReadAs::Auto {
        return no_pictures();
    }
    let files = cache::fingerprint(path, &found)?;
    let mark = |wanted: Wanted| match may_be_pictures {
        true => Sha256::digest([&files[..], format!("{wanted:?}").as_bytes()].concat()).into(),
        false => files,
    };
    let dataset = match cache::LAST.get(&mark(wanted)) {
        Some(dataset) => dataset,
        None => {
            let dataset = Arc::new(read(path, &found, wanted, heard)?);
            // A run asks for the reading that was decided.
            let reading = dataset.taken.reading();
            let known = Wanted::Known(reading.unwrap_or(PictureReading::OLDER));
            cache::LAST.put(mark(known), &dataset);
            dataset
        }
    };
    if read_as != ReadAs::Auto && dataset.taken.reading().is_none() {
        return no_pictures();
    }
    match source.facts {
        Some(expected) => check_facts(path, expected, dataset.facts()).map(|()| dataset),
        None => Ok(dataset),
    }
}

/// Lets the last data set go that was read, for tests in which files change faster than clocks
/// tell.
pub(crate) fn forget_last() {
    cache::LAST.forget();
}

fn read(
    path: &Path,
    found: &Found,
    wanted: Wanted,
    heard: Heard<'_>,
) -> Result<Dataset, DataError> {
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let mut dataset = match found {
        Found::Archive(file, kind) => {
            let mut dataset = read_archive(name, file, *kind, wanted, heard, true)?;
            if path.is_dir() {
                note_packed(&mut dataset, file);
            }
            dataset
        }
        found => read_files(name, found, wanted, heard)?,
    };
    dataset.check()?;
    check_images(path, &dataset)?;
    let doubtful = with_several_labels(&dataset);
    if doubtful > 0 {
        dataset.taken.notes.push(DataNote::SeveralLabels(doubtful));
    }
    let look = look_of(&dataset.train.pixels, dataset.size);
    if look.largest < USUAL_LARGEST {
        let largest = look.largest;
        dataset.taken.notes.push(DataNote::SmallValues { largest });
    }
    Ok(dataset)
}

/// Reads what an archive holds, which may be tables that are packed one by one.
fn read_archive(
    name: String,
    file: &Path,
    kind: Kind,
    wanted: Wanted,
    heard: Heard<'_>,
    may_hold_archives: bool,
) -> Result<Dataset, DataError> {
    let unpacked = Unpacked::new(file, kind, &mut Progress::of_bytes(&mut *heard))?;
    let found = unpacked.detect()?;
    let read = match &found {
        Found::Archive(inner, kind) if may_hold_archives => {
            let read = read_archive(name, inner, *kind, wanted, heard, false);
            read.map(|mut dataset| {
                note_packed(&mut dataset, inner);
                dataset
            })
        }
        found => read_files(name, found, wanted, heard),
    };
    read.map_err(|err| unpacked.renamed(err))
}

/// Notes the packed tables that lie beside the one that was read.
fn note_packed(dataset: &mut Dataset, read: &Path) {
    let others = detect::packed_beside(read);
    if !others.is_empty() {
        dataset.taken.notes.push(DataNote::TablesLeftOut(others));
    }
}

/// Reads files that lie on the disk as they are.
fn read_files(
    name: String,
    found: &Found,
    wanted: Wanted,
    heard: Heard<'_>,
) -> Result<Dataset, DataError> {
    match found {
        Found::Idx(files) => idx_folder::read(name, files, Progress::of_bytes(heard)),
        Found::Csv(tables) => table::read_train(name, tables, Progress::of_bytes(heard)),
        Found::Pictures(folder) => pictures::read(name, folder, wanted, heard),
        Found::Npz(file) => npz::read(name, file, Progress::of_bytes(heard)),
        // No archive lies in the archives of an archive.
        Found::Archive(file, _) => Err(DataError::file(file, "found an archive; unpack it first")),
    }
}

/// How many different images are there under several labels.
fn with_several_labels(dataset: &Dataset) -> usize {
    let mut labels: HashMap<&[u8], u8> = HashMap::with_capacity(dataset.count());
    let mut doubtful: HashSet<&[u8]> = HashSet::new();
    for index in 0..dataset.count() {
        let (image, label) = (dataset.image(index), dataset.label(index));
        if *labels.entry(image).or_insert(label) != label {
            doubtful.insert(image);
        }
    }
    doubtful.len()
}

/// Checks that there are enough images, of a size that networks take.
fn check_images(path: &Path, dataset: &Dataset) -> Result<(), DataError> {
    check_size(path, dataset.size)?;
    let (count, least) = (dataset.count(), 2 * limits::MIN_IMAGES);
    let train = dataset.train.count();
    let problem = if count < least {
        format!(
            "found {count} images, expected {least} at least, to train and to validate; add some"
        )
    } else if train < limits::MIN_IMAGES {
        format!(
            "found {train} images to train with beside {} that validate, expected {} at least; \
             move some to the training images",
            count - train,
            limits::MIN_IMAGES
        )
    } else {
        return Ok(());
    };
    Err(DataError::file(path, problem))
}

fn check_size(path: &Path, size: ImageSize) -> Result<(), DataError> {
    let sides = limits::IMAGE_SIDE;
    if size.both(|side| sides.contains(&side)) {
        return Ok(());
    }
    let most = sides.end();
    let problem = format!(
        "found images of {size} pixels, expected at most {most} × {most}; make them \
         smaller"
    );
    Err(DataError::file(path, problem))
}

fn check_facts(path: &Path, expected: DataFacts, found: DataFacts) -> Result<(), DataError> {
    if found == expected {
        return Ok(());
    }
    let words = |facts: DataFacts| {
        let own = facts
            .own_validation
            .map_or_else(String::new, |own| format!(", {own} of them for validation"));
        format!(
            "{} images of {} × {} pixels in {} classes{own}",
            facts.images, facts.rows, facts.columns, facts.classes
        )
    };
    let problem = format!(
        "the data has changed since the experiment was made: found {}, expected {}; restore it, \
         or choose it anew for a new experiment",
        words(found),
        words(expected)
    );
    Err(DataError::file(path, problem))
}
