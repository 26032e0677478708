//! The library without a face: data, networks, training, runs on the disk, the verdict.

#![allow(clippy::unwrap_used, reason = "tests")]

mod batch_norm;
mod curves;
mod data;
mod drawing;
mod mutated;
mod own_data;
mod plain_network;
mod resume;
mod runs;
#[path = "../support/mod.rs"]
mod support;
mod sweeps;
mod training;
mod verdict;
mod watch;
