//! The epochs whose weights lie in a run's folder: what the program tells while it trains is what
//! is on the disk, and a submission names the epoch whose weights it reads.

use crate::support::runs::{experiment, linear, resumed, start, start_of};
use overfit_lab::experiment::{ImageSize, TrainSize};
use overfit_lab::lab::engine::Start;
use overfit_lab::lab::score::older_weights;
use overfit_lab::lab::store::{Checkpoint, KeepEpochs, RunPlace, read_run};
use overfit_lab::lab::submission::{Copies, Member, TestImages, predict};
use overfit_lab::lab::{Command, DeviceChoice, Devices, Engine, Run, RunEvent};
use std::ops::ControlFlow;

/// The run that submits the labels of one blank image, as the file beside a submission names it.
fn submits(run: &Run, which: Checkpoint) -> Member {
    let images = TestImages {
        size: ImageSize::square(28),
        pixels: vec![0; 28 * 28],
    };
    let runs = [(run.clone(), which)];
    let go_on = &mut |_, _| ControlFlow::Continue(());
    let mut found = predict(&runs, Copies::NONE, &images, DeviceChoice::Cpu, go_on).unwrap();
    found.members.remove(0)
}

#[test]
fn a_run_that_is_taken_up_names_the_epoch_whose_weights_it_reads() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    // The loss falls in each epoch, so that the weights of the one before are removed.
    let start = Start {
        keep: KeepEpochs::BestAndLast,
        ..start_of(
            linear(3),
            RunPlace::Folder(folder.clone()),
            Devices::cpu_only(),
        )
    };
    let engine = Engine::start(start, || {}).unwrap();
    while engine.updates().recv().is_ok() {}
    let trained = read_run(&folder).unwrap();
    assert_eq!(trained.best_kept(), Some(3));
    let third = submits(&trained, Checkpoint::Best).weights_sha256;

    // Without the newest state it goes back to before its best epoch.
    std::fs::remove_file(folder.join("checkpoints/state.safetensors")).unwrap();
    let mut told = read_run(&folder).unwrap();
    let engine = resumed(&folder, Some(4));
    engine.send(Command::Pause).unwrap();
    loop {
        let event = engine.updates().recv().unwrap().event;
        let is_paused = matches!(event, RunEvent::Paused);
        told.apply(event);
        if is_paused {
            break;
        }
    }
    let read = read_run(&folder).unwrap();
    let best = told.best().unwrap().epoch;
    assert!(best < 3, "{best}");
    for run in [&read, &told] {
        assert_eq!(run.best_kept(), Some(3));
        let member = submits(run, Checkpoint::Best);
        assert_eq!((member.epoch, &member.weights_sha256), (Some(3), &third));
        let words = older_weights(run, Checkpoint::Best).unwrap();
        let expected = format!("the best epoch, {best}, aren't kept; those of epoch 3 stand in");
        assert!(words.contains(&expected), "{words}");
    }
    engine.send(Command::Stop).unwrap();
}

#[test]
fn a_run_stopped_within_an_epoch_names_the_epoch_whose_weights_it_reads() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    let mut settings = linear(10_000);
    settings.data.train_size = TrainSize::Count(3_200);
    let experiment = experiment(&settings);
    let engine = start(&folder, settings);
    let created = loop {
        if let Some(created) = engine.created() {
            break created;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    };
    let mut told = Run::new(created.id, folder.clone(), created.created_secs, experiment);
    for update in engine.updates() {
        let is_epoch = matches!(update.event, RunEvent::Epoch(_));
        told.apply(update.event);
        if is_epoch {
            // Later ones find it stopped.
            let _ = engine.send(Command::Stop);
        }
    }
    let read = read_run(&folder).unwrap();
    let [of_read, of_told] = [&read, &told].map(|run| submits(run, Checkpoint::Last));
    assert_eq!(of_told.weights_sha256, of_read.weights_sha256);
    assert_eq!(of_told.epoch, of_read.epoch);
}
