//! Whether images look as those did that trained a run.

use super::Run;
use crate::data::reading::{OtherLook, look_of};

impl Run {
    /// In what images look otherwise than those that trained the run, where they do and the run
    /// knows what its own look like. `pixels` are `[image, row, column]`, and `size` is rows and
    /// columns.
    pub fn unlike(&self, pixels: &[u8], size: [usize; 2]) -> Option<OtherLook> {
        let trained = self.experiment.settings().data.source.look()?;
        let count = pixels.len() / (size[0] * size[1]).max(1);
        if count == 0 {
            return None;
        }
        OtherLook::between(&trained, &look_of(pixels, size), count)
    }
}
