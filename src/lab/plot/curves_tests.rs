//! Curves of runs.

use super::super::testing::{chosen, run_of};
use super::*;
use crate::experiment::Setting;
use crate::lab::{RunState, StopReason};

fn curves_of(run: &Run) -> Curves<'_> {
    Curves::of_run(run, &run.name, [255, 0, 0], XAxis::Epoch, chosen())
}

#[test]
fn the_nearest_epoch_is_found_and_none_beyond_the_ends() {
    let run = run_of("A1", 3);
    let curves = curves_of(&run);
    let near = |x: f64| curves.near(x).map(|point| point.epoch);
    assert_eq!(near(0.4), None);
    assert_eq!(near(0.6), Some(1));
    assert_eq!(near(1.4), Some(1));
    assert_eq!(near(1.6), Some(2));
    assert_eq!(near(3.4), Some(3));
    assert_eq!(near(3.6), None);
    assert!(curves_of(&run_of("A1", 0)).near(1.0).is_none());
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
    let changes = |run: &Run| curves_of(run).changes;
    let both: Vec<_> = changes(&run)
        .iter()
        .map(|change| (change.x, change.acted))
        .collect();
    assert_eq!(both, [(1.0, true), (8.0, false)]);
    run.state = RunState::Finished(StopReason::Stopped);
    assert_eq!(changes(&run).len(), 1);
    assert_eq!(changes(&run)[0].text, "dropout 0.5");
}
