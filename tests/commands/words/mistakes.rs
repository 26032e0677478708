//! What is said of arguments that can't be meant, and of files that can't be read.

use super::session;
use expect_test::expect;

#[test]
fn settings_that_are_wrong_are_named_with_what_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "train --preset cnnn",
        "train --dropout 1.5",
        "train --train-size 60000",
        "train --label-noise 2",
        "train --augment spin=3",
        "train --change 3:width=2",
        "train --change dropout=2",
        "train --device tpu",
        "train --nonsense",
        "summary --conv-blocks 3",
        "summary --width 1000",
        "evaluate --run x --epoch 0",
        "export curves --run x --output c.svg --scale 4",
    ];
    expect![[r#"
        $ overfit-lab train --preset cnnn
        error: invalid value 'cnnn' for '--preset <NAME>'
          [possible values: first-look, linear, dense, cnn, cnn-augmented, cnn-augmented-batch-norm, default, article, noisy-labels, memorize]

          tip: a similar value exists: 'cnn'

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab train --dropout 1.5
        error: dropout: 1.5 is out of range, expected 0 to 0.95
        [exit code 2]
        $ overfit-lab train --train-size 60000
        error: train-size: 60,000 is out of range, expected 10 to 50,000 (validation holds 10,000 of the 60,000 images)
        [exit code 2]
        $ overfit-lab train --label-noise 2
        error: label-noise: 2 is out of range, expected 0 to 1
        [exit code 2]
        $ overfit-lab train --augment spin=3
        error: invalid value 'spin=3' for '--augment <RANGES>': expected none, article, or ranges such as rotation=8,shift=0.08,shear=17.2,zoom=0.08

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab train --change 3:width=2
        error: invalid value '3:width=2' for '--change <EPOCH:FIELD=VALUE>': width needs a new run; in mid-run these can change: train-size, augment, rotation, shift, shear, zoom, dropout, batch-norm, weight-decay, label-smoothing, early-stopping, learning-rate, gradient-clip, epochs

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab train --change dropout=2
        error: invalid value 'dropout=2' for '--change <EPOCH:FIELD=VALUE>': expected EPOCH:FIELD=VALUE with an epoch from 1, such as 8:dropout=0.5; found "dropout=2"

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab train --device tpu
        error: invalid value 'tpu' for '--device <DEVICE>': expected auto, cpu, wgpu or wgpu:NUMBER, found "tpu"

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab train --nonsense
        error: unexpected argument '--nonsense' found

        Usage: overfit-lab train [OPTIONS]

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab summary --conv-blocks 3
        error: conv-blocks: 3 is out of range, expected 1 to 2 (each block needs the image to be 6 pixels high and wide, and halves it; these start at 28×28)
        [exit code 2]
        $ overfit-lab summary --width 1000
        error: width: 1000 is out of range, expected 0.0625 to 4
        [exit code 2]
        $ overfit-lab evaluate --run x --epoch 0
        error: invalid value '0' for '--epoch <WHICH>': expected best, last or an epoch from 1, found "0"

        For more information, try '--help'.
        [exit code 2]
        $ overfit-lab export curves --run x --output c.svg --scale 4
        error: invalid value '4' for '--scale <N>': 4 is not in 1..=3

        For more information, try '--help'.
        [exit code 2]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[test]
fn files_that_are_wrong_are_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("cut.json", "{\"version\": 1,"),
        ("later.json", "{\"version\": 9}"),
        ("train.csv", "label,pixel0\n1,300\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::create_dir(folder.path().join("full")).unwrap();
    std::fs::write(folder.path().join("full/notes.txt"), "mine").unwrap();
    let commands = [
        "train --experiment none.json",
        "train --experiment cut.json",
        "train --experiment later.json",
        "train --preset linear --out full",
        "train --preset linear --data train.csv",
        "train --preset linear --data nowhere",
    ];
    expect![[r#"
        $ overfit-lab train --experiment none.json
        error: can't read the experiment: can't read the file: No such file or directory (os error 2); check the path: none.json
        [exit code 1]
        $ overfit-lab train --experiment cut.json
        error: not an experiment: cut.json: line 1, column 14: the text ends too early: the file was cut off; take a whole copy of it
        [exit code 1]
        $ overfit-lab train --experiment later.json
        error: not an experiment: later.json: version 9 of the experiment format is not known, expected 1: open it with the version of Overfit Lab that wrote it
        [exit code 1]
        $ overfit-lab train --preset linear --out full
        error: the folder is not empty; choose another or empty it: full
        [exit code 1]
        $ overfit-lab train --preset linear --data train.csv
        error: line 2, column pixel0: found 300, expected a whole number from 0 to 255; correct it: train.csv
        [exit code 1]
        $ overfit-lab train --preset linear --data nowhere
        error: can't read: No such file or directory (os error 2); check the path: nowhere
        [exit code 1]
    "#]].assert_eq(&session(folder.path(), &commands));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_window_names_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    expect![[r#"
        $ overfit-lab
        error: no display found (neither WAYLAND_DISPLAY nor DISPLAY is set); on this machine use the commands: overfit-lab train, summary, evaluate, diagnose (see overfit-lab --help)
        [exit code 2]
    "#]].assert_eq(&session(folder.path(), &[""]));
}
