//! What the columns of a table hold, and where an image's pixels stand among them.

use super::dialect::Dialect;
use super::order::Order;
use crate::experiment::ImageSize;
use csv::ByteRecord;

/// What a table is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To train, so that each image needs a label.
    Train,
    /// To predict; where there are labels, they say how many predictions are right.
    Test,
    /// To measure a network on, so that labels are needed and ids aren't.
    Measure,
}

impl Purpose {
    /// The header that such a table has, in the words of errors.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Train | Self::Measure => "a header label,pixel0,pixel1,…",
            Self::Test => "a header pixel0,pixel1,…",
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// A pixel of each image.
    Pixel,
    /// The label of each image.
    Label(LabelKind),
    /// What each image is called in a submission.
    Id,
    /// Something that isn't needed.
    Aside,
}

/// How labels are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelKind {
    /// Whole numbers from 0 to 255.
    Number,
    /// Names such as `seven`.
    Name,
}

/// Columns side by side that are read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// So many columns of numbers.
    Numbers(usize),
    /// One column of text.
    Text,
}

/// Which columns the rows of a table have.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    /// How the table is written.
    pub dialect: Dialect,
    /// The names of the columns as errors show them. Without a header they are numbers from 1.
    pub names: Vec<String>,
    /// What the columns hold.
    pub columns: Vec<Column>,
    /// Rows and columns of an image.
    pub size: ImageSize,
    /// The header, where there is one. A row that repeats it is passed over.
    pub header: Option<ByteRecord>,
    /// The columns as they are read, from left to right.
    pub segments: Vec<Segment>,
    /// The columns of text, from left to right.
    pub texts: Vec<usize>,
    /// The place of the label among the columns of numbers, where it is one of them.
    pub label_at: Option<usize>,
    /// For each pixel its place among the columns of pixels, where they don't stand in order.
    pub places: Option<Vec<usize>>,
}

impl Layout {
    /// A layout with these columns.
    pub(super) fn new(
        dialect: Dialect,
        names: Vec<String>,
        columns: Vec<Column>,
        size: ImageSize,
        order: Option<Order>,
    ) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        let (mut numbers, mut label_at) = (0, None);
        let mut texts = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            match column {
                Column::Pixel | Column::Label(LabelKind::Number) => {
                    if *column != Column::Pixel {
                        label_at = Some(numbers);
                    }
                    numbers += 1;
                    match segments.last_mut() {
                        Some(Segment::Numbers(count)) => *count += 1,
                        _ => segments.push(Segment::Numbers(1)),
                    }
                }
                Column::Label(LabelKind::Name) | Column::Id | Column::Aside => {
                    segments.push(Segment::Text);
                    texts.push(place);
                }
            }
        }
        let order = order.filter(|order| !order.is_kept());
        Self {
            dialect,
            names,
            columns,
            size,
            header: None,
            segments,
            texts,
            label_at,
            places: order.map(|order| order.places),
        }
    }

    /// Pixels of an image.
    pub(super) fn pixels(&self) -> usize {
        self.size.pixels()
    }

    /// How many columns hold numbers.
    pub(super) fn numbers(&self) -> usize {
        self.pixels() + usize::from(self.label_at.is_some())
    }
}
