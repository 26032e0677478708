//! Pictures are read in one way: a run recognizes the files that it was trained on, and what asks a
//! run for other pictures reads them as it read its own.

use crate::BY_HEART;
use crate::support::process::{lab, objects, succeeds, text};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder of pictures beside the tests.
fn case(name: &str) -> PathBuf {
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/assets/cases");
    Path::new(cases).join(name)
}

/// Trains on a folder of pictures and keeps the run as `run`.
fn train(folder: &Path, data: &Path, more: &[&str]) {
    let data = data.to_str().unwrap();
    let arguments = ["train", "--json", "--data", data, "--out", "run"];
    succeeds(&lab(folder, &[&arguments[..], &BY_HEART, more].concat()));
}

/// The pictures of a folder with sub-folders.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let inner = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut entries: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries
    };
    inner(folder)
        .iter()
        .flat_map(|class| inner(class))
        .collect()
}

/// What the run says of each picture, and how many of them it takes for the class of their folder.
fn predict(folder: &Path, data: &Path, more: &[&str]) -> (Vec<Value>, usize) {
    let pictures = pictures(data);
    let names: Vec<&str> = pictures.iter().map(|path| path.to_str().unwrap()).collect();
    let options = ["predict", "--run", "run", "--json", "--device", "cpu"];
    let out = lab(folder, &[&options[..], more, &names].concat());
    let said = objects(&succeeds(&out));
    assert_eq!(said.len(), pictures.len());
    let right = said.iter().zip(&pictures).filter(|(said, path)| {
        let class = path.parent().unwrap().file_name().unwrap();
        said["prediction"].as_str() == class.to_str()
    });
    let right = right.count();
    (said, right)
}

/// How the run's pictures were read.
fn reading(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("run/experiment.json")).unwrap();
    let experiment: Value = serde_json::from_str(&text).unwrap();
    experiment["data"]["source"]["files"]["reading"].clone()
}

#[track_caller]
fn recognizes(name: &str, least: usize, polarity: &str, transparency: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = case(name);
    train(folder.path(), &data, &[]);
    let reading = reading(folder.path());
    assert_eq!(reading["polarity"], polarity, "{name}");
    assert_eq!(reading["transparency"], transparency, "{name}");
    for more in [&[][..], &["--no-centre"]] {
        let (said, right) = predict(folder.path(), &data, more);
        assert!(right >= least, "{name} {more:?}: {right} right");
        assert!(said.iter().all(|said| said.get("warning").is_none()));
    }
}

#[test]
fn white_on_black_is_recognized_where_it_is() {
    recognizes(
        "pictures-white-on-black-off-centre",
        46,
        "as-they-are",
        "on-white",
    );
}

#[test]
fn dark_on_white_is_recognized() {
    recognizes("pictures-dark-on-white", 46, "inverted", "on-white");
}

#[test]
fn black_ink_on_a_transparent_ground_is_recognized() {
    recognizes(
        "pictures-black-ink-on-transparent",
        46,
        "inverted",
        "on-white",
    );
}

#[test]
fn white_ink_on_a_transparent_ground_is_recognized() {
    recognizes(
        "pictures-white-ink-on-transparent",
        46,
        "as-they-are",
        "on-black",
    );
}

#[test]
fn pictures_that_lie_on_their_side_are_read_upright() {
    let data = case("pictures-exif-turned");
    let folder = tempfile::tempdir().unwrap();
    train(folder.path(), &data, &[]);
    let (_, right) = predict(folder.path(), &data, &[]);
    assert!(right >= 30, "{right} right");
    // The same digits without EXIF stand upright for this run as they lie in the files.
    assert_eq!(reading(folder.path())["orientation"], "upright");
}

#[test]
fn a_run_reads_pictures_as_it_was_told_and_says_where_others_look_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let dark = case("pictures-dark-on-white");
    train(folder.path(), &dark, &["--as", "as-is"]);
    assert_eq!(reading(folder.path())["polarity"], "as-they-are");
    let (said, right) = predict(folder.path(), &dark, &[]);
    assert!(right >= 46, "{right} right");
    assert!(said[0].get("warning").is_none());
    // White on black is unlike what this run was trained on, and says so.
    let white = case("pictures-white-on-black-off-centre");
    let (said, _) = predict(folder.path(), &white, &[]);
    let warning = said[0]["warning"].as_str().unwrap();
    assert!(
        warning
            .contains("these images are light on dark, and those of training were dark on light"),
        "{warning}"
    );
    // Inverted, or with their ink found, they look alike.
    for read_as in ["inverted", "mnist"] {
        let (said, _) = predict(folder.path(), &white, &["--as", read_as]);
        assert!(said[0].get("warning").is_none(), "{read_as}");
    }
}

#[test]
fn a_picture_that_is_framed_otherwise_than_those_of_training_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let dark = case("pictures-dark-on-white");
    train(folder.path(), &dark, &[]);
    let (said, _) = predict(folder.path(), &dark, &[]);
    assert!(said.iter().all(|said| said.get("unlike").is_none()));
    let is_ink = |x, y| (30..45).contains(&x) && (20..80).contains(&y);
    let wide = image::GrayImage::from_fn(600, 400, |x, y| {
        image::Luma([if is_ink(x, y) { 0 } else { 255 }])
    });
    wide.save(folder.path().join("wide.png")).unwrap();
    let ask = |more: &[&str]| {
        let options = ["predict", "--run", "run", "--device", "cpu", "wide.png"];
        lab(folder.path(), &[&options[..], more].concat())
    };
    let said = objects(&succeeds(&ask(&["--json"])));
    let unlike = said[0]["unlike"].as_str().unwrap();
    assert!(
        unlike.contains("the picture's width is 150% of its height"),
        "{unlike}"
    );
    let err = text(&ask(&[]).stderr);
    assert!(
        err.contains("wide.png: framed otherwise than the pictures of training"),
        "{err}"
    );
    // A run that is older than frames is read all the same.
    let path = folder.path().join("run/experiment.json");
    let kept = std::fs::read_to_string(&path).unwrap();
    let mut older: Value = serde_json::from_str(&kept).unwrap();
    let look = &mut older["data"]["source"]["files"]["look"];
    assert!(look.as_object_mut().unwrap().remove("frame").is_some());
    std::fs::write(&path, older.to_string()).unwrap();
    let said = objects(&succeeds(&ask(&["--json"])));
    assert!(said[0].get("unlike").is_none() && said[0]["prediction"].is_string());
}

#[test]
fn what_is_measured_on_pictures_is_what_is_predicted_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The run was trained on MNIST, which no picture of these folders looks like.
    let small = [
        "--preset",
        "linear",
        "--train-size",
        "500",
        "--epochs",
        "4",
        "--device",
        "cpu",
        "--out",
        "run",
    ];
    succeeds(&lab(folder, &[&["train", "--json"], &small[..]].concat()));
    for name in [
        "pictures-dark-on-white",
        "pictures-white-on-black-off-centre",
        "pictures-black-ink-on-transparent",
    ] {
        let data = case(name);
        for more in [&[][..], &["--as", "as-is"], &["--as", "inverted"]] {
            let (said, right) = predict(folder, &data, more);
            let path = data.to_str().unwrap();
            let options = [
                "evaluate", "--run", "run", "--json", "--device", "cpu", "--data", path,
            ];
            let measured = lab(folder, &[&options[..], more].concat());
            let measured: Value = serde_json::from_str(&succeeds(&measured)).unwrap();
            assert_eq!(measured["count"], said.len(), "{name} {more:?}");
            let accuracy = right as f64 / said.len() as f64;
            let found = measured["accuracy"].as_f64().unwrap();
            assert!(
                (found - accuracy).abs() < 1e-9,
                "{name} {more:?}: {found}, {accuracy}"
            );
        }
    }
}

#[test]
fn how_pictures_are_read_is_for_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str], code: i32, part: &str| {
        let out = lab(folder.path(), arguments);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(code), "{said}");
        assert!(said.contains(part), "{said}");
    };
    refused(
        &["summary", "--as", "as-is"],
        2,
        "--as is for folders of pictures",
    );
    refused(
        &["summary", "--as", "upside-down"],
        2,
        "expected auto, as-is, inverted or mnist",
    );
    let table = crate::support::files::Set::small().csv();
    std::fs::write(folder.path().join("train.csv"), table).unwrap();
    refused(
        &["summary", "--data", "train.csv", "--as", "inverted"],
        1,
        "found no folder of pictures, and to be read as inverted is for pictures alone",
    );
}
