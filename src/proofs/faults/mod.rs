//! Faults that the program injects into itself where it is told to: through the seams of the
//! product, which hold no faults of their own.
//!
//! - a device that is lost in mid-run, through what opens devices ([`lost_after`]);
//! - a GPU that misbehaves while it is tried out, through what a probe asks of GPUs ([`FaultyGpu`]);
//! - writing that is held up, so that a kill falls into it, through the disk (`disk::fault`).

mod faulty_gpu;
mod lost_device;

pub use faulty_gpu::FaultyGpu;
pub use lost_device::lost_after;

use crate::cli::args::CommonArgs;
use crate::disk::fault::{Faults, Injected, inject};
use clap::Args;
use std::path::Path;
use std::time::Duration;

/// Arguments that inject faults. No help lists them.
#[derive(Args, Debug)]
pub(crate) struct FaultArgs {
    /// The device of the first run is lost after so many training steps
    #[arg(long, value_name = "STEPS", global = true, hide = true)]
    lose_device_after: Option<u64>,
    /// Each step of writing is held up for so long
    #[arg(long, value_name = "MILLISECONDS", global = true, hide = true)]
    pause_writes: Option<u64>,
}

impl FaultArgs {
    /// Injects what was asked for. Writing is held up until what this gives is dropped.
    pub(crate) fn inject(&self, common: &mut CommonArgs) -> Option<Injected> {
        if let Some(steps) = self.lose_device_after {
            common.machine.opening = lost_after(steps);
        }
        self.pause_writes.map(|milliseconds| {
            inject(Faults {
                pause: Duration::from_millis(milliseconds),
                ..Faults::none(Path::new(""))
            })
        })
    }
}
