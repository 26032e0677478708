//! Tables of training and of test images in one folder.

use super::bad::check;
use crate::support::files::{Set, read, write};
use overfit_lab::data::{DataNote, Dataset};
use std::path::Path;
use std::sync::Arc;

/// Training images, and others of the same classes.
fn sets() -> [Set; 2] {
    let whole = Set::new(6, 6, 60, 4);
    let cut = |from: usize, to: usize| Set {
        pixels: whole.pixels[from * 36..to * 36].to_vec(),
        labels: whole.labels[from..to].to_vec(),
        ..whole.clone()
    };
    [cut(0, 40), cut(40, 60)]
}

/// A set as Kaggle's `train.csv` without its header.
fn headless(set: &Set) -> String {
    set.csv().split_once('\n').unwrap().1.to_owned()
}

fn tables(train: (&str, &str), test: (&str, &str)) -> Arc<Dataset> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join(train.0), train.1);
    write(folder.path().join(test.0), test.1);
    read(folder.path()).unwrap()
}

#[test]
fn a_labelled_table_beside_the_training_table_is_for_the_test() {
    let [train, test] = sets();
    // The test table's columns may stand in another order.
    let sorted = test.csv().replacen("label", "class", 1);
    for (names, text) in [
        (["mnist_train.csv", "mnist_test.csv"], test.csv()),
        (
            ["fashion-mnist_train.csv", "fashion-mnist_test.csv"],
            sorted,
        ),
        (["train.csv", "test.csv"], headless(&test)),
    ] {
        let dataset = tables((names[0], &train.csv()), (names[1], &text));
        assert_eq!(dataset.train.count(), 40, "{names:?}");
        let found = dataset.test.as_ref().unwrap();
        assert_eq!(found.labels, test.labels, "{names:?}");
        assert_eq!(found.pixels, test.pixels, "{names:?}");
        let note = DataNote::TestTable {
            name: names[1].into(),
        };
        assert!(dataset.taken.notes.contains(&note));
    }
    let both = tables(
        ("mnist_train.csv", &headless(&train)),
        ("mnist_test.csv", &headless(&test)),
    );
    assert_eq!(both.test.as_ref().unwrap().labels, test.labels);
}

#[test]
fn emnists_test_table_is_turned_as_its_training_table() {
    let [train, test] = sets();
    let dataset = tables(
        ("emnist-digits-train.csv", &headless(&train)),
        ("emnist-digits-test.csv", &headless(&test)),
    );
    let turned = dataset.test.as_ref().unwrap();
    for row in 0..6 {
        for column in 0..6 {
            let place = |row: usize, column: usize| row * 6 + column;
            assert_eq!(
                turned.pixels[place(row, column)],
                test.pixels[place(column, row)]
            );
        }
    }
}

#[test]
fn a_table_without_labels_is_for_a_submission() {
    let [train, test] = sets();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("train.csv"), train.csv());
    write(folder.path().join("test.csv"), test.test_csv());
    write(
        folder.path().join("sample_submission.csv"),
        "ImageId,Label\n1,0\n",
    );
    let dataset = read(folder.path()).unwrap();
    assert_eq!(dataset.train.count(), 40);
    assert!(dataset.test.is_none());
    let notes: Vec<String> = dataset
        .taken
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "test.csv has no labels and isn't trained on; a submission predicts its images",
        "the table sample_submission.csv wasn't needed and was left out",
    ];
    assert_eq!(notes, expected);
}

#[test]
fn a_test_table_of_other_data_is_refused() {
    let [train, mut test] = sets();
    let with = |test: String| {
        let train = train.csv();
        move |folder: &Path| {
            write(folder.join("mnist_train.csv"), &train);
            write(folder.join("mnist_test.csv"), test);
            folder.to_path_buf()
        }
    };
    let other_size = Set::new(5, 5, 20, 4).csv();
    check(
        with(other_size),
        &[
            "found images of 5 × 5 pixels, expected 6 × 6",
            "another folder",
        ],
    );
    test.labels[3] = 9;
    check(
        with(test.csv()),
        &["found the class 9, expected classes that the training images"],
    );
}
