//! The foot of the strategies, always in sight: what needs a new run, what the settings cost,
//! and the way back to the preset.

use super::{ActiveView, StrategiesView, rules};
use crate::app::action::Action;
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::lab::format;
use eframe::egui::{Label, RichText, Ui};

/// Draws the foot.
pub fn foot_ui(ui: &mut Ui, view: &StrategiesView<'_>, actions: &mut Vec<Action>) {
    if let Some(active) = &view.active {
        active_ui(ui, view, active, actions);
    }
    cost_ui(ui, view);
    ui.horizontal(|ui| {
        let changed = rules::changed_fields(view.draft, view.baseline);
        let from = if view.preset.is_some() {
            "the preset's values"
        } else {
            "the values that were taken"
        };
        let reset = ui
            .add_enabled(!changed.is_empty(), eframe::egui::Button::new("Reset"))
            .hover_at(
                HoverAt::Settings,
                match changed.is_empty() {
                    true => format!("Nothing to reset: these are {from}."),
                    false => format!("Put every setting back to {from}."),
                },
            );
        if reset.clicked() {
            actions.push(Action::ResetSettings);
        }
        if !changed.is_empty() {
            let text = RichText::new(format!("{} changed", changed.len()));
            ui.label(text.color(theme::changed(ui.visuals()))).hover_at(
                HoverAt::Settings,
                format!("Changed: {}.", rules::list(&changed)),
            );
        }
    });
}

fn active_ui(
    ui: &mut Ui,
    view: &StrategiesView<'_>,
    active: &ActiveView<'_>,
    actions: &mut Vec<Action>,
) {
    let run = active.run_name;
    if !active.follows {
        ui.add(Label::new("These settings are for the next run.").wrap());
        let follow = ui.button(format!("Show {run}'s settings")).hover_at(
            HoverAt::Settings,
            format!("{run} is training. With its settings here, edits marked live act in it."),
        );
        if follow.clicked() {
            actions.push(Action::FollowActiveRun);
        }
        return;
    }
    let fields = rules::needs_new_run(view.draft, active.settings_now);
    if fields.is_empty() {
        return;
    }
    let what = match fields.len() {
        1 => "1 change needs a new run".into(),
        count => format!("{count} changes need a new run"),
    };
    let text = RichText::new(format!("{what}: {}", rules::list(&fields)))
        .color(theme::changed(ui.visuals()));
    ui.add(Label::new(text).wrap()).hover_at(
        HoverAt::Settings,
        format!(
            "{run} goes on with its own values. Train takes these, once {run} is over or stopped."
        ),
    );
}

fn cost_ui(ui: &mut Ui, view: &StrategiesView<'_>) {
    let parameters = view
        .parameters
        .map(|count| format!("{} parameters", format::whole(count)));
    let seconds = view.seconds_per_epoch.map(|seconds| {
        let about = if view.seconds_estimate_is_measured {
            "about"
        } else {
            "maybe"
        };
        // Times up to two minutes are said in whole seconds, so that the text stays on one line.
        let time = match seconds {
            seconds if seconds < 0.1 => "under 0.1 s".to_owned(),
            seconds if (2.0..120.0).contains(&seconds) => format!("{seconds:.0} s"),
            seconds => format::duration(seconds),
        };
        format!("{about} {time} an epoch")
    });
    let parts: Vec<_> = parameters.into_iter().chain(seconds).collect();
    if parts.is_empty() {
        return;
    }
    let hover = if view.seconds_estimate_is_measured {
        "The time follows from the speed of your runs on this machine."
    } else {
        "The time is a guess until a run has been timed on this machine."
    };
    ui.add(Label::new(RichText::new(parts.join(" · ")).weak()).wrap())
        .hover_at(HoverAt::Settings, hover);
}
