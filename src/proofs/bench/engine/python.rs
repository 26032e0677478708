//! Runs a peer's script, which prints a JSON object.

use super::super::error::BenchError;
use serde::de::DeserializeOwned;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Runs a script that the program carries on this Python, and reads the JSON that it prints.
///
/// # Errors
/// Where Python can't be run, or the script fails or prints something else.
pub(super) fn run<T: DeserializeOwned>(
    python: &Path,
    script: &str,
    arguments: &[&OsStr],
    environment: &[(&str, &str)],
) -> Result<T, BenchError> {
    let output = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .map_err(|source| BenchError::NoPython {
            python: python.to_path_buf(),
            source,
        })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let last = message.lines().rev().find(|line| !line.trim().is_empty());
        return Err(BenchError::PythonFails {
            python: python.to_path_buf(),
            last: last.unwrap_or("no reason given").to_owned(),
        });
    }
    serde_json::from_slice(&output.stdout).map_err(BenchError::PythonSaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_not_there_is_told_by_its_path() {
        let python = Path::new("no/such/python");
        let told = run::<Vec<f64>>(python, "print([1.5])", &[], &[]);
        let message = told.unwrap_err().to_string();
        assert!(message.ends_with("no/such/python"), "{message}");
    }
}
