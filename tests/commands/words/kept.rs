//! What is said of kept runs: `runs`, `evaluate`, `predict`, `submit`, `export`. The runs are those
//! of former versions, whose weights never change.

use super::session;
use crate::support::asset;
use crate::support::files::{copy, digits_csv, write};
use expect_test::expect;
use std::path::Path;

/// A store of two runs, and a picture of a one.
fn kept(folder: &Path) {
    std::fs::create_dir(folder.join("kept")).unwrap();
    for (id, version) in [("A1", "version-1-resumable"), ("A2", "version-1")] {
        let run = folder.join("kept").join(id);
        copy(&asset("runs").join(version), &run);
        write(
            run.join("label.json"),
            format!(r#"{{"name": "{id}", "starred": {}}}"#, id == "A2"),
        );
    }
    let ink = |x, y| image::Luma([255 * u8::from((13..15).contains(&x) && (5..23).contains(&y))]);
    let picture = image::GrayImage::from_fn(28, 28, ink);
    picture.save(folder.join("one.png")).unwrap();
    image::GrayImage::new(28, 28)
        .save(folder.join("empty.png"))
        .unwrap();
}

#[test]
fn runs_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("none")).unwrap();
    kept(folder.path());
    let commands = ["runs --runs-dir none", "runs --runs-dir kept"];
    expect![[r#"
        $ overfit-lab runs --runs-dir none
        No runs are kept in none
        $ overfit-lab runs --runs-dir kept
        run   validation @ best        gap @ best  epochs  state     what it is
        A1    75.00% ± 5.59 @ 3  −13.3 points @ 3       3  finished  320 images, 60 validation images, width 0.0625, learning rate 0.01, 3 epochs, batch size 32, dropout 0.2 from epoch 2 (rest as Default: the whole recipe)
        A2 ★  75.00% ± 5.59 @ 3  −13.3 points @ 3       3  finished  320 images, 60 validation images, width 0.0625, learning rate 0.01, 3 epochs, batch size 32, dropout 0.2 from epoch 2 (rest as Default: the whole recipe)
        Kept in kept
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn runs_that_other_images_validate_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let experiment = folder.path().join("kept/A2/experiment.json");
    let text = std::fs::read_to_string(&experiment).unwrap();
    let size = "\"validation_size\": 60,";
    assert!(text.contains(size));
    let text = text.replace(size, &format!("{size} \"split_seed\": 2,"));
    write(experiment, text);
    expect![[r#"
        $ overfit-lab runs --runs-dir kept
        run   validation @ best        gap @ best  epochs  state     what it is
        A1    75.00% ± 5.59 @ 3  −13.3 points @ 3       3  finished  320 images, 60 validation images, width 0.0625, learning rate 0.01, 3 epochs, batch size 32, dropout 0.2 from epoch 2 (rest as Default: the whole recipe)
        A2 ★  75.00% ± 5.59 @ 3  −13.3 points @ 3       3  finished  320 images, 60 validation images, split seed 2, width 0.0625, learning rate 0.01, 3 epochs, batch size 32, dropout 0.2 from epoch 2 (rest as Default: the whole recipe)
        A2 has other validation images than A1. Figures can be set against each other only where the same images validate the runs; --json says what validates each.
        Kept in kept
    "#]].assert_eq(&session(folder.path(), &["runs --runs-dir kept"]));
}

#[test]
fn a_run_is_measured_again_and_tested_once() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let commands = [
        "evaluate --runs-dir kept --run A1 --device cpu --kernels portable",
        "evaluate --run kept/A1 --epoch 1 --device cpu --kernels portable",
        "evaluate --run kept/A1 --test --device cpu --kernels portable",
        "evaluate --run kept/A1 --test --device cpu --kernels portable",
        "evaluate --run kept/A1 --epoch 9",
        "evaluate --run kept/A9",
    ];
    expect![[r#"
        $ overfit-lab evaluate --runs-dir kept --run A1 --device cpu --kernels portable
        A1, epoch 3: validation accuracy 75.00% ± 5.59, loss 0.9726 on 60 images; mean confidence of the wrong ones 45.13%
        $ overfit-lab evaluate --run kept/A1 --epoch 1 --device cpu --kernels portable
        A1, epoch 1: validation accuracy 28.33% ± 5.82, loss 2.073 on 60 images; mean confidence of the wrong ones 17.98%
        $ overfit-lab evaluate --run kept/A1 --test --device cpu --kernels portable
        A1, epoch 3: test accuracy 65.20% ± 0.48, loss 1.140 on 10,000 images; mean confidence of the wrong ones 39.13%
        $ overfit-lab evaluate --run kept/A1 --test --device cpu --kernels portable
        A1, epoch 3: test accuracy 65.20% ± 0.48, loss 1.140 on 10,000 images; mean confidence of the wrong ones 39.13%
        This is the answer of this run's one test, recorded then; a test asked twice is a validation.
        $ overfit-lab evaluate --run kept/A1 --epoch 9
        error: these weights aren't there: the run didn't get to that epoch, or they found no room, or were thinned; choose another epoch: kept/A1/checkpoints/epoch-0009.safetensors
        [exit code 1]
        $ overfit-lab evaluate --run kept/A9
        error: this is no run's folder: it has no experiment.json: kept/A9
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn pictures_are_predicted() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let commands = [
        "predict --run kept/A1 one.png empty.png --device cpu --kernels portable",
        "predict --run kept/A1 --run kept/A2 one.png --device cpu --kernels portable",
        "predict --run kept/A1 none.png",
    ];
    expect![[r#"
        $ overfit-lab predict --run kept/A1 one.png empty.png --device cpu --kernels portable
        one.png: 1 90.00%, 6 3.22%, 5 1.59%
        empty.png: nothing is drawn on it
        note: A1 answers with the weights of epoch 3, which are right for 75.00% ± 5.59 of its validation images
        $ overfit-lab predict --run kept/A1 --run kept/A2 one.png --device cpu --kernels portable
        one.png: 1 90.00%, 6 3.22%, 5 1.59%
        note: A1 answers with the weights of epoch 3, which are right for 75.00% ± 5.59 of its validation images
        note: A2 answers with the weights of epoch 3, which are right for 75.00% ± 5.59 of its validation images
        $ overfit-lab predict --run kept/A1 none.png
        error: can't read the picture: No such file or directory (os error 2); check the path and its permissions: none.png
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn a_submission_is_shown_before_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    write(folder.path().join("test.csv"), digits_csv(40, false));
    let commands = [
        "submit --run kept/A1 --test test.csv --output s.csv --device cpu --kernels portable",
        "submit --run kept/A1 --test test.csv --output s.csv",
        "submit --run kept/A1 --test test.csv --output test.csv --force",
        "submit --run kept/A1 --test test.csv --output s.txt",
    ];
    expect![[r#"
        $ overfit-lab submit --run kept/A1 --test test.csv --output s.csv --device cpu --kernels portable
        40 rows
        ImageId,Label
        1,6
        2,0
        3,4
        4,1
        5,4
        …
        36,8
        37,6
        38,6
        39,9
        40,6
        Images of each class:
          0        2
          1        5
          2        2
          3        1
          4        5
          5        0
          6        7
          7        6
          8        4
          9        8
        Written to s.csv; where it comes from, to s.json
        warning: a run here was trained on the embedded MNIST, and every image of Kaggle's test is among MNIST's 70,000: the score of this submission is contaminated, and a score of 1.00000 is memory of MNIST, not skill. Train on Kaggle's train.csv for an honest one
        note: Kaggle's Digit Recognizer has 28,000 test images and takes a row for each; this file has 40
        $ overfit-lab submit --run kept/A1 --test test.csv --output s.csv
        error: a file of this name is already there; choose another name, or have it replaced (--force): s.csv
        [exit code 1]
        $ overfit-lab submit --run kept/A1 --test test.csv --output test.csv --force
        error: this is the file of the test images; choose another name for the submission: test.csv
        [exit code 1]
        $ overfit-lab submit --run kept/A1 --test test.csv --output s.txt
        error: expected a name that ends in .csv, as Kaggle takes it: s.txt
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn exports_say_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let commands = [
        "export table --run kept/A1 --output t.txt",
        "export table --run kept/A1 --output t.txt",
        "export table --run kept/A1 --output t.csv",
        "export table --run kept/A1 --output t.pdf",
        "export matrix --run kept/A1 --run kept/A2 --output m.csv",
        "export curves --run kept/A1 --run kept/A2 --output c.svg",
    ];
    expect![[r#"
        $ overfit-lab export table --run kept/A1 --output t.txt
        Written to t.txt
        $ overfit-lab export table --run kept/A1 --output t.txt
        error: a file of this name is already there; choose another name, or have it replaced (--force): t.txt
        [exit code 1]
        $ overfit-lab export table --run kept/A1 --output t.csv
        Written to t.csv
        $ overfit-lab export table --run kept/A1 --output t.pdf
        error: expected a name that ends in one of .txt, .csv: t.pdf
        [exit code 1]
        $ overfit-lab export matrix --run kept/A1 --run kept/A2 --output m.csv
        error: found 2 runs, expected one: only curves take several
        [exit code 2]
        $ overfit-lab export curves --run kept/A1 --run kept/A2 --output c.svg
        Written to c.svg
    "#]].assert_eq(&session(folder.path(), &commands));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    expect![[r#"
        Layer                     Output shape              Parameters
        ==============================================================
        normalize                 (None, 28, 28, 1)                  0
        conv2d                    (None, 26, 26, 2)                 20
        batch_normalization       (None, 26, 26, 2)                  8
        conv2d_1                  (None, 24, 24, 2)                 38
        max_pooling2d             (None, 12, 12, 2)                  0
        batch_normalization_1     (None, 12, 12, 2)                  8
        conv2d_2                  (None, 10, 10, 4)                 76
        batch_normalization_2     (None, 10, 10, 4)                 16
        conv2d_3                  (None, 8, 8, 4)                  148
        max_pooling2d_1           (None, 4, 4, 4)                    0
        flatten                   (None, 64)                         0
        batch_normalization_3     (None, 64)                       256
        dense                     (None, 32)                     2,080
        batch_normalization_4     (None, 32)                       128
        dropout                   (None, 32)                         0
        dense_1                   (None, 10)                       330
        ==============================================================
        Total parameters: 3,108
        Trainable parameters: 2,900
        Non-trainable parameters: 208
    "#]]
    .assert_eq(&read("t.txt"));
    expect![[r#"
        layer,output_shape,parameters,trainable
        normalize,28x28x1,0,0
        conv2d,26x26x2,20,20
        batch_normalization,26x26x2,8,4
        conv2d_1,24x24x2,38,38
        max_pooling2d,12x12x2,0,0
        batch_normalization_1,12x12x2,8,4
        conv2d_2,10x10x4,76,76
        batch_normalization_2,10x10x4,16,8
        conv2d_3,8x8x4,148,148
        max_pooling2d_1,4x4x4,0,0
        flatten,64,0,0
        batch_normalization_3,64,256,128
        dense,32,2080,2080
        batch_normalization_4,32,128,64
        dropout,32,0,0
        dense_1,10,330,330
    "#]]
    .assert_eq(&read("t.csv"));
}
