//! The reader of curve files.

use super::*;
use std::path::Path;

fn parse(text: &str) -> Vec<CurvePoint> {
    parse_curve(text, Path::new("a.csv")).unwrap()
}

fn refused(text: &str) -> String {
    parse_curve(text, Path::new("some/a.csv"))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_keras_log_is_read_whatever_its_order_and_names() {
    for header in [
        "epoch,accuracy,learning_rate,loss,val_accuracy,val_loss",
        "epoch;acc;lr;loss;val_acc;val_loss",
        "epoch\tsparse_categorical_accuracy\tlr\tloss\tval_sparse_categorical_accuracy\tval_loss",
        "\u{feff}\"epoch\",\"categorical_accuracy\",\"lr\",\"loss\",\"val_categorical_accuracy\",\"val_loss\"",
    ] {
        let separator = header.chars().find(|it| ",;\t".contains(*it)).unwrap();
        let rows = "0,0.5,0.001,1.5,0.4,1.6\r\n\r\n1,0.6,0.001,nan,0.5,inf\r\n"
            .replace(',', &separator.to_string());
        let points = parse(&format!("{header}\r\n{rows}"));
        assert_eq!(points.len(), 2, "{header}");
        let expected = CurvePoint::measured(1, [1.5, 0.5, 1.6, 0.4]);
        assert_eq!(points[0], expected, "{header}");
        assert_eq!(points[1].epoch, 2, "{header}");
        assert!(points[1].train_loss.unwrap().is_nan(), "{header}");
        assert_eq!(points[1].validation_loss, Some(f64::INFINITY), "{header}");
    }
}

const LINE: &str = r#"{"epoch":1,"train_loss":null,"train_accuracy":0.5,"validation_loss":1,"validation_accuracy":0.4,"seconds":2.5}"#;

#[test]
fn json_lines_are_read() {
    let next = LINE.replace(":1,", ":2,");
    let points = parse(&format!("{LINE}\r\n\r\n{next}"));
    assert_eq!(points.len(), 2);
    assert!(points[0].train_loss.unwrap().is_nan());
    assert_eq!(points[1].epoch, 2);
    // A whole last line needs no newline. A torn line is dropped where it is the last one only.
    assert_eq!(parse(&format!("{LINE}\n{}", &next[..50])).len(), 1);
    let message = refused(&format!("{LINE}\n{}\n", &next[..50]));
    assert!(
        message.starts_with("line 2: EOF while parsing"),
        "{message}"
    );
    let message = refused(&format!("{}\n{LINE}", &next[..50]));
    assert!(
        message.starts_with("line 1: EOF while parsing"),
        "{message}"
    );
    assert!(refused(&next[..50]).starts_with("found no epoch"));
}

#[test]
fn other_events_of_train_json_are_passed_over() {
    let started = r#"{"event":"started","parameters":5}"#;
    let epoch = LINE.replacen('{', r#"{"event":"epoch","#, 1);
    assert_eq!(parse(&format!("{started}\n{epoch}\n")).len(), 1);
}

#[test]
fn with_label_noise_the_images_with_right_labels_count() {
    let part = r#","clean":{"loss":0.25,"accuracy":0.9,"count":COUNT}}"#;
    let line = |count: &str| LINE.replacen('}', &part.replace("COUNT", count), 1);
    let point = parse(&line("80"))[0];
    assert_eq!(
        (point.train_loss, point.train_accuracy),
        (Some(0.25), Some(0.9))
    );
    assert_eq!(parse(&line("0"))[0].train_accuracy, Some(0.5));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_mend() {
    let header = "epoch,loss,accuracy,val_loss,val_accuracy\n";
    for (text, parts) in [
        (String::new(), vec!["found no epoch", "header"]),
        ("\n \n".into(), vec!["found no epoch"]),
        (header.into(), vec!["found no epoch"]),
        (
            "\nepoch,loss,foo\n1,2,3\n".into(),
            vec![
                "line 2:",
                "found the columns epoch, loss, foo",
                "train_accuracy or accuracy or acc",
            ],
        ),
        (
            "epoch,loss,accuracy\n1,2,0.5\n".into(),
            vec!["validation_loss or val_loss", "add it"],
        ),
        (
            format!("{header}1,1,0.5,1,0.5\n\n2,x,0.5,1,0.5\n"),
            vec!["line 4, column loss: found x, expected a number"],
        ),
        (
            format!("{header}1,1,0.5,,0.5\n"),
            vec!["line 2, column val_loss: found nothing", "every epoch"],
        ),
        (
            format!("{header}1,1,0.5,NA,NA\n"),
            vec!["column val_loss: found NA", "every epoch"],
        ),
        (
            format!("{header}1,1,92.5,1,0.5\n"),
            vec!["column accuracy: found 92.5", "divide percentages by 100"],
        ),
        (
            format!("{header}1,-3,0.5,1,0.5\n"),
            vec!["column loss: found -3, expected 0 or more"],
        ),
        (
            format!("{header}1.5,1,0.5,1,0.5\n"),
            vec!["column epoch: found 1.5, expected a whole number"],
        ),
        (
            format!("{header}-1,1,0.5,1,0.5\n"),
            vec!["column epoch: found -1"],
        ),
        (
            format!("{header}1,1,0.5,1\n"),
            vec!["line 2: found 4 values, expected 5"],
        ),
        (
            format!("{header}4,1,0.5,1,0.5\n5,1,0.5,1,0.5\n5,1,0.5,1,0.5\n"),
            vec!["line 4, column epoch: found 5 after 5", "one run"],
        ),
        (
            format!("{LINE}\n{LINE}\n"),
            vec!["line 2, column epoch: found 1 after 1"],
        ),
        (
            LINE.replace("validation_loss", "val"),
            vec!["line 1:", "one named validation_loss", "seconds"],
        ),
        (
            LINE.replace("0.4", "\"0.4\""),
            vec!["line 1, column validation_accuracy: found \"0.4\""],
        ),
        (
            LINE.replace("0.4", "40"),
            vec![
                "line 1, column validation_accuracy: found 40",
                "divide percentages by 100",
            ],
        ),
        ("{\n".into(), vec!["line 1:", "JSON object"]),
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
    let message = read_curve(&missing).unwrap_err().to_string();
    assert!(message.contains("can't read the curves"), "{message}");
    assert!(message.ends_with("none.csv"), "{message}");
    assert!(read_curve(folder.path()).is_err());

    let binary = folder.path().join("a.png");
    std::fs::write(&binary, b"epoch\n\xff\xfe\n").unwrap();
    let message = read_curve(&binary).unwrap_err().to_string();
    assert!(
        message.starts_with("line 2: found bytes that are no UTF-8"),
        "{message}"
    );

    let large = folder.path().join("large.csv");
    let file = std::fs::File::create(&large).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let message = read_curve(&large).unwrap_err().to_string();
    assert!(message.contains("more than 67108864 bytes"), "{message}");
    assert!(message.ends_with("large.csv"), "{message}");
}
