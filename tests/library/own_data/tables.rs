//! Tables as people have them: each is read as what it is, or refused with the way to mend it.

use super::bad::check;
use crate::support::files::{Set, read, write};
use overfit_lab::data::{DataNote, Dataset, LabelPlace, TestTable, load, read_test_csv};
use overfit_lab::experiment::DataSource;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// A line of a table as its values.
type Row = Vec<String>;

/// The set as rows of values, the header first.
fn rows(set: &Set) -> Vec<Row> {
    let lines = set.csv();
    let values = |line: &str| line.split(',').map(str::to_owned).collect();
    lines.lines().map(values).collect()
}

fn joined(rows: &[Row]) -> String {
    rows.iter().map(|row| row.join(",") + "\n").collect()
}

/// The table with each line changed, given its number: the header has 0.
pub fn changed(set: &Set, change: impl Fn(usize, &mut Row)) -> String {
    let mut rows = rows(set);
    for (number, row) in rows.iter_mut().enumerate() {
        change(number, row);
    }
    joined(&rows)
}

pub fn read_text(text: &str) -> Arc<Dataset> {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path().join("train.csv"), text);
    read(&file).unwrap()
}

fn read_test(folder: &Path, text: &str) -> TestTable {
    let file = write(folder.join("test.csv"), text);
    read_test_csv(&file, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Reads a table, which must hold the set, and what was done must be this.
#[track_caller]
fn holds(text: &str, set: &Set, notes: &[DataNote]) {
    let dataset = read_text(text);
    assert_eq!(
        (dataset.size.rows, dataset.size.columns),
        (set.rows, set.columns)
    );
    assert!(dataset.train.pixels == set.pixels, "other pixels");
    assert_eq!(dataset.train.labels, set.labels);
    assert_eq!(of_tables(&dataset), notes);
}

/// What was done to a table, without what is noted of any data.
fn of_tables(dataset: &Dataset) -> Vec<DataNote> {
    let notes = dataset.taken.notes.iter().filter(|note| {
        matches!(
            note,
            DataNote::TurnedUpright
                | DataNote::AlreadyUpright
                | DataNote::ColumnAside { .. }
                | DataNote::LabelColumn { .. }
                | DataNote::PixelsSorted
                | DataNote::NoHeader { .. }
                | DataNote::HeadersRepeated { .. }
        )
    });
    notes.cloned().collect()
}

fn aside(name: &str) -> DataNote {
    DataNote::ColumnAside { name: name.into() }
}

fn label(name: &str) -> DataNote {
    DataNote::LabelColumn { name: name.into() }
}

#[test]
fn columns_are_known_by_their_names() {
    let set = Set::small();
    for name in ["Class", "target", "digit", "y"] {
        let named = changed(&set, |row, values| {
            if row == 0 {
                values[0] = name.into();
            }
        });
        holds(&named, &set, &[label(name)]);
    }
    let last = changed(&set, |_, values| values.rotate_left(1));
    holds(&last, &set, &[label("label")]);
    for (name, shown) in [
        ("", "without a name"),
        ("Unnamed: 0", "Unnamed: 0"),
        ("id", "id"),
    ] {
        let indexed = changed(&set, |row, values| {
            let index = if row == 0 {
                name.into()
            } else {
                (row + 300).to_string()
            };
            values.insert(0, index);
        });
        holds(&indexed, &set, &[aside(shown)]);
    }
    let in_the_middle = changed(&set, |row, values| {
        let index = if row == 0 {
            "ID".into()
        } else {
            format!("img-{row}")
        };
        values.insert(1, index);
        values.swap(4, 9);
    });
    holds(&in_the_middle, &set, &[aside("ID"), DataNote::PixelsSorted]);
}

#[test]
fn pixels_are_put_in_the_order_of_their_numbers() {
    let set = Set::small();
    // Pandas sorts columns as text.
    let sorted = |set: &Set| {
        let table = rows(set);
        let mut order: Vec<usize> = (1..table[0].len()).collect();
        order.sort_by(|&a, &b| table[0][a].cmp(&table[0][b]));
        changed(set, |_, values| {
            let pixels = order.iter().map(|&place| values[place].clone());
            *values = [vec![values[0].clone()], pixels.collect()].concat();
        })
    };
    holds(&sorted(&set), &set, &[DataNote::PixelsSorted]);
    let large = Set::new(28, 28, 60, 3);
    holds(&sorted(&large), &large, &[DataNote::PixelsSorted]);
    let renamed = |set: &Set, name: &dyn Fn(usize) -> String| {
        changed(set, |row, values| {
            if row == 0 {
                for (pixel, value) in values[1..].iter_mut().enumerate() {
                    *value = name(pixel);
                }
            }
        })
    };
    for text in [
        renamed(&set, &|pixel| {
            format!("{}x{}", pixel / 6 + 1, pixel % 6 + 1)
        }),
        renamed(&set, &|pixel| format!("r{}c{}", pixel / 6, pixel % 6)),
        renamed(&set, &|pixel| format!("x{}_y{}", pixel % 6, pixel / 6)),
        renamed(&set, &|pixel| format!("Pixel {pixel}")),
        renamed(&set, &|pixel| (pixel + 1).to_string()),
    ] {
        holds(&text, &set, &[]);
    }
    // The names say that these images aren't square.
    let wide = Set::new(3, 12, 40, 4);
    let text = renamed(&wide, &|pixel| format!("r{}c{}", pixel / 12, pixel % 12));
    holds(&text, &wide, &[]);
    // Column by column.
    let mut places: Vec<usize> = (0..36).collect();
    places.sort_by_key(|pixel| (pixel % 12, pixel / 12));
    let by_column = changed(&wide, |row, values| {
        let pixels = values.split_off(1);
        values.extend(places.iter().map(|&pixel| match row {
            0 => format!("r{}c{}", pixel / 12, pixel % 12),
            _ => pixels[pixel].clone(),
        }));
    });
    holds(&by_column, &wide, &[DataNote::PixelsSorted]);
}

#[test]
fn tables_without_a_header_are_read() {
    let set = Set::small();
    let body = |text: String| text.split_once('\n').unwrap().1.to_owned();
    let no_header = |label| DataNote::NoHeader { label: Some(label) };
    holds(&body(set.csv()), &set, &[no_header(LabelPlace::First)]);
    // The last column can only be the label: the first is a pixel that is 0 in each image.
    let mut last = set.clone();
    for image in last.pixels.chunks_exact_mut(36) {
        image.swap(0, 35);
        image[0] = 0;
    }
    let text = body(changed(&last, |_, values| values.rotate_left(1)));
    holds(&text, &last, &[no_header(LabelPlace::Last)]);
    let named = body(changed(&set, |row, values| {
        if row > 0 {
            values[0] = ["a", "b", "c", "d"][(row - 1) % 4].into();
        }
    }));
    let dataset = read_text(&named);
    assert_eq!(dataset.classes, ["a", "b", "c", "d"]);
    assert!(dataset.train.pixels == set.pixels);

    let folder = tempfile::tempdir().unwrap();
    let unlabelled = body(set.test_csv());
    let table = read_test(folder.path(), &unlabelled);
    assert!(table.images.pixels == set.pixels && table.labels.is_none());
    assert_eq!(table.taken.notes, [DataNote::NoHeader { label: None }]);
    let counted: String = (0..)
        .zip(unlabelled.lines())
        .map(|(row, line)| format!("{row},{line}\n"))
        .collect();
    let table = read_test(folder.path(), &counted);
    assert!(table.images.pixels == set.pixels && table.labels.is_none());
    let table = read_test(folder.path(), &body(set.csv()));
    assert!(table.images.pixels == set.pixels);
    assert_eq!(table.labels.unwrap().labels, set.labels);
}

#[test]
fn values_may_be_written_in_any_way_that_is_whole() {
    let set = Set::small();
    let written = |write: &dyn Fn(&str) -> String| {
        changed(&set, |row, values| {
            if row > 0 {
                values.iter_mut().for_each(|value| *value = write(value));
            }
        })
    };
    holds(&written(&|value| format!("{value}.0")), &set, &[]);
    holds(
        &written(&|value| format!("{:.6e}", value.parse::<f64>().unwrap())),
        &set,
        &[],
    );
    holds(&written(&|value| format!("\"{value}\"")), &set, &[]);
    let commas = |text: &str, from: usize| -> String {
        let lines = text.lines().enumerate();
        lines
            .map(|(row, line)| line.to_owned() + if row >= from { ",\n" } else { "\n" })
            .collect()
    };
    holds(&commas(&set.csv(), 0), &set, &[aside("")]);
    holds(&commas(&set.csv(), 1), &set, &[]);
    let twice = set.csv() + &set.csv();
    let mut double = set.clone();
    double.pixels.extend_from_slice(&set.pixels);
    double.labels.extend_from_slice(&set.labels);
    holds(&twice, &double, &[DataNote::HeadersRepeated { count: 1 }]);
    // The header again, before any image: whole floats are numbers all the same, and no names of classes.
    let floats = written(&|value| format!("{value}.0"));
    let header = floats.lines().next().unwrap();
    let again = format!("{header}\n{floats}");
    holds(&again, &set, &[DataNote::HeadersRepeated { count: 1 }]);
    assert_eq!(read_text(&again).classes, read_text(&set.csv()).classes);
}

#[test]
fn names_are_classes_in_order() {
    let set = Set::small();
    let names = ["ten", "two", "class 10", "class 9"];
    let text = changed(&set, |row, values| {
        if row > 0 {
            values[0] = format!("\"{}\"", names[(row - 1) % 4]);
        }
    });
    let dataset = read_text(&text);
    assert_eq!(dataset.classes, ["class 9", "class 10", "ten", "two"]);
    assert_eq!(dataset.train.labels[..5], [2, 3, 1, 0, 2]);
    assert!(dataset.train.pixels == set.pixels);
}

/// Digits of MNIST as a table, each lying on its side where that is asked for.
pub fn mnist_rows(count: usize, is_lying: bool) -> String {
    let mnist = load(&DataSource::Mnist).unwrap();
    let mut set = Set::new(28, 28, count, 10);
    set.labels = mnist.train.labels[..count].to_vec();
    set.pixels = mnist.train.pixels[..count * 784].to_vec();
    if is_lying {
        for image in set.pixels.chunks_exact_mut(784) {
            let upright = image.to_vec();
            for (at, pixel) in image.iter_mut().enumerate() {
                *pixel = upright[at % 28 * 28 + at / 28];
            }
        }
    }
    set.csv()
}

#[test]
fn what_lies_on_its_side_is_turned_upright_and_said() {
    let mnist = load(&DataSource::Mnist).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, is_lying: bool, notes: &[DataNote]| {
        let file = write(folder.path().join(name), mnist_rows(200, is_lying));
        let dataset = read(&file).unwrap();
        assert!(
            dataset.train.pixels == mnist.train.pixels[..200 * 784],
            "{name}"
        );
        assert_eq!(of_tables(&dataset), notes, "{name}");
    };
    check("train.csv", false, &[]);
    check("train.csv", true, &[DataNote::TurnedUpright]);
    check("emnist-digits-train.csv", true, &[DataNote::TurnedUpright]);
    check("emnist-upright.csv", false, &[DataNote::AlreadyUpright]);
    // Of letters, the name alone says it.
    let set = Set::small();
    let file = write(folder.path().join("emnist-letters-test.csv"), set.csv());
    let table = read_test_csv(&file, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(table.taken.notes, [DataNote::TurnedUpright]);
    assert_eq!(table.images.pixels[1], set.pixels[6]);
}

#[test]
fn a_test_table_says_its_ids_and_labels() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::small();
    let with_ids = |id: &dyn Fn(usize) -> String| {
        changed(&set, |row, values| {
            values[0] = if row == 0 { "ImageId".into() } else { id(row) };
            values.rotate_left(1);
        })
    };
    let table = read_test(folder.path(), &with_ids(&|row| (row + 1_000).to_string()));
    assert!(table.images.pixels == set.pixels);
    let ids = table.ids.unwrap();
    assert_eq!(
        (ids.column.as_str(), ids.ids[0].as_str()),
        ("ImageId", "1001")
    );
    assert!(table.taken.notes.is_empty());
    let table = read_test(folder.path(), &with_ids(&|row| format!("{row}.0")));
    assert_eq!(table.ids.unwrap().ids[39], "40");
    // Ids that several images have are none.
    let table = read_test(folder.path(), &with_ids(&|row| (row / 2).to_string()));
    assert!(table.ids.is_none());
    assert!(table.taken.notes.contains(&aside("ImageId")));
    let table = read_test(folder.path(), &set.csv());
    let labels = table.labels.unwrap();
    assert_eq!(labels.names, ["0", "1", "2", "3"]);
    assert_eq!(labels.labels, set.labels);
}

#[test]
fn what_cant_be_put_in_order_is_refused_with_the_mend() {
    let refused = |text: String, parts: &[&str]| {
        check(|folder| write(folder.join("train.csv"), text), parts);
    };
    let set = Set::small();
    let header = |change: &dyn Fn(&mut Row)| {
        changed(&set, |row, values| {
            if row == 0 {
                change(values);
            }
        })
    };
    refused(
        header(&|names| names[0] = "kind".into()),
        &["rename kind to label"],
    );
    refused(
        header(&|names| names[36] = "pixel0".into()),
        &["the column pixel0 twice"],
    );
    refused(
        header(&|names| names[36] = "pixel99".into()),
        &["no column pixel35, expected one before pixel99"],
    );
    refused(
        header(&|names| names[5] = "split".into()),
        &[
            "the column split, which is neither a label nor a pixel",
            "remove it",
        ],
    );
    refused(
        header(&|names| names[5] = "class".into()),
        &["the columns label and class"],
    );
    refused(
        set.test_csv(),
        &["no label column (the first is pixel0)", "choose train.csv"],
    );
    let body = set.test_csv().split_once('\n').unwrap().1.to_owned();
    refused(
        body,
        &[
            "36 columns of numbers without a header and no label",
            "choose train.csv",
        ],
    );
    // Pandas makes the values of the first image different, to have names of columns.
    let mangled = changed(&set, |row, values| {
        if row == 0 {
            for (pixel, name) in values.iter_mut().enumerate() {
                *name = if pixel == 0 {
                    "0".into()
                } else {
                    format!("0.{pixel}")
                };
            }
        }
    });
    refused(
        mangled,
        &["pandas took the first image for the header", "header=None"],
    );
    let colour = Set::new(1, 192, 40, 4);
    refused(colour.csv(), &["192 = 8 × 8 × 3: colour", "0.299"]);
    refused(
        Set::new(5, 7, 40, 4).csv(),
        &["found 35 pixel columns, expected a square number"],
    );
    refused(
        set.csv().replace(',', " "),
        &["separate the values by commas"],
    );
    let scaled = |by: f64| {
        changed(&set, |row, values| {
            if row > 0 {
                for value in &mut values[1..] {
                    *value = (value.parse::<f64>().unwrap() * by).to_string();
                }
            }
        })
    };
    refused(
        scaled(1.0 / 255.0),
        &["column pixel0: found 0.00392", "multiply by 255 and round"],
    );
    refused(
        scaled(0.3),
        &["the pixels go up to 35.7: round them, without multiplying"],
    );
    refused(scaled(-0.3), &["scaled to a mean of 0"]);
    let late = set.csv() + "seven" + &",0".repeat(36) + "\n";
    refused(
        late,
        &["line 42, column label: found seven, expected a whole number"],
    );
}
