//! A device that is lost in mid-run: the last state is kept, and the CPU goes on from it.

use crate::support::runs::{events, figures, linear, start_of, undisturbed};
use overfit_lab::experiment::Settings;
use overfit_lab::lab::engine::{FailureCause, Resume};
use overfit_lab::lab::store::{RunPlace, read_run};
use overfit_lab::lab::{DeviceChoice, Devices, Engine, RunEvent, RunState, StopReason};
use overfit_lab::proofs::faults::lost_after;
use std::path::Path;

/// Devices of which the first that is opened is lost after so many steps of its run.
fn losing(steps: u64) -> Devices {
    Devices::cpu_only().opened_by(lost_after(steps))
}

fn train(folder: &Path, settings: Settings, devices: Devices) -> Vec<RunEvent> {
    let place = RunPlace::Folder(folder.to_path_buf());
    let start = start_of(settings, place, devices);
    events(&Engine::start(start, || {}).unwrap())
}

fn resume(folder: &Path, device: Option<DeviceChoice>, devices: Devices) -> Vec<RunEvent> {
    let resume = Resume {
        folder: folder.to_path_buf(),
        device,
        devices,
        epochs: None,
        ticket: 1,
    };
    events(&Engine::resume(resume, || {}).unwrap())
}

/// The epoch and batch from which a run would go on whose last event says that its device was lost.
#[track_caller]
fn loss(events: &[RunEvent]) -> (usize, usize) {
    match events.last() {
        Some(RunEvent::Failed {
            message,
            cause: FailureCause::DeviceLost,
            resumes_at: Some(place),
        }) => {
            assert!(message.contains("epochs so far are kept"), "{message}");
            (place.epoch, place.batch)
        }
        other => panic!("{other:?}"),
    }
}

/// Where a run was taken up.
fn taken_up(events: &[RunEvent]) -> Option<(usize, usize)> {
    events.iter().find_map(|event| match event {
        RunEvent::TakenUp { epoch, batch, .. } => Some((*epoch, *batch)),
        _ => None,
    })
}

/// Makes a run say that a GPU trained it, which was lost.
fn pretend_a_gpu(folder: &Path) {
    let path = folder.join("summary.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    summary["device"] = "wgpu:7".into();
    std::fs::write(&path, summary.to_string()).unwrap();
}

#[test]
fn the_cpu_goes_on_from_the_last_state_of_a_run_whose_device_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("run");
    // An epoch has three batches: the device is lost in the second epoch, and again in the third.
    let events = train(&folder, linear(4), losing(5));
    assert_eq!(loss(&events), (2, 1));
    assert_eq!(figures(&folder).len(), 1);
    pretend_a_gpu(&folder);

    // A GPU that is gone is refused, and the run stays as it is.
    let before = std::fs::read(folder.join("summary.json")).unwrap();
    let events = resume(&folder, None, Devices::cpu_only());
    assert!(
        matches!(events.last(), Some(RunEvent::Failed { message, .. }) if message.contains("wgpu:7")),
        "{events:?}"
    );
    assert_eq!(std::fs::read(folder.join("summary.json")).unwrap(), before);

    // The run goes on for three batches of the second epoch and two of the third.
    let events = resume(&folder, Some(DeviceChoice::Cpu), losing(5));
    assert_eq!(taken_up(&events), Some((2, 1)));
    assert_eq!(loss(&events), (3, 1));
    let events = resume(&folder, Some(DeviceChoice::Cpu), Devices::cpu_only());
    assert_eq!(taken_up(&events), Some((3, 1)));
    assert_eq!(figures(&folder), undisturbed(linear(4)));
    let run = read_run(&folder).unwrap();
    assert_eq!(run.state, RunState::Finished(StopReason::Completed));
    // The run is noted as one of the CPU, where the next resume leaves it.
    let summary = std::fs::read_to_string(folder.join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["device"], "cpu");
    let resumed = summary["resumed"].as_array().unwrap();
    let epochs = resumed.iter().map(|place| place["epoch"].as_u64().unwrap());
    assert_eq!(epochs.collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_device_lost_before_the_first_epoch_costs_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("run");
    for steps in [0, 1] {
        let events = train(&folder, linear(2), losing(steps));
        assert_eq!(loss(&events), (1, 1));
        resume(&folder, Some(DeviceChoice::Cpu), Devices::cpu_only());
        assert_eq!(figures(&folder), undisturbed(linear(2)));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
