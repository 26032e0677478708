//! The help of each command, in a file of its own below `tests/assets/help`.

use super::plain;
use crate::support::process::succeeds;
use expect_test::expect_file;

/// The commands that `--help` lists.
const COMMANDS: [&str; 16] = [
    "train",
    "runs",
    "evaluate",
    "submit",
    "predict",
    "export",
    "summary",
    "diagnose",
    "sweep",
    "compare",
    "ablate",
    "learning-curve",
    "lr-find",
    "devices",
    "bench",
    "selftest",
];

/// What can be done with a sweep.
const SWEEPS: [&str; 7] = ["plan", "run", "job", "submit", "status", "table", "report"];

fn help(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = succeeds(&plain(folder.path(), arguments).output().unwrap());
    let lines = text.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

#[test]
fn each_command_helps() {
    expect_file!["../../assets/help/overfit-lab.txt"].assert_eq(&help(&["--help"]));
    for command in COMMANDS {
        let file = expect_file![format!("../../assets/help/{command}.txt")];
        file.assert_eq(&help(&[command, "--help"]));
    }
    for what in SWEEPS {
        let file = expect_file![format!("../../assets/help/sweep-{what}.txt")];
        file.assert_eq(&help(&["sweep", what, "--help"]));
    }
}

#[test]
fn the_commands_that_are_listed_are_those_whose_help_is_compared() {
    let text = help(&["--help"]);
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(names, COMMANDS);
}
