//! A sweep given to Slurm and to GNU parallel. Programs of a few lines stand for `sbatch` and `parallel` here: what
//! they are told is what matters. The real ones are tried by `scripts/cluster-check.sh`.

use crate::support::process::{command, ends, fails, lab, says, succeeds};
use crate::sweep::SMALL;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

/// A folder in which a program of this name notes what it is told.
fn stand_in(folder: &Path, name: &str, script: &str) {
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let program = bin.join(name);
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
}

/// The program, which finds the stand-ins first.
fn submit(folder: &Path, arguments: &[&str]) -> Output {
    let path = format!(
        "{}:{}",
        folder.join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let all = [&["sweep", "submit"], arguments].concat();
    command(folder, &all).env("PATH", path).output().unwrap()
}

fn plan(folder: &Path, seeds: &str, out: &str) {
    let more = ["--seeds", seeds, "--out", out, "--force"];
    let planned = [&["sweep", "plan"], &SMALL[..], &more].concat();
    succeeds(&lab(folder, &planned));
}

fn told(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("told")).unwrap()
}

fn script(folder: &Path, sweep: &str) -> String {
    std::fs::read_to_string(folder.join(sweep).join("sweep.sbatch")).unwrap()
}

#[test]
fn the_script_for_slurm_follows_plan_folder_and_options_until_somebody_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    stand_in(
        folder,
        "sbatch",
        "echo \"$@\" > told; echo Submitted batch job 7",
    );
    plan(folder, "4", "S");
    let said = succeeds(&submit(folder, &["S", "--slurm", "--runs-dir", "one"]));
    says(
        &said,
        &[
            "Written: ",
            "Submitted batch job 7",
            "sweep status S --runs-dir one",
        ],
    );
    says(&told(folder), &["S/sweep.sbatch"]);
    assert!(folder.join("S/slurm").is_dir());
    says(&script(folder, "S"), &["--array=1-4\n", "/one sweep job"]);

    // Another folder of runs, another time, another plan: an untouched script is written anew.
    succeeds(&submit(
        folder,
        &["S", "--slurm", "--runs-dir", "two", "--time", "90"],
    ));
    says(&script(folder, "S"), &["/two sweep job", "--time=90\n"]);
    plan(folder, "8", "S");
    succeeds(&submit(folder, &["S", "--slurm", "--runs-dir", "two"]));
    says(&script(folder, "S"), &["--array=1-8\n"]);
    assert!(!script(folder, "S").contains("--time"));

    // A change by hand is kept where it fits, and where it doesn't, nothing is submitted.
    let changed = script(folder, "S").replace("--mem=600M", "--mem=2G");
    std::fs::write(folder.join("S/sweep.sbatch"), &changed).unwrap();
    let said = succeeds(&submit(folder, &["S", "--slurm", "--runs-dir", "two"]));
    says(&said, &["was changed by hand and is submitted as it is"]);
    std::fs::remove_file(folder.join("told")).unwrap();
    fails(
        &submit(folder, &["S", "--slurm", "--runs-dir", "one"]),
        1,
        &["changed by hand", "another folder of runs", "--force"],
    );
    assert!(!folder.join("told").exists());
    assert_eq!(script(folder, "S"), changed);
    succeeds(&submit(
        folder,
        &["S", "--slurm", "--runs-dir", "one", "--force"],
    ));
    says(&script(folder, "S"), &["--mem=600M", "/one sweep job"]);

    fails(
        &submit(folder, &["S", "--slurm", "--time", "banana"]),
        2,
        &["as Slurm has it", "2:00:00"],
    );
}

#[test]
fn slurm_is_given_the_runs_that_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    stand_in(folder, "sbatch", "echo \"$@\" > told; echo Submitted");
    plan(folder, "5", "S");
    for number in ["2", "3"] {
        let job = ["sweep", "job", "S", number, "--runs-dir", "runs"];
        succeeds(&lab(folder, &job));
    }
    let all = ["S", "--slurm", "--runs-dir", "runs", "--at-once", "2"];
    let shown = [&all[..], &["--dry-run", "--", "--partition=short"]].concat();
    let said = succeeds(&submit(folder, &shown));
    says(
        &said,
        &["Submit it with: sbatch --array=1,4-5%2 --partition=short "],
    );
    let said = succeeds(&submit(folder, &all));
    says(&said, &["3 of 5 runs are left"]);
    says(&told(folder), &["--array=1,4-5%2 "]);
    succeeds(&lab(folder, &["sweep", "run", "S", "--runs-dir", "runs"]));
    std::fs::remove_file(folder.join("told")).unwrap();
    let said = succeeds(&submit(folder, &all));
    says(&said, &["All 5 runs are finished"]);
    assert!(!folder.join("told").exists());
}

#[test]
fn what_sbatch_says_of_its_failure_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    plan(folder, "1", "S");
    stand_in(folder, "sbatch", "echo no such partition >&2; exit 1");
    fails(
        &submit(folder, &["S", "--slurm"]),
        1,
        &[
            "sbatch took nothing (no such partition)",
            "sweep.sbatch and submit again",
        ],
    );
    let unknown = "sbatch: fatal: Could not establish a configuration source";
    stand_in(folder, "sbatch", &format!("echo {unknown} >&2; exit 1"));
    fails(
        &submit(folder, &["S", "--slurm"]),
        1,
        &["no Slurm answers this machine", "login node"],
    );
    stand_in(folder, "sbatch", "exit 3");
    fails(
        &submit(folder, &["S", "--slurm"]),
        1,
        &["it ended with exit code 3 and said nothing"],
    );
}

#[test]
fn a_log_of_other_runs_keeps_none_from_being_started() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Every host answers, and no job is started: what is left must be told, and not taken for done.
    stand_in(folder, "parallel", "exit 0");
    plan(folder, "2", "S");
    std::fs::write(folder.join("hosts"), "2/:\n").unwrap();
    let head = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
    let log = format!("{head}1\t:\t1.0\t0.5\t0\t0\t0\t0\tx\n");
    std::fs::write(folder.join("S/parallel.joblog"), log).unwrap();
    let said = ends(
        &submit(folder, &["S", "--parallel", "hosts", "--runs-dir", "runs"]),
        1,
    );
    says(
        &said,
        &[
            "is begun anew",
            "2 of 2 runs aren't finished",
            "--runs-dir runs",
        ],
    );
    assert!(!folder.join("S/parallel.joblog").exists());
    std::fs::write(folder.join("hosts"), "# nobody\n").unwrap();
    fails(
        &submit(folder, &["S", "--parallel", "hosts"]),
        2,
        &["names no host"],
    );
}
