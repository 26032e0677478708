//! What the plots remember: how they are looked at, and the part that a person zoomed into.

use super::meshes::Meshes;
use super::zoom::Drag;
use crate::lab::RunId;
use crate::lab::plot::{BatchCache, Curves, Layout, Quantity, Sheet, XAxis, YView};
use crate::lab::sweep::SpreadKind;
use serde::{Deserialize, Serialize};

/// The rectangle that a person zoomed into: one x for all plots, one y for each. What is `None`
/// follows the data. New data never moves it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Zoom {
    x: Option<[f64; 2]>,
    accuracy: Option<[f64; 2]>,
    loss: Option<[f64; 2]>,
    gap: Option<[f64; 2]>,
}

impl Zoom {
    /// Whether anything is held.
    pub(super) fn is_held(&self) -> bool {
        self.x().is_some()
            || Quantity::ALL
                .iter()
                .any(|quantity| self.y(*quantity).is_some())
    }

    /// The part of the x axis that is held.
    pub(super) fn x(&self) -> Option<[f64; 2]> {
        self.x.filter(is_range)
    }

    /// The heights that are held in a plot.
    pub(super) fn y(&self, quantity: Quantity) -> Option<[f64; 2]> {
        match quantity {
            Quantity::Accuracy => self.accuracy,
            Quantity::Loss => self.loss,
            Quantity::Gap => self.gap,
        }
        .filter(is_range)
    }

    /// Holds a part of the x axis, or follows again. What isn't a range is not taken: it could
    /// not be read back from the file.
    pub(super) fn hold_x(&mut self, range: Option<[f64; 2]>) {
        self.x = range.filter(is_range);
    }

    /// Holds heights in a plot, or follows again.
    pub(super) fn hold_y(&mut self, quantity: Quantity, range: Option<[f64; 2]>) {
        let held = match quantity {
            Quantity::Accuracy => &mut self.accuracy,
            Quantity::Loss => &mut self.loss,
            Quantity::Gap => &mut self.gap,
        };
        *held = range.filter(is_range);
    }
}

fn is_range(range: &[f64; 2]) -> bool {
    range[0].is_finite() && range[1].is_finite() && range[0] < range[1]
}

/// How the plots are looked at. Saved across restarts, but for what belongs to the moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PlotsState {
    /// What heights show.
    pub(super) y_view: YView,
    /// What the plots run along.
    pub(super) x_axis: XAxis,
    /// Weight of the past in the smoothed lines, 0 (off) to 0.99.
    pub(super) smoothing: f64,
    /// Whether the gap has a plot of its own, where there is room.
    pub(super) gap_plot: bool,
    /// Whether batches as seen are drawn.
    pub(super) batches: bool,
    /// What the band about the mean of several runs shows.
    pub(super) spread: SpreadKind,
    /// The part that a person zoomed into.
    pub(super) zoom: Zoom,
    /// The box being drawn. Not saved: it belongs to the moment.
    #[serde(skip)]
    pub(super) drag: Option<Drag>,
    /// Where the arrow keys have put the cursor. Not saved: it belongs to the moment.
    #[serde(skip)]
    pub(super) keyed: Option<f64>,
    /// The run whose line the pointer is on. Not saved: it belongs to the moment.
    #[serde(skip)]
    pub(super) hovering: Option<RunId>,
    /// The runs that are drawn, and the width that the names of their lines have come to take. Not saved.
    #[serde(skip)]
    pub(super) names: (Vec<RunId>, f64),
    /// Thinned batch curves, kept while nothing that they depend on changes.
    #[serde(skip)]
    pub(super) cache: BatchCache,
    /// The triangles of lines, kept while the lines stay the same.
    #[serde(skip)]
    pub(super) meshes: Meshes,
}

impl Default for PlotsState {
    fn default() -> Self {
        Self {
            y_view: YView::default(),
            x_axis: XAxis::default(),
            smoothing: 0.0,
            gap_plot: true,
            batches: false,
            spread: SpreadKind::default(),
            zoom: Zoom::default(),
            drag: None,
            keyed: None,
            hovering: None,
            names: (Vec::new(), 0.0),
            cache: BatchCache::default(),
            meshes: Meshes::default(),
        }
    }
}

impl PlotsState {
    /// Lets names take at least the room that they have taken for the same runs: while a run trains its
    /// figures get longer and shorter, and the plots must not move with them.
    pub(super) fn keep_names_width(&mut self, curves: &[Curves<'_>], sheet: &mut Sheet) {
        let drawn: Vec<RunId> = curves.iter().map(|curves| curves.id().clone()).collect();
        if drawn != self.names.0 {
            // A run that comes or goes beside one that trains doesn't move the plots either.
            let is_any_active = curves
                .iter()
                .any(|curves| curves.run.is_some_and(|run| run.state.is_in_work()));
            let width = if is_any_active { self.names.1 } else { 0.0 };
            self.names = (drawn, width);
        }
        let [least, most] = sheet.names_width;
        sheet.names_width[0] = least.max(self.names.1.min(most));
    }

    /// Notes the room that the names have taken.
    pub(super) fn note_names_width(&mut self, layout: &Layout, sheet: &Sheet) {
        self.names.1 = sheet.space.right - layout.x.places[1] - sheet.names_gap;
    }

    /// What heights show.
    pub fn y_view(&self) -> YView {
        self.y_view
    }

    /// What the band about the mean of several runs shows.
    pub fn spread(&self) -> SpreadKind {
        self.spread
    }

    /// What the plots run along.
    pub fn x_axis(&self) -> XAxis {
        self.x_axis
    }

    /// Weight of the past in the smoothed lines; 0 is off.
    pub fn smoothing(&self) -> f64 {
        if self.smoothing.is_finite() {
            self.smoothing.clamp(0.0, MOST_SMOOTHING)
        } else {
            0.0
        }
    }

    /// Follows the data again.
    pub fn fit(&mut self) {
        self.zoom = Zoom::default();
    }

    /// Chooses what heights show. Heights held in other units mean nothing and are let go.
    pub fn choose_y_view(&mut self, y_view: YView) {
        self.y_view = y_view;
        for quantity in Quantity::ALL {
            self.zoom.hold_y(quantity, None);
        }
    }

    /// Chooses what the plots run along, and lets go of what was held in other units.
    pub fn choose_x_axis(&mut self, x_axis: XAxis) {
        if self.x_axis != x_axis {
            self.x_axis = x_axis;
            self.zoom.hold_x(None);
        }
    }
}

/// The strongest smoothing offered.
pub(super) const MOST_SMOOTHING: f64 = 0.99;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_survives_a_restart_and_the_moment_does_not() {
        let mut state = PlotsState::default();
        state.choose_y_view(YView::Log);
        state.choose_x_axis(XAxis::Time);
        state.smoothing = 0.6;
        state.zoom.hold_x(Some([2.0, 9.0]));
        state.zoom.hold_y(Quantity::Loss, Some([-2.0, 0.5]));
        state.hovering = Some(RunId("A1".into()));
        let text = serde_json::to_string(&state).unwrap();
        let back: PlotsState = serde_json::from_str(&text).unwrap();
        assert_eq!(back.y_view(), YView::Log);
        assert_eq!(back.x_axis(), XAxis::Time);
        assert_eq!(back.smoothing(), 0.6);
        assert_eq!(back.zoom, state.zoom);
        assert_eq!(back.hovering, None);
        // A file of a version that knew less.
        let old: PlotsState = serde_json::from_str(r#"{"smoothing": 7.5}"#).unwrap();
        assert_eq!(old.smoothing(), MOST_SMOOTHING);
        assert!(old.gap_plot);
    }

    #[test]
    fn what_is_no_range_is_not_held() {
        let mut zoom = Zoom::default();
        for range in [
            [f64::NAN, 1.0],
            [2.0, 2.0],
            [3.0, 1.0],
            [0.0, f64::INFINITY],
        ] {
            zoom.hold_x(Some(range));
            zoom.hold_y(Quantity::Accuracy, Some(range));
            assert!(!zoom.is_held(), "{range:?}");
        }
        zoom.hold_y(Quantity::Gap, Some([0.0, 1.0]));
        assert!(zoom.is_held());
    }

    #[test]
    fn other_units_let_go_of_what_was_held() {
        let mut state = PlotsState::default();
        state.zoom.hold_x(Some([1.0, 2.0]));
        state.zoom.hold_y(Quantity::Loss, Some([1.0, 2.0]));
        state.choose_x_axis(XAxis::Epoch);
        assert!(state.zoom.x().is_some(), "the same axis keeps it");
        state.choose_x_axis(XAxis::Step);
        assert_eq!(state.zoom.x(), None);
        assert!(state.zoom.y(Quantity::Loss).is_some());
        state.choose_y_view(YView::Log);
        assert!(!state.zoom.is_held());
    }
}
