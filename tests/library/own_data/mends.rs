//! What is done about data that are nearly as they should be: turned as the run's own were, read all the same, or
//! refused with the mend.

use super::bad::check;
use super::tables::{changed, mnist_rows, read_text};
use crate::support::files::{Set, write};
use overfit_lab::data::reading::RunReading;
use overfit_lab::data::{
    DataNote, ForNetwork, load, read_csv_to_measure, read_test as read_test_for, with_facts,
};
use overfit_lab::experiment::{DataSource, ImageSize};
use std::ops::ControlFlow;

#[test]
fn a_test_table_is_turned_as_the_tables_of_its_run_were() {
    let folder = tempfile::tempdir().unwrap();
    let train = write(folder.path().join("train.csv"), mnist_rows(200, true));
    let source = DataSource::files(train);
    let kept = with_facts(&source, &load(&source).unwrap());
    assert!(kept.is_turned());
    let upright = load(&DataSource::Mnist).unwrap();
    let upright = &upright.train.pixels[..200 * 784];
    let size = ImageSize::square(28);
    let network = ForNetwork::new(RunReading::of(&kept), size).turned(kept.is_turned());
    let of = |name: &str, text: String| {
        let file = write(folder.path().join(name), text);
        read_test_for(&file, &network, &mut |_| ControlFlow::Continue(()))
            .unwrap()
            .table
    };
    let unlabelled = |text: String| -> String {
        let rest = |line: &str| line.split_once(',').unwrap().1.to_owned() + "\n";
        text.lines().map(rest).collect()
    };
    let table = of("test.csv", unlabelled(mnist_rows(200, true)));
    assert!(table.images.pixels == upright);
    assert_eq!(table.taken.notes, [DataNote::TurnedAsTheRun]);
    // So few digits don't show how they stand.
    let table = of("few.csv", mnist_rows(10, true));
    assert!(table.images.pixels == upright[..7840]);
    assert_eq!(table.taken.notes, [DataNote::TurnedAsTheRun]);
    // Without labels, digits that stand are told by being taller than wide.
    let table = of("standing.csv", unlabelled(mnist_rows(200, false)));
    assert!(table.images.pixels == upright);
    assert_eq!(table.taken.notes, [DataNote::UprightUnlikeTheRun]);
    let table = of("upright.csv", mnist_rows(200, false));
    assert!(table.images.pixels == upright);
    assert_eq!(table.taken.notes, [DataNote::UprightUnlikeTheRun]);
    let mut few = |_| ControlFlow::Continue(());
    let file = write(folder.path().join("few.csv"), mnist_rows(10, true));
    let table = read_csv_to_measure(&file, true, &mut few).unwrap();
    assert!(table.images.pixels == upright[..7840]);
}

#[test]
fn decimals_may_have_a_comma_where_semicolons_stand_between_values() {
    let set = Set::small();
    let text = changed(&set, |row, values| {
        if row > 0 {
            values[1..]
                .iter_mut()
                .for_each(|value| value.push_str(";0"));
        }
    });
    let text = text.replace(',', "|").replace(';', ",").replace('|', ";");
    assert!(read_text(&text).train.pixels == set.pixels);
}

#[test]
fn a_column_for_each_class_and_a_web_page_are_told_with_the_mend() {
    let set = Set::small();
    let text = changed(&set, |row, values| {
        let label = values.remove(0);
        values.extend((0..4).map(|class: i32| match row {
            0 => format!("label_{class}"),
            _ => i32::from(label == class.to_string()).to_string(),
        }));
    });
    check(
        |path| write(path.join("train.csv"), text),
        &[
            "4 columns label_…, one for each class",
            "d.insert(0, 'label'",
        ],
    );
    check(
        |path| write(path.join("train.csv"), "\n<!DOCTYPE html><html>\n<body>"),
        &["a web page", "download the file itself"],
    );
}

#[test]
fn several_idx_sets_and_flat_parts_are_told() {
    let set = Set::small();
    check(
        |path| {
            let [images, labels] = set.idx();
            for folder in ["MNIST/raw", "FashionMNIST/raw"] {
                std::fs::create_dir_all(path.join(folder)).unwrap();
                write(path.join(folder).join("train-images-idx3-ubyte"), &images);
                write(path.join(folder).join("train-labels-idx1-ubyte"), &labels);
            }
            path.into()
        },
        &["FashionMNIST/raw, MNIST/raw", "choose one of these folders"],
    );
    check(
        |path| {
            for part in ["test", "train"] {
                std::fs::create_dir_all(path.join(part)).unwrap();
                write(path.join(part).join("1.png"), "x");
            }
            path.into()
        },
        &["sort the pictures into train/0, train/1"],
    );
    check(
        |path| {
            set.write_pictures(path);
            for class in ["0", "1", "3"] {
                write(path.join(class).join("a.heic"), "x");
            }
            path.into()
        },
        &[
            "a HEIC picture of a phone and 2 more like it in 3 classes",
            "*/*.heic",
        ],
    );
}
