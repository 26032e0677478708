//! What a person reads of a note about data.

use super::{DataNote, LabelPlace};
use std::fmt;

impl fmt::Display for DataNote {
    /// A whole sentence, without its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedUpright => {
                f.write_str("the images lie on their side in the file; they were turned upright")
            }
            Self::TurnedAsTheRun => f.write_str(
                "the images were turned upright, as the run's own were, which lie on their side in their file",
            ),
            Self::UprightUnlikeTheRun => f.write_str(
                "these digits stand upright and were left as they are, although the run's own lie on their \
                 side in their file and were turned",
            ),
            Self::PassedOver(kinds) => {
                let count: usize = kinds.iter().map(|(_, count)| count).sum();
                let kinds = kinds
                    .iter()
                    .map(|(kind, count)| format!("{kind} ({count})"));
                let kinds = few(kinds.collect());
                match count {
                    1 => write!(f, "1 file or folder that is no picture of a class was passed over: {kinds}"),
                    _ => write!(
                        f,
                        "{count} files and folders that are no pictures of a class were passed over: {kinds}"
                    ),
                }
            }
            Self::EmptyClasses(names) => {
                let named = few(names.clone());
                match names.len() {
                    1 => write!(f, "the folder {named} has no pictures and is left out of the classes"),
                    _ => write!(f, "these folders have no pictures and are left out of the classes: {named}"),
                }
            }
            Self::LeftOutFolders(names) => {
                let named = few(names.clone());
                match names.len() {
                    1 => write!(f, "the folder {named} lies beside the classes without being one and is left out"),
                    _ => write!(f, "these folders lie beside the classes without being some and are left out: {named}"),
                }
            }
            Self::FoldersBeside(names) => {
                let named = few(names.clone());
                match names.len() {
                    1 => write!(f, "the folder {named} lies beside the pictures and is left out"),
                    _ => write!(f, "these folders lie beside the pictures and are left out: {named}"),
                }
            }
            Self::TableOfNames(name) => write!(
                f,
                "{name} lists files and has no pixels; the names of the folders are the classes"
            ),
            Self::NamedByTable { table, name, label: Some(label) } => write!(
                f,
                "{table} names the pictures in its column {name} and their classes in its column {label}"
            ),
            Self::NamedByTable { table, name, label: None } => write!(
                f,
                "{table} names the pictures in its column {name}, and marks their classes with a 1 in a \
                 column for each class"
            ),
            Self::NamesToPredict { table, name } => write!(
                f,
                "{table} names the pictures to predict in its column {name}, in its order"
            ),
            Self::NamesWithoutPicture { table, count: 1, first } => write!(
                f,
                "{table} names 1 picture that isn't there and was left out: {first}"
            ),
            Self::NamesWithoutPicture { table, count, first } => write!(
                f,
                "{table} names {count} pictures that aren't there and were left out, the first of them \
                 {first}"
            ),
            Self::RowsWithoutLabel { table, count: 1 } => {
                write!(f, "{table} has 1 row without a class, which was left out")
            }
            Self::RowsWithoutLabel { table, count } => {
                write!(f, "{table} has {count} rows without a class, which were left out")
            }
            Self::PicturesNotNamed { count: 1, first } => {
                write!(f, "1 picture that no table names was left out: {first}")
            }
            Self::PicturesNotNamed { count, first } => write!(
                f,
                "{count} pictures that no table names were left out, the first of them {first}"
            ),
            Self::TestTable { name } => write!(
                f,
                "{name} has labels, and its images are set aside for the one test score"
            ),
            Self::TestTableWithoutLabels { name } => write!(
                f,
                "{name} has no labels and isn't trained on; a submission predicts its images"
            ),
            Self::TablesLeftOut(names) => match names.len() {
                1 => write!(f, "the table {} wasn't needed and was left out", few(names.clone())),
                _ => write!(f, "these tables weren't needed and were left out: {}", few(names.clone())),
            },
            Self::NamedByMapping(name) => write!(
                f,
                "the classes are named by the characters whose codes {name} has"
            ),
            Self::FirstOfSeveralLabels => f.write_str(
                "each label in the file is several numbers; the first is taken for the class",
            ),
            Self::ArraysPassedOver(names) => write!(
                f,
                "these arrays are neither images nor labels and are left out: {}",
                few(names.clone())
            ),
            Self::ImagesMadeGrey => f.write_str("the images are coloured; they were made grey"),
            Self::ScaledFromOne => {
                f.write_str("the values go from 0 to 1; they were multiplied by 255")
            }
            Self::Rounded => f.write_str("the values lie between whole numbers; they were rounded"),
            Self::SeveralLabels(1) => f.write_str(
                "1 image is there with different labels, pixel for pixel the same: one of them is wrong",
            ),
            Self::SeveralLabels(count) => write!(
                f,
                "{count} images are there with different labels, pixel for pixel the same: some of \
                 these labels are wrong"
            ),
            Self::AlreadyUpright => f.write_str(
                "the file is called as EMNIST's, whose images lie on their side; these digits stand \
                 upright and were left as they are",
            ),
            Self::ColumnAside { name } if name.is_empty() => {
                f.write_str("the last column has neither a name nor values; it was set aside")
            }
            Self::ColumnAside { name } => {
                write!(f, "the column {name} is no pixel; it was set aside")
            }
            Self::LabelColumn { name } => {
                write!(f, "the column {name} was taken for the labels")
            }
            Self::PixelsSorted => f.write_str(
                "the columns of pixels were put in order by the numbers in their names",
            ),
            Self::NoHeader { label } => {
                f.write_str("the table has no header; ")?;
                f.write_str(match label {
                    Some(LabelPlace::First) => "its first column was taken for the labels",
                    Some(LabelPlace::Last) => "its last column was taken for the labels",
                    None => "all its columns were taken for pixels",
                })
            }
            Self::HeadersRepeated { count: 1 } => {
                f.write_str("a line repeats the header; it was passed over")
            }
            Self::HeadersRepeated { count } => {
                write!(f, "{count} lines repeat the header; they were passed over")
            }
            Self::PicturesRead(reading) if reading.changes_nothing() => {
                f.write_str("the pictures are read as they are; --as, or Read pictures in the window, reads them otherwise")
            }
            Self::PicturesRead(reading) if reading.may_be_centred() => write!(
                f,
                "the pictures are read {reading}; --as, or Read pictures in the window, reads them otherwise, and --as mnist centres the \
                 ink of each, which helps where it lies elsewhere from picture to picture"
            ),
            Self::PicturesRead(reading) => write!(
                f,
                "the pictures are read {reading}; --as, or Read pictures in the window, reads them otherwise"
            ),
            Self::PicturesFitted { size: None, side } => write!(
                f,
                "the pictures differ in size; each was fitted whole into {side} × {side} pixels"
            ),
            Self::PicturesFitted {
                size: Some(size),
                side,
            } => write!(
                f,
                "each picture has {size} pixels, which is larger than an image can be; each was fitted \
                 whole into {side} × {side} pixels"
            ),
            Self::PicturesTurned { turned, of } => write!(
                f,
                "{turned} of {of} pictures were turned upright, as their EXIF data say"
            ),
            Self::FramesPassedOver { moving, of } => write!(
                f,
                "{moving} of {of} pictures move or have pages; the first picture of each was taken, and \
                 the others were passed over"
            ),
            Self::PicturesMadeGrey { coloured, of } => write!(
                f,
                "{coloured} of {of} pictures are in colour; they were made grey by their brightness"
            ),
            Self::LeftOutOfPictures { what, pictures, of } => {
                write!(f, "{} was left out of {pictures} of {of} pictures", what.about())
            }
            Self::BlankAmongClasses(1) => {
                f.write_str("1 picture is blank, and the network can learn nothing from it")
            }
            Self::BlankAmongClasses(count) => write!(
                f,
                "{count} pictures are blank, and the network can learn nothing from them"
            ),
            Self::PicturesReadAsTheRun(reading) => {
                write!(f, "the pictures are read as the run reads pictures: {reading}")
            }
            Self::PicturesReadAsAsked(reading) => {
                write!(f, "the pictures are read as --as asks: {reading}")
            }
            Self::BlankPictures(1) => {
                f.write_str("1 picture is blank, and what is predicted for it means nothing")
            }
            Self::BlankPictures(count) => write!(
                f,
                "{count} pictures are blank, and what is predicted for them means nothing"
            ),
            Self::SeveralDrawings(1) => f.write_str(
                "1 picture seems to show more than one drawing, which are taken for one",
            ),
            Self::SeveralDrawings(count) => write!(
                f,
                "{count} pictures seem to show more than one drawing each, which are taken for one"
            ),
            Self::NumbersAreIds {
                first: (first, first_name),
                last: (last, last_name),
                missing,
            } => {
                write!(
                    f,
                    "the ids are the numbers in the names of the pictures, in their order, from {first} \
                     ({first_name}) to {last} ({last_name})"
                )?;
                match missing {
                    0 => Ok(()),
                    1 => f.write_str("; 1 number between them has no picture"),
                    missing => write!(f, "; {missing} numbers between them have no picture"),
                }
            }
            Self::NamesAreIds => f.write_str(
                "the names of the pictures differ in more than one number, and so the names are the ids",
            ),
            Self::IdsCounted => {
                f.write_str("the images have no ids of their own; the ids count them from 1")
            }
            Self::TestPartTaken => f.write_str(
                "the data has images to train with, too; those that it sets aside for the test are predicted",
            ),
            Self::AllPartsTaken => f.write_str(
                "the data sets no images aside for a test; all of its images are predicted",
            ),
            Self::SmallValues { largest } => write!(
                f,
                "the largest value of all pixels is {largest}, where images usually reach 255; \
                 multiply all values by {:.0}, or the network is less certain of what it sees and \
                 doesn't know pictures",
                255.0 / f64::from((*largest).max(1))
            ),
        }
    }
}

/// A note names so many things of a kind.
const NAMED: usize = 6;

/// The first names, and how many more there are.
fn few(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let named = names.join(", ");
    match more {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
