//! What counts in a group, and what it is called.

use super::super::tests::{planned, run};
use super::super::{GroupCurve, Shelved, SpreadKind, Turn};
use super::*;
use std::sync::Arc;

#[test]
fn no_interval_of_an_accuracy_leaves_0_to_1() {
    let runs = vec![
        run("A1", 1, 0.0, 0.03),
        run("A2", 2, 0.0, 0.25),
        run("A3", 3, 0.0, 0.12),
    ];
    let mut groups = Groups::default();
    groups.update(&runs, &Waiting::default());
    let estimate = groups.all()[0].estimate().unwrap();
    assert_eq!(estimate.interval[0], 0.0);
    assert!(estimate.interval[1] > 0.25 && estimate.interval[1] < 1.0);
}

#[test]
fn a_group_of_two_sweeps_is_called_by_its_first_run_without_the_seed() {
    let mut runs = vec![run("S1-1.1", 1, 0.0, 0.9), run("S4-3.2", 2, 0.0, 0.9)];
    for run in &mut runs {
        run.name = run.id.0.clone();
    }
    let mut groups = Groups::default();
    groups.update(&runs, &Waiting::default());
    assert_eq!(groups.all()[0].name, "S1-1 ×2");
}

#[test]
fn runs_that_differ_in_the_seed_alone_are_a_group() {
    let mut runs = vec![
        run("A1", 2, 0.0, 0.90),
        run("A2", 1, 0.0, 0.94),
        run("A3", 1, 0.5, 0.95),
        run("A4", 3, 0.0, 0.92),
    ];
    let waiting = Waiting::default();
    let mut groups = Groups::default();
    groups.update(&runs, &waiting);
    let [group] = groups.all() else {
        panic!("{groups:?}");
    };
    assert_eq!(group.name, "A2 ×3");
    assert_eq!((group.finished, group.seeds), (3, 3));
    let mean = group.accuracy.unwrap();
    assert!((mean.mean - 0.92).abs() < 1e-12);
    assert!((mean.deviation.unwrap() - 0.02).abs() < 1e-12);
    assert!(groups.of_run(&RunId("A3".into())).is_none());
    assert_eq!(groups.get(&group.id), Some(group));
    assert!(is_group(&group.id) && !is_group(&RunId("A1".into())));
    // A seed that was trained twice counts once.
    runs.push(run("A5", 1, 0.0, 0.10));
    groups.update(&runs, &waiting);
    let group = &groups.all()[0];
    assert_eq!((group.members.len(), group.seeds), (4, 3));
    assert!((group.accuracy.unwrap().mean - 0.92).abs() < 1e-12);
    // A run in training counts when it is over.
    runs[0].state = RunState::Running;
    groups.update(&runs, &waiting);
    assert_eq!(groups.all()[0].finished, 2);
    // The names of a sweep's runs have its own name in common.
    for (run, name) in runs.iter_mut().zip(["S1.2", "S1.1", "A3", "S1.3", "S1.1"]) {
        run.name = name.into();
    }
    groups.update(&runs, &waiting);
    assert_eq!(groups.all()[0].name, "S1 ×3");
}

#[test]
fn a_stopped_run_is_left_out_and_that_is_said() {
    let mut runs = vec![
        run("A1", 1, 0.0, 0.90),
        run("A2", 2, 0.0, 0.94),
        run("A3", 3, 0.0, 0.10),
        run("A4", 4, 0.0, 0.20),
    ];
    runs[2].state = RunState::Finished(StopReason::Stopped);
    let waiting = Waiting::default();
    let mut groups = Groups::default();
    groups.update(&runs, &waiting);
    let group = &groups.all()[0];
    assert_eq!((group.finished, group.left_out, group.seeds), (3, 1, 4));
    let words = group.left_out_words().unwrap();
    assert_eq!(words, "1 run that didn't come to its end is left out.");
    runs[3].state = RunState::Failed("no room".into());
    groups.update(&runs, &waiting);
    let group = &groups.all()[0];
    assert_eq!((group.finished, group.left_out), (2, 2));
    // The mean curve counts the same runs as the words.
    let all: Vec<&Run> = runs.iter().collect();
    let curve = GroupCurve::of(group.id.clone(), String::new(), &all, SpreadKind::Interval);
    let mean = curve.unwrap().points[0].mean.validation_accuracy.unwrap();
    assert!((mean - group.accuracy.unwrap().mean).abs() < 1e-12);
    // A stopped run whose seed was trained to the end later is made good.
    let mut again = run("A5", 3, 0.0, 0.92);
    again.created_secs = 9;
    runs.push(again);
    groups.update(&runs, &waiting);
    let group = &groups.all()[0];
    assert_eq!((group.finished, group.left_out, group.seeds), (3, 1, 4));
}

#[test]
fn seeds_that_wait_are_counted_from_the_first_run_on() {
    let sweep = planned(&[], &[1, 2, 3]).unwrap();
    let begun = sweep.job(1).unwrap();
    let shelved = Arc::new(Shelved::new("S1".into(), sweep).unwrap());
    let mut waiting = Waiting::default();
    waiting.add(&shelved, (1..=3).map(|number| (number, Turn::Waiting)));
    let id = shelved.run(1).unwrap().clone();
    let mut first = Run::new(id.clone(), "S1.1".into(), 0, begun.experiment);
    first.name = "S1.1".into();
    first.state = RunState::Running;
    let runs = [first];
    let mut groups = Groups::default();
    groups.update(&runs, &waiting);
    let [group] = groups.all() else {
        panic!("{groups:?}");
    };
    assert_eq!((group.name.as_str(), group.stem()), ("S1 ×3", "S1"));
    assert_eq!((group.finished, group.in_work, group.seeds), (0, 1, 3));
    // A run that is taken off the queue is no longer planned.
    waiting.remove(shelved.run(3).unwrap());
    groups.update(&runs, &waiting);
    assert_eq!(groups.all()[0].name, "S1 ×2");
}
