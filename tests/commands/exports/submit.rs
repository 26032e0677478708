//! `submit` and `predict`.

use super::*;
use crate::support::files::{gzip, write};
use overfit_lab::experiment::ImageSize;
use overfit_lab::lab::DeviceChoice;
use overfit_lab::lab::answers::ensemble::EnsembleError;
use overfit_lab::lab::store::Checkpoint;
use overfit_lab::lab::submission::{Copies, SubmissionError, TestImages, predict};
use serde_json::Value;
use std::ops::ControlFlow;

fn submit(folder: &Path, names: &[&str], more: &[&str]) -> Output {
    let mut arguments: Vec<String> = vec!["submit".into()];
    for name in names {
        arguments.extend(["--run".into(), folder_of(name)]);
    }
    let fixed = [
        "--test",
        "test.csv",
        "--device",
        "cpu",
        "--output",
        "submission.csv",
    ];
    arguments.extend(
        fixed
            .into_iter()
            .chain(more.iter().copied())
            .map(Into::into),
    );
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    lab(folder, &arguments)
}

fn rows(path: &Path) -> Vec<(usize, u8)> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n') && !text.contains('\r'));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("ImageId,Label"));
    lines
        .map(|line| {
            let (id, label) = line.split_once(',').unwrap();
            (id.parse().unwrap(), label.parse().unwrap())
        })
        .collect()
}

fn images(pixels: Vec<u8>) -> TestImages {
    TestImages {
        size: ImageSize::square(28),
        pixels,
    }
}

fn probabilities(names: &[(&str, Checkpoint)], pixels: &[u8]) -> (Vec<f32>, Vec<u8>) {
    let runs: Vec<_> = names
        .iter()
        .map(|(name, which)| (run(name), *which))
        .collect();
    let go_on = &mut |_, _| ControlFlow::Continue(());
    let found = predict(
        &runs,
        Copies::NONE,
        &images(pixels.to_vec()),
        DeviceChoice::Cpu,
        go_on,
    )
    .unwrap();
    (found.probabilities, found.labels)
}

#[test]
fn each_row_is_what_the_run_predicts() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pixels, labels) = test_csv(folder.path(), 300);
    let output = submit(folder.path(), &["one"], &[]);
    let out = succeeds(&output);
    for part in [
        "300 rows",
        "ImageId,Label",
        "\n1,7\n",
        "\n…\n",
        "Images of each class",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let warning = text(&output.stderr);
    assert!(
        warning.contains("warning: ") && warning.contains("1.00000"),
        "{warning}"
    );

    let rows = rows(&folder.path().join("submission.csv"));
    let (_, predicted) = probabilities(&[("one", Checkpoint::Best)], &pixels);
    let expected: Vec<(usize, u8)> = (1..).zip(predicted).collect();
    assert_eq!(rows, expected);
    let right = rows
        .iter()
        .zip(&labels)
        .filter(|((_, found), label)| found == *label);
    let right = right.count();
    assert!(right > 200, "{right} of 300 right");
    let leftover = std::fs::read_dir(folder.path()).unwrap().flatten();
    let leftover = leftover.filter(|entry| entry.file_name().to_string_lossy().starts_with('.'));
    assert_eq!(leftover.count(), 0);
}

#[test]
fn the_test_images_may_lie_in_a_folder_or_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    test_csv(path, 30);
    succeeds(&submit(path, &["one"], &[]));
    let expected = rows(&path.join("submission.csv"));
    let table = std::fs::read(path.join("test.csv")).unwrap();
    let sample = "ImageId,Label\n1,0\n";
    write(path.join("download/test.csv"), &table);
    write(path.join("download/sample_submission.csv"), sample);
    write(path.join("test.csv.gz"), gzip(&table));
    let mut packed = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut packed);
    for (name, bytes) in [
        ("kaggle/test.csv", &table[..]),
        ("kaggle/sample_submission.csv", sample.as_bytes()),
    ] {
        let entry = archive.new_file(rawzip::path::EntryPath::verbatim(name.as_bytes()));
        let (mut entry, config) = entry.start().unwrap();
        let mut writer = config.wrap(&mut entry);
        std::io::Write::write_all(&mut writer, bytes).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    write(path.join("digit-recognizer.zip"), packed);
    for test in ["download", "test.csv.gz", "digit-recognizer.zip"] {
        let run = folder_of("one");
        let arguments = [
            "submit", "--run", &run, "--test", test, "--device", "cpu", "--force",
        ];
        let output = lab(
            path,
            &[&arguments[..], &["--output", "submission.csv"]].concat(),
        );
        succeeds(&output);
        assert_eq!(rows(&path.join("submission.csv")), expected, "{test}");
    }
    write(path.join("empty/readme.txt"), "");
    let arguments = [
        "submit",
        "--run",
        &folder_of("one"),
        "--test",
        "empty",
        "--output",
        "s.csv",
    ];
    let output = lab(path, &arguments);
    assert!(
        text(&output.stderr).contains("found no images to predict here, expected a test.csv"),
        "{output:?}"
    );
}

#[test]
fn numbered_pictures_are_predicted_like_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (_, pixels, _) = test_csv(path, 30);
    succeeds(&submit(path, &["one"], &[]));
    let expected = rows(&path.join("submission.csv"));
    std::fs::create_dir(path.join("digits")).unwrap();
    for (number, image) in (1..).zip(pixels.chunks_exact(784)) {
        let picture = image::GrayImage::from_raw(28, 28, image.to_vec()).unwrap();
        let name = format!("digits/test_{number:04}.png");
        picture.save(path.join(name)).unwrap();
    }
    let run = folder_of("one");
    let fixed = ["submit", "--run", &run, "--output", "submission.csv"];
    let more = ["--device", "cpu", "--force", "--test", "digits"];
    let output = lab(path, &[&fixed[..], &more].concat());
    let out = succeeds(&output);
    assert!(
        out.contains("30 rows") && out.contains("ImageId,Label"),
        "{out}"
    );
    let notes = text(&output.stderr);
    for part in [
        "note: the ids are the numbers in the names of the pictures, in their order, from 1 \
         (test_0001.png) to 30 (test_0030.png)\n",
        "note: the pictures are read as the run reads pictures: as ink, bright on black, centred as \
         MNIST's digits are\n",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let found = rows(&path.join("submission.csv"));
    let same = found.iter().zip(&expected).filter(|(a, b)| a == b).count();
    // Centring anew moves some digits by less than a pixel.
    assert!(found.len() == 30 && same >= 28, "{same} of 30 the same");
    let sidecar = std::fs::read(path.join("submission.json")).unwrap();
    let sidecar: Value = serde_json::from_slice(&sidecar).unwrap();
    assert_eq!(sidecar["test"], "digits");
    // Blank pictures are answered, with a warning.
    image::GrayImage::new(28, 28)
        .save(path.join("digits/test_0031.png"))
        .unwrap();
    let output = lab(path, &[&fixed[..], &more].concat());
    let warnings = text(&output.stderr);
    assert!(
        warnings.contains("warning: 1 picture is blank"),
        "{warnings}"
    );
}

#[test]
fn the_sidecar_says_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    test_csv(folder.path(), 20);
    succeeds(&submit(folder.path(), &["one", "two"], &["--epoch", "2"]));
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let sidecar: Value = serde_json::from_slice(&read("submission.json")).unwrap();
    let sha256 = |bytes: &[u8]| -> String {
        use sha2::{Digest, Sha256};
        Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    };
    assert_eq!(
        sidecar["submission_sha256"],
        sha256(&read("submission.csv"))
    );
    assert_eq!(sidecar["test_sha256"], sha256(&read("test.csv")));
    assert_eq!(
        (&sidecar["rows"], &sidecar["test"]),
        (&20.into(), &"test.csv".into())
    );
    assert!(
        sidecar["warning"]
            .as_str()
            .unwrap()
            .contains("contaminated")
    );
    assert!(sidecar["time"].as_str().unwrap().ends_with('Z'));
    let members = sidecar["runs"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    for (member, name) in members.iter().zip(["one", "two"]) {
        let weights = runs().join(name).join("checkpoints/epoch-0002.safetensors");
        assert_eq!(
            member["weights_sha256"],
            sha256(&std::fs::read(weights).unwrap())
        );
        assert_eq!((&member["id"], &member["epoch"]), (&name.into(), &2.into()));
        assert_eq!(
            (&member["data"], &member["data_facts"]["images"]),
            (&"mnist".into(), &60_000.into())
        );
        let epoch = &run(name).epochs[1];
        assert_eq!(member["validation_accuracy"], epoch.validation_accuracy);
        let (p, n) = (epoch.validation_accuracy, 200.0);
        let error = member["validation_standard_error"].as_f64().unwrap();
        assert!((error - (p * (1.0 - p) / n).sqrt()).abs() < 1e-3, "{error}");
    }
    assert_eq!(members[1]["label_noise"], 0.3);
}

#[test]
fn several_runs_are_averaged() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pixels, _) = test_csv(folder.path(), 100);
    let names = [("one", Checkpoint::Last), ("two", Checkpoint::Last)];
    let (one, _) = probabilities(&names[..1], &pixels);
    let (two, _) = probabilities(&names[1..], &pixels);
    let (mean, labels) = probabilities(&names, &pixels);
    for ((one, two), mean) in one.iter().zip(&two).zip(&mean) {
        let expected = (f64::from(*one) + f64::from(*two)) / 2.0;
        assert!((expected - f64::from(*mean)).abs() < 1e-7);
    }
    let more = ["--epoch", "last", "--probabilities", "p.csv"];
    succeeds(&submit(folder.path(), &["one", "two"], &more));
    let expected: Vec<(usize, u8)> = (1..).zip(labels).collect();
    assert_eq!(rows(&folder.path().join("submission.csv")), expected);
    let mut reader = csv::Reader::from_path(folder.path().join("p.csv")).unwrap();
    assert_eq!(reader.headers().unwrap().get(10), Some("9"));
    for (index, row) in reader.records().map(Result::unwrap).enumerate() {
        let numbers: Vec<f32> = row
            .iter()
            .skip(1)
            .map(|field| field.parse().unwrap())
            .collect();
        assert_eq!(numbers, mean[index * 10..][..10]);
    }
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    test_csv(path, 10);
    succeeds(&submit(path, &["one"], &[]));
    let before = std::fs::read(path.join("submission.csv")).unwrap();
    fails(
        &submit(path, &["two"], &[]),
        1,
        &["already there", "--force", "submission.csv"],
    );
    std::fs::remove_file(path.join("submission.json")).unwrap();
    assert_eq!(std::fs::read(path.join("submission.csv")).unwrap(), before);
    succeeds(&submit(path, &["one"], &["--force"]));
    assert!(path.join("submission.json").is_file());

    fails(
        &submit(path, &["one"], &["--output", "s.txt"]),
        2,
        &["--output"],
    );
    let other = |test: &str, output: &str| {
        let run = folder_of("one");
        let arguments = [
            "submit", "--run", &run, "--test", test, "--output", output, "--force",
        ];
        lab(path, &arguments)
    };
    fails(&other("test.csv", "s.txt"), 1, &["ends in .csv", "s.txt"]);
    fails(
        &other("test.csv", "test.csv"),
        1,
        &["test images", "choose another name"],
    );
    fails(&other("no.csv", "new.csv"), 1, &["no.csv"]);
    fails(
        &other("test.csv", "nowhere/new.csv"),
        1,
        &["the folder nowhere isn't there; make it", "nowhere/new.csv"],
    );
    write_csv(&path.join("small.csv"), &[0; 200], 100);
    let parts = ["run one takes images of 28 × 28 pixels, these images have 10 × 10"];
    fails(&other("small.csv", "new.csv"), 1, &parts);
    let nine = submit(path, &["one"], &["--epoch", "9", "--force"]);
    fails(&nine, 1, &["epoch-0009"]);
    assert!(!path.join("new.csv").exists() && !path.join("new.json").exists());
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_an_error_that_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    test_csv(folder.path(), 5);
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(closed.join("probe"), "x").is_ok() {
        println!("skipped: this user may write anywhere");
        return;
    }
    let run = folder_of("one");
    let output = "closed/submission.csv";
    let arguments = [
        "submit", "--run", &run, "--test", "test.csv", "--output", output,
    ];
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["can be written", output],
    );
}

#[test]
fn prediction_can_be_cancelled_and_tells_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pixels, _) = test_csv(folder.path(), 3_000);
    let pair = [
        (run("one"), Checkpoint::Best),
        (run("two"), Checkpoint::Best),
    ];
    let images = images(pixels);
    let mut told = Vec::new();
    let found = predict(
        &pair,
        Copies::NONE,
        &images,
        DeviceChoice::Cpu,
        &mut |done, total| {
            told.push((done, total));
            ControlFlow::Continue(())
        },
    );
    assert!(found.is_ok());
    assert_eq!(told.last(), Some(&(6_000, 6_000)));
    assert!(
        told.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "{told:?}"
    );
    let mut heard = 0;
    let cancelled = predict(
        &pair,
        Copies::NONE,
        &images,
        DeviceChoice::Cpu,
        &mut |_, _| {
            heard += 1;
            ControlFlow::Break(())
        },
    );
    assert!(matches!(cancelled, Err(SubmissionError::Cancelled)));
    assert_eq!(heard, 1);
    let none = predict(
        &[],
        Copies::NONE,
        &images,
        DeviceChoice::Cpu,
        &mut |_, _| ControlFlow::Continue(()),
    );
    assert!(matches!(
        none,
        Err(SubmissionError::Ensemble(EnsembleError::NoRuns))
    ));
}

#[test]
fn pictures_of_any_size_and_ground_are_predicted() {
    let folder = tempfile::tempdir().unwrap();
    // A one, drawn as a thick stroke in a corner of a large picture.
    let stroke = |ground: u8, ink: u8| {
        image::GrayImage::from_fn(150, 120, |x, y| {
            let inside = (20..28).contains(&x) && (10..70).contains(&y);
            image::Luma([if inside { ink } else { ground }])
        })
    };
    stroke(255, 10)
        .save(folder.path().join("dark.png"))
        .unwrap();
    stroke(0, 240)
        .save(folder.path().join("light.jpg"))
        .unwrap();
    let run = folder_of("one");
    let arguments = [
        "predict",
        "--run",
        &run,
        "dark.png",
        "light.jpg",
        "--device",
        "cpu",
    ];
    let out = succeeds(&lab(folder.path(), &arguments));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert!(
        lines[0].starts_with("dark.png: 1 ") && lines[1].starts_with("light.jpg: 1 "),
        "{out}"
    );
    let json = [&arguments[..], &["--json", "--no-centre"]].concat();
    for line in succeeds(&lab(folder.path(), &json)).lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        let probabilities = object["probabilities"].as_object().unwrap();
        assert_eq!(probabilities.len(), 10);
        let sum: f64 = probabilities.values().filter_map(Value::as_f64).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{line}");
    }
    let missing = ["predict", "--run", &run, "no.png"];
    fails(&lab(folder.path(), &missing), 1, &["no.png"]);
}
