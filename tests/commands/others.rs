//! `summary`, `diagnose`, `devices` and `--help`; and what every command does with arguments and
//! files that are no good.

use super::train::SMALL;
use crate::support;
use crate::support::process::{fails, lab, succeeds};
use serde_json::Value;

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
    let file = support::asset("curves/cnn-500.csv");
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
    // Nothing is known of the settings, so that none is suggested, but what has helped elsewhere.
    let suggestion = &verdict["suggestions"][0];
    assert_eq!(suggestion["settings"], serde_json::json!([]));
    let words = suggestion["words"].as_str().unwrap();
    assert!(words.contains("raised validation accuracy"), "{words}");
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
fn diagnose_tells_folds_apart_and_says_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let losses = [
        (0.9, 0.6),
        (0.5, 0.45),
        (0.3, 0.4),
        (0.2, 0.38),
        (0.15, 0.39),
    ];
    let row = |(a, b): &(f64, f64)| format!("{a},{b}\n");
    let fold: String = losses.iter().map(row).collect();
    let file = format!("loss,val_loss\n{}", fold.repeat(3));
    std::fs::write(folder.path().join("folds.csv"), file).unwrap();
    let out = succeeds(&lab(folder.path(), &["diagnose", "folds.csv"]));
    for part in [
        "Run 1 of 3\n",
        "Run 3 of 3\n",
        "note: The file holds 3 runs, one after the other, though its epochs don't begin again: with epoch 6",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let out = succeeds(&lab(folder.path(), &["diagnose", "folds.csv", "--json"]));
    assert_eq!(out.lines().count(), 3, "{out}");
    for (name, bytes, expected) in [
        (
            "notebook.ipynb",
            &b"{\"cells\": [], \"nbformat\": 4}"[..],
            "found a notebook whose cells have printed no curve",
        ),
        (
            "history.npy",
            b"\x93NUMPY\x01\x00",
            "found an array of NumPy",
        ),
        (
            "commas.csv",
            b"epoch,loss,val_loss\n1,0,9,0,8\n",
            "line 2: found 5 values for 3 columns",
        ),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        fails(
            &lab(folder.path(), &["diagnose", name]),
            1,
            &[name, expected],
        );
    }
}

#[test]
fn diagnose_reads_runs_by_name_and_folder_and_their_exports() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--runs-dir", "kept"]);
        succeeds(&lab(folder.path(), &all))
    };
    let mut train = vec!["train"];
    train.extend(SMALL);
    run(&train);
    let verdict = |out: String| -> Value { serde_json::from_str(&out).unwrap() };
    let of_run = verdict(run(&["diagnose", "A1", "--json"]));
    assert_eq!(of_run, verdict(run(&["diagnose", "kept/A1", "--json"])));
    run(&["export", "curves", "--run", "A1", "--output", "a.csv"]);
    for file in ["kept/A1/metrics.jsonl", "a.csv"] {
        let of_file = verdict(run(&["diagnose", file, "--json"]));
        for key in [
            "kind",
            "since",
            "best_epoch",
            "gap",
            "sentence",
            "validation_images",
        ] {
            assert_eq!(of_file[key], of_run[key], "{file}: {key}");
        }
    }
    fails(
        &lab(folder.path(), &["diagnose", "A99", "--runs-dir", "kept"]),
        1,
        &["no file and no run of this name", "A99"],
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
            vec!["train-size: 60,000", "50,000"],
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
