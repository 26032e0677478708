//! What probes found is kept over restarts, in a file in the platform's cache folder. A result holds
//! for the GPU, its driver and this version of the program. A damaged file counts as none.

use super::verdict::ProbeResult;
use crate::lab::store::{StoreError, read_bounded_text, write_atomically};
use crate::training::device::{DeviceInfo, DeviceKind};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The version of the probe. Whoever changes what a probe computes raises it, so that older results
/// don't count any more.
const PROBE: u32 = 1;
/// Results that are kept. Those of old drivers and versions go first.
const KEPT: usize = 64;

/// Bytes of the file that are read: far more than that many results have.
const LIMIT: u64 = 1 << 20;

/// The contents of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    results: Vec<Record>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    of: Key,
    /// When the GPU was tried out, in seconds since 1970.
    probed_at_secs: u64,
    #[serde(flatten)]
    result: ProbeResult,
}

/// What a result holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Key {
    name: String,
    backend: String,
    driver: String,
    kind: DeviceKind,
    /// The number among GPUs that are alike, from 0.
    number: usize,
    program: String,
    probe: u32,
}

impl Key {
    fn of(gpu: &DeviceInfo, gpus: &[DeviceInfo]) -> Self {
        let alike = |other: &&DeviceInfo| {
            (&other.name, &other.backend, &other.driver, other.kind)
                == (&gpu.name, &gpu.backend, &gpu.driver, gpu.kind)
        };
        let before = gpus.iter().take_while(|other| other.index != gpu.index);
        Self {
            name: gpu.name.clone(),
            backend: gpu.backend.clone(),
            driver: gpu.driver.clone(),
            kind: gpu.kind,
            number: before.filter(alike).count(),
            program: env!("CARGO_PKG_VERSION").into(),
            probe: PROBE,
        }
    }
}

/// What is kept of each of these GPUs, in order.
pub(super) fn read(file: &Path, gpus: &[DeviceInfo]) -> Vec<Option<ProbeResult>> {
    let kept = load(file);
    let of = |gpu| {
        let key = Key::of(gpu, gpus);
        let record = kept.results.iter().find(|record| record.of == key);
        record.map(|record| record.result.clone())
    };
    gpus.iter().map(of).collect()
}

/// Keeps what a probe of one of these GPUs found.
pub(super) fn write(
    file: &Path,
    gpu: &DeviceInfo,
    gpus: &[DeviceInfo],
    result: &ProbeResult,
) -> Result<(), StoreError> {
    if let Some(folder) = file.parent() {
        // Where the folder can't be made, the write below fails and says why.
        let _ = crate::disk::create_folders(folder);
    }
    // The file is read anew, since another process may have written it meanwhile.
    let mut kept = load(file);
    let key = Key::of(gpu, gpus);
    kept.results.retain(|record| record.of != key);
    kept.results.insert(
        0,
        Record {
            of: key,
            probed_at_secs: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| elapsed.as_secs()),
            result: result.clone(),
        },
    );
    kept.results.truncate(KEPT);
    // These are strings and numbers, all of which JSON can hold.
    let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
    write_atomically(file, text.as_bytes())
}

fn load(file: &Path) -> Kept {
    let text = match read_bounded_text(file, LIMIT) {
        Ok(text) => text,
        Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            return Kept::default();
        }
        Err(err) => {
            log::warn!("what is known of GPUs is ignored: {err}");
            return Kept::default();
        }
    };
    serde_json::from_str(&text).unwrap_or_else(|err| {
        log::warn!(
            "what was known of GPUs is no good and ignored: {err}: {}",
            file.display()
        );
        Kept::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::verdict::{Problem, Speeds};
    use super::*;
    use crate::training::device::DeviceChoice;

    fn gpu(index: usize, name: &str, driver: &str) -> DeviceInfo {
        DeviceInfo {
            choice: DeviceChoice::Wgpu(Some(index)),
            name: name.into(),
            backend: "Vulkan".into(),
            driver: driver.into(),
            kind: DeviceKind::DiscreteGpu,
            index: Some(index),
            software: false,
        }
    }

    fn passed(gpu: f64) -> ProbeResult {
        ProbeResult::Passed(Speeds {
            gpu,
            cpu: 1.0,
            cpu_threads: 1,
            first_step_secs: 0.5,
            farthest: 1e-6,
        })
    }

    #[test]
    fn a_result_holds_for_the_gpu_and_its_driver() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache/devices.json");
        let gpus = [gpu(0, "A", "1"), gpu(1, "A", "1"), gpu(2, "B", "1")];
        assert_eq!(read(&file, &gpus), [None, None, None]);
        write(&file, &gpus[1], &gpus, &passed(5.0)).unwrap();
        let failed = ProbeResult::Unusable(Problem::CantOpen {
            reason: "no".into(),
        });
        write(&file, &gpus[2], &gpus, &failed).unwrap();
        let expected = [None, Some(passed(5.0)), Some(failed.clone())];
        assert_eq!(read(&file, &gpus), expected);
        // Found in another order, with B's driver updated.
        let later = [gpu(0, "B", "2"), gpu(1, "A", "1"), gpu(2, "A", "1")];
        assert_eq!(read(&file, &later), [None, None, Some(passed(5.0))]);
        write(&file, &gpus[2], &gpus, &passed(7.0)).unwrap();
        assert_eq!(read(&file, &gpus)[2], Some(passed(7.0)));
    }

    #[test]
    fn a_damaged_file_is_ignored_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("devices.json");
        let gpus = [gpu(0, "A", "1")];
        for damaged in ["", "{", "[]", "{\"results\": [{}]}", "\0"] {
            std::fs::write(&file, damaged).unwrap();
            assert_eq!(read(&file, &gpus), [None], "{damaged:?}");
        }
        write(&file, &gpus[0], &gpus, &passed(2.0)).unwrap();
        assert_eq!(read(&file, &gpus), [Some(passed(2.0))]);
    }
}
