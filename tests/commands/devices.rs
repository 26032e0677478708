//! GPUs as a user meets them: the real binary tries them out in a child process. A fault injected
//! into the child gives it a made-up GPU, so that these tests need none.

use crate::support::process::{self, event_names, objects, succeeds, text};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Seconds of silence after which a GPU is given up: long enough for a busy machine to train its
/// steps, short enough to wait for.
const PATIENCE: &str = "15";

/// The variable of the environment by which a fault is injected into a child that tries a GPU out.
const FAULT: &str = "OVERFIT_LAB_PROBE_FAULT";

fn lab(folder: &Path, fault: &str, arguments: &[&str]) -> Output {
    command(folder, fault, arguments).output().unwrap()
}

/// The program, for whose children this fault is injected; none where it is empty.
fn command(folder: &Path, fault: &str, arguments: &[&str]) -> Command {
    let mut command = process::command(folder, arguments);
    command.env("RUST_LOG", "warn");
    match fault {
        "" => command.env_remove(FAULT),
        fault => command.env(FAULT, fault),
    };
    command
}

fn devices_file(folder: &Path) -> PathBuf {
    folder.join("cache/overfit-lab/devices.json")
}

/// What `devices --json` tells of the GPU, with these arguments.
fn gpu(folder: &Path, fault: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["devices", "--json"];
    arguments.extend(more);
    let list: Value = serde_json::from_str(&succeeds(&lab(folder, fault, &arguments))).unwrap();
    assert_eq!(list[0]["device"], "cpu");
    list[1].clone()
}

fn probed(folder: &Path, fault: &str) -> Value {
    gpu(folder, fault, &["--probe", "--probe-patience", PATIENCE])
}

#[test]
fn what_a_probe_finds_is_told_apart_and_kept() {
    let check = |fault: &str, verdict: &str, sentence: &str| {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(gpu(folder.path(), fault, &[])["verdict"], "not-probed");
        let found = probed(folder.path(), fault);
        assert_eq!(found["verdict"], verdict, "{fault}: {found}");
        let words = found["sentence"].as_str().unwrap();
        assert!(words.contains(sentence), "{fault}: {words}");
        // The result is kept: no probe is made, and the same is said.
        assert_eq!(gpu(folder.path(), fault, &[]), found);
    };
    check("none", "usable", "images/s, the CPU");
    check("slow", "slower-than-the-cpu", "slower than the CPU");
    check("diverge", "unusable", "at step 3, expected");
    check("panic", "unusable", "the fault injected");
    check("refuse", "unusable", "can't be opened");
    let how = if cfg!(unix) {
        "crashed (signal"
    } else {
        "crashed (ex"
    };
    check("crash", "unusable", how);
}

#[test]
fn a_gpu_that_hangs_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let found = gpu(folder.path(), "hang", &["--probe", "--probe-patience", "8"]);
    assert_eq!(found["reason"]["problem"], "hung", "{found}");
    assert_eq!(found["reason"]["during"], "comparing", "{found}");
}

#[test]
fn a_driver_that_breaks_down_while_gpus_are_looked_for_costs_only_the_gpus() {
    let folder = tempfile::tempdir().unwrap();
    for (fault, why) in [("list-crash", "crashed"), ("list-hang", "no sign of life")] {
        let output = lab(folder.path(), fault, &["devices", "--probe-patience", "2"]);
        let out = succeeds(&output);
        assert!(out.starts_with("cpu ") && !out.contains("wgpu"), "{out}");
        let message = text(&output.stderr);
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn a_damaged_file_of_results_is_ignored_with_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let file = devices_file(folder.path());
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "{\"results\": [").unwrap();
    let output = lab(folder.path(), "none", &["devices"]);
    assert!(succeeds(&output).contains("not probed yet"));
    let message = text(&output.stderr);
    assert!(message.contains("no good and ignored"), "{message}");
    assert_eq!(
        probed(folder.path(), "slow")["verdict"],
        "slower-than-the-cpu"
    );
    // When a GPU is probed again, the newer result counts.
    assert_eq!(probed(folder.path(), "none")["verdict"], "usable");
}

/// A few steps of a network that is large enough for automatic choice to think of a GPU.
fn training<'a>(epochs: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["train", "--json", "--preset", "cnn", "--train-size", "128"];
    arguments.extend(["--validation-size", "64", "--epochs", epochs]);
    arguments.extend(more);
    arguments
}

fn train(folder: &Path, fault: &str, more: &[&str]) -> Output {
    let more = [&["--probe-patience", PATIENCE], more].concat();
    lab(folder, fault, &training("1", &more))
}

#[cfg(unix)]
#[test]
fn a_run_can_be_stopped_while_its_gpu_is_tried_out() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    // The GPU hangs, and nothing but the stop ends that in the time that a test may take.
    let arguments = training("1", &["--probe-patience", "3600"]);
    let mut child = command(folder.path(), "hang", &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told = lines.by_ref().map(Result::unwrap);
    assert!(
        told.into_iter()
            .any(|line| line.contains("Trying out Made-up GPU"))
    );
    let id = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        !devices_file(folder.path()).exists(),
        "half a probe is no result"
    );
}

#[test]
fn automatic_choice_tries_a_gpu_out_once_and_falls_back_to_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let output = train(folder.path(), "diverge", &[]);
    let out = succeeds(&output);
    assert!(out.contains("\"device\":\"CPU"), "{out}");
    let message = text(&output.stderr);
    for part in ["Trying out Made-up GPU", "the CPU computes", "at step 3"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let again = text(&train(folder.path(), "diverge", &[]).stderr);
    assert!(!again.contains("Trying out"), "{again}");
    assert!(again.contains("at step 3"), "{again}");
    // This GPU passes its probe and can't be opened here after all.
    let folder = tempfile::tempdir().unwrap();
    let output = train(folder.path(), "none", &[]);
    assert!(succeeds(&output).contains("\"device\":\"CPU"));
    let message = text(&output.stderr);
    assert!(message.contains("Made-up GPU can't be used"), "{message}");
}

#[test]
fn a_small_network_goes_to_the_cpu_without_a_probe() {
    let folder = tempfile::tempdir().unwrap();
    let output = train(folder.path(), "crash", &["--architecture", "linear"]);
    let out = succeeds(&output);
    assert!(out.contains("\"device\":\"CPU"), "{out}");
    let message = text(&output.stderr);
    assert!(message.contains("a network this small"), "{message}");
    assert!(!devices_file(folder.path()).exists());
}

#[test]
fn a_gpu_that_was_named_and_is_no_good_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = train(folder.path(), "crash", &["--device", "wgpu:0"]);
        assert_eq!(output.status.code(), Some(1));
        let message = text(&output.stderr);
        for part in ["Made-up GPU can't be used", "crashed", "device cpu"] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    let output = train(folder.path(), "crash", &["--device", "wgpu:7"]);
    let message = text(&output.stderr);
    assert!(message.contains("no device wgpu:7 here"), "{message}");
}

#[test]
fn a_device_that_is_lost_ends_the_run_with_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--width", "0.125", "--device", "cpu", "--out", "run"];
    check_loss(folder.path(), &more);
    let summary = std::fs::read_to_string(folder.path().join("run/summary.json")).unwrap();
    assert!(summary.contains("\"failed\""), "{summary}");
    // The weights of the epoch before the loss are good.
    let out = succeeds(&lab(
        folder.path(),
        "",
        &[
            "evaluate", "--run", "run", "--epoch", "1", "--device", "cpu",
        ],
    ));
    assert!(out.contains("epoch 1"), "{out}");
}

/// A run that loses its device in its second epoch. Gives the first one's figures.
fn check_loss(folder: &Path, more: &[&str]) -> Value {
    let mut arguments = training("3", more);
    arguments.extend(["--lose-device-after", "3"]);
    let output = lab(folder, "", &arguments);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    for part in ["failed: the fault injected", "the device cpu", "are kept"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let out = text(&output.stdout);
    let events = objects(&out);
    assert_eq!(event_names(&events), ["started", "epoch", "failed"]);
    events[1].clone()
}

/// The first GPU that this machine really has, if it has one.
fn real_gpu(folder: &Path) -> Option<Value> {
    let found = gpu(folder, "", &[]);
    if found.is_null() {
        println!("no adapter for Vulkan, Metal or DirectX 12 here: nothing is tested on one");
        return None;
    }
    println!("tested on {}", found["name"]);
    Some(found)
}

#[test]
fn a_real_gpu_trains_as_the_cpu_does() {
    let folder = tempfile::tempdir().unwrap();
    if real_gpu(folder.path()).is_none() {
        return;
    }
    let found = gpu(folder.path(), "", &["--probe", "wgpu:0"]);
    assert_ne!(found["verdict"], "unusable", "{found}");
    // One run shows both: its first epoch has the CPU's losses, and in its second the GPU is lost.
    let epoch = |device: &str, out: &str| {
        let mut more = vec!["--width", "0.125", "--batch-norm", "channels"];
        more.extend(["--device", device, "--out", out]);
        check_loss(folder.path(), &more)
    };
    let (on_gpu, on_cpu) = (epoch("wgpu:0", "gpu"), epoch("cpu", "cpu"));
    for name in ["train_loss", "validation_loss", "batch_loss"] {
        let [gpu, cpu] = [&on_gpu, &on_cpu].map(|epoch| epoch[name].as_f64().unwrap());
        assert!(
            (gpu - cpu).abs() <= 1e-3 * cpu,
            "{name}: {gpu} on the GPU, {cpu} on the CPU"
        );
    }
    // The CPU goes on from the state that the GPU left.
    let arguments = ["train", "--json", "--resume", "gpu", "--device", "cpu"];
    let out = succeeds(&lab(folder.path(), "", &arguments));
    let events = objects(&out);
    let expected = ["started", "resumed", "epoch", "epoch", "finished"];
    assert_eq!(event_names(&events), expected);
    assert_eq!(
        (&events[1]["epoch"], &events[1]["batch"]),
        (&2.into(), &1.into())
    );
    assert!(events[3]["train_loss"].as_f64() < on_gpu["train_loss"].as_f64());
}
