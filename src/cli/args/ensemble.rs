//! Arguments of the commands that ask several runs together, or copies of an image.

use crate::data::MOST_COPIES;
use clap::Args;

/// Who answers beside a run, and how often.
#[derive(Args, Clone, Debug, Default)]
pub struct EnsembleArgs {
    /// Several runs that answer together, by the mean of their probabilities: their names or folders
    /// with commas between them, a sweep, one combination of its settings (SWEEP:dropout=0.5), or an ensemble that the
    /// window keeps (E1); can be given several times
    ///
    /// Each run answers with the weights that --epoch names. Runs must take images of one size and
    /// know the same classes.
    #[arg(long, value_name = "RUNS", conflicts_with = "run")]
    pub ensemble: Vec<String>,
    /// Test-time augmentation: answer N transformed copies of each image beside the image itself, and
    /// take the mean of all N + 1 answers [default: none, or as the ensemble in the window has it]
    ///
    /// The transforms are draws of the article's: turned up to 8°, shifted 8%, sheared 17°, zoomed 8%.
    /// They are the same for every image and each time. A network that was trained without augmentation
    /// has never seen such images, and may get worse.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=i64::from(MOST_COPIES)))]
    pub tta: Option<u16>,
    /// The seed of these transforms
    #[arg(long, value_name = "SEED", default_value_t = 1, requires = "tta")]
    pub tta_seed: u64,
}
