//! `train`: the figures that it gives, how it ends, and what it keeps.

use crate::support::process::{command, event_names, fails, lab, objects, succeeds};
use overfit_lab::data::TrainingData;
use overfit_lab::experiment::Experiment;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A run that takes a second or two: a narrow network on 200 images.
pub const SMALL: [&str; 12] = [
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

/// What is told of a small run, with these arguments beside the usual ones.
pub fn train_json(folder: &Path, more: &[&str]) -> Vec<Value> {
    let mut arguments = vec!["train", "--json"];
    arguments.extend(SMALL);
    arguments.extend(more);
    objects(&succeeds(&lab(folder, &arguments)))
}

/// The epochs among events, without what the clock says.
fn epochs(events: &[Value]) -> Vec<Value> {
    events
        .iter()
        .filter(|event| event["event"] == "epoch")
        .cloned()
        .map(|mut event| {
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
    let expected = ["started", "epoch", "epoch", "epoch", "finished"];
    assert_eq!(event_names(&events), expected);
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
    let verdict = finished["verdict"].as_object().unwrap();
    for key in ["kind", "since", "best_epoch", "gap", "sentence", "evidence"] {
        assert!(verdict.contains_key(key), "{key}: {finished}");
    }
    assert!(verdict["sentence"].is_string(), "{finished}");
    // Three epochs are few, whatever they show.
    let suggestion = &verdict["suggestions"][0];
    assert_eq!(suggestion["settings"], serde_json::json!(["epochs=10"]));
    assert!(suggestion["words"].is_string(), "{finished}");
    assert!(suggestion["measured"].is_null(), "{finished}");
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
fn another_seed_keeps_the_validation_images_and_another_split_seed_does_not() {
    let folder = tempfile::tempdir().unwrap();
    // A network that isn't trained to speak of answers alike, so that the labels are compared by
    let split = |out: &str, more: &[&str]| -> Vec<usize> {
        train_json(folder.path(), &[&["--out", out], more].concat());
        let text = std::fs::read_to_string(folder.path().join(out).join("experiment.json"));
        let experiment = Experiment::from_json(&text.unwrap()).unwrap();
        let settings = experiment.settings();
        let data = TrainingData::load(&settings.data, settings.seed).unwrap();
        (0..data.validation_size())
            .map(|index| data.validation_index(index))
            .collect()
    };
    let one = split("one", &[]);
    assert_eq!(one, split("seed", &["--seed", "2"]));
    assert_ne!(one, split("split", &["--split-seed", "2"]));
}

#[test]
fn a_file_that_is_older_than_the_split_seed_gives_the_same_curves() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = ["--seed", "2", "--split-seed", "2"];
    let new = train_json(folder.path(), &[&["--out", "new"], &seeds[..]].concat());
    let text = std::fs::read_to_string(folder.path().join("new/experiment.json")).unwrap();
    let older = text.replace("    \"split_seed\": 2,\n", "");
    assert_ne!(older, text);
    std::fs::write(folder.path().join("older.json"), older).unwrap();
    let arguments = ["train", "--json", "--device", "cpu", "--out", "older"];
    let arguments = [&arguments[..], &["--experiment", "older.json"]].concat();
    let again = objects(&succeeds(&lab(folder.path(), &arguments)));
    assert_eq!(epochs(&new), epochs(&again));
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
    let again = objects(&succeeds(&again));
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
    assert_eq!(score["epoch"], 1);
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
