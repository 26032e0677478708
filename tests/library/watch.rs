//! What the watch of a store sees of other programs: runs that come, grow, get a name and go.

use crate::support::runs::{linear, start, train_in_store};
use overfit_lab::lab::store::{Label, StoreWatch};
use overfit_lab::lab::{Command, RunEvent, RunId, RunState, RunStore};
use std::path::Path;
use std::time::Duration;

fn store(folder: &Path) -> RunStore {
    RunStore::new(folder.join("runs"))
}

/// The runs that a look finds changed, and those that are gone.
fn look(watch: &mut StoreWatch) -> [Vec<String>; 2] {
    let changes = watch.look();
    assert!(changes.errors.is_empty(), "{:?}", changes.errors);
    let read = changes.read.into_iter().map(|run| run.id);
    [read.collect::<Vec<_>>(), changes.gone].map(|ids| ids.into_iter().map(|id| id.0).collect())
}

const NOTHING: [Vec<String>; 2] = [Vec::new(), Vec::new()];

/// Waits until changes have a time of their own.
fn settle(watch: &mut StoreWatch) {
    std::thread::sleep(Duration::from_millis(2_100));
    watch.look();
}

#[test]
fn runs_that_come_are_named_and_go_are_seen_and_others_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        train_in_store(folder.path(), linear(2));
    }
    let store = store(folder.path());
    let mut watch = StoreWatch::new(store.clone());
    assert_eq!(look(&mut watch), NOTHING, "nothing was read yet");
    assert_eq!(watch.read_all().0.len(), 2);
    settle(&mut watch);
    assert_eq!(look(&mut watch), NOTHING);

    train_in_store(folder.path(), linear(2));
    assert_eq!(look(&mut watch), [vec!["A3".to_owned()], vec![]]);
    settle(&mut watch);
    assert_eq!(look(&mut watch), NOTHING);

    let label = Label {
        name: "the wide one".into(),
        starred: true,
    };
    store.label(&store.folder().join("A1"), &label).unwrap();
    let named = watch.look().read;
    assert_eq!((named.len(), named[0].name.as_str()), (1, "the wide one"));

    store.delete(&RunId("A2".into())).unwrap();
    assert_eq!(look(&mut watch)[1], ["A2"]);
    store.restore(&RunId("A2".into())).unwrap();
    assert!(look(&mut watch)[0].contains(&"A2".to_owned()));
}

#[test]
fn a_run_in_training_grows_from_look_to_look_and_its_end_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), linear(1));
    let mut watch = StoreWatch::new(store(folder.path()));
    watch.read_all();
    let engine = start(&folder.path().join("runs/A2"), linear(10_000));
    let mut seen = 0;
    while let Ok(update) = engine.updates().recv() {
        if !matches!(update.event, RunEvent::Epoch(_)) {
            continue;
        }
        let run = watch.look().read.into_iter().find(|run| run.id.0 == "A2");
        let Some(run) = run else { continue };
        let RunState::Elsewhere(by) = &run.state else {
            break;
        };
        assert!(by.contains(&std::process::id().to_string()), "{by}");
        assert!(run.epochs.len() >= seen);
        seen = run.epochs.len();
        if seen >= 3 {
            // Where the run has ended by itself meanwhile, nobody hears this.
            let _ = engine.send(Command::Stop);
        }
    }
    assert!(seen >= 3);
    drop(engine);
    // The writer may still be closing its files.
    let ended = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        let read = watch.look().read.into_iter();
        read.filter(|run| run.id.0 == "A2")
            .any(|run| matches!(run.state, RunState::Finished(_)))
    });
    assert!(ended);
    // What this process trains can be left out.
    watch.leave_out([RunId("A2".into())].into());
    settle(&mut watch);
    assert_eq!(look(&mut watch), NOTHING);
}

#[test]
fn a_folder_that_is_away_takes_no_run_off() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), linear(1));
    let mut watch = StoreWatch::new(store(folder.path()));
    watch.read_all();
    std::fs::rename(folder.path().join("runs"), folder.path().join("away")).unwrap();
    assert_eq!(look(&mut watch), NOTHING);
}
