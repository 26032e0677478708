//! `devices`: what networks can be trained on.

use super::Ending;
use super::args::DevicesArgs;
use crate::lab::list_devices;
use anyhow::Result;
use serde_json::json;

pub fn run(args: &DevicesArgs) -> Result<Ending> {
    let devices = list_devices();
    if args.json {
        let devices: Vec<_> = devices
            .iter()
            .map(|device| {
                json!({
                    "device": device.choice.to_string(),
                    "name": device.name,
                    "backend": device.backend,
                    "driver": device.driver,
                    "kind": device.kind.label(),
                    "software": device.software,
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&devices)?);
        return Ok(Ending::Done);
    }
    for device in &devices {
        println!("{:<8} {}", device.choice.to_string(), device.label());
    }
    if devices.len() == 1 {
        println!(
            "No GPU found: training runs on the CPU. A GPU needs a driver for Vulkan, Metal or DirectX 12."
        );
    }
    Ok(Ending::Done)
}
