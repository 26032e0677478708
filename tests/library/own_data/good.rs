//! What is written reads back equal, under every name and in every spelling.

use crate::support::files::{Set, gzip, read, write, write_idx};
use overfit_lab::data::{
    DataError, Dataset, LoadProgress, LoadStep, load, load_with, read_test_csv, with_facts,
};
use overfit_lab::experiment::{DataSource, Experiment, Preset};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

#[track_caller]
fn holds(dataset: &Dataset, set: &Set, classes: &[&str]) {
    assert_eq!(
        (dataset.size.rows, dataset.size.columns),
        (set.rows, set.columns)
    );
    assert_eq!(dataset.classes, classes);
    assert!(dataset.train.pixels == set.pixels);
    assert_eq!(dataset.train.labels, set.labels);
}

#[test]
fn idx_is_read_plain_or_gzip_by_folder_or_by_any_of_its_files() {
    let set = Set::small();
    let test = Set::new(6, 6, 8, 4);
    let ([images, labels], [test_images, test_labels]) = (set.idx(), test.idx());
    for (prefix, test_name, dot, ending) in [
        ("", "t10k", "-", ""),
        ("", "t10k", "-", ".gz"),
        ("", "t10k", ".", ""),
        ("qmnist-", "test", "-", ".gz"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let name = |part: &str, kind: &str| {
            folder
                .path()
                .join(format!("{prefix}{part}-{kind}-ubyte{ending}"))
        };
        let pack = |bytes: &[u8]| match ending {
            "" => bytes.to_vec(),
            _ => gzip(bytes),
        };
        let files = [
            write(name("train", &format!("images{dot}idx3")), pack(&images)),
            write(name("train", &format!("labels{dot}idx1")), pack(&labels)),
            write(
                name(test_name, &format!("images{dot}idx3")),
                pack(&test_images),
            ),
            write(
                name(test_name, &format!("labels{dot}idx1")),
                pack(&test_labels),
            ),
        ];
        write(folder.path().join(".DS_Store"), "x");
        for path in files.iter().map(AsRef::as_ref).chain([folder.path()]) {
            let dataset = read(path).unwrap();
            holds(&dataset, &set, &["0", "1", "2", "3"]);
            assert!(dataset.test.as_ref().unwrap().pixels == test.pixels);
        }
    }
}

#[test]
fn emnist_is_turned_upright_and_chosen_by_one_of_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::new(6, 7, 40, 4);
    let [images, labels] = set.idx();
    for kind in ["digits", "letters"] {
        let name = |part| format!("emnist-{kind}-train-{part}-ubyte.gz");
        write(folder.path().join(name("images-idx3")), gzip(&images));
        write(folder.path().join(name("labels-idx1")), gzip(&labels));
    }
    let text = read(folder.path()).unwrap_err().to_string();
    assert!(
        text.contains("2 data sets (emnist-digits-…, emnist-letters-…)"),
        "{text}"
    );
    let one = folder
        .path()
        .join("emnist-letters-train-images-idx3-ubyte.gz");
    let dataset = read(one).unwrap();
    assert_eq!((dataset.size.rows, dataset.size.columns), (7, 6));
    assert_eq!(dataset.train.image(9)[1], set.images().nth(9).unwrap()[7]);
}

#[test]
fn classes_are_named_by_their_labels_or_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut set = Set::small();
    for label in &mut set.labels {
        *label = *label * 2 + 1;
    }
    let [images, labels] = set.idx();
    write_idx(folder.path(), &images, &labels);
    let names = |text: Option<&str>| {
        if let Some(text) = text {
            write(folder.path().join("labels.txt"), text);
        }
        read(folder.path()).map(|dataset| dataset.classes.join(" "))
    };
    assert_eq!(names(None).unwrap(), "1 3 5 7");
    assert_eq!(
        read(folder.path()).unwrap().train.labels,
        Set::small().labels
    );
    assert_eq!(names(Some("a\nb\nc\nd\ne\nf\ng\nh\n")).unwrap(), "b d f h");
    assert_eq!(
        names(Some("1 T-shirt\n3 coat\n7 bag\n5 boot\n")).unwrap(),
        "T-shirt coat boot bag"
    );
    for (text, part) in [
        ("a\nb\n", "no name for label 3"),
        ("1 a\n3 a\n5 b\n7 c\n", "the name a twice"),
        ("a\n\nb\nc\nd\ne\nf\ng\n", "line 2: found nothing"),
    ] {
        let text = names(Some(text)).unwrap_err().to_string();
        assert!(
            text.contains(part) && text.ends_with("labels.txt"),
            "{text}"
        );
    }
}

#[test]
fn a_table_is_read_by_file_or_folder_with_any_line_end_quotes_or_a_mark() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::small();
    let text = set.csv();
    let quoted = text.replace(',', "\",\"").replace('\n', "\"\n\"");
    let quoted = format!("\"{}", quoted.strip_suffix('"').unwrap());
    for text in [
        text.clone(),
        text.replace('\n', "\r\n"),
        text.trim_end().to_string(),
        format!("\u{feff}{text}"),
        quoted,
        text.replace(',', " , "),
        text.replace(',', ";"),
        text.replace(',', "\t"),
        text.replace('\n', "\r"),
        format!("sep=;\r\n{}", text.replace(',', ";").replace('\n', "\r\n")),
        text.replace("label", "Label").replace("pixel", "x"),
    ] {
        let file = write(folder.path().join("train.csv"), &text);
        for path in [file.as_path(), folder.path()] {
            holds(&read(path).unwrap(), &set, &["0", "1", "2", "3"]);
        }
    }
    let test = write(folder.path().join("test.csv"), set.test_csv());
    let table = read_test_csv(&test, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((&table.ids, &table.labels), (&None, &None));
    let images = table.images;
    assert_eq!(
        (images.size.rows, images.size.columns, images.count()),
        (6, 6, 40)
    );
    assert!(images.pixels == set.pixels);
    assert_eq!(images.image(39), set.images().nth(39).unwrap());
}

#[test]
fn a_long_table_keeps_its_order_and_counts_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    // The table is longer than a block, so that parts and blocks are joined.
    let mut set = Set::new(64, 64, 1_000, 2);
    for (at, pixel) in set.pixels.iter_mut().enumerate() {
        *pixel = 100 + (at % 155) as u8;
    }
    let mut text = set.csv();
    assert!(text.len() > 15_000_000);
    let file = write(folder.path().join("train.csv"), &text);
    holds(&read(&file).unwrap(), &set, &["0", "1"]);
    text += "\n1,2\n";
    write(&file, &text);
    let error = read(&file).unwrap_err().to_string();
    assert!(
        error.starts_with("line 1003: found 2 values, expected 4097"),
        "{error}"
    );
}

#[test]
fn pictures_of_one_small_size_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::new(5, 9, 44, 11);
    set.write_pictures(folder.path());
    write(folder.path().join("3/Thumbs.db"), "x");
    write(folder.path().join("3/.hidden.png"), "x");
    write(folder.path().join("notes.txt"), "beside the classes");
    let dataset = read(folder.path()).unwrap();
    assert_eq!((dataset.size.rows, dataset.size.columns), (5, 9));
    assert_eq!(dataset.classes.join(" "), "0 1 2 3 4 5 6 7 8 9 10");
    for (position, label) in dataset.train.labels.iter().enumerate() {
        let number = usize::from(*label) + 11 * (position % 4);
        assert_eq!(
            dataset.train.image(position),
            set.images().nth(number).unwrap()
        );
    }
}

#[test]
fn pictures_of_other_sizes_are_fitted_into_28() {
    let folder = tempfile::tempdir().unwrap();
    Set::new(9, 9, 40, 2).write_pictures(folder.path());
    let large = image::RgbImage::from_pixel(300, 150, image::Rgb([250, 250, 250]));
    large.save(folder.path().join("0/large.jpg")).unwrap();
    let dataset = read(folder.path()).unwrap();
    assert_eq!(
        (
            dataset.size.rows,
            dataset.size.columns,
            dataset.train.count()
        ),
        (28, 28, 41)
    );
    let place = dataset
        .train
        .labels
        .iter()
        .filter(|&&label| label == 0)
        .count()
        - 1;
    assert!(dataset.train.image(place).iter().all(|&pixel| pixel > 245));
}

#[test]
fn files_are_read_once_until_they_change_and_their_facts_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path().join("train.csv"), Set::small().csv());
    let source = DataSource::files(file.clone());
    let first = load(&source).unwrap();
    let noted = with_facts(&source, &first);
    assert_eq!(noted.known(), Some(first.facts()));
    assert_eq!(noted.usual_validation_size(), Some(10));
    assert!(load(&noted).is_ok());
    write(&file, Set::new(6, 6, 44, 4).csv());
    assert_eq!(load(&source).unwrap().train.count(), 44);
    let text = load(&noted).unwrap_err().to_string();
    for part in [
        "has changed",
        "found 44 images",
        "expected 40 images",
        "train.csv",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn loading_tells_how_far_it_is_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::small();
    let [images, labels] = set.idx();
    let idx = write_idx(&folder.path().join("idx"), &images, &labels);
    let csv = write(folder.path().join("table/train.csv"), set.csv());
    let pictures = folder.path().join("pictures");
    set.write_pictures(&pictures);
    for (path, total) in [
        (idx, images.len() + labels.len()),
        (csv, set.csv().len()),
        (pictures, 40),
    ] {
        let source = DataSource::files(path);
        let cancelled = load_with(&source, &mut |_| ControlFlow::Break(()));
        assert_eq!(cancelled, Err(DataError::Cancelled));
        let mut last = LoadProgress {
            step: LoadStep::ReadingBytes,
            done: 0,
            total: 0,
        };
        let loaded = load_with(&source, &mut |progress| {
            assert!(progress.done >= last.done || progress.step != last.step);
            assert!(progress.done <= progress.total);
            last = progress;
            ControlFlow::Continue(())
        });
        assert!(loaded.is_ok());
        assert_eq!((last.done, last.total), (total as u64, total as u64));
    }
}

#[test]
fn an_experiment_file_keeps_the_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path().join("train.csv"), Set::small().csv());
    let source = DataSource::files(file);
    let dataset = load(&source).unwrap();
    let mut settings = Preset::FirstLook.settings();
    settings.take_data(with_facts(&source, &dataset));
    let experiment = Experiment::new(settings, Vec::new()).unwrap();
    let again = Experiment::from_json(&experiment.to_json()).unwrap();
    assert_eq!(again, experiment);
    assert_eq!(again.settings().data.source.known(), Some(dataset.facts()));
}

fn sets() -> impl Strategy<Value = Set> {
    (1usize..12, 1usize..12, 2usize..6, 10usize..20).prop_flat_map(
        |(rows, columns, classes, each)| {
            let count = classes * each;
            prop::collection::vec(any::<u8>(), rows * columns * count).prop_map(move |pixels| Set {
                pixels,
                ..Set::new(rows, columns, count, classes)
            })
        },
    )
}

fn reads_back(path: &Path, set: &Set) -> Arc<Dataset> {
    let dataset = read(path).unwrap();
    assert_eq!(
        (dataset.size.rows, dataset.size.columns),
        (set.rows, set.columns)
    );
    assert_eq!(dataset.train.count(), set.labels.len());
    dataset
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_reads_back(set in sets()) {
        let folder = tempfile::tempdir().unwrap();
        let [images, labels] = set.idx();
        let idx = write_idx(&folder.path().join("idx"), &gzip(&images), &labels);
        prop_assert!(reads_back(&idx, &set).train.pixels == set.pixels);
        let pictures = folder.path().join("pictures");
        set.write_pictures(&pictures);
        let dataset = reads_back(&pictures, &set);
        let mut sorted: Vec<_> = set.labels.iter().zip(set.images()).collect();
        sorted.sort_by_key(|(label, _)| **label);
        let expected: Vec<u8> = sorted.iter().flat_map(|(_, image)| image.to_vec()).collect();
        prop_assert!(dataset.train.pixels == expected);
        if set.rows == set.columns {
            let csv = write(folder.path().join("train.csv"), set.csv());
            prop_assert!(reads_back(&csv, &set).train.pixels == set.pixels);
        }
    }

    #[test]
    fn no_bytes_break_a_reader(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        start in 0usize..8,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let starts: [&[u8]; 8] = [
            b"", b"label,pixel0\n", b"pixel0\n", &[0, 0, 8, 3], &[0, 0, 8, 1], &[0x1f, 0x8b, 8],
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0",
        ];
        let bytes = [starts[start], &bytes].concat();
        let csv = write(folder.path().join("train.csv"), &bytes);
        let _ = read(&csv);
        let _ = read_test_csv(&csv, &mut |_| ControlFlow::Continue(()));
        let idx = write_idx(&folder.path().join("idx"), &bytes, &bytes);
        let _ = read(&idx);
        for file in ["a/1.png", "a/2.jpg", "b/1.png", "b/2.png"] {
            write(folder.path().join("pictures").join(file), &bytes);
        }
        let _ = read(folder.path().join("pictures"));
        write(idx.join("labels.txt"), &bytes);
        let [images, labels] = Set::small().idx();
        write_idx(&idx, &images, &labels);
        let _ = read(&idx);
    }
}
