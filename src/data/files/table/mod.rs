//! Tables of images: a row for each image, with its pixels and perhaps its label. Kaggle's `train.csv`
//! and `test.csv` are such tables, and what pandas, numpy, Excel and others make of them.
//!
//! - `dialect`: what stands between values, what ends a line;
//! - `blocks`: the file in blocks of whole lines, and the parts that threads read side by side;
//! - `begin`: what the columns hold, by their names (`header`), or by their number and values
//!   (`headless`);
//! - `order`, `size`: where the pixels of an image stand, and how large it is;
//! - `line`, `rows`: the values of a line, and of all;
//! - `labels`: labels that are names;
//! - `beside`: the table of test images that belongs to one of training images;
//! - `upright`: whether the images lie on their side.
//!
//! What was put in order, set aside or assumed is noted; what can't be read is refused with the mend.

mod begin;
mod beside;
mod blocks;
mod dialect;
mod error;
mod header;
mod headless;
mod labels;
mod layout;
mod line;
mod order;
mod rows;
mod size;
mod upright;

pub(super) use beside::{TrainTable, is_labelled, test_beside};
pub(super) use dialect::Dialect;
pub(super) use header::is_label_name;

use super::Heard;
use super::classes::Classes;
use super::read::{self, Progress, Source};
use crate::data::reading::{TALL, look_of};
use crate::data::test_table::are_ids;
use crate::data::{
    DataError, DataNote, Dataset, IdOrigin, Images, MAX_BYTES, Taken, TestIds, TestImages,
    TestTable,
};
use crate::experiment::{ImageSize, limits};
use begin::begin;
use blocks::{Blocks, parts};
use error::row_error;
use layout::{Column, Layout, Purpose};
use rayon::prelude::*;
use rows::Rows;
use std::path::Path;

/// Reads a table of images to predict, such as Kaggle's `test.csv`, in the order that a submission
/// answers in. `heard` is told of progress in bytes; where it breaks, reading is cancelled.
///
/// # Errors
/// Where the file can't be read or isn't of this form, with line and column where there is one;
/// [`DataError::Cancelled`] where `heard` breaks.
pub fn read_test_csv(path: &Path, heard: Heard<'_>) -> Result<TestTable, DataError> {
    read_test_csv_for(path, false, heard)
}

/// Reads a table of images to measure a run on, as `read_test_csv_for` reads one to predict. Labels are needed,
/// which whoever asks checks, and ids are set aside.
///
/// # Errors
/// The errors are those of [`read_test_csv`].
pub fn read_csv_to_measure(
    path: &Path,
    is_run_turned: bool,
    heard: Heard<'_>,
) -> Result<TestTable, DataError> {
    read_unlike_training(path, Purpose::Measure, is_run_turned, heard)
}

/// Reads a table of images to predict as [`read_test_csv`] does, for a run whose own images may have been turned
/// upright: then those of the table are turned, too, unless they show that they stand upright.
///
/// # Errors
/// The errors are those of [`read_test_csv`].
pub(in crate::data::files) fn read_test_csv_for(
    path: &Path,
    is_run_turned: bool,
    heard: Heard<'_>,
) -> Result<TestTable, DataError> {
    read_unlike_training(path, Purpose::Test, is_run_turned, heard)
}

fn read_unlike_training(
    path: &Path,
    purpose: Purpose,
    is_run_turned: bool,
    heard: Heard<'_>,
) -> Result<TestTable, DataError> {
    let mut progress = Progress::of_bytes(heard);
    read::expect(&mut progress, &[path])?;
    let mut table = Table::read(path, purpose, &mut progress)?;
    let labels = match table.has_labels() {
        true => Some(labels::of_test(&mut table.rows)),
        false => None,
    };
    let (names, classes) = match &labels {
        Some(labels) => (&labels.names[..], &labels.labels[..]),
        None => (&[][..], &[][..]),
    };
    table.turn_upright(path, names, classes, is_run_turned);
    let ids = table.ids();
    Ok(TestTable {
        images: TestImages {
            size: table.size,
            pixels: table.rows.pixels,
        },
        ids,
        labels,
        taken: Taken {
            notes: table.notes,
            width_percent: None,
        },
    })
}

/// Reads a table of images to train with, such as Kaggle's `train.csv`, and the test images that belong
/// to it.
pub(super) fn read_train(
    name: String,
    tables: &TrainTable,
    mut progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let path = tables.train.as_path();
    read::expect(&mut progress, &[path])?;
    if let Some(test) = &tables.test {
        read::expect(&mut progress, &[test])?;
    }
    let mut table = Table::read(path, Purpose::Train, &mut progress)?;
    let classes = if table.rows.label_names.is_empty() {
        let classes = Classes::of(path, &table.rows.labels)?;
        classes.relabel(path, &mut table.rows.labels)?;
        classes.names(None)?
    } else {
        labels::sort_names(path, &mut table.rows)?
    };
    let labels = std::mem::take(&mut table.rows.labels);
    table.turn_upright(path, &classes, &labels, false);
    table.notes.extend(tables.notes.iter().cloned());
    let mut dataset = Dataset {
        name,
        size: table.size,
        classes,
        train: Images {
            pixels: table.rows.pixels,
            labels,
        },
        validation: None,
        test: None,
        taken: Taken {
            notes: table.notes,
            width_percent: None,
        },
    };
    if let Some(test) = &tables.test {
        dataset.test = Some(beside::read_test(test, &dataset, &mut progress)?);
    }
    Ok(dataset)
}

/// A table that was read.
struct Table {
    /// Rows and columns of an image.
    size: ImageSize,
    rows: Rows,
    /// The name of the column of ids, where there is one.
    id_column: Option<String>,
    notes: Vec<DataNote>,
}

impl Table {
    fn read(path: &Path, purpose: Purpose, progress: &mut Progress<'_>) -> Result<Self, DataError> {
        let mut blocks = Blocks::new(path, Source::open(path, progress)?);
        let mut rows = Rows::default();
        let mut known: Option<(Layout, Vec<DataNote>)> = None;
        while let Some((dialect, block)) = blocks.next()? {
            let mut rest = block;
            let layout = match &known {
                Some((layout, _)) => layout,
                None => {
                    let begun = begin(path, dialect, block, purpose)?;
                    rest = begun.rest;
                    rows.lines = begun.lines;
                    &known.insert((begun.layout, begun.notes)).0
                }
            };
            // The parts are looked through in order, so that the first mistake in the file is the
            // one told of.
            let parts: Vec<_> = parts(dialect, rest)
                .into_par_iter()
                .map(|part| (part, Rows::read(layout, part)))
                .collect();
            for (text, part) in parts {
                let part = part.map_err(|error| row_error(path, layout, &rows, text, error))?;
                if !rows.append(&part) {
                    let problem = "found more images or names of classes than the memory holds; \
                                   use a part of the file";
                    return Err(DataError::file(path, problem));
                }
            }
            check_count(path, &rows, layout)?;
        }
        let Some((layout, notes)) = known else {
            let problem = format!(
                "found an empty file, expected {}; copy it again",
                purpose.expected()
            );
            return Err(DataError::file(path, problem));
        };
        if rows.pixels.is_empty() {
            let problem = "found a header without rows, expected one an image; copy it again";
            return Err(DataError::file(path, problem));
        }
        let id_column = layout.columns.iter().zip(&layout.names);
        let mut id_column = id_column.filter(|(column, _)| **column == Column::Id);
        let mut table = Self {
            size: layout.size,
            id_column: id_column.next().map(|(_, name)| name.clone()),
            rows,
            notes,
        };
        table.note_lines();
        Ok(table)
    }

    fn has_labels(&self) -> bool {
        !self.rows.labels.is_empty()
    }

    /// Notes what the lines of the table say.
    fn note_lines(&mut self) {
        if self.rows.headers > 0 {
            self.notes.push(DataNote::HeadersRepeated {
                count: self.rows.headers,
            });
        }
    }

    /// Turns images upright that lie on their side, as EMNIST's do: by the look of digits with these labels, by
    /// the name of the file, or since those of the run were turned.
    fn turn_upright(
        &mut self,
        path: &Path,
        classes: &[String],
        labels: &[u8],
        is_run_turned: bool,
    ) {
        let name = super::names::name_of(path);
        let looked = if labels.is_empty() {
            upright::Look::Unknown
        } else {
            let images = Images {
                pixels: std::mem::take(&mut self.rows.pixels),
                labels: labels.to_vec(),
            };
            let look = upright::look(&images, self.size, classes);
            self.rows.pixels = images.pixels;
            look
        };
        let note = match (upright::is_emnist(&name), looked) {
            (_, upright::Look::Lying) => DataNote::TurnedUpright,
            (true, upright::Look::Unknown) => DataNote::TurnedUpright,
            (true, upright::Look::Upright) => {
                self.notes.push(DataNote::AlreadyUpright);
                return;
            }
            (false, upright::Look::Unknown) if is_run_turned && !self.are_tall() => {
                DataNote::TurnedAsTheRun
            }
            (false, upright::Look::Upright | upright::Look::Unknown) if is_run_turned => {
                self.notes.push(DataNote::UprightUnlikeTheRun);
                return;
            }
            (false, _) => return,
        };
        super::idx_folder::transpose(&mut self.rows.pixels, self.size);
        self.size = self.size.turned();
        self.notes.push(note);
    }

    /// Whether the images are taller than wide, as writing is that doesn't lie on its side.
    fn are_tall(&self) -> bool {
        let look = look_of(&self.rows.pixels, self.size);
        look.tall_percent.is_some_and(|percent| percent >= TALL)
    }

    /// What the images are called, where each has a name of its own.
    fn ids(&mut self) -> Option<TestIds> {
        let column = self.id_column.take()?;
        let mut ids = std::mem::take(&mut self.rows.ids);
        for id in &mut ids {
            // Pandas writes whole numbers so, where a value was missing once.
            if let Some(whole) = id.strip_suffix(".0") {
                *id = whole.to_owned();
            }
        }
        if !are_ids(&ids) {
            self.notes.push(DataNote::ColumnAside { name: column });
            return None;
        }
        Some(TestIds {
            column,
            ids,
            origin: IdOrigin::Column,
        })
    }
}

fn check_count(path: &Path, rows: &Rows, layout: &Layout) -> Result<(), DataError> {
    let images = rows.pixels.len() / layout.pixels();
    if images > limits::MOST_IMAGES {
        let problem = format!(
            "found more than {} images, expected at most that; use a part of the file",
            limits::MOST_IMAGES
        );
        return Err(DataError::file(path, problem));
    }
    if rows.pixels.len() as u64 > MAX_BYTES {
        let problem = format!(
            "found more than {MAX_BYTES} pixels, expected at most that; use a part of the file"
        );
        return Err(DataError::file(path, problem));
    }
    Ok(())
}
