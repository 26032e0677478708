//! The short form of `overfit-lab selftest --soak MINUTES`.

#![cfg(target_os = "linux")]

use crate::make::{program, text};

#[test]
fn runs_one_after_the_other_leave_nothing_behind_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["selftest", "--soak", "0.01"])
        .output()
        .unwrap();
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}{}", text(&output.stderr));
    // The shortest has three runs, one of which is taken up again.
    assert!(told.contains("3 runs, 1 of them stopped"), "{told}");
    assert!(
        told.contains("no thread and no file handle left over"),
        "{told}"
    );
}
