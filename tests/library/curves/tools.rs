//! What tools write in their own way: words for nothing, epochs, validations, error rates, tables and notebooks.

use super::files::epochs;
use super::*;

#[test]
fn a_loss_that_windows_writes_as_no_number_has_diverged() {
    for word in ["-nan(ind)", "nan(ind)", "1.#QNAN", "-1.#IND"] {
        let text = table("epoch,loss,val_loss", |epoch, [a, _, c, _]| match epoch {
            9.. => format!("{epoch},{word},{word}"),
            _ => format!("{epoch},{a},{c}"),
        });
        let verdict = read(&text).runs[0].verdict(1000);
        assert_eq!(verdict.kind, VerdictKind::Diverged, "{word}");
    }
}

#[test]
fn an_epoch_may_stand_in_words() {
    for word in ["{}/12", "Epoch {}", "Epoch {}/12", "[{}/12]", "{} of 12"] {
        let text = table("epoch,loss,val_loss", |epoch, [a, _, c, _]| {
            format!("{},{a},{c}", word.replace("{}", &epoch.to_string()))
        });
        assert_eq!(epochs(&text), [(1..=12).collect::<Vec<_>>()], "{word}");
    }
}

#[test]
fn of_several_validations_in_an_epoch_the_last_counts() {
    let header = "epoch,step,train_loss,val_loss\n";
    let epoch = |epoch: usize, steps: [&str; 3], losses: [f64; 2]| {
        let [first, second, third] = steps;
        let [a, b] = losses;
        format!("{epoch},{first},,{a}\n{epoch},{second},,{b}\n{epoch},{third},{b},\n")
    };
    let told =
        "Validation was measured several times in an epoch. The last one counts for the epoch.";
    for steps in [
        [["49", "99", "99"], ["149", "199", "199"]],
        [["", "", ""]; 2],
    ] {
        let text =
            header.to_owned() + &epoch(0, steps[0], [0.9, 0.8]) + &epoch(1, steps[1], [0.7, 0.6]);
        let points = points(&text);
        let losses: Vec<_> = points
            .iter()
            .map(|it| (it.train_loss, it.validation_loss))
            .collect();
        assert_eq!(
            losses,
            [(Some(0.8), Some(0.8)), (Some(0.6), Some(0.6))],
            "{text}"
        );
        assert!(
            notes(&text).contains(&told.to_owned()),
            "{:?}",
            notes(&text)
        );
        assert!(!notes(&text).iter().any(|note| note.contains("checkpoint")));
    }
    // The training loss is logged between the validations, too.
    let text = header.to_owned()
        + "0,24,0.95,\n0,49,,0.9\n0,74,0.85,\n0,99,,0.8\n1,124,0.75,\n1,149,,0.7\n1,174,0.65,\n1,199,,0.6\n";
    assert_eq!(epochs(&text), [[1, 2]]);
    assert_eq!(
        points(&text)[1],
        CurvePoint {
            train_accuracy: None,
            validation_accuracy: None,
            ..CurvePoint::measured(2, [0.65, 0.0, 0.6, 0.0])
        }
    );
}

#[test]
fn error_rates_below_1_are_read_by_what_speaks_for_it() {
    let accuracies = |header: &str, row: &str| {
        let text = format!("{header}\n{row}\n");
        let point = points(&text)[0];
        let rounded = |it: Option<f64>| (1e6 * it.unwrap()).round() / 1e6;
        let both = (
            rounded(point.train_accuracy),
            rounded(point.validation_accuracy),
        );
        (both, notes(&text).join(" "))
    };
    let header = "epoch,train_loss,train_err,val_loss,val_err";
    for (header, row, expected, note) in [
        (
            header,
            "1,1.2,0.4,1.5,0.5",
            (0.6, 0.5),
            "val_err is an error rate. The accuracy is 1 minus that: no value is above 1, so 0.5 is taken for 50% wrong.",
        ),
        (
            header,
            "1,0.01,0.4,0.03,0.8",
            (0.996, 0.992),
            "val_err is taken for percentages, so that 0.5 means half a percent: with so many wrong answers in fractions the loss would have to be higher.",
        ),
        (
            header,
            "1,0.3,1.4,0.3,0.8",
            (0.986, 0.992),
            "val_err is taken for percentages, so that 0.5 means half a percent: the other error rate has values above 1.",
        ),
        (
            "epoch,train_loss,train err,val_loss,val err (%)",
            "1,0.3,0.4,0.3,0.8",
            (0.996, 0.992),
            "val err (%) is taken for percentages, so that 0.5 means half a percent: its name",
        ),
        (
            header,
            "1,0.3,0.4%,0.3,0.8%",
            (0.996, 0.992),
            "val_err is an error rate. The accuracy is 1 minus that.",
        ),
        (
            header,
            "1,0.3,4,0.3,8",
            (0.96, 0.92),
            "val_err holds percentages, which were divided by 100.",
        ),
    ] {
        let (found, notes) = accuracies(header, row);
        assert_eq!(found, expected, "{row}");
        assert!(notes.contains(note), "{row}: {notes}");
    }
}

#[test]
fn runs_that_are_named_after_their_images_are_one() {
    let rows = |run: &str, metric: &str, losses: [f64; 2]| {
        let row = |(step, loss): (usize, f64)| format!("{run},{metric},{step},{loss}\n");
        (0..).zip(losses).map(row).collect::<String>()
    };
    let long = rows("a\\train", "epoch_loss", [0.9, 0.5])
        + &rows("a\\validation", "epoch_loss", [0.8, 0.6])
        + &rows("b/train", "epoch_loss", [0.9, 0.4])
        + &rows("b/validation", "epoch_loss", [0.8, 0.7]);
    let file = read(&format!("run,tag,step,value\n{long}"));
    let names: Vec<_> = file.run_names().into_iter().flatten().collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(file.runs[1].points[1].train_loss, Some(0.4));
    assert_eq!(file.runs[1].points[1].validation_loss, Some(0.7));
    // The table of TensorBoard's own package, a row for each step of each run.
    let wide =
        "run,step,epoch_loss\ntrain,0,0.9\ntrain,1,0.5\nvalidation,0,0.8\nvalidation,1,0.6\n";
    let points = points(wide);
    assert_eq!(points.len(), 2);
    assert_eq!(
        (points[1].train_loss, points[1].validation_loss),
        (Some(0.5), Some(0.6))
    );
}

#[test]
fn tables_may_be_drawn_with_bars() {
    let rows = "| 1 | 0.9 | 0.8 |\n| 2 | 0.5 |  |\n| 3 | 0.4 | 0.6 |\n";
    let head = "| epoch | loss | val_loss |\n";
    for text in [
        format!("{head}|---|:-:|--:|\n{rows}"),
        format!("+---+---+---+\n{head}+---+---+---+\n{rows}+---+---+---+\n"),
        "epoch|loss|val_loss\n1|0.9|0.8\n2|0.5|\n3|0.4|0.6\n".to_owned(),
        " epoch | loss | val_loss \n-------+------+----------\n 1 | 0.9 | 0.8\n 2 | 0.5 | \n 3 | 0.4 | 0.6\n".to_owned(),
    ] {
        let losses: Vec<_> = points(&text).iter().map(|it| it.validation_loss).collect();
        assert_eq!(losses, [Some(0.8), None, Some(0.6)], "{text}");
    }
}

#[test]
fn a_notebook_is_read_by_what_its_cells_printed() {
    let notebook = |outputs: serde_json::Value| {
        serde_json::json!({"cells": [{"outputs": outputs}], "nbformat": 4}).to_string()
    };
    let log = "Epoch 1/2\n\r1/2 - loss: 2.0\r2/2 - loss: 0.9 - val_loss: 0.8\nEpoch 2/2\n2/2 - loss: 0.5 - val_loss: 0.6\n";
    let text = notebook(serde_json::json!([{"text": log}]));
    let losses: Vec<_> = points(&text).iter().map(|it| it.train_loss).collect();
    assert_eq!(losses, [Some(0.9), Some(0.5)]);
    assert!(notes(&text)[0].starts_with("This is a notebook."));
    let history = "{'loss': [0.9, 0.5],\n 'val_loss': [0.8, 0.6]}";
    let text = notebook(serde_json::json!([{"data": {"text/plain": [history]}}]));
    assert_eq!(epochs(&text), [[1, 2]]);
}
