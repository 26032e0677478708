//! Every way of being wrong, through the library: the message names the file, what was found,
//! what was expected and what to do.

use super::bad_pictures::pictures;
use crate::support::files::{Set, gzip, idx, read, write, write_idx};
#[cfg(target_os = "linux")]
use crate::support::process;
use overfit_lab::data::read_test_csv;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Reads the data that `make` puts into a fresh folder, and looks for parts in the message.
#[track_caller]
pub fn check(make: impl FnOnce(&Path) -> PathBuf, parts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = make(folder.path());
    let text = read(&path).unwrap_err().to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    let named = text.rsplit(": ").next().unwrap();
    assert!(named.starts_with(folder.path().to_str().unwrap()), "{text}");
}

#[track_caller]
fn check_idx(images: &[u8], labels: &[u8], parts: &[&str]) {
    check(|folder| write_idx(folder, images, labels), parts);
}

#[track_caller]
fn check_csv(bytes: impl AsRef<[u8]>, parts: &[&str]) {
    check(|folder| write(folder.join("train.csv"), bytes), parts);
}

#[test]
fn idx_files() {
    let [images, labels] = Set::small().idx();
    check_idx(
        &images[..100],
        &labels,
        &["found 84 bytes of data", "cut short"],
    );
    check_idx(&gzip(&images)[..60], &labels, &["train-images"]);
    check_idx(&[], &labels, &["found 0 bytes", "header of 16"]);
    check_idx(&labels, &images, &["it holds labels, swap"]);
    check_idx(b"<html>", &labels, &["0x3c68746d", "web page"]);
    let huge = idx(0x803, &[4_000_000_000, 1, 1], &[0; 50]);
    check_idx(&huge, &labels, &["4000000000 × 1 × 1"]);
    let huge = gzip(&idx(0x803, &[u32::MAX, u32::MAX, u32::MAX], &[0; 50]));
    check_idx(&huge, &labels, &["4294967295 × 4294967295"]);
    let longer = [images.clone(), vec![1]].concat();
    check_idx(&longer, &labels, &["beyond the 1440 bytes"]);
    check_idx(
        &images,
        &idx(0x801, &[39], &labels[8..47]),
        &["found 39 labels", "40 images", "train-labels"],
    );
    let wide = idx(0x803, &[40, 65, 2], &[0; 5_200]);
    check_idx(&wide, &labels, &["65 × 2 pixels", "at most 64 × 64"]);
    let mut damaged = gzip(&images);
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    check_idx(&damaged, &labels, &["damaged gzip"]);
    check(
        |folder| {
            write(folder.join("train-images-idx3-ubyte.gz"), "not gzip at all");
            write(folder.join("train-labels-idx1-ubyte.gz"), gzip(&labels));
            folder.into()
        },
        &["0x6e6f7420", "plain or gzip", "train-images-idx3-ubyte.gz"],
    );
    check(
        |folder| write(folder.join("train-images-idx3-ubyte"), &images),
        &["found no train-labels-idx1-ubyte", "add it"],
    );
    check(
        |folder| {
            write(folder.join("t10k-images-idx3-ubyte"), &images);
            write_idx(folder, &images, &labels)
        },
        &["found no t10k-labels-idx1-ubyte"],
    );
    check(
        |folder| {
            let [images, labels] = Set::new(6, 7, 40, 4).idx();
            write(folder.join("t10k-images-idx3-ubyte"), images);
            write(folder.join("t10k-labels-idx1-ubyte"), labels);
            let [images, labels] = Set::small().idx();
            write_idx(folder, &images, &labels)
        },
        &["6 × 7 pixels, expected 6 × 6"],
    );
    check(
        |folder| {
            let [images, labels] = Set::new(6, 6, 40, 5).idx();
            write(folder.join("t10k-images-idx3-ubyte"), images);
            write(folder.join("t10k-labels-idx1-ubyte"), labels);
            let [images, labels] = Set::small().idx();
            write_idx(folder, &images, &labels)
        },
        &["found label 4 at position 4", "t10k-labels"],
    );
}

#[test]
fn classes() {
    let with = |count, classes| Set::new(6, 6, count, classes).idx();
    let [images, labels] = with(40, 1);
    check_idx(&images, &labels, &["one class only", "train-labels"]);
    let [images, labels] = with(60, 27);
    check_idx(&images, &labels, &["found 27 classes, expected at most 26"]);
    let [images, mut labels] = with(40, 2);
    labels[20] = 9;
    check_idx(&images, &labels, &["found one image of class 9"]);
    let [images, labels] = with(19, 2);
    check_idx(&images, &labels, &["found 19 images, expected 20"]);
    check_csv(
        Set::new(6, 6, 40, 1).csv(),
        &["one class only", "train.csv"],
    );
    let lonely = Set::small().csv() + "77" + &",0".repeat(36) + "\n";
    check_csv(lonely, &["found one image of class 77"]);
}

#[test]
fn tables() {
    let good = Set::small().csv();
    let rows: Vec<&str> = good.lines().collect();
    let with_row = |row: &str| {
        let mut rows = rows.clone();
        rows.insert(3, row);
        rows.join("\n")
    };
    let row = |value: &str| with_row(&format!("1{},{value}{}", ",0".repeat(17), ",0".repeat(18)));
    check_csv("", &["empty file", "label,pixel0"]);
    check_csv("\n\n", &["line 1: found a blank line"]);
    check_csv(format!("{}\n", rows[0]), &["without rows"]);
    check_csv(
        row("256"),
        &["line 4, column pixel17: found 256, expected a whole number from 0 to 255"],
    );
    check_csv(row("-1"), &["line 4, column pixel17: found -1"]);
    check_csv(
        row("abc"),
        &["line 4, column pixel17: found abc", "correct it"],
    );
    check_csv(row(""), &["line 4, column pixel17: found nothing"]);
    check_csv(
        row("0.25"),
        &[
            "column pixel17: found 0.25",
            "the pixels go up to 119: round them, without multiplying",
        ],
    );
    check_csv(row("\"twelve\""), &["column pixel17: found twelve"]);
    check_csv(
        row("\"1"),
        &["line 4: found line ends of another kind or an open quote"],
    );
    check_csv(
        with_row(&format!("300{}", ",0".repeat(36))),
        &["line 4, column label: found 300"],
    );
    check_csv(with_row("1,2,3"), &["line 4: found 3 values, expected 37"]);
    check_csv(
        with_row(&format!("1{}", ",0".repeat(38))),
        &["line 4: found 39 values"],
    );
    check_csv(&good[..good.len() - 20], &["line 41: found", "cut short"]);
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    check_csv(
        [&[0xff, 0xfe][..], &utf16(&good)].concat(),
        &["line 1: found UTF-16 text", "UTF-8"],
    );
    check_csv(utf16(&good), &["line 1: found NUL bytes"]);
    check_csv([0; 5_000], &["line 1: found NUL bytes"]);
    check_csv(row("\0"), &["line 4: found a NUL byte"]);
    check_csv(gzip(good.as_bytes()), &["found gzip data", "unpack"]);
    check_csv(
        Set::small().test_csv(),
        &[
            "no label column (the first is pixel0)",
            "this is a test.csv",
        ],
    );
    check_csv(
        "ImageId,Label\n1,2\n",
        &["line 1: found ImageId,Label, expected a header label"],
    );
    check_csv(
        "label,a,b\n1,2,3\n",
        &["the column b, which is neither a label nor a pixel"],
    );
    check_csv(
        Set::new(65, 65, 20, 2).csv(),
        &["65 × 65 pixels", "at most 64 × 64"],
    );
    check_csv(vec![b'1'; 9 << 20], &["a line of more than 1048576 bytes"]);
    check_csv(
        format!("{}\n{}", rows[0], "1".repeat(2 << 20)),
        &["line 2: found a line of 2097152 bytes"],
    );
}

#[test]
fn tables_that_are_no_test_csv() {
    let folder = tempfile::tempdir().unwrap();
    let test = |text: String| {
        let file = write(folder.path().join("test.csv"), text);
        let read = read_test_csv(&file, &mut |_| ControlFlow::Continue(()));
        read.unwrap_err().to_string()
    };
    let text = test("ImageId,Label\n1,2\n".into());
    assert!(
        text.contains("found ImageId,Label, expected a header pixel0")
            && text.contains("this is a submission or its sample"),
        "{text}"
    );
    let text = test(Set::small().test_csv() + "1,2\n");
    assert!(
        text.starts_with("line 42: found 2 values, expected 36"),
        "{text}"
    );
    let text = read_test_csv(folder.path(), &mut |_| ControlFlow::Continue(()));
    assert!(
        text.unwrap_err()
            .to_string()
            .contains("found a folder, expected a file")
    );
}

#[test]
fn paths() {
    check(
        |folder| folder.join("nowhere"),
        &["can't read", "check the path", "nowhere"],
    );
    check(
        |folder| folder.join("nowhere/train.csv"),
        &["check the path"],
    );
    check(
        |folder| folder.into(),
        &["found an empty folder", "a Kaggle train.csv"],
    );
    check(
        |folder| {
            write(folder.join("test.csv"), Set::small().test_csv());
            folder.into()
        },
        &["a test.csv, which has no labels"],
    );
    check(
        |folder| {
            write(folder.join("digits.csv"), Set::small().csv());
            write(folder.join("letters.csv"), Set::small().csv());
            folder.into()
        },
        &["found 2 CSV files", "choose the file itself"],
    );
    check(
        |folder| write(folder.join("train.bin.gz"), "x"),
        &[
            "found a gzip file",
            "unpack it first: gunzip -k train.bin.gz",
        ],
    );
    check(
        |folder| write(folder.join("seven.png"), "x"),
        &["the folder that holds the classes"],
    );
    check(
        |folder| write(folder.join("notes.doc"), "x"),
        &["unknown kind"],
    );
    check(
        |folder| {
            write(folder.join("readme.txt"), "x");
            folder.into()
        },
        &["found one file (readme.txt), which holds no images"],
    );
    check(
        |folder| {
            write(folder.join("readme.txt"), "x");
            write(folder.join("notes.doc"), "x");
            folder.into()
        },
        &["found 2 files (notes.doc, …), none of which holds images"],
    );
    check(
        |folder| {
            std::fs::create_dir(folder.join("train.csv")).unwrap();
            folder.into()
        },
        &["found no pictures in the folders here"],
    );
}

#[test]
#[cfg(unix)]
fn pipes_and_locked_files() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    let pipe = |path: &Path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    check(
        |folder| {
            pipe(&folder.join("train.csv"));
            folder.join("train.csv")
        },
        &["a pipe or device, expected a file"],
    );
    check(
        |folder| {
            let path = pictures(folder, "0/x.png", b"");
            std::fs::remove_file(folder.join("0/x.png")).unwrap();
            pipe(&folder.join("0/x.png"));
            path
        },
        &["a pipe or device", "x.png"],
    );
    check(
        |folder| {
            use std::os::unix::ffi::OsStrExt;
            let name = std::ffi::OsStr::from_bytes(b"caf\xe9.csv");
            write(folder.join(name), Set::small().csv())
        },
        &["isn't UTF-8", "rename"],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path().join("train.csv"), Set::small().csv());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser may read the file all the same, and then there is nothing to check.
    if std::fs::File::open(&file).is_err() {
        let text = read(&file).unwrap_err().to_string();
        assert!(
            text.contains("change its permissions") && text.ends_with("train.csv"),
            "{text}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_promise_takes_no_memory() {
    // What is measured is the memory of the whole process.
    if !process::is_alone("own_data::bad::a_promise_takes_no_memory") {
        return;
    }
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let before = resident();
    let folder = tempfile::tempdir().unwrap();
    let [_, labels] = Set::small().idx();
    let promise = idx(0x803, &[4_000_000_000, 1, 1], &[0; 100]);
    for images in [gzip(&promise), promise] {
        write_idx(folder.path(), &images, &labels);
        assert!(read(folder.path()).is_err());
    }
    assert!(
        resident() - before < 1_500_000,
        "{} kB",
        resident() - before
    );
}
