//! The menu entries of exports, and what there is to export.

use crate::app::action::{Action, ExportKind};
use crate::lab::Run;
use eframe::egui::{Button, Ui};

/// What is chosen, as far as it can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exportable {
    /// No run, or one without an epoch.
    Nothing,
    /// Runs that answer together: they have a confusion matrix and nothing else of their own.
    Average,
    /// A run with epochs.
    Run,
}

impl Exportable {
    /// What there is of a run.
    pub fn of_run(run: Option<&Run>) -> Self {
        match run {
            Some(run) if !run.epochs.is_empty() => Self::Run,
            _ => Self::Nothing,
        }
    }

    /// Whether there is such a thing to export, and why not.
    fn allows(self, kind: ExportKind) -> Result<(), &'static str> {
        match (self, kind) {
            (Self::Run, _) | (Self::Average, ExportKind::Matrix) | (_, ExportKind::Sweep) => Ok(()),
            (Self::Average, _) => Err(
                "An average has no curves, layers or weights of its own. Choose one of its runs.",
            ),
            (Self::Nothing, _) => Err("There is no run with an epoch yet"),
        }
    }
}

/// Draws the menu entry that exports the table of the sweep that is looked at.
pub fn sweep_entry(ui: &mut Ui, is_looked_at: bool, actions: &mut Vec<Action>) {
    let kind = ExportKind::Sweep;
    let entry = Button::new(format!("{}…", kind.title()));
    let entry = ui
        .add_enabled(is_looked_at, entry)
        .on_hover_text(kind.hover())
        .on_disabled_hover_text("Look at a sweep first: What sweeps found, in the menu View.");
    if entry.clicked() {
        actions.push(Action::OpenExport(kind));
        ui.close();
    }
}

/// Draws the menu entries of exports, in the menu Export or on a right click.
pub fn export_entries(
    ui: &mut Ui,
    kinds: &[ExportKind],
    of: Exportable,
    actions: &mut Vec<Action>,
) {
    for &kind in kinds {
        let allowed = of.allows(kind);
        let entry = Button::new(format!("{}…", kind.title()));
        let entry = ui
            .add_enabled(allowed.is_ok(), entry)
            .on_hover_text(kind.hover());
        let entry = match allowed {
            Ok(()) => entry,
            Err(why) => entry.on_disabled_hover_text(why),
        };
        if entry.clicked() {
            actions.push(Action::OpenExport(kind));
            ui.close();
        }
    }
}
