//! How a source became a data set: what was set aside, turned, put in order or assumed on the way.

mod sentences;

use super::drawing::LeftOut;
use crate::experiment::{ImageSize, PictureReading};

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
    /// Images were turned upright because those that trained the run were.
    TurnedAsTheRun,
    /// Images stand upright and stay as they are, although those that trained the run were turned.
    UprightUnlikeTheRun,
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
    /// Something was left out of pictures before they became images.
    LeftOutOfPictures {
        /// What was left out.
        what: LeftOut,
        /// How many pictures it was left out of.
        pictures: usize,
        /// How many pictures there are.
        of: usize,
    },
    /// So many of the pictures to train on are blank.
    BlankAmongClasses(usize),
    /// Pictures to predict became images as the run reads pictures.
    PicturesReadAsTheRun(PictureReading),
    /// Pictures to predict became images as a person has asked for.
    PicturesReadAsAsked(PictureReading),
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

    /// How pictures to predict became images, where the source holds pictures.
    pub fn asked_reading(&self) -> Option<PictureReading> {
        self.notes.iter().find_map(|note| match note {
            DataNote::PicturesReadAsTheRun(reading) | DataNote::PicturesReadAsAsked(reading) => {
                Some(*reading)
            }
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
