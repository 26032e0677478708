//! The binary as a process in a fresh folder: each command, each exit code.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// A run that takes a second or two: a narrow network on 200 images.
const SMALL: [&str; 12] = [
    "--preset",
    "cnn",
    "--train-size",
    "200",
    "--validation-size",
    "200",
    "--width",
    "0.125",
    "--epochs",
    "3",
    "--device",
    "cpu",
];

fn lab(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overfit-lab"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[track_caller]
fn fails(output: &Output, code: i32, parts: &[&str]) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

fn train_json(folder: &Path, more: &[&str]) -> Vec<Value> {
    let mut arguments = vec!["train", "--json"];
    arguments.extend(SMALL);
    arguments.extend(more);
    let output = lab(folder, &arguments);
    succeeds(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn epochs(events: &[Value]) -> Vec<Value> {
    events
        .iter()
        .filter(|event| event["event"] == "epoch")
        .cloned()
        .map(|mut event| {
            // Times are of the machine, not of the run.
            let object = event.as_object_mut().unwrap();
            object.remove("seconds");
            object.remove("samples_per_second");
            object.remove("waiting_secs");
            event
        })
        .collect()
}

#[test]
fn train_tells_its_events_and_keeps_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let events = train_json(folder.path(), &["--out", "run"]);
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["started", "epoch", "epoch", "epoch", "finished"]);
    let started = &events[0];
    assert_eq!(started["train_images"], 200);
    assert_eq!(started["validation_images"], 200);
    assert!(started["parameters"].as_u64().unwrap() > 1_000);
    for (i, epoch) in events[1..4].iter().enumerate() {
        assert_eq!(epoch["epoch"], i + 1);
        for key in [
            "train_loss",
            "train_accuracy",
            "validation_loss",
            "validation_accuracy",
            "learning_rate",
            "seconds",
            "samples_per_second",
        ] {
            assert!(epoch[key].is_number(), "{key}: {epoch}");
        }
    }
    let finished = &events[4];
    assert!(finished["verdict"]["sentence"].is_string(), "{finished}");
    assert!(finished["best_epoch"].is_number());
    for file in [
        "experiment.json",
        "metrics.jsonl",
        "summary.json",
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors",
        "checkpoints/epoch-0003.safetensors",
    ] {
        assert!(folder.path().join("run").join(file).is_file(), "{file}");
    }
}

#[test]
fn the_same_seed_gives_the_same_curves_with_one_thread_or_two() {
    let folder = tempfile::tempdir().unwrap();
    let more = |out, threads| {
        [
            "--out",
            out,
            "--threads",
            threads,
            "--dropout",
            "0.5",
            "--augment",
            "article",
            "--batch-norm",
            "channels",
        ]
    };
    let one = train_json(folder.path(), &more("one", "1"));
    let two = train_json(folder.path(), &more("two", "2"));
    assert_eq!(epochs(&one), epochs(&two));
    let mut other = more("other", "2").to_vec();
    other.extend(["--seed", "2"]);
    assert_ne!(epochs(&one), epochs(&train_json(folder.path(), &other)));
}

#[test]
fn the_kernels_can_be_chosen_and_train_to_the_same_losses() {
    let folder = tempfile::tempdir().unwrap();
    let losses = |out, kernels: &[&str]| -> Vec<f64> {
        let events = train_json(folder.path(), &[&["--out", out], kernels].concat());
        let loss = |epoch: &Value| epoch["train_loss"].as_f64().unwrap();
        epochs(&events).iter().map(loss).collect()
    };
    let fastest = losses("fastest", &[]);
    let portable = losses("portable", &["--kernels", "portable"]);
    for (fastest, portable) in fastest.iter().zip(&portable) {
        assert!(
            (fastest - portable).abs() < 0.02 * fastest,
            "{fastest} {portable}"
        );
    }
    let devices = lab(folder.path(), &["devices", "--kernels", "portable"]);
    assert!(succeeds(&devices).contains("own kernels, portable"));
    let lacking = if cfg!(target_arch = "x86_64") {
        "neon"
    } else {
        "avx2"
    };
    let refused = lab(folder.path(), &["summary", "--kernels", lacking]);
    fails(&refused, 2, &["it has", "portable"]);
}

#[test]
fn a_run_is_repeated_by_its_own_experiment_file() {
    let folder = tempfile::tempdir().unwrap();
    let first = train_json(
        folder.path(),
        &[
            "--out",
            "first",
            "--change",
            "2:dropout=0.3",
            "--change",
            "2:batch-norm=channels",
            "--change",
            "3:train-size=300",
            "--change",
            "3:augment=on",
        ],
    );
    let changed: Vec<_> = first.iter().filter(|e| e["event"] == "changed").collect();
    assert_eq!(changed.len(), 4, "{first:?}");
    let again = lab(
        folder.path(),
        &[
            "train",
            "--json",
            "--device",
            "cpu",
            "--experiment",
            "first/experiment.json",
            "--out",
            "again",
        ],
    );
    let again: Vec<Value> = succeeds(&again)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(epochs(&first), epochs(&again));
    assert_eq!(
        std::fs::read(folder.path().join("first/experiment.json")).unwrap(),
        std::fs::read(folder.path().join("again/experiment.json")).unwrap(),
    );
}

#[test]
fn the_table_of_train_names_the_best_epoch_and_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["train"];
    arguments.extend(SMALL);
    let out = succeeds(&lab(folder.path(), &arguments));
    assert!(out.contains("epoch"), "{out}");
    assert!(out.contains("* best epoch 3"), "{out}");
    assert!(out.contains("A1"), "{out}");
    assert!(
        folder
            .path()
            .join("data/overfit-lab/runs/A1/summary.json")
            .is_file()
            || cfg!(not(target_os = "linux"))
    );
}

#[test]
fn runs_are_listed_and_named_as_they_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let runs = |more: &[&str]| {
        let mut arguments = vec!["runs", "--runs-dir", "kept"];
        arguments.extend(more);
        succeeds(&lab(folder.path(), &arguments))
    };
    assert!(runs(&[]).contains("No runs are kept in kept"));
    for dropout in ["0.5", "0"] {
        let mut arguments = vec!["train", "--runs-dir", "kept", "--dropout", dropout];
        arguments.extend(SMALL);
        succeeds(&lab(folder.path(), &arguments));
    }
    let table = runs(&[]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[1].starts_with("A1 ") && lines[1].contains("dropout 0.5"));
    assert!(lines[2].starts_with("A2 ") && lines[2].contains("finished"));
    let json = runs(&["--json", "--best-first"]);
    let listed: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let accuracy = |run: &Value| run["best_validation_accuracy"].as_f64().unwrap();
    assert!(accuracy(&listed[0]) >= accuracy(&listed[1]));
    let first = listed.iter().find(|run| run["run"] == "A1").unwrap();
    assert_eq!(first["epochs"], 3);
    let arguments = ["evaluate", "--runs-dir", "kept", "--run", "A1", "--json"];
    let score: Value = serde_json::from_str(&succeeds(&lab(folder.path(), &arguments))).unwrap();
    assert_eq!(score["accuracy"], first["best_validation_accuracy"]);
    // A folder here goes before a name there, and neither is guessed.
    std::fs::create_dir(folder.path().join("A1")).unwrap();
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["A1", "no run's folder"],
    );
    let arguments = ["evaluate", "--runs-dir", "kept", "--run", "A3"];
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["A3", "no run's folder"],
    );
}

#[test]
fn evaluate_gives_the_figures_that_training_gave_and_tests_once() {
    let folder = tempfile::tempdir().unwrap();
    let events = train_json(folder.path(), &["--out", "run"]);
    let last = &events[3];
    let score: Value = serde_json::from_str(&succeeds(&lab(
        folder.path(),
        &[
            "evaluate", "--run", "run", "--epoch", "3", "--json", "--device", "cpu",
        ],
    )))
    .unwrap();
    assert_eq!(score["accuracy"], last["validation_accuracy"]);
    assert_eq!(score["loss"], last["validation_loss"]);
    let test = |which| -> Value {
        let arguments = [
            "evaluate", "--run", "run", "--epoch", which, "--test", "--json",
        ];
        serde_json::from_str(&succeeds(&lab(folder.path(), &arguments))).unwrap()
    };
    let first = test("1");
    assert_eq!(
        (&first["count"], &first["recorded"]),
        (&10_000.into(), &false.into())
    );
    let second = test("3");
    assert_eq!(
        (&second["accuracy"], &second["recorded"]),
        (&first["accuracy"], &true.into())
    );
    fails(
        &lab(folder.path(), &["evaluate", "--run", "run", "--epoch", "9"]),
        1,
        &["epoch-0009", "didn't get to that epoch"],
    );
    fails(
        &lab(folder.path(), &["evaluate", "--run", "nowhere"]),
        1,
        &["nowhere", "no run's folder"],
    );
}

#[test]
fn summary_counts_as_keras_does() {
    let folder = tempfile::tempdir().unwrap();
    let article = succeeds(&lab(folder.path(), &["summary", "--preset", "article"]));
    for figure in ["601,258", "598,090", "3,168", "104", "48", "40"] {
        assert!(article.contains(figure), "{figure}: {article}");
    }
    let default = succeeds(&lab(folder.path(), &["summary"]));
    assert!(default.contains("601,578"), "{default}");
    for preset in [
        "first-look",
        "linear",
        "dense",
        "cnn",
        "cnn-augmented",
        "cnn-augmented-batch-norm",
        "noisy-labels",
        "memorize",
    ] {
        succeeds(&lab(folder.path(), &["summary", "--preset", preset]));
    }
}

#[test]
fn diagnose_reads_curves_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let curves = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/curves");
    let file = curves.join("cnn-500.csv");
    let out = succeeds(&lab(
        folder.path(),
        &[
            "diagnose",
            file.to_str().unwrap(),
            "--validation-size",
            "5000",
            "--json",
        ],
    ));
    let verdict: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(verdict["kind"], "overfitting");
    assert!(
        matches!(verdict["since"].as_u64(), Some(7 | 8)),
        "{verdict}"
    );
    let keras = folder.path().join("training.log");
    std::fs::write(
        &keras,
        "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.5,1.5,0.6,1.2\n1,0.7,0.9,0.75,0.8\n",
    )
    .unwrap();
    let out = succeeds(&lab(folder.path(), &["diagnose", "training.log", "--json"]));
    let verdict: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(verdict["kind"], "too-early");
    assert_eq!(verdict["since"], Value::Null);
    fails(
        &lab(folder.path(), &["diagnose", "none.csv"]),
        1,
        &["none.csv"],
    );
    std::fs::write(&keras, "epoch,foo\n1,2\n").unwrap();
    fails(
        &lab(folder.path(), &["diagnose", "training.log"]),
        1,
        &["training.log", "foo"],
    );
}

#[test]
fn devices_always_lists_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let out = succeeds(&lab(folder.path(), &["devices", "--json"]));
    let devices: Value = serde_json::from_str(&out).unwrap();
    assert!(!devices.as_array().unwrap().is_empty());
    let out = succeeds(&lab(folder.path(), &["devices"]));
    assert!(out.contains("CPU"), "{out}");
}

#[test]
fn bad_usage_is_2_and_names_what_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, parts) in [
        (
            vec!["train", "--preset", "cnnn"],
            vec!["cnnn", "first-look"],
        ),
        (
            vec!["train", "--dropout", "1.5"],
            vec!["dropout: 1.5", "0 to 0.95"],
        ),
        (
            vec!["train", "--train-size", "60000"],
            vec!["train-size: 60000", "50000"],
        ),
        (vec!["train", "--label-noise", "2"], vec!["label-noise: 2"]),
        (
            vec!["train", "--augment", "spin=3"],
            vec!["spin=3", "rotation="],
        ),
        (vec!["train", "--change", "3:width=2"], vec!["new run"]),
        (vec!["train", "--device", "tpu"], vec!["tpu"]),
        (vec!["train", "--nonsense"], vec!["--nonsense"]),
        (
            vec!["summary", "--conv-blocks", "3"],
            vec!["conv-blocks: 3"],
        ),
        (
            vec!["evaluate", "--run", "x", "--epoch", "0"],
            vec!["best, last"],
        ),
        (vec![], vec!["no display", "overfit-lab train"]),
    ] {
        if arguments.is_empty() && cfg!(not(all(unix, not(target_os = "macos")))) {
            continue;
        }
        fails(&lab(folder.path(), &arguments), 2, &parts);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn bad_files_and_folders_are_1_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fails(
        &lab(path, &["train", "--experiment", "none.json"]),
        1,
        &["none.json", "check the path"],
    );
    for (text, part) in [
        ("{\"version\": 1,", "line 1"),
        ("{\"version\": 9}", "version 9"),
        ("[]", "line 1"),
    ] {
        std::fs::write(path.join("bad.json"), text).unwrap();
        fails(
            &lab(path, &["train", "--experiment", "bad.json"]),
            1,
            &["bad.json", part],
        );
    }
    std::fs::create_dir(path.join("full")).unwrap();
    std::fs::write(path.join("full/notes.txt"), "mine").unwrap();
    let mut arguments = vec!["train", "--out", "full"];
    arguments.extend(SMALL);
    fails(&lab(path, &arguments), 1, &["full", "not empty"]);
    assert_eq!(std::fs::read_dir(path.join("full")).unwrap().count(), 1);
    let mut arguments = vec!["train", "--out", "bad.json/run"];
    arguments.extend(SMALL);
    fails(&lab(path, &arguments), 1, &["bad.json", "folder"]);
}

#[test]
fn a_missing_adapter_is_an_error_and_auto_goes_on_with_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["train", "--out", "run"];
    arguments.extend(SMALL);
    let device = arguments.len() - 1;
    arguments[device] = "wgpu:99";
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["wgpu:99", "choose one"],
    );
}

#[test]
fn divergence_stops_with_the_reason_and_keeps_the_last_good_weights() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec![
        "train",
        "--out",
        "run",
        "--change",
        "2:learning-rate=1000000",
    ];
    arguments.extend(SMALL);
    arguments.extend(["--optimizer", "sgd", "--learning-rate", "0.01"]);
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["diverged", "learning rate"],
    );
    let run = folder.path().join("run");
    let summary = std::fs::read_to_string(run.join("summary.json")).unwrap();
    for part in ["\"failed\"", "\"diverged\"", "\"diverged_in\": 2"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    let metrics = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    assert_eq!(metrics.lines().count(), 1);
    let score = lab(folder.path(), &["evaluate", "--run", "run", "--json"]);
    let score: Value = serde_json::from_str(&succeeds(&score)).unwrap();
    assert_eq!(score["epoch"], "1");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_run_with_130_and_its_best_weights() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["train", "--json", "--out", "run"];
    arguments.extend(SMALL);
    let epochs = arguments.len() - 3;
    assert_eq!(arguments[epochs - 1], "--epochs");
    arguments[epochs] = "10000";
    let mut child = command(folder.path(), &arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let seen = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("\"epoch\":1,"));
    assert!(seen.is_some());
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(rest.last().unwrap().contains("\"stopped\""), "{rest:?}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        folder
            .path()
            .join("run/checkpoints/best.safetensors")
            .is_file()
    );
}

#[test]
fn help_teaches() {
    let folder = tempfile::tempdir().unwrap();
    let out = succeeds(&lab(folder.path(), &["--help"]));
    for word in [
        "train", "summary", "evaluate", "diagnose", "devices", "bench", "130",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    let out = succeeds(&lab(folder.path(), &["train", "--help"]));
    for word in ["first-look", "--label-noise", "--change", "un-augmented"] {
        assert!(out.contains(word), "{word}: {out}");
    }
}
