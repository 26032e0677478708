//! Every kind of file, mutated: the short form of `overfit-lab selftest`.

use crate::support;
use overfit_lab::proofs::hostile::{
    Budget, Outcome, Shape, TARGETS, Target, hammer, make_inputs, window,
};
use std::ops::ControlFlow;
use std::path::Path;

const INPUTS: u64 = 300;

/// Tries the seeds and mutations of them.
fn survives(targets: &[Target]) {
    for target in targets {
        let folder = tempfile::tempdir().unwrap();
        let inputs = Budget::Inputs(INPUTS);
        let before = |_, _: &[u8]| ControlFlow::Continue(());
        let tally = hammer(target, 7, 0, inputs, folder.path(), before);
        let tally = tally.unwrap_or_else(|finding| {
            let name = format!("{}-{}", target.name, finding.number);
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            std::fs::write(&kept, &finding.bytes).unwrap();
            panic!("{}: {}", kept.display(), finding.message)
        });
        // Some inputs must be read and some refused, or the mutations try nothing.
        assert!(
            (1..INPUTS).contains(&tally.read),
            "{}: {tally:?}",
            target.name
        );
    }
}

#[test]
fn what_the_library_reads() {
    survives(TARGETS);
}

#[test]
fn what_the_window_reads_and_draws() {
    survives(window::TARGETS);
}

/// Checks that the good files of a kind are read.
#[track_caller]
fn check_good(target: &Target, files: &[Vec<u8>]) {
    let folder = tempfile::tempdir().unwrap();
    let read = files
        .iter()
        .filter(|bytes| (target.check)(bytes, folder.path()) == Outcome::Read)
        .count();
    // Two of the IDX files are refused where images are expected: one holds labels, and one holds
    // images that are all the same.
    let refused = if target.name.starts_with("idx") { 2 } else { 0 };
    assert!(read > 0 && read + refused >= files.len(), "{}", target.name);
}

fn files_of(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    let bytes = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    bytes.collect()
}

#[test]
fn the_files_that_mutations_begin_with_are_good() {
    for target in TARGETS.iter().chain(window::TARGETS) {
        check_good(target, &(target.seeds)());
    }
}

/// `selftest --write-seeds` wrote these files once. What was good then is good for ever.
#[test]
fn the_files_of_the_corpus_are_still_read() {
    let corpus = support::asset("hostile/corpus");
    for target in TARGETS.iter().chain(window::TARGETS) {
        check_good(target, &files_of(&corpus.join(target.name)));
    }
}

#[test]
fn what_once_broke_something_is_refused_or_read() {
    let found = support::asset("hostile/found");
    for entry in std::fs::read_dir(found).unwrap() {
        let kind = entry.unwrap();
        let name = kind.file_name().into_string().unwrap();
        let mut all = TARGETS.iter().chain(window::TARGETS);
        let target = all.find(|target| target.name == name).unwrap();
        for bytes in files_of(&kind.path()) {
            let folder = tempfile::tempdir().unwrap();
            (target.check)(&bytes, folder.path());
        }
    }
}

#[test]
fn a_broken_property_is_found_and_its_input_kept() {
    let target = Target {
        name: "numbers",
        seeds: || vec![b"1,2,3".to_vec(), b"20".to_vec()],
        shape: Shape::Text,
        check: |bytes, _| {
            assert!(!bytes.contains(&b'-'), "a minus sign");
            Outcome::Read
        },
    };
    let folder = tempfile::tempdir().unwrap();
    let before = |_, _: &[u8]| ControlFlow::Continue(());
    let budget = Budget::Inputs(10_000);
    let finding = hammer(&target, 1, 0, budget, folder.path(), before).unwrap_err();
    assert_eq!(finding.message, "a minus sign");
    assert!(finding.bytes.contains(&b'-'));
    // The number of a finding leads to the same input again.
    let inputs = make_inputs(&target, 1, finding.number + 1);
    assert_eq!(inputs.last(), Some(&finding.bytes));
}
