//! GPUs: found through wgpu, opened through burn, and guarded against drivers that panic.

use super::device::{DeviceChoice, DeviceError, DeviceInfo, DeviceKind, OpenDevice};
use super::trainer::UsualTrainers;
use crate::model::ModelError;
use burn::tensor::wgpu::wgpu::{AdapterInfo, Backend, DeviceType, Instance, InstanceDescriptor};
use burn::tensor::{Device, DeviceKind as BurnKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The GPUs that are open, by their number in the list. burn refuses to open a GPU twice in a
/// process, so that an open one stays open.
static OPEN_GPUS: Mutex<Vec<(usize, Device)>> = Mutex::new(Vec::new());

/// Opens a GPU of the list.
///
/// # Errors
/// Where its driver can't open it.
pub(super) fn open_gpu(gpu: &DeviceInfo) -> Result<OpenDevice, DeviceError> {
    let opened = |device: Device| OpenDevice {
        gpu: Some(device),
        description: gpu.label(),
        note: None,
        trainers: Arc::new(UsualTrainers),
    };
    let index = gpu.index.unwrap_or_default();
    let mut open_gpus = OPEN_GPUS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, device)) = open_gpus.iter().find(|(open, _)| *open == index) {
        return Ok(opened(device.clone()));
    }
    let unusable = |reason: String| DeviceError::Unusable {
        name: gpu.name.clone(),
        reason,
    };
    let kind = burn_kind(gpu, gpus());
    // Drivers are known to panic in wgpu where they should give an error.
    let device = catch_unwind(AssertUnwindSafe(|| {
        Device::wgpu_options().device_kind(kind).init()
    }))
    .map_err(|_| unusable("its driver broke down".into()))?
    .map_err(|error| unusable(error.to_string()))?;
    open_gpus.push((index, device.clone()));
    Ok(opened(device))
}

/// Does work on a device. On a GPU, burn, wgpu and drivers panic where a device was lost or memory
/// ran out, so that a panic becomes an error. On the CPU a panic is a bug of this program and stays
/// a panic.
pub(super) fn guarded<T, E: From<ModelError>>(
    device: &OpenDevice,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    if device.is_cpu() {
        return work();
    }
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic_message(&*panic);
        Err(ModelError::Device { reason }.into())
    })
}

/// The message of a panic, or a word that it has none.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).into()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "no reason given".into()
    }
}

/// How burn names a GPU of the list: burn counts the GPUs of each kind apart.
fn burn_kind(gpu: &DeviceInfo, gpus: &[DeviceInfo]) -> BurnKind {
    let number = gpus
        .iter()
        .take(gpu.index.unwrap_or_default())
        .filter(|other| other.kind == gpu.kind)
        .count();
    match gpu.kind {
        DeviceKind::DiscreteGpu => BurnKind::DiscreteGpu(number),
        DeviceKind::IntegratedGpu => BurnKind::IntegratedGpu(number),
        DeviceKind::VirtualGpu => BurnKind::VirtualGpu(number),
        DeviceKind::SoftwareGpu | DeviceKind::Cpu => BurnKind::Cpu,
        // burn has no name for such a GPU, and takes the one that the graphics API thinks best.
        DeviceKind::Other => BurnKind::DefaultDevice,
    }
}

/// The GPUs of this machine, looked for once, since the Vulkan loader is known to crash where
/// several threads ask it.
pub(super) fn gpus() -> &'static [DeviceInfo] {
    static GPUS: OnceLock<Vec<DeviceInfo>> = OnceLock::new();
    GPUS.get_or_init(|| {
        let adapters = catch_unwind(adapters).unwrap_or_else(|_| {
            log::error!("a graphics driver broke down while GPUs were looked for; none is used");
            Vec::new()
        });
        adapters
            .into_iter()
            .enumerate()
            .map(|(index, adapter)| gpu(index, adapter))
            .collect()
    })
}

fn gpu(index: usize, adapter: AdapterInfo) -> DeviceInfo {
    let kind = match adapter.device_type {
        DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu,
        DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu,
        DeviceType::VirtualGpu => DeviceKind::VirtualGpu,
        DeviceType::Cpu => DeviceKind::SoftwareGpu,
        DeviceType::Other => DeviceKind::Other,
    };
    DeviceInfo {
        choice: DeviceChoice::Wgpu(Some(index)),
        name: adapter.name,
        backend: backend_name(adapter.backend).into(),
        driver: format!("{} {}", adapter.driver, adapter.driver_info)
            .trim()
            .to_owned(),
        kind,
        index: Some(index),
        software: kind == DeviceKind::SoftwareGpu,
    }
}

fn backend_name(backend: Backend) -> &'static str {
    match backend {
        Backend::Vulkan => "Vulkan",
        Backend::Metal => "Metal",
        Backend::Dx12 => "DirectX 12",
        Backend::Gl => "OpenGL",
        Backend::BrowserWebGpu => "WebGPU",
        Backend::Noop => "none",
    }
}

/// The adapters of the graphics API that burn would take (`settle` in cubecl-wgpu 0.11): the first
/// API with a GPU, or the first with any adapter where no API has a GPU. So this list and burn count
/// adapters alike. burn itself can list adapters only without their names, and opens them to tell.
///
/// OpenGL isn't asked: its drivers compute slowly if at all, and Mesa's, once loaded, breaks down
/// now and then (one in a hundred) when the program ends.
fn adapters() -> Vec<AdapterInfo> {
    let apis: &[Backend] = if cfg!(target_os = "macos") {
        &[Backend::Metal]
    } else {
        &[Backend::Vulkan, Backend::Dx12]
    };
    let mut software_only = Vec::new();
    for &api in apis {
        let adapters = adapters_on(api);
        let is_gpu = |adapter: &AdapterInfo| adapter.device_type != DeviceType::Cpu;
        if adapters.iter().any(is_gpu) {
            return adapters;
        }
        if software_only.is_empty() {
            software_only = adapters;
        }
    }
    software_only
}

fn adapters_on(api: Backend) -> Vec<AdapterInfo> {
    let instance = Instance::new(InstanceDescriptor {
        backends: api.into(),
        ..InstanceDescriptor::new_without_display_handle()
    });
    // Outside a browser, the adapters are there at once.
    let adapters = pollster::block_on(instance.enumerate_adapters(api.into()));
    adapters.iter().map(|adapter| adapter.get_info()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing;
    use crate::training::device::tests::machine;

    #[test]
    fn a_panic_on_a_gpu_is_an_error_and_one_on_the_cpu_stays_a_panic() {
        let work = || -> Result<(), ModelError> { panic!("the device was lost\nat line 1") };
        let cpu = super::super::device::open(DeviceChoice::Cpu).unwrap();
        let Some(gpu) = testing::gpu() else {
            return;
        };
        let gpu = OpenDevice {
            gpu: Some(gpu),
            ..cpu.clone()
        };
        let message = guarded(&gpu, work).unwrap_err().to_string();
        assert!(message.contains("the device was lost"), "{message}");
        assert!(catch_unwind(AssertUnwindSafe(|| guarded(&cpu, work))).is_err());
    }

    #[test]
    fn gpus_of_a_kind_are_counted_apart() {
        use DeviceKind::{DiscreteGpu, IntegratedGpu};
        let gpus = machine(&[DiscreteGpu, IntegratedGpu, DiscreteGpu]);
        assert_eq!(burn_kind(&gpus[2], &gpus), BurnKind::DiscreteGpu(1));
        assert_eq!(burn_kind(&gpus[1], &gpus), BurnKind::IntegratedGpu(0));
    }
}
