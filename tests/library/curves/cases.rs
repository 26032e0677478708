//! Files in the forms in which people have them, and what comes out.

use super::*;
use expect_test::expect;
use std::fmt::Write;

/// What a file comes to: the verdict on each of its runs and the notes, or the error.
fn outcome(name: &str) -> String {
    let file = match read_curves(&elsewhere(name)) {
        Ok(file) => file,
        Err(err) => {
            let folder = elsewhere("").display().to_string();
            return format!("  error: {}\n", err.to_string().replace(&folder, ""));
        }
    };
    let mut text = String::new();
    for (run, name) in file.runs.iter().zip(file.run_names()) {
        let verdict = run.verdict(run.validation_size());
        let since = verdict.since.map(|since| format!(" since {since}"));
        let size = run
            .validation_images
            .map(|size| format!(", {size} validation images"));
        let gap = verdict
            .gap
            .map_or(", gap unknown".to_owned(), |_| String::new());
        let _ = writeln!(
            text,
            "  {}{} epochs, {}{}, best epoch {:?}{gap}{}",
            name.map(|name| name + ": ").unwrap_or_default(),
            run.points.len(),
            verdict.kind.name(),
            since.unwrap_or_default(),
            verdict.best_epoch.unwrap_or_default(),
            size.unwrap_or_default(),
        );
    }
    for note in &file.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}

#[test]
fn files_as_people_have_them_are_read() {
    let mut names: Vec<String> = std::fs::read_dir(elsewhere(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let outcomes = names
        .iter()
        .map(|name| format!("{name}\n{}", outcome(name)));
    expect![[r#"
        capitals-with-blanks.csv
          12 epochs, overfitting since 6, best epoch 5
        error-rates-in-percent.csv
          12 epochs, overfitting since 6, best epoch 5
          note: train_err is an error rate. The accuracy is 1 minus that.
          note: train_err is taken for percentages, so that 0.5 means half a percent: with so many wrong answers in fractions the loss would have to be higher. It was divided by 100.
          note: val_err is an error rate. The accuracy is 1 minus that.
          note: val_err is taken for percentages, so that 0.5 means half a percent: with so many wrong answers in fractions the loss would have to be higher. It was divided by 100.
        exported-by-overfit-lab.csv
          A1: 4 epochs, improving, best epoch 4, 300 validation images
        fastai-history.csv
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: The name accuracy doesn't say which images it was measured on. It is taken for that of the validation images, as fastai and Ultralytics write it.
          note: The file counts its epochs from 0. Here they are counted from 1.
        five-folds-appended.csv
          Run 1 of 5: 5 epochs, improving, best epoch 5
          Run 2 of 5: 5 epochs, improving, best epoch 5
          Run 3 of 5: 5 epochs, improving, best epoch 5
          Run 4 of 5: 5 epochs, improving, best epoch 5
          Run 5 of 5: 5 epochs, improving, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
          note: The file holds 5 runs, one after the other: the epochs begin again, and the training loss leaps back from 0.3000 to 0.9000. Each run is judged by itself.
        german-excel.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        huggingface-notebook-table.txt
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: The name Accuracy doesn't say which images it was measured on. It is taken for that of the validation images, as fastai and Ultralytics write it.
        huggingface-trainer_state.json
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: Rows of the same epoch were put together.
        keras-accuracy_1.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        keras-append-second-header.csv
          12 epochs, overfitting since 6, best epoch 5
          note: Line 8 is a header again, and was passed over.
          note: The file counts its epochs from 0. Here they are counted from 1.
        keras-dataframe-index.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        keras-dataframe-no-index.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file names no epochs, so its rows are counted as epochs.
        keras-every-epoch-0.csv
          12 epochs, overfitting since 6, best epoch 5
          note: Every row says epoch 0, so the rows are counted as epochs.
        keras-history-indented.json
          12 epochs, overfitting since 6, best epoch 5
          note: The file names no epochs, so its rows are counted as epochs.
        keras-history.json
          12 epochs, overfitting since 6, best epoch 5
          note: The file names no epochs, so its rows are counted as epochs.
        keras-names.jsonl
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        keras-notebook.ipynb
          12 epochs, overfitting since 6, best epoch 5
          note: This is a notebook. Its figures were read from what its cells have printed.
        keras-terminal-output.txt
          12 epochs, overfitting since 6, best epoch 5
        keras-validation_freq-2-NA.csv
          12 epochs, overfitting since 6, best epoch 4
          note: The file counts its epochs from 0. Here they are counted from 1.
          note: Validation was measured in 6 of the 12 epochs. The others are left out of the judgement.
        keras3-without-validation-nan.csv
          error: no validation loss was logged: the column val_loss holds no number; give the training validation images, as in Keras with fit(…, validation_data=…): keras3-without-validation-nan.csv
        lightning-blank-cells.csv
          12 epochs, overfitting since 6, best epoch 5
          note: Rows of the same epoch were put together.
          note: The file counts its epochs from 0. Here they are counted from 1.
        lightning-val_check_interval-0.25.csv
          12 epochs, overfitting since 6, best epoch 5
          note: Validation was measured several times in an epoch. The last one counts for the epoch.
          note: The file counts its epochs from 0. Here they are counted from 1.
        loss-only.csv
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: The file counts its epochs from 0. Here they are counted from 1.
        markdown-table.md
          12 epochs, overfitting since 6, best epoch 5
        nan-from-epoch-9.csv
          10 epochs, diverged, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        own-run-with-60-validation-images.jsonl
          14 epochs, unclear, best epoch 8, 60 validation images
        percent-sign.csv
          12 epochs, overfitting since 6, best epoch 5
        plain-keras.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        pytorch-test_loss.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file has no validation loss, so test_loss is taken for it. A best epoch that was chosen on test images makes their figures too good.
        pytorch-train_acc.csv
          12 epochs, overfitting since 6, best epoch 5
        resumed-from-an-older-checkpoint.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
          note: Epochs 6 to 8 are there twice, as after a start from an older checkpoint. The later rows count.
        tensorboard-all-runs.csv
          fit: 12 epochs, overfitting since 6, best epoch 5
          note: The file names no epochs, so its rows are counted as epochs.
        test-columns-beside-val.csv
          12 epochs, overfitting since 6, best epoch 5
          note: The file counts its epochs from 0. Here they are counted from 1.
        three-folds-without-epochs.csv
          Run 1 of 3: 12 epochs, overfitting since 6, best epoch 5
          Run 2 of 3: 12 epochs, overfitting since 6, best epoch 5
          Run 3 of 3: 12 epochs, overfitting since 6, best epoch 5
          note: The file names no epochs, so its rows are counted as epochs.
          note: The file holds 3 runs, one after the other, though its epochs don't begin again: with epoch 13 the training loss leaps back from 0.003000 to 0.9540, and falls as at the beginning. Each run is judged by itself, with its epochs counted from 1.
        timm-summary.csv
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: eval_top1 holds percentages, which were divided by 100.
          note: The file counts its epochs from 0. Here they are counted from 1.
        ultralytics-results.csv
          12 epochs, overfitting since 6, best epoch 5, gap unknown
          note: The name metrics/accuracy_top1 doesn't say which images it was measured on. It is taken for that of the validation images, as fastai and Ultralytics write it.
    "#]].assert_eq(&outcomes.collect::<String>());
}

/// Files that hold the plain curve, with all of its figures.
const PLAIN_FILES: [&str; 22] = [
    "plain-keras.csv",
    "keras-every-epoch-0.csv",
    "test-columns-beside-val.csv",
    "keras-append-second-header.csv",
    "keras-dataframe-index.csv",
    "keras-dataframe-no-index.csv",
    "keras-history.json",
    "keras-history-indented.json",
    "keras-names.jsonl",
    "pytorch-train_acc.csv",
    "pytorch-test_loss.csv",
    "capitals-with-blanks.csv",
    "lightning-blank-cells.csv",
    "resumed-from-an-older-checkpoint.csv",
    "percent-sign.csv",
    "german-excel.csv",
    "keras-accuracy_1.csv",
    "keras-terminal-output.txt",
    "keras-notebook.ipynb",
    "lightning-val_check_interval-0.25.csv",
    "markdown-table.md",
    "tensorboard-all-runs.csv",
];

#[test]
fn a_curve_is_the_same_in_every_file() {
    for name in PLAIN_FILES {
        let mut file = read_curves(&elsewhere(name)).unwrap();
        assert_eq!(file.runs.len(), 1, "{name}");
        assert_same(name, &file.runs.remove(0).points, &plain());
    }
    let run = &read_curves(&elsewhere("plain-keras.csv")).unwrap().runs[0];
    let verdict = run.verdict(10_000);
    assert_eq!(verdict.kind, VerdictKind::Overfitting);
    assert_eq!((verdict.since, verdict.best_epoch), (Some(6), Some(5)));
}

/// Files that lack the training accuracy, and some that of validation.
#[test]
fn without_accuracies_the_losses_are_the_same() {
    for (name, has_validation_accuracy) in [
        ("fastai-history.csv", true),
        ("ultralytics-results.csv", true),
        ("timm-summary.csv", true),
        ("huggingface-trainer_state.json", true),
        ("loss-only.csv", false),
    ] {
        let mut file = read_curves(&elsewhere(name)).unwrap();
        let mut expected = plain();
        for point in &mut expected {
            point.train_accuracy = None;
            point.validation_accuracy = point
                .validation_accuracy
                .filter(|_| has_validation_accuracy);
        }
        assert_same(name, &file.runs.remove(0).points, &expected);
    }
}

/// Checks that two curves are the same but for the rounding of percentages.
#[track_caller]
pub(super) fn assert_same(name: &str, found: &[CurvePoint], expected: &[CurvePoint]) {
    let figures = |point: &CurvePoint| {
        [
            point.train_loss,
            point.train_accuracy,
            point.validation_loss,
            point.validation_accuracy,
        ]
    };
    assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.epoch, expected.epoch, "{name}");
        for (a, b) in figures(found).into_iter().zip(figures(expected)) {
            let is_same = match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (a, b) => a.is_none() && b.is_none(),
            };
            assert!(is_same, "{name}: {found:?} for {expected:?}");
        }
    }
}
