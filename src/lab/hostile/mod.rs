//! Hostile files, made in numbers: good files of each kind, mutations of them, and for each kind
//! the properties that must hold whatever the bytes are.
//!
//! The tests try some hundreds of each, `overfit-lab selftest` as many as it is told. A new kind of
//! file is a [`Target`]: its seeds, and a function that reads bytes and panics where a property is
//! broken.

mod hammer;
mod mutate;
mod runs;
mod sealed;
mod seeds;
mod states;
mod targets;

pub use hammer::{Budget, Finding, Tally, hammer, make_inputs};
pub use mutate::Shape;
pub use runs::{run_seeds, unpack_run};

use std::path::Path;

/// What became of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They were read, and what they hold was written and read again.
    Read,
    /// They were refused with an error.
    Refused,
}

/// A kind of file that anybody may have made.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name: that of its folder of seeds, too.
    pub name: &'static str,
    /// Good files, which every mutation begins with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What its bytes are made of, so that mutations get behind checksums.
    pub shape: Shape,
    /// Reads bytes, in a folder of its own where the reader takes files. Panics where a property
    /// is broken.
    pub check: fn(&[u8], &Path) -> Outcome,
}

/// The kinds that the library reads. The window's memory is the window's own.
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
        name: "picture",
        seeds: seeds::picture,
        shape: Shape::Picture,
        check: targets::picture,
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
        seeds: seeds::curves,
        shape: Shape::Text,
        check: targets::curves,
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

/// The files of a folder in one: divided by a line that none of them has.
const DIVIDER: &[u8] = b"\n=====\n";

/// So many files that are joined in some bytes; those that lack are empty.
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
