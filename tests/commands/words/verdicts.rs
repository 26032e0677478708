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
        Too early to tell.
        A verdict needs 1 more epoch. Validation accuracy is 79.56% ± 0.57 so far.
          Training accuracy 82.40%, validation accuracy 79.56% ± 0.57 at epoch 2.
          Gap between them: 2.8 ± 0.6 percentage points.
        What to try:
          More epochs: a verdict needs more epochs than the run has.
    "#]]
    .assert_eq(&diagnosed("cnn-500.csv", 2));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Still improving.
        Validation loss fell from 0.6603 to 0.3536 since epoch 2. Validation accuracy is 90.22%.
          Validation loss: lowest 0.3536 at epoch 5, last 0.3536.
          Middle loss of the last three epochs: 0.0% above the lowest one of the run; less than 10.9% may be chance.
          Chance: from one epoch to the next the loss jumps by about 7.6%.
          Over the last 4 epochs validation loss fell by 35.8%; chance alone may move it by 7.6%.
          Training accuracy 96.20%, validation accuracy 90.22% ± 0.42 at epoch 5.
          Gap between them: 6.0 ± 0.4 percentage points.
        What to try:
          More epochs: validation still gets better, and may go on to do so.
    "#]]
    .assert_eq(&diagnosed("cnn-500.csv", 5));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 7.
        Validation loss rose from 0.3077 to 0.4373 while training went on to 100%. Accuracy still creeps up, from 91.70% at epoch 6 to 92.58%, but wrong answers become surer.
          Validation loss: lowest 0.3077 at epoch 6, last 0.4373.
          Middle loss of the last three epochs: 37.5% above the lowest one of the run; less than 7.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 0.5%, and with 5,000 other validation images the difference would be about 3.0% larger or smaller.
          Over the last 6 epochs validation loss rose by 2.7%; chance alone may move it by 0.4%.
          Training accuracy 100.00%, validation accuracy 92.58% ± 0.37 at epoch 20.
          Gap between them: 7.4 ± 0.4 percentage points.
          Epoch 6 has the lowest loss, epoch 14 the highest accuracy (92.60%, 0.9 points more); its loss is 33.8% higher, which is more than chance.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in the one setting that was measured on digits, by 4.1 points.
          More images raised validation accuracy in 3 of 3 settings that were measured on digits, by 1.0 to 3.7 points.
          Augmentation raised validation accuracy in 4 of 4 settings that were measured on digits, by 1.8 to 3.1 points.
    "#]].assert_eq(&diagnosed("cnn-500.csv", 20));
}

#[test]
fn a_linear_network_underfits() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Underfitting.
        Even of its own training images the network gets only 92.99% right, and 91.22% of the validation images: it is too simple, or learns too slowly.
          Validation loss: lowest 0.3042 at epoch 9, last 0.3045.
          Middle loss of the last three epochs: 0.0% above the lowest one of the run; less than 7.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 0.5%, and with 5,000 other validation images the difference would be about 0.9% larger or smaller.
          Over the last 6 epochs validation loss fell by 0.6%; chance alone may move it by 0.4%.
          Training accuracy 92.99%, validation accuracy 91.22% ± 0.40 at epoch 10.
          Gap between them: 1.8 ± 0.4 percentage points.
          Epoch 9 has the lowest loss, epoch 4 the highest accuracy (91.36%, 0.2 points more); its loss is 2.2% higher, which these validation images can't tell from 0.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in 2 of 2 settings that were measured on digits, by 4.1 to 6.9 points.
          More epochs raised validation accuracy in the one setting that was measured on digits, by 0.8 points.
          A higher learning rate raised validation accuracy in 1 of 2 settings that were measured on digits, by 1.0 points.
    "#]].assert_eq(&diagnosed("linear-20000.csv", 20));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Underfitting.
        Even of its own training images the network gets only 95.22% right, and 91.02% of the validation images: it is too simple, or learns too slowly.
          Validation loss: lowest 0.3204 at epoch 5, last 0.3558.
          Middle loss of the last three epochs: 10.3% above the lowest one of the run; less than 7.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 0.6%, and with 5,000 other validation images the difference would be about 2.7% larger or smaller.
          Over the last 6 epochs validation loss rose by 1.8%; chance alone may move it by 0.5%.
          Training accuracy 95.22%, validation accuracy 91.02% ± 0.40 at epoch 40.
          Gap between them: 4.2 ± 0.4 percentage points.
          Epoch 5 has the lowest loss, epoch 11 the highest accuracy (91.72%, 0.6 points more); its loss is 0.1% higher, which these validation images can't tell from 0.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in 2 of 2 settings that were measured on digits, by 4.1 to 6.9 points.
          More epochs raised validation accuracy in the one setting that was measured on digits, by 0.8 points.
          A higher learning rate raised validation accuracy in 1 of 2 settings that were measured on digits, by 1.0 points.
    "#]].assert_eq(&diagnosed("more/linear-20000-long.csv", 40));
}

#[test]
fn wrong_labels_are_memorized() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 6.
        Validation loss rose from 0.4027 to 0.5923 while training loss fell from 0.7413 to 0.3219. Validation accuracy stands at 81.00%; at epoch 5, where the loss was lowest, it was 92.42%.
          Validation loss: lowest 0.4027 at epoch 5, last 0.5923.
          Middle loss of the last three epochs: 46.0% above the lowest one of the run; less than 7.3% may be chance.
          Chance: from one epoch to the next the loss jumps by about 4.6%, and with 5,000 other validation images the difference would be about 1.8% larger or smaller.
          Over the last 6 epochs validation loss rose by 13.9%; chance alone may move it by 3.8%.
          Training accuracy 89.40%, validation accuracy 81.00% ± 0.55 at epoch 12.
          Gap between them: 8.4 ± 0.6 percentage points.
          Epoch 5 has the lowest loss, epoch 3 the highest accuracy (93.02%, 0.6 points more); its loss is 6.0% higher, which is more than chance.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in the one setting that was measured on digits, by 4.1 points.
          More images raised validation accuracy in 3 of 3 settings that were measured on digits, by 1.0 to 3.7 points.
          Augmentation raised validation accuracy in 4 of 4 settings that were measured on digits, by 1.8 to 3.1 points.
    "#]].assert_eq(&diagnosed("cnn-2000-noise20.csv", 30));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 3.
        Validation loss rose from 2.303 to 9.202 while training loss fell from 2.301 to 0.03529. Validation accuracy stands at 8.22%; at epoch 2, where the loss was lowest, it was 9.20%.
          Validation loss: lowest 2.303 at epoch 2, last 9.202.
          Middle loss of the last three epochs: 299.3% above the lowest one of the run; less than 7.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 3.2%, and with 5,000 other validation images the difference would be about 0.2% larger or smaller.
          Over the last 6 epochs validation loss rose by 23.6%; chance alone may move it by 2.6%.
          Training accuracy 99.10%, validation accuracy 8.22% ± 0.39 at epoch 25.
          Gap between them: 90.9 ± 0.4 percentage points.
          Epoch 2 has the lowest loss, epoch 1 the highest accuracy (9.66%, 0.5 points more); its loss is 0.1% higher, which these validation images can't tell from 0.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in the one setting that was measured on digits, by 4.1 points.
          More images raised validation accuracy in 3 of 3 settings that were measured on digits, by 1.0 to 3.7 points.
          Augmentation raised validation accuracy in 4 of 4 settings that were measured on digits, by 1.8 to 3.1 points.
    "#]].assert_eq(&diagnosed("cnn-2000-noise100.csv", 30));
}

#[test]
fn augmentation_and_batch_norm_fit_well() {
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Overfitting since epoch 18.
        Validation loss rose from 0.1004 to 0.1133 while training loss went from 0.006144 to 0.009099. Validation accuracy stands at 97.00%; at epoch 17, where the loss was lowest, it was 97.38%.
          Validation loss: lowest 0.1004 at epoch 17, last 0.1133.
          Middle loss of the last three epochs: 4.7% above the lowest one of the run; less than 7.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 4.9%, and with 5,000 other validation images the difference would be about 4.9% larger or smaller.
          Over the last 6 epochs validation loss fell by 5.3%; chance alone may move it by 4.0%.
          Training accuracy 99.90%, validation accuracy 97.00% ± 0.24 at epoch 30.
          Gap between them: 2.9 ± 0.2 percentage points.
          Epoch 17 has the lowest loss, epoch 28 the highest accuracy (97.46%, 0.1 points more); its loss is 7.1% higher, which these validation images can't tell from 0.
        What to try:
          A CNN, if the network is none yet, raised validation accuracy in the one setting that was measured on digits, by 4.1 points.
          More images raised validation accuracy in 3 of 3 settings that were measured on digits, by 1.0 to 3.7 points.
          Augmentation raised validation accuracy in 4 of 4 settings that were measured on digits, by 1.8 to 3.1 points.
    "#]].assert_eq(&diagnosed("more/cnn-augmented-batch-norm-1000.csv", 30));
    expect![[r#"
        $ overfit-lab diagnose curve.csv --validation-size 5000
        Can't tell.
        Validation loss was lowest at epoch 19 with 0.09940, and is 0.1082 now. The loss moves by 14.0% from epoch to epoch, so that this may be chance: more epochs will tell. Validation accuracy is 97.20%, 2.5 points below training's.
          Validation loss: lowest 0.09940 at epoch 19, last 0.1082.
          Middle loss of the last three epochs: 0.0% above the lowest one of the run; less than 20.0% may be chance.
          Chance: from one epoch to the next the loss jumps by about 14.0%.
          Over the last 6 epochs validation loss fell by 21.6%; chance alone may move it by 11.4%.
          Training accuracy 99.70%, validation accuracy 97.20% ± 0.23 at epoch 20.
          Gap between them: 2.5 ± 0.2 percentage points.
        What to try:
          More epochs: they would show where validation loss goes.
          More validation images: they make each figure surer, so that smaller changes can be told from chance.
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
