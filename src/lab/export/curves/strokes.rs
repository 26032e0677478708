//! The strokes of an export: how a line looks, by what it is of.

use super::super::picture::polyline;
use crate::lab::plot::Split;
use crate::lab::sweep::SpreadKind;
use svg::node::element::Path;

/// The strokes, in the order in which the key says what they mean.
pub(super) const KEY: [Split; 3] = [Split::Validation, Split::Training, Split::Learned];

/// What the bands about validation curves show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bands {
    /// Whether a single run has the band of one standard error.
    pub(super) of_runs: bool,
    /// What the bands about means show, where there are means.
    pub(super) of_means: Option<SpreadKind>,
}

impl Bands {
    /// Whether there is any band.
    pub(super) fn is_any(self) -> bool {
        self.of_runs || self.of_means.is_some()
    }

    /// What the key says of validation curves and the bands about them.
    pub(super) fn words(self) -> &'static str {
        match (self.of_runs, self.of_means) {
            (false, None) => "validation",
            (true, None) => "validation ± standard error",
            (false, Some(SpreadKind::Interval)) => "validation, 95% interval of the mean",
            (false, Some(SpreadKind::Range)) => "validation, lowest to highest run",
            (true, Some(SpreadKind::Interval)) => {
                "validation ± standard error; of a mean its 95% interval"
            }
            (true, Some(SpreadKind::Range)) => {
                "validation ± standard error; of a mean lowest to highest run"
            }
        }
    }
}

/// A line through places: validation is solid, training dashed, learned wrong labels dotted.
pub(super) fn stroke(split: Split, places: &[[f64; 2]], color: &str) -> Path {
    match split {
        Split::Validation => polyline(places, color, 2.5),
        Split::Training => polyline(places, color, 1.5).set("stroke-dasharray", "7 4"),
        Split::Learned | Split::Batches => {
            polyline(places, color, 1.5).set("stroke-dasharray", "1.5 4")
        }
    }
}
