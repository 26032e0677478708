//! The program as a process: each command, each exit code, each file that it reads or writes.

#![allow(clippy::unwrap_used, reason = "tests")]

mod devices;
mod ensembles;
mod exports;
mod folders;
mod hostile;
mod kept;
mod lr_find;
mod others;
mod own_data;
mod pictures;
mod resume;
#[cfg(unix)]
mod submit_sweep;
#[path = "../support/mod.rs"]
mod support;
mod sweep;
mod tables;
mod train;
mod words;

/// Lets a small network learn a few images by heart.
const BY_HEART: [&str; 8] = [
    "--architecture",
    "dense",
    "--epochs",
    "40",
    "--validation-size",
    "10",
    "--device",
    "cpu",
];
