//! The one model of plots: curves and a size in, everything that is drawn with its place out.
//! The window draws it with egui and an export as SVG, so both show the same marks, flags, names
//! and values.
//!
//! Lines and areas are in the plot's own units (an x and a height); an [`Axis`] brings them to
//! points of the drawing. Everything with words has its place in points, since words have a width,
//! which the drawing that asks measures.
//!
//! - `curves` brings runs and those of files of curves into one form, `group` the mean of several runs; `along` is where their epochs
//!   lie on the x axis, `heights` how values become heights, `view` what a person chooses of that;
//! - `panel` is what one plot holds, made of `lines`, `batches` (thinned, and kept between frames),
//!   `range`, `smooth` and `thin`;
//! - `layout` gives it all its place, with `ticks`, `flags`, `ends` (names of lines), `apart`
//!   (names that would lie on each other), `best` (best epochs) and `notes` (what is clipped).

mod along;
mod apart;
mod area;
mod axis;
mod batches;
mod best;
mod curves;
mod ends;
mod fit;
mod flags;
mod group;
mod heights;
mod layout;
mod lines;
mod notes;
mod panel;
mod range;
mod readable;
mod smooth;
#[cfg(test)]
pub mod testing;
mod thin;
mod ticks;
mod view;

pub use along::XMap;
pub use area::Area;
pub use axis::Axis;
pub use batches::{BatchCache, BatchCurve, newest_mean};
pub use best::Dot;
pub use curves::{Curves, Emphasis, EpochPoint, LiveChange, Role, Shading, Split};
pub use ends::Naming;
pub use fit::{Measure, fitted};
pub use flags::{Flag, FlagBand, FlagKind, FlagStyle, Flagged, Spot};
pub use heights::{Heights, Quantity};
pub use layout::{Layout, PanelHeights, PlacedName, Plot, Request, Sheet, lay_out};
pub use panel::{Band, BandKind, Batches, Layer, Line, Look, Panel, Reach};
pub use readable::{LEAST_CONTRAST, contrast, readable};
pub use thin::Outside;
pub use ticks::Tick;
pub use view::{XAxis, YView};

/// A point of a line, in the plot's own units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Where it lies along the plots.
    pub x: f64,
    /// How high it lies.
    pub y: f64,
}

impl Point {
    /// A point.
    #[inline]
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Whether it can be drawn.
    #[inline]
    pub fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// The whole x axis of a window: from 0, as far as the longest run needs, with a little room, so
/// that the last dot is whole.
pub fn whole_x(curves: &[Curves<'_>]) -> [f64; 2] {
    const EMPTY_END: f64 = 10.0;
    let ends = curves.iter().map(Curves::end);
    let end = ends.filter(|end| end.is_finite()).fold(0.0, f64::max);
    let end = if end > 0.0 { end } else { EMPTY_END };
    [-0.004 * end, end * 1.008]
}
