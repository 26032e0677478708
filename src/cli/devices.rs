//! `devices`: what networks can be trained on. The other commands choose their device here, too.

use super::Ending;
use super::args::{DevicesArgs, MachineArgs};
use crate::experiment::Settings;
use crate::lab::devices::{
    DevicesOptions, Known, KnownDevice, ProbeStage, Verdict, Wish, size_of_step,
};
use crate::lab::threads::Cores;
use crate::lab::{DeviceChoice, DeviceInfo, Devices};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub fn run(args: &DevicesArgs, machine: &MachineArgs) -> Result<Ending> {
    let devices = of_machine(machine)?;
    if let Some(choice) = args.probe {
        probe(&devices, choice)?;
    }
    let known = devices.known();
    if args.json {
        let list: Vec<_> = known.devices.iter().map(as_json).collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        print(&known);
    }
    if let Some(problem) = &known.problem {
        eprintln!("warning: GPUs can't be looked for: {problem}");
    }
    Ok(Ending::Done)
}

/// The devices, and where what is known of them is kept.
pub fn of_machine(machine: &MachineArgs) -> Result<Devices> {
    let program = std::env::current_exe().context("can't find this program's own file")?;
    let devices = Devices::new(DevicesOptions {
        program,
        cache_file: machine.devices_file(),
        patience: machine.probe_patience(),
    });
    Ok(devices
        .opened_by(machine.opening.clone())
        .with_threads(machine.threads.unwrap_or_default()))
}

/// The device for a command that predicts with a run. The automatic choice takes a GPU that is known
/// to be good. It waits for no probe, since the CPU is done before a probe would be.
pub fn for_prediction(
    choice: DeviceChoice,
    settings: &Settings,
    machine: &MachineArgs,
) -> Result<DeviceChoice> {
    let wish = Wish {
        choice,
        size: size_of_step(settings),
        may_probe: false,
    };
    let mut told = None;
    let mut tell = |gpu: &DeviceInfo, stage| say_stage(gpu, stage, &mut told);
    let chosen = of_machine(machine)?.choose(wish, &mut tell, &|| false)?;
    if let Some(note) = &chosen.note {
        log::info!("{note}");
    }
    Ok(chosen.choice)
}

fn say_stage(gpu: &DeviceInfo, _stage: ProbeStage, told: &mut Option<usize>) {
    if *told != gpu.index {
        *told = gpu.index;
        eprintln!("Trying out {}…", gpu.label());
    }
}

fn probe(devices: &Devices, choice: DeviceChoice) -> Result<()> {
    let known = devices.known();
    let gpus: Vec<_> = known
        .devices
        .iter()
        .map(|device| &device.info)
        .filter(|gpu| match choice {
            DeviceChoice::Auto | DeviceChoice::Wgpu(None) => gpu.index.is_some() && !gpu.software,
            DeviceChoice::Wgpu(index) => gpu.index == index,
            DeviceChoice::Cpu => false,
        })
        .collect();
    if gpus.is_empty() && matches!(choice, DeviceChoice::Cpu | DeviceChoice::Wgpu(Some(_))) {
        bail!("there is no GPU {choice} to try out; see overfit-lab devices");
    }
    let mut told = None;
    for gpu in gpus {
        let mut tell = |stage| say_stage(gpu, stage, &mut told);
        devices.probe(gpu, &mut tell, &|| false);
    }
    Ok(())
}

fn as_json(device: &KnownDevice) -> Value {
    let KnownDevice { info, verdict } = device;
    let mut value = json!({
        "device": info.choice.to_string(),
        "name": info.name,
        "backend": info.backend,
        "driver": info.driver,
        "kind": info.kind.label(),
        "software": info.software,
        "verdict": verdict.name(),
        "sentence": verdict.sentence(),
    });
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    match verdict {
        Verdict::Usable(speeds) | Verdict::Slower(speeds) => {
            object.insert("speeds".into(), json!(speeds));
        }
        Verdict::Unusable(problem) => {
            object.insert("reason".into(), json!(problem));
        }
        Verdict::Cpu(_) => {
            let Cores { physical, hardware } = Cores::of_machine();
            object.insert("cores".into(), json!(physical));
            object.insert("hardware_threads".into(), json!(hardware));
        }
        Verdict::NotProbed => {}
    }
    value
}

fn print(known: &Known) {
    for KnownDevice { info, verdict } in &known.devices {
        println!("{:<8} {}", info.choice.to_string(), info.label());
        let indented = |text: &str| println!("         {text}");
        if !info.driver.is_empty() {
            indented(&format!("driver {}", info.driver));
        }
        if let Verdict::Cpu(_) = verdict {
            let Cores { physical, hardware } = Cores::of_machine();
            indented(&format!(
                "{}; cores {physical}, hardware threads for this program {hardware}",
                info.backend
            ));
        }
        match verdict {
            Verdict::NotProbed => indented(&format!(
                "not probed yet: overfit-lab devices --probe {}",
                info.choice
            )),
            verdict => indented(&verdict.sentence()),
        }
    }
    if known.devices.len() == 1 && known.problem.is_none() {
        println!(
            "No GPU found: training runs on the CPU. A GPU needs a driver for Vulkan, Metal or DirectX 12."
        );
    }
}
