//! Disks that are full or closed: each step of writing of a short run fails in turn.

use crate::support::process::{ends, lab, says};
use crate::support::runs::{figures, linear, resume, start, train, undisturbed, warnings};
use overfit_lab::disk::fault::{Faults, Step, inject};
use overfit_lab::experiment::Setting;
use overfit_lab::lab::store::{Checkpoint, Overwrite, read_run, write_together};
use overfit_lab::lab::{Command, Run, RunEvent, RunState, StopReason};
use overfit_lab::model::weights;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

/// Checks that nothing is half written: each file has its name, all weights and lines can be read.
#[track_caller]
fn check_whole(folder: &Path, what: &str) {
    for path in files(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.starts_with(".writing-"), "{what}: {name}");
        let bytes = std::fs::read(&path).unwrap();
        match name.as_str() {
            "metrics.jsonl" | "batches.csv" => {
                assert!(
                    bytes.last().is_none_or(|last| *last == b'\n'),
                    "{what}: {name}"
                );
            }
            name if name.starts_with("state") => {}
            _ if path.parent().unwrap().ends_with("checkpoints") => {
                assert!(weights::from_bytes(&bytes).is_ok(), "{what}: {name}");
            }
            _ => {}
        }
    }
}

fn is_finished(events: &[RunEvent]) -> bool {
    let is_end = |event: &RunEvent| {
        matches!(
            event,
            RunEvent::Finished {
                reason: StopReason::Completed,
                ..
            }
        )
    };
    events.iter().any(is_end)
}

/// Trains a short run with each of its steps of writing failing in turn.
fn check_each(faults: impl Fn(&Path, usize) -> Faults) {
    let settings = linear(2);
    let longer = undisturbed(linear(3));
    let root = tempfile::tempdir().unwrap();
    let mut trained_on = 0;
    let mut failed_steps = Vec::new();
    for nth in 1.. {
        let folder = root.path().join(format!("run {nth}"));
        let injected = inject(faults(&folder, nth));
        let events = train(&folder, settings.clone());
        let steps = injected.steps();
        drop(injected);
        let Some((step, path)) = steps.get(nth - 1).cloned() else {
            assert!(is_finished(&events) && warnings(&events).is_empty());
            break;
        };
        let what = format!("{step:?} number {nth}, of {}", path.display());
        failed_steps.push(step);
        check_whole(&folder, &what);
        let has_started = events
            .iter()
            .any(|event| matches!(event, RunEvent::Started(_)));
        if !has_started {
            let Some(RunEvent::Failed { message, .. }) = events.last() else {
                panic!("{what}: {events:?}");
            };
            assert!(
                message.contains("run ") && message.contains("check"),
                "{what}: {message}"
            );
            // What was begun is in nobody's way. Once there is room, the same command works, or
            // the run that was made by then goes on.
            let again = match read_run(&folder) {
                Ok(_) => resume(&folder, None),
                Err(_) => train(&folder, settings.clone()),
            };
            assert!(is_finished(&again), "{what}: {again:?}");
            continue;
        }
        trained_on += 1;
        assert!(is_finished(&events), "{what}: {events:?}");
        let epochs = events
            .iter()
            .filter(|event| matches!(event, RunEvent::Epoch(_)));
        assert_eq!(epochs.count(), 2, "{what}");
        // The file `lock` tells other programs who writes the run; this one misses nothing.
        let is_noted = path.ends_with("lock");
        let told = warnings(&events);
        assert_eq!(told.is_empty(), is_noted, "{what}: {told:?}");
        for warning in &told {
            let is_outcome = warning.contains("weights may be missing");
            assert!(
                is_outcome || warning.contains("check that its"),
                "{what}: {warning}"
            );
        }
        let run = read_run(&folder).unwrap();
        if run.state == RunState::Finished(StopReason::Completed) {
            let lost = told.iter().find(|warning| {
                !warning.contains("summary.json") && !run.warnings.contains(warning)
            });
            assert_eq!(lost, None, "{what}");
        }
        let kept = figures(&folder);
        assert_eq!(kept, longer[..kept.len()], "{what}");
        // The run on the disk is the last good one, and goes on to the same figures.
        let more = resume(&folder, Some(3));
        assert!(is_finished(&more), "{what}: {more:?}");
        assert_eq!(figures(&folder), longer, "{what}");
        check_whole(&folder, &what);
        std::fs::remove_dir_all(&folder).unwrap();
    }
    assert!(trained_on > 50, "{trained_on}");
    for step in [
        Step::Folder,
        Step::Create,
        Step::Write,
        Step::Sync,
        Step::Rename,
    ] {
        assert!(failed_steps.contains(&step), "{step:?}");
    }
}

#[test]
fn a_step_that_finds_no_room_costs_no_run() {
    check_each(|folder, nth| Faults::nth(folder, nth, ErrorKind::StorageFull));
}

#[test]
fn a_folder_that_is_closed_in_mid_run_costs_no_run() {
    check_each(|folder, nth| Faults::from_nth(folder, nth, ErrorKind::PermissionDenied));
}

#[test]
fn a_live_change_that_finds_no_room_is_kept_when_there_is_some() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    // These are the steps of the file's first writing, at which the experiment has no change yet.
    let steps = {
        let injected = inject(Faults::none(&folder.join("experiment.json")));
        train(&folder, linear(1));
        injected.steps().len()
    };
    for nth in steps + 1..=2 * steps {
        let folder = root.path().join(format!("run {nth}"));
        let file = folder.join("experiment.json");
        let injected = inject(Faults::nth(&file, nth, ErrorKind::StorageFull));
        let engine = start(&folder, linear(3));
        let (mut told, mut has_failed) = (false, false);
        for update in engine.updates() {
            match update.event {
                RunEvent::Loading => {
                    let change = Setting::LearningRate(0.005);
                    engine.send(Command::Adjust(change)).unwrap();
                }
                RunEvent::Changed(_) => told = true,
                RunEvent::Warning(warning) => has_failed |= warning.contains("experiment.json"),
                _ => {}
            }
        }
        assert!(told && has_failed, "{nth}");
        drop(injected);
        let run = read_run(&folder).unwrap();
        assert_eq!(run.experiment.changes().len(), 1, "{nth}");
    }
}

#[test]
fn what_is_exported_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let [main, beside] = ["submission.csv", "submission.json"].map(|name| folder.path().join(name));
    for overwrite in [Overwrite::Refuse, Overwrite::Replace] {
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            for nth in 1.. {
                let injected = inject(Faults::from_nth(folder.path(), nth, kind));
                let both: [(&Path, &[u8]); 2] = [(&beside, b"{}\n"), (&main, b"ImageId,Label\n")];
                let written = write_together(&both, overwrite);
                drop(injected);
                let [main_is, beside_is] = [&main, &beside].map(|path| std::fs::read(path).ok());
                // The file that was asked for has its companion, or isn't there.
                assert!(main_is.is_none() || beside_is.is_some(), "{nth}");
                assert!(
                    main_is.is_none_or(|bytes| bytes == b"ImageId,Label\n"),
                    "{nth}"
                );
                assert!(beside_is.is_none_or(|bytes| bytes == b"{}\n"), "{nth}");
                check_whole(folder.path(), &nth.to_string());
                for path in files(folder.path()) {
                    std::fs::remove_file(path).unwrap();
                }
                match written {
                    Ok(()) => break,
                    Err(err) => assert!(err.to_string().contains("check that"), "{err}"),
                }
            }
        }
    }
}

#[test]
fn weights_that_found_no_room_are_missing_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    let path = Checkpoint::Epoch(1).path(&folder);
    let injected = inject(Faults::nth(&path, 2, ErrorKind::StorageFull));
    let told = warnings(&train(&folder, linear(2)));
    drop(injected);
    assert!(
        told.len() == 2 && told[0].contains("epoch-0001") && told[1].contains("from epoch 2"),
        "{told:?}"
    );
    assert!(!path.exists());
    for which in [Checkpoint::Epoch(2), Checkpoint::Best, Checkpoint::Last] {
        assert!(which.path(&folder).is_file(), "{which:?}");
    }
    assert_eq!(read_run(&folder).unwrap().warnings, told);
    // To ask for these weights is an error.
    assert!(Checkpoint::Epoch(1).read(&folder).is_err());
}

#[test]
fn older_weights_stand_in_for_those_that_found_no_room_and_say_so() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    // From the second epoch on, the files of the best and the last weights find no room.
    let injected = [Checkpoint::Best, Checkpoint::Last].map(|which| {
        let other = root.path().join("other");
        let counted = inject(Faults::none(&which.path(&other)));
        train(&other, linear(1));
        let steps = counted.steps().len();
        drop(counted);
        std::fs::remove_dir_all(other).unwrap();
        let path = which.path(&folder);
        inject(Faults::from_nth(&path, steps + 1, ErrorKind::StorageFull))
    });
    let events = train(&folder, linear(3));
    drop(injected);
    let read = read_run(&folder).unwrap();
    let mut told = Run::new(read.id.clone(), folder, 0, read.experiment.clone());
    for event in events {
        told.apply(event);
    }
    for run in [&told, &read] {
        assert_eq!(
            (run.weights.best, run.weights.last, run.epochs.len()),
            (Some(1), Some(1), 3)
        );
    }
    for (which, what) in [("best", "the best epoch, 3"), ("last", "the last epoch, 3")] {
        let arguments = ["evaluate", "--run", "run", "--epoch", which];
        let said = ends(&lab(root.path(), &arguments), 0);
        says(&said, &[what, "epoch 1 stand in", "run, epoch 1:"]);
    }
    // An export of weights says so too. An export of figures has no reason to.
    for (what, is_of_weights) in [("weights", true), ("curves", false)] {
        let file = format!(
            "{what}.{}",
            if is_of_weights { "safetensors" } else { "csv" }
        );
        let said = ends(
            &lab(
                root.path(),
                &["export", what, "--run", "run", "--output", &file],
            ),
            0,
        );
        assert_eq!(said.contains("stand in"), is_of_weights, "{said}");
    }
}

#[test]
fn a_panic_of_the_thread_that_saves_states_is_a_warning() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    let state = folder.join("checkpoints/state.safetensors");
    let injected = inject(Faults::panic_at(&state, 2));
    let events = train(&folder, linear(2));
    drop(injected);
    assert!(is_finished(&events), "{events:?}");
    let told = warnings(&events);
    assert!(
        told.len() == 1 && told[0].contains("broke down: the fault injected"),
        "{told:?}"
    );
    resume(&folder, Some(3));
    assert_eq!(figures(&folder), undisturbed(linear(3)));
}

#[test]
fn a_panic_of_the_thread_that_keeps_a_run_ends_it_and_it_can_be_resumed() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    let path = Checkpoint::Epoch(2).path(&folder);
    let injected = inject(Faults::panic_at(&path, 2));
    let events = train(&folder, linear(30));
    drop(injected);
    let Some(RunEvent::Failed { message, .. }) = events.last() else {
        panic!("{events:?}");
    };
    assert!(
        message.contains("broke down: the fault injected"),
        "{message}"
    );
    assert!(matches!(
        read_run(&folder).unwrap().state,
        RunState::Failed(_)
    ));
    assert!(is_finished(&resume(&folder, None)));
    assert_eq!(figures(&folder), undisturbed(linear(30)));
    check_whole(&folder, "resumed");
}
