//! How a source became a data set: what was set aside, turned, put in order or assumed on the way.

use crate::experiment::{ImageSize, PictureReading};
use std::fmt;

/// What was done to a source, so that a person can see it before a run takes the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What was set aside, turned, put in order or assumed, in the order in which it was noticed.
    pub notes: Vec<DataNote>,
    /// The width of the narrowest picture and of the widest, in percent of their heights, where pictures became
    /// images whole.
    pub width_percent: Option<[u32; 2]>,
}

/// One thing that was done to a source, or assumed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataNote {
    /// Images whose rows and columns are exchanged in the file were turned upright.
    TurnedUpright,
    /// Files and folders that belong to no class were passed over: their kinds, each with their number.
    PassedOver(Vec<(String, usize)>),
    /// The folders of these names hold no pictures, and are no classes.
    EmptyClasses(Vec<String>),
    /// The folders of these names lie beside the classes, or beside the parts that have the classes, and
    /// are no classes.
    LeftOutFolders(Vec<String>),
    /// The folders of these names lie beside the pictures to predict.
    FoldersBeside(Vec<String>),
    /// The file of this name lists the names of pictures, and the folders name the classes.
    TableOfNames(String),
    /// A table names the pictures and says what each shows.
    NamedByTable {
        /// The file's name.
        table: String,
        /// The column of the pictures' names.
        name: String,
        /// The column of the classes; none where each class has a column of its own.
        label: Option<String>,
    },
    /// A table names the pictures to predict.
    NamesToPredict {
        /// The file's name.
        table: String,
        /// The column of the pictures' names.
        name: String,
    },
    /// A table names pictures that aren't there.
    NamesWithoutPicture {
        /// The file's name.
        table: String,
        /// How many there are.
        count: usize,
        /// The first of the names.
        first: String,
    },
    /// A table names pictures without saying what they show.
    RowsWithoutLabel {
        /// The file's name.
        table: String,
        /// How many rows do.
        count: usize,
    },
    /// Pictures that no table names were left out.
    PicturesNotNamed {
        /// How many there are.
        count: usize,
        /// One of them, with its folders.
        first: String,
    },
    /// The table of this name has labels, and its images are set aside for the test.
    TestTable {
        /// The file's name.
        name: String,
    },
    /// The table of this name has images without labels.
    TestTableWithoutLabels {
        /// The file's name.
        name: String,
    },
    /// The tables of these names weren't needed.
    TablesLeftOut(Vec<String>),
    /// The classes are named by the characters whose codes the file of this name has.
    NamedByMapping(String),
    /// Each label is several numbers, of which the first is the class.
    FirstOfSeveralLabels,
    /// The arrays of these names are neither images nor labels.
    ArraysPassedOver(Vec<String>),
    /// Coloured images were made grey.
    ImagesMadeGrey,
    /// Values of 0 to 1 became 0 to 255.
    ScaledFromOne,
    /// Values between whole numbers were rounded.
    Rounded,
    /// So many different images are there under several labels.
    SeveralLabels(usize),
    /// Images stand upright although the name of the file says that they lie on their side.
    AlreadyUpright,
    /// A column of a table that counts the rows, or has no name and no values, isn't needed.
    ColumnAside {
        /// The name of the column; empty for a last column without a name.
        name: String,
    },
    /// The labels stand in a column that isn't the first, or isn't called label.
    LabelColumn {
        /// The name of the column.
        name: String,
    },
    /// The columns of pixels stood in another order than the numbers in their names.
    PixelsSorted,
    /// A table has no header.
    NoHeader {
        /// Where the labels stand, if there are any.
        label: Option<LabelPlace>,
    },
    /// Lines of a table repeat the header and are no images.
    HeadersRepeated {
        /// How many lines do.
        count: u64,
    },
    /// How pictures became images.
    PicturesRead(PictureReading),
    /// Pictures of different or large sizes were fitted into square images.
    PicturesFitted {
        /// The size that all of them have; none where they differ.
        size: Option<ImageSize>,
        /// Rows and columns of an image.
        side: usize,
    },
    /// Pictures were turned or mirrored as their EXIF data say.
    PicturesTurned {
        /// How many pictures were turned.
        turned: usize,
        /// How many pictures there are.
        of: usize,
    },
    /// Pictures move, and the first frame of each was taken.
    FramesPassedOver {
        /// How many pictures move or have pages.
        moving: usize,
        /// How many pictures there are.
        of: usize,
    },
    /// Coloured pictures were made grey.
    PicturesMadeGrey {
        /// How many pictures are coloured.
        coloured: usize,
        /// How many pictures there are.
        of: usize,
    },
    /// Pictures to predict became images as the run reads pictures.
    PicturesReadAsTheRun(PictureReading),
    /// So many of the pictures to predict are blank.
    BlankPictures(usize),
    /// So many of the pictures to predict show more than one drawing.
    SeveralDrawings(usize),
    /// The numbers in the names of the pictures are their ids.
    NumbersAreIds {
        /// The lowest number, and the name that it stands in.
        first: (String, String),
        /// The highest number, and the name that it stands in.
        last: (String, String),
        /// How many numbers between them have no picture.
        missing: u64,
    },
    /// The names of the pictures are their ids.
    NamesAreIds,
    /// The images have no ids of their own.
    IdsCounted,
    /// Of data with images to train with, those of the test are predicted.
    TestPartTaken,
    /// All images of data are predicted, since none are set aside for the test.
    AllPartsTaken,
    /// No value comes near to 255.
    SmallValues {
        /// The largest value.
        largest: u8,
    },
}

/// Where the labels of a table without a header stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelPlace {
    /// Before the pixels.
    First,
    /// After the pixels.
    Last,
}

impl Taken {
    /// How pictures became images, where the source holds pictures.
    pub fn reading(&self) -> Option<PictureReading> {
        self.notes.iter().find_map(|note| match note {
            DataNote::PicturesRead(reading) => Some(*reading),
            _ => None,
        })
    }
}

impl DataNote {
    /// Whether what was noticed may make predictions wrong.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::BlankPictures(_) | Self::SeveralDrawings(_))
    }
}

impl fmt::Display for DataNote {
    /// A whole sentence, without its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedUpright => {
                f.write_str("the images lie on their side in the file; they were turned upright")
            }
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
                f.write_str("the pictures are read as they are; --as reads them otherwise")
            }
            Self::PicturesRead(reading) if reading.may_be_centred() => write!(
                f,
                "the pictures are read {reading}; --as reads them otherwise, and --as mnist centres the \
                 ink of each, which helps where it lies elsewhere from picture to picture"
            ),
            Self::PicturesRead(reading) => write!(
                f,
                "the pictures are read {reading}; --as reads them otherwise"
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
            Self::PicturesReadAsTheRun(reading) => {
                write!(f, "the pictures are read as the run reads pictures: {reading}")
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
