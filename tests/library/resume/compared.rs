//! Epochs compared image by image, in a run that was taken up again.

use crate::support::runs::{comparisons, linear, resume, train};

#[test]
fn a_run_taken_up_again_compares_its_epochs_as_if_it_had_never_ended() {
    let root = tempfile::tempdir().unwrap();
    let (broken, whole) = (root.path().join("broken"), root.path().join("whole"));
    train(&broken, linear(7));
    resume(&broken, Some(12));
    train(&whole, linear(12));
    let expected = comparisons(&whole);
    assert_eq!(comparisons(&broken), expected);
    // The first epoch has none before it; later ones have the last five, and those of the lowest level.
    let counts: Vec<usize> = expected.iter().map(Vec::len).collect();
    assert_eq!(counts[..6], [0, 1, 2, 3, 4, 5]);
    assert!(
        counts[6..].iter().all(|count| (5..=8).contains(count)),
        "{counts:?}"
    );
}
