//! The binary on data of the user's own.

use crate::support::files::{Set, gzip, idx, write, write_idx};
use crate::support::process::{self, objects, succeeds, text};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// The program, which keeps its runs in a folder of the test.
fn lab(folder: &Path, arguments: &[&str]) -> Output {
    process::lab(folder, &[arguments, &["--runs-dir", "runs"]].concat())
}

const SMALL: [&str; 8] = [
    "--preset",
    "first-look",
    "--width",
    "0.0625",
    "--epochs",
    "2",
    "--device",
    "cpu",
];

fn train(folder: &Path, data: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["train", "--json", "--data", data];
    arguments.extend(SMALL);
    arguments.extend(more);
    lab(folder, &arguments)
}

#[test]
fn each_format_trains_and_is_evaluated_repeated_and_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let set = Set::new(12, 12, 120, 3);
    let [images, labels] = set.idx();
    write_idx(&path.join("idx"), &gzip(&images), &gzip(&labels));
    write(path.join("table/train.csv"), set.csv());
    set.write_pictures(&path.join("pictures"));
    for data in ["idx", "table", "table/train.csv", "pictures"] {
        let run = format!("run-{}", data.replace('/', "-"));
        let out = succeeds(&train(path, data, &["--out", &run]));
        let events = objects(&out);
        // A sixth of the images validates. The preset asks for 500, which are more than there are.
        assert_eq!(events[0]["train_images"], 100, "{data}");
        assert_eq!(events[0]["validation_images"], 20, "{data}");
        let experiment = std::fs::read_to_string(path.join(&run).join("experiment.json")).unwrap();
        let experiment: Value = serde_json::from_str(&experiment).unwrap();
        let source = &experiment["data"]["source"]["files"];
        assert!(Path::new(source["path"].as_str().unwrap()).is_absolute());
        assert_eq!(
            (&source["facts"]["images"], &source["facts"]["classes"]),
            (&120.into(), &3.into())
        );
        let summary = std::fs::read_to_string(path.join(&run).join("summary.json")).unwrap();
        let summary: Value = serde_json::from_str(&summary).unwrap();
        assert_eq!(summary["data"], source["path"]);
        let score = succeeds(&lab(
            path,
            &[
                "evaluate", "--run", &run, "--json", "--device", "cpu", "--epoch", "2",
            ],
        ));
        let score: Value = serde_json::from_str(&score).unwrap();
        assert_eq!(score["accuracy"], events[2]["validation_accuracy"]);
        assert_eq!(score["count"], 20);
        let test = lab(path, &["evaluate", "--run", &run, "--test"]);
        assert_eq!(test.status.code(), Some(1));
        assert!(text(&test.stderr).contains("has no test images"));
        let table = succeeds(&lab(path, &["summary", "--data", data]));
        assert!(table.contains("12, 12, 1"), "{table}");
    }
    // A labelled table beside the one that was chosen is offered.
    write(path.join("table/test.csv"), set.csv());
    let run = "run-table-train.csv";
    let offered = lab(path, &["evaluate", "--run", run, "--test"]);
    let offered = text(&offered.stderr);
    assert!(
        offered.contains(
            "train.csv has no test images; test.csv beside it has labels: measure on it with --data"
        ),
        "{offered}"
    );
    // The experiment file repeats the run from another folder.
    let elsewhere = tempfile::tempdir().unwrap();
    let file = path.join("run-idx/experiment.json");
    let again = lab(
        elsewhere.path(),
        &[
            "train",
            "--json",
            "--device",
            "cpu",
            "--experiment",
            file.to_str().unwrap(),
        ],
    );
    let losses = |text: String| -> Vec<Value> {
        let events = objects(&text);
        events
            .iter()
            .map(|event| event["validation_loss"].clone())
            .collect()
    };
    let first = succeeds(&train(path, "idx", &["--out", "once-more"]));
    assert_eq!(losses(succeeds(&again)), losses(first));
}

#[test]
fn what_is_typed_goes_before_what_is_usual() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path().join("train.csv"),
        Set::new(8, 8, 100, 2).csv(),
    );
    let started = |more: &[&str]| -> (Value, Value) {
        let out = succeeds(&train(folder.path(), "train.csv", more));
        let event: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        (
            event["train_images"].clone(),
            event["validation_images"].clone(),
        )
    };
    assert_eq!(started(&[]), (84.into(), 16.into()));
    assert_eq!(
        started(&["--validation-size", "30"]),
        (70.into(), 30.into())
    );
    assert_eq!(started(&["--train-size", "20"]), (20.into(), 16.into()));
    for (more, part) in [
        (
            ["--train-size", "90"],
            "train-size: 90 is out of range, expected 10 to 84",
        ),
        (["--validation-size", "95"], "validation-size: 95"),
        (["--conv-blocks", "2"], "conv-blocks: 2"),
    ] {
        let output = train(folder.path(), "train.csv", &more);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(part),
            "{}",
            text(&output.stderr)
        );
    }
    write(folder.path().join("tiny.csv"), Set::new(5, 5, 40, 2).csv());
    let output = train(folder.path(), "tiny.csv", &[]);
    assert!(
        text(&output.stderr).contains("expected linear or dense"),
        "{}",
        text(&output.stderr)
    );
    succeeds(&train(
        folder.path(),
        "tiny.csv",
        &["--architecture", "dense"],
    ));
}

#[test]
fn data_that_cannot_be_read_is_1_names_the_file_and_leaves_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let set = Set::small();
    let (csv, [images, labels]) = (set.csv(), set.idx());
    let utf16: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(csv.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    let row = |value: &str| format!("{csv}1,{value}{}\n", ",0".repeat(35));
    let tables: Vec<(&str, Vec<u8>, Vec<&str>)> = vec![
        ("empty.csv", vec![], vec!["empty file"]),
        (
            "cut.csv",
            csv[..csv.len() - 9].into(),
            vec!["line 41", "values"],
        ),
        (
            "large.csv",
            row("256").into(),
            vec!["line 42, column pixel0", "found 256"],
        ),
        (
            "word.csv",
            row("x").into(),
            vec!["line 42, column pixel0", "found x"],
        ),
        (
            "quoted.csv",
            row("\"1.5\"").into(),
            vec!["line 42, column pixel0", "found 1.5"],
        ),
        (
            "columns.csv",
            (csv.clone() + "1,2\n").into(),
            vec!["line 42", "2 values"],
        ),
        ("utf16.csv", utf16, vec!["UTF-16"]),
        ("nul.csv", vec![0; 100], vec!["NUL"]),
        (
            "test.csv",
            set.test_csv().into(),
            vec!["this is a test.csv"],
        ),
        (
            "one.csv",
            Set::new(6, 6, 30, 1).csv().into(),
            vec!["one class only"],
        ),
        (
            "few.csv",
            format!("{csv}9{}\n", ",0".repeat(36)).into(),
            vec!["one image of class 9"],
        ),
        (
            "packed.zip",
            b"PK\x03\x04".to_vec(),
            vec!["damaged zip file"],
        ),
    ];
    let mut cases: Vec<(String, Vec<&str>)> = vec![("nowhere".into(), vec!["check the path"])];
    for (name, bytes, parts) in tables {
        write(path.join(name), bytes);
        cases.push((name.into(), parts));
    }
    for (name, images, parts) in [
        ("truncated", images[..99].to_vec(), vec!["cut short"]),
        ("nothing", vec![], vec!["0 bytes"]),
        ("magic", labels.clone(), vec!["swap the two files"]),
        (
            "huge",
            idx(0x803, &[u32::MAX; 3], &[0; 9]),
            vec!["4294967295"],
        ),
        (
            "not-gzip",
            b"\x1f\x8bnot gzip".to_vec(),
            vec!["train-images"],
        ),
        (
            "counts",
            Set::new(6, 6, 30, 4).idx()[0].clone(),
            vec!["40 labels", "30 images"],
        ),
    ] {
        write_idx(&path.join(name), &images, &labels);
        cases.push((name.into(), parts));
    }
    for (name, bytes, parts) in [
        (
            "unreadable",
            &b"\x89PNG\r\n\x1a\n"[..],
            vec!["damaged picture", "last.png"],
        ),
        (
            "promising",
            b"GIF89aNETSCAPE2.0",
            vec!["reduce the picture", "last.png"],
        ),
    ] {
        set.write_pictures(&path.join(name));
        write(path.join(name).join("0/last.png"), bytes);
        cases.push((name.into(), parts));
    }
    for (name, parts) in cases {
        let output = train(path, &name, &[]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {message}");
        for part in parts.iter().chain([&name.as_str()]) {
            assert!(message.contains(part), "{part:?} is not in: {message}");
        }
        assert!(!message.contains("panicked"), "{message}");
        // The failure is the only event of a run that can't begin.
        let told = text(&output.stdout);
        assert!(told.lines().count() == 1, "{told}");
        assert!(
            told.starts_with("{\"event\":\"failed\",") && told.contains("\"run\":null"),
            "{told}"
        );
        assert!(!path.join("runs").exists(), "{name}");
    }
}

#[test]
fn data_that_changed_fails_the_run_before_it_has_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path.join("train.csv"), Set::small().csv());
    succeeds(&train(path, "train.csv", &["--out", "first"]));
    write(path.join("train.csv"), Set::new(6, 6, 50, 4).csv());
    for arguments in [
        &[
            "train",
            "--experiment",
            "first/experiment.json",
            "--out",
            "second",
        ][..],
        &["evaluate", "--run", "first"],
    ] {
        let output = lab(path, arguments);
        assert_eq!(output.status.code(), Some(1));
        let message = text(&output.stderr);
        assert!(
            message.contains("found 50 images") && message.contains("expected 40"),
            "{message}"
        );
    }
    assert!(!path.join("second").exists());
}
