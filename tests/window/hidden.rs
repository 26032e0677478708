//! A window that draws no frame while its run trains, as a minimized one may.

use super::harness::{press_train, remember, until, window};
use overfit_lab::experiment::{Preset, TrainSize};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunState, StopReason};
use std::time::{Duration, Instant};

/// Epochs to train. Each has two updates at least, which together are more than the channel to the
/// window holds.
const EPOCHS: usize = 400;

#[test]
fn a_window_that_draws_nothing_neither_stalls_training_nor_loses_an_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Preset::Linear.settings();
    settings.data.train_size = TrainSize::Count(128);
    settings.data.validation_size = 64;
    settings.training.epochs = EPOCHS;
    let file = remember(folder.path(), &settings);
    let mut harness = window(folder.path(), 800.0, Some(file));
    press_train(&mut harness);
    let seen = harness
        .state()
        .runs()
        .first()
        .map_or(0, |run| run.epochs.len());
    assert!(seen < EPOCHS / 2, "{seen} epochs within two frames");

    // No frame is drawn until the run is trained to its end.
    let run = folder.path().join("runs/A1");
    let since = Instant::now();
    let finished = RunState::Finished(StopReason::Completed);
    while !read_run(&run).is_ok_and(|run| run.state == finished) {
        assert!(
            since.elapsed() < Duration::from_secs(120),
            "training stalls"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let kept = read_run(&run).unwrap();
    assert_eq!(kept.epochs.len(), EPOCHS);

    until(&mut harness, "the window has seen it all", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| run.state == finished)
    });
    let shown = &harness.state().runs()[0];
    assert_eq!(shown.epochs, kept.epochs);
    let steps = |run: &overfit_lab::lab::Run| -> Vec<u64> {
        run.batches.iter().map(|batch| batch.step).collect()
    };
    assert_eq!(steps(shown), steps(&kept));
    assert_eq!(steps(shown).len(), 2 * EPOCHS);
}
