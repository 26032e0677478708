//! The values of the bars at the top: the menu, the devices, the toolbar.

use super::App;
use super::queue::Hold;
use crate::app::panels::hovers::HoverAt;
use crate::app::panels::{device_menu, menu, toolbar};
use crate::experiment::DataSource;
use crate::lab::RunState;

impl App {
    pub(super) fn is_paused(&self) -> bool {
        match self.active {
            Some(_) => self
                .active_run()
                .is_some_and(|run| run.state == RunState::Paused),
            None => self.queue.works() && self.queue.hold == Hold::Held,
        }
    }

    fn queue_numbers(&self) -> toolbar::QueueCounts {
        let counts = self.queue.list.counts();
        toolbar::QueueCounts {
            waiting: counts.waiting + counts.elsewhere,
            in_work: counts.in_work,
            failed: counts.failed,
        }
    }

    /// Whether Train begins something now. A single run doesn't begin beside another one of a person's own;
    /// several seeds wait in the queue.
    fn may_begin(&self) -> bool {
        self.active.is_none() || self.prefs.seeds.count() > 1
    }

    pub(super) fn menu_view(&self) -> menu::MenuView<'_> {
        menu::MenuView {
            can_train: self.draft_error().is_none() && self.may_begin(),
            can_hold: self.active.is_some() || self.queue.works(),
            paused: self.is_paused(),
            trainable: self.draft_error().is_none(),
            can_undo: self.draft.can_undo() || self.deleted_last,
            can_redo: self.draft.can_redo(),
            shows_findings: self.found.is_open,
            exportable: self.exportable(),
            looks_at_sweep: self.found.exported().is_some(),
            can_average: self.runs.iter().any(|run| run.best_kept().is_some()),
            can_undo_delete: !self.deleted.is_empty(),
            has_own_data: self.draft.settings().data.source != DataSource::Mnist,
            has_curves: !self.opened.is_empty(),
            device: self.device_view(),
            theme: self.prefs.theme.into(),
            text_size: self.prefs.text_size,
        }
    }

    fn device_view(&self) -> device_menu::DeviceView<'_> {
        let last = self.active_run().or_else(|| self.runs.last());
        device_menu::DeviceView {
            chosen: &self.prefs.device,
            in_use: last
                .and_then(|run| run.started.as_ref())
                .map(|started| started.device.as_str()),
            why: last.and_then(|run| run.device_note.as_deref()),
            known: &self.devices.known,
            probing: self.devices.probing.as_deref(),
            busy: self.active.is_some(),
            threads: self.threads(),
        }
    }

    pub(super) fn toolbar_view(&self) -> toolbar::ToolbarView {
        let run = self.active_run().or_else(|| self.queue_run());
        let error = self.draft_error();
        toolbar::ToolbarView {
            hovers: match self.is_presenting() {
                true => HoverAt::RightColumn,
                false => HoverAt::LeftColumn,
            },
            may_begin: self.may_begin(),
            can_hold: self.active.is_some() || self.queue.works(),
            paused: self.is_paused(),
            stopping: run.is_some_and(|run| run.state == RunState::Stopping),
            blocked: error.map(|err| err.to_string()),
            can_undo: self.draft.can_undo() || self.deleted_last,
            can_redo: self.draft.can_redo(),
            seeds: self.prefs.seeds.count(),
            queue: self.queue_numbers(),
            progress: toolbar::Progress::of(
                self.active.is_some(),
                run,
                self.chosen_run(),
                self.group_chosen(),
            ),
        }
    }
}
