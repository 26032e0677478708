//! `export table`, `export matrix` and `export weights`.

use super::*;
use safetensors::SafeTensors;

fn export(folder: &Path, what: &str, name: &str, more: &[&str]) -> Output {
    let run = folder_of(name);
    let fixed = ["export", what, "--run", &run, "--device", "cpu", "--output"];
    lab(folder, &[&fixed[..], more].concat())
}

#[test]
fn the_table_is_what_summary_prints_and_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&export(folder.path(), "table", "two", &["t.txt"]));
    let table = std::fs::read_to_string(folder.path().join("t.txt")).unwrap();
    let experiment = runs().join("two/experiment.json").display().to_string();
    let summary = succeeds(&lab(
        folder.path(),
        &["summary", "--experiment", &experiment],
    ));
    assert_eq!(table, summary);
    succeeds(&export(folder.path(), "table", "two", &["t.csv"]));
    let mut reader = csv::Reader::from_path(folder.path().join("t.csv")).unwrap();
    let parameters: usize = reader
        .records()
        .map(|row| row.unwrap()[2].parse::<usize>().unwrap())
        .sum();
    assert_eq!(parameters, run("two").started.unwrap().parameters);
    let png = export(folder.path(), "table", "two", &["t.png"]);
    fails(&png, 1, &[".txt, .csv", "t.png"]);
}

#[test]
fn the_matrix_counts_every_validation_image() {
    let folder = tempfile::tempdir().unwrap();
    let sums = |epoch: &str| {
        let more = ["m.csv", "--epoch", epoch, "--force"];
        succeeds(&export(folder.path(), "matrix", "one", &more));
        let mut reader = csv::Reader::from_path(folder.path().join("m.csv")).unwrap();
        let (mut all, mut right) = (0, 0);
        for (truth, row) in reader.records().map(Result::unwrap).enumerate() {
            assert_eq!(row[0], truth.to_string());
            for prediction in 0..10 {
                let count: usize = row[1 + prediction].parse().unwrap();
                all += count;
                right += if prediction == truth { count } else { 0 };
            }
        }
        (all, right)
    };
    for epoch in &run("one").epochs {
        let (all, right) = sums(&epoch.epoch.to_string());
        assert_eq!(all, epoch.validation_count);
        assert_eq!(right as f64 / all as f64, epoch.validation_accuracy);
    }
    // Without the kept answers, the weights are asked again and say the same.
    let copy = folder.path().join("copy");
    std::fs::create_dir_all(copy.join("checkpoints")).unwrap();
    for file in [
        "experiment.json",
        "metrics.jsonl",
        "summary.json",
        "checkpoints/last.safetensors",
    ] {
        std::fs::copy(runs().join("one").join(file), copy.join(file)).unwrap();
    }
    let kept = sums("last");
    let arguments = [
        "export", "matrix", "--run", "copy", "--epoch", "last", "--output", "n.csv",
    ];
    succeeds(&lab(folder.path(), &arguments));
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("m.csv"), read("n.csv"), "{kept:?}");

    succeeds(&export(
        folder.path(),
        "matrix",
        "one",
        &["m.png", "--scale", "3"],
    ));
    let picture = image::open(folder.path().join("m.png")).unwrap();
    assert!(picture.width() > 1_200 && picture.height() > 1_200);
    let one = folder_of("one");
    let two = [
        "export", "matrix", "--run", &one, "--run", &one, "--output", "x.png",
    ];
    fails(
        &lab(folder.path(), &two),
        2,
        &["found 2 runs, expected one"],
    );
}

#[test]
fn weights_hold_the_same_numbers_in_every_layout() {
    let folder = tempfile::tempdir().unwrap();
    let sorted = |layout: &str| -> Vec<Vec<u32>> {
        let more = ["w.safetensors", "--layout", layout, "--force"];
        succeeds(&export(folder.path(), "weights", "one", &more));
        let bytes = std::fs::read(folder.path().join("w.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<Vec<u32>> = file
            .iter()
            .map(|(_, view)| {
                let (values, _) = view.data().as_chunks();
                let mut bits: Vec<u32> = values.iter().map(|b| u32::from_le_bytes(*b)).collect();
                bits.sort_unstable();
                bits
            })
            .collect();
        tensors.sort();
        tensors
    };
    let kept = sorted("burn");
    let best = std::fs::read(runs().join("one/checkpoints/best.safetensors")).unwrap();
    assert_eq!(
        std::fs::read(folder.path().join("w.safetensors")).unwrap(),
        best
    );
    assert_eq!(kept, sorted("keras"));
    assert_eq!(kept, sorted("pytorch"));
    let wrong = export(folder.path(), "weights", "one", &["w.h5"]);
    fails(&wrong, 1, &[".safetensors", "w.h5"]);
}

#[test]
fn what_is_there_is_replaced_only_with_force() {
    let folder = tempfile::tempdir().unwrap();
    for (what, name) in [
        ("table", "t.csv"),
        ("matrix", "m.csv"),
        ("weights", "w.safetensors"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, "mine").unwrap();
        let taken = export(folder.path(), what, "one", &[name]);
        fails(&taken, 1, &["already there", "--force", name]);
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        succeeds(&export(folder.path(), what, "one", &[name, "--force"]));
        assert_ne!(std::fs::read(&path).unwrap(), b"mine");
    }
}
