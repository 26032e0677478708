//! The program as a process in a folder of the test's own.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Where the program lies.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_overfit-lab");

/// The program with these arguments. The folder holds everything that it would keep in a home
/// folder, and no display is known to it.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = at_home(Command::new(PROGRAM), folder);
    command.args(arguments);
    command
}

/// A command that runs in a folder and finds its home there.
pub fn at_home(mut command: Command, folder: &Path) -> Command {
    command
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET");
    command
}

/// Runs the program to its end.
pub fn lab(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What a process wrote, which must be UTF-8.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The standard output of a process that ended well.
#[track_caller]
pub fn succeeds(output: &Output) -> String {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    out
}

/// Checks that a process ended with this code, and that its message has these parts.
#[track_caller]
pub fn fails(output: &Output, code: i32, parts: &[&str]) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{message}");
    says(&message, parts);
    assert!(!message.contains("panicked"), "{message}");
}

/// Both outputs of a process, one after the other, once it has ended with this code.
#[track_caller]
pub fn ends(output: &Output, code: i32) -> String {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let said = said.concat();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Checks that a text has these parts.
#[track_caller]
pub fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

/// The objects of a text that has one a line.
pub fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The names of events, in their order.
pub fn event_names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect()
}

/// The variable of the environment of a test that runs in a process of its own.
const ALONE: &str = "OVERFIT_LAB_TEST_ALONE";

/// Lets a test run in a process of its own, where no other test takes memory or threads. The test
/// that calls this goes on where it is true. Elsewhere, a process that ran the test alone has ended
/// well.
///
/// `test` is the test's name as the test program lists it.
#[track_caller]
pub fn is_alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program)
        .args([test, "--exact", "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = ends(&output, 0);
    assert!(
        said.contains("1 passed"),
        "no test is called {test}: {said}"
    );
    false
}
