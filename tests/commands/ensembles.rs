//! Several runs that answer together, and copies of images: `--ensemble` and `--tta`.

use crate::support::files::digits_csv;
use crate::support::process::{fails, lab, objects, says, succeeds};
use overfit_lab::data::Copies;
use overfit_lab::lab::RunId;
use overfit_lab::lab::store::{Ensemble, RunStore};
use serde_json::Value;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

const SMALL: [&str; 12] = [
    "--preset",
    "dense",
    "--train-size",
    "100",
    "--validation-size",
    "200",
    "--width",
    "0.125",
    "--epochs",
    "3",
    "--batch-size",
    "16",
];

/// Runs of one settings with three seeds, one that other images validate, and a sweep of four runs.
fn trained() -> &'static Path {
    static RUNS: OnceLock<TempDir> = OnceLock::new();
    RUNS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let train = |more: &[&str]| {
            let arguments = [
                &["train", "--device", "cpu", "--runs-dir", "runs"],
                &SMALL[..],
            ];
            succeeds(&lab(path, &[&arguments.concat()[..], more].concat()));
        };
        for seed in ["1", "2", "3"] {
            train(&["--seed", seed]);
        }
        train(&["--split-seed", "9"]);
        let vary = ["--vary", "dropout=0,0.5", "--seeds", "2", "--out", "S"];
        let runs = ["--runs-dir", "runs"];
        succeeds(&lab(
            path,
            &[&["sweep", "plan"], &SMALL[..], &vary, &runs].concat(),
        ));
        succeeds(&lab(path, &["sweep", "run", "S", "--runs-dir", "runs"]));
        folder
    })
    .path()
}

fn asked(command: &str, arguments: &[&str]) -> std::process::Output {
    let fixed = ["--device", "cpu", "--runs-dir", "runs"];
    lab(trained(), &[&[command], arguments, &fixed].concat())
}

fn evaluated(arguments: &[&str]) -> Value {
    let output = asked("evaluate", &[arguments, &["--json"]].concat());
    serde_json::from_str(&succeeds(&output)).unwrap()
}

fn names(score: &Value) -> Vec<&str> {
    let members = score["members"].as_array().unwrap();
    members.iter().map(|m| m["run"].as_str().unwrap()).collect()
}

#[test]
fn the_average_stands_beside_each_run_with_where_they_disagree() {
    let together = evaluated(&["--ensemble", "A1,A2,A3"]);
    assert_eq!(names(&together), ["A1", "A2", "A3"]);
    assert_eq!(
        (&together["count"], &together["tta"]),
        (&200.into(), &0.into())
    );
    assert_eq!(together["accuracy"], together["accuracy_without_tta"]);
    let disagreements = together["disagreements"].as_u64().unwrap();
    assert!((1..200).contains(&disagreements), "{together}");
    let accuracy = together["accuracy"].as_f64().unwrap();
    for member in together["members"].as_array().unwrap() {
        // Each run alone has the figure that evaluate gives it alone.
        let alone = evaluated(&["--run", member["run"].as_str().unwrap()]);
        for figure in ["accuracy", "standard_error", "epoch"] {
            assert_eq!(member[figure], alone[figure], "{member} {alone}");
        }
        let change = ["fixed", "broken"].map(|name| member[name].as_f64().unwrap());
        let expected = member["accuracy"].as_f64().unwrap() + (change[0] - change[1]) / 200.0;
        assert!((accuracy - expected).abs() < 1e-9, "{together}");
    }
    let said = succeeds(&asked(
        "evaluate",
        &["--ensemble", "A1", "--ensemble", "A2,A3"],
    ));
    says(
        &said,
        &[
            "average of 3 runs: validation accuracy",
            "each run alone:",
            "  A2  ",
            "the runs disagree on",
        ],
    );
    // A run that answers alone, without copies, is what it always was.
    assert_eq!(
        evaluated(&["--ensemble", "a1"]),
        evaluated(&["--run", "A1"])
    );
}

#[test]
fn copies_of_images_are_the_same_each_time_and_others_with_another_seed() {
    let tta = |more: &[&str]| evaluated(&[&["--run", "A1", "--tta"], more].concat());
    let four = tta(&["4"]);
    assert_eq!(four, tta(&["4"]));
    assert_eq!((&four["tta"], &four["tta_seed"]), (&4.into(), &1.into()));
    let plain = evaluated(&["--run", "A1"]);
    assert_eq!(four["accuracy_without_tta"], plain["accuracy"]);
    assert_ne!(four["loss"], plain["loss"]);
    assert_ne!(four["loss"], tta(&["4", "--tta-seed", "2"])["loss"]);
    assert_eq!(tta(&["0"])["loss"], plain["loss"]);
    let said = succeeds(&asked("evaluate", &["--run", "A1", "--tta", "4"]));
    says(
        &said,
        &["A1, with 4 copies of each image: ", "without copies: "],
    );
}

#[test]
fn a_sweep_a_cell_of_it_and_an_ensemble_of_the_window_are_ensembles() {
    assert_eq!(names(&evaluated(&["--ensemble", "S"])).len(), 4);
    let cell = evaluated(&["--ensemble", "S:dropout=0.5"]);
    let (all, cell) = (evaluated(&["--ensemble", "S"]), names(&cell).len());
    assert_eq!((names(&all).len(), cell), (4, 2));
    let store = RunStore::new(trained().join("runs"));
    let members = vec![RunId("A2".into()), RunId("A3".into())];
    let (id, _) = store
        .add_ensemble(Ensemble::new("", members, Copies::new(2), 1))
        .unwrap();
    let kept = evaluated(&["--ensemble", &id.0.to_lowercase()]);
    assert_eq!((names(&kept), &kept["tta"]), (vec!["A2", "A3"], &2.into()));
    let other = evaluated(&["--ensemble", &id.0, "--tta", "0"]);
    assert_eq!(other["tta"], 0);
    let output = asked("evaluate", &["--ensemble", "S:dropout=0.7"]);
    fails(
        &output,
        2,
        &[
            "no combination of settings in the sweep has dropout=0.7",
            "dropout=0.5",
        ],
    );
    fails(
        &asked("evaluate", &["--ensemble", "A1,A77"]),
        1,
        &["no run A77"],
    );
}

#[test]
fn images_that_may_have_trained_a_run_measure_no_ensemble() {
    let parts = ["run A4 has other validation images than run A1", "--test"];
    fails(&asked("evaluate", &["--ensemble", "A1,A4"]), 1, &parts);
    // Other images trained none of them.
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("others.csv");
    std::fs::write(&table, digits_csv(300, true)).unwrap();
    let data = ["--ensemble", "A1,A4", "--data", table.to_str().unwrap()];
    let found = evaluated(&data);
    assert_eq!(names(&found), ["A1", "A4"]);
    assert!(found["data"].as_str().unwrap().contains("others.csv"));
}

#[test]
fn the_test_images_are_asked_once_a_run_also_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for seed in ["1", "2"] {
        let train = [
            "train",
            "--device",
            "cpu",
            "--runs-dir",
            "runs",
            "--seed",
            seed,
        ];
        succeeds(&lab(path, &[&train, &SMALL[..]].concat()));
    }
    let test = |arguments: &[&str]| {
        let fixed = [
            "evaluate",
            "--test",
            "--json",
            "--device",
            "cpu",
            "--runs-dir",
            "runs",
        ];
        let output = lab(path, &[&fixed, arguments].concat());
        serde_json::from_str::<Value>(&succeeds(&output)).unwrap()
    };
    let first = test(&["--run", "A1"]);
    let together = test(&["--ensemble", "A1,A2"]);
    let [one, two] = [&together["members"][0], &together["members"][1]];
    assert_eq!(
        (&one["recorded"], &two["recorded"]),
        (&true.into(), &false.into())
    );
    assert_eq!(one["accuracy"], first["accuracy"]);
    assert_eq!(together["count"], 10_000);
    let second = test(&["--run", "A2"]);
    assert_eq!(
        (&second["recorded"], &second["accuracy"]),
        (&true.into(), &two["accuracy"])
    );
}

#[test]
fn pictures_and_submissions_take_ensembles_and_copies() {
    let folder = tempfile::tempdir().unwrap();
    let ink = |x, y| image::Luma([255 * u8::from((13..15).contains(&x) && (5..23).contains(&y))]);
    let picture = folder.path().join("one.png");
    image::GrayImage::from_fn(28, 28, ink)
        .save(&picture)
        .unwrap();
    let picture = picture.to_str().unwrap();
    let predict = |more: &[&str]| {
        let said = succeeds(&asked("predict", &[&[picture, "--json"], more].concat()));
        objects(&said).remove(0)
    };
    let both = predict(&["--ensemble", "A1,A2", "--tta", "3"]);
    assert_eq!(both["tta"], 3);
    assert_eq!(both["epoch"], Value::Null);
    // Runs named one by one are averaged, too, as they always were.
    let named = predict(&["--run", "A1", "--run", "A2"]);
    assert_eq!(named, predict(&["--ensemble", "A1,A2"]));
    assert_ne!(named["probabilities"], both["probabilities"]);
    let output = asked("predict", &[picture, "--run", "A1", "--ensemble", "A2"]);
    fails(&output, 2, &["cannot be used with"]);

    let pixels: Vec<String> = (0..784).map(|i| format!("pixel{i}")).collect();
    let rows = (0..3).map(|_| vec!["0"; 784].join(","));
    let table: Vec<String> = std::iter::once(pixels.join(",")).chain(rows).collect();
    let test = folder.path().join("test.csv");
    std::fs::write(&test, table.join("\n")).unwrap();
    let output = folder.path().join("submission.csv");
    let files = [
        "--test",
        test.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ];
    let submit = asked(
        "submit",
        &[&files[..], &["--ensemble", "A1,A2", "--tta", "2"]].concat(),
    );
    succeeds(&submit);
    let sidecar = std::fs::read_to_string(output.with_extension("json")).unwrap();
    let sidecar: Value = serde_json::from_str(&sidecar).unwrap();
    assert_eq!(sidecar["runs"].as_array().unwrap().len(), 2);
    assert_eq!(sidecar["tta"]["count"], 2);
}
