//! Runs a peer's script, which prints a JSON object.

use serde::de::DeserializeOwned;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// What a script that the program carries prints on this Python.
///
/// # Errors
/// Where Python can't be run or the script fails, in words: its last line.
pub(in crate::lab) fn run<T: DeserializeOwned>(
    python: &Path,
    script: &str,
    arguments: &[&OsStr],
    environment: &[(&str, &str)],
) -> Result<T, String> {
    let output = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .map_err(|err| format!("can't run Python: {err}: {}", python.display()))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let last = message.lines().rev().find(|line| !line.trim().is_empty());
        let last = last.unwrap_or("no reason given");
        return Err(format!("Python fails: {last}: {}", python.display()));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|err| format!("can't read what Python said: {err}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_not_there_is_told_by_its_path() {
        let python = Path::new("no/such/python");
        let told = run::<Vec<f64>>(python, "print([1.5])", &[], &[]);
        let message = told.unwrap_err();
        assert!(message.ends_with("no/such/python"), "{message}");
    }
}
