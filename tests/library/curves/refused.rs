//! What is refused: with the reason, the place and the mend.

use super::files::{HEADER, LINE};
use super::*;

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_mend() {
    for (text, parts) in [
        (String::new(), vec!["found no epoch", "header"]),
        ("\n \n".into(), vec!["found no epoch"]),
        (HEADER.into(), vec!["found no epoch"]),
        (
            "\nepoch,loss,foo\n1,2,3\n".into(),
            vec![
                "found no validation loss among epoch, loss, foo",
                "log the loss of validation images",
            ],
        ),
        (
            "epoch,loss,loss_on_dev\n1,2,0.5\n".into(),
            vec!["if loss_on_dev is it, rename that column to validation_loss"],
        ),
        (
            "epoch,val_loss,val_acc,cost\n1,2,0.5,3\n".into(),
            vec![
                "found no training loss among",
                "if cost is it, rename that column to train_loss",
            ],
        ),
        (
            "epoch,loss,val_loss\n1,2,nan\n2,1,nan\n".into(),
            vec![
                "no validation loss was logged: the column val_loss holds no number",
                "validation_data=",
            ],
        ),
        (
            "1,0.5,0.4\n2,0.3,0.4\n".into(),
            vec!["line 1: found 1,0.5,0.4, expected a header"],
        ),
        (
            format!("{HEADER}1,1,0.5,1,0.5\n\n2,x,0.5,1,0.5\n"),
            vec!["line 4, column loss: found x, expected a number"],
        ),
        (
            format!("{HEADER}1,1,192.5,1,0.5\n"),
            vec!["column accuracy: found 192.5", "a percentage from 0 to 100"],
        ),
        (
            format!("{HEADER}1,-3,0.5,1,0.5\n"),
            vec!["column loss: found -3, expected 0 or more"],
        ),
        (
            format!("{HEADER}much,1,0.5,1,0.5\n"),
            vec!["line 2, column epoch: found much, expected a number"],
        ),
        (
            format!("{HEADER}-1,1,0.5,1,0.5\n"),
            vec!["column epoch: found -1"],
        ),
        (
            format!("{HEADER}1,1,0.5,1\n"),
            vec!["line 2: found 4 values, expected 5"],
        ),
        (
            LINE.replace("validation_loss", "val"),
            vec![
                "found no validation loss",
                "seconds",
                "if val is it, rename",
            ],
        ),
        (
            LINE.replace("0.4", "140"),
            vec!["entry 1, column validation_accuracy: found 140"],
        ),
        ("{\n".into(), vec!["line 2:", "expected JSON"]),
        (
            "Wall time,Step,Value\n17,1,0.5\n".into(),
            vec!["found one curve as TensorBoard downloads it", "train_loss"],
        ),
        (
            "[[17.5, 1, 0.5], [18.5, 2, 0.4]]".into(),
            vec!["TensorBoard"],
        ),
        (
            "\"Step\",\"river - val_loss\"\n1,0.5\n".into(),
            vec!["found one curve as Weights & Biases downloads it"],
        ),
        ("[[1], [2]]".into(), vec!["expected a history"]),
        (
            format!("{HEADER}1,0,9,0,72,0,55,0,83\n"),
            vec![
                "line 2: found 9 values for 5 columns",
                "commas also seem to stand for decimal points",
                "to_csv(…, sep=';', decimal=',')",
            ],
        ),
        (
            // Where a loss happens to be whole, a value less is there.
            format!("{HEADER}1,1,0,72,0,55,0,83\n"),
            vec!["line 2: found 8 values for 5 columns"],
        ),
        (
            r#"{"cells": [{"outputs": [{"text": ["Done."]}]}], "nbformat": 4}"#.into(),
            vec![
                "found a notebook whose cells have printed no curve",
                "json.dump(history.history, open('history.json', 'w'), default=float)",
                "copy the lines",
            ],
        ),
        (
            r#"{"cells": [{"outputs": [{"text": ["#.to_owned() + "\"nbformat\"",
            vec!["found a damaged notebook"],
        ),
        (
            r#"{"cells": [{"outputs": [{"text": "Epoch 1/2\nloss: 0.9 - accuracy: 140 - val_loss: 0.5\n"}]}], "nbformat": 4}"#.into(),
            vec!["line 2 of what the notebook printed"],
        ),
        ("<!DOCTYPE html>\n<html>".into(), vec!["found a web page"]),
    ] {
        let message = refused(&text);
        for part in parts {
            assert!(message.contains(part), "{part:?} is missing: {message}");
        }
        assert!(message.ends_with(": some/a.csv"), "{message}");
        let first = message.chars().next().unwrap();
        assert!(first.is_lowercase(), "{message}");
    }
}

#[test]
fn files_that_are_no_curves_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.csv");
    let message = read_curves(&missing).unwrap_err().to_string();
    assert!(message.contains("can't read the curves"), "{message}");
    assert!(message.ends_with("none.csv"), "{message}");
    assert!(read_curves(folder.path()).is_err());

    let binary = folder.path().join("a.png");
    std::fs::write(&binary, b"epoch\n\xff\xfe\n").unwrap();
    let message = read_curves(&binary).unwrap_err().to_string();
    assert!(
        message.starts_with("line 2: found bytes that are no UTF-8"),
        "{message}"
    );
    std::fs::write(&binary, b"PK\x03\x04zip").unwrap();
    let message = read_curves(&binary).unwrap_err().to_string();
    assert!(message.starts_with("found a zip file"), "{message}");

    let large = folder.path().join("large.csv");
    let file = std::fs::File::create(&large).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let message = read_curves(&large).unwrap_err().to_string();
    assert!(message.contains("more than 67108864 bytes"), "{message}");
    assert!(message.ends_with("large.csv"), "{message}");
}

#[test]
fn a_folder_of_another_tool_has_a_file_of_a_usual_name() {
    let folder = tempfile::tempdir().unwrap();
    let message = file_in(folder.path()).unwrap_err().to_string();
    assert!(message.contains("metrics.csv"), "{message}");
    std::fs::write(folder.path().join("results.csv"), "").unwrap();
    assert_eq!(
        file_in(folder.path()).unwrap(),
        folder.path().join("results.csv")
    );
}
