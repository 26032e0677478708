//! What `train` says.

use super::session;
use expect_test::expect;

/// A run of a second, whose figures are the same on every machine: the portable kernels round
/// alike everywhere.
const SMALL: &str = "--preset cnn --train-size 200 --validation-size 200 --width 0.125 --device cpu \
                     --kernels portable --threads 1";

#[test]
fn a_run_is_a_table_of_its_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let train = format!("train {SMALL} --epochs 3 --change 2:dropout=0.3 --out run");
    expect![[r#"
        $ overfit-lab train --preset cnn --train-size 200 --validation-size 200 --width 0.125 --device cpu --kernels portable --threads 1 --epochs 3 --change 2:dropout=0.3 --out run
        run · 9,974 parameters · 200 training and 200 validation images · CPU · 1 thread
        epoch   training            validation                    gap   images/s      time
                loss    accuracy    loss    accuracy ±
            1*   2.293    14.50%     2.290   11.00% ± 2.21  3.5 points   <images/s>   <time>
              from epoch 2, batch 1: dropout 0.3
            2*   2.258    16.00%     2.270   14.50% ± 2.49  1.5 points   <images/s>   <time>
            3*   2.232    20.50%     2.255   15.50% ± 2.56  5.0 points   <images/s>   <time>
        * best epoch 3: validation loss 2.255, accuracy 15.50% ± 2.56
        Too early to tell what the change in epoch 2 does.
        A verdict needs 1 more epoch. Validation accuracy is 15.50% ± 2.56 so far.
        What to try:
          --epochs 10  10 epochs: a verdict needs more epochs than the run has.
        Kept in run
    "#]].assert_eq(&session(folder.path(), &[&train]));
}

#[test]
fn with_label_noise_the_table_counts_the_wrong_labels_that_were_learned() {
    let folder = tempfile::tempdir().unwrap();
    let train = format!("train {SMALL} --epochs 2 --label-noise 0.4 --runs-dir kept");
    expect![[r#"
        $ overfit-lab train --preset cnn --train-size 200 --validation-size 200 --width 0.125 --device cpu --kernels portable --threads 1 --epochs 2 --label-noise 0.4 --runs-dir kept
        A1 · 9,974 parameters · 200 training and 200 validation images · CPU · 1 thread
        epoch   training            validation                    gap   images/s      time
                loss    accuracy    loss    accuracy ±
            1*   2.296     9.50%     2.298   10.50% ± 2.17  −2.1 points   <images/s>   <time>  wrong labels learned 11.59%
            2*   2.268    12.50%     2.284   11.00% ± 2.21  −0.3 points   <images/s>   <time>  wrong labels learned 15.94%
        * best epoch 2: validation loss 2.284, accuracy 11.00% ± 2.21
        Too early to tell.
        A verdict needs 1 more epoch. Validation accuracy is 11.00% ± 2.21 so far.
        What to try:
          --epochs 10  10 epochs: a verdict needs more epochs than the run has.
        Kept in kept/A1
    "#]].assert_eq(&session(folder.path(), &[&train]));
}

#[test]
fn early_stopping_says_that_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let train =
        format!("train {SMALL} --epochs 20 --label-noise 1 --early-stopping 1 --runs-dir kept");
    expect![[r#"
        $ overfit-lab train --preset cnn --train-size 200 --validation-size 200 --width 0.125 --device cpu --kernels portable --threads 1 --epochs 20 --label-noise 1 --early-stopping 1 --runs-dir kept
        A1 · 9,974 parameters · 200 training and 200 validation images · CPU · 1 thread
        epoch   training            validation                    gap   images/s      time
                loss    accuracy    loss    accuracy ±
            1*   2.293    13.50%     2.315   10.00% ± 2.12  −1.7 points   <images/s>   <time>  wrong labels learned 14.20%
            2    2.274    16.00%     2.317    6.00% ± 1.68  2.3 points   <images/s>   <time>  wrong labels learned 17.05%
        * best epoch 1: validation loss 2.315, accuracy 10.00% ± 2.12
        Too early to tell.
        A verdict needs 1 more epoch. Validation accuracy is 6.00% ± 1.68 so far.
        Stopped early: validation loss fell no more. Kept in kept/A1
    "#]].assert_eq(&session(folder.path(), &[&train]));
}

#[test]
fn a_run_that_is_taken_up_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let train = format!("train {SMALL} --epochs 1 --out run");
    session(folder.path(), &[&train]);
    let commands = [
        "train --resume run --epochs 2 --kernels portable --threads 1",
        "train --resume run --epochs 2",
        "train --resume run --dropout 0.5",
        "train --resume nowhere --runs-dir runs",
    ];
    expect![[r#"
        $ overfit-lab train --resume run --epochs 2 --kernels portable --threads 1
        run goes on from epoch 2, batch 1.
        run · 9,974 parameters · 200 training and 200 validation images · CPU · 1 thread
        epoch   training            validation                    gap   images/s      time
                loss    accuracy    loss    accuracy ±
              from epoch 2, batch 1: 2 epochs
            2*   2.257    16.00%     2.270   15.00% ± 2.52  1.0 points   <images/s>   <time>
        * best epoch 2: validation loss 2.270, accuracy 15.00% ± 2.52
        Too early to tell.
        A verdict needs 1 more epoch. Validation accuracy is 15.00% ± 2.52 so far.
        What to try:
          --epochs 10  10 epochs: a verdict needs more epochs than the run has.
        Kept in run
        $ overfit-lab train --resume run --epochs 2
        error: the run has 2 epochs already; give it more (--epochs N): run
        [exit code 1]
        $ overfit-lab train --resume run --dropout 0.5
        error: with --resume, of the experiment only --epochs can be given: the rest is in the run's folder
        [exit code 2]
        $ overfit-lab train --resume nowhere --runs-dir runs
        error: no run nowhere in runs; see overfit-lab runs, or name the run's folder
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn a_run_that_diverges_says_what_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let train = format!(
        "train {SMALL} --epochs 2 --optimizer sgd --learning-rate 0.01 \
         --change 2:learning-rate=1000000 --out run"
    );
    expect![[r#"
        $ overfit-lab train --preset cnn --train-size 200 --validation-size 200 --width 0.125 --device cpu --kernels portable --threads 1 --epochs 2 --optimizer sgd --learning-rate 0.01 --change 2:learning-rate=1000000 --out run
        run · 9,974 parameters · 200 training and 200 validation images · CPU · 1 thread
        epoch   training            validation                    gap   images/s      time
                loss    accuracy    loss    accuracy ±
            1*   2.323    12.50%     2.309   11.00% ± 2.21  1.5 points   <images/s>   <time>
              from epoch 2, batch 1: learning rate 1000000
        Diverged at epoch 2.
        The training loss is no number any more: the steps were too large. The best epoch was 1, with 11.00%.
        What to try:
          --learning-rate 1e-3  Learning rate 1e-3: smaller steps may keep the loss finite.
        What the run had is kept in run
        error: training has diverged: the loss is no longer a finite number in epoch 2, batch 3; try a learning rate ten times lower, batch norm, or Adam instead of SGD
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &[&train]));
}
