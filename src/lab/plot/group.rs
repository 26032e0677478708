//! The mean of a group of runs among the curves.

use super::along::XMap;
use super::curves::{Curves, Emphasis, EpochPoint};
use super::view::XAxis;
use crate::lab::sweep::{GroupCurve, MeanPoint};

impl<'a> Curves<'a> {
    /// The mean of runs that differ in the seed alone.
    pub fn of_group(
        group: &'a GroupCurve<'a>,
        color: [u8; 3],
        axis: XAxis,
        emphasis: Emphasis,
    ) -> Self {
        let map = XMap::new(group.run, axis);
        let of_point = |point: &MeanPoint| EpochPoint {
            spread: Some(point.spread),
            ..EpochPoint::of_curve(&point.mean, &map)
        };
        let points: Vec<EpochPoint> = group.points.iter().map(of_point).collect();
        let lowest = |a: &(usize, &EpochPoint), b: &(usize, &EpochPoint)| {
            a.1.validation_loss.total_cmp(&b.1.validation_loss)
        };
        let measured = points.iter().enumerate();
        let best = measured
            .filter(|(_, point)| point.validation_loss.is_finite())
            .min_by(lowest)
            .map(|(place, _)| place);
        Self {
            run: None,
            id: &group.id,
            name: &group.name,
            color,
            emphasis,
            points,
            map,
            best,
            changes: Vec::new(),
        }
    }
}
