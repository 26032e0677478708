//! With 1.5 GB of address space every hostile file ends in an error, not in an abort.

use super::make::{endless, huge_png, limited, make_run, safetensors};
use crate::support::files::{copy, gzip, idx};
use crate::support::process::{lab, text};
use std::fs;
use std::path::Path;

/// The error that the program ends with; none where the system can't limit its memory.
#[track_caller]
fn error(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = limited(folder, arguments)?;
    let told = text(&output.stderr);
    let code = output.status.code();
    assert!(
        matches!(code, Some(1 | 2)) && told.contains("error: ") && !told.contains("panicked"),
        "{arguments:?} ended with {:?}: {told}",
        output.status
    );
    Some(told)
}

/// Checks that the program refuses, and that its error says this.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], parts: &[&str]) {
    if let Some(told) = error(folder, arguments) {
        for part in parts {
            assert!(told.contains(part), "{part:?} is not in: {told}");
        }
    }
}

#[track_caller]
fn data_refused(folder: &Path, data: &str, parts: &[&str]) {
    let arguments = [
        "train", "--json", "--device", "cpu", "--out", "new", "--data", data,
    ];
    refused(folder, &arguments, parts);
    assert!(!folder.join("new").exists());
}

#[test]
fn images_of_idx() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let labels = idx(0x801, &[40], &[1; 40]);
    let check = |images: &[u8], parts: &[&str]| {
        fs::write(path.join("train-images-idx3-ubyte"), images).unwrap();
        fs::write(path.join("train-labels-idx1-ubyte"), &labels).unwrap();
        data_refused(path, ".", parts);
    };
    let promise = idx(0x803, &[4_000_000_000, 1, 1], &[7; 100]);
    check(&promise, &["found 100 bytes", "4000000000"]);
    check(&gzip(&promise), &["found 100 bytes", "4000000000"]);
    // These 4 MB unpack to 4 GB. As much is unpacked as the header promises, and a byte more.
    let zeros = gzip(&vec![0; 16 << 20]).repeat(256);
    let bomb = [gzip(&idx(0x803, &[40, 28, 28], &[])), zeros.clone()].concat();
    check(&bomb, &["beyond the 31360 bytes"]);
    let bomb = [gzip(&idx(0x803, &[u32::MAX, 64, 64], &[])), zeros].concat();
    check(&bomb, &["4294967295 × 64 × 64"]);
    endless(
        &path.join("train-images-idx3-ubyte"),
        &idx(0x803, &[u32::MAX, 1, 2], &[]),
    );
    data_refused(path, ".", &["promises 4294967295 images"]);
}

#[test]
fn tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // One line of more than a gigabyte, of digits or of zero bytes.
    for (start, part) in [
        (vec![b'1'; 9 << 20], "a line of more than 1048576 bytes"),
        (
            b"label,pixel0\n".to_vec(),
            "a line of more than 1048576 bytes",
        ),
    ] {
        endless(&path.join("train.csv"), &start);
        data_refused(path, "train.csv", &[part, "train.csv"]);
    }
    make_run(path);
    for (start, part) in [
        (vec![b'1'; 9 << 20], "a line of more than 1048576 bytes"),
        (b"pixel0\n".to_vec(), "a line of more than 1048576 bytes"),
    ] {
        endless(&path.join("test.csv"), &start);
        let arguments = [
            "submit", "--run", "run", "--test", "test.csv", "--output", "s.csv",
        ];
        refused(path, &arguments, &[part, "test.csv"]);
        assert!(!path.join("s.csv").exists());
    }
}

#[test]
fn pictures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let png = huge_png(100_000);
    for class in ["0", "1"] {
        fs::create_dir_all(path.join("pictures").join(class)).unwrap();
        for name in ["a.png", "b.png"] {
            fs::write(path.join("pictures").join(class).join(name), &png).unwrap();
        }
    }
    data_refused(path, "pictures", &["100000 × 100000 pixels", ".png"]);
    make_run(path);
    fs::write(path.join("huge.png"), &png).unwrap();
    refused(
        path,
        &["predict", "--run", "run", "huge.png"],
        &["100000 × 100000 pixels", "huge.png"],
    );
    // The header claims 98 million pixels of 8 bytes, for which the file has no data.
    fs::write(path.join("large.png"), huge_png(9_900)).unwrap();
    refused(
        path,
        &["predict", "--run", "run", "large.png"],
        &["large.png"],
    );
    endless(&path.join("endless.png"), b"\x89PNG\r\n\x1a\n");
    refused(
        path,
        &["predict", "--run", "run", "endless.png"],
        &["endless.png"],
    );
}

#[test]
fn experiments_and_curves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let train = [
        "train",
        "--experiment",
        "e.json",
        "--device",
        "cpu",
        "--out",
        "new",
    ];
    endless(&path.join("e.json"), b"{");
    refused(path, &train, &["more than 4194304 bytes", "e.json"]);
    fs::write(path.join("e.json"), "[".repeat(1 << 20)).unwrap();
    refused(path, &train, &["e.json"]);
    let absurd = |more: &[&str], parts: &[&str]| {
        let mut arguments = vec!["train", "--device", "cpu", "--out", "new"];
        arguments.extend(more);
        refused(path, &arguments, parts);
    };
    absurd(&["--width", "1000"], &["width: 1000", "0.0625 to 4"]);
    absurd(
        &["--batch-size", "1000000000"],
        &["batch-size: 1000000000", "1 to 4096"],
    );
    absurd(
        &["--dense-units", "1000000000"],
        &["dense-units: 1000000000", "1 to 4096"],
    );
    absurd(
        &["--epochs", "1000000000"],
        &["epochs: 1000000000", "1 to 10000"],
    );
    absurd(
        &["--train-size", "1000000000000"],
        &["train-size: 1,000,000,000,000"],
    );
    absurd(
        &["--width", "4", "--dense-units", "4096"],
        &["width: 4", "50000000 parameters"],
    );
    absurd(
        &["--width", "4", "--batch-size", "4096"],
        &["batch-size: 4096", "536870912"],
    );
    assert!(!path.join("new").exists());
    endless(&path.join("curves.csv"), b"epoch,loss\n");
    refused(path, &["diagnose", "curves.csv"], &["curves.csv"]);
}

/// Sizes that the command line refuses are refused in a file, alone or in a run's folder.
#[test]
fn experiments_of_absurd_sizes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    let kept = path.join("run/experiment.json");
    let good: serde_json::Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    for (place, value, expected) in [
        ("/network/width", 1000u64, "width: 1000 is out of range"),
        ("/network/dense_units", 1_000_000_000, "expected 1 to 4096"),
        ("/network/conv_blocks", 1_000_000, "expected 1 to 3"),
        (
            "/training/batch_size",
            1_000_000_000,
            "batch-size: 1000000000 is out of range, expected 1 to 4096",
        ),
        ("/training/epochs", 1_000_000_000, "expected 1 to 10000"),
        (
            "/data/train_size",
            1_000_000_000_000,
            "train-size: 1,000,000,000,000 is out of range",
        ),
    ] {
        let mut absurd = good.clone();
        *absurd.pointer_mut(place).unwrap() = value.into();
        fs::write(path.join("e.json"), absurd.to_string()).unwrap();
        fs::write(&kept, absurd.to_string()).unwrap();
        let train = ["train", "--experiment", "e.json", "--out", "new"];
        refused(path, &train, &[expected, "e.json"]);
        for arguments in [["evaluate", "--run", "run"], ["train", "--resume", "run"]] {
            refused(path, &arguments, &[expected, "experiment.json"]);
        }
    }
    assert!(!path.join("new").exists());
}

#[test]
fn files_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    let again = path.join("again");
    let fresh = || {
        let _ = fs::remove_dir_all(&again);
        copy(&path.join("run"), &again);
    };
    let evaluate = ["evaluate", "--run", "again", "--device", "cpu"];
    let resume = ["train", "--resume", "again", "--device", "cpu"];
    for name in ["experiment.json", "summary.json", "metrics.jsonl"] {
        fresh();
        endless(&again.join(name), b"{");
        refused(path, &evaluate, &["found more than", name]);
        refused(path, &resume, &["found more than", name]);
    }
    fresh();
    endless(&again.join("checkpoints/best.safetensors"), b"");
    refused(path, &evaluate, &["found more than", "best.safetensors"]);
    fresh();
    endless(&again.join("test-score.json"), b"{");
    let test = ["evaluate", "--run", "again", "--device", "cpu", "--test"];
    refused(path, &test, &["found more than", "test-score.json"]);
    fresh();
    for name in ["state", "state-before"] {
        endless(&again.join(format!("checkpoints/{name}.safetensors")), b"");
    }
    refused(
        path,
        &resume,
        &["found more than", "no state of the run can be used"],
    );
}

#[test]
fn headers_of_weights_and_states() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    let metadata = r#""__metadata__":{"overfit-lab-state":"{\"version\":1}","crc32":"0"}"#;
    let tensor = |shape: &str, offsets: &str| {
        format!(
            r#"{{{metadata},"weight/a":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#
        )
    };
    let files = [
        safetensors("{}", Some(u64::MAX)),
        safetensors("{}", Some(1_000_000_000)),
        safetensors("{}", Some(0)),
        safetensors(&"[".repeat(1 << 20), None),
        safetensors(&tensor("[4294967296,4294967296]", "[0,0]"), None),
        safetensors(&tensor("[1000000000]", "[0,4000000000]"), None),
        safetensors(&tensor("[1]", "[18446744073709551612,0]"), None),
        Vec::new(),
    ];
    for bytes in &files {
        for name in ["best", "state", "state-before"] {
            let file = path.join(format!("run/checkpoints/{name}.safetensors"));
            fs::write(file, bytes).unwrap();
        }
        refused(
            path,
            &["evaluate", "--run", "run", "--device", "cpu"],
            &["best.safetensors"],
        );
        refused(
            path,
            &["train", "--resume", "run", "--device", "cpu"],
            &["no state of the run can be used"],
        );
    }
}

#[test]
fn mutations_of_every_kind_in_processes_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    // The command itself limits the memory of its workers.
    let arguments = ["selftest", "--inputs", "40", "--seed", "11"];
    let output = lab(folder.path(), &arguments);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}{}", text(&output.stderr));
    assert!(told.contains(" inputs, 0 findings"), "{told}");
}
