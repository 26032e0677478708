//! The words of the commands, compared whole, so that a review sees each one that changes.
//!
//! `UPDATE_EXPECT=1 cargo test --release --test commands words` puts what the program says now in
//! the place of what was expected. What differs from machine to machine is taken out before.

mod help;
mod kept;
mod machine;
mod mistakes;
mod networks;
mod training;
mod verdicts;

use crate::support::process::{command, text};
use std::path::Path;
use std::process::Command;

/// What a terminal shows of these commands, one after the other in one folder: each command, its
/// standard output, then its messages, and its exit code where that isn't 0.
fn session(folder: &Path, commands: &[&str]) -> String {
    commands.iter().map(|line| shown(folder, line)).collect()
}

fn shown(folder: &Path, line: &str) -> String {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let output = plain(folder, &arguments).output().unwrap();
    let (out, messages) = (text(&output.stdout), text(&output.stderr));
    let code = match output.status.code() {
        Some(0) => String::new(),
        Some(code) => format!("[exit code {code}]\n"),
        None => format!("[{}]\n", output.status),
    };
    steady(&format!("$ overfit-lab {line}\n{out}{messages}")) + &code
}

/// The program, whose words depend neither on the width of a terminal nor on what is logged.
fn plain(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(folder, arguments);
    command.env("COLUMNS", "100").env_remove("RUST_LOG");
    command
}

/// A text whose lines don't end with spaces, without the times and speeds of a table of epochs.
fn steady(text: &str) -> String {
    text.lines()
        .map(|line| without_speed(line).trim_end().to_owned() + "\n")
        .collect()
}

/// A row of the table of epochs has images a second and seconds behind its gap, which depend on
/// the machine. Every other line stays as it is.
fn without_speed(line: &str) -> String {
    let is_row = line
        .split_whitespace()
        .next()
        .is_some_and(|first| first.trim_end_matches('*').parse::<usize>().is_ok());
    match line.split_once(" points ") {
        Some((figures, rest)) if is_row => {
            let more: Vec<&str> = rest.split_whitespace().skip(3).collect();
            format!("{figures} points   <images/s>   <time>  {}", more.join(" "))
        }
        _ => line.to_owned(),
    }
}
