//! What can be wrong with a picture.

use super::decode::{LARGEST_FILE, LONGEST_SIDE, MOST_PIXELS};

/// What is wrong with a picture: what was found, what was expected, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// The system can't read the file.
    #[error("can't read the picture: {reason}; check the path and its permissions")]
    Unreadable {
        /// The reason in the words of the system.
        reason: String,
    },
    /// The system can't write the file.
    #[error(
        "can't write the picture: {reason}; check that the folder can be written and that the \
         disk is not full"
    )]
    Unwritable {
        /// The reason in the words of the system.
        reason: String,
    },
    /// The file has more bytes than any picture of use.
    #[error("found {bytes} bytes, expected a picture of at most {LARGEST_FILE}; reduce it")]
    LargeFile {
        /// The size of the file.
        bytes: u64,
    },
    /// The file is a picture of a kind that isn't read, or nothing at all.
    #[error(
        "found {kind}, expected a PNG, JPEG, BMP, GIF, TIFF or WebP; {}",
        mend(kind)
    )]
    OtherKind {
        /// The kind, with its article.
        kind: &'static str,
    },
    /// The file is no picture.
    #[error(
        "found no picture (it starts with {start}), expected a PNG, JPEG, BMP, GIF, TIFF or WebP; remove it \
         or save it as PNG"
    )]
    NoPicture {
        /// The first bytes, as text.
        start: String,
    },
    /// The picture has more pixels than any picture of use, or than such a file can hold.
    #[error(
        "found a header of {width} × {height} pixels in a file of {bytes} bytes, expected at most \
         {LONGEST_SIDE} a side and {MOST_PIXELS} in all, and a file to match; reduce the picture"
    )]
    TooLarge {
        /// How many columns the header promises.
        width: u32,
        /// How many rows the header promises.
        height: u32,
        /// The size of the file.
        bytes: usize,
    },
    /// The picture moves.
    #[error("found an animated {kind}, expected a still PNG or JPEG; save one of its frames")]
    Animated {
        /// The kind of picture.
        kind: &'static str,
    },
    /// The file ends before the picture does.
    #[error("found a JPEG without its end, expected a whole one; it was cut short, copy it again")]
    CutShort,
    /// The file is cut short or damaged.
    #[error("found a damaged picture ({reason}), expected a whole one; copy or save it again")]
    Damaged {
        /// The reason in the words of the decoder.
        reason: String,
    },
    /// Nothing is drawn on the picture.
    #[error("found no ink, expected a drawing: nothing stands out from the ground of the picture")]
    NoInk,
}

/// How a file of another kind becomes a picture that is read.
fn mend(kind: &str) -> &'static str {
    match kind {
        "a TIFF that stores its colours in a rare way" => {
            "save it as PNG: magick FILE.tif FILE.png"
        }
        "a HEIC or AVIF picture, or a film" => "save a picture as PNG: magick FILE.heic FILE.png",
        "a PDF" => "save its pages as PNG: pdftoppm -png -r 150 FILE.pdf FILE",
        "a table" => {
            "overfit-lab submit predicts the images of a table, and evaluate --data measures on one \
             with labels"
        }
        _ => "save it as PNG",
    }
}
