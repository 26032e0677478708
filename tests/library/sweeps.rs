//! Sweeps on a disk that is full, with clocks that are wrong, and with files that nobody should have written.

use crate::support::runs::{figures, forget_the_end, linear, undisturbed};
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::experiment::{Experiment, Settings};
use overfit_lab::lab::store::KeepEpochs;
use overfit_lab::lab::sweep::{
    Cells, Job, JobEnd, JobRunner, JobState, MOST_RUNS, Parts, Places, Queue, QueueEnd, Standing,
    Sweep, Told,
};
use overfit_lab::lab::{Devices, RunStore};
use overfit_lab::training::Numbers;
use serde_json::{Value, json};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

const SEEDS: [u64; 3] = [1, 2, 3];

/// A sweep of three seeds of a linear network.
fn sweep() -> Sweep {
    Sweep::new(Parts {
        name: "three".into(),
        base: Experiment::new(linear(2), Vec::new()).unwrap(),
        cells: Cells::Product(Vec::new()),
        seeds: SEEDS.to_vec(),
        data_sha256: None,
        numbers: Numbers::of_this_process(),
    })
    .unwrap()
}

fn with_seed(seed: u64) -> Settings {
    Settings { seed, ..linear(2) }
}

/// Trains all runs into a folder. Gives how many ended how, and how each did.
fn run(sweep: &Sweep, runs: &Path, retries_failed: bool) -> (QueueEnd, Vec<JobEnd>) {
    let runner = JobRunner {
        places: Arc::new(Places::of(RunStore::new(runs.to_path_buf()))),
        devices: Devices::cpu_only(),
        keep: KeepEpochs::All,
        retries_failed,
        wake: Arc::new(|| {}),
    };
    let queue = Queue {
        sweep,
        runner: &runner,
        at_once: 2,
        waits_for_others: false,
        stop: &AtomicBool::new(false),
    };
    let mut ends = vec![JobEnd::Stopped; sweep.count()];
    let end = queue.run(1..=sweep.count(), &mut |told| {
        if let Told::Ended { job, end, .. } = told {
            ends[job.number - 1] = end.clone();
        }
    });
    (end.unwrap(), ends)
}

fn jobs(sweep: &Sweep) -> Vec<Job> {
    sweep.jobs().unwrap()
}

/// Checks that each run has the figures of one that nothing disturbed.
#[track_caller]
fn check_figures(sweep: &Sweep, runs: &Path, expected: &[Vec<String>], what: &str) {
    for (job, expected) in jobs(sweep).iter().zip(expected) {
        let folder = runs.join(job.identity.folder_name());
        assert_eq!(figures(&folder), *expected, "{what}, seed {}", job.seed);
    }
}

#[test]
fn a_full_disk_costs_the_run_that_it_hits_and_no_other() {
    let sweep = sweep();
    let expected: Vec<_> = SEEDS.map(with_seed).map(undisturbed).to_vec();
    let name = jobs(&sweep)[1].identity.folder_name();
    let root = tempfile::tempdir().unwrap();
    let mut hit = 0;
    for nth in [1, 2, 3, 4, 6, 9, 13, 20, 30, 45, 60, 80, 1_000_000] {
        let runs = root.path().join(format!("runs {nth}"));
        let what = format!("full from step {nth} on");
        let injected = inject(Faults::from_nth(
            &runs.join(&name),
            nth,
            ErrorKind::StorageFull,
        ));
        let (end, ends) = run(&sweep, &runs, false);
        drop(injected);
        for place in [0, 2] {
            assert!(
                matches!(ends[place], JobEnd::Trained(_)),
                "{what}: {ends:?}"
            );
        }
        if let JobEnd::Failed { message, .. } = &ends[1] {
            hit += 1;
            assert_eq!((end.trained, end.failed), (2, 1), "{what}");
            assert!(
                message.contains("check") || message.contains("make room"),
                "{what}: {message}"
            );
        }
        // With room again, the same sweep goes on to the figures that it should have.
        let (end, ends) = run(&sweep, &runs, true);
        assert_eq!((end.failed, end.elsewhere), (0, 0), "{what}: {ends:?}");
        check_figures(&sweep, &runs, &expected, &what);
        std::fs::remove_dir_all(&runs).unwrap();
    }
    assert!(hit >= 8, "{hit} runs were hit");
}

#[test]
fn a_store_that_fills_up_stops_the_sweep_with_the_reason() {
    let sweep = sweep();
    let expected: Vec<_> = SEEDS.map(with_seed).map(undisturbed).to_vec();
    let root = tempfile::tempdir().unwrap();
    for (nth, kind) in [
        (5, ErrorKind::StorageFull),
        (70, ErrorKind::PermissionDenied),
    ] {
        let runs = root.path().join(format!("runs {nth}"));
        std::fs::create_dir(&runs).unwrap();
        let injected = inject(Faults::from_nth(&runs, nth, kind));
        let (end, ends) = run(&sweep, &runs, false);
        drop(injected);
        // At most those in work fail, and the rest isn't begun.
        assert!((1..=2).contains(&end.failed), "{ends:?}");
        assert_eq!(end.trained + end.failed + end.not_begun, 3, "{ends:?}");
        let why = end.refused.unwrap();
        assert!(why.contains("write into the folder of the runs"), "{why}");
        let standing = Standing::of(&sweep, &Places::of(RunStore::new(runs.clone()))).unwrap();
        assert_eq!(standing.planned(), 3);
        assert!(standing.finished() < 3, "{standing:?}");
        let (end, ends) = run(&sweep, &runs, true);
        assert_eq!(end.failed, 0, "{ends:?}");
        check_figures(&sweep, &runs, &expected, &format!("from step {nth}"));
    }
}

/// Gives every file of a folder this time.
fn set_times(folder: &Path, time: SystemTime) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            set_times(&path, time);
        } else {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(time).unwrap();
        }
    }
}

#[test]
fn a_clock_that_is_wrong_changes_nothing() {
    let sweep = sweep();
    let expected: Vec<_> = SEEDS.map(with_seed).map(undisturbed).to_vec();
    let century = Duration::from_secs(100 * 365 * 24 * 3_600);
    for time in [SystemTime::now() + century, SystemTime::UNIX_EPOCH] {
        let root = tempfile::tempdir().unwrap();
        let runs = root.path();
        run(&sweep, runs, false);
        // One run was killed, one says that it began a hundred years from now, and all files are from
        // another time.
        let folders: Vec<_> = jobs(&sweep)
            .iter()
            .map(|job| runs.join(job.identity.folder_name()))
            .collect();
        forget_the_end(&folders[0]);
        let path = folders[1].join("summary.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let mut summary: Value = serde_json::from_str(&text).unwrap();
        let later = (SystemTime::now() + century).duration_since(SystemTime::UNIX_EPOCH);
        summary["created_secs"] = json!(later.unwrap().as_secs());
        std::fs::write(&path, summary.to_string()).unwrap();
        set_times(runs, time);
        let places = Places::of(RunStore::new(runs.to_path_buf()));
        let standing = Standing::of(&sweep, &places).unwrap();
        let states: Vec<&str> = standing
            .runs
            .iter()
            .map(|(_, state)| state.label())
            .collect();
        assert_eq!(states, ["interrupted", "finished", "finished"]);
        assert!(matches!(standing.runs[0].1, JobState::Interrupted));
        let (end, ends) = run(&sweep, runs, false);
        assert_eq!((end.trained, end.found), (1, 2), "{ends:?}");
        check_figures(&sweep, runs, &expected, "another time");
    }
}

/// The file of the sweep, changed.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(&sweep().to_json()).unwrap();
    change(&mut file);
    file.to_string()
}

/// Checks that a file is refused at once, with this in its message.
#[track_caller]
fn refused(text: &str, part: &str) {
    let start = Instant::now();
    let err = Sweep::parse(text, Path::new("sweep.json")).unwrap_err();
    let text = err.to_string();
    assert!(text.contains(part), "{text}");
    assert!(text.len() < 4_096, "a message of {} bytes", text.len());
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "refused after {took:?}");
}

#[test]
fn a_sweep_that_claims_too_much_is_refused_at_once() {
    // Nineteen axes of a thousand values each are more runs than can be counted.
    let axis = |name: &str, count: usize| -> Value {
        let values = (1..=count).map(|value| format!("{name}={}", 1e-6 * value as f64));
        values.collect::<Vec<_>>().into()
    };
    let axes = |count: usize| {
        changed(|file| file["axes"] = vec![axis("learning-rate", 1_000); count].into())
    };
    refused(&axes(19), "runs, and 20000 are the most");
    refused(&axes(2), "runs, and 20000 are the most");
    let seeds: Vec<usize> = (0..MOST_RUNS + 1).collect();
    refused(
        &changed(|file| file["seeds"] = seeds.into()),
        "the sweep would have 20001 runs",
    );
    refused(
        &changed(|file| file["seeds"] = json!([])),
        "the sweep has no seeds",
    );
    refused(
        &changed(|file| file["seeds"] = json!([1, 2, 1])),
        "seed 1 is there twice",
    );
    refused(
        &changed(|file| file["seeds"] = json!([-1])),
        "found -1, expected a whole number",
    );
    refused(
        &changed(|file| file["axes"] = json!([[]])),
        "an axis has no values",
    );
    refused(
        &changed(|file| file["axes"] = json!([["width=1e300"]])),
        "width",
    );
    refused(&changed(|file| file["version"] = json!(99)), "99");
    refused(&changed(|file| file["base"] = json!({})), "base");
    // A message repeats a text of the file, which may be of any length, no further than can be read.
    let long = "x".repeat(100_000);
    for value in [long.clone(), format!("dropout={long}"), format!("{long}=1")] {
        let cells = |file: &mut Value| {
            file["axes"] = Value::Null;
            file["cells"] = json!([value]);
        };
        refused(&changed(cells), "");
        let twice = format!("dropout=0.5 {value}");
        refused(&changed(|file| file["axes"] = json!([[twice]])), "");
    }
    refused(&"[".repeat(100_000), "");
    refused("", "");
}

#[test]
fn the_largest_sweep_is_read_in_seconds() {
    let cells: Vec<String> = (1..=MOST_RUNS)
        .map(|value| format!("learning-rate={}", 1e-6 * value as f64))
        .collect();
    let text = changed(|file| {
        file["axes"] = Value::Null;
        file["cells"] = cells.into();
        file["seeds"] = json!([1]);
    });
    let start = Instant::now();
    let sweep = Sweep::parse(&text, Path::new("sweep.json")).unwrap();
    assert_eq!(sweep.count(), MOST_RUNS);
    assert_eq!(sweep.jobs().unwrap().len(), MOST_RUNS);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "read in {took:?}");
}
