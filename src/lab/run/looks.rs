//! Whether images look as those did that trained a run.

use super::Run;
use crate::data::reading::{OtherFrame, OtherLook, PreparedPicture, look_of};
use crate::experiment::ImageSize;

impl Run {
    /// In what images look otherwise than those that trained the run, where they do and the run
    /// knows what its own look like. `pixels` are `[image, row, column]`, and `size` is rows and
    /// columns.
    pub fn unlike(&self, pixels: &[u8], size: ImageSize) -> Option<OtherLook> {
        let trained = self.experiment.settings().data.source.look()?;
        let count = pixels.len() / (size.pixels()).max(1);
        if count == 0 {
            return None;
        }
        OtherLook::between(&trained, &look_of(pixels, size), count)
    }

    /// In what a picture that became an image of this size whole is framed otherwise than the pictures that
    /// trained the run, where it is and the run knows how its own were.
    pub fn framed_otherwise(
        &self,
        picture: &PreparedPicture,
        size: ImageSize,
    ) -> Option<OtherFrame> {
        let frame = self.experiment.settings().data.source.look()?.frame?;
        OtherFrame::of(&frame, picture.size, &picture.image, size)
    }
}
