//! The window's menu of devices, and what it offers where one fails.

use super::harness::{self, notices, press_train, until};
use crate::support::process::PROGRAM;
use crate::support::runs::narrow;
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::lab::devices::DevicesOptions;
use overfit_lab::lab::{Devices, RunState, StopReason};
use overfit_lab::proofs::faults::lost_after;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A script that starts the program and injects this fault into its children.
#[cfg(unix)]
fn faulty(folder: &Path, fault: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let script = folder.join("program");
    let text = format!("#!/bin/sh\nOVERFIT_LAB_PROBE_FAULT={fault} exec '{PROGRAM}' \"$@\"\n");
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    script
}

fn devices(folder: &Path, program: PathBuf) -> Devices {
    Devices::new(DevicesOptions {
        program,
        cache_file: Some(folder.join("cache/devices.json")),
        patience: Duration::from_secs(60),
    })
}

/// A window that opens with a narrow network on 200 images, two epochs.
fn window(folder: &Path, devices: Devices) -> Harness<'static, App> {
    let file = harness::remember(folder, &narrow(200, 200, 2));
    harness::window_with(folder, 800.0, Some(file), devices)
}

fn told(harness: &Harness<'_, App>) -> String {
    notices(harness).join("\n")
}

#[cfg(unix)]
#[test]
fn a_gpu_is_tried_out_from_the_menu_and_its_verdict_stands_there() {
    let folder = tempfile::tempdir().unwrap();
    let program = faulty(folder.path(), "diverge");
    let mut harness = window(folder.path(), devices(folder.path(), program));
    harness.get_by_label("Device: automatic").click();
    until(&mut harness, "the GPU is listed", |harness| {
        harness.query_by_label("not probed yet").is_some()
    });
    harness.get_by_role_and_label(Role::Button, "Probe").click();
    until(&mut harness, "it is tried out", |harness| {
        harness
            .query_by_label_contains("Trying out Made-up GPU")
            .is_some()
    });
    until(&mut harness, "the verdict is told", |harness| {
        told(harness).contains("unusable: it computes something else")
    });
    harness.get_by_label("Device: automatic").click();
    harness.run_steps(3);
    // The verdict stands in the toast and in the menu.
    let told = harness.query_all_by_label_contains("unusable: it computes something else");
    assert_eq!(told.count(), 2);
    harness.get_by_role_and_label(Role::Button, "Probe again");
}

#[test]
fn a_lost_device_is_told_with_an_offer_and_the_cpu_goes_on_where_it_stood() {
    let folder = tempfile::tempdir().unwrap();
    let devices = devices(folder.path(), PROGRAM.into()).opened_by(lost_after(5));
    let mut harness = window(folder.path(), devices);
    press_train(&mut harness);
    until(&mut harness, "the run failed", |harness| {
        let runs = harness.state().runs();
        runs.first()
            .is_some_and(|run| matches!(run.state, RunState::Failed(_)))
    });
    let message = told(&harness);
    for part in ["failed: the fault injected", "epochs so far are kept"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let failed = harness.state().runs()[0].clone();
    assert_eq!(failed.epochs.len(), 1);
    let place = failed.resumes_at.unwrap();
    assert_eq!((place.epoch, place.batch), (2, 1));
    harness
        .get_by_role_and_label(Role::Button, "Resume on the CPU")
        .click();
    harness.run_steps(2);
    until(&mut harness, "it is trained to its end", |harness| {
        let runs = harness.state().runs();
        runs[0].state == RunState::Finished(StopReason::Completed)
    });
    let runs = harness.state().runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].epochs[0], failed.epochs[0]);
    assert_eq!(runs[0].epochs.len(), 2);
    let steps = runs[0].batches.iter().map(|batch| batch.step);
    assert!(steps.eq(1..=6));
}

#[test]
fn a_run_whose_device_and_states_are_lost_is_started_again_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let devices = devices(folder.path(), PROGRAM.into()).opened_by(lost_after(5));
    let mut harness = window(folder.path(), devices);
    // The run's states find no room.
    let faults: Vec<_> = ["state", "state-before"]
        .map(|name| {
            folder
                .path()
                .join(format!("runs/A1/checkpoints/{name}.safetensors"))
        })
        .map(|path| inject(Faults::from_nth(&path, 1, ErrorKind::StorageFull)))
        .into();
    press_train(&mut harness);
    until(&mut harness, "the run failed", |harness| {
        let runs = harness.state().runs();
        runs.first()
            .is_some_and(|run| matches!(run.state, RunState::Failed(_)))
    });
    drop(faults);
    assert_eq!(harness.state().runs()[0].resumes_at, None);
    harness
        .get_by_role_and_label(Role::Button, "Start again on the CPU")
        .click();
    harness.run_steps(2);
    until(&mut harness, "it is trained to its end", |harness| {
        let runs = harness.state().runs();
        let newest = runs.last();
        newest.is_some_and(|run| run.state == RunState::Finished(StopReason::Completed))
    });
    let runs = harness.state().runs();
    assert_eq!(runs.len(), 2);
    let epochs = runs[1].epochs.iter().map(|metrics| metrics.epoch);
    assert!(epochs.eq(1..=2));
    // The epochs of the first run stay.
    assert!(!runs[0].epochs.is_empty());
}

#[test]
fn the_threads_of_the_next_run_are_chosen_in_the_menu() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), Devices::cpu_only());
    harness.get_by_label("Device: automatic").click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::SpinButton, "Threads")
        .click();
    harness.run_steps(3);
    harness.event(Event::Text("1".into()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    press_train(&mut harness);
    until(&mut harness, "it has started", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| run.started.is_some())
    });
    let started = harness.state().runs()[0].started.clone().unwrap();
    assert_eq!(started.device, "CPU · 1 thread");
}
