//! What is drawn, in one form: runs, and a curve from elsewhere.

use super::scale::Quantity;
use super::state::XAxis;
use super::x_axis::{self, XMap};
use super::{PlotRun, PlotsView};
use crate::experiment::Change;
use crate::lab::verdict::{self, CurvePoint};
use crate::lab::{EpochMetrics, Run, RunId, run};
use eframe::egui::Color32;

/// Which line of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Split {
    /// Measured on the validation images.
    Validation,
    /// Measured on training images; with label noise on those whose labels are right.
    Training,
    /// With label noise: the share of the wrong labels that the network has learned.
    Learned,
    /// Training batches as seen.
    Batches,
}

impl Split {
    /// Those that are measured after an epoch.
    pub(super) const MEASURED: [Self; 3] = [Self::Training, Self::Learned, Self::Validation];
}

/// What a subject is in the picture, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// A curve from elsewhere.
    Elsewhere,
    /// The run before, faint.
    Ghost,
    /// Shown beside the chosen run.
    Shown,
    /// The run that everything follows.
    Chosen,
}

/// The figures of an epoch, and where it lies. What wasn't measured is not a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EpochPoint {
    pub(super) epoch: usize,
    pub(super) x: f64,
    pub(super) train_accuracy: f64,
    pub(super) train_loss: f64,
    pub(super) validation_accuracy: f64,
    pub(super) validation_loss: f64,
    pub(super) learned: f64,
    pub(super) batch_accuracy: f64,
    pub(super) batch_loss: f64,
    pub(super) validation_count: Option<usize>,
}

impl EpochPoint {
    fn of_run(metrics: &EpochMetrics, map: &XMap) -> Self {
        let mut point = Self::of_curve(&run::curve_point(metrics), map);
        point.learned = metrics.corrupted.map_or(f64::NAN, |part| part.accuracy);
        point.batch_accuracy = metrics.batch_accuracy;
        point.batch_loss = metrics.batch_loss;
        point.validation_count = Some(metrics.validation_count);
        point
    }

    fn of_curve(point: &CurvePoint, map: &XMap) -> Self {
        Self {
            epoch: point.epoch,
            x: map.at(point.epoch as f64),
            train_accuracy: point.train_accuracy,
            train_loss: point.train_loss,
            validation_accuracy: point.validation_accuracy,
            validation_loss: point.validation_loss,
            learned: f64::NAN,
            batch_accuracy: f64::NAN,
            batch_loss: f64::NAN,
            validation_count: None,
        }
    }

    /// A line's value here.
    pub(super) fn value(&self, quantity: Quantity, split: Split) -> f64 {
        match (quantity, split) {
            (Quantity::Accuracy, Split::Validation) => self.validation_accuracy,
            (Quantity::Accuracy, Split::Training) => self.train_accuracy,
            (Quantity::Accuracy, Split::Learned) => self.learned,
            (Quantity::Accuracy, Split::Batches) => self.batch_accuracy,
            (Quantity::Loss, Split::Validation) => self.validation_loss,
            (Quantity::Loss, Split::Training) => self.train_loss,
            (Quantity::Loss, Split::Batches) => self.batch_loss,
            // The gap has one line. It is drawn like validation, which it is about.
            (Quantity::Gap, Split::Validation) => self.gap(),
            (Quantity::Loss, Split::Learned) | (Quantity::Gap, _) => f64::NAN,
        }
    }

    /// Training − validation accuracy, in percentage points.
    pub(super) fn gap(&self) -> f64 {
        100.0 * (self.train_accuracy - self.validation_accuracy)
    }

    /// The standard error of the validation accuracy.
    pub(super) fn standard_error(&self) -> Option<f64> {
        let error = verdict::standard_error(self.validation_accuracy, self.validation_count?);
        error.is_finite().then_some(error)
    }
}

/// A change of a live setting, and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flag {
    pub(super) x: f64,
    /// Fractional, for the values of an epoch to name the changes in it.
    pub(super) epoch: f64,
    pub(super) text: String,
    /// It has acted; else it is planned.
    pub(super) acted: bool,
}

/// A run or a curve from elsewhere, ready to be drawn.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) run: Option<&'a Run>,
    pub(super) name: &'a str,
    pub(super) color: Color32,
    pub(super) role: Role,
    /// The pointer is on its line or its row.
    pub(super) highlighted: bool,
    /// The pointer is on another's.
    pub(super) faded: bool,
    pub(super) points: Vec<EpochPoint>,
    pub(super) map: XMap,
    /// The epoch of the lowest validation loss, as a place in `points`.
    pub(super) best: Option<usize>,
    pub(super) flags: Vec<Flag>,
}

impl Subject<'_> {
    /// The run's name in the store.
    pub(super) fn id(&self) -> Option<&RunId> {
        self.run.map(|run| &run.id)
    }

    /// The run that the eye is on: the highlighted one, else the chosen one.
    pub(super) fn is_looked_at(&self) -> bool {
        self.run.is_some() && !self.faded && (self.highlighted || self.role == Role::Chosen)
    }

    /// Its best epoch's figures.
    pub(super) fn best_point(&self) -> Option<&EpochPoint> {
        self.points.get(self.best?)
    }

    /// The figures nearest to an x; none beyond its last epoch or before its first.
    pub(super) fn near(&self, x: f64) -> Option<&EpochPoint> {
        let after = self.points.partition_point(|point| point.x < x);
        let before = after
            .checked_sub(1)
            .and_then(|index| self.points.get(index));
        let after = self.points.get(after);
        match (before, after) {
            (Some(a), Some(b)) => Some(if x - a.x < b.x - x { a } else { b }),
            (Some(a), None) => (x - a.x <= self.half_last()).then_some(a),
            (None, Some(b)) => (b.x - x <= self.half_first()).then_some(b),
            (None, None) => None,
        }
    }

    /// Half the way from the last epoch but one to the last.
    fn half_last(&self) -> f64 {
        match self.points.as_slice() {
            [.., a, b] => half(a.x, b.x),
            _ => self.half_first(),
        }
    }

    /// Half the way from the start to the first epoch.
    fn half_first(&self) -> f64 {
        self.points.first().map_or(0.0, |first| half(0.0, first.x))
    }
}

fn half(from: f64, to: f64) -> f64 {
    (to - from) / 2.0 * (1.0 + 1e-9)
}

/// What a view shows, the least first, so that the most important is drawn on top.
pub(super) fn subjects<'a>(view: &PlotsView<'a>, axis: XAxis, grey: Color32) -> Vec<Subject<'a>> {
    let any_highlighted = view.runs.iter().any(|run| run.highlighted);
    let elsewhere = view
        .curves_from_elsewhere
        // It knows epochs alone.
        .filter(|_| axis == XAxis::Epoch)
        .map(|(name, points)| of_curve(name, points, grey, any_highlighted));
    let mut subjects: Vec<Subject<'a>> = elsewhere
        .into_iter()
        .chain(
            view.runs
                .iter()
                .map(|run| of_run(run, axis, any_highlighted)),
        )
        .collect();
    subjects.sort_by_key(|subject| (subject.highlighted, subject.role));
    subjects
}

fn of_curve<'a>(name: &'a str, points: &[CurvePoint], color: Color32, faded: bool) -> Subject<'a> {
    let map = XMap::identity();
    let best = verdict::best_epoch(points);
    Subject {
        run: None,
        name,
        color,
        role: Role::Elsewhere,
        highlighted: false,
        faded,
        points: points
            .iter()
            .map(|point| EpochPoint::of_curve(point, &map))
            .collect(),
        best: points.iter().position(|point| Some(point.epoch) == best),
        map,
        flags: Vec::new(),
    }
}

fn of_run<'a>(plot_run: &PlotRun<'a>, axis: XAxis, any_highlighted: bool) -> Subject<'a> {
    let run = plot_run.run;
    let map = XMap::new(run, axis);
    let best = run.verdict.best_epoch;
    let role = match (plot_run.chosen, plot_run.ghost) {
        (true, _) => Role::Chosen,
        (false, true) => Role::Ghost,
        (false, false) => Role::Shown,
    };
    let wants_flags = plot_run.highlighted || (role == Role::Chosen && !any_highlighted);
    let changes = if wants_flags {
        run.experiment.changes()
    } else {
        &[]
    };
    Subject {
        run: Some(run),
        name: &run.name,
        color: plot_run.color,
        role,
        highlighted: plot_run.highlighted,
        faded: any_highlighted && !plot_run.highlighted,
        points: run
            .epochs
            .iter()
            .map(|metrics| EpochPoint::of_run(metrics, &map))
            // Drawn as the end of what was finite.
            .chain(
                run.diverged_point()
                    .map(|point| EpochPoint::of_curve(&point, &map)),
            )
            .collect(),
        best: run
            .epochs
            .iter()
            .position(|metrics| Some(metrics.epoch) == best),
        flags: changes
            .iter()
            .filter_map(|change| flag(run, change, &map))
            .collect(),
        map,
    }
}

/// A change as a flag. A run that ended before a planned change has none of it.
fn flag(run: &Run, change: &Change, map: &XMap) -> Option<Flag> {
    let epoch = x_axis::change_position(run, change);
    let acted = epoch <= x_axis::position(run);
    let x = map.at(epoch);
    (x.is_finite() && (acted || run.state.is_active())).then(|| Flag {
        x,
        epoch,
        text: change.to.to_string(),
        acted,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_of;
    use super::*;
    use crate::experiment::Setting;
    use crate::lab::{RunState, StopReason};

    fn plot_run(run: &Run, chosen: bool) -> PlotRun<'_> {
        PlotRun {
            run,
            color: Color32::RED,
            chosen,
            ghost: !chosen,
            highlighted: false,
        }
    }

    #[test]
    fn the_nearest_epoch_is_found_and_none_beyond_the_ends() {
        let run = run_of("A1", 3);
        let subject = of_run(&plot_run(&run, true), XAxis::Epoch, false);
        let near = |x: f64| subject.near(x).map(|point| point.epoch);
        assert_eq!(near(0.4), None);
        assert_eq!(near(0.6), Some(1));
        assert_eq!(near(1.4), Some(1));
        assert_eq!(near(1.6), Some(2));
        assert_eq!(near(3.4), Some(3));
        assert_eq!(near(3.6), None);
        let empty = run_of("A1", 0);
        assert!(
            of_run(&plot_run(&empty, true), XAxis::Epoch, false)
                .near(1.0)
                .is_none()
        );
    }

    #[test]
    fn the_chosen_run_is_drawn_last_and_the_highlighted_one_after_it() {
        let (a, b, c) = (run_of("A1", 2), run_of("A2", 2), run_of("A3", 2));
        let mut runs = [plot_run(&a, true), plot_run(&b, false), plot_run(&c, false)];
        let names = |runs: &[PlotRun<'_>]| -> Vec<String> {
            let view = PlotsView {
                picked_epoch: None,
                runs,
                curves_from_elsewhere: None,
            };
            subjects(&view, XAxis::Epoch, Color32::GRAY)
                .iter()
                .map(|subject| format!("{}{}", subject.name, if subject.faded { "-" } else { "" }))
                .collect()
        };
        assert_eq!(names(&runs), ["A2", "A3", "A1"]);
        runs[1].highlighted = true;
        assert_eq!(names(&runs), ["A3-", "A1-", "A2"]);
    }

    #[test]
    fn a_change_that_an_ended_run_never_reached_has_no_flag() {
        let mut run = run_of("A1", 3);
        run.experiment = run
            .experiment
            .clone()
            .with_recorded_change(Change::at_epoch(2, Setting::Dropout(0.5)))
            .with_recorded_change(Change::at_epoch(9, Setting::Dropout(0.1)));
        run.state = RunState::Running;
        let flags = |run: &Run| of_run(&plot_run(run, true), XAxis::Epoch, false).flags;
        let both: Vec<_> = flags(&run)
            .iter()
            .map(|flag| (flag.x, flag.acted))
            .collect();
        assert_eq!(both, [(1.0, true), (8.0, false)]);
        run.state = RunState::Finished(StopReason::Stopped);
        assert_eq!(flags(&run).len(), 1);
        assert_eq!(flags(&run)[0].text, "dropout 0.5");
    }
}
