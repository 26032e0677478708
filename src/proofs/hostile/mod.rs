//! Hostile files in large numbers: good files of each kind, mutations of them, and for each kind the
//! properties that must hold whatever the bytes are.
//!
//! The tests try some hundreds of each kind, `overfit-lab selftest` as many as it is told. A new kind
//! of file is a [`Target`]: its seeds, and a function that reads bytes and panics where a property is
//! broken.

mod archives;
mod curves;
mod hammer;
mod mutate;
mod named;
mod runs;
mod sealed;
mod seeds;
mod states;
mod targets;
pub mod window;

pub use hammer::{Budget, Finding, Tally, hammer, make_inputs};
pub use mutate::Shape;
pub use runs::{run_seeds, unpack_run};

use std::path::Path;

/// What became of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The bytes were read, and what they hold was written and read again.
    Read,
    /// The bytes were refused with an error.
    Refused,
}

/// A kind of file that anybody may have made.
#[derive(Clone, Copy)]
pub struct Target {
    /// The kind's name, which is also the name of its folder of seeds.
    pub name: &'static str,
    /// Makes the good files with which every mutation begins.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What such files are made of, so that mutations get behind checksums.
    pub shape: Shape,
    /// Reads bytes as such a file, in this scratch folder where the reader takes files. Panics where a
    /// property is broken.
    pub check: fn(&[u8], &Path) -> Outcome,
}

/// Every kind of file: those that the library reads, and those that the window alone reads or draws.
pub fn all_targets() -> impl Iterator<Item = Target> {
    TARGETS.iter().chain(window::TARGETS).copied()
}

/// The kinds of files that the library reads.
pub const TARGETS: &[Target] = &[
    Target {
        name: "idx",
        seeds: seeds::idx,
        shape: Shape::Binary,
        check: targets::idx,
    },
    Target {
        name: "idx-gzip",
        seeds: seeds::idx_gzip,
        shape: Shape::Gzip,
        check: targets::idx,
    },
    Target {
        name: "train-csv",
        seeds: seeds::train_csv,
        shape: Shape::Text,
        check: targets::train_csv,
    },
    Target {
        name: "test-csv",
        seeds: seeds::test_csv,
        shape: Shape::Text,
        check: targets::test_csv,
    },
    Target {
        name: "named",
        seeds: named::seeds,
        shape: Shape::Text,
        check: named::check,
    },
    Target {
        name: "npz",
        seeds: archives::array_seeds,
        shape: Shape::Binary,
        check: archives::array_in_npz,
    },
    Target {
        name: "zip",
        seeds: archives::zip_seeds,
        shape: Shape::Binary,
        check: archives::zip_file,
    },
    Target {
        name: "picture",
        seeds: seeds::picture,
        shape: Shape::Picture,
        check: targets::picture,
    },
    Target {
        name: "sweep",
        seeds: seeds::sweep,
        shape: Shape::Text,
        check: targets::sweep,
    },
    Target {
        name: "experiment",
        seeds: seeds::experiment,
        shape: Shape::Text,
        check: targets::experiment,
    },
    Target {
        name: "metrics",
        seeds: seeds::metrics,
        shape: Shape::Text,
        check: targets::metrics,
    },
    Target {
        name: "curves",
        seeds: curves::seeds,
        shape: Shape::Text,
        check: curves::check,
    },
    Target {
        name: "batches",
        seeds: seeds::batches,
        shape: Shape::Text,
        check: targets::batches,
    },
    Target {
        name: "weights",
        seeds: seeds::weights,
        shape: Shape::Safetensors,
        check: targets::weights,
    },
    Target {
        name: "summary",
        seeds: runs::summary_seeds,
        shape: Shape::Text,
        check: runs::summary,
    },
    Target {
        name: "run",
        seeds: runs::run_seeds,
        shape: Shape::Text,
        check: runs::run,
    },
    Target {
        name: "answers",
        seeds: runs::answers_seeds,
        shape: Shape::Safetensors,
        check: runs::answers,
    },
    Target {
        name: "state",
        seeds: states::state_seeds,
        shape: Shape::State,
        check: states::state,
    },
    Target {
        name: "resume",
        seeds: states::resume_seeds,
        shape: Shape::Folder,
        check: states::resume,
    },
];

/// Divides the files of a folder that are joined in one input: a line that none of the files has.
const DIVIDER: &[u8] = b"\n=====\n";

/// Takes the files apart that are joined in some bytes. Of fewer than `count` files the rest is empty.
fn parts_of(bytes: &[u8], count: usize) -> Vec<&[u8]> {
    let mut rest = bytes;
    let take = |_| {
        let end = rest.windows(DIVIDER.len()).position(|part| part == DIVIDER);
        let (this, after) = match end {
            Some(end) => (&rest[..end], &rest[end + DIVIDER.len()..]),
            None => (rest, &[][..]),
        };
        rest = after;
        this
    };
    (0..count).map(take).collect()
}
