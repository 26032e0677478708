//! Runs in odd places: names that a shell or a system minds, a folder that is moved away or closed
//! for a while, no folder for temporary files, times that lie ahead.

use crate::support::process::{PROGRAM, command, ends, says};
use crate::support::runs::{
    figures, forget_the_end, linear, resume, start, train, undisturbed, warnings,
};
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{Command, Engine, RunEvent, RunState, StopReason};
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, SystemTime};

/// The arguments of a linear network on three batches.
const SMALL: &str = "--preset linear --train-size 48 --validation-size 32 --batch-size 16 \
                     --epochs 3 --device cpu";

/// The program with these arguments, of which the last is given a name of any kind.
fn lab(folder: &Path, arguments: &str, name: &OsStr) -> Output {
    let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
    let mut last = OsString::from(arguments.pop().unwrap());
    last.push("=");
    last.push(name);
    command(folder, &arguments).arg(last).output().unwrap()
}

/// Runs the command that a run's output names.
#[cfg(unix)]
fn go_on(folder: &Path, said: &[u8]) -> Output {
    use std::os::unix::ffi::OsStrExt;
    let hint = b"Go on with: ";
    let lines = said.split(|byte| *byte == b'\n');
    let mut hints = lines.filter_map(|line| line.strip_prefix(hint));
    let line = OsStr::from_bytes(hints.next().unwrap());
    let program = Path::new(PROGRAM);
    std::process::Command::new("/bin/sh")
        .arg("-c")
        .arg(line)
        .current_dir(folder)
        .env("PATH", program.parent().unwrap())
        .output()
        .unwrap()
}

#[test]
#[cfg(unix)]
fn the_command_that_goes_on_can_be_pasted_whatever_the_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "a run",
        "it's \"the\" <one> & $HOME `x` *",
        "прогон 走る é 🏃",
        "line\nbreak",
        "-dash",
        &"x".repeat(200),
    ] {
        let output = lab(
            folder.path(),
            &format!("train {SMALL} --lose-device-after 4 --out"),
            OsStr::new(name),
        );
        ends(&output, 1);
        let run = folder.path().join(name);
        assert_eq!(figures(&run).len(), 1, "{name}");
        if !name.contains('\n') {
            let said = ends(&go_on(folder.path(), &output.stderr), 0);
            says(&said, &["goes on from epoch 2, batch 1"]);
            assert_eq!(figures(&run).len(), 3, "{name}");
        }
        let picture = "export curves --force --output curves.png --run";
        for arguments in ["evaluate --run", picture] {
            ends(&lab(folder.path(), arguments, OsStr::new(name)), 0);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_may_have_a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStringExt;
    let folder = tempfile::tempdir().unwrap();
    let name = OsString::from_vec(vec![b'r', 0xff, b'n']);
    let output = lab(folder.path(), &format!("train {SMALL} --json --out"), &name);
    let said = ends(&output, 0);
    says(&said, &["\"event\":\"finished\""]);
    let more = "train --device cpu --json --epochs 4 --resume";
    ends(&lab(folder.path(), more, &name), 0);
    assert_eq!(figures(&folder.path().join(&name)).len(), 4);
}

#[test]
fn a_name_that_the_system_refuses_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let name = "я".repeat(200);
    let output = lab(
        folder.path(),
        &format!("train {SMALL} --out"),
        OsStr::new(&name),
    );
    // Most file systems count the bytes of a name, and some count its letters.
    if !folder.path().join(&name).exists() {
        says(&ends(&output, 1), &["can't make the run's folder", &name]);
    }
}

#[test]
fn nothing_is_written_by_way_of_another_folder() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let lab = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = command(folder.path(), &arguments);
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, &nowhere);
        }
        ends(&command.output().unwrap(), 0)
    };
    lab(&format!("train {SMALL} --out run"));
    lab("train --resume run --epochs 4");
    for output in ["curves.csv", "curves.svg", "curves.png"] {
        lab(&format!("export curves --run run --output {output}"));
    }
    lab("export weights --run run --output weights.safetensors");
    lab("evaluate --run run --test");
    assert!(!nowhere.exists());
    assert_eq!(figures(&folder.path().join("run")).len(), 4);
}

/// Follows a run to the end of its first epoch, then does something to its folder; stops it some
/// epochs later. Gives all that is told after that.
fn disturbed(engine: &Engine, disturb: impl FnOnce()) -> Vec<RunEvent> {
    let mut disturb = Some(disturb);
    let mut told = Vec::new();
    for update in engine.updates() {
        told.push(update.event.clone());
        if !matches!(update.event, RunEvent::Epoch(_)) {
            continue;
        }
        if let Some(disturb) = disturb.take() {
            disturb();
            told.clear();
        } else if told.len() > 100 {
            // Commands after the first find the run stopped.
            let _ = engine.send(Command::Stop);
        }
    }
    told
}

#[test]
#[cfg(unix)]
fn a_run_whose_folder_is_moved_goes_on_where_it_is() {
    let root = tempfile::tempdir().unwrap();
    let [folder, moved] = ["run", "moved"].map(|name| root.path().join(name));
    let engine = start(&folder, linear(10_000));
    let told = disturbed(&engine, || std::fs::rename(&folder, &moved).unwrap());
    assert!(!warnings(&told).is_empty());
    assert!(!folder.exists());
    let run = read_run(&moved).unwrap();
    assert_eq!(run.state, RunState::Interrupted);
    let place = run.resumes_at.unwrap();
    let epochs = place.epoch + 2;
    let more = resume(&moved, Some(epochs));
    assert!(
        matches!(more.last(), Some(RunEvent::Finished { .. })),
        "{more:?}"
    );
    assert_eq!(figures(&moved), undisturbed(linear(epochs)));
}

/// Trains four epochs while some steps of writing are refused, and a fifth once none is. Checks that
/// no figure is lost, and that a run which lacks some isn't taken for one that is through. Tells
/// whether the first four were through.
#[track_caller]
fn check_closed(folder: &Path, faults: Faults, expected: &[String]) -> bool {
    let what = format!("{} steps from {:?} on", faults.count, faults.first);
    let injected = inject(faults);
    let told = train(folder, linear(4));
    drop(injected);
    assert!(!warnings(&told).is_empty(), "{what}");
    let run = read_run(folder).unwrap();
    let kept = figures(folder);
    assert_eq!(kept, expected[..kept.len()], "{what}");
    let is_through = run.state == RunState::Finished(StopReason::Completed);
    assert_eq!(is_through, kept.len() == 4, "{what}");
    resume(folder, Some(5));
    assert_eq!(figures(folder), expected, "{what}");
    is_through
}

#[test]
fn a_folder_that_is_closed_for_a_while_loses_no_figure() {
    let root = tempfile::tempdir().unwrap();
    let expected = undisturbed(linear(5));
    for (first, count) in [(50, 5), (55, 10), (60, 30), (65, 60), (70, 20)] {
        let folder = root.path().join(format!("{count} from {first}"));
        let faults = Faults {
            count,
            ..Faults::from_nth(&folder, first, ErrorKind::PermissionDenied)
        };
        check_closed(&folder, faults, &expected);
    }
}

#[test]
fn a_run_that_lacks_figures_is_not_through() {
    let root = tempfile::tempdir().unwrap();
    let expected = undisturbed(linear(5));
    let through = [1, 3, 9, usize::MAX].map(|count| {
        let folder = root.path().join(count.to_string());
        // The first three steps make the file, and write and sync the first epoch's line.
        let faults = Faults {
            count,
            ..Faults::from_nth(&folder.join("metrics.jsonl"), 4, ErrorKind::StorageFull)
        };
        check_closed(&folder, faults, &expected)
    });
    assert_eq!((through[0], through[3]), (true, false));
}

#[test]
fn a_run_whose_times_lie_ahead_goes_on() {
    const LATER: u64 = 4_000_000_000;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    train(&folder, linear(2));
    forget_the_end(&folder);
    let edit = |name: &str, field: &str| {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(value[field].is_u64(), "{name}");
        value[field] = LATER.into();
        std::fs::write(&path, value.to_string()).unwrap();
    };
    edit("summary.json", "created_secs");
    edit("lock", "since_secs");
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(LATER);
    for inner in ["", "checkpoints", "answers"] {
        for entry in std::fs::read_dir(folder.join(inner)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let file = std::fs::File::options().append(true).open(path).unwrap();
                file.set_modified(later).unwrap();
            }
        }
    }
    let told = resume(&folder, Some(3));
    assert!(warnings(&told).is_empty(), "{told:?}");
    assert_eq!(figures(&folder), undisturbed(linear(3)));
    let run = read_run(&folder).unwrap();
    assert_eq!(run.created_secs, LATER);
    assert!(run.elapsed_secs >= 0.0 && run.elapsed_secs < 3_600.0);
    assert!(run.epochs.iter().all(|epoch| epoch.elapsed_secs >= 0.0));
}
