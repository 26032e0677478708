//! The menu of devices at the right end of the menu bar: the devices of the machine, what is known
//! of each, and the threads of the CPU.

use crate::app::action::Action;
use crate::app::panels::forms;
use crate::app::theme;
use crate::lab::devices::{Known, KnownDevice, Verdict};
use crate::lab::threads::Cores;
use crate::lab::{DeviceChoice, Threads};
use eframe::egui::{Button, DragValue, RichText, Ui};

/// What the menu shows.
pub struct DeviceView<'a> {
    /// The device chosen, as the command line writes it.
    pub chosen: &'a str,
    /// The device that the newest run was given, in words.
    pub in_use: Option<&'a str>,
    /// Why the newest run was given that device.
    pub why: Option<&'a str>,
    /// The devices, and what is known of each.
    pub known: &'a Known,
    /// The GPU that is being tried out.
    pub probing: Option<&'a str>,
    /// Whether a run is in work, which a probe would slow, and which would falsify the probe's
    /// figures.
    pub busy: bool,
    /// The threads of the CPU.
    pub threads: Threads,
}

/// Draws the button and its menu.
pub fn device_ui(ui: &mut Ui, view: &DeviceView<'_>, actions: &mut Vec<Action>) {
    let text = match (view.probing, view.chosen, view.in_use) {
        (Some(gpu), ..) => format!("Trying out {gpu}…"),
        (None, "auto", Some(device)) => device.to_owned(),
        (None, "auto", None) => "Device: automatic".to_owned(),
        (None, "cpu", _) => "Device: CPU".to_owned(),
        (None, other, _) => format!("Device: {other}"),
    };
    let response = forms::open_menu_ui(ui, text, |ui| {
        ui.set_max_width(theme::DEVICE_MENU_WIDTH);
        menu_ui(ui, view, actions);
    });
    response.on_hover_ui(|ui| {
        ui.label("Where the next run is trained. The CPU gives the same curves each time.");
        if let Some(why) = view.why {
            ui.label(format!("Last run: {why}."));
        }
    });
}

fn menu_ui(ui: &mut Ui, view: &DeviceView<'_>, actions: &mut Vec<Action>) {
    let chosen: Option<DeviceChoice> = view.chosen.parse().ok();
    let mut choice = |ui: &mut Ui, device: DeviceChoice, text: &str, hover: &str| {
        let is_chosen = chosen == Some(device);
        if ui.radio(is_chosen, text).on_hover_text(hover).clicked() {
            actions.push(Action::ChooseDevice(device));
            ui.close();
        }
    };
    choice(
        ui,
        DeviceChoice::Auto,
        "Automatic",
        "The fastest that has passed its probe, for the network at hand",
    );
    for KnownDevice { info, .. } in view.known.devices.iter().take(1) {
        choice(ui, info.choice, &info.label(), "Used by the next run");
    }
    threads_ui(ui, view, actions);
    for device in view.known.devices.iter().skip(1) {
        gpu_ui(ui, view, device, actions);
    }
    if let Some(problem) = &view.known.problem {
        ui.label(said(format!("GPUs can't be looked for: {problem}")));
    } else if view.known.devices.len() == 1 {
        ui.label(said("No GPU was found.".into()));
    }
}

fn threads_ui(ui: &mut Ui, view: &DeviceView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("Threads");
        let mut count = view.threads.count();
        let most = Cores::of_machine().hardware.max(count);
        let drag = DragValue::new(&mut count).range(1..=most);
        let response = ui.add(drag).labelled_by(label.id).on_hover_text(
            "Threads of the CPU for the next run. More make it faster up to one a core; \
             the curves are the same with any number.",
        );
        if response.changed()
            && let Ok(threads) = Threads::new(count)
        {
            actions.push(Action::ChooseThreads(Some(threads)));
        }
        if ui
            .add_enabled(
                view.threads != Threads::default(),
                Button::new("One a core").small().frame(true),
            )
            .clicked()
        {
            actions.push(Action::ChooseThreads(None));
        }
    });
}

fn gpu_ui(ui: &mut Ui, view: &DeviceView<'_>, device: &KnownDevice, actions: &mut Vec<Action>) {
    let KnownDevice { info, verdict } = device;
    ui.separator();
    let is_chosen = view.chosen.parse() == Ok(info.choice);
    let hover = format!("Used by the next run. Driver: {}", info.driver);
    if ui
        .radio(is_chosen, info.label())
        .on_hover_text(hover)
        .clicked()
    {
        actions.push(Action::ChooseDevice(info.choice));
        ui.close();
    }
    ui.indent(("known", info.index), |ui| {
        ui.label(said(verdict.sentence()));
        probe_ui(ui, view, device, actions);
    });
}

fn probe_ui(ui: &mut Ui, view: &DeviceView<'_>, device: &KnownDevice, actions: &mut Vec<Action>) {
    let text = match device.verdict {
        Verdict::NotProbed => "Probe",
        _ => "Probe again",
    };
    let can_probe = !view.busy && view.probing.is_none();
    if ui
        .add_enabled(can_probe, Button::new(text).small().frame(true))
        .on_hover_text(
            "Trains some steps in a process of its own and compares the losses with the CPU's; \
             takes seconds",
        )
        .on_disabled_hover_text("Wait until nothing is trained or tried out.")
        .clicked()
    {
        actions.push(Action::ProbeDevice(Box::new(device.info.clone())));
        ui.close();
    }
}

fn said(text: String) -> RichText {
    RichText::new(text).weak()
}
