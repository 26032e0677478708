//! Where the epochs of a run lie along the plots, for what stands under them.

use crate::lab::plot::{Curves, Layout};
use eframe::egui::{EventFilter, Id, Key, Rect, Ui};

/// The epochs of the run whose weights the tabs show, along the plots, in points of the window.
#[derive(Clone, Debug)]
pub struct Spine {
    /// The row under the plots, as wide as plots, marks and names together.
    pub row: Rect,
    /// The left and the right end of the plots.
    pub ends: [f32; 2],
    /// The epochs, in order, each with its place.
    epochs: Vec<(usize, f32)>,
}

impl Spine {
    pub(in crate::app) fn new(row: Rect, layout: &Layout, curves: Option<&Curves<'_>>) -> Self {
        let points = curves.map_or(&[][..], |curves| curves.points.as_slice());
        let [left, right] = layout.x.places.map(|place| place as f32);
        Self {
            row,
            ends: [left, right],
            epochs: points
                .iter()
                .filter(|point| point.x.is_finite())
                .map(|point| (point.epoch, layout.x.at(point.x) as f32))
                .collect(),
        }
    }

    /// Where an epoch lies, or the end of the plots that it is beyond; none where the epoch isn't known.
    pub fn at(&self, epoch: usize) -> Option<f32> {
        let index = self
            .epochs
            .binary_search_by_key(&epoch, |(epoch, _)| *epoch);
        let (_, at) = self.epochs.get(index.ok()?)?;
        let [left, right] = self.ends;
        Some(at.max(left).min(right))
    }
}

/// How many epochs the arrow keys go along the plots, to the right or, below 0, to the left. What has this id
/// must have the focus, which the keys then don't move.
pub fn arrow_steps(ui: &Ui, id: Id) -> isize {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    ui.input(|input| {
        let presses = |key| input.num_presses(key) as isize;
        presses(Key::ArrowRight) - presses(Key::ArrowLeft)
    })
}
