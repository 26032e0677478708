//! The IDX format (<http://yann.lecun.com/exdb/mnist/>): a magic number that says what the file
//! holds, sizes, bytes. All numbers are big-endian, and files are often compressed with gzip.
//!
//! The functions read bytes and know no folder: `file` is only the name that an error gives them.
//! What a header promises is never believed: no more than that is decompressed, and memory grows
//! with the bytes that are really there.

use super::{DataError, IdxProblem, MAX_BYTES};
use crate::experiment::limits;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, Read};

/// The first four bytes of a file of images: unsigned bytes, three sizes.
pub const IMAGES_MAGIC: u32 = 0x0000_0803;
/// The first four bytes of a file of labels: unsigned bytes, one size.
pub const LABELS_MAGIC: u32 = 0x0000_0801;

/// The first four bytes of a file of QMNIST's labels: whole numbers of four bytes, two sizes.
pub const QMNIST_LABELS_MAGIC: u32 = 0x0000_0c02;

/// The first two bytes of a gzip file (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Deflate can't expand a byte to more bytes than this (zlib's technical notes: 1032 to 1).
const DEFLATE_LIMIT: u64 = 1032;
/// How much memory is reserved on the word of a header; beyond that, the vector grows as bytes
/// arrive.
const RESERVE_LIMIT: u64 = 64 << 20;

/// The images of an IDX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxImages {
    /// Rows of an image, at least 1.
    pub rows: usize,
    /// Columns of an image, at least 1.
    pub columns: usize,
    /// Pixels 0 to 255, `[image, row, column]`. There is at least one image.
    pub pixels: Vec<u8>,
}

impl IdxImages {
    /// How many images there are.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }
}

/// Reads a file of images, plain or gzip.
///
/// # Errors
/// Where the bytes aren't such a file, or more than is read at all.
pub fn read_images(file: &str, bytes: &[u8]) -> Result<IdxImages, DataError> {
    read_images_from(file, bytes, bytes.len() as u64)
}

/// Reads images from a source of `len` bytes; see [`read_images`].
pub(super) fn read_images_from(
    file: &str,
    source: impl BufRead,
    len: u64,
) -> Result<IdxImages, DataError> {
    let read = read(source, len, IMAGES);
    let (sizes, pixels) = read.map_err(|problem| idx_error(file, problem))?;
    Ok(IdxImages {
        rows: sizes[1] as usize,
        columns: sizes[2] as usize,
        pixels,
    })
}

/// Reads a file of labels, plain or gzip, for that many images of that many classes.
///
/// # Errors
/// Where the bytes aren't such a file, or the labels don't fit the images and the classes.
pub fn read_labels(
    file: &str,
    bytes: &[u8],
    images: usize,
    classes: usize,
) -> Result<Vec<u8>, DataError> {
    read_labels_from(file, bytes, bytes.len() as u64, images, classes)
}

/// Reads labels from a source of `len` bytes; see [`read_labels`].
pub(super) fn read_labels_from(
    file: &str,
    source: impl BufRead,
    len: u64,
    images: usize,
    classes: usize,
) -> Result<Vec<u8>, DataError> {
    let read = read(source, len, LABELS);
    let (_, labels) = read.map_err(|problem| idx_error(file, problem))?;
    check_count(file, labels.len(), images)?;
    let stray = labels
        .iter()
        .position(|&label| usize::from(label) >= classes);
    if let Some(position) = stray {
        let problem = IdxProblem::LabelOutOfRange {
            position,
            label: labels[position],
            classes,
        };
        return Err(idx_error(file, problem));
    }
    Ok(labels)
}

/// Reads QMNIST's labels from a source of `len` bytes. Each label is several whole numbers, of which the
/// first is the class (<https://github.com/facebookresearch/qmnist>).
pub(super) fn read_qmnist_labels_from(
    file: &str,
    source: impl BufRead,
    len: u64,
    images: usize,
) -> Result<Vec<u8>, DataError> {
    let read = read(source, len, QMNIST_LABELS);
    let (sizes, data) = read.map_err(|problem| idx_error(file, problem))?;
    check_count(file, sizes[0] as usize, images)?;
    let label = |row: &[u8]| i32::from_be_bytes([row[0], row[1], row[2], row[3]]);
    data.chunks_exact(4 * sizes[1] as usize)
        .enumerate()
        .map(|(position, row)| {
            u8::try_from(label(row)).map_err(|_| {
                let found = label(row);
                idx_error(file, IdxProblem::LabelTooLarge { position, found })
            })
        })
        .collect()
}

/// Checks that there is a label for each image.
fn check_count(file: &str, labels: usize, images: usize) -> Result<(), DataError> {
    if labels == images {
        return Ok(());
    }
    Err(idx_error(file, IdxProblem::CountsDiffer { images, labels }))
}

/// What a kind of IDX file holds.
#[derive(Clone, Copy)]
struct Form {
    /// The first four bytes of the file.
    magic: u32,
    /// What the file holds, in the words of errors.
    kind: &'static str,
    /// How many sizes the header has.
    dimensions: usize,
    /// The bytes of one value.
    value_len: u8,
}

const IMAGES: Form = Form {
    magic: IMAGES_MAGIC,
    kind: "images",
    dimensions: 3,
    value_len: 1,
};
const LABELS: Form = Form {
    magic: LABELS_MAGIC,
    kind: "labels",
    dimensions: 1,
    value_len: 1,
};
const QMNIST_LABELS: Form = Form {
    magic: QMNIST_LABELS_MAGIC,
    kind: "QMNIST's labels",
    dimensions: 2,
    value_len: 4,
};

fn idx_error(file: &str, problem: IdxProblem) -> DataError {
    let file = file.to_owned();
    DataError::Idx { file, problem }
}

/// Reads the sizes and the data of a file of this kind, unpacking it where it is compressed.
fn read(mut source: impl BufRead, len: u64, form: Form) -> Result<(Vec<u32>, Vec<u8>), IdxProblem> {
    // A source that fails here fails again where it is read below.
    let is_gzip = source
        .fill_buf()
        .is_ok_and(|start| start.starts_with(&GZIP_MAGIC));
    if is_gzip {
        let largest = len.saturating_mul(DEFLATE_LIMIT);
        let source = MultiGzDecoder::new(source);
        read_from(source, largest, form)
    } else {
        read_from(source, len, form)
    }
}

/// Reads the sizes and the data from a source that can hold no more than `largest` bytes, header
/// included.
fn read_from(
    mut source: impl Read,
    largest: u64,
    form: Form,
) -> Result<(Vec<u32>, Vec<u8>), IdxProblem> {
    let Form {
        magic,
        kind,
        dimensions,
        value_len,
    } = form;
    let header_len = 4 * (1 + dimensions as u64);
    let mut header = Vec::new();
    let filled = fill(&mut source, header_len, &mut header)?;
    let words: Vec<u32> = header
        .chunks_exact(4)
        .map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    // The magic number is checked before the length, since a file of another kind isn't a truncated
    // one.
    if let Some(&found) = words.first()
        && found != magic
    {
        return Err(IdxProblem::WrongMagic {
            found,
            expected: magic,
            kind,
        });
    }
    if filled != Filled::Whole {
        return Err(IdxProblem::TruncatedHeader {
            found: header.len() as u64,
            expected: header_len,
        });
    }
    let lengths = words[1..].to_vec();
    let sizes = || {
        let texts: Vec<String> = lengths.iter().map(u32::to_string).collect();
        texts.join(" × ")
    };
    let values: u128 = lengths.iter().map(|&length| u128::from(length)).product();
    let expected = values.saturating_mul(u128::from(value_len));
    if expected == 0 {
        return Err(IdxProblem::Empty { sizes: sizes() });
    }
    // There are as many labels as images, and images take memory for more than their pixels.
    let count = lengths.first().map_or(0, |&count| count as usize);
    if count > limits::MOST_IMAGES && expected <= u128::from(largest) {
        return Err(IdxProblem::TooMany {
            found: count,
            limit: limits::MOST_IMAGES,
        });
    }
    // A source that can't hold so much is cut short, and its bytes are counted to say so. A source
    // that may hold more than the limit isn't even unpacked.
    let promised = u64::try_from(expected).unwrap_or(u64::MAX);
    if promised > MAX_BYTES && largest > MAX_BYTES {
        return Err(IdxProblem::TooLarge {
            expected,
            limit: MAX_BYTES,
            sizes: sizes(),
        });
    }
    let reserve = promised.min(largest).min(RESERVE_LIMIT);
    let mut data = Vec::with_capacity(reserve as usize);
    let filled = fill(&mut source, promised, &mut data)?;
    if filled != Filled::Whole {
        return Err(IdxProblem::Truncated {
            found: data.len() as u64,
            expected,
            sizes: sizes(),
        });
    }
    // Reading on to the end also lets gzip compare its checksum.
    match fill(&mut source, 1, &mut Vec::new())? {
        Filled::Ended => {}
        Filled::Whole => {
            return Err(IdxProblem::TrailingBytes {
                expected,
                sizes: sizes(),
            });
        }
        Filled::CutShort => {
            return Err(IdxProblem::DamagedGzip {
                reason: "the checksum at its end is missing".into(),
            });
        }
    }
    Ok((lengths, data))
}

/// How a source answered when so many bytes were asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filled {
    /// There were as many bytes as asked for.
    Whole,
    /// There were fewer bytes, and the source has come to its end.
    Ended,
    /// There were fewer bytes, since compressed data broke off.
    CutShort,
}

/// Appends so many bytes, or as many as there are.
fn fill(source: &mut impl Read, count: u64, bytes: &mut Vec<u8>) -> Result<Filled, IdxProblem> {
    match source.take(count).read_to_end(bytes) {
        Ok(read) if (read as u64) < count => Ok(Filled::Ended),
        Ok(_) => Ok(Filled::Whole),
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(Filled::CutShort),
        Err(err) if err.kind() == io::ErrorKind::OutOfMemory => Err(IdxProblem::NoMemory),
        Err(err) => Err(IdxProblem::DamagedGzip {
            reason: err.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests;
