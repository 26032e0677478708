//! The IDX format (<http://yann.lecun.com/exdb/mnist/>): a magic number that says what the file
//! holds, sizes, bytes. Everything big-endian, often compressed with gzip.
//!
//! It reads bytes and knows no folder: `file` is only what an error calls them. What a header
//! promises is never believed: no more than that is decompressed, and memory grows with the
//! bytes that are really there.

use super::{DataError, IdxProblem, MAX_BYTES};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, Read};

/// The first four bytes of a file of images: unsigned bytes, three sizes.
pub const IMAGES_MAGIC: u32 = 0x0000_0803;
/// The first four bytes of a file of labels: unsigned bytes, one size.
pub const LABELS_MAGIC: u32 = 0x0000_0801;

/// The first two bytes of a gzip file (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Deflate can't expand a byte to more (zlib's technical notes: 1032 to 1).
const DEFLATE_LIMIT: u64 = 1032;
/// Memory reserved on the word of a header; beyond it, the vector grows as bytes arrive.
const RESERVE_LIMIT: u64 = 64 << 20;

/// The images of an IDX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxImages {
    /// Rows of an image, at least 1.
    pub rows: usize,
    /// Columns of an image, at least 1.
    pub columns: usize,
    /// Pixels 0 to 255, `[image, row, column]`, of one image at least.
    pub pixels: Vec<u8>,
}

impl IdxImages {
    /// How many images there are.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }
}

/// Reads a file of images, plain or gzip.
pub fn read_images(file: &str, bytes: &[u8]) -> Result<IdxImages, DataError> {
    read_images_from(file, bytes, bytes.len() as u64)
}

/// The same from a source of `len` bytes.
pub(super) fn read_images_from(
    file: &str,
    source: impl BufRead,
    len: u64,
) -> Result<IdxImages, DataError> {
    let read = read(source, len, IMAGES_MAGIC, "images", 3);
    let (sizes, pixels) = read.map_err(|problem| idx_error(file, problem))?;
    Ok(IdxImages {
        rows: sizes[1] as usize,
        columns: sizes[2] as usize,
        pixels,
    })
}

/// Reads a file of labels, plain or gzip, for that many images of that many classes.
pub fn read_labels(
    file: &str,
    bytes: &[u8],
    images: usize,
    classes: usize,
) -> Result<Vec<u8>, DataError> {
    read_labels_from(file, bytes, bytes.len() as u64, images, classes)
}

/// The same from a source of `len` bytes.
pub(super) fn read_labels_from(
    file: &str,
    source: impl BufRead,
    len: u64,
    images: usize,
    classes: usize,
) -> Result<Vec<u8>, DataError> {
    let read = read(source, len, LABELS_MAGIC, "labels", 1);
    let (_, labels) = read.map_err(|problem| idx_error(file, problem))?;
    if labels.len() != images {
        let labels = labels.len();
        return Err(idx_error(file, IdxProblem::CountsDiffer { images, labels }));
    }
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

fn idx_error(file: &str, problem: IdxProblem) -> DataError {
    let file = file.to_owned();
    DataError::Idx { file, problem }
}

/// The sizes and the data of a file of that kind.
fn read(
    mut source: impl BufRead,
    len: u64,
    magic: u32,
    kind: &'static str,
    dimensions: usize,
) -> Result<(Vec<u32>, Vec<u8>), IdxProblem> {
    // A source that fails here fails again when it is read.
    let is_gzip = source
        .fill_buf()
        .is_ok_and(|start| start.starts_with(&GZIP_MAGIC));
    if is_gzip {
        let largest = len.saturating_mul(DEFLATE_LIMIT);
        let source = MultiGzDecoder::new(source);
        read_from(source, largest, magic, kind, dimensions)
    } else {
        read_from(source, len, magic, kind, dimensions)
    }
}

/// `largest`: more bytes than this the source can't hold, header included.
fn read_from(
    mut source: impl Read,
    largest: u64,
    magic: u32,
    kind: &'static str,
    dimensions: usize,
) -> Result<(Vec<u32>, Vec<u8>), IdxProblem> {
    let header_len = 4 * (1 + dimensions as u64);
    let mut header = Vec::new();
    let filled = fill(&mut source, header_len, &mut header)?;
    let words: Vec<u32> = header
        .chunks_exact(4)
        .map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    // Before the length: a file of another kind is no truncated file.
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
    let expected: u128 = lengths.iter().map(|&length| u128::from(length)).product();
    if expected == 0 {
        return Err(IdxProblem::Empty { sizes: sizes() });
    }
    // Beyond the limit, a byte more than it tells a file that is too large from one cut short.
    let promised = u64::try_from(expected).unwrap_or(u64::MAX);
    let too_large = promised > MAX_BYTES;
    let wanted = promised.min(MAX_BYTES + 1);
    let reserve = wanted.min(largest).min(RESERVE_LIMIT);
    let mut data = Vec::with_capacity(reserve as usize);
    let can_be_whole = largest >= promised;
    let filled = if too_large && can_be_whole {
        Filled::Whole
    } else {
        fill(&mut source, wanted, &mut data)?
    };
    if too_large && filled == Filled::Whole {
        return Err(IdxProblem::TooLarge {
            expected,
            limit: MAX_BYTES,
            sizes: sizes(),
        });
    }
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

/// How a source answered the wish for so many bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filled {
    /// With all of them.
    Whole,
    /// With fewer: it has come to its end.
    Ended,
    /// With fewer: compressed data broke off.
    CutShort,
}

/// Appends so many bytes, as far as there are some.
fn fill(source: &mut impl Read, count: u64, bytes: &mut Vec<u8>) -> Result<Filled, IdxProblem> {
    match source.take(count).read_to_end(bytes) {
        Ok(read) if (read as u64) < count => Ok(Filled::Ended),
        Ok(_) => Ok(Filled::Whole),
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(Filled::CutShort),
        Err(err) => Err(IdxProblem::DamagedGzip {
            reason: err.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
        let mut bytes = magic.to_be_bytes().to_vec();
        for size in sizes {
            bytes.extend(size.to_be_bytes());
        }
        bytes.extend(data);
        bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Two images of 2 × 3 pixels, 0 to 11.
    fn images() -> Vec<u8> {
        idx(IMAGES_MAGIC, &[2, 2, 3], &(0..12).collect::<Vec<u8>>())
    }

    fn labels() -> Vec<u8> {
        idx(LABELS_MAGIC, &[3], &[2, 0, 1])
    }

    fn image_problem(bytes: &[u8]) -> IdxProblem {
        match read_images("some/file", bytes) {
            Err(DataError::Idx { file, problem }) if file == "some/file" => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn plain_and_gzip_read_the_same() {
        let plain = read_images("file", &images()).unwrap();
        assert_eq!((plain.rows, plain.columns, plain.count()), (2, 3, 2));
        assert_eq!(plain.pixels, (0..12).collect::<Vec<u8>>());
        assert_eq!(read_images("file", &gzip(&images())), Ok(plain));
        for bytes in [labels(), gzip(&labels())] {
            assert_eq!(read_labels("file", &bytes, 3, 3), Ok(vec![2, 0, 1]));
        }
    }

    #[test]
    fn cut_short_anywhere_it_is_refused() {
        let whole = images();
        for len in 0..whole.len() {
            let problem = image_problem(&whole[..len]);
            let expected = match len {
                0..16 => IdxProblem::TruncatedHeader {
                    found: len as u64,
                    expected: 16,
                },
                _ => IdxProblem::Truncated {
                    found: len as u64 - 16,
                    expected: 12,
                    sizes: "2 × 2 × 3".into(),
                },
            };
            assert_eq!(problem, expected);
        }
        let whole = gzip(&whole);
        for len in 0..whole.len() {
            assert!(read_images("file", &whole[..len]).is_err(), "{len}");
        }
        let whole = labels();
        for len in 0..whole.len() {
            assert!(read_labels("file", &whole[..len], 3, 3).is_err(), "{len}");
        }
    }

    #[test]
    fn bytes_beyond_the_promised_are_refused() {
        let mut longer = images();
        longer.push(0);
        for bytes in [longer.clone(), gzip(&longer)] {
            let problem = image_problem(&bytes);
            assert!(matches!(
                problem,
                IdxProblem::TrailingBytes { expected: 12, .. }
            ));
        }
        let mut garbage = gzip(&images());
        garbage.extend(b"garbage at the end");
        assert!(matches!(
            image_problem(&garbage),
            IdxProblem::DamagedGzip { .. }
        ));
    }

    #[test]
    fn a_promise_beyond_the_file_is_refused_and_takes_no_memory() {
        for sizes in [[u32::MAX; 3], [u32::MAX, 28, 28], [60_000, 28, 28]] {
            let bytes = idx(IMAGES_MAGIC, &sizes, &[1; 100]);
            for bytes in [bytes.clone(), gzip(&bytes)] {
                let problem = image_problem(&bytes);
                assert!(
                    matches!(problem, IdxProblem::Truncated { found: 100, .. }),
                    "{problem}"
                );
            }
        }
    }

    #[test]
    fn a_source_is_read_no_further_than_promised() {
        // A bomb that never ends: reading it whole would not return.
        let header = idx(IMAGES_MAGIC, &[1, 1, 1], &[]);
        let endless = header.as_slice().chain(io::repeat(0));
        let problem = read_from(endless, u64::MAX, IMAGES_MAGIC, "images", 3);
        assert!(matches!(
            problem,
            Err(IdxProblem::TrailingBytes { expected: 1, .. })
        ));
    }

    #[test]
    fn damage_is_noticed_by_the_checksum() {
        let mut bytes = gzip(&images());
        let checksum = bytes.len() - 8;
        bytes[checksum] ^= 1;
        assert!(matches!(
            image_problem(&bytes),
            IdxProblem::DamagedGzip { .. }
        ));
    }

    #[test]
    fn no_images_are_refused() {
        for sizes in [[0, 28, 28], [1, 0, 28], [1, 28, 0]] {
            let problem = image_problem(&idx(IMAGES_MAGIC, &sizes, &[]));
            assert!(matches!(problem, IdxProblem::Empty { .. }), "{problem}");
        }
    }

    #[test]
    fn labels_must_fit_the_images_and_the_classes() {
        let check = |images, classes, expected| {
            let error = read_labels("labels.gz", &labels(), images, classes);
            let problem = expected;
            let file = "labels.gz".into();
            assert_eq!(error, Err(DataError::Idx { file, problem }));
        };
        let (images, labels) = (4, 3);
        check(4, 3, IdxProblem::CountsDiffer { images, labels });
        let (position, label, classes) = (0, 2, 2);
        let stray = IdxProblem::LabelOutOfRange {
            position,
            label,
            classes,
        };
        check(3, 2, stray);
    }

    #[test]
    fn errors_say_what_was_found_what_was_expected_and_the_mend() {
        let check = |bytes: &[u8], expected: &str| {
            let error = read_images("digits/train.gz", bytes).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check(
            &labels(),
            "found 0x00000801 at the start, expected 0x00000803 (images); it holds labels, swap \
             the two files: digits/train.gz",
        );
        check(
            b"\x89PNG\r\n",
            "found 0x89504e47 at the start, expected 0x00000803 (images); choose an IDX file, \
             plain or gzip: digits/train.gz",
        );
        check(
            &idx(IMAGES_MAGIC, &[60_000, 28, 28], &[0; 5]),
            "found 5 bytes of data, expected the 47040000 that the header promises (60000 × 28 × \
             28); the file was cut short, copy or download it again: digits/train.gz",
        );
    }
}
