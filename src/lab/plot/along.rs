//! Where epochs lie on the x axis, whole or fractional, and how far the axis reaches.

use super::ticks::nice_step;
use super::view::XAxis;
use crate::experiment::Change;
use crate::lab::{BatchPoint, Progress, Run, Stage};

/// Maps a run's epochs to the x axis.
#[derive(Clone, Debug, PartialEq)]
pub struct XMap {
    axis: XAxis,
    /// Epoch and x, both rising from (0, 0): straight lines between.
    knots: Vec<[f64; 2]>,
    /// x an epoch after the last knot; not a number where nothing is known of it.
    rate: f64,
}

impl XMap {
    /// The map of a run. Its epochs tell how many steps and seconds each took.
    pub fn new(run: &Run, axis: XAxis) -> Self {
        match axis {
            XAxis::Epoch => Self::identity(),
            XAxis::Step => {
                let steps = run.epochs.iter().map(|epoch| epoch.step as f64);
                Self::with_knots(axis, run, steps, steps_an_epoch(run))
            }
            XAxis::Time => {
                let seconds = run.epochs.iter().scan(0.0, |sum, epoch| {
                    if epoch.elapsed_secs.is_finite() {
                        *sum += epoch.elapsed_secs.max(0.0);
                    }
                    Some(*sum)
                });
                Self::with_knots(axis, run, seconds, seconds_an_epoch(run))
            }
        }
    }

    /// The map of a curve that knows epochs alone.
    pub fn identity() -> Self {
        Self {
            axis: XAxis::Epoch,
            knots: vec![[0.0, 0.0]],
            rate: 1.0,
        }
    }

    fn with_knots(axis: XAxis, run: &Run, xs: impl Iterator<Item = f64>, rate: f64) -> Self {
        let epochs = run.epochs.iter().map(|metrics| metrics.epoch as f64);
        let knots = std::iter::once([0.0, 0.0])
            .chain(epochs.zip(xs).map(|(epoch, x)| [epoch, x]))
            .collect();
        Self { axis, knots, rate }
    }

    /// The x of an epoch; not a number where it can't be known.
    #[inline]
    pub fn at(&self, epoch: f64) -> f64 {
        let after = self.knots.partition_point(|knot| knot[0] <= epoch);
        let before = after.checked_sub(1).and_then(|index| self.knots.get(index));
        match (before, self.knots.get(after)) {
            (Some(a), Some(b)) => a[1] + (epoch - a[0]) * (b[1] - a[1]) / (b[0] - a[0]),
            // On the knot itself no rate is needed, and none may be known.
            (Some(a), None) if epoch == a[0] => a[1],
            (Some(a), None) => a[1] + (epoch - a[0]) * self.rate,
            (None, _) => f64::NAN,
        }
    }

    /// The x of a batch.
    #[inline]
    pub fn batch(&self, point: &BatchPoint) -> f64 {
        match self.axis {
            XAxis::Epoch => point.epoch,
            XAxis::Step => point.step as f64,
            XAxis::Time => self.at(point.epoch),
        }
    }
}

/// The epoch in work, and how many batches it has.
fn batches_in_work(run: &Run) -> Option<(usize, usize)> {
    match run.progress {
        Some(Progress {
            epoch,
            stage: Stage::Training { batches, .. },
            ..
        }) if batches > 0 => Some((epoch, batches)),
        _ => None,
    }
}

/// How many steps an epoch after the last takes: as many as the one in work, or as the last one,
/// or as the first batches let expect.
fn steps_an_epoch(run: &Run) -> f64 {
    if let Some((_, batches)) = batches_in_work(run) {
        return batches as f64;
    }
    if let Some(batches) = run
        .epochs
        .last()
        .and_then(|last| batches_in(run, last.epoch))
    {
        return batches;
    }
    run.batches
        .last()
        .filter(|point| point.epoch > 0.0)
        .map_or(f64::NAN, |point| (point.step as f64 / point.epoch).round())
}

/// How many seconds an epoch after the last takes: as many as the last one, or as the speed of the
/// first one lets expect.
fn seconds_an_epoch(run: &Run) -> f64 {
    if let Some(last) = run.epochs.last() {
        return last.elapsed_secs;
    }
    let speed = run
        .progress
        .map_or(f64::NAN, |progress| progress.samples_per_second);
    let batch_size = run.experiment.settings().training.batch_size as f64;
    let seconds = steps_an_epoch(run) * batch_size / speed;
    if seconds.is_finite() {
        seconds
    } else {
        f64::NAN
    }
}

/// How many batches an epoch that is over had, by the steps at its ends.
fn batches_in(run: &Run, epoch: usize) -> Option<f64> {
    let index = run
        .epochs
        .binary_search_by_key(&epoch, |metrics| metrics.epoch)
        .ok()?;
    let before = match index.checked_sub(1) {
        Some(before) => run.epochs.get(before)?.step,
        None if epoch == 1 => 0,
        None => return None,
    };
    let batches = run.epochs.get(index)?.step.checked_sub(before)?;
    (batches > 0).then_some(batches as f64)
}

/// Where a change lies, as a fractional epoch: before its batch, so a change before the first
/// batch of epoch 1 lies at 0.
pub fn change_position(run: &Run, change: &Change) -> f64 {
    let batches = batches_in(run, change.epoch)
        .or_else(|| {
            batches_in_work(run)
                .filter(|(epoch, _)| *epoch == change.epoch)
                .map(|(_, batches)| batches as f64)
        })
        .unwrap_or_else(|| steps_an_epoch(run));
    let before = change.batch.saturating_sub(1) as f64;
    let share = if before == 0.0 {
        0.0
    } else if batches.is_finite() {
        (before / batches.max(1.0)).min(1.0)
    } else {
        1.0
    };
    change.epoch.saturating_sub(1) as f64 + share
}

/// How far a run has come, in epochs.
pub fn position(run: &Run) -> f64 {
    let epochs = run.epochs.last().map_or(0.0, |last| last.epoch as f64);
    let batches = run.batches.last().map_or(0.0, |last| last.epoch);
    if batches > epochs { batches } else { epochs }
}

/// The last epoch that the axis shows for a run. While it trains the axis grows seldom, each time to twice as much,
/// since all curves move and dashes crawl while bounds change.
pub fn last_epoch_shown(position: f64, planned: Option<usize>) -> f64 {
    let reached = position.ceil().max(1.0);
    let Some(planned) = planned.map(|planned| planned as f64) else {
        return reached;
    };
    if planned <= WHOLE_PLAN && planned >= reached {
        return planned;
    }
    let doublings = (reached / FIRST_EPOCHS).log2().ceil().max(0.0);
    let end = FIRST_EPOCHS * doublings.exp2();
    if planned >= reached {
        end.min(planned)
    } else {
        end
    }
}

/// A plan of up to so many epochs is shown whole from the start.
const WHOLE_PLAN: f64 = 40.0;
/// What is shown of a longer plan at first.
const FIRST_EPOCHS: f64 = 20.0;

/// Where the x axis ends for a run.
pub fn end(run: &Run, map: &XMap) -> f64 {
    let active = run.state.is_active();
    let planned = active.then(|| run.settings_now().training.epochs);
    let position = position(run);
    let end = map.at(last_epoch_shown(position, planned));
    if !active || map.axis == XAxis::Epoch {
        // An ended run may lack what its last, unfinished epoch would need.
        return if end.is_finite() {
            end
        } else {
            map.at(position.floor())
        };
    }
    // Steps and seconds of epochs to come are an estimate: round up, so that it may tremble.
    let block = nice_step(end / 8.0);
    (end / block).ceil() * block
}

#[cfg(test)]
mod tests {
    use super::super::testing::{metrics, run_of};
    use super::*;
    use crate::experiment::Setting;

    #[test]
    fn epochs_steps_and_seconds_agree_at_the_ends_of_epochs() {
        let mut run = run_of("A1", 3);
        for (index, epoch) in run.epochs.iter_mut().enumerate() {
            epoch.step = [100, 200, 250][index];
            epoch.elapsed_secs = [10.0, 20.0, 5.0][index];
        }
        let step = XMap::new(&run, XAxis::Step);
        assert_eq!(step.at(2.0), 200.0);
        assert_eq!(step.at(2.5), 225.0);
        assert_eq!(step.at(4.0), 300.0, "as many as in the last epoch");
        let time = XMap::new(&run, XAxis::Time);
        assert_eq!(time.at(3.0), 35.0);
        assert_eq!(time.at(1.5), 20.0);
        assert_eq!(time.at(3.5), 37.5);
        let point = BatchPoint {
            epoch: 1.5,
            step: 150,
            loss: 0.1,
            accuracy: 1.0,
        };
        assert_eq!(time.batch(&point), 20.0);
        assert_eq!(step.batch(&point), 150.0);
        assert_eq!(XMap::new(&run, XAxis::Epoch).batch(&point), 1.5);
    }

    #[test]
    fn the_first_epoch_has_no_knots_but_a_speed() {
        let mut run = run_of("A1", 0);
        assert!(XMap::new(&run, XAxis::Time).at(0.5).is_nan());
        assert_eq!(XMap::new(&run, XAxis::Time).at(0.0), 0.0);
        let batch_size = run.experiment.settings().training.batch_size as f64;
        run.progress = Some(Progress {
            epoch: 1,
            epochs: 20,
            stage: Stage::Training {
                batch: 5,
                batches: 50,
                point: None,
            },
            samples_per_second: 10.0 * batch_size,
        });
        assert_eq!(XMap::new(&run, XAxis::Time).at(1.0), 5.0);
        assert_eq!(XMap::new(&run, XAxis::Step).at(0.5), 25.0);
    }

    #[test]
    fn a_change_lies_before_its_batch() {
        let mut run = run_of("A1", 2);
        run.epochs[0].step = 50;
        run.epochs[1].step = 150;
        let change = |epoch, batch| {
            let mut change = Change::at_epoch(epoch, Setting::Dropout(0.5));
            change.batch = batch;
            change
        };
        assert_eq!(change_position(&run, &change(1, 1)), 0.0);
        assert_eq!(change_position(&run, &change(2, 1)), 1.0);
        assert_eq!(change_position(&run, &change(2, 51)), 1.5);
        assert_eq!(
            change_position(&run, &change(3, 51)),
            2.5,
            "as the last epoch"
        );
        run.epochs.push(metrics(3, 0.9, 0.9));
        run.epochs[2].step = 350;
        assert_eq!(change_position(&run, &change(3, 51)), 2.25);
    }

    #[test]
    fn the_axis_grows_seldom() {
        for (position, planned, end) in [
            (0.0, None, 1.0),
            (7.0, None, 7.0),
            (0.1, Some(20), 20.0),
            (0.1, Some(40), 40.0),
            (0.1, Some(100), 20.0),
            (20.0, Some(100), 20.0),
            (20.1, Some(100), 40.0),
            (51.0, Some(100), 80.0),
            (98.0, Some(100), 100.0),
            (58.0, Some(57), 80.0),
            (12.0, Some(12), 12.0),
            (21.0, Some(22), 22.0),
        ] {
            assert_eq!(
                last_epoch_shown(position, planned),
                end,
                "{position} of {planned:?}"
            );
        }
    }
}
