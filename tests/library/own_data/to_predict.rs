//! Images to predict: whatever can be read as images to train with.

use super::archives::{images, labels, npy, zip, zip_of};
use super::named::{pictures, table};
use crate::support::files::{Set, gzip, read, write};
use overfit_lab::data::reading::RunReading;
use overfit_lab::data::{DataError, ForNetwork, TestData, TestTable, read_test};
use overfit_lab::experiment::{DataSource, ImageSize, PictureReading};
use std::ops::ControlFlow;
use std::path::Path;

/// Reads what is to be predicted by a network of 6 × 6 pixels that was trained on such pictures.
fn test_data(path: &Path) -> Result<TestData, DataError> {
    let reading = RunReading {
        pictures: PictureReading::OLDER,
        ..RunReading::kept(&DataSource::Mnist)
    };
    let network = ForNetwork::new(reading, ImageSize::square(6));
    read_test(path, &network, &mut |_| ControlFlow::Continue(()))
}

fn found(path: &Path) -> TestTable {
    let read = test_data(path).unwrap_or_else(|err| panic!("{err}"));
    read.table
}

fn ids(table: &TestTable) -> Vec<&str> {
    let ids = table.ids.as_ref().unwrap();
    ids.ids.iter().map(String::as_str).collect()
}

fn notes(table: &TestTable) -> Vec<String> {
    let notes = table.taken.notes.iter();
    notes.map(ToString::to_string).collect()
}

/// The names of the classes, image by image.
fn classes(table: &TestTable) -> Vec<&str> {
    let labels = table.labels.as_ref().unwrap();
    let name = |label: &u8| labels.names[usize::from(*label)].as_str();
    labels.labels.iter().map(name).collect()
}

#[test]
fn numbered_pictures_are_in_the_order_of_their_numbers() {
    let set = Set::small();
    for (name, packed) in [
        ("{}.png", false),
        ("test_{:4}.png", false),
        ("digits/test/{}.png", false),
        ("images/{}.png", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        pictures(&set, path, |n| {
            let (plain, padded) = (format!("{}", n + 1), format!("{:04}", n + 1));
            name.replace("{}", &plain).replace("{:4}", &padded)
        });
        let chosen = match packed {
            false => path.to_path_buf(),
            true => write(path.join("test.zip"), zip_of(path)),
        };
        let table = found(&chosen);
        assert_eq!(table.images.pixels, set.pixels, "{name}");
        let expected: Vec<String> = (1..=40).map(|id| id.to_string()).collect();
        assert_eq!(ids(&table), expected, "{name}");
        assert_eq!(table.ids.as_ref().unwrap().column, "ImageId");
        let said = notes(&table);
        assert!(
            said[0].starts_with(
                "the ids are the numbers in the names of the pictures, in their order, from 1 ("
            ) && said[1].starts_with("the pictures are read as the run reads pictures: "),
            "{said:?}"
        );
    }
}

#[test]
fn names_that_differ_otherwise_are_the_ids_themselves() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    // The second number is the class, which is no order.
    pictures(&set, folder.path(), |n| format!("{:02}_{}.png", n, n % 4));
    write(folder.path().join("notes.txt"), "");
    let table = found(folder.path());
    assert_eq!(table.images.pixels, set.pixels);
    assert_eq!(ids(&table)[..2], ["00_0.png", "01_1.png"]);
    assert_eq!(table.ids.as_ref().unwrap().column, "filename");
    assert!(
        notes(&table)[0].starts_with("the names of the pictures differ in more than one number")
    );
    assert!(notes(&table)[1].contains(".txt (1)"));
}

#[test]
fn a_table_may_name_the_pictures() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    pictures(&set, path, |n| format!("test/{n}.png"));
    // The rows stand in another order than the names.
    let text = |header: &str, row: fn(usize) -> String| {
        let rows: Vec<String> = (0..40).rev().map(row).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let csv = write(
        path.join("test.csv"),
        text("id,file", |n| format!("{n},{n}.png")),
    );
    for chosen in [path, &csv] {
        let table = found(chosen);
        assert_eq!(ids(&table)[..2], ["39.png", "38.png"]);
        assert_eq!(table.images.image(0), set.images().last().unwrap());
        assert!(table.labels.is_none());
        assert!(
            notes(&table)[0]
                .starts_with("test.csv names the pictures to predict in its column file"),
            "{:?}",
            notes(&table)
        );
    }
    let labelled = text("image,label", |n| format!("{n}.png,class {}", n % 4));
    write(&csv, labelled);
    assert_eq!(classes(&found(path))[..2], ["class 3", "class 2"]);
    write(&csv, text("image,x", |n| format!("{}.png,a", n + 1)));
    let err = test_data(path).unwrap_err().to_string();
    assert!(
        err.contains("line 2: found no picture named 40.png") && err.contains("remove this line"),
        "{err}"
    );
}

#[test]
fn folders_of_classes_have_labels() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    set.write_pictures(folder.path());
    let table = found(folder.path());
    assert_eq!(table.images.count(), 40);
    let expected: Vec<String> = (0..40).map(|n| (n / 10).to_string()).collect();
    assert_eq!(classes(&table), expected);
    assert_eq!(ids(&table)[1], "0/4.png");
    assert!(
        notes(&table)
            .iter()
            .any(|note| note.contains("sets no images aside for a test"))
    );
    // Where there are parts, the test's is predicted.
    let folder = tempfile::tempdir().unwrap();
    set.write_pictures(&folder.path().join("train"));
    Set::new(6, 6, 8, 4).write_pictures(&folder.path().join("test"));
    let table = found(folder.path());
    assert_eq!(table.images.count(), 8);
    assert!(
        notes(&table)
            .iter()
            .any(|note| note.contains("those that it sets aside"))
    );
}

#[test]
fn arrays_may_have_no_labels() {
    let set = Set::small();
    let (x, y) = (images(&set), labels(&set));
    let other = npy("|u1", "(2, 6, 6)", &[7; 72]);
    let folder = tempfile::tempdir().unwrap();
    for (files, has_labels) in [
        (vec![("x_test.npy", &x)], false),
        (vec![("arr_0.npy", &x)], false),
        (vec![("pictures.npy", &x)], false),
        (vec![("X.npy", &x)], false),
        (vec![("x_test.npy", &x), ("y_test.npy", &y)], true),
        (vec![("x_train.npy", &other), ("x_test.npy", &x)], false),
        (vec![("x_train.npy", &x), ("y_train.npy", &y)], true),
    ] {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, &b[..])).collect();
        let path = write(folder.path().join("test.npz"), zip(&files));
        let table = found(&path);
        assert_eq!(table.images.pixels, set.pixels, "{:?}", files[0].0);
        assert_eq!(table.labels.is_some(), has_labels);
    }
    let two = zip(&[("a.npy", &x[..]), ("b.npy", &x)]);
    let err = test_data(&write(folder.path().join("two.npz"), two)).unwrap_err();
    let err = err.to_string();
    assert!(
        err.contains("found the arrays a, b, and no images to predict among them, expected x_test"),
        "{err}"
    );
}

#[test]
fn idx_images_may_lie_alone() {
    let set = Set::small();
    let [images, labels] = set.idx();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = write(path.join("t10k-images-idx3-ubyte.gz"), gzip(&images));
    for chosen in [path, &file] {
        let table = found(chosen);
        assert_eq!(table.images.pixels, set.pixels);
        assert!(table.labels.is_none() && table.ids.is_none());
    }
    write(path.join("t10k-labels-idx1-ubyte"), &labels);
    let expected: Vec<String> = set.labels.iter().map(u8::to_string).collect();
    assert_eq!(classes(&found(path)), expected);
    let err = test_data(&path.join("t10k-labels-idx1-ubyte")).unwrap_err();
    assert!(err.to_string().contains("found labels alone"), "{err}");
}

#[test]
fn what_holds_no_images_is_refused_with_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path.join("readme.txt"), "");
    let refused = |path: &Path, part: &str| {
        let err = test_data(path).unwrap_err().to_string();
        assert!(err.contains(part), "{err}");
    };
    refused(path, "found no images to predict here, expected a test.csv");
    write(path.join("a/1.heic"), "");
    refused(&path.join("a"), "found a HEIC picture of a phone");
    write(path.join("b/1.png"), "no picture");
    refused(&path.join("b"), "found no picture (it starts with");
    refused(&write(path.join("digits.mat"), "x"), "a file of MATLAB");
    refused(&path.join("b/1.png"), "found one picture");
    let set = Set::small();
    let text = table(&set, "id,label", |n, l| format!("{n},{l}"));
    refused(
        &write(path.join("b/test.csv"), text),
        "line 2: found no picture named 0",
    );
}

#[test]
fn a_table_of_one_column_lists_pictures_and_their_ids() {
    let set = Set::small();
    for (header, called) in [("filename", true), ("id", false), ("id_code", false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let name = |n: usize| match called {
            true => format!("{n}.png"),
            false => format!("{:03}", 39 - n),
        };
        pictures(&set, path, |n| {
            format!("test/{}.png", name(n).trim_end_matches(".png"))
        });
        pictures(&set, path, |n| format!("train/a{n}.png"));
        write(path.join("test.csv"), table(&set, header, |n, _| name(n)));
        let text = table(&set, &format!("{header},label"), |n, label| {
            format!("a{n},{label}")
        });
        write(path.join("train.csv"), text);
        write(
            path.join("sample_submission.csv"),
            format!("{header},label\n1,0\n"),
        );
        for chosen in [path.to_path_buf(), path.join("test.csv")] {
            let table = found(&chosen);
            assert!(table.images.pixels == set.pixels, "{header}");
            assert_eq!(table.ids.as_ref().unwrap().column, header);
            let expected: Vec<String> = (0..40).map(name).collect();
            assert_eq!(ids(&table), expected, "{header}");
        }
        // What the table lists is left to a submission, and no picture is without a table.
        let dataset = read(path).unwrap();
        let said: Vec<String> = dataset
            .taken
            .notes
            .iter()
            .map(ToString::to_string)
            .collect();
        let is_said = said
            .iter()
            .any(|note| note.starts_with("test.csv has no labels"));
        assert!(
            is_said && !said.iter().any(|note| note.contains("no table names")),
            "{said:?}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let list = write(folder.path().join("test.csv"), "id\n7\n8\n");
    let text = test_data(&list).unwrap_err().to_string();
    assert!(
        text.contains("one column named id") && text.contains("put the pictures"),
        "{text}"
    );
}

#[test]
fn tables_that_are_packed_one_by_one_are_read() {
    let set = Set::small();
    let csv = set.csv();
    let pixels = csv
        .lines()
        .map(|line| line.split_once(',').unwrap().1.to_owned() + "\n");
    let test: String = pixels.collect();
    let (train, test) = (
        zip(&[("train.csv", csv.as_bytes())]),
        zip(&[("test.csv", test.as_bytes())]),
    );
    let folder = tempfile::tempdir().unwrap();
    let files = [("train.csv.zip", &train[..]), ("test.csv.zip", &test[..])];
    for (name, bytes) in files {
        write(folder.path().join(name), bytes);
    }
    let other = tempfile::tempdir().unwrap();
    let packed = write(other.path().join("all.zip"), zip(&files));
    for path in [folder.path().to_path_buf(), packed] {
        let dataset = read(&path).unwrap_or_else(|err| panic!("{err}"));
        assert!(dataset.train.pixels == set.pixels);
        let said: Vec<String> = dataset
            .taken
            .notes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            said.iter().any(|note| note.contains("test.csv.zip")),
            "{said:?}"
        );
        let table = found(&path);
        assert!(table.images.pixels == set.pixels && table.labels.is_none());
    }
}
