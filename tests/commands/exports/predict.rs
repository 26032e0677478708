//! `predict`: pictures as people have them, and what is said where there is no digit, or more than one.

use super::*;
use crate::support::process::{command, objects, says};
use image::{GrayImage, Luma};
use serde_json::Value;
use std::fs::File;
use std::process::Stdio;

/// Strokes of 8 pixels from the top down at these columns, on white paper of 150 × 120 pixels. With lines,
/// the paper is ruled.
fn strokes(columns: &[u32], is_ruled: bool) -> GrayImage {
    GrayImage::from_fn(150, 120, |x, y| {
        let on_stroke = columns.iter().any(|left| (*left..left + 8).contains(&x));
        let value = if on_stroke && (20..90).contains(&y) {
            10
        } else if is_ruled && y % 17 < 2 {
            150
        } else {
            // The grain of paper.
            232 + (x * 7 + y * 13) as u8 % 5
        };
        Luma([value])
    })
}

fn predict(folder: &Path, more: &[&str]) -> Output {
    let run = folder_of("one");
    let arguments = ["predict", "--run", &run, "--device", "cpu"];
    lab(folder, &[&arguments[..], more].concat())
}

#[test]
fn a_blank_page_has_no_prediction_and_two_digits_have_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, picture: GrayImage| picture.save(folder.path().join(name)).unwrap();
    save("blank.png", strokes(&[], true));
    save("one.png", strokes(&[60], true));
    save("two.png", strokes(&[40, 90], false));
    save(
        "noise.png",
        GrayImage::from_fn(28, 28, |x, y| {
            Luma([if (x + y) % 2 == 0 && x > 3 && y > 3 && x < 24 && y < 24 {
                255
            } else {
                0
            }])
        }),
    );
    let all = ["--json", "blank.png", "one.png", "two.png"];
    let out = predict(folder.path(), &all);
    let [blank, one, two] = &objects(&succeeds(&out))[..] else {
        panic!()
    };
    assert_eq!(
        (&blank["blank"], &blank["prediction"]),
        (&true.into(), &Value::Null)
    );
    assert_eq!(
        (&one["blank"], &one["prediction"]),
        (&false.into(), &"1".into())
    );
    assert_eq!(one["left_out"][0], "lines");
    assert_eq!(one["several"], Value::Null);
    assert_eq!(two["several"], 2);
    assert!(two["prediction"].is_string());
    let err = String::from_utf8(out.stderr).unwrap();
    says(
        &err,
        &[
            "warning: two.png: 2 drawings stand apart from each other",
            "was left out of 2 pictures: blank.png, one.png",
        ],
    );
    assert_eq!(err.matches("warning").count(), 1, "{err}");

    let out = predict(folder.path(), &["blank.png"]);
    assert_eq!(succeeds(&out), "blank.png: nothing is drawn on it\n");
    let out = predict(folder.path(), &["--json", "noise.png"]);
    let noise = &objects(&succeeds(&out))[0];
    let unlike = noise["unlike"].as_str().unwrap();
    assert!(unlike.contains("of MNIST"), "{unlike}");
}

#[test]
fn a_folder_is_read_and_a_broken_file_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("scans/1")).unwrap();
    strokes(&[60], false).save(at("scans/1/10.png")).unwrap();
    strokes(&[70], false).save(at("scans/1/9.png")).unwrap();
    let out = succeeds(&predict(folder.path(), &["scans"]));
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("scans/1/9.png: 1 "), "{out}");
    assert!(lines[1].starts_with("scans/1/10.png: 1 "), "{out}");
    assert_eq!(lines[2..], ["2 of 2 are what their folders are called"]);

    std::fs::write(at("scans/1/bad.png"), "GIF89a, cut short").unwrap();
    let out = predict(folder.path(), &["--json", "scans"]);
    fails(&out, 1, &["bad.png", "1 of 3 pictures can't be read"]);
    let lines = objects(&String::from_utf8(out.stdout).unwrap());
    assert_eq!(lines[0]["expected"], "1");
    assert_eq!(lines[1]["prediction"], "1");
    assert!(lines[2]["error"].is_string());
    std::fs::create_dir(at("empty")).unwrap();
    fails(
        &predict(folder.path(), &["empty"]),
        1,
        &["found no pictures", "empty"],
    );
}

#[test]
fn standard_input_is_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.png");
    strokes(&[60], false).save(&path).unwrap();
    let run = folder_of("one");
    for name in ["-", "/dev/stdin"] {
        let arguments = ["predict", "--run", &run, "--device", "cpu", name];
        let mut process = command(folder.path(), &arguments);
        let out = process
            .stdin(Stdio::from(File::open(&path).unwrap()))
            .output();
        let out = succeeds(&out.unwrap());
        assert!(out.starts_with("-: 1 "), "{out}");
    }
}
