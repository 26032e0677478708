//! The program as a process that is killed.

use crate::support::process::PROGRAM;
use overfit_lab::proofs::selftest::kills::{Killed, kills};
use std::path::Path;

#[test]
fn a_run_killed_at_any_moment_and_resumed_is_the_run_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let killed = Killed {
        program: Path::new(PROGRAM),
        folder: folder.path(),
        seed: 1,
    };
    let figures = kills(&killed, 8, |_| {}).unwrap();
    assert!(figures.kills >= 8 && figures.runs > 0, "{figures:?}");
    assert!(figures.within_a_save > 0, "{figures:?}");
    assert_eq!(figures.differences, Vec::<String>::new());
}
