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
            validated_as: Some(group.run),
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

#[cfg(test)]
mod tests {
    use super::super::batches::BatchCache;
    use super::super::curves::{Role, Shading};
    use super::super::ends::{Naming, end_names};
    use super::super::heights::Quantity;
    use super::super::panel::{BandKind, Look, Panel, Reach};
    use super::super::testing::{chosen, seeds_of};
    use super::super::view::YView;
    use super::*;
    use crate::lab::sweep::SpreadKind;
    use crate::lab::{Run, RunId};

    #[test]
    fn a_mean_has_its_band_and_the_runs_behind_it_have_no_names() {
        let mut runs = seeds_of(["A1", "A2", "A3"], 6);
        for (run, more) in runs.iter_mut().zip([0.0, 0.001, 0.002]) {
            for metrics in &mut run.epochs {
                metrics.validation_accuracy += more;
            }
        }
        let members: Vec<&Run> = runs.iter().collect();
        let id = RunId("seeds/1".into());
        let curve = GroupCurve::of(id, "S1 ×3".into(), &members, SpreadKind::Range).unwrap();
        let member = Emphasis {
            role: Role::Member,
            shading: Shading::Nothing,
            ..chosen()
        };
        let mean = Emphasis {
            shading: Shading::Spread,
            ..chosen()
        };
        let behind = runs
            .iter()
            .map(|run| Curves::of_run(run, &run.name, [0; 3], XAxis::Epoch, member));
        let mut curves: Vec<Curves<'_>> = behind.collect();
        curves.push(Curves::of_group(&curve, [0; 3], XAxis::Epoch, mean));
        let look = Look {
            view: YView::Fit,
            smoothing: 0.0,
            x: [0.0, 7.0],
            columns: 500,
            reach: Reach::Compared,
            batches: false,
        };
        let cache = &mut BatchCache::default();
        let panel = Panel::new(Quantity::Accuracy, &curves, &look, None, cache);
        let [band] = &panel.bands[..] else {
            panic!("{:?}", panel.bands);
        };
        assert_eq!((band.of, band.kind), (3, BandKind::Spread));
        for (low, high) in band.low.iter().zip(&band.high) {
            // Heights of accuracies are in per cent or in fractions, whichever the plot has.
            let width = panel.heights.height(0.002) - panel.heights.height(0.0);
            assert!((high - low - width).abs() < 1e-9, "{low} {high}");
        }
        // Each single run has one line, and the mean has two.
        assert_eq!(panel.lines.len(), 3 + 2);
        let names: Vec<usize> = end_names(&panel, &curves, Naming::Full)
            .iter()
            .map(|name| name.of)
            .collect();
        assert_eq!(names, [3, 3]);
        assert!(curves[3].is_mean() && !curves[0].is_mean());
    }
}
