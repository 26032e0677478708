//! The short form of `overfit-lab selftest --soak MINUTES`.

use crate::support::process::{lab, text};

#[test]
fn runs_one_after_the_other_leave_nothing_behind_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = lab(folder.path(), &["selftest", "--soak", "0.01"]);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}{}", text(&output.stderr));
    // The shortest soak has three runs, one of which is taken up again.
    assert!(told.contains("3 runs, 1 of them stopped"), "{told}");
    assert!(told.contains("epochs kept "), "{told}");
    let counted = if cfg!(target_os = "linux") {
        "memory once it had settled"
    } else {
        "can't be counted here"
    };
    assert!(told.contains(counted), "{told}");
}
