//! Tables in which each class has a column, and a 1 marks the class of a picture: Roboflow's `_classes.csv`.

use super::bad::check;
use super::named::{pictures, table};
use crate::support::files::{Set, read, write};
use overfit_lab::data::DataNote;
use std::path::{Path, PathBuf};

/// A row that marks the class `marked` of four.
fn row(name: &str, marked: &[u8]) -> String {
    let values = (0..4).map(|class| u8::from(marked.contains(&class)).to_string());
    let values: Vec<String> = values.collect();
    format!("{name}, {}", values.join(", "))
}

const HEADER: &str = "filename, ant, bee, cat, dog";

#[test]
fn a_one_marks_the_class_of_each_picture() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // Roboflow gives each part a folder of its own with a table in it.
    for part in ["train", "valid", "test"] {
        pictures(&set, &path.join(part), |n| format!("{n}_jpg.rf.{part}.png"));
        let text = table(&set, HEADER, |n, label| {
            row(&format!("{n}_jpg.rf.{part}.png"), &[label])
        });
        write(path.join(part).join("_classes.csv"), text);
    }
    let dataset = read(path).unwrap();
    assert_eq!(dataset.classes, ["ant", "bee", "cat", "dog"]);
    let parts = [
        Some(&dataset.train),
        dataset.validation.as_ref(),
        dataset.test.as_ref(),
    ];
    for images in parts {
        let images = images.unwrap();
        assert_eq!(images.count(), 40);
        for (place, label) in images.labels.iter().enumerate() {
            let found = set.images().position(|other| other == images.image(place));
            assert_eq!(set.labels[found.unwrap()], *label);
        }
    }
    let is_named = |note: &&DataNote| matches!(note, DataNote::NamedByTable { .. });
    assert_eq!(
        dataset
            .taken
            .notes
            .iter()
            .find(is_named)
            .unwrap()
            .to_string(),
        "_classes.csv names the pictures in its column filename, and marks their classes with a 1 in a \
         column for each class"
    );
    // One of the folders alone, and its table, are data, too.
    for chosen in ["train", "train/_classes.csv"] {
        assert_eq!(
            read(path.join(chosen)).unwrap().train.count(),
            40,
            "{chosen}"
        );
    }
}

#[test]
fn a_picture_has_exactly_one_class() {
    let with = |marks: &'static [u8]| {
        move |folder: &Path| -> PathBuf {
            let set = Set::small();
            pictures(&set, folder, |n| format!("{n}.png"));
            let text = table(&set, HEADER, |n, label| match n {
                5 => row("5.png", marks),
                n => row(&format!("{n}.png"), &[label]),
            });
            write(folder.join("_classes.csv"), text);
            folder.to_path_buf()
        }
    };
    check(
        with(&[1, 3]),
        &[
            "line 7: found 2 classes (bee, dog) marked with 1 for 5.png",
            "expected exactly one class",
            "correct the marks, or remove the line",
        ],
    );
    check(
        with(&[]),
        &["line 7: found no class marked with 1 for 5.png"],
    );
}
