//! How a run changes with its events.

use super::*;
use crate::training::StopReason;

#[test]
fn a_run_goes_through_its_states_and_stays_ended() {
    let failed = RunEvent::Failed {
        message: "no".into(),
        cause: FailureCause::Other,
        resumes_at: None,
    };
    let finished = RunEvent::Finished {
        reason: StopReason::Stopped,
        resumes_at: None,
        is_kept: true,
        weights: KeptWeights::default(),
    };
    for (state, event, expected) in [
        (RunState::Loading, &RunEvent::Paused, RunState::Paused),
        (RunState::Paused, &RunEvent::Resumed, RunState::Running),
        (RunState::Stopping, &RunEvent::Paused, RunState::Stopping),
        (
            RunState::Stopping,
            &finished,
            RunState::Finished(StopReason::Stopped),
        ),
        (RunState::Running, &failed, RunState::Failed("no".into())),
        (
            RunState::Loading,
            &RunEvent::Probing("GPU".into()),
            RunState::Probing("GPU".into()),
        ),
        (RunState::Running, &RunEvent::Compiling, RunState::Compiling),
        (RunState::Compiling, &RunEvent::Compiled, RunState::Running),
        (RunState::Paused, &RunEvent::Compiled, RunState::Paused),
        (
            RunState::Failed("no".into()),
            &RunEvent::Resumed,
            RunState::Failed("no".into()),
        ),
        (
            RunState::Finished(StopReason::Completed),
            &RunEvent::Loading,
            RunState::Finished(StopReason::Completed),
        ),
    ] {
        assert_eq!(state.after(event), expected, "{state:?} {event:?}");
    }
}

#[test]
fn a_run_that_diverged_is_judged_so() {
    let experiment = Experiment::new(crate::experiment::Preset::Cnn.settings(), Vec::new());
    let mut run = Run::new(RunId("A1".into()), PathBuf::new(), 0, experiment.unwrap());
    run.apply(RunEvent::Failed {
        message: "the loss is no longer finite".into(),
        cause: FailureCause::Diverged(1),
        resumes_at: None,
    });
    assert_eq!(run.verdict.kind, crate::lab::verdict::VerdictKind::Diverged);
    assert!(
        run.verdict.sentence.contains("epoch 1"),
        "{}",
        run.verdict.sentence
    );
}

#[test]
fn where_a_run_stopped_is_said_in_words() {
    for (epoch, batch, words) in [
        (1, 1, "at its beginning"),
        (7, 1, "after epoch 6"),
        (7, 112, "at epoch 7, batch 112"),
    ] {
        assert_eq!(ResumePlace { epoch, batch }.to_string(), words);
    }
}
