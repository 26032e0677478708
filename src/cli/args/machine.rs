//! Arguments about what computes.

use crate::lab::devices::PROBE_PATIENCE;
use crate::lab::{DeviceChoice, InstructionSet, Threads};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// What computes, for every command.
#[derive(Args, Clone, Debug)]
pub struct MachineArgs {
    /// Threads for computing on the CPU, 1 to 512 [default: one a core]
    ///
    /// No figure depends on it, only the time that it takes.
    #[arg(long, value_name = "N", global = true)]
    pub threads: Option<Threads>,
    /// Instructions for computing on the CPU: avx512, avx2, neon or portable [default: the fastest
    /// that the machine has]
    ///
    /// To compare them. Figures differ in their last digits: what isn't portable rounds once for
    /// a product and its sum.
    #[arg(long, value_name = "NAME", global = true)]
    pub kernels: Option<InstructionSet>,
    /// The folder of what can be found out again, such as how fast GPUs are [default:
    /// overfit-lab in the platform's cache folder]
    #[arg(long, value_name = "DIR", global = true)]
    pub cache_dir: Option<PathBuf>,
    /// Seconds without a sign of life after which a GPU that is tried out is given up
    #[arg(long, value_name = "SECONDS", global = true, hide = true)]
    probe_patience: Option<f64>,
    /// For tests: the device of a run is lost after so many training steps
    #[arg(long, value_name = "STEPS", global = true, hide = true)]
    pub lose_device_after: Option<u64>,
}

impl MachineArgs {
    /// The file of what is known of GPUs; none where the platform names no folder.
    pub fn devices_file(&self) -> Option<PathBuf> {
        let usual = || {
            let dirs = directories::ProjectDirs::from("", "", "overfit-lab");
            dirs.map(|dirs| dirs.cache_dir().to_path_buf())
        };
        let folder = self.cache_dir.clone().or_else(usual)?;
        Some(folder.join("devices.json"))
    }

    /// How long a GPU may be silent.
    pub fn probe_patience(&self) -> Duration {
        self.probe_patience
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or(PROBE_PATIENCE)
    }
}

/// Arguments of `devices`.
#[derive(Args, Debug)]
pub struct DevicesArgs {
    /// A JSON array instead of words
    #[arg(long)]
    pub json: bool,
    /// Try out a GPU, again too: the one named (wgpu:N), or all that aren't done in software
    #[arg(long, value_name = "DEVICE", num_args = 0..=1, default_missing_value = "auto")]
    pub probe: Option<DeviceChoice>,
}

/// Arguments of `probe-device`. It prints a JSON object a line.
#[derive(Args, Debug)]
pub struct ProbeDeviceArgs {
    /// The number of the GPU to try out; without it, GPUs are looked for
    #[arg(value_name = "N")]
    pub index: Option<usize>,
    /// End with the process that holds standard input
    #[arg(long)]
    pub child: bool,
    /// Taken for granted
    #[arg(long)]
    json: bool,
}
