//! The epochs of a run as points: figures are checked and brought to one scale, and what wasn't
//! measured is told from what isn't finite.

use super::epochs::Epochs;
use super::pick::{Figure, Picks, Row};
use super::reading::Reading;
use super::records::Records;
use super::{CurveError, shown};
use crate::lab::verdict::CurvePoint;

/// Single precision leaves an accuracy of 1 this much above 1, and a loss of 0 this much below 0.
pub(super) const ROUNDING: f64 = 1e-6;

/// An epoch's figures: none where a figure wasn't measured, not finite where it was and is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub epoch: usize,
    /// The figures, in the order of [`Figure::ALL`].
    pub figures: [Option<f64>; 4],
}

impl Point {
    pub fn get(&self, figure: Figure) -> Option<f64> {
        self.figures[figure as usize]
    }

    /// The point as the verdict takes it.
    pub fn curve_point(&self) -> CurvePoint {
        CurvePoint {
            epoch: self.epoch,
            train_loss: self.get(Figure::TrainLoss),
            train_accuracy: self.get(Figure::TrainAccuracy),
            validation_loss: self.get(Figure::ValidationLoss),
            validation_accuracy: self.get(Figure::ValidationAccuracy),
        }
    }
}

/// Makes points of a run's epochs.
///
/// # Errors
/// Where a figure isn't one.
pub(super) fn points(
    epochs: &Epochs,
    picks: &Picks,
    records: &Records<'_>,
) -> Result<Vec<Point>, CurveError> {
    let mut points: Vec<Point> = epochs
        .iter()
        .map(|(epoch, _)| Point {
            epoch: *epoch,
            figures: [None; 4],
        })
        .collect();
    for figure in Figure::ALL {
        let gaps = Gaps::of(epochs.iter().map(|(_, row)| row.get(figure)));
        for (place, (_, row)) in epochs.iter().enumerate() {
            let has_diverged = points[place]
                .get(Figure::TrainLoss)
                .is_some_and(|loss| !loss.is_finite());
            points[place].figures[figure as usize] = match row.get(figure) {
                Reading::Absent => None,
                Reading::NotFinite => Some(f64::NAN),
                Reading::Nan | Reading::Null if figure.is_training() => {
                    gaps.is_divergence(place).then_some(f64::NAN)
                }
                Reading::Nan if has_diverged => Some(f64::NAN),
                Reading::Nan if was_left_out(row, picks) => None,
                Reading::Nan => {
                    (gaps.has_finite() && gaps.is_divergence(place)).then_some(f64::NAN)
                }
                Reading::Null => None,
                reading => Some(checked(reading, figure, row, picks, records)?),
            };
        }
    }
    // An accuracy that is no number says nothing that the losses don't.
    for point in &mut points {
        for figure in [Figure::TrainAccuracy, Figure::ValidationAccuracy] {
            let accuracy = &mut point.figures[figure as usize];
            *accuracy = accuracy.filter(|accuracy| accuracy.is_finite());
        }
    }
    Ok(points)
}

/// Whether nothing was measured on the validation images in a row whose loss is `nan`: the accuracy is none either,
/// while a network that has diverged still gets a share of the images right.
fn was_left_out(row: &Row, picks: &Picks) -> bool {
    picks.get(Figure::ValidationAccuracy).is_some()
        && row.get(Figure::ValidationAccuracy).finite().is_none()
}

/// Where a column holds finite numbers.
struct Gaps {
    /// The place of the last finite number.
    last: Option<usize>,
    /// The most places in succession without one, before the last one.
    longest: usize,
    count: usize,
}

impl Gaps {
    fn of<'a>(column: impl Iterator<Item = &'a Reading>) -> Self {
        let mut gaps = Self {
            last: None,
            longest: 0,
            count: 0,
        };
        for (place, reading) in column.enumerate() {
            if reading.finite().is_some() {
                let before = gaps.last.map_or(0, |last| last + 1);
                gaps.longest = gaps.longest.max(place - before);
                gaps.last = Some(place);
            }
            gaps.count += 1;
        }
        gaps
    }

    fn has_finite(&self) -> bool {
        self.last.is_some()
    }

    /// Whether `nan` at a place means that a figure is no longer finite. Where finite numbers come
    /// again, it wasn't measured there; nor was it at the end, where validation every n-th epoch
    /// left gaps as long before.
    fn is_divergence(&self, place: usize) -> bool {
        match self.last {
            Some(last) => place > last && self.count - 1 - last > self.longest,
            None => true,
        }
    }
}

/// A figure that was measured.
fn checked(
    reading: &Reading,
    figure: Figure,
    row: &Row,
    picks: &Picks,
    records: &Records<'_>,
) -> Result<f64, CurveError> {
    let scale = picks.scale(figure);
    let wrong = |found: String, expected: &'static str| CurveError::Value {
        place: (records.places)(row.place),
        column: shown(picks.name(figure)),
        found,
        expected,
        path: records.path.into(),
    };
    let number = match reading {
        Reading::Number(number) if scale.percent => number / 100.0,
        Reading::Number(number) | Reading::Percent(number) => *number,
        Reading::Text(text) => {
            return Err(wrong(
                text.to_string(),
                "a number; leave the place empty where nothing was measured",
            ));
        }
        Reading::Absent | Reading::Nan | Reading::Null | Reading::NotFinite => {
            return Ok(f64::NAN);
        }
    };
    if figure.is_loss() {
        return match number {
            loss if (-ROUNDING..0.0).contains(&loss) => Ok(0.0),
            loss if loss < 0.0 && loss.is_finite() => {
                Err(wrong(loss.to_string(), "0 or more; log a cross-entropy"))
            }
            loss => Ok(loss),
        };
    }
    let accuracy = if scale.errors { 1.0 - number } else { number };
    if (-ROUNDING..=1.0 + ROUNDING).contains(&accuracy) {
        return Ok(accuracy.clamp(0.0, 1.0));
    }
    let found = match reading {
        Reading::Percent(percent) => format!("{}%", 100.0 * percent),
        Reading::Number(number) => number.to_string(),
        _ => number.to_string(),
    };
    Err(wrong(
        found,
        "a fraction from 0 to 1 or a percentage from 0 to 100",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which places of a column of finite numbers (`1`) and `nan` (`n`) mean divergence.
    fn diverged(column: &str) -> String {
        let readings: Vec<Reading> = column
            .chars()
            .map(|char| match char {
                'n' => Reading::Nan,
                '-' => Reading::Absent,
                _ => Reading::Number(1.0),
            })
            .collect();
        let gaps = Gaps::of(readings.iter());
        let mark = |place| if gaps.is_divergence(place) { 'd' } else { '.' };
        (0..readings.len())
            .map(|place| match readings[place] {
                Reading::Nan => mark(place),
                _ => '1',
            })
            .collect()
    }

    #[test]
    fn what_was_not_measured_is_no_divergence() {
        for (column, expected) in [
            ("11111nn", "11111dd"),
            ("n1n1n1", ".1.1.1"),
            ("n1n1n1n", ".1.1.1."),
            ("n1n1n1nn", ".1.1.1dd"),
            ("nnn1nnn1nn", "...1...1.."),
            ("1nn1", "1..1"),
            ("nnnn", "dddd"),
            ("111n---", "111d111"),
        ] {
            assert_eq!(diverged(column), expected, "{column}");
        }
    }
}
