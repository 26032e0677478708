//! Hostile files and a run's folder, and the program under a limit.

use crate::support::process::{PROGRAM, at_home, lab, succeeds};
use crate::support::runs::forget_the_end;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

/// Bytes of a huge file: a thousandfold of what any file of a run has. Such a file is sparse, so that
/// it takes no room on the disk.
const HUGE: u64 = 8 << 30;

/// What the program says with 1.5 GB of address space; none where the system has no `prlimit`.
pub fn limited(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let mut command = at_home(Command::new("prlimit"), folder);
    command.args(["--as=1500000000", PROGRAM]).args(arguments);
    match command.output() {
        Ok(output) => Some(output),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("this system has no prlimit: nothing is tried");
            None
        }
        Err(err) => panic!("{err}"),
    }
}

/// Trains a small run into `folder/run` and makes it look as if it had been killed.
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
    succeeds(&lab(folder, &arguments));
    forget_the_end(&folder.join("run"));
}

/// A file that begins so and goes on with nothing for a very long time.
pub fn endless(path: &Path, start: &[u8]) {
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(HUGE).unwrap();
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
    // The header says sixteen bits a channel and four channels.
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
