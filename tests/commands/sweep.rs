//! Sweeps by command: planned, trained, killed, told and compared.

use crate::support::process::{PROGRAM, fails, lab, objects, says, succeeds};
use overfit_lab::proofs::selftest::sweep::SweepTest;
use serde_json::Value;
use std::path::Path;

/// A base experiment that is trained within a fraction of a second.
pub const SMALL: [&str; 10] = [
    "--preset",
    "linear",
    "--train-size",
    "64",
    "--validation-size",
    "64",
    "--epochs",
    "2",
    "--batch-size",
    "16",
];

/// The program with its runs in `runs`.
fn sweep(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let runs = ["--runs-dir", "runs"];
    lab(folder, &[&["sweep"], arguments, &runs].concat())
}

fn plan(folder: &Path, arguments: &[&str]) -> Value {
    let planned = sweep(
        folder,
        &[&["plan", "--json"], &SMALL[..], arguments].concat(),
    );
    serde_json::from_str(&succeeds(&planned)).unwrap()
}

fn status(folder: &Path, name: &str) -> Value {
    let said = sweep(folder, &["status", name, "--json"]);
    serde_json::from_str(&succeeds(&said)).unwrap()
}

fn counts(status: &Value) -> [u64; 5] {
    ["planned", "finished", "running", "waiting", "failed"]
        .map(|name| status[name].as_u64().unwrap())
}

const RATES: [&str; 4] = ["--vary", "learning-rate=0.001,0.01", "--seeds", "3"];

#[test]
fn a_sweep_is_planned_trained_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let planned = plan(folder, &[&RATES[..], &["--out", "S"]].concat());
    assert_eq!(
        (&planned["planned"], &planned["in_store"]),
        (&6.into(), &0.into())
    );
    assert!(planned["seconds"].as_f64().unwrap() > 0.0);
    assert!(planned["bytes"].as_u64().unwrap() > 0);
    assert_eq!(counts(&status(folder, "S")), [6, 0, 0, 6, 0]);

    let trained = objects(&succeeds(&sweep(
        folder,
        &["run", "S", "--jobs", "2", "--json"],
    )));
    let ended: Vec<&Value> = trained
        .iter()
        .filter(|line| line["event"] == "ended")
        .collect();
    assert_eq!(ended.len(), 6);
    assert!(
        ended.iter().all(|line| line["end"] == "trained"),
        "{ended:?}"
    );
    assert_eq!(counts(&status(folder, "S")), [6, 6, 0, 0, 0]);

    // Nothing is trained twice, whichever command asks.
    let again = objects(&succeeds(&sweep(folder, &["run", "S", "--json"])));
    assert!(again.iter().all(|line| line["end"] == "found"), "{again:?}");
    let job = objects(&succeeds(&sweep(folder, &["job", "S", "2", "--json"])));
    assert_eq!((job.len(), &job[0]["end"]), (1, &"found".into()));

    let table: Value =
        serde_json::from_str(&succeeds(&sweep(folder, &["table", "S", "--json"]))).unwrap();
    let rows = table.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["settings"]["learning-rate"], "0.01");
    assert_eq!(rows[1]["n"], 3);
    let [low, high] = [0, 1].map(|end| rows[1]["interval"][end].as_f64().unwrap());
    let mean = rows[1]["mean"].as_f64().unwrap();
    assert!(low < mean && mean < high, "{rows:?}");
    // The mean is that of the runs themselves.
    let of_runs: f64 = status(folder, "S")["runs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|run| run["cell"] == "learning-rate=0.01")
        .map(|run| run["accuracy"].as_f64().unwrap())
        .sum();
    assert!((mean - of_runs / 3.0).abs() < 1e-12);

    let compared = lab(
        folder,
        &[
            "compare",
            "S",
            "--baseline",
            "learning-rate=0.001",
            "--json",
            "--runs-dir",
            "runs",
        ],
    );
    let compared: Value = serde_json::from_str(&succeeds(&compared)).unwrap();
    assert_eq!(compared[0]["n"], 3);
    assert_eq!(compared[0]["paired"], true);
    let other = rows[0]["mean"].as_f64().unwrap();
    let difference = compared[0]["mean_difference"].as_f64().unwrap();
    assert!((difference - (mean - other)).abs() < 1e-12);
    assert_eq!(compared[0]["p_holm"], compared[0]["p"]);
}

#[test]
fn how_many_runs_at_once_are_quickest_is_measured_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(folder, &["--seeds", "8", "--out", "S"]);
    let here = ["--threads", "2", "--cache-dir", "cache", "--json"];
    let trained = objects(&succeeds(&sweep(
        folder,
        &[&["run", "S"][..], &here].concat(),
    )));
    let ended = trained.iter().filter(|line| line["event"] == "ended");
    let mut numbers: Vec<u64> = ended
        .map(|line| {
            assert_eq!(line["end"], "trained", "{line}");
            line["number"].as_u64().unwrap()
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    let file = folder.join("cache/sweep-jobs.json");
    let kept = || -> Value { serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap() };
    let measured = kept();
    assert_eq!(measured["measured"].as_array().unwrap().len(), 1);
    let at_once = measured["measured"][0]["at_once"].as_u64().unwrap();
    assert!([1, 2].contains(&at_once), "{measured}");
    // What was measured is believed from then on, and a number that is typed is never measured.
    plan(folder, &["--seeds", "11-18", "--out", "T"]);
    succeeds(&sweep(folder, &[&["run", "T"][..], &here].concat()));
    assert_eq!(kept(), measured);
    std::fs::remove_file(&file).unwrap();
    plan(folder, &["--seeds", "21-28", "--out", "U"]);
    let typed = [&["run", "U", "--jobs", "2"][..], &here].concat();
    succeeds(&sweep(folder, &typed));
    assert!(!file.exists());
}

#[test]
fn runs_of_the_store_are_taken_whoever_trained_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let by_hand = [
        &[
            "train",
            "--json",
            "--device",
            "cpu",
            "--runs-dir",
            "runs",
            "--seed",
            "2",
        ],
        &SMALL[..],
    ];
    succeeds(&lab(folder, &by_hand.concat()));
    // A run of another seed is another run.
    let planned = plan(folder, &["--seeds", "1-2", "--out", "S"]);
    assert_eq!(
        (&planned["planned"], &planned["in_store"]),
        (&2.into(), &1.into())
    );
    let trained = objects(&succeeds(&sweep(folder, &["run", "S", "--json"])));
    let end_of = |seed: u64| {
        let ended = trained
            .iter()
            .find(|line| line["event"] == "ended" && line["seed"] == seed);
        ended.unwrap()["end"].clone()
    };
    assert_eq!((end_of(1), end_of(2)), ("trained".into(), "found".into()));
    // The sweep's run and the run by hand have the same figures to the bit.
    let first = &status(folder, "S")["runs"][0];
    let name = first["run"].as_str().unwrap();
    let by_hand = [
        &["train", "--json", "--device", "cpu", "--out", "again"],
        &SMALL[..],
    ];
    succeeds(&lab(folder, &by_hand.concat()));
    let weights =
        |run: &str| std::fs::read(folder.join(run).join("checkpoints/best.safetensors")).unwrap();
    assert_eq!(weights(&format!("runs/{name}")), weights("again"));
}

#[test]
fn two_sweeps_share_the_runs_that_both_have() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(folder, &[&RATES[..], &["--out", "S"]].concat());
    succeeds(&sweep(folder, &["run", "S"]));
    let other = [
        "--vary",
        "learning-rate=0.01,0.1",
        "--seeds",
        "2",
        "--out",
        "T",
    ];
    let planned = plan(folder, &other);
    assert_eq!(
        (&planned["planned"], &planned["in_store"]),
        (&4.into(), &2.into())
    );
    // Every second run, beginning with the first: both are of the rate that the other sweep has.
    succeeds(&sweep(folder, &["job", "T", "1", "--stride", "2"]));
    assert_eq!(counts(&status(folder, "T")), [4, 2, 0, 2, 0]);
}

#[test]
fn a_run_that_fails_is_told_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Such a step leaves no figure finite.
    let axis = [
        "--preset",
        "cnn",
        "--width",
        "0.125",
        "--optimizer",
        "sgd",
        "--batch-size",
        "16",
    ];
    let rates = [
        "--vary",
        "learning-rate=0.001,1000000",
        "--seeds",
        "1",
        "--out",
        "S",
    ];
    let small = [
        "--train-size",
        "64",
        "--validation-size",
        "64",
        "--epochs",
        "3",
    ];
    succeeds(&sweep(
        folder,
        &[&["plan"], &axis[..], &small, &rates].concat(),
    ));
    fails(
        &sweep(folder, &["run", "S"]),
        1,
        &["1 of the runs failed", "--retry-failed"],
    );
    let standing = status(folder, "S");
    assert_eq!(counts(&standing), [2, 1, 0, 0, 1]);
    let message = standing["runs"][1]["message"].as_str().unwrap();
    assert!(message.contains("training has diverged"), "{message}");
    // Without being told to, nobody tries it again; then it fails again.
    let again = objects(&String::from_utf8(sweep(folder, &["run", "S", "--json"]).stdout).unwrap());
    assert!(
        again.iter().all(|line| line["event"] == "ended"),
        "{again:?}"
    );
    let retried = sweep(folder, &["run", "S", "--retry-failed", "--json"]);
    let retried = objects(&String::from_utf8(retried.stdout).unwrap());
    assert_eq!(
        retried
            .iter()
            .filter(|line| line["event"] == "begun")
            .count(),
        1
    );
    assert_eq!(counts(&status(folder, "S")), [2, 1, 0, 0, 1]);
}

#[test]
fn an_ablation_says_what_each_remedy_brings() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let runs = ["--runs-dir", "runs", "--seeds", "2", "--json"];
    let remedies = [
        "ablate",
        "--factors",
        "augment,weight-decay",
        "--picture",
        "effects.svg",
    ];
    let said = succeeds(&lab(folder, &[&remedies, &SMALL[..], &runs].concat()));
    let told = objects(&said);
    assert_eq!(
        told.iter().filter(|line| line["end"] == "trained").count(),
        8
    );
    let effects = told.last().unwrap()["effects"].as_array().unwrap();
    let factors: Vec<String> = effects
        .iter()
        .map(|effect| effect["factors"].to_string())
        .collect();
    assert_eq!(
        factors,
        [
            r#"["augment"]"#,
            r#"["weight-decay"]"#,
            r#"["augment","weight-decay"]"#
        ]
    );
    // The effect is the mean with less the mean without.
    let table = sweep(folder, &["table", "ablation", "--json"]);
    let table: Value = serde_json::from_str(&succeeds(&table)).unwrap();
    let mean = |cell: usize| table[cell]["mean"].as_f64().unwrap();
    let augment = (mean(2) + mean(3) - mean(0) - mean(1)) / 2.0;
    assert!((effects[0]["mean"].as_f64().unwrap() - augment).abs() < 1e-12);
    let picture = std::fs::read_to_string(folder.join("effects.svg")).unwrap();
    assert!(picture.contains("augmentation × weight decay"), "{picture}");
    // The same command again trains nothing.
    let again = [&remedies[..3], &SMALL[..], &runs].concat();
    let again = objects(&succeeds(&lab(folder, &again)));
    assert_eq!(
        again.iter().filter(|line| line["end"] == "found").count(),
        8
    );
}

#[test]
fn a_learning_curve_has_a_line_for_each_preset() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let arguments = [
        "learning-curve",
        "--preset",
        "linear",
        "--against",
        "dense",
        "--validation-size",
        "64",
        "--epochs",
        "2",
        "--sizes",
        "32..64",
        "--seeds",
        "2",
        "--picture",
        "sizes.svg",
        "--runs-dir",
        "runs",
        "--json",
    ];
    let told = objects(&succeeds(&lab(folder, &arguments)));
    let lines = told.last().unwrap()["lines"].as_array().unwrap();
    assert_eq!(
        (&lines[0]["name"], &lines[1]["name"]),
        (&"linear".into(), &"dense".into())
    );
    for line in lines {
        let points = line["points"].as_array().unwrap();
        let sizes: Vec<&Value> = points.iter().map(|point| &point["train_images"]).collect();
        assert_eq!(sizes, [32, 50, 64]);
        assert!(points.iter().all(|point| point["interval"][0].is_number()));
    }
    assert!(
        std::fs::read_to_string(folder.join("sizes.svg"))
            .unwrap()
            .contains("dense")
    );
}

#[test]
fn a_report_is_one_page_with_its_pictures_inside() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(
        folder,
        &[&RATES[..], &["--name", "<rates> & more", "--out", "S"]].concat(),
    );
    succeeds(&sweep(folder, &["run", "S"]));
    succeeds(&sweep(folder, &["report", "S", "--output", "report.html"]));
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    says(
        &page,
        &[
            "<title>&lt;rates&gt; &amp; more</title>",
            "6 of 6 runs finished",
            "learning rate 0.01",
            "95% interval",
            "--vary &#39;learning-rate=0.001,0.01&#39;",
        ]
        .map(|part| part.replace("&#39;", "'"))
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>(),
    );
    // The curves, and a picture of the setting, each in two widths, for screens and for phones.
    assert_eq!(page.matches("<svg").count(), 4);
    assert_eq!(page.matches("<figure class=\"narrow\">").count(), 2);
    // Nothing comes from elsewhere.
    assert!(!page.contains("src=") && !page.contains("href="), "{page}");
    fails(
        &sweep(folder, &["report", "S", "--output", "report.html"]),
        1,
        &["already there", "--force"],
    );
}

#[test]
fn what_can_not_be_swept_is_refused_with_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let refused = |arguments: &[&str], parts: &[&str]| {
        fails(
            &sweep(folder, &[&["plan"], arguments, &["--out", "S"]].concat()),
            2,
            parts,
        );
        assert!(!folder.join("S/sweep.json").exists());
    };
    refused(
        &["--vary", "droput=0,1"],
        &["unknown setting \"droput\"", "a sweep can vary"],
    );
    refused(&["--vary", "seed=1,2"], &["seeds of its own"]);
    refused(
        &["--vary", "dropout=0,3"],
        &["dropout=3", "expected 0 to 0.95"],
    );
    refused(&["--seeds", "0"], &["1,2,7 or 11-15"]);
    refused(&["--seeds", "3,3"], &["seed 3 is there twice"]);
    plan(folder, &["--out", "S"]);
    plan(folder, &["--out", "S"]);
    let again = [&["plan"], &SMALL[..], &["--seeds", "2", "--out", "S"]].concat();
    fails(
        &sweep(folder, &again),
        1,
        &["S holds another plan", "--out", "--force"],
    );
    fails(
        &sweep(folder, &["job", "S", "6"]),
        2,
        &["its runs are 1 to 5"],
    );
    fails(
        &sweep(folder, &["status", "T"]),
        1,
        &["can't read the file", "T"],
    );
    fails(
        &sweep(folder, &["table", "S", "--metric", "speed"]),
        2,
        &["accuracy, loss, gap or epoch"],
    );
    let compared = ["compare", "S", "--baseline", "dropout=0.3"];
    fails(
        &lab(folder, &compared),
        2,
        &["no combination of settings in the sweep has that"],
    );
    let compared = ["compare", "S", "--baseline", "epochs=2"];
    fails(
        &lab(folder, &compared),
        2,
        &["single combination of settings, so there is nothing to compare"],
    );
    // A file that was edited by hand.
    let file = folder.join("S/sweep.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let other = text.replace("\"rounding\": \"fused\"", "\"rounding\": \"twice\"");
    std::fs::write(&file, &other).unwrap();
    fails(
        &sweep(folder, &["run", "S"]),
        1,
        &["computes otherwise", "plan the sweep anew"],
    );
    for (from, to, part) in [
        ("\"seeds\": [", "\"seeds\": [1,", "seed 1 is there twice"),
        (
            "\"seeds\": [",
            "\"sedes\": [",
            "the entry \"sedes\" is not known",
        ),
        (
            "\"train_size\": 64",
            "\"train_size\": -4",
            "in \"base\": found something else for the number of images",
        ),
    ] {
        let edited = text.replace(from, to);
        assert_ne!(edited, text);
        std::fs::write(&file, edited).unwrap();
        fails(&sweep(folder, &["status", "S"]), 1, &[part, "sweep.json"]);
    }
    std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    fails(&sweep(folder, &["status", "S"]), 1, &["was cut off"]);
}

#[test]
fn a_run_is_found_by_the_name_that_people_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(folder, &["--seeds", "2", "--out", "S"]);
    succeeds(&sweep(folder, &["run", "S"]));
    let standing = status(folder, "S");
    let runs = standing["runs"].as_array().unwrap();
    for (run, name) in runs.iter().zip(["S1.1", "S1.2"]) {
        let label = format!("{{\"name\":\"{name}\",\"starred\":false}}");
        let run = run["run"].as_str().unwrap();
        std::fs::write(folder.join("runs").join(run).join("label.json"), label).unwrap();
    }
    let evaluate = |arguments: &[&str]| {
        lab(
            folder,
            &[&["evaluate"], arguments, &["--runs-dir", "runs"]].concat(),
        )
    };
    succeeds(&evaluate(&["--run", "s1.2"]));
    succeeds(&evaluate(&["--ensemble", "S1.1,S1.2"]));
    fails(&evaluate(&["--run", "S1.3"]), 1, &["no run S1.3"]);
    // A sweep of the window is known by its own name, too.
    let shelf = folder.join("runs/sweeps/S1");
    std::fs::create_dir_all(&shelf).unwrap();
    std::fs::copy(folder.join("S/sweep.json"), shelf.join("sweep.json")).unwrap();
    succeeds(&evaluate(&["--ensemble", "S1"]));
}

#[test]
fn a_store_that_can_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(folder, &["--seeds", "1", "--out", "S"]);
    // A file stands where the folder of all runs should be made.
    std::fs::write(folder.join("file"), "").unwrap();
    let output = lab(folder, &["sweep", "run", "S", "--runs-dir", "file/runs"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    says(
        &said,
        &[
            "write into the folder of the runs",
            "file/runs",
            "--runs-dir",
        ],
    );
}

#[test]
fn processes_killed_at_any_moment_leave_every_run_once_and_as_it_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let test = SweepTest {
        program: Path::new(PROGRAM),
        folder: folder.path(),
        seed: 1,
    };
    let figures = test.kill(6, |_| {}).unwrap();
    assert!(figures.kills >= 6 && figures.rounds > 0, "{figures:?}");
    assert_eq!(figures.differences, Vec::<String>::new());
}
