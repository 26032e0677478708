//! The settings being edited, and what can be undone of the edits.

use crate::app::prefs::Prefs;
use crate::experiment::{
    Change, DataSource, Experiment, ExperimentError, Field, Liveness, Preset, Setting, Settings,
};
use eframe::egui::util::undoer::{self, Undoer};

/// Edits that can be undone.
const UNDO_STEPS: usize = 200;

/// Settings being edited, the preset that they started from, and what can be undone.
pub(super) struct Draft {
    now: Edited,
    undoer: Undoer<Edited>,
    /// Whether an edit goes on, such as a drag: the whole drag is one step of undo.
    in_gesture: bool,
}

/// What an edit changes and undo brings back.
#[derive(Clone, PartialEq)]
struct Edited {
    settings: Settings,
    preset: Option<Preset>,
    /// What the dots compare with: the settings of the preset, file or run that were taken last.
    baseline: Settings,
    /// Scheduled changes that came with an experiment file.
    changes: Vec<Change>,
}

impl Draft {
    /// The draft that the window opens with: the settings that it remembers, or the first preset.
    pub fn opening(prefs: &Prefs) -> Self {
        let (preset, experiment) = prefs.opening();
        let preset = preset.unwrap_or(Preset::FirstLook);
        let mut draft = Self::of_preset(preset);
        if let Some(experiment) = experiment {
            draft.now.settings = experiment.settings().clone();
            draft.now.changes = experiment.changes().to_vec();
        }
        draft
    }

    fn of_preset(preset: Preset) -> Self {
        Self {
            now: Edited {
                settings: preset.settings(),
                preset: Some(preset),
                baseline: preset.settings(),
                changes: Vec::new(),
            },
            // Each edit says itself where a step begins, so that no time needs to pass.
            undoer: Undoer::with_settings(undoer::Settings {
                max_undos: UNDO_STEPS,
                stable_time: f32::INFINITY,
                auto_save_interval: f32::INFINITY,
            }),
            in_gesture: false,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.now.settings
    }

    /// What the dots compare with.
    pub fn baseline(&self) -> &Settings {
        &self.now.baseline
    }

    /// The preset that the settings started from.
    pub fn preset(&self) -> Option<Preset> {
        self.now.preset
    }

    /// Scheduled changes that came with an experiment file or a run.
    pub fn changes(&self) -> &[Change] {
        &self.now.changes
    }

    /// Drops the scheduled changes.
    pub fn forget_changes(&mut self) {
        self.step(|now| now.changes.clear());
    }

    /// The settings as an experiment.
    ///
    /// # Errors
    /// Where the settings can't be trained.
    pub fn experiment(&self) -> Result<Experiment, ExperimentError> {
        Experiment::new(self.now.settings.clone(), self.now.changes.clone())
    }

    /// Takes an edit. Within a gesture such as a drag all edits are one step of undo.
    pub fn edit(&mut self, settings: Settings, in_gesture: bool) {
        if settings == self.now.settings {
            return;
        }
        if in_gesture && self.in_gesture {
            self.change(|now| now.settings = settings);
        } else {
            self.step(|now| now.settings = settings);
        }
        self.in_gesture = in_gesture;
    }

    /// Ends a gesture, since the pointer was released: the next edit is a step of its own.
    pub fn end_gesture(&mut self) {
        self.in_gesture = false;
    }

    /// Takes a preset's settings. Data of the user's own stays, since a preset is about the
    /// network.
    pub fn choose(&mut self, preset: Preset) {
        self.step(|now| {
            let source = now.settings.data.source.clone();
            now.settings = preset.settings();
            now.settings.take_data(source);
            now.baseline = now.settings.clone();
            now.preset = Some(preset);
            now.changes.clear();
        });
    }

    /// Takes other data; the settings that depend on the data's size are made to fit.
    pub fn take_data(&mut self, source: DataSource) {
        self.step(|now| now.settings.take_data(source));
    }

    /// Takes an experiment's settings and changes.
    pub fn take(&mut self, experiment: &Experiment) {
        self.step(|now| {
            now.settings = experiment.settings().clone();
            now.changes = experiment.changes().to_vec();
            now.baseline = experiment.settings().clone();
            now.preset = Preset::ALL
                .into_iter()
                .find(|preset| preset.settings() == now.settings);
        });
    }

    /// Takes the settings of a run in work as they stand, without scheduled changes.
    pub fn follow(&mut self, settings: Settings) {
        self.step(|now| {
            now.settings = settings;
            now.changes.clear();
        });
    }

    /// Puts a field back to the baseline.
    pub fn reset_field(&mut self, field: Field) {
        self.step(|now| field.copy(&now.baseline, &mut now.settings));
    }

    /// Puts every field back to the baseline, and drops the scheduled changes.
    pub fn reset(&mut self) {
        self.step(|now| {
            now.settings = now.baseline.clone();
            now.changes.clear();
        });
    }

    /// Whether there is an edit to undo.
    pub fn can_undo(&self) -> bool {
        self.undoer.has_undo(&self.now)
    }

    /// Whether there is an edit to redo.
    pub fn can_redo(&self) -> bool {
        self.undoer.has_redo(&self.now)
    }

    /// Undoes the last edit.
    pub fn undo(&mut self) {
        if let Some(before) = self.undoer.undo(&self.now) {
            self.now = before.clone();
            self.in_gesture = false;
        }
    }

    /// Redoes the edit that was undone last.
    pub fn redo(&mut self) {
        if let Some(after) = self.undoer.redo(&self.now) {
            self.now = after.clone();
            self.in_gesture = false;
        }
    }

    /// Makes a change that is a step of undo. A change that changes nothing is none.
    fn step(&mut self, change: impl FnOnce(&mut Edited)) {
        self.in_gesture = false;
        self.undoer.add_undo(&self.now);
        self.change(change);
    }

    /// Makes a change within the present step.
    fn change(&mut self, change: impl FnOnce(&mut Edited)) {
        change(&mut self.now);
        // The undoer compares, and forgets what could be redone where something has changed.
        self.undoer.feed_state(0.0, &self.now);
    }
}

/// The live fields in which a draft differs from what a run was last asked for.
pub(super) fn adjustments(asked: &Settings, draft: &Settings) -> Vec<Setting> {
    Field::ALL
        .into_iter()
        .filter(|field| field.liveness() != Liveness::NewRun)
        .filter_map(|field| {
            let wanted = Setting::read(field, draft)?;
            (Setting::read(field, asked) != Some(wanted)).then_some(wanted)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drag_is_one_step_of_undo() {
        let mut draft = Draft::of_preset(Preset::Cnn);
        for rate in [0.1, 0.2, 0.3] {
            let mut settings = draft.settings().clone();
            settings.regularization.dropout = rate;
            draft.edit(settings, true);
        }
        draft.end_gesture();
        draft.undo();
        assert_eq!(draft.settings(), &Preset::Cnn.settings());
        assert!(!draft.can_undo());
        draft.redo();
        assert_eq!(draft.settings().regularization.dropout, 0.3);
    }

    #[test]
    fn choosing_a_preset_can_be_taken_back_whole() {
        let mut draft = Draft::of_preset(Preset::Cnn);
        draft.choose(Preset::Article);
        assert_eq!(draft.baseline(), &Preset::Article.settings());
        draft.undo();
        assert_eq!(draft.preset(), Some(Preset::Cnn));
        assert_eq!(draft.baseline(), &Preset::Cnn.settings());
    }

    #[test]
    fn an_edit_after_an_undo_leaves_nothing_to_redo() {
        let mut draft = Draft::of_preset(Preset::Cnn);
        draft.choose(Preset::Article);
        draft.choose(Preset::Default);
        draft.undo();
        assert!(draft.can_redo());
        draft.choose(Preset::Cnn);
        assert!(!draft.can_redo());
        draft.undo();
        assert_eq!(draft.preset(), Some(Preset::Article));
        draft.redo();
        assert!(!draft.can_redo());
        assert_eq!(draft.preset(), Some(Preset::Cnn));
    }

    #[test]
    fn a_step_that_changes_nothing_is_none() {
        let mut draft = Draft::of_preset(Preset::Cnn);
        draft.reset();
        draft.forget_changes();
        assert!(!draft.can_undo());
    }

    #[test]
    fn adjustments_are_the_live_fields_that_differ() {
        let asked = Preset::Cnn.settings();
        let mut draft = asked.clone();
        draft.regularization.dropout = 0.5;
        draft.network.width = 2.0;
        assert_eq!(adjustments(&asked, &draft), [Setting::Dropout(0.5)]);
    }
}
