//! Arguments about what computes.

use super::store::PROGRAM_WIDE;
use crate::lab::devices::{Opening, PROBE_PATIENCE};
use crate::lab::{DeviceChoice, InstructionSet, Threads};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// What computes, for every command.
#[derive(Args, Clone, Debug)]
pub struct MachineArgs {
    /// Threads for computing on the CPU, 1 to 512 [default: one for each core]
    ///
    /// The number of threads changes how long a run takes, and none of its figures.
    #[arg(long, value_name = "N", global = true, help_heading = PROGRAM_WIDE)]
    pub threads: Option<Threads>,
    /// Instructions for computing on the CPU: avx512, avx2, neon or portable [default: the fastest
    /// that the machine has]
    ///
    /// Meant for comparing them. Figures differ in their last digits: portable rounds a product and
    /// the sum that it is added to one after the other, all others round both at once.
    #[arg(long, value_name = "NAME", global = true, help_heading = PROGRAM_WIDE)]
    pub kernels: Option<InstructionSet>,
    /// The folder for what the program has found out about this machine, such as how fast GPUs are
    /// [default: overfit-lab in the platform's cache folder]
    #[arg(long, value_name = "DIR", global = true, help_heading = PROGRAM_WIDE)]
    pub cache_dir: Option<PathBuf>,
    /// Seconds without a sign of life after which a GPU that is tried out is given up
    #[arg(long, value_name = "SECONDS", global = true, hide = true)]
    probe_patience: Option<f64>,
    /// What opens the device of a run. No argument says so; whoever runs a command may.
    #[arg(skip)]
    pub opening: Opening,
}

impl MachineArgs {
    /// The file of what is known of GPUs. There is none where the platform has no cache folder.
    pub fn devices_file(&self) -> Option<PathBuf> {
        self.cache_file("devices.json")
    }

    /// A file of what the program has found out about this machine. There is none where the platform has no
    /// cache folder.
    pub fn cache_file(&self, name: &str) -> Option<PathBuf> {
        let usual = || {
            let dirs = directories::ProjectDirs::from("", "", "overfit-lab");
            dirs.map(|dirs| dirs.cache_dir().to_path_buf())
        };
        let folder = self.cache_dir.clone().or_else(usual)?;
        Some(folder.join(name))
    }

    /// How long a GPU that is tried out may be silent.
    pub fn probe_patience(&self) -> Duration {
        self.probe_patience
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or(PROBE_PATIENCE)
    }
}

/// Arguments of `devices`.
#[derive(Args, Debug)]
pub struct DevicesArgs {
    /// Print a JSON array instead of words
    #[arg(long)]
    pub json: bool,
    /// Try out a GPU, even if it was tried before: the one named (wgpu:N), or every GPU that isn't
    /// imitated in software
    #[arg(long, value_name = "DEVICE", num_args = 0..=1, default_missing_value = "auto")]
    pub probe: Option<DeviceChoice>,
}

/// Arguments of `probe-device`, which prints one JSON object per line.
#[derive(Args, Debug)]
pub struct ProbeDeviceArgs {
    /// The number of the GPU to try out; without it, GPUs are looked for
    #[arg(value_name = "N")]
    pub index: Option<usize>,
    /// End with the process that holds standard input
    #[arg(long)]
    pub child: bool,
    /// Accepted and ignored: the command prints JSON in any case
    #[arg(long)]
    json: bool,
}
