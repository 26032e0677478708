//! What the window makes of a run's events: of very many, and of a device that is lost.

use super::start::{ActiveRun, Beginning};
use super::{App, AppOptions};
use crate::app::action::Action;
use crate::experiment::{Experiment, Preset};
use crate::lab::engine::{Created, FailureCause};
use crate::lab::run::KeptWeights;
use crate::lab::store::StoreChanges;
use crate::lab::{
    BatchPoint, Engine, Progress, Run, RunEvent, RunId, RunState, RunStore, Stage, StopReason,
};
use eframe::egui::Context;
use std::path::Path;

const EVENTS: u64 = 100_000;
/// The number of messages for which a frame has time, by the clock of this test.
const A_FRAME: u64 = 700;

fn app(folder: &Path) -> App {
    let store = RunStore::new(folder.join("runs"));
    let options = AppOptions::unattended(store, folder.join("own-digits"));
    App::new(&Context::default(), options)
}

/// Lets these events be told of a run.
fn tell(app: &mut App, events: impl Iterator<Item = RunEvent> + Send + 'static) {
    let experiment = Experiment::new(Preset::Cnn.settings(), Vec::new()).unwrap();
    let created = Created {
        id: RunId("A1".into()),
        folder: "A1".into(),
        created_secs: 0,
    };
    app.active = Some(ActiveRun {
        engine: Engine::telling(created, events).unwrap(),
        id: None,
        asked: experiment.settings().clone(),
        experiment,
        follows: false,
        beginning: Beginning::Anew,
    });
}

fn trained(step: u64) -> RunEvent {
    let point = BatchPoint {
        epoch: step as f64 / EVENTS as f64,
        step,
        loss: 1.0,
        accuracy: 0.5,
    };
    RunEvent::Progress {
        progress: Progress {
            epoch: 1,
            epochs: 1,
            stage: Stage::Training {
                batch: step as usize,
                batches: EVENTS as usize,
                point: Some(point),
            },
            samples_per_second: 1.0,
        },
        elapsed_secs: 1.0,
        points: vec![point],
    }
}

#[test]
fn a_burst_of_events_is_taken_in_over_frames_that_stay_short() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    let end = RunEvent::Finished {
        reason: StopReason::Completed,
        resumes_at: None,
        is_kept: true,
        weights: KeptWeights::default(),
    };
    tell(&mut app, (1..=EVENTS).map(trained).chain([end]));
    let known = |app: &App| app.runs.first().map_or(0, |run| run.batches.len() as u64);
    let mut frames = 0;
    while app.active.is_some() {
        let before = known(&app);
        let mut clock = 0;
        app.take_in_while(&mut || {
            clock += 1;
            clock < A_FRAME
        });
        assert!(known(&app) - before <= A_FRAME);
        frames += 1;
        // The thread that tells the events gets its turn.
        std::thread::yield_now();
    }
    assert!(frames >= EVENTS / A_FRAME, "{frames}");
    let steps = app.runs[0].batches.iter().map(|batch| batch.step);
    assert!(steps.eq(1..=EVENTS));
}

#[test]
fn a_lost_device_whose_run_has_no_state_has_it_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    let failed = RunEvent::Failed {
        message: "the GPU is gone".into(),
        cause: FailureCause::DeviceLost,
        resumes_at: None,
    };
    tell(&mut app, [failed].into_iter());
    while app.active.is_some() {
        app.take_in();
        std::thread::yield_now();
    }
    let notice = app.notices.entries().next_back().unwrap();
    assert_eq!(notice.text, "the GPU is gone");
    let id = RunId("A1".into());
    assert_eq!(notice.offered(), Some(&Action::TrainOnCpu(id.clone())));
    // The offer is taken, which starts a new run of the same experiment.
    app.train_on_cpu(&id);
    let active = app.active.as_ref().unwrap();
    assert_eq!(active.experiment, app.runs[0].experiment);
    app.close();
}

#[test]
fn a_run_that_was_read_again_without_news_makes_nothing_stale() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    let experiment = Experiment::new(Preset::FirstLook.settings(), Vec::new()).unwrap();
    let mut run = Run::new(RunId("A1".into()), "A1".into(), 0, experiment);
    run.state = RunState::Finished(StopReason::Completed);
    let read = |run: &Run| StoreChanges {
        read: vec![run.clone()],
        ..StoreChanges::default()
    };
    app.take_changes(read(&run));
    assert_eq!(app.runs.len(), 1);
    let before = app.runs.revision();
    app.take_changes(read(&run));
    assert_eq!(app.runs.revision(), before);
    run.name = "another".into();
    app.take_changes(read(&run));
    assert_ne!(app.runs.revision(), before);
    assert_eq!(app.runs[0].name, "another");
    app.close();
}
