//! The strokes of an export: how a line looks, by what it is of.

use super::super::picture::polyline;
use crate::lab::plot::Split;
use svg::node::element::Path;

/// What the strokes mean, in the order in which the key says it.
pub(super) const KEY: [(Split, &str); 3] = [
    (Split::Validation, "validation ± standard error"),
    (Split::Training, "training"),
    (Split::Learned, "wrong labels learned"),
];

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
