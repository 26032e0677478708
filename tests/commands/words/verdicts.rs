//! What `diagnose` says of curves that were really trained, one of each kind.

use super::session;
use crate::support::asset;
use expect_test::expect;

/// The verdict on the first so many epochs of a curve.
fn diagnosed(curve: &str, epochs: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(asset("curves").join(curve)).unwrap();
    let lines: Vec<&str> = text.lines().take(1 + epochs).collect();
    std::fs::write(folder.path().join("curve.csv"), lines.join("\n") + "\n").unwrap();
    session(
        folder.path(),
        &["diagnose curve.csv --validation-size 5000"],
    )
}

#[test]
fn a_cnn_on_few_images_overfits() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Too early to tell: 1 more epoch is needed; validation accuracy 79.56% ± 0.57 so far
          2 of the 3 epochs that a verdict needs
        What to try:
          More epochs: a verdict needs more epochs than the run has.
    "#]]
    .assert_eq(&diagnosed("cnn-500.csv", 2));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Still improving: validation loss 1.575 → 0.3536 since epoch 1; gap 6.0 pp ± 0.4; best epoch 5, 90.22%
          Validation loss: lowest 0.3536 at epoch 5, last 0.3536
          Smoothed, it stands 0.0% above its minimum; with a scatter of 7.6% from epoch to epoch, a rise counts from 25.6%
          Over the last 5 epochs validation loss changed by −16.4% an epoch, training loss by −76.4% in all
          Training accuracy 96.20%, validation accuracy 90.22% ± 0.42
          Highest validation accuracy: 90.22% at epoch 5
          Smoothed gap: 6.3 pp; small up to 5.8 pp, with 11.70% of validation images wrong
        What to try:
          More epochs: validation still gets better, and may go on to do so.
    "#]].assert_eq(&diagnosed("cnn-500.csv", 5));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 7: validation loss 0.3077 → 0.4373; gap 7.4 pp ± 0.4; best epoch 6, 91.70%
          Validation loss: lowest 0.3077 at epoch 6, last 0.4373
          Smoothed, it stands 37.5% above its minimum; with a scatter of 0.5% from epoch to epoch, a rise counts from 8.3%
          Over the last 5 epochs validation loss changed by +0.9% an epoch, training loss by −32.7% in all
          Training accuracy 100.00%, validation accuracy 92.58% ± 0.37
          Highest validation accuracy: 92.60% at epoch 14
          Smoothed gap: 7.4 pp; small up to 3.7 pp, with 7.44% of validation images wrong
    "#]].assert_eq(&diagnosed("cnn-500.csv", 20));
}

#[test]
fn a_linear_network_underfits() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Underfitting: training accuracy is only 92.99% and still rises, validation's is 91.22%; gap 1.8 pp ± 0.4; best epoch 9, 91.20%
          Validation loss: lowest 0.3042 at epoch 9, last 0.3045
          Smoothed, it stands 0.0% above its minimum; with a scatter of 0.5% from epoch to epoch, a rise counts from 8.3%
          Over the last 5 epochs validation loss changed by −0.1% an epoch, training loss by −7.2% in all
          Training accuracy 92.99%, validation accuracy 91.22% ± 0.40
          Highest validation accuracy: 91.36% at epoch 4
          Smoothed gap: 1.7 pp; small up to 4.4 pp, with 8.78% of validation images wrong
    "#]].assert_eq(&diagnosed("linear-20000.csv", 20));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Underfitting: training accuracy is only 95.22%, validation's is 91.02%; gap 4.2 pp ± 0.4; best epoch 5, 91.08%
          Validation loss: lowest 0.3204 at epoch 5, last 0.3558
          Smoothed, it stands 10.3% above its minimum; with a scatter of 0.6% from epoch to epoch, a rise counts from 8.3%
          Over the last 6 epochs validation loss changed by +0.3% an epoch, training loss by −7.4% in all
          Training accuracy 95.22%, validation accuracy 91.02% ± 0.40
          Highest validation accuracy: 91.72% at epoch 11
          Smoothed gap: 4.2 pp; small up to 4.5 pp, with 8.94% of validation images wrong
    "#]].assert_eq(&diagnosed("more/linear-20000-long.csv", 40));
}

#[test]
fn wrong_labels_are_memorized() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 6: validation loss 0.4027 → 0.5923; gap 8.4 pp ± 0.6; best epoch 5, 92.42%
          Validation loss: lowest 0.4027 at epoch 5, last 0.5923
          Smoothed, it stands 46.0% above its minimum; with a scatter of 4.6% from epoch to epoch, a rise counts from 14.9%
          Over the last 5 epochs validation loss changed by +5.2% an epoch, training loss by −44.5% in all
          Training accuracy 89.40%, validation accuracy 81.00% ± 0.55
          Highest validation accuracy: 93.02% at epoch 3
          Smoothed gap: 7.8 pp; small up to 9.2 pp, with 18.42% of validation images wrong
    "#]].assert_eq(&diagnosed("cnn-2000-noise20.csv", 30));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 3: validation loss 2.303 → 9.202; gap 90.9 pp ± 0.4; best epoch 2, 9.20%
          Validation loss: lowest 2.303 at epoch 2, last 9.202
          Smoothed, it stands 299.3% above its minimum; with a scatter of 3.2% from epoch to epoch, a rise counts from 10.0%
          Over the last 5 epochs validation loss changed by +6.7% an epoch, training loss by −77.8% in all
          Training accuracy 99.10%, validation accuracy 8.22% ± 0.39
          Highest validation accuracy: 9.66% at epoch 1
          Smoothed gap: 91.2 pp; small up to 46.1 pp, with 92.24% of validation images wrong
    "#]].assert_eq(&diagnosed("cnn-2000-noise100.csv", 30));
}

#[test]
fn augmentation_and_batch_norm_fit_well() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Still improving, but unevenly: validation loss 0.1133, lowest 0.1004 at epoch 17; it moves by 4.9% from epoch to epoch; gap 2.9 pp ± 0.2; best epoch 17, 97.38%
          Validation loss: lowest 0.1004 at epoch 17, last 0.1133
          Smoothed, it stands 4.7% above its minimum; with a scatter of 4.9% from epoch to epoch, a rise counts from 15.9%
          Over the last 14 epochs validation loss changed by +0.6% an epoch, training loss by −43.2% in all
          Training accuracy 99.90%, validation accuracy 97.00% ± 0.24
          Highest validation accuracy: 97.46% at epoch 28
          Smoothed gap: 2.8 pp; small up to 1.5 pp, with 2.90% of validation images wrong
        What to try:
          More epochs: validation still gets better, and may go on to do so.
    "#]].assert_eq(&diagnosed("more/cnn-augmented-batch-norm-1000.csv", 30));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Still improving: validation loss 0.1721 → 0.1082 since epoch 15; gap 2.5 pp ± 0.2; best epoch 19, 97.48%
          Validation loss: lowest 0.09940 at epoch 19, last 0.1082
          Smoothed, it stands 0.0% above its minimum; with a scatter of 14.0% from epoch to epoch, a rise counts from 52.2%
          Over the last 5 epochs validation loss changed by −7.1% an epoch, training loss by −69.9% in all
          Training accuracy 99.70%, validation accuracy 97.20% ± 0.23
          Highest validation accuracy: 97.48% at epoch 19
          Smoothed gap: 2.5 pp; small up to 1.4 pp, with 2.80% of validation images wrong
        What to try:
          More epochs: validation still gets better, and may go on to do so.
    "#]].assert_eq(&diagnosed("default-1000.csv", 20));
}

#[test]
fn what_was_assumed_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "folds.csv",
            "epoch,loss,test_loss\n0,0.9,0.8\n1,0.5,0.6\n0,0.9,0.8\n1,0.5,0.6\n",
        ),
        (
            "half.csv",
            "epoch,loss,val_loss,val_acc\n1,0.9,NA,NA\n2,0.5,0.6,83\n2,0.4,0.5,85\n3,0.3",
        ),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let commands = [
        "diagnose folds.csv",
        "diagnose half.csv --validation-size 500",
    ];
    expect![[r#"
        $ overfit-lab diagnose folds.csv
        Run 1 of 2
        Too early to tell.
        A verdict needs 1 more epoch.
          Gap: unknown, since an accuracy wasn't measured.
        Run 2 of 2
        Too early to tell.
        A verdict needs 1 more epoch.
          Gap: unknown, since an accuracy wasn't measured.
        What to try:
          More epochs: a verdict needs more epochs than the run has.
        note: The file has no validation loss, so test_loss is taken for it. A best epoch that was chosen on test images makes their figures too good.
        note: The file counts its epochs from 0. Here they are counted from 1.
        note: The file holds 2 runs, one after the other: the epochs begin again, and the training loss leaps back from 0.5000 to 0.9000. Each run is judged by itself.
        note: The file doesn't say how many validation images there were. 10,000 are assumed for the ±.
        $ overfit-lab diagnose half.csv --validation-size 500
        Too early to tell.
        A verdict needs 2 more epochs. Validation accuracy is 85.00% ± 1.60 so far.
          Validation accuracy 85.00% ± 1.60 at epoch 2.
          Gap: unknown, since an accuracy wasn't measured.
        What to try:
          More epochs: a verdict needs more epochs than the run has.
        note: Line 5, the last one, has no line end and seems to be cut short. It was left out.
        note: val_acc holds percentages, which were divided by 100.
        note: Epoch 2 is there twice, as after a start from an older checkpoint. The later row counts.
        note: Validation was measured in 1 of the 2 epochs. The others are left out of the judgement.
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn files_that_hold_no_curve_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("empty.csv", ""),
        ("odd.csv", "epoch,foo\n1,2\n"),
        (
            "word.csv",
            "epoch,accuracy,loss,val_accuracy,val_loss\n0,much,1.5,0.6,1.2\n",
        ),
        (
            "renamed.csv",
            "epoch,accuracy,loss,loss_on_val\n0,0.5,1.5,1.2\n",
        ),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let commands = [
        "diagnose none.csv",
        "diagnose empty.csv",
        "diagnose odd.csv",
        "diagnose word.csv",
        "diagnose renamed.csv",
        "diagnose .",
    ];
    expect![[r#"
        $ overfit-lab diagnose none.csv
        error: found no file and no run of this name; check the path, or choose a run of overfit-lab runs: none.csv
        [exit code 1]
        $ overfit-lab diagnose empty.csv
        error: found no epoch, expected a table with a header and a line an epoch, or JSON; let the run finish an epoch: empty.csv
        [exit code 1]
        $ overfit-lab diagnose odd.csv
        error: found no training loss among epoch, foo; log the loss of the training images every epoch: odd.csv
        [exit code 1]
        $ overfit-lab diagnose word.csv
        error: line 2, column accuracy: found much, expected a number; leave the place empty where nothing was measured: word.csv
        [exit code 1]
        $ overfit-lab diagnose renamed.csv
        error: found no validation loss among epoch, accuracy, loss, loss_on_val; if loss_on_val is it, rename that column to validation_loss; otherwise log the loss of validation images, as Keras does with fit(…, validation_data=…): renamed.csv
        [exit code 1]
        $ overfit-lab diagnose .
        error: found a folder without any of metrics.jsonl, metrics.csv, results.csv, summary.csv, trainer_state.json, history.json, history.csv, training.log, log.csv; choose the file of the figures: .
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}
