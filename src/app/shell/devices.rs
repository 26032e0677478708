//! The devices that the window knows. They are looked for and tried out on a thread of their own,
//! since a driver may take its time.

use super::App;
use crate::app::notices::Level;
use crate::app::work::{BrokeDown, Task};
use crate::lab::devices::Known;
use crate::lab::{DeviceInfo, Devices, Threads};
use std::sync::Arc;

/// The devices, and what is being found out about them.
#[derive(Debug, Default)]
pub(super) struct DeviceWatch {
    /// The devices and what is known of each.
    pub known: Known,
    /// The name of the GPU that is being tried out.
    pub probing: Option<String>,
    task: Option<Task<Known, WatchError>>,
}

/// Why nothing was found out about the devices.
#[derive(Debug, thiserror::Error)]
enum WatchError {
    /// The GPU that was to be tried out is no longer in the machine.
    #[error("{name} is no longer there")]
    Gone {
        /// The GPU's name.
        name: String,
    },
    /// The thread ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
}

impl App {
    /// The devices to train on, of which the CPU has the threads that were chosen.
    pub(super) fn devices(&self) -> Devices {
        self.options.devices.with_threads(self.threads())
    }

    /// The threads of the next run: as given on the command line, otherwise as set in the window,
    /// otherwise one a core.
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

    /// Tries a GPU out, also where that was done before.
    pub(super) fn probe_device(&mut self, gpu: DeviceInfo) {
        let devices = self.devices();
        self.watch_devices(Some(gpu.name.clone()), move |is_cancelled| {
            devices.look_again();
            let still_there = devices.known().devices.iter().any(|d| d.info == gpu);
            if !still_there {
                return Err(WatchError::Gone { name: gpu.name });
            }
            devices.probe(&gpu, &mut |_| {}, is_cancelled);
            Ok(devices.known())
        });
    }

    fn watch_devices(
        &mut self,
        probing: Option<String>,
        work: impl FnOnce(&dyn Fn() -> bool) -> Result<Known, WatchError> + Send + 'static,
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

    /// Takes in what was found out.
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
            Err(err) => self.notices.push(Level::Error, err.to_string()),
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
