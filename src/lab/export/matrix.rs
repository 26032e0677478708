//! The confusion matrix: counted, as a table, and drawn.

use super::ExportError;
use super::picture::{
    AXIS, Anchor, INK, QUIET, drawing, fitted, hex, line, rectangle, text, width_of,
};
use super::tidy::quoted;
use crate::data::TrainingData;
use crate::lab::Run;
use crate::lab::analysis::ConfusionMatrix;
use crate::lab::format;
use crate::lab::score::check_data;
use crate::lab::score::read_weights;
use crate::lab::store::{Checkpoint, read_answers};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Answers, Predictor};
use std::fmt::Write;
use std::ops::ControlFlow;

/// How many images are counted between two looks at whether the export is cancelled.
const PIECE: usize = 256;

/// What the weights of a run take its validation images for, and the epoch of those weights, if
/// they are an epoch's. A run that kept its answers is read; otherwise they are computed.
///
/// # Errors
/// Where the run has no such weights, its data or the device can't be used, or it was cancelled.
pub fn confusion(
    run: &Run,
    checkpoint: Checkpoint,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<(ConfusionMatrix, Option<usize>), ExportError> {
    let (weights, epoch) = read_weights(run, checkpoint)?;
    let settings = run.experiment.settings();
    let data = TrainingData::load(&settings.data, settings.seed)?;
    check_data(run, data.dataset())?;
    let count = data.validation_size();
    let kept = match epoch {
        // What can't be read is computed anew.
        Some(epoch) => read_answers(&run.folder, epoch).ok().flatten(),
        None => None,
    };
    let classes = data.class_count();
    let answers = match kept.filter(|answers| answers.fit(count, classes)) {
        Some(answers) => answers,
        None => {
            let predictor = Predictor::new(&weights, &device::open(device)?)?;
            let mut answers = Answers::default();
            let images: Vec<&[u8]> = (0..count).map(|i| data.validation_image(i)).collect();
            let labels: Vec<u8> = (0..count).map(|i| data.validation_label(i)).collect();
            for (images, labels) in images.chunks(PIECE).zip(labels.chunks(PIECE)) {
                predictor.answer_images(images, labels, &mut answers)?;
                if heard(answers.count(), count).is_break() {
                    return Err(ExportError::Cancelled);
                }
            }
            answers
        }
    };
    let pairs = (0..count).map(|i| (data.validation_label(i), answers.classes[i]));
    let classes = data.dataset().classes.clone();
    Ok((ConfusionMatrix::from_pairs(classes, pairs), epoch))
}

/// The matrix as a table: the column `truth`, then a column for each predicted class, and a row for
/// each true one.
pub fn matrix_csv(matrix: &ConfusionMatrix) -> String {
    let names: Vec<String> = matrix.classes.iter().map(|name| quoted(name)).collect();
    let mut text = format!("truth,{}\n", names.join(","));
    for (truth, name) in names.iter().enumerate() {
        text += name;
        for prediction in 0..names.len() {
            // Writing to a string doesn't fail.
            let _ = write!(text, ",{}", matrix.count(truth, prediction));
        }
        text.push('\n');
    }
    text
}

const MARGIN: f64 = 20.0;
const TYPE: f64 = 15.0;
const TITLE: f64 = 20.0;
/// The names of true classes are cut to this width.
const MOST_NAME: f64 = 130.0;
/// Right answers are blue and errors orange, each on a scale of its own, so that few errors are
/// seen beside many right answers.
const RIGHT: [u8; 3] = [0x00, 0x72, 0xB2];
const WRONG: [u8; 3] = [0xC4, 0x4F, 0x00];

/// The matrix as a drawing, with a title. Rows are true classes, columns predicted ones.
pub fn matrix_svg(matrix: &ConfusionMatrix, title: &str) -> String {
    let side = matrix.classes.len();
    let most = (0..side * side).map(|cell| matrix.counts[cell]).max();
    let digits = width_of(&most.unwrap_or(0).to_string(), TYPE);
    let cell = (digits + 12.0).clamp(if side > 12 { 30.0 } else { 44.0 }, 80.0);
    let names: Vec<String> = matrix
        .classes
        .iter()
        .map(|name| fitted(name, TYPE, MOST_NAME))
        .collect();
    let names_width = names.iter().map(|name| width_of(name, TYPE));
    let names_width = names_width.fold(20.0, f64::max);
    let turned = names_width > cell - 6.0;
    let above = if turned { names_width } else { TYPE } + 12.0;
    let left = MARGIN + 26.0 + names_width + 10.0;
    let top = MARGIN + 2.0 * (TITLE + 8.0) + 26.0 + above;
    let grid = cell * side as f64;
    let words = words_below(matrix);
    let needed = width_of(title, TITLE)
        .min(900.0)
        .max(width_of(&words, TYPE));
    let width = (left + grid).max(MARGIN + needed) + MARGIN;
    let height = top + grid + MARGIN;
    let title_fitted = fitted(title, TITLE, width - 2.0 * MARGIN);

    let mut picture = drawing([width, height], title);
    picture = picture
        .add(text(
            &title_fitted,
            [MARGIN, MARGIN + TITLE],
            TITLE,
            INK,
            Anchor::Start,
        ))
        .add(text(
            &words,
            [MARGIN, MARGIN + TITLE + 26.0],
            TYPE,
            QUIET,
            Anchor::Start,
        ));
    let middle = left + grid / 2.0;
    let at = [middle, top - above - 4.0];
    picture = picture.add(text("Predicted class", at, TYPE, QUIET, Anchor::Middle));
    let at = [MARGIN + 14.0, top + grid / 2.0];
    let sideways = format!("rotate(-90 {} {})", at[0], at[1]);
    let truth = text("True class", at, TYPE, QUIET, Anchor::Middle);
    picture = picture.add(truth.set("transform", sideways));
    for (index, name) in names.iter().enumerate() {
        let centre = (index as f64 + 0.5) * cell;
        let row = [left - 10.0, top + centre + 5.0];
        picture = picture.add(text(name, row, TYPE, INK, Anchor::End));
        let column = [left + centre, top - 10.0];
        picture = picture.add(if turned {
            let at = [column[0] + 5.0, column[1]];
            text(name, at, TYPE, INK, Anchor::Start)
                .set("transform", format!("rotate(-90 {} {})", at[0], at[1]))
        } else {
            text(name, column, TYPE, INK, Anchor::Middle)
        });
    }
    let most_wrong = most_wrong(matrix);
    for truth in 0..side {
        for prediction in 0..side {
            let at = [left + prediction as f64 * cell, top + truth as f64 * cell];
            let count = matrix.count(truth, prediction);
            let share = if truth == prediction {
                f64::from(count) / f64::from(matrix.of_class(truth).max(1))
            } else {
                // The root lifts single errors out of the white.
                (f64::from(count) / f64::from(most_wrong.max(1))).sqrt()
            };
            let color = if truth == prediction { RIGHT } else { WRONG };
            let (ground, ink) = tinted(color, share);
            picture = picture.add(rectangle(at, [cell, cell], &ground));
            if count > 0 {
                let words = count.to_string();
                let size = TYPE.min(TYPE * (cell - 4.0) / width_of(&words, TYPE));
                let at = [at[0] + cell / 2.0, at[1] + cell / 2.0 + 5.0];
                picture = picture.add(text(&words, at, size, ink, Anchor::Middle));
            }
        }
    }
    for index in 0..=side {
        let at = index as f64 * cell;
        let edge = index == 0 || index == side;
        let color = if edge { AXIS } else { "#ffffff" };
        picture = picture
            .add(line([left, top + at], [left + grid, top + at], color, 1.0))
            .add(line([left + at, top], [left + at, top + grid], color, 1.0));
    }
    picture.to_string()
}

/// How many images were right.
fn words_below(matrix: &ConfusionMatrix) -> String {
    let right: u32 = (0..matrix.classes.len()).map(|i| matrix.count(i, i)).sum();
    let total = matrix.total();
    let accuracy = f64::from(right) / f64::from(total.max(1));
    let count = |number: u32| format::whole(number as usize);
    let counts = format!("{} of {} right", count(right), count(total));
    if (total as usize) < format::FEWEST_FOR_ERROR {
        return counts;
    }
    format!(
        "{counts}: {}",
        format::percent_with_error(accuracy, total as usize)
    )
}

/// The largest count of an error.
fn most_wrong(matrix: &ConfusionMatrix) -> u32 {
    let side = matrix.classes.len();
    let wrong = |cell: &usize| cell / side != cell % side;
    let cells = (0..side * side).filter(wrong);
    cells.map(|cell| matrix.counts[cell]).max().unwrap_or(0)
}

/// A ground of white mixed with a colour, and the ink that can be read on it.
fn tinted(color: [u8; 3], share: f64) -> (String, &'static str) {
    let share = 0.85 * share.clamp(0.0, 1.0);
    let mixed = color.map(|part| (255.0 + share * (f64::from(part) - 255.0)).round() as u8);
    (hex(mixed), if share > 0.62 { "#ffffff" } else { INK })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::export::{Scale, png};

    fn matrix(side: usize, name: impl Fn(usize) -> String) -> ConfusionMatrix {
        let classes = (0..side).map(name).collect();
        let pairs = (0..10_000_usize).map(|i| {
            let truth = i % side;
            let wrong = i % 37 == 0;
            let prediction = if wrong {
                (truth + i / 37) % side
            } else {
                truth
            };
            (truth as u8, prediction as u8)
        });
        ConfusionMatrix::from_pairs(classes, pairs)
    }

    #[test]
    fn the_table_holds_every_count() {
        let matrix = matrix(10, |i| format!("class {i}, \"so\""));
        let table = matrix_csv(&matrix);
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        assert_eq!(reader.headers().unwrap().get(10), Some("class 9, \"so\""));
        let mut sum = 0;
        for (truth, row) in reader.records().map(Result::unwrap).enumerate() {
            assert_eq!(row[0], matrix.classes[truth]);
            for prediction in 0..10 {
                let count: u32 = row[1 + prediction].parse().unwrap();
                assert_eq!(count, matrix.count(truth, prediction));
                sum += count;
            }
        }
        assert_eq!(sum, 10_000);
    }

    #[test]
    fn every_count_is_drawn_of_few_and_of_many_classes() {
        for (side, name) in [(2, "no"), (10, ""), (26, "letter ")] {
            let matrix = matrix(side, |i| format!("{name}{i}"));
            let svg = matrix_svg(&matrix, "A12, epoch 7");
            for count in matrix.counts.iter().filter(|count| **count > 0) {
                assert!(
                    svg.contains(&format!("\n{count}\n")) || svg.contains(&format!(">{count}<"))
                );
            }
            let picture = image::load_from_memory(&png(&svg, Scale::One).unwrap()).unwrap();
            assert!(picture.width() > 200 && picture.width() < 1_400);
        }
    }
}
