//! Hostile files and a run's folder, and the program under a limit.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

/// A thousandfold of what any file of a run has; sparse, so that it takes no room on the disk.
pub const HUGE: u64 = 8 << 30;

/// The program in a folder, without a display.
pub fn program(folder: &Path) -> Command {
    without_display(Command::new(env!("CARGO_BIN_EXE_overfit-lab")), folder)
}

fn without_display(mut command: Command, folder: &Path) -> Command {
    command
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

/// The program with so much address space and no more; none where the system has no `prlimit`.
pub fn limited(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let mut command = without_display(Command::new("prlimit"), folder);
    command
        .args(["--as=1500000000", env!("CARGO_BIN_EXE_overfit-lab")])
        .args(arguments);
    match command.output() {
        Ok(output) => Some(output),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("this system has no prlimit: nothing is tried");
            None
        }
        Err(err) => panic!("{err}"),
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Trains a small run into `folder/run` that was stopped, so that it has everything.
pub fn make_run(folder: &Path) {
    let arguments = [
        "train",
        "--json",
        "--preset",
        "dense",
        "--width",
        "0.0625",
        "--train-size",
        "64",
        "--validation-size",
        "50",
        "--epochs",
        "2",
        "--device",
        "cpu",
        "--out",
        "run",
    ];
    let output = program(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    // As a process that was killed leaves it.
    let summary = folder.join("run/summary.json");
    let finished = fs::read_to_string(&summary).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&finished).unwrap();
    value["state"] = serde_json::json!({ "state": "training" });
    fs::write(&summary, value.to_string()).unwrap();
}

/// A copy of a folder of files and folders.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A file that begins so and goes on with nothing for a very long time.
pub fn endless(path: &Path, start: &[u8]) {
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(HUGE).unwrap();
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(sizes);
    let mut bytes: Vec<u8> = words.flat_map(|word| word.to_be_bytes()).collect();
    bytes.extend(data);
    bytes
}

/// A PNG whose header claims so many pixels a side, its checksums right.
pub fn huge_png(side: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        let length = (data.len() as u32).to_be_bytes();
        [&length[..], kind, data, &crc.sum().to_be_bytes()].concat()
    };
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    // Sixteen bits a channel, four channels.
    header.extend([16, 6, 0, 0, 0]);
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&[0; 1 << 20]).unwrap();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &encoder.finish().unwrap()),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// A safetensors file with such a header, its length as it is or as it is claimed.
pub fn safetensors(header: &str, claimed: Option<u64>) -> Vec<u8> {
    let length = claimed.unwrap_or(header.len() as u64);
    [&length.to_le_bytes(), header.as_bytes()].concat()
}
