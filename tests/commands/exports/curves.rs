//! `export curves`.

use super::*;
use overfit_lab::experiment::Experiment;
use overfit_lab::lab::export::{CurveRun, curves_csv, curves_svg};
use std::collections::BTreeMap;

fn export(folder: &Path, names: &[&str], more: &[&str]) -> Output {
    let mut arguments: Vec<String> = vec!["export".into(), "curves".into()];
    for name in names {
        arguments.extend(["--run".into(), folder_of(name)]);
    }
    arguments.extend(more.iter().map(|argument| (*argument).into()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    lab(folder, &arguments)
}

#[test]
fn the_table_holds_every_figure_of_every_epoch() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&export(
        folder.path(),
        &["one", "two"],
        &["--output", "c.csv"],
    ));
    let mut reader = csv::Reader::from_path(folder.path().join("c.csv")).unwrap();
    let header: Vec<&str> = reader.headers().unwrap().iter().collect();
    assert_eq!(header, ["run", "epoch", "step", "split", "metric", "value"]);
    let mut values = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let key = [&row[0], &row[1], &row[3], &row[4]].join(" ");
        let value: f64 = row[5].parse().unwrap();
        assert!(values.insert(key.clone(), value).is_none(), "{key} twice");
    }
    for name in ["one", "two"] {
        let run = run(name);
        for epoch in &run.epochs {
            let value = |split: &str, metric: &str| {
                values[&format!("{name} {} {split} {metric}", epoch.epoch)]
            };
            assert_eq!(value("training", "loss"), epoch.train_loss);
            assert_eq!(value("training", "accuracy"), epoch.train_accuracy);
            assert_eq!(value("training", "learning_rate"), epoch.learning_rate);
            assert_eq!(value("validation", "loss"), epoch.validation_loss);
            assert_eq!(value("validation", "accuracy"), epoch.validation_accuracy);
            assert_eq!(value("batch", "mean_loss"), epoch.batch_loss);
            for (split, part) in [("clean", epoch.clean), ("corrupted", epoch.corrupted)] {
                match part {
                    Some(part) => assert_eq!(value(split, "accuracy"), part.accuracy),
                    None => assert_eq!(name, "one"),
                }
            }
        }
        for batch in &run.batches {
            let loss = values[&format!("{name} {} batch loss", batch.epoch)];
            assert_eq!(loss as f32, batch.loss);
        }
    }
}

/// The words of a drawing, which must be well-formed.
fn words(svg: &str) -> Vec<String> {
    let tree = resvg::usvg::roxmltree::Document::parse(svg).unwrap();
    tree.descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text().map(|text| text.trim().to_owned()))
        .collect()
}

#[test]
fn the_drawing_names_lines_flags_and_the_best_epoch() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&export(folder.path(), &["one"], &["--output", "c.svg"]));
    let svg = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    let words = words(&svg);
    let one = run("one");
    let last = one.epochs.last().unwrap();
    let best = one.best().unwrap();
    for expected in [
        "one".to_owned(),
        "Epoch".into(),
        "Accuracy".into(),
        "Loss".into(),
        "dropout 0.25".into(),
        format!("validation {:.2}%", 100.0 * last.validation_accuracy),
        format!("training {:.2}%", 100.0 * last.train_accuracy),
    ] {
        assert!(words.contains(&expected), "{expected}: {words:?}");
    }
    let best = format!(
        "best epoch {}: {:.2}%",
        best.epoch,
        100.0 * best.validation_accuracy
    );
    assert!(
        words.iter().any(|word| word.starts_with(&best)),
        "{best}: {words:?}"
    );
}

#[test]
fn a_picture_has_the_size_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (scale, width) in [("1", 900), ("2", 1800), ("3", 2700)] {
        let more = ["--output", "c.png", "--scale", scale, "--force"];
        succeeds(&export(folder.path(), &["one", "two"], &more));
        let picture = image::open(folder.path().join("c.png")).unwrap();
        assert_eq!(picture.width(), width);
        assert!(picture.height() > width / 2);
    }
    let four = export(
        folder.path(),
        &["one"],
        &["--output", "d.png", "--scale", "4"],
    );
    fails(&four, 2, &["--scale"]);
}

/// A run with a name and made-up figures.
fn made_up(name: &str, losses: &[f64]) -> Run {
    let mut run = run("one");
    run.name = name.into();
    let template = run.epochs[0].clone();
    run.epochs = losses
        .iter()
        .enumerate()
        .map(|(index, loss)| {
            let mut metrics = template.clone();
            metrics.epoch = index + 1;
            metrics.validation_loss = *loss;
            metrics.train_loss = loss / 2.0;
            metrics.validation_accuracy = 1.0 - loss / 10.0;
            metrics.train_accuracy = metrics.validation_accuracy;
            metrics
        })
        .collect();
    run.judge();
    run
}

fn drawn(runs: &[Run]) -> String {
    let runs: Vec<CurveRun<'_>> = runs
        .iter()
        .map(|run| CurveRun {
            run,
            color: [0, 0x72, 0xB2],
        })
        .collect();
    curves_svg(&runs).unwrap()
}

#[test]
fn what_is_not_finite_breaks_the_line_and_is_marked() {
    let whole = drawn(&[made_up("a", &[1.0, 0.8, 0.6, 0.5, 0.4])]);
    let broken = drawn(&[made_up("a", &[1.0, 0.8, f64::NAN, 0.5, 0.4])]);
    assert!(!broken.contains("NaN"), "no coordinate is NaN");
    let solid = |svg: &str| svg.matches("stroke-width=\"2.5\"").count();
    // In both plots one piece becomes two, and a cross adds two strokes.
    assert!(
        solid(&broken) >= solid(&whole) + 2 * 3,
        "{} {}",
        solid(&broken),
        solid(&whole)
    );
    let csv = curves_csv(&[&made_up("a", &[1.0, f64::NAN])]);
    assert!(csv.contains("validation,loss,NaN\n"), "{csv}");
}

#[test]
fn odd_names_and_many_runs_stay_legible() {
    let losses = [0.5, 0.4, 0.45];
    let names = [
        "<b>&\"'",
        "漢字",
        "a name that is far too long to be drawn beside a line in any plot",
        "a",
        "a",
        "b",
    ];
    let runs: Vec<Run> = names.iter().map(|name| made_up(name, &losses)).collect();
    let svg = drawn(&runs);
    let words = words(&svg);
    assert!(words.iter().any(|word| word == "<b>&\"'"), "{words:?}");
    // Two runs of one name are labelled by more than that name.
    assert!(!words.contains(&"a".to_owned()), "{words:?}");
    let one_epoch = drawn(&[made_up("short", &[0.5])]);
    assert!(!one_epoch.contains("NaN") && !one_epoch.contains("inf"));
    let mut empty = made_up("none", &[]);
    empty.diverged_in = None;
    let none = [CurveRun {
        run: &empty,
        color: [0; 3],
    }];
    let message = curves_svg(&none).unwrap_err().to_string();
    assert!(message.contains("no epoch of none"), "{message}");
}

#[test]
fn runs_that_other_images_validate_are_marked() {
    let losses = [0.5, 0.4, 0.45];
    let mut runs = [made_up("first", &losses), made_up("second", &losses)];
    assert!(!drawn(&runs).contains("other validation images"));
    let mut settings = runs[1].experiment.settings().clone();
    settings.data.split_seed = 9;
    runs[1].experiment = Experiment::new(settings, Vec::new()).unwrap();
    let words = words(&drawn(&runs));
    let marked = "second: other validation images than first's".to_owned();
    assert!(words.contains(&marked), "{words:?}");
}

#[test]
fn the_ending_must_be_one_that_curves_have() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = export(folder.path(), &["one"], &["--output", "c.pdf"]);
    fails(&pdf, 1, &[".svg, .png, .csv", "c.pdf"]);
    std::fs::write(folder.path().join("c.svg"), "mine").unwrap();
    let taken = export(folder.path(), &["one"], &["--output", "c.svg"]);
    fails(&taken, 1, &["already there", "--force", "c.svg"]);
    assert_eq!(std::fs::read(folder.path().join("c.svg")).unwrap(), b"mine");
    succeeds(&export(
        folder.path(),
        &["one"],
        &["--output", "c.svg", "--force"],
    ));
}
