//! The values of a curve file, checked, and the points that they make.

use super::{CurveError, shown};
use crate::lab::verdict::CurvePoint;
use std::path::Path;

/// A number beyond this is no epoch.
const MOST_EPOCHS: f64 = 1e6;
/// Single precision leaves an accuracy of 1 this much above 1, and a loss of 0 this much below 0.
const ROUNDING: f64 = 1e-6;

/// A value of the file.
pub(super) struct Figure<'a> {
    /// The line that it stands in, from 1.
    pub line: usize,
    /// The column's name.
    pub column: &'a str,
    /// The value as it stands in the file.
    pub found: String,
    /// The number that it is, if it is one.
    pub number: Option<f64>,
    /// The file.
    pub path: &'a Path,
}

impl Figure<'_> {
    fn wrong(&self, expected: &'static str) -> CurveError {
        CurveError::Value {
            line: self.line,
            column: shown(self.column),
            found: if self.found.is_empty() {
                "nothing".to_owned()
            } else {
                shown(&self.found)
            },
            expected,
            path: self.path.to_path_buf(),
        }
    }

    fn epoch(&self) -> Result<usize, CurveError> {
        match self.number {
            Some(number) if number.fract() == 0.0 && (0.0..=MOST_EPOCHS).contains(&number) => {
                Ok(number as usize)
            }
            _ => {
                Err(self.wrong("a whole number; number the epochs from 1, or from 0 as Keras does"))
            }
        }
    }

    fn loss(&self) -> Result<f64, CurveError> {
        match self.number {
            None => {
                Err(self.wrong("a number with a decimal point, or nan; log the loss every epoch"))
            }
            Some(loss) if (-ROUNDING..0.0).contains(&loss) => Ok(0.0),
            Some(loss) if loss < 0.0 && loss.is_finite() => {
                Err(self.wrong("0 or more; log a cross-entropy"))
            }
            Some(loss) => Ok(loss),
        }
    }

    fn accuracy(&self) -> Result<f64, CurveError> {
        match self.number {
            None => {
                Err(self
                    .wrong("a number with a decimal point, or nan; log the accuracy every epoch"))
            }
            Some(accuracy) if accuracy.is_nan() => Ok(accuracy),
            Some(accuracy) if (0.0..=1.0 + ROUNDING).contains(&accuracy) => Ok(accuracy.min(1.0)),
            Some(_) => Err(self.wrong("a fraction from 0 to 1; divide percentages by 100")),
        }
    }
}

/// The points that were read so far.
pub(super) struct Curve<'a> {
    pub points: Vec<CurvePoint>,
    path: &'a Path,
    /// What the file calls its first epoch.
    first: usize,
    /// What is added to the epochs of the file.
    shift: usize,
}

impl<'a> Curve<'a> {
    pub fn new(path: &'a Path) -> Self {
        Self {
            points: Vec::new(),
            path,
            first: 0,
            shift: 0,
        }
    }

    /// Adds a point from its figures, in the order of [`super::COLUMNS`].
    pub fn push(
        &mut self,
        figures: &[Figure<'_>; 5],
        may_start_again: bool,
    ) -> Result<(), CurveError> {
        let [
            epoch,
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        ] = figures;
        let line = epoch.line;
        let found = epoch.epoch()?;
        if let Some(last) = self.points.last() {
            if may_start_again && found == self.first && found + self.shift <= last.epoch {
                self.shift = last.epoch + 1 - found;
            }
            if found + self.shift <= last.epoch {
                return Err(CurveError::Order {
                    line,
                    found,
                    previous: last.epoch - self.shift,
                    path: self.path.into(),
                });
            }
        } else {
            self.first = found;
            self.shift = usize::from(found == 0);
        }
        self.points.push(CurvePoint::measured(
            found + self.shift,
            [
                train_loss.loss()?,
                train_accuracy.accuracy()?,
                validation_loss.loss()?,
                validation_accuracy.accuracy()?,
            ],
        ));
        Ok(())
    }
}
