//! Images without a class, as predictions are made for them, and what the table that they come from
//! says beside their pixels.

use super::Taken;
use crate::experiment::ImageSize;

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

/// What images are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestIds {
    /// The name of the column that says it, such as `ImageId`.
    pub column: String,
    /// An id an image, all different. None holds a comma or a quote.
    pub ids: Vec<String>,
}

/// What images are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestLabels {
    /// The names of the classes that the images have, each once.
    pub names: Vec<String>,
    /// For each image the place of its class in `names`.
    pub labels: Vec<u8>,
}
