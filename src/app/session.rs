//! The settings being edited and the run that they may act on. No egui.

use super::prefs::Prefs;
use crate::experiment::{
    Change, DataSource, Experiment, ExperimentError, Field, Liveness, Preset, Setting, Settings,
};
use crate::lab::{Engine, RunId};

/// Edits that can be taken back.
const UNDO_STEPS: usize = 200;

/// Settings being edited, the preset that they started from, and what can be taken back.
pub struct Draft {
    settings: Settings,
    preset: Option<Preset>,
    /// What the dots compare with: the preset's settings, or those of the file or run taken.
    baseline: Settings,
    /// Scheduled changes that came with an experiment file.
    changes: Vec<Change>,
    undo: Vec<Snapshot>,
    redo: Vec<Snapshot>,
    /// An edit that goes on (a drag) is one step.
    in_gesture: bool,
}

#[derive(Clone)]
struct Snapshot {
    settings: Settings,
    preset: Option<Preset>,
    baseline: Settings,
    changes: Vec<Change>,
}

impl Draft {
    /// The draft that the window opens with: what it remembers, or the first preset.
    pub fn opening(prefs: &Prefs) -> Self {
        let (preset, experiment) = prefs.opening();
        let preset = preset.unwrap_or(Preset::FirstLook);
        let mut draft = Self::of_preset(preset);
        if let Some(experiment) = experiment {
            draft.settings = experiment.settings().clone();
            draft.changes = experiment.changes().to_vec();
        }
        draft
    }

    fn of_preset(preset: Preset) -> Self {
        Self {
            settings: preset.settings(),
            preset: Some(preset),
            baseline: preset.settings(),
            changes: Vec::new(),
            undo: Vec::new(),
            redo: Vec::new(),
            in_gesture: false,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the dots compare with.
    pub fn baseline(&self) -> &Settings {
        &self.baseline
    }

    /// The preset that they started from.
    pub fn preset(&self) -> Option<Preset> {
        self.preset
    }

    /// Scheduled changes that came with an experiment file or a run.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Drops the scheduled changes.
    pub fn forget_changes(&mut self) {
        if !self.changes.is_empty() {
            self.remember();
            self.changes.clear();
        }
    }

    /// The settings as an experiment, where they are valid.
    pub fn experiment(&self) -> Result<Experiment, ExperimentError> {
        Experiment::new(self.settings.clone(), self.changes.clone())
    }

    /// Takes an edit. Within a gesture (a drag) the edits are one step of undo.
    pub fn edit(&mut self, settings: Settings, in_gesture: bool) {
        if settings == self.settings {
            return;
        }
        if !(in_gesture && self.in_gesture) {
            self.remember();
        }
        self.in_gesture = in_gesture;
        self.settings = settings;
    }

    /// The pointer was released: the next edit is a step of its own.
    pub fn end_gesture(&mut self) {
        self.in_gesture = false;
    }

    /// Takes a preset's settings. Data of the user's own stays: a preset is about the network.
    pub fn choose(&mut self, preset: Preset) {
        self.remember();
        let source = self.settings.data.source.clone();
        self.settings = preset.settings();
        self.settings.take_data(source);
        self.baseline = self.settings.clone();
        self.preset = Some(preset);
        self.changes.clear();
    }

    /// Takes other data; what depends on its size is made to fit.
    pub fn take_data(&mut self, source: DataSource) {
        let mut settings = self.settings.clone();
        settings.take_data(source);
        if settings != self.settings {
            self.remember();
            self.settings = settings;
        }
    }

    /// Takes an experiment's settings and changes.
    pub fn take(&mut self, experiment: &Experiment) {
        self.remember();
        self.settings = experiment.settings().clone();
        self.changes = experiment.changes().to_vec();
        self.baseline = experiment.settings().clone();
        self.preset = Preset::ALL
            .into_iter()
            .find(|preset| preset.settings() == self.settings);
    }

    /// Takes settings as they stand, scheduled changes none: those of a run in work.
    pub fn follow(&mut self, settings: Settings) {
        if settings != self.settings {
            self.remember();
            self.settings = settings;
        }
        self.changes.clear();
    }

    /// Puts a field back.
    pub fn reset_field(&mut self, field: Field) {
        let mut settings = self.settings.clone();
        field.copy(&self.baseline, &mut settings);
        self.edit(settings, false);
    }

    /// Puts every field back.
    pub fn reset(&mut self) {
        if self.settings != self.baseline || !self.changes.is_empty() {
            self.remember();
            self.settings = self.baseline.clone();
            self.changes.clear();
        }
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to make again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) {
        if let Some(snapshot) = self.undo.pop() {
            self.redo.push(self.snapshot());
            self.put(snapshot);
        }
    }

    /// Makes it again.
    pub fn redo(&mut self) {
        if let Some(snapshot) = self.redo.pop() {
            self.undo.push(self.snapshot());
            self.put(snapshot);
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            settings: self.settings.clone(),
            preset: self.preset,
            baseline: self.baseline.clone(),
            changes: self.changes.clone(),
        }
    }

    fn put(&mut self, snapshot: Snapshot) {
        self.settings = snapshot.settings;
        self.preset = snapshot.preset;
        self.baseline = snapshot.baseline;
        self.changes = snapshot.changes;
        self.in_gesture = false;
    }

    fn remember(&mut self) {
        if self.undo.len() == UNDO_STEPS {
            self.undo.remove(0);
        }
        self.undo.push(self.snapshot());
        self.redo.clear();
        self.in_gesture = false;
    }
}

/// The run that a thread works on.
pub struct ActiveRun {
    /// Its thread.
    pub engine: Engine,
    /// Its name, once it has a folder.
    pub id: Option<RunId>,
    /// Its experiment at the start.
    pub experiment: Experiment,
    /// Its settings as far as they have been asked for.
    pub asked: Settings,
    /// Whether edits of live fields go to it.
    pub follows: bool,
}

/// The live fields in which a draft differs from what a run was last asked for.
pub fn adjustments(asked: &Settings, draft: &Settings) -> Vec<Setting> {
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
    fn adjustments_are_the_live_fields_that_differ() {
        let asked = Preset::Cnn.settings();
        let mut draft = asked.clone();
        draft.regularization.dropout = 0.5;
        draft.network.width = 2.0;
        assert_eq!(adjustments(&asked, &draft), [Setting::Dropout(0.5)]);
    }
}
