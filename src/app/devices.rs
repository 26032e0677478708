//! What the window knows of devices: looked for and tried out on a thread of its own, since a
//! driver may take its time.

use super::App;
use super::notices::Level;
use super::tasks::Task;
use crate::lab::devices::Known;
use crate::lab::{DeviceInfo, Devices, Threads};
use std::sync::Arc;

/// The devices, and what is being found out of them.
#[derive(Debug, Default)]
pub struct DeviceWatch {
    /// What is known.
    pub known: Known,
    /// The GPU that is being tried out.
    pub probing: Option<String>,
    task: Option<Task<Known>>,
}

impl App {
    /// The devices, the CPU with the threads that were chosen.
    pub(super) fn devices(&self) -> Devices {
        self.options.devices.with_threads(self.threads())
    }

    /// The threads of the next run: of the command line, else of the setting, else one a core.
    pub(super) fn threads(&self) -> Threads {
        let chosen = self.options.threads.or(self.prefs.threads);
        chosen.unwrap_or_default()
    }

    pub(super) fn choose_threads(&mut self, threads: Option<Threads>) {
        self.options.threads = None;
        self.prefs.threads = threads;
        self.look_for_devices();
    }

    /// Reads what is known of the devices.
    pub(super) fn look_for_devices(&mut self) {
        let devices = self.devices();
        self.watch_devices(None, move |_| Ok(devices.known()));
    }

    /// Tries a GPU out again.
    pub(super) fn probe_device(&mut self, gpu: DeviceInfo) {
        let devices = self.devices();
        self.watch_devices(Some(gpu.name.clone()), move |is_cancelled| {
            devices.look_again();
            let still_there = devices.known().devices.iter().any(|d| d.info == gpu);
            if !still_there {
                return Err(format!("{} is no longer there", gpu.name));
            }
            devices.probe(&gpu, &mut |_| {}, is_cancelled);
            Ok(devices.known())
        });
    }

    fn watch_devices(
        &mut self,
        probing: Option<String>,
        work: impl FnOnce(&dyn Fn() -> bool) -> Result<Known, String> + Send + 'static,
    ) {
        let governor = Arc::clone(&self.governor);
        let wake = move || governor.wake_now();
        match Task::start("devices", wake, move |control| {
            work(&|| control.is_cancelled())
        }) {
            Ok(task) => {
                self.devices.task = Some(task);
                self.devices.probing = probing;
            }
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the thread that looks for devices: {err}"),
            ),
        }
    }

    /// Takes in what was found.
    pub(super) fn take_devices(&mut self) {
        let Some(outcome) = self.devices.task.as_ref().and_then(Task::take) else {
            return;
        };
        self.devices.task = None;
        let probed = self.devices.probing.take();
        match outcome {
            Ok(known) => {
                self.tell_of_devices(&known, probed.as_deref());
                self.devices.known = known;
            }
            Err(message) => self.notices.push(Level::Error, message),
        }
    }

    fn tell_of_devices(&mut self, known: &Known, probed: Option<&str>) {
        let found = known
            .devices
            .iter()
            .find(|d| Some(d.info.name.as_str()) == probed);
        if let Some(device) = found {
            let text = format!("{}: {}", device.info.name, device.verdict.sentence());
            self.notices.push(Level::Info, text);
        }
        if let Some(problem) = &known.problem
            && self.devices.known.problem.is_none()
        {
            let text = format!("No GPU is used: {problem}");
            self.notices.push_quiet(Level::Warning, text);
        }
    }
}
