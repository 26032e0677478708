//! Names, gaps, epochs and runs: what is read of a text, and what is said about it.

use super::*;

pub(super) const HEADER: &str = "epoch,loss,accuracy,val_loss,val_accuracy\n";

/// Lines of these epochs with these training losses.
fn lines(epochs: &[(usize, f64)]) -> String {
    let line = |(epoch, loss): &(usize, f64)| format!("{epoch},{loss},0.5,1,0.5\n");
    HEADER.to_owned() + &epochs.iter().map(line).collect::<String>()
}

/// The epochs of each run.
pub(super) fn epochs(text: &str) -> Vec<Vec<usize>> {
    let runs = read(text).runs.into_iter();
    runs.map(|run| run.points.iter().map(|point| point.epoch).collect())
        .collect()
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
        let points = points(&format!("{header}\r\n{rows}"));
        assert_eq!(points.len(), 2, "{header}");
        let expected = CurvePoint::measured(1, [1.5, 0.5, 1.6, 0.4]);
        assert_eq!(points[0], expected, "{header}");
        assert_eq!(points[1].epoch, 2, "{header}");
        assert!(points[1].train_loss.unwrap().is_nan(), "{header}");
        assert_eq!(points[1].validation_loss, Some(f64::INFINITY), "{header}");
    }
}

pub(super) const LINE: &str = r#"{"epoch":1,"train_loss":null,"train_accuracy":0.5,"validation_loss":1,"validation_accuracy":0.4,"seconds":2.5}"#;

#[test]
fn json_lines_are_read() {
    let next = LINE.replace(":1,", ":2,");
    let read = points(&format!("{LINE}\r\n\r\n{next}"));
    assert_eq!(read.len(), 2);
    assert!(read[0].train_loss.unwrap().is_nan());
    assert_eq!(read[1].epoch, 2);
    // A whole last line needs no newline. A torn line is dropped where it is the last one only.
    let torn = format!("{LINE}\n{}", &next[..50]);
    assert_eq!(points(&torn).len(), 1);
    assert!(notes(&torn)[0].starts_with("Line 2, the last one, has no line end"));
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
    assert!(refused(&next[..50]).starts_with("line 1: EOF while parsing"));
}

#[test]
fn other_events_of_train_json_are_passed_over() {
    let started = r#"{"event":"started","parameters":5}"#;
    let epoch = LINE.replacen('{', r#"{"event":"epoch","#, 1);
    assert_eq!(points(&format!("{started}\n{epoch}\n")).len(), 1);
}

#[test]
fn with_label_noise_the_images_with_right_labels_count() {
    let part = r#","clean":{"loss":0.25,"accuracy":0.9,"count":COUNT}}"#;
    let line = |count: &str| LINE.replacen('}', &part.replace("COUNT", count), 1);
    let point = points(&line("80"))[0];
    assert_eq!(
        (point.train_loss, point.train_accuracy),
        (Some(0.25), Some(0.9))
    );
    assert_eq!(points(&line("0"))[0].train_accuracy, Some(0.5));
}

#[test]
fn a_run_of_this_programs_own_says_how_many_images_validate() {
    let line = LINE.replace("\"seconds\"", "\"validation_count\":60,\"seconds\"");
    let run = &read(&line).runs[0];
    assert_eq!(run.validation_size(), 60);
    // Its null is a figure that isn't finite.
    let next = line.replace("\"epoch\":1", "\"epoch\":2");
    let next = next.replace("\"validation_loss\":1", "\"validation_loss\":null");
    let last = points(&format!("{line}\n{next}\n"))[1];
    assert!(last.validation_loss.unwrap().is_nan());
}

#[test]
fn epochs_count_from_1_and_on_where_training_goes_on() {
    let flat = |epochs: &[usize]| lines(&epochs.iter().map(|it| (*it, 1.0)).collect::<Vec<_>>());
    for (given, expected) in [
        (&[0, 1, 2][..], &[1, 2, 3][..]),
        (&[0, 1, 0, 1, 2, 0], &[1, 2, 3, 4, 5, 6]),
        (&[1, 2, 1, 2], &[1, 2, 3, 4]),
        (&[3, 5, 9], &[3, 5, 9]),
        (&[0, 0, 0, 0], &[1, 2, 3, 4]),
        (&[7, 7], &[1, 2]),
        (&[3, 2, 1], &[1, 2, 3]),
        (&[1, 10, 11, 2, 3], &[1, 2, 3, 10, 11]),
        (&[1, 2, 3, 2], &[1, 2]),
        (&[0, 1, 2, 3, 2, 3, 4], &[1, 2, 3, 4, 5]),
        (&[0, 1, 1], &[1, 2]),
    ] {
        assert_eq!(epochs(&flat(given)), [expected], "{given:?}");
    }
    let resumed = lines(&[(1, 3.0), (2, 2.0), (3, 9.0), (2, 1.0), (3, 0.5)]);
    let losses: Vec<_> = points(&resumed).iter().map(|it| it.train_loss).collect();
    assert_eq!(losses, [Some(3.0), Some(1.0), Some(0.5)]);
    assert_eq!(
        notes(&resumed),
        [
            "Epochs 2 to 3 are there twice, as after a start from an older checkpoint. The later rows count."
        ]
    );
}

#[test]
fn a_training_loss_that_leaps_back_begins_a_new_run() {
    let fold = [(0, 0.9), (1, 0.6), (2, 0.3)];
    assert_eq!(epochs(&lines(&[fold, fold, fold].concat())), [[1, 2, 3]; 3]);
    // The same network goes on, a little worse at first.
    let on = [(0, 0.9), (1, 0.6), (2, 0.3), (0, 0.32), (1, 0.2)];
    assert_eq!(epochs(&lines(&on)), [[1, 2, 3, 4, 5]]);
    // A network that is no longer finite doesn't come back.
    let again = [(1, 0.9), (2, f64::NAN), (1, 0.8), (2, 0.7)];
    assert_eq!(epochs(&lines(&again)), [[1, 2], [1, 2]]);
    // A crash in mid-run, after which all began anew.
    let anew = [(1, 0.9), (2, 0.5), (1, 0.95), (2, 0.5), (3, 0.3)];
    assert_eq!(epochs(&lines(&anew)), [vec![1, 2], vec![1, 2, 3]]);
}

#[test]
fn files_name_their_runs() {
    let text =
        "fold,epoch,train_loss,val_loss\n1,1,0.9,0.8\n1,2,0.5,0.6\n2,1,0.9,0.7\n2,2,0.4,0.5\n";
    let file = read(text);
    let names = file.run_names().into_iter().map(Option::unwrap);
    assert_eq!(names.collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(epochs(text), [[1, 2], [1, 2]]);
    assert!(notes(text).contains(&"The file holds 2 runs. Each is judged by itself.".to_owned()));
}

#[test]
fn folds_in_one_document_are_runs_of_their_own() {
    let fold = r#"{"loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]}"#;
    for text in [
        format!("[{fold}, {fold}]"),
        format!("{{\"fold_0\": {fold}, \"fold_1\": {fold}}}"),
        format!("{{\"folds\": [{fold}, {fold}]}}"),
    ] {
        assert_eq!(epochs(&text), [[1, 2, 3], [1, 2, 3]], "{text}");
    }
}

#[test]
fn a_last_row_without_validation_is_no_divergence() {
    let header = "epoch,loss,accuracy,val_loss,val_accuracy\n";
    let rows = "1,0.9,0.7,0.8,0.75\n2,0.5,0.8,0.6,0.8\n3,0.4,0.9,";
    let losses = |last: &str| -> Vec<Option<f64>> {
        let points = points(&format!("{header}{rows}{last}\n")).into_iter();
        points.map(|point| point.validation_loss).collect()
    };
    assert_eq!(losses("nan,nan"), [Some(0.8), Some(0.6), None]);
    // A network that has diverged still gets a share of the images right.
    assert!(losses("nan,0.1")[2].is_some_and(f64::is_nan));
}

#[test]
fn what_was_not_measured_is_none() {
    let losses = |text: &str| {
        let points = points(text);
        points
            .iter()
            .map(|it| it.validation_loss.map(|loss| loss.to_string()))
            .map(|loss| loss.unwrap_or("-".into()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for word in [
        "",
        "NA",
        "nan",
        "NaN",
        "None",
        "null",
        "-",
        "No log",
        "#N/A",
        "-nan(ind)",
        "1.#QNAN",
    ] {
        let text = table("epoch,loss,val_loss", |epoch, [a, _, c, _]| {
            match epoch % 3 {
                0 => format!("{epoch},{a},{c}"),
                _ => format!("{epoch},{a},{word}"),
            }
        });
        assert_eq!(
            losses(&text),
            "- - 0.31 - - 0.285 - - 0.35 - - 0.44",
            "{word}"
        );
        let text = text.split_inclusive('\n').take(12).collect::<String>();
        assert_eq!(losses(&text), "- - 0.31 - - 0.285 - - 0.35 - -", "{word}");
    }
    // From epoch 9 on, both losses are no numbers.
    let text = table("epoch,loss,val_loss", |epoch, [a, _, c, _]| match epoch {
        9.. => format!("{epoch},nan,nan"),
        _ => format!("{epoch},{a},{c}"),
    });
    assert!(
        losses(&text).ends_with("0.325 NaN NaN NaN NaN"),
        "{}",
        losses(&text)
    );
    // The callback TerminateOnNaN ends a run so.
    let text = table("epoch,loss,val_loss", |epoch, [a, _, c, _]| match epoch {
        12 => format!("{epoch},nan,NA"),
        _ => format!("{epoch},{a},{c}"),
    });
    assert!(points(&text)[11].train_loss.unwrap().is_nan());
    assert_eq!(
        read(&text).runs[0].verdict(1000).kind,
        VerdictKind::Diverged
    );
}

#[test]
fn a_list_of_every_second_epoch_is_shorter() {
    let text = r#"{"loss": [0.9, 0.5, 0.4, 0.3, 0.2], "val_loss": [0.6, 0.5]}"#;
    let losses: Vec<_> = points(text).iter().map(|it| it.validation_loss).collect();
    assert_eq!(losses, [None, Some(0.6), None, Some(0.5), None]);
    assert!(notes(text)[0].starts_with("val_loss has 2 values for 5 epochs"));
    let message = refused(r#"{"loss": [1, 2, 3, 4, 5], "val_loss": [1, 2, 3, 4]}"#);
    assert!(
        message.starts_with("val_loss has 4 values, expected 5"),
        "{message}"
    );
}

#[test]
fn an_accuracy_without_its_images_is_training_s_beside_one_with() {
    let accuracies = |header: &str| {
        let point = points(&format!("{header}\n1,0.9,0.5,0.25,0.75\n"))[0];
        (point.train_accuracy, point.validation_accuracy)
    };
    let (training, validation) = (Some(0.25), Some(0.75));
    for (header, expected) in [
        (
            "epoch,loss,val_loss,accuracy,val_accuracy",
            (training, validation),
        ),
        (
            "epoch,train_loss,val_loss,accuracy,val_accuracy",
            (training, validation),
        ),
        (
            "epoch,train_loss,val_loss,train_acc,accuracy",
            (training, validation),
        ),
        (
            "epoch,train_loss,valid_loss,seconds,accuracy",
            (None, validation),
        ),
        ("epoch,loss,val_loss,accuracy,seconds", (training, None)),
        ("epoch,loss,eval_loss,seconds,eval_top1", (None, validation)),
    ] {
        assert_eq!(accuracies(header), expected, "{header}");
    }
}

#[test]
fn what_is_assumed_is_said() {
    for (text, expected) in [
        (
            "epoch,train_loss,test_loss\n1,0.9,0.8\n",
            "The file has no validation loss, so test_loss is taken for it.",
        ),
        (
            "epoch,train_loss,valid_loss,accuracy\n1,0.9,0.8,0.5\n",
            "The name accuracy doesn't say which images it was measured on.",
        ),
        (
            "epoch,train_loss,val_loss,val_acc\n1,0.9,0.8,55.5\n",
            "val_acc holds percentages",
        ),
        (
            "epoch,train_loss,val_loss,val_error\n1,0.9,0.8,0.25\n",
            "val_error is an error rate",
        ),
        (
            "epoch,loss,val_loss,val_loss\n1,0.9,0.8,0.7\n",
            "The column val_loss is there twice in line 1. The first one counts.",
        ),
        ("loss,val_loss\n0.9,0.8\n", "The file names no epochs"),
        (
            "epoch,loss,val_loss\n0,0.9,0.8\n",
            "The file counts its epochs from 0.",
        ),
        (
            "epoch,loss,val_loss\n2,0.9,0.8\n1,0.9,0.8\n",
            "The rows were put in the order of their epochs.",
        ),
        (
            "epoch,loss,val_loss\n1,0.9,0.8\nepoch,loss,val_loss\n2,0.9,0.8\n",
            "Line 3 is a header again",
        ),
        (
            "epoch,loss,val_loss\n1,0.9,0.85\n2,0.8,0.7",
            "Line 3, the last one, has no line end and seems to be cut short.",
        ),
        (
            "epoch,loss,val_loss\n1,0.9,0.85\n2,0.8",
            "Line 3, the last one, has no line end and seems to be cut short.",
        ),
    ] {
        let notes = notes(text);
        assert!(
            notes.iter().any(|note| note.starts_with(expected)),
            "{expected}: {notes:?}"
        );
    }
    // A whole last line needs no end.
    assert_eq!(
        points("epoch,loss,val_loss\n1,0.9,0.85\n2,0.8,0.75").len(),
        2
    );
}
