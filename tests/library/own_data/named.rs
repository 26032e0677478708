//! Tables that name pictures and say what each shows, as Kaggle's competitions have them.

use super::bad::check;
use crate::support::files::{Set, read, write};
use image::GrayImage;
use overfit_lab::data::{DataNote, Dataset};
use std::path::{Path, PathBuf};

/// Writes the pictures of a set, each with the name that `name_of` gives its number.
pub fn pictures(set: &Set, folder: &Path, name_of: impl Fn(usize) -> String) {
    for (number, image) in set.images().enumerate() {
        let path = folder.join(name_of(number));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let picture = GrayImage::from_raw(set.columns as u32, set.rows as u32, image.to_vec());
        picture.unwrap().save(path).unwrap();
    }
}

/// A table of these columns: what a picture of a number is called, and its class.
pub fn table(set: &Set, header: &str, row_of: impl Fn(usize, u8) -> String) -> String {
    let rows = set.labels.iter().enumerate();
    let rows: Vec<String> = rows.map(|(n, label)| row_of(n, *label)).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

/// What is said of the data, but for how pictures are read, and for the first image of a set, which has one value.
fn notes(dataset: &Dataset) -> Vec<String> {
    let is_of_every_set = |note: &&DataNote| {
        matches!(
            note,
            DataNote::PicturesRead(_) | DataNote::BlankAmongClasses(_)
        )
    };
    let notes = dataset.taken.notes.iter();
    let told = notes.filter(|note| !is_of_every_set(note));
    told.map(ToString::to_string).collect()
}

fn counts(dataset: &Dataset) -> [usize; 3] {
    let count = |part: &Option<overfit_lab::data::Images>| part.as_ref().map_or(0, |p| p.count());
    [
        dataset.train.count(),
        count(&dataset.validation),
        count(&dataset.test),
    ]
}

/// Checks that each training image has the class that its set gives it.
#[track_caller]
fn has_classes_of(dataset: &Dataset, set: &Set, class_of: impl Fn(u8) -> String) {
    for (position, label) in dataset.train.labels.iter().enumerate() {
        let image = dataset.train.image(position);
        let place = set.images().position(|other| other == image).unwrap();
        let expected = class_of(set.labels[place]);
        assert_eq!(dataset.classes[usize::from(*label)], expected);
    }
}

#[test]
fn a_table_says_what_pictures_show() {
    let set = Set::small();
    type Named = fn(usize) -> String;
    let kinds: [(&str, Named, Named, &str); 7] = [
        (
            "train.csv",
            |n| format!("images/{n}.png"),
            |n| n.to_string(),
            "id,label",
        ),
        (
            "train.csv",
            |n| format!("train/{n:04}.png"),
            |n| n.to_string(),
            "id,label",
        ),
        (
            "train.csv",
            |n| format!("train/train/{n}.png"),
            |n| format!("{n}.png"),
            "image,class",
        ),
        (
            "labels.csv",
            |n| format!("p{n}.png"),
            |n| format!("P{n}.PNG"),
            "filename,label",
        ),
        (
            "data.csv",
            |n| format!("a{}/{n}.png", n % 3),
            |n| format!("x\\a{}\\{n}.png", n % 3),
            "path,target",
        ),
        (
            "train_labels.csv",
            |n| format!("{n}.x.png"),
            |n| format!("{n}.x"),
            "name,digit",
        ),
        (
            "train.csv",
            |n| format!("images/{n}.png"),
            |n| format!("./images/{n}.png"),
            "picture,breed",
        ),
    ];
    for (name, file, called, header) in kinds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        pictures(&set, path, file);
        let text = table(&set, header, |n, label| format!("{},{label}", called(n)));
        let csv = write(path.join(name), text);
        for chosen in [path.to_path_buf(), csv] {
            let dataset = read(&chosen).unwrap_or_else(|err| panic!("{header} {name}: {err}"));
            assert_eq!(counts(&dataset), [40, 0, 0], "{header} {name}");
            assert_eq!(dataset.classes.join(" "), "0 1 2 3");
            has_classes_of(&dataset, &set, |label| label.to_string());
            let (column, label) = header.split_once(',').unwrap();
            let note = format!(
                "{name} names the pictures in its column {column} and their classes in its column {label}"
            );
            assert_eq!(notes(&dataset), [note]);
        }
    }
}

#[test]
fn classes_may_be_words_or_floats_in_any_table() {
    let set = Set::small();
    let words = ["null", "eins", "zwei", "drei"];
    let read_with = |text: String| {
        let folder = tempfile::tempdir().unwrap();
        pictures(&set, folder.path(), |n| format!("img/{n}.png"));
        write(folder.path().join("train.csv"), text);
        read(folder.path()).unwrap()
    };
    let word = |label: u8| words[usize::from(label)].to_owned();
    let dataset = read_with(table(&set, "label;;image", |n, l| {
        format!("\"{}\";{n};{n}.png", word(l))
    }));
    has_classes_of(&dataset, &set, word);
    let floats = read_with(table(&set, ",id,label", |n, l| {
        format!("{},{n},{l}.0", n + 7)
    }));
    has_classes_of(&floats, &set, |label| label.to_string());
    let lines: Vec<String> = (0..40).map(|n| format!("{n}.png\t{}", n % 4)).collect();
    let headless = read_with(lines.join("\r\n"));
    has_classes_of(&headless, &set, |label| label.to_string());
    assert!(notes(&headless)[0].ends_with("column 1 and their classes in its column 2"));
}

#[test]
fn a_download_of_kaggle_is_read_as_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let set = Set::small();
    pictures(&set, path, |n| format!("train_images/{n}.png"));
    // The pictures to predict are called as those to train with.
    let mut other = set.clone();
    other
        .pixels
        .iter_mut()
        .for_each(|pixel| *pixel = pixel.wrapping_add(9));
    pictures(&other, path, |n| format!("test_images/{n}.png"));
    write(
        path.join("train.csv"),
        table(&set, "id,label", |n, l| format!("{n},{l}")),
    );
    write(
        path.join("test.csv"),
        table(&set, "id,file", |n, _| format!("{n},{n}.png")),
    );
    write(
        path.join("sample_submission.csv"),
        table(&set, "id,label", |n, _| format!("{n},0")),
    );
    write(path.join("readme.md"), "read me");
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 0]);
    has_classes_of(&dataset, &set, |label| label.to_string());
    let expected = [
        "train.csv names the pictures in its column id and their classes in its column label",
        "test.csv has no labels and isn't trained on; a submission predicts its images",
        "1 file or folder that is no picture of a class was passed over: .md (1)",
    ];
    assert_eq!(notes(&dataset), expected);
}

#[test]
fn parts_have_tables_or_a_column() {
    let set = Set::new(6, 6, 120, 4);
    let folder = tempfile::tempdir().unwrap();
    pictures(&set, folder.path(), |n| format!("images/{n}.png"));
    let part_of = |n: usize| ["train", "val", "test"][n / 40];
    for (place, part) in ["train", "valid", "test"].iter().enumerate() {
        let rows = (40 * place..40 * place + 40).map(|n| format!("{n}.png,{}\n", n % 4));
        let text = format!("image,label\n{}", rows.collect::<String>());
        write(folder.path().join(format!("{part}_labels.csv")), text);
    }
    assert_eq!(counts(&read(folder.path()).unwrap()), [40, 40, 40]);

    let folder = tempfile::tempdir().unwrap();
    pictures(&set, folder.path(), |n| format!("images/{n}.png"));
    let text = table(&set, "split,image,label", |n, l| {
        format!("{},{n},{l}", part_of(n))
    });
    write(folder.path().join("all.csv"), text);
    assert_eq!(counts(&read(folder.path()).unwrap()), [40, 40, 40]);

    // A folder that is named as a part is that part, and may have its own table.
    let folder = tempfile::tempdir().unwrap();
    pictures(&set, folder.path(), |n| format!("{}/{n}.png", part_of(n)));
    for (place, part) in ["train", "val", "test"].iter().enumerate() {
        let rows = (40 * place..40 * place + 40).map(|n| format!("{n}.png,{}\n", n % 4));
        let text = format!("image,label\n{}", rows.collect::<String>());
        write(folder.path().join(part).join("labels.csv"), text);
    }
    assert_eq!(counts(&read(folder.path()).unwrap()), [40, 40, 40]);
}

#[test]
fn folders_of_classes_win_over_a_table_that_agrees() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set.write_pictures(path);
    let text = table(&set, "filename,label", |n, l| {
        format!("{l}/{n}.png,class {l}")
    });
    write(path.join("train.csv"), text);
    let dataset = read(path).unwrap();
    assert_eq!(dataset.classes.join(" "), "0 1 2 3");
    assert!(notes(&dataset)[0].starts_with("train.csv lists files"));
    // Folders in which the table sees all classes aren't classes.
    let folder = tempfile::tempdir().unwrap();
    pictures(&set, folder.path(), |n| format!("batch{}/{n}.png", n % 3));
    let text = table(&set, "filename,label", |n, l| format!("{n}.png,{l}"));
    write(folder.path().join("train.csv"), text);
    assert_eq!(read(folder.path()).unwrap().classes.join(" "), "0 1 2 3");
}

#[test]
fn what_a_table_and_a_folder_lack_is_said() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    pictures(&set, path, |n| format!("images/{n}.png"));
    let mut text = table(&set, "id,label", |n, l| match n {
        5 => format!("{n},"),
        7 => format!("x{n},{l}"),
        n => format!("{n},{l}"),
    });
    text += "9,1\n";
    write(path.join("train.csv"), text);
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [38, 0, 0]);
    let expected = [
        "train.csv names 1 picture that isn't there and was left out: x7",
        "train.csv has 1 row without a class, which was left out",
        "2 pictures that no table names were left out, the first of them images/5.png",
    ];
    assert_eq!(notes(&dataset)[1..], expected);
}

#[test]
fn tables_that_name_pictures_wrongly_are_refused_with_the_way() {
    let set = Set::small();
    let with = |file: fn(usize) -> String, text: String| {
        let set = set.clone();
        move |folder: &Path| -> PathBuf {
            pictures(&set, folder, file);
            write(folder.join("train.csv"), text);
            folder.to_path_buf()
        }
    };
    let in_images: fn(usize) -> String = |n| format!("images/{n}.png");
    let rows =
        |name: fn(usize) -> String| table(&set, "id,label", |n, l| format!("{},{l}", name(n)));
    check(
        with(in_images, rows(|n| format!("{}", n + 20))),
        &[
            "line 22: found no picture named 40, nor for 20 of the 40 names",
            "put the missing ones",
        ],
    );
    check(
        with(in_images, rows(|n| format!("other{n}"))),
        &[
            "found the columns id,label, and no picture that a row names, but 40 others (images/0.png",
        ],
    );
    check(
        with(in_images, rows(|n| n.to_string()) + "3,0\n"),
        &[
            "line 42: found 3 with the class 0, and before with 3",
            "remove one of the lines",
        ],
    );
    check(
        with(
            |n| format!("{}/{}.png", ["a", "b"][n % 2], n / 2),
            rows(|n| (n / 2).to_string()),
        ),
        &[
            "line 2: found several pictures named 0 (a/0.png, b/0.png)",
            "the folder before the name",
        ],
    );
    check(
        with(
            in_images,
            table(&set, "id,a,b", |n, l| format!("{n},{l},{l}")),
        ),
        &[
            "found the columns id,a,b, expected one named label or class",
            "rename",
        ],
    );
    check(
        with(
            in_images,
            table(&set, "id,label", |n, _| format!("{n},{n}")),
        ),
        &["found 40 classes, expected at most 26"],
    );
    check(
        with(
            in_images,
            table(&set, "id,label", |n, l| {
                format!("{n},{}", if n == 3 { 9 } else { l })
            }),
        ),
        &["found one picture of class 9, expected 2 at least"],
    );
    check(
        |folder| {
            let folder = with(in_images, rows(|n| n.to_string()))(folder);
            std::fs::rename(folder.join("images/4.png"), folder.join("images/4.heic")).unwrap();
            folder
        },
        &[
            "found a HEIC picture of a phone that train.csv names",
            "save as PNG",
        ],
    );
}

#[test]
fn the_values_of_pixels_are_no_names_of_numbered_pictures() {
    let folder = tempfile::tempdir().unwrap();
    // Pictures are numbered from 0, and the first pixel of each image in the table counts them, too.
    let numbered = Set::small();
    pictures(&numbered, &folder.path().join("others"), |n| {
        format!("{n}.png")
    });
    let set = Set::new(2, 2, 40, 4);
    let file = write(folder.path().join("train.csv"), set.csv());
    for path in [file.as_path(), folder.path()] {
        let dataset = read(path).unwrap();
        assert_eq!(dataset.train.pixels, set.pixels, "{}", path.display());
        assert_eq!(dataset.train.labels, set.labels);
    }
}
