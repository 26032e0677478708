//! Folders as people have them: parts, classes, and what lies beside them.

use super::bad::check;
use crate::support::files::{Set, gzip, idx, read, write, write_idx};
use image::{GrayImage, Luma};
use overfit_lab::data::{DataNote, Dataset};
use std::path::Path;

/// Images of which no two sets have one in common.
fn set(first: usize, count: usize, classes: usize) -> Set {
    let mut set = Set::new(8, 8, first + count, classes);
    set.pixels.drain(..first * 64);
    set.labels.drain(..first);
    set
}

/// What is said of the data, but for how pictures are read, and for the first image of a set, which has one value.
fn notes(dataset: &Dataset) -> Vec<String> {
    let is_of_every_set = |note: &&DataNote| {
        matches!(
            note,
            DataNote::PicturesRead(_) | DataNote::BlankAmongClasses(_)
        )
    };
    dataset
        .taken
        .notes
        .iter()
        .filter(|note| !is_of_every_set(note))
        .map(ToString::to_string)
        .collect()
}

/// How many images train, are named for validation, and are set aside for the test.
fn counts(dataset: &Dataset) -> [usize; 3] {
    [
        dataset.train.count(),
        dataset.validation.as_ref().map_or(0, |part| part.count()),
        dataset.test.as_ref().map_or(0, |part| part.count()),
    ]
}

#[test]
fn parts_are_what_their_folders_are_named() {
    for names in [
        ["train", "val", "test"],
        ["Training", "validation", "Testing"],
        ["train", "valid", "test"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let sets = [set(0, 40, 4), set(40, 16, 4), set(56, 12, 4)];
        for (name, set) in names.iter().zip(&sets) {
            set.write_pictures(&path.join(name));
        }
        let dataset = read(path).unwrap();
        assert_eq!(counts(&dataset), [40, 16, 12], "{names:?}");
        assert_eq!(dataset.classes.join(" "), "0 1 2 3");
        assert_eq!(notes(&dataset), [""; 0]);
        let validation = dataset.validation.as_ref().unwrap();
        for (position, &label) in validation.labels.iter().enumerate() {
            let image = validation.image(position);
            let place = sets[1].images().position(|other| other == image).unwrap();
            assert_eq!(sets[1].labels[place], label);
        }
    }
}

#[test]
fn a_folder_to_train_with_alone_holds_the_classes() {
    let folder = tempfile::tempdir().unwrap();
    set(0, 40, 4).write_pictures(&folder.path().join("train"));
    let dataset = read(folder.path()).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 0]);
    assert_eq!(dataset.classes.len(), 4);
}

#[test]
fn folders_that_wrap_others_are_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    set(0, 40, 4).write_pictures(&folder.path().join("archive/digits/images"));
    assert_eq!(counts(&read(folder.path()).unwrap()), [40, 0, 0]);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("data/train.csv"), Set::small().csv());
    assert_eq!(counts(&read(folder.path()).unwrap()), [40, 0, 0]);
}

#[test]
fn a_test_beside_classes_is_no_class() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    set(40, 12, 4).write_pictures(&path.join("test"));
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 12]);
    assert_eq!(dataset.classes.join(" "), "0 1 2 3");
    // Without classes, its pictures have no labels.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    let lone = set(40, 4, 1);
    lone.write_pictures(&path.join("elsewhere"));
    std::fs::rename(path.join("elsewhere/0"), path.join("test")).unwrap();
    std::fs::remove_dir(path.join("elsewhere")).unwrap();
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 0]);
    let note = "the folder test lies beside the classes without being one and is left out";
    assert_eq!(notes(&dataset), [note]);
}

#[test]
fn a_train_among_other_vehicles_is_a_class() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 30, 3).write_pictures(path);
    for (from, to) in [("0", "car"), ("1", "plane"), ("2", "train")] {
        std::fs::rename(path.join(from), path.join(to)).unwrap();
    }
    let dataset = read(path).unwrap();
    assert_eq!(dataset.classes.join(" "), "car plane train");
}

#[test]
fn parts_without_classes_are_refused() {
    let loose = |path: &Path, names: &[&str]| {
        set(0, 20, 2).write_pictures(path);
        for (class, name) in names.iter().enumerate() {
            std::fs::rename(path.join(class.to_string()), path.join(name)).unwrap();
        }
        path.to_path_buf()
    };
    check(
        |path| loose(path, &["train", "test"]),
        &[
            "found the folders test, train, which are parts of a data set and no classes",
            "sort the pictures into",
        ],
    );
    check(
        |path| {
            set(0, 20, 2).write_pictures(&path.join("val"));
            set(20, 20, 2).write_pictures(&path.join("test"));
            path.into()
        },
        &["found the folders test, val", "none to train with"],
    );
    check(
        |path| {
            set(0, 20, 2).write_pictures(&path.join("train"));
            set(20, 30, 3).write_pictures(&path.join("test"));
            path.into()
        },
        &["found the class 2, which has no pictures to train with"],
    );
    check(
        |path| {
            set(0, 8, 2).write_pictures(&path.join("train"));
            set(8, 20, 2).write_pictures(&path.join("val"));
            path.into()
        },
        &["found 8 images to train with beside 20 that validate"],
    );
}

#[test]
fn what_is_no_picture_is_passed_over_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    for class in ["0", "1"] {
        write(path.join(class).join("0.xml"), "<annotation/>");
        write(path.join(class).join("@eaDir/0.png/thumb.jpg"), "x");
    }
    write(path.join("2/Icon\r"), "");
    write(path.join("2/notes.txt"), "hello");
    write(path.join("3/Thumbs.db"), "x");
    write(path.join("3/empty/inner.txt"), "x");
    write(path.join("$RECYCLE.BIN/x.png"), "x");
    write(path.join("__MACOSX/0/._0.png"), "x");
    write(path.join("README.md"), "x");
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 0]);
    assert_eq!(dataset.classes.join(" "), "0 1 2 3");
    let [note] = notes(&dataset).try_into().unwrap();
    assert_eq!(
        note,
        "11 files and folders that are no pictures of a class were passed over: $RECYCLE.BIN (1), \
         .md (1), .txt (1), .xml (2), @eaDir (2), Icon (1) and 3 more"
    );
}

#[test]
fn an_empty_class_is_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    std::fs::create_dir(path.join("7")).unwrap();
    let dataset = read(path).unwrap();
    assert_eq!(dataset.classes.join(" "), "0 1 2 3");
    let note = "the folder 7 has no pictures and is left out of the classes";
    assert_eq!(notes(&dataset), [note]);
}

#[test]
fn a_table_of_file_names_does_not_hide_the_classes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    write(path.join("train.csv"), "filename,label\n0.png,0\n1.png,1\n");
    let dataset = read(path).unwrap();
    assert_eq!(counts(&dataset), [40, 0, 0]);
    assert!(notes(&dataset)[0].starts_with("train.csv lists files"));
}

#[test]
fn one_image_with_two_labels_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set(0, 40, 4).write_pictures(path);
    std::fs::copy(path.join("0/0.png"), path.join("1/copy.png")).unwrap();
    std::fs::copy(path.join("2/2.png"), path.join("2/copy.png")).unwrap();
    let dataset = read(path).unwrap();
    assert_eq!(notes(&dataset), [DataNote::SeveralLabels(1).to_string()]);
}

#[test]
fn pictures_without_folders_are_refused_with_the_way() {
    check(
        |path| {
            for label in 0..3 {
                for number in 0..4 {
                    let file = path.join(format!("{label}_{number}.png"));
                    image::GrayImage::new(8, 8).save(file).unwrap();
                }
            }
            path.into()
        },
        &[
            "found 12 pictures (0_0.png, …) without a folder for each class",
            "for f in *_*.*",
        ],
    );
    check(
        |path| {
            for label in 0..3 {
                for number in 0..4 {
                    let file = path.join(format!("scan{number}_label{label}_01.png"));
                    image::GrayImage::new(8, 8).save(file).unwrap();
                }
            }
            path.into()
        },
        &["the class behind label", "cd ", "for f in *label[0-9]*.*"],
    );
    // The number of a scan is no class.
    check(
        |path| {
            for scan in 0..3 {
                for number in 0..4 {
                    let file = path.join(format!("scan{scan}_{number}.png"));
                    image::GrayImage::new(8, 8).save(file).unwrap();
                }
            }
            path.into()
        },
        &["found 12 pictures", "make a folder for each class"],
    );
    check(
        |path| {
            for number in 0..4 {
                let file = path.join(format!("{number}.png"));
                image::GrayImage::new(8, 8).save(file).unwrap();
            }
            path.into()
        },
        &[
            "found 4 pictures (0.png, …)",
            "make a folder for each class",
        ],
    );
}

#[test]
fn several_broken_pictures_are_named_at_once() {
    check(
        |path| {
            set(0, 40, 4).write_pictures(path);
            write(path.join("0/a.png"), "");
            write(path.join("2/b.png"), "hello");
            path.into()
        },
        &[
            "found 2 pictures that can't be read: 0/a.png (an empty file), 2/b.png (no picture",
            "mend or remove them",
        ],
    );
    check(
        |path| {
            set(0, 40, 4).write_pictures(path);
            for number in 0..9 {
                write(path.join(format!("1/{number}.png")), "");
            }
            path.into()
        },
        &["found 9 pictures that can't be read", ", and 4 more; mend"],
    );
}

#[test]
fn pictures_of_kinds_that_are_not_read_are_named() {
    for (name, part) in [
        (
            "a.heic",
            "found a HEIC picture of a phone and 1 more like it",
        ),
        ("a.pdf", "found a PDF and 1 more"),
        ("a.SVG", "found an SVG drawing and 1 more"),
    ] {
        check(
            |path| {
                set(0, 40, 4).write_pictures(path);
                write(path.join("1").join(name), "x");
                write(path.join("1/b.heif"), "x");
                path.into()
            },
            &[
                part,
                "save as PNG (magick mogrify -format png *.",
                ") or remove",
            ],
        );
    }
}

#[test]
fn idx_files_are_found_where_archives_put_them() {
    let set = Set::small();
    let [images, labels] = set.idx();
    let reads = |make: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path());
        let dataset = read(folder.path()).unwrap();
        assert_eq!(dataset.train.pixels, set.pixels);
        assert_eq!(dataset.train.labels, set.labels);
    };
    // As torchvision keeps them.
    reads(&|path| {
        write_idx(&path.join("MNIST/raw"), &images, &labels);
        write(path.join("MNIST/processed/training.pt"), "x");
    });
    // A folder of the file's name beside each file, as Kaggle's archive has it, or in its place.
    reads(&|path| {
        write_idx(path, &images, &labels);
        write_idx(&path.join("inner"), &images, &labels);
        let name = "train-images-idx3-ubyte";
        std::fs::rename(path.join(name), path.join("train-images.idx3-ubyte")).unwrap();
        std::fs::create_dir(path.join(name)).unwrap();
        std::fs::rename(path.join("inner").join(name), path.join(name).join(name)).unwrap();
    });
    reads(&|path| {
        for (name, bytes) in [
            ("train-images-idx3-ubyte", &images),
            ("train-labels-idx1-ubyte", &labels),
        ] {
            write(path.join(name).join(name), bytes);
        }
    });
    // As a browser renames a second copy; the first one counts where both are there.
    reads(&|path| {
        write(path.join("train-images-idx3-ubyte (1).gz"), gzip(&images));
        write(path.join("train-labels-idx1-ubyte (1)"), &labels);
    });
    reads(&|path| {
        write(path.join("train-images-idx3-ubyte (1)"), "not that");
        write_idx(path, &images, &labels);
    });
}

#[test]
fn the_class_of_qmnist_is_the_first_of_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let set = Set::small();
    write(
        path.join("qmnist-train-images-idx3-ubyte.gz"),
        gzip(&set.idx()[0]),
    );
    let numbers: Vec<u8> = set
        .labels
        .iter()
        .flat_map(|&label| [i32::from(label), 9, 1, 2, 3, 4, 5, 0])
        .flat_map(i32::to_be_bytes)
        .collect();
    let labels = idx(0xc02, &[40, 8], &numbers);
    write(path.join("qmnist-train-labels-idx2-int.gz"), gzip(&labels));
    let dataset = read(path).unwrap();
    assert_eq!(dataset.train.labels, set.labels);
    assert_eq!(dataset.taken.notes, [DataNote::FirstOfSeveralLabels]);
}

#[test]
fn a_mapping_names_the_classes_by_its_characters() {
    for name in ["labels.txt", "emnist-letters-mapping.txt"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let mut set = Set::small();
        set.labels.iter_mut().for_each(|label| *label += 1);
        let [images, labels] = set.idx();
        write(path.join("emnist-letters-train-images-idx3-ubyte"), images);
        write(path.join("emnist-letters-train-labels-idx1-ubyte"), labels);
        write(path.join(name), "1 65 97\n2 66 98\n3 67 99\n4 68 100\n");
        let dataset = read(path).unwrap();
        assert_eq!(dataset.classes.join(" "), "A B C D", "{name}");
        assert!(
            dataset
                .taken
                .notes
                .contains(&DataNote::NamedByMapping(name.into()))
        );
    }
}

#[test]
fn files_of_other_kinds_are_named_with_the_command_that_converts_them() {
    for (name, parts) in [
        (
            "mnist.parquet",
            ["a Parquet file", "read_parquet('mnist.parquet')"],
        ),
        ("emnist-digits.mat", ["MATLAB", "gzip.zip"]),
        ("mnist.pkl", ["a pickle", "open('mnist.pkl','rb')"]),
        ("data_batch_1", ["a pickle", "if you trust it"]),
        ("train.h5", ["an HDF5 file", "h5py.File('train.h5')"]),
        ("digits.7z", ["a 7z archive", "7z x digits.7z"]),
        ("digits.rar", ["a RAR archive", "unrar x digits.rar"]),
        ("digits.tar.gz", ["a tar archive", "tar xf digits.tar.gz"]),
        ("x.npy", ["an array alone", "numpy.load('x.npy')"]),
        ("it's.h5", ["an HDF5 file", "h5py.File('FILE')"]),
    ] {
        check(|path| write(path.join(name), "x"), &parts);
        check(
            |path| {
                write(path.join(name), "x");
                path.into()
            },
            &parts,
        );
    }
}

#[test]
fn pictures_of_each_kind_are_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, mixed) = (folder.path().join("plain"), folder.path().join("mixed"));
    set(0, 40, 4).write_pictures(&plain);
    for (class, kind) in ["png", "bmp", "gif", "webp"].iter().enumerate() {
        for number in (class..40).step_by(4) {
            let picture = image::open(plain.join(format!("{class}/{number}.png"))).unwrap();
            let to = mixed.join(class.to_string());
            std::fs::create_dir_all(&to).unwrap();
            let picture = picture.to_rgb8();
            picture.save(to.join(format!("{number}.{kind}"))).unwrap();
        }
    }
    assert_eq!(read(&mixed).unwrap().train, read(&plain).unwrap().train);
}

/// Ink on grained paper of 150 × 120 pixels, from the top down at these columns. With lines, the paper is ruled.
fn sheet(columns: &[u32], is_ruled: bool) -> GrayImage {
    GrayImage::from_fn(150, 120, |x, y| {
        let on_stroke = columns.iter().any(|left| (*left..left + 8).contains(&x));
        let value = if on_stroke && (20..90).contains(&y) {
            10
        } else if is_ruled && y % 17 < 2 {
            150
        } else {
            232 + (x * 7 + y * 13) as u8 % 5
        };
        Luma([value])
    })
}

#[test]
fn what_was_left_out_of_pictures_and_what_shows_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: String, sheet: GrayImage| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        sheet.save(path).unwrap();
    };
    for place in 0..10 {
        let left = 30 + 5 * place;
        save(format!("one/{place}.png"), sheet(&[left], true));
        save(format!("bar/{place}.png"), sheet(&[left, left + 7], false));
    }
    save("bar/blank.png".into(), sheet(&[], false));
    save("bar/two.png".into(), sheet(&[40, 90], false));
    let dataset = read(folder.path()).unwrap();
    let notes: Vec<String> = dataset
        .taken
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    for note in [
        "what lies in straight lines from side to side was left out of 10 of 22 pictures",
        "1 picture seems to show more than one drawing, which are taken for one",
        "1 picture is blank, and the network can learn nothing from it",
    ] {
        assert!(notes.iter().any(|said| said == note), "{notes:?}");
    }
}
