//! Kaggle's tables: `train.csv` has a label and pixels in each row, `test.csv` pixels alone.
//!
//! Tables are read in blocks of whole lines, and the parts of a block side by side where there are
//! cores. The length of a line is bounded, so that a file without line ends takes no memory.

use super::Heard;
use super::check_size;
use super::classes::Classes;
use super::names::shown;
use super::read::{self, Progress, Source};
use super::rows::{Layout, MAX_LINE, RowError, Rows, only_record};
use crate::data::{DataError, Dataset, Images, MAX_BYTES, TablePlace, Taken};
use crate::experiment::limits;
use rayon::prelude::*;
use std::path::Path;

/// How many bytes are read before their rows are.
const BLOCK: usize = 8 << 20;
/// How many bytes' rows one thread reads at a time.
const PART: usize = 1 << 20;

/// Images without labels, as a submission predicts them.
#[derive(Clone, PartialEq, Eq)]
pub struct TestImages {
    /// Rows of an image, at least 1.
    pub rows: usize,
    /// Columns of an image, at least 1.
    pub columns: usize,
    /// Pixels 0 to 255, `[image, row, column]`. There is at least one image.
    pub pixels: Vec<u8>,
}

impl TestImages {
    /// How many images there are.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }

    /// The pixels of an image, `[row, column]`.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn image(&self, index: usize) -> &[u8] {
        let len = self.rows * self.columns;
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

/// What a table is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Train,
    Test,
}

/// Reads a Kaggle `test.csv`: a header and pixels alone, in the order that a submission answers in.
/// `heard` is told of progress in bytes; where it breaks, reading is cancelled.
///
/// # Errors
/// Where the file can't be read or isn't of this form, with line and column where there is one;
/// [`DataError::Cancelled`] where `heard` breaks.
pub fn read_test_csv(path: &Path, heard: Heard<'_>) -> Result<TestImages, DataError> {
    let mut progress = Progress::of_bytes(heard);
    let (side, table) = read_table(path, Kind::Test, &mut progress)?;
    Ok(TestImages {
        rows: side,
        columns: side,
        pixels: table.pixels,
    })
}

/// Reads a `train.csv`.
pub(super) fn read_train(
    name: String,
    path: &Path,
    mut progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let (side, mut table) = read_table(path, Kind::Train, &mut progress)?;
    let classes = Classes::of(path, &table.labels)?;
    classes.relabel(path, &mut table.labels)?;
    Ok(Dataset {
        name,
        rows: side,
        columns: side,
        classes: classes.names(None)?,
        train: Images {
            pixels: table.pixels,
            labels: table.labels,
        },
        validation: None,
        test: None,
        taken: Taken::default(),
    })
}

/// Reads a table, and gives the side of its images and its rows.
fn read_table(
    path: &Path,
    kind: Kind,
    progress: &mut Progress<'_>,
) -> Result<(usize, Rows), DataError> {
    read::expect(progress, &[path])?;
    let mut blocks = Blocks::new(path, Source::open(path, progress)?);
    let mut table = Rows::default();
    let mut known: Option<(Layout, usize)> = None;
    while let Some(block) = blocks.next()? {
        let mut rest = block;
        let (layout, side) = match &mut known {
            Some(known) => known,
            None => {
                let end = rest.iter().position(|&byte| byte == b'\n');
                let (header, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
                rest = after;
                table.lines = 1;
                known.insert(read_header(path, header, kind)?)
            }
        };
        // The parts are looked through in order, so that the first mistake in the file is the one
        // told of.
        let parts: Vec<_> = parts(rest)
            .into_par_iter()
            .map(|part| Rows::read(layout, part))
            .collect();
        for part in parts {
            let part = part.map_err(|error| row_error(path, layout, table.lines, error))?;
            table.lines += part.lines;
            let has_room = table.pixels.try_reserve(part.pixels.len()).is_ok()
                && table.labels.try_reserve(part.labels.len()).is_ok();
            if !has_room {
                let problem = "found more images than the memory holds; use a part of the file";
                return Err(DataError::file(path, problem));
            }
            table.labels.extend_from_slice(&part.labels);
            table.pixels.extend_from_slice(&part.pixels);
        }
        let images = table.pixels.len() / (*side * *side);
        if images > limits::MOST_IMAGES {
            let problem = format!(
                "found more than {} images, expected at most that; use a part of the file",
                limits::MOST_IMAGES
            );
            return Err(DataError::file(path, problem));
        }
        if table.pixels.len() as u64 > MAX_BYTES {
            let problem = format!(
                "found more than {MAX_BYTES} pixels, expected at most that; use a part of the file"
            );
            return Err(DataError::file(path, problem));
        }
    }
    let Some((_, side)) = known else {
        let problem = format!(
            "found an empty file, expected {}; copy it again",
            expected(kind)
        );
        return Err(DataError::file(path, problem));
    };
    if table.pixels.is_empty() {
        let problem = "found a header without rows, expected one an image; copy it again";
        return Err(DataError::file(path, problem));
    }
    Ok((side, table))
}

fn row_error(path: &Path, layout: &Layout, lines_before: u64, error: RowError) -> DataError {
    DataError::File {
        path: path.to_path_buf(),
        place: Some(TablePlace {
            line: lines_before + error.lines_before + 1,
            column: error.column.map(|column| layout.names[column].clone()),
        }),
        problem: error.problem,
    }
}

/// The text of a file in blocks of whole lines.
struct Blocks<'a, 'b> {
    path: &'a Path,
    source: Source<'a, 'b>,
    buffer: Vec<u8>,
    /// How many bytes of the buffer the last block took.
    taken: usize,
    has_ended: bool,
}

impl<'a, 'b> Blocks<'a, 'b> {
    fn new(path: &'a Path, source: Source<'a, 'b>) -> Self {
        Self {
            path,
            source,
            buffer: Vec::new(),
            taken: 0,
            has_ended: false,
        }
    }

    /// Reads the next block. The file's last line may lack its end.
    fn next(&mut self) -> Result<Option<&[u8]>, DataError> {
        self.buffer.drain(..self.taken);
        while self.buffer.len() < BLOCK && !self.has_ended {
            let room = BLOCK - self.buffer.len();
            self.has_ended = self.source.append(&mut self.buffer, room)? == 0;
        }
        let last_end = self.buffer.iter().rposition(|&byte| byte == b'\n');
        self.taken = match last_end {
            _ if self.has_ended => self.buffer.len(),
            Some(end) => end + 1,
            None => {
                let problem = format!(
                    "found a line of more than {MAX_LINE} bytes, expected rows of an image each; \
                     the file is damaged or no CSV"
                );
                return Err(DataError::file(self.path, problem));
            }
        };
        Ok((self.taken > 0).then(|| &self.buffer[..self.taken]))
    }
}

/// Cuts whole lines into parts, each about as long as one thread reads at a time.
fn parts(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while bytes.len() > PART {
        let Some(end) = bytes[PART..].iter().position(|&byte| byte == b'\n') else {
            break;
        };
        let (part, rest) = bytes.split_at(PART + end + 1);
        parts.push(part);
        bytes = rest;
    }
    parts.push(bytes);
    parts
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Train => "a header label,pixel0,pixel1,…",
        Kind::Test => "a header pixel0,pixel1,…",
    }
}

/// Reads from the first line what the rows hold, and the side of the images.
fn read_header(path: &Path, line: &[u8], kind: Kind) -> Result<(Layout, usize), DataError> {
    let fail = |problem: String| {
        Err(DataError::File {
            path: path.to_path_buf(),
            place: Some(TablePlace {
                line: 1,
                column: None,
            }),
            problem,
        })
    };
    if let Some(found) = other_kind(line) {
        return fail(format!("found {found}"));
    }
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let start = shown(line.trim_ascii());
    let expected = expected(kind);
    let record = match only_record(line) {
        Some(record) if line.len() <= MAX_LINE => record,
        _ => {
            return fail(format!(
                "found {start}, expected {expected}; choose a CSV file with usual line ends"
            ));
        }
    };
    let names: Vec<String> = record.iter().map(shown).collect();
    let Some(first) = names.first() else {
        return fail(format!(
            "found a blank line, expected {expected}; remove it"
        ));
    };
    let has_label = first.eq_ignore_ascii_case("label");
    let is_pixel = |name: &String| name.to_lowercase().starts_with("pixel");
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return fail(format!(
            "found numbers ({start}), expected {expected}; add the header as the first line"
        ));
    }
    match (kind, has_label) {
        (Kind::Train, false) if names.iter().all(is_pixel) => fail(format!(
            "found no label column (the first is {first}), expected {expected}; this is a \
             test.csv, choose train.csv"
        )),
        (Kind::Test, true) if names.len() > 1 => fail(format!(
            "found a label column, expected {expected}; this is a train.csv, choose test.csv"
        )),
        (Kind::Train, false) => fail(format!(
            "found {start}, expected {expected}; choose Kaggle's train.csv or a file of its form"
        )),
        (Kind::Test, false) if !is_pixel(first) => fail(format!(
            "found {start}, expected {expected}; choose Kaggle's test.csv or a file of its form"
        )),
        _ => {
            let layout = Layout { names, has_label };
            let pixels = layout.pixels();
            let side = pixels.isqrt();
            if side == 0 || side * side != pixels {
                return fail(format!(
                    "found {pixels} pixel columns, expected a square number (784 for images of \
                     28 × 28); a table doesn't say its images' size, so they must be square; or was the \
                     file cut short?"
                ));
            }
            check_size(path, side, side)?;
            Ok((layout, side))
        }
    }
}

/// What to do, by what a file holds that isn't text.
fn other_kind(start: &[u8]) -> Option<&'static str> {
    match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("UTF-16 text, expected UTF-8; save the file as CSV in UTF-8")
        }
        [0x1f, 0x8b, ..] => Some("gzip data, expected text; unpack it first"),
        [b'P', b'K', 3, 4, ..] => Some("a zip file, expected text; unpack it first"),
        [0x89, b'P', b'N', b'G', ..] => Some("a picture, expected text; choose a CSV file"),
        _ if start.contains(&0) => Some(
            "NUL bytes, expected text; the file is damaged or UTF-16: copy it again, or save it \
             as UTF-8",
        ),
        _ => None,
    }
}
