//! Images without a class, as predictions are made for them, and what the table that they come from
//! says beside their pixels.

use super::Taken;
use super::reading::RunReading;
use crate::experiment::{ImageSize, ReadAs};
use rayon::slice::ParallelSliceMut;
use std::path::PathBuf;

/// Images of one size that are to be predicted.
#[derive(Clone, PartialEq, Eq)]
pub struct TestImages {
    /// The size of an image, at least 1 × 1.
    pub size: ImageSize,
    /// Pixels 0 to 255, `[image, row, column]`. There is at least one image.
    pub pixels: Vec<u8>,
}

impl TestImages {
    /// How many images there are.
    pub fn count(&self) -> usize {
        self.pixels.len() / self.size.pixels()
    }

    /// The pixels of an image, `[row, column]`.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn image(&self, index: usize) -> &[u8] {
        let len = self.size.pixels();
        &self.pixels[index * len..][..len]
    }
}

// The derived form would print millions of pixels.
impl std::fmt::Debug for TestImages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestImages")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

/// A table of images that are to be predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestTable {
    /// The images, in the table's order.
    pub images: TestImages,
    /// What the images are called, where the table says it.
    pub ids: Option<TestIds>,
    /// What the images are, where the table says it.
    pub labels: Option<TestLabels>,
    /// What was done to the table on the way.
    pub taken: Taken,
}

/// Images to predict, and the files that they were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestData {
    /// The images.
    pub table: TestTable,
    /// The files, in order; an archive stands for all that it holds.
    pub files: Vec<PathBuf>,
}

/// The network that images are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForNetwork {
    /// How pictures are read.
    pub reading: RunReading,
    /// Rows and columns of the network's images.
    pub size: ImageSize,
    /// Whether a person has asked for this way to read pictures. Otherwise it is that of the network's run.
    pub is_asked: bool,
    /// Whether the images that trained the network lie on their side in their files and were turned upright.
    pub is_turned: bool,
}

impl ForNetwork {
    /// A network with images of this size, whose run reads pictures so and has turned no images.
    pub fn new(reading: RunReading, size: ImageSize) -> Self {
        Self {
            reading,
            size,
            is_asked: false,
            is_turned: false,
        }
    }

    /// The same, where a person may have asked for the way to read pictures.
    pub fn asked(self, read_as: ReadAs) -> Self {
        Self {
            is_asked: read_as != ReadAs::Auto,
            ..self
        }
    }

    /// The same, where the images that trained the network may have been turned upright.
    pub fn turned(self, is_turned: bool) -> Self {
        Self { is_turned, ..self }
    }
}

/// What images are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestIds {
    /// The name of the column that says it, such as `ImageId`.
    pub column: String,
    /// An id an image, all different. None holds a comma or a quote.
    pub ids: Vec<String>,
    /// Where the ids come from.
    pub origin: IdOrigin,
}

/// Where the ids of images come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrigin {
    /// A column of a table.
    Column,
    /// The names of pictures.
    Names,
}

impl TestIds {
    /// The names of pictures as their ids, where these are all different and can stand in a submission.
    pub(super) fn of_pictures(column: &str, names: impl Iterator<Item = String>) -> Option<Self> {
        let ids: Vec<String> = names.collect();
        are_ids(&ids).then(|| Self {
            column: column.into(),
            ids,
            origin: IdOrigin::Names,
        })
    }
}

/// Whether texts are all different, and each can stand in a submission as it is.
pub(super) fn are_ids(ids: &[String]) -> bool {
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.par_sort_unstable();
    let is_once = sorted.windows(2).all(|two| two[0] != two[1]);
    // An id that holds a comma or a quote would be two values.
    is_once && ids.iter().all(|id| !id.contains([',', '"', '\n', '\r']))
}

/// What images are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestLabels {
    /// The names of the classes that the images have, each once.
    pub names: Vec<String>,
    /// For each image the place of its class in `names`.
    pub labels: Vec<u8>,
}

impl TestLabels {
    /// The labels of images, which are places among these classes. Classes without an image are left out.
    pub(super) fn of(classes: &[String], labels: &[u8]) -> Self {
        let mut places: Vec<Option<u8>> = vec![None; 256];
        let mut names = Vec::new();
        let labels = labels.iter().map(|&label| {
            let label = usize::from(label);
            *places[label].get_or_insert_with(|| {
                let name = classes.get(label).cloned();
                names.push(name.unwrap_or_else(|| label.to_string()));
                // There are at most as many classes as a byte counts.
                (names.len() - 1) as u8
            })
        });
        let labels = labels.collect();
        Self { names, labels }
    }
}
