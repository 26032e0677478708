//! Counts what the pictures of a folder show, and what was left out of them.

use crate::data::DataNote;
use crate::data::drawing::{Found, LeftOut};

/// How many pictures show what.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// How many pictures there are.
    count: usize,
    /// How many of them show nothing.
    pub blank: usize,
    /// How many of them show several drawings.
    several: usize,
    /// How many of them something was left out of, each of [`LeftOut::ALL`].
    left_out: [usize; LeftOut::ALL.len()],
}

impl Shown {
    /// Counts a picture.
    pub(super) fn add(&mut self, found: Found, left_out: &[LeftOut]) {
        self.count += 1;
        match found {
            Found::Nothing => self.blank += 1,
            Found::Several(_) => self.several += 1,
            Found::One | Found::Scattered => {}
        }
        for (what, pictures) in LeftOut::ALL.iter().zip(&mut self.left_out) {
            *pictures += usize::from(left_out.contains(what));
        }
    }

    /// What there is to say, but for blank pictures, which mean something else to a network that learns from them
    /// than to one that is asked about them.
    pub(super) fn notes(&self) -> impl Iterator<Item = DataNote> {
        let of = self.count;
        let left_out = LeftOut::ALL.into_iter().zip(self.left_out);
        let left_out = left_out
            .filter(|(_, pictures)| *pictures > 0)
            .map(move |(what, pictures)| DataNote::LeftOutOfPictures { what, pictures, of });
        let several = (self.several > 0).then_some(DataNote::SeveralDrawings(self.several));
        left_out.chain(several)
    }
}
