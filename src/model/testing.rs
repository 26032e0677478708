//! What tests of the network on a device compute on.

use burn::tensor::{Device, DeviceKind};
use std::panic::catch_unwind;
use std::sync::OnceLock;

/// The GPU of this machine, one in software where there is no other, or nothing.
///
/// burn opens a GPU once a process, and the Vulkan loader is known to crash where several threads
/// ask it, so that all tests share one. A test that finds none says so and passes: burn has a
/// backend for the CPU, too, but building it would make the test command build half of the
/// dependencies a second time.
pub fn gpu() -> Option<Device> {
    static GPU: OnceLock<Option<Device>> = OnceLock::new();
    let gpu = GPU.get_or_init(|| {
        let open = |kind| {
            catch_unwind(|| Device::wgpu_options().device_kind(kind).init())
                .ok()?
                .ok()
        };
        open(DeviceKind::DefaultDevice).or_else(|| open(DeviceKind::Cpu))
    });
    if gpu.is_none() {
        eprintln!("no GPU here, not even one in software: nothing is tested on it");
    }
    gpu.clone()
}
