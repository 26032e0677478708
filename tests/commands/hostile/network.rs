//! Nothing listens on the network and nothing is sent.

#![cfg(target_os = "linux")]

use crate::support::process::command;
use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The sockets that a process holds, by the numbers that the system's tables have for them.
fn sockets(process: &Path) -> BTreeSet<String> {
    let handles = fs::read_dir(process.join("fd")).into_iter().flatten();
    let places = handles.flatten().map(|entry| fs::read_link(entry.path()));
    places
        .filter_map(|place| {
            let place = place.ok()?.to_str()?.strip_prefix("socket:[")?.to_owned();
            Some(place.strip_suffix(']')?.to_owned())
        })
        .collect()
}

/// The sockets of a process and of those that it has started, but for Unix sockets, by which
/// programs of a desktop talk to each other on one machine.
fn network_sockets(process: u32) -> Vec<String> {
    let process = Path::new("/proc").join(process.to_string());
    let before = sockets(&process);
    let unix = fs::read_to_string(process.join("net/unix")).unwrap_or_default();
    let unix: BTreeSet<&str> = unix
        .lines()
        .filter_map(|line| line.split_whitespace().nth(6))
        .collect();
    // A socket that was closed meanwhile is in no table any more.
    let after = sockets(&process);
    let held = before.intersection(&after);
    let mut found: Vec<String> = held
        .filter(|socket| !unix.contains(socket.as_str()))
        .cloned()
        .collect();
    for task in fs::read_dir(process.join("task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        let children = children.split_whitespace().flat_map(str::parse);
        found.extend(children.flat_map(network_sockets));
    }
    found
}

/// A process that ends with its test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_check_sees_a_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let found = network_sockets(std::process::id());
    assert!(!found.is_empty());
    drop(listener);
}

#[test]
fn training_opens_no_socket() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "train",
        "--preset",
        "cnn",
        "--width",
        "0.125",
        "--train-size",
        "1000",
        "--validation-size",
        "500",
        "--epochs",
        "4",
        "--json",
        "--device",
        "auto",
        "--out",
        "run",
    ];
    let child = command(folder.path(), &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let start = Instant::now();
    let mut looks = 0;
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break status;
        }
        assert_eq!(network_sockets(running.0.id()), [""; 0]);
        looks += 1;
        assert!(start.elapsed() < Duration::from_secs(120));
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success() && looks > 10, "{status}, {looks} looks");
}
