//! What a person finds after a crash, with the real program on a real folder.

use crate::support::process::{command, ends, lab, says};
use crate::support::runs::{
    experiment, figures, forget_the_end, linear, resume, resumed, start, train, undisturbed,
    warnings,
};
use overfit_lab::experiment::{Settings, TrainSize};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{Command, RunEvent, RunState, StopReason};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

/// A run of three epochs that a kill ended after its last state.
fn killed(folder: &Path) {
    train(&folder.join("run"), linear(3));
    forget_the_end(&folder.join("run"));
}

/// Flips a bit in the middle of a file.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_state_gives_way_to_the_one_before_which_is_said_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let run = folder.path().join("run");
    damage(&run.join("checkpoints/state.safetensors"));
    let said = ends(&lab(folder.path(), &["train", "--resume", "run"]), 0);
    let parts = [
        "warning: state.safetensors",
        "damaged",
        "The state before it is used",
        "epoch 3, batch 1",
    ];
    says(&said, &parts);
    assert_eq!(figures(&run), undisturbed(linear(3)));
    let kept = read_run(&run).unwrap().warnings;
    assert!(kept.len() == 1 && kept[0].contains("damaged"), "{kept:?}");
}

#[test]
fn with_both_states_damaged_the_files_and_the_mend_are_named_and_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let run = folder.path().join("run");
    for name in ["state", "state-before"] {
        damage(&run.join(format!("checkpoints/{name}.safetensors")));
    }
    let before = figures(&run);
    let said = ends(&lab(folder.path(), &["train", "--resume", "run"]), 1);
    let parts = [
        "state.safetensors",
        "state-before.safetensors",
        "damaged",
        "--experiment",
        "run",
    ];
    says(&said, &parts);
    assert_eq!(figures(&run), before);
    // The weights that the run has can still be measured.
    ends(
        &lab(
            folder.path(),
            &["evaluate", "--run", "run", "--device", "cpu"],
        ),
        0,
    );
}

#[test]
fn a_torn_last_line_is_noted_at_reading_and_its_epoch_trained_again() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let run = folder.path().join("run");
    let path = run.join("metrics.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &lines[..lines.len() - 40]).unwrap();
    assert_eq!(figures(&run).len(), 2);
    let noted = read_run(&run).unwrap().warnings;
    assert!(noted[0].contains("torn"), "{noted:?}");
    let evaluate = ["evaluate", "--run", "run", "--device", "cpu"];
    says(
        &ends(&lab(folder.path(), &evaluate), 0),
        &["metrics.jsonl was torn"],
    );
    let said = ends(&lab(folder.path(), &["train", "--resume", "run"]), 0);
    says(&said, &["metrics.jsonl was torn", "trained again"]);
    assert_eq!(figures(&run), undisturbed(linear(3)));
}

/// The program in the middle of a run of many epochs, once the first ones are kept.
fn training(folder: &Path) -> (Child, std::io::Lines<BufReader<ChildStdout>>) {
    let experiment = experiment(&linear(10_000));
    std::fs::write(folder.join("long.json"), experiment.to_json()).unwrap();
    let arguments = [
        "train",
        "--experiment",
        "long.json",
        "--out",
        "run",
        "--json",
    ];
    let mut child = command(folder, &arguments)
        .args(["--device", "cpu"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = lines.by_ref().map(Result::unwrap);
    assert!(seen.any(|line| line.contains("\"epoch\":3,")));
    (child, lines)
}

/// Trains two more epochs than are kept, and checks that all are as if nothing had happened.
fn go_on(folder: &Path) {
    let run = folder.join("run");
    let epochs = figures(&run).len() + 2;
    let arguments = ["train", "--resume", "run", "--epochs", &epochs.to_string()];
    ends(&lab(folder, &arguments), 0);
    assert_eq!(figures(&run), undisturbed(linear(epochs)));
    let run = read_run(&run).unwrap();
    assert_eq!(run.state, RunState::Finished(StopReason::Completed));
}

#[test]
fn a_second_process_is_told_who_trains_and_a_dead_one_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _lines) = training(folder.path());
    let said = ends(&lab(folder.path(), &["train", "--resume", "run"]), 1);
    says(
        &said,
        &["being written by process", &child.id().to_string(), "run"],
    );
    let read = read_run(&folder.path().join("run")).unwrap();
    assert!(matches!(read.state, RunState::Elsewhere(by) if by.contains(&child.id().to_string())));
    child.kill().unwrap();
    child.wait().unwrap();
    let read = read_run(&folder.path().join("run")).unwrap();
    assert_eq!(read.state, RunState::Interrupted);
    go_on(folder.path());
}

#[test]
#[cfg(unix)]
fn after_ctrl_c_a_run_goes_on_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let (child, lines) = training(folder.path());
    let signal = ["-INT", &child.id().to_string()];
    let sent = std::process::Command::new("kill").args(signal).status();
    assert!(sent.unwrap().success());
    assert!(
        lines
            .map(Result::unwrap)
            .last()
            .unwrap()
            .contains("\"stopped\"")
    );
    let output = child.wait_with_output().unwrap();
    let said = ends(&output, 130);
    says(&said, &["Go on with: overfit-lab train --resume run"]);
    go_on(folder.path());
}

#[test]
fn early_stopping_counts_on_across_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings: Settings = linear(60);
    settings.data.label_noise = 1.0;
    settings.training.learning_rate = 0.02;
    settings.regularization.early_stopping = Some(8);
    let whole = undisturbed(settings.clone());
    assert!((9..60).contains(&whole.len()), "{}", whole.len());
    // The run is stopped after every epoch or two, and so within the patience of early stopping.
    let run = folder.path().join("run");
    let mut stops = 0;
    let engine = start(&run, settings);
    for update in engine.updates() {
        if let RunEvent::Epoch(_) = update.event {
            // The run may be over already.
            let _ = engine.send(Command::Stop);
        }
    }
    drop(engine);
    while read_run(&run).unwrap().state == RunState::Finished(StopReason::Stopped) {
        stops += 1;
        assert!(stops <= whole.len(), "{stops}");
        let engine = resumed(&run, None);
        for update in engine.updates() {
            if let RunEvent::Epoch(_) = update.event {
                let _ = engine.send(Command::Stop);
            }
        }
    }
    assert!(stops > 1, "{stops}");
    assert_eq!(figures(&run), whole);
    let state = read_run(&run).unwrap().state;
    assert_eq!(state, RunState::Finished(StopReason::EarlyStopping));
}

#[test]
fn a_device_that_is_lost_keeps_the_state_and_the_cpu_goes_on_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(&linear(3));
    std::fs::write(folder.path().join("e.json"), experiment.to_json()).unwrap();
    // An epoch has three steps, so that the device is lost in the second one.
    let arguments = [
        "train",
        "--experiment",
        "e.json",
        "--out",
        "run",
        "--lose-device-after",
        "4",
    ];
    let said = ends(&lab(folder.path(), &arguments), 1);
    says(&said, &["the device cpu", "kept"]);
    let run = folder.path().join("run");
    assert_eq!(figures(&run).len(), 1);
    let place = read_run(&run).unwrap().resumes_at.unwrap();
    assert_eq!((place.epoch, place.batch), (2, 1));
    let arguments = ["train", "--resume", "run", "--device", "cpu"];
    says(
        &ends(&lab(folder.path(), &arguments), 0),
        &["goes on from epoch 2, batch 1"],
    );
    assert_eq!(figures(&run), undisturbed(linear(3)));
}

#[test]
fn a_run_folder_that_goes_away_is_told_of_and_breaks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut settings = linear(20);
    // An epoch takes longer than the removal of the folder, also on a machine that has much to do.
    settings.data.train_size = TrainSize::Count(10_000);
    let engine = start(&run, settings);
    let mut events = Vec::new();
    for update in engine.updates() {
        if matches!(update.event, RunEvent::Epoch(_)) && run.exists() {
            // The writer may be at work in the folder. What it makes meanwhile goes at the next try.
            while run.exists() {
                let _ = std::fs::remove_dir_all(&run);
            }
        }
        events.push(update.event);
    }
    let told = warnings(&events);
    assert!(
        told.iter()
            .any(|warning| warning.contains("its folder is still there")),
        "{told:?}"
    );
    let epochs = events
        .iter()
        .filter(|event| matches!(event, RunEvent::Epoch(_)));
    assert_eq!(epochs.count(), 20);
    assert!(
        matches!(
            events.last(),
            Some(RunEvent::Finished { is_kept: false, .. })
        ),
        "{:?}",
        events.last()
    );
    let gone = resume(&run, None);
    assert!(
        matches!(gone.last(), Some(RunEvent::Failed { .. })),
        "{gone:?}"
    );
}

#[test]
fn a_run_whose_states_are_gone_keeps_its_epochs() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    train(&folder, linear(3));
    forget_the_end(&folder);
    let before = figures(&folder);
    for state in ["state", "state-before"] {
        let path = folder.join(format!("checkpoints/{state}.safetensors"));
        std::fs::remove_file(path).unwrap();
    }
    assert_eq!(read_run(&folder).unwrap().resumes_at, None);
    let said = ends(&lab(root.path(), &["train", "--resume", "run"]), 1);
    says(&said, &["its saved states are gone", "--experiment"]);
    assert_eq!(figures(&folder), before);
}

#[test]
fn fewer_epochs_than_it_has_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    train(&folder, linear(3));
    for epochs in ["2", "3"] {
        let arguments = ["train", "--resume", "run", "--epochs", epochs];
        let said = ends(&lab(root.path(), &arguments), 1);
        says(&said, &["has 3 epochs already", "--epochs N"]);
    }
    assert_eq!(figures(&folder).len(), 3);
}

/// The reader takes one line and goes, as `| head -1` does.
#[test]
fn a_run_whose_output_nobody_reads_any_more_is_stopped_and_kept() {
    let root = tempfile::tempdir().unwrap();
    let arguments = ["train", "--preset", "linear", "--train-size", "48"];
    let more = [
        "--validation-size",
        "32",
        "--epochs",
        "10000",
        "--out",
        "run",
    ];
    let mut child = command(root.path(), &[&arguments[..], &more].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    drop(lines);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    says(&said, &["the run was stopped", "--resume"]);
    assert!(!said.contains("panicked"), "{said}");
    let run = read_run(&root.path().join("run")).unwrap();
    assert_eq!(run.state, RunState::Finished(StopReason::Stopped));
    assert!(run.resumes_at.is_some());
}
