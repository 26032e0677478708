//! Plans, identities and files of sweeps.

use super::*;
use crate::experiment::Preset;
use crate::lab::RunId;
use crate::lab::plot::testing::metrics;
use crate::lab::run::{Run, RunState};
use crate::training::StopReason;
use std::path::Path;

pub(super) fn planned(axes: &[&str], seeds: &[u64]) -> Result<Sweep, SweepError> {
    let axes: Vec<Axis> = axes
        .iter()
        .map(|axis| axis.parse())
        .collect::<Result<_, _>>()?;
    Sweep::new(Parts {
        name: "test".into(),
        base: Experiment::new(Preset::FirstLook.settings(), Vec::new()).unwrap(),
        cells: Cells::Product(axes),
        seeds: seeds.to_vec(),
        data_sha256: None,
        numbers: Numbers::of_this_process(),
    })
}

#[test]
fn cells_are_the_product_and_runs_go_seed_by_seed() {
    let sweep = planned(&["dropout=0,0.25,0.5", "augment=none,article"], &[3, 1]).unwrap();
    assert_eq!(sweep.count(), 12);
    let labels: Vec<String> = sweep.cells().iter().map(Cell::label).collect();
    assert_eq!(labels[0], "dropout=0 augment=none");
    assert_eq!(labels[1], "dropout=0 augment=article");
    assert_eq!(labels[5], "dropout=0.5 augment=article");
    let jobs = sweep.jobs().unwrap();
    let places: Vec<(usize, u64)> = jobs.iter().map(|job| (job.cell, job.seed)).collect();
    assert_eq!(&places[..2], [(0, 3), (1, 3)]);
    assert_eq!(&places[6..8], [(0, 1), (1, 1)]);
    assert!(sweep.job(0).is_err() && sweep.job(13).is_err());
    let identities: std::collections::HashSet<_> =
        jobs.iter().map(|job| job.identity.clone()).collect();
    assert_eq!(identities.len(), 12);
    // Another seed keeps the validation images.
    let splits: Vec<u64> = jobs
        .iter()
        .map(|job| job.experiment.settings().data.split_seed)
        .collect();
    assert!(splits.iter().all(|split| *split == splits[0]));
    assert_eq!(
        sweep.differing(),
        [Field::Augment, Field::Dropout],
        "{:?}",
        sweep.differing()
    );
}

#[test]
fn without_axes_the_base_is_repeated() {
    let sweep = planned(&[], &[1, 2, 3]).unwrap();
    assert_eq!((sweep.count(), sweep.cells().len()), (3, 1));
    assert!(sweep.differing().is_empty());
}

#[test]
fn a_sweep_that_can_not_be_trained_can_not_be_built() {
    let check = |axes: &[&str], seeds: &[u64], part: &str| {
        let message = planned(axes, seeds).unwrap_err().to_string();
        assert!(message.contains(part), "{part}: {message}");
    };
    check(&["dropout=0"], &[], "no seeds");
    check(&["dropout=0"], &[1, 2, 1], "seed 1 is there twice");
    check(
        &["dropout=0,0.5", "dropout=0.5,0"],
        &[1],
        "the same experiment",
    );
    check(
        &["dropout=0,2"],
        &[1],
        "in the combination dropout=2: dropout: 2 is out of range",
    );
    let many: Vec<u64> = (0..MOST_RUNS as u64 + 1).collect();
    check(&[], &many, "20000 are the most");
}

#[test]
fn the_file_of_a_sweep_gives_the_sweep_back() {
    for sweep in [
        planned(
            &[
                "dropout=0,0.5",
                "batch-norm=none,channels+weight-decay=0.01",
            ],
            &[1, 2],
        ),
        planned(&[], &[5]),
    ] {
        let sweep = sweep.unwrap();
        let text = sweep.to_json();
        assert_eq!(Sweep::parse(&text, Path::new("sweep.json")).unwrap(), sweep);
    }
    let base = Experiment::new(Preset::Dense.settings(), Vec::new()).unwrap();
    let list = Sweep::new(Parts {
        name: "a list".into(),
        base,
        cells: Cells::List(vec![
            Assignments::default(),
            "dropout=0.5 weight-decay=0.01".parse().unwrap(),
        ]),
        seeds: vec![1],
        data_sha256: Some("00".into()),
        numbers: Numbers::of_this_process(),
    })
    .unwrap();
    assert_eq!(
        Sweep::parse(&list.to_json(), Path::new("sweep.json")).unwrap(),
        list
    );
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let good = planned(&["dropout=0,0.5"], &[1, 2]).unwrap().to_json();
    let check = |from: &str, to: &str, part: &str| {
        assert!(good.contains(from), "{from}: {good}");
        let text = good.replacen(from, to, 1);
        let message = Sweep::parse(&text, Path::new("sweep.json"))
            .unwrap_err()
            .to_string();
        assert!(message.contains(part), "{part}: {message}");
    };
    check("overfit-lab-sweep", "else", "this is no sweep");
    check("\"version\": 1", "\"version\": 9", "version 9");
    check("\"seeds\"", "\"sead\"", "the entry \"sead\" is not known");
    check("dropout=0.5", "droput=0.5", "unknown setting \"droput\"");
    check("dropout=0.5", "dropout=7", "out of range");
    check("dropout=0.5", "dropout=0", "the same experiment");
    check("\"seed\": 1", "\"seed\": -1", "in \"base\": ");
    assert!(Sweep::parse("{", Path::new("sweep.json")).is_err());
}

/// A finished run whose only epoch has this accuracy.
pub(super) fn run(id: &str, seed: u64, dropout: f64, accuracy: f64) -> Run {
    let mut settings = Preset::FirstLook.settings();
    settings.seed = seed;
    settings.regularization.dropout = dropout;
    let experiment = Experiment::new(settings, Vec::new()).unwrap();
    let mut run = Run::new(RunId(id.into()), id.into(), 0, experiment);
    run.state = RunState::Finished(StopReason::Completed);
    run.epochs = vec![metrics(1, 1.0, accuracy)];
    run.judge();
    run
}
