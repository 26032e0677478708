//! Runs through the engine and on disk, through real files.

use crate::support;
use crate::support::runs::start_of;
use overfit_lab::data::{load, with_facts};
use overfit_lab::experiment::{DataSource, Experiment, Preset, Setting, TrainSize};
use overfit_lab::lab::engine::Start;
use overfit_lab::lab::store::{Checkpoint, RunPlace, read_run};
use overfit_lab::lab::{Command, Devices, Engine, Run, RunEvent, RunState, RunStore, StopReason};
use std::path::Path;
use std::time::{Duration, Instant};

/// A dense network of eight units on 64 digits, which are one batch.
fn dense(epochs: usize) -> Experiment {
    let mut settings = Preset::Dense.settings();
    settings.data.train_size = TrainSize::Count(64);
    settings.data.validation_size = 64;
    settings.network.width = 0.0625;
    settings.training.epochs = epochs;
    support::runs::experiment(&settings)
}

fn start(experiment: &Experiment, place: RunPlace) -> Engine {
    let settings = experiment.settings().clone();
    let start = Start {
        ticket: 7,
        ..start_of(settings, place, Devices::cpu_only())
    };
    Engine::start(start, || {}).unwrap()
}

/// Follows a run to its end.
fn follow(engine: &Engine, experiment: &Experiment) -> Run {
    let mut run: Option<Run> = None;
    while let Ok(update) = engine.updates().recv_timeout(Duration::from_secs(60)) {
        assert_eq!(update.ticket, 7);
        let run = run.get_or_insert_with(|| {
            let created = engine.created().unwrap();
            Run::new(
                created.id,
                created.folder,
                created.created_secs,
                experiment.clone(),
            )
        });
        run.apply(update.event);
    }
    run.unwrap()
}

fn in_store(folder: &Path) -> RunPlace {
    RunPlace::Store(RunStore::new(folder.to_path_buf()))
}

#[test]
fn a_slow_reader_loses_no_epoch_and_slows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = dense(600);
    let engine = start(&experiment, in_store(folder.path()));
    // More epochs than the channel holds are trained before anybody reads.
    let metrics = folder.path().join("A1/metrics.jsonl");
    let deadline = Instant::now() + Duration::from_secs(100);
    while std::fs::read_to_string(&metrics)
        .unwrap_or_default()
        .lines()
        .count()
        < 600
    {
        assert!(Instant::now() < deadline, "training waits for its reader");
        std::thread::sleep(Duration::from_millis(20));
    }
    let run = follow(&engine, &experiment);
    assert_eq!(run.state, RunState::Finished(StopReason::Completed));
    let epochs: Vec<_> = run.epochs.iter().map(|metrics| metrics.epoch).collect();
    assert_eq!(epochs, (1..=600).collect::<Vec<_>>());
    assert_eq!(run.batches.len(), 600);
}

#[test]
fn what_is_read_back_is_what_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = dense(200);
    let engine = start(&experiment, in_store(folder.path()));
    engine
        .send(Command::Adjust(Setting::Dropout(0.25)))
        .unwrap();
    let told = follow(&engine, &experiment);
    let (runs, errors) = RunStore::new(folder.path().to_path_buf()).read_all();
    assert!(errors.is_empty(), "{errors:?}");
    let [read] = runs.as_slice() else {
        panic!("one run")
    };
    assert_eq!(read.epochs, told.epochs);
    assert_eq!(read.batches, told.batches);
    assert_eq!(read.experiment, told.experiment);
    assert_eq!(read.experiment.changes().len(), 1);
    assert_eq!(read.started, told.started);
    assert_eq!(read.verdict, told.verdict);
    assert_eq!(read.weights, told.weights);
    assert_eq!(read.warnings, told.warnings);
    assert_eq!(read.state, told.state);
    let best = told.best().unwrap().epoch;
    let weights = |checkpoint: Checkpoint| checkpoint.read(&read.folder).unwrap();
    assert_eq!(weights(Checkpoint::Best), weights(Checkpoint::Epoch(best)));
    assert_eq!(weights(Checkpoint::Last), weights(Checkpoint::Epoch(200)));
}

#[test]
fn a_run_on_own_data_is_told_the_hash_that_its_folder_has() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("train.csv");
    std::fs::write(&file, support::files::digits_csv(128, true)).unwrap();
    let source = DataSource::files(file);
    let dataset = load(&source).unwrap();
    let mut settings = dense(1).settings().clone();
    settings.take_data(with_facts(&source, &dataset));
    settings.data.train_size = TrainSize::Count(64);
    let experiment = support::runs::experiment(&settings);
    let told = follow(&start(&experiment, in_store(folder.path())), &experiment);
    let read = read_run(&folder.path().join("A1")).unwrap();
    assert!(told.data_sha256.is_some());
    assert_eq!(told.data_sha256, read.data_sha256);
}

#[test]
fn a_dropped_engine_ends_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = dense(10_000);
    let engine = start(&experiment, in_store(folder.path()));
    while !matches!(engine.updates().recv().unwrap().event, RunEvent::Epoch(_)) {}
    drop(engine);
    let metrics = folder.path().join("A1/metrics.jsonl");
    let count = || std::fs::read_to_string(&metrics).unwrap().lines().count();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let before = count();
        std::thread::sleep(Duration::from_millis(500));
        if count() == before {
            break;
        }
        assert!(Instant::now() < deadline, "it trains on for nobody");
    }
    assert!(count() < 10_000);
    // As far as the folder tells, the program that trained the run is gone.
    assert_eq!(
        read_run(&folder.path().join("A1")).unwrap().state,
        RunState::Interrupted
    );
}

#[test]
fn runs_are_numbered_on_and_the_bin_keeps_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = dense(1);
    let store = RunStore::new(folder.path().to_path_buf());
    for id in ["A1", "A2"] {
        let engine = start(&experiment, in_store(folder.path()));
        assert_eq!(follow(&engine, &experiment).id.0, id);
    }
    let (runs, _) = store.read_all();
    store.delete(&runs[1].id).unwrap();
    let engine = start(&experiment, in_store(folder.path()));
    assert_eq!(follow(&engine, &experiment).id.0, "A3");
    store.restore(&runs[1].id).unwrap();
    let ids: Vec<_> = store.read_all().0.into_iter().map(|run| run.id.0).collect();
    assert_eq!(ids, ["A1", "A2", "A3"]);
}

#[test]
fn broken_runs_are_named_and_the_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = dense(2);
    for _ in 0..3 {
        let engine = start(&experiment, in_store(folder.path()));
        follow(&engine, &experiment);
    }
    let file = |run: &str, name: &str| folder.path().join(run).join(name);
    // The last line is cut, as by a power loss.
    let metrics = std::fs::read_to_string(file("A1", "metrics.jsonl")).unwrap();
    std::fs::write(file("A1", "metrics.jsonl"), &metrics[..metrics.len() - 20]).unwrap();
    let summary = std::fs::read_to_string(file("A2", "summary.json")).unwrap();
    std::fs::write(
        file("A2", "summary.json"),
        summary.replace("\"version\": 1", "\"version\": 8"),
    )
    .unwrap();
    std::fs::write(file("A3", "experiment.json"), "{").unwrap();
    let (runs, errors) = RunStore::new(folder.path().to_path_buf()).read_all();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].id.0.as_str(), runs[0].epochs.len()), ("A1", 1));
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    for parts in [["version 8", "A2"], ["line 1", "A3"]] {
        assert!(
            messages
                .iter()
                .any(|message| parts.iter().all(|part| message.contains(part))),
            "{parts:?}: {messages:?}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_a_failure_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let engine = start(&dense(1), in_store(&file));
    let RunEvent::Failed { message, .. } = engine.updates().recv().unwrap().event else {
        panic!("a failure")
    };
    assert!(
        message.contains("file") && message.contains("folder"),
        "{message}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}
