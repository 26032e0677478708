//! A hand that draws strokes, and now and then rests until the last of them is answered.

use super::SoakFigures;
use super::cycle::PATIENCE;
use super::error::SoakError;
use crate::lab::inference::InputImage;
use crate::proofs::bench::engine::{ZIGZAG, zigzag};
use std::time::Instant;

/// Strokes between two rests.
const BURST: usize = ZIGZAG;

/// The hand: how much it has drawn, and the last stroke that isn't answered yet.
#[derive(Default)]
pub(super) struct Pen {
    drawn: usize,
    asked: Option<(InputImage, Instant)>,
    is_resting: bool,
}

impl Pen {
    /// Draws the next stroke. There is none while the hand rests.
    pub fn draw(&mut self, figures: &mut SoakFigures) -> Option<InputImage> {
        if self.is_resting {
            return None;
        }
        let picture = zigzag(self.drawn % BURST + 1);
        self.asked = Some((picture.clone(), Instant::now()));
        self.drawn += 1;
        figures.strokes += 1;
        if self.drawn.is_multiple_of(BURST) {
            self.rest(figures);
        }
        Some(picture)
    }

    /// Lets the hand rest where a stroke isn't answered yet.
    pub fn rest(&mut self, figures: &mut SoakFigures) {
        if !self.is_resting && self.asked.is_some() {
            figures.rests += 1;
            self.is_resting = true;
        }
    }

    /// Takes in the picture that was answered last.
    ///
    /// # Errors
    /// Where the hand has rested for too long.
    pub fn hear(
        &mut self,
        answered: Option<&InputImage>,
        figures: &mut SoakFigures,
    ) -> Result<(), SoakError> {
        let Some((asked, at)) = &self.asked else {
            return Ok(());
        };
        if answered == Some(asked) {
            figures.answers += 1;
            figures.rests_answered += usize::from(self.is_resting);
            self.asked = None;
            self.is_resting = false;
        } else if self.is_resting && at.elapsed() > PATIENCE {
            return Err(SoakError::NoAnswer);
        }
        Ok(())
    }

    /// Whether the last stroke isn't answered yet.
    pub fn waits(&self) -> bool {
        self.asked.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stroke_before_a_rest_must_be_answered() {
        let mut figures = SoakFigures::default();
        let mut pen = Pen::default();
        let mut drawn = Vec::new();
        while let Some(picture) = pen.draw(&mut figures) {
            drawn.push(picture);
        }
        assert_eq!(drawn.len(), BURST);
        assert_ne!(drawn[0].0, drawn[1].0);
        // An answer to an earlier one doesn't end the rest.
        pen.hear(drawn.first(), &mut figures).unwrap();
        assert!(pen.draw(&mut figures).is_none());
        assert!(figures.check().is_err());
        pen.hear(drawn.last(), &mut figures).unwrap();
        assert!(!pen.waits() && pen.draw(&mut figures).is_some());
        assert_eq!((figures.strokes, figures.answers), (BURST + 1, 1));
        assert_eq!((figures.rests, figures.rests_answered), (1, 1));
    }
}
