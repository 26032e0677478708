//! The tab Draw's part in the shell: what it asks for on disk, and what comes back.

use super::App;
use super::report::Report;
use crate::app::action::{DrawAction, PathPurpose, Tab};
use crate::app::files;
use crate::app::notices::Level;
use crate::app::panels::draw::CanvasSheet;
use crate::app::panels::tabs::Arrangement;
use crate::data::drawing::Finding;
use crate::data::own_set::OwnFolder;
use crate::data::reading::RunReading;
use crate::experiment::DataSource;
use std::path::{Path, PathBuf};

impl App {
    /// What is on the canvas.
    pub fn sheet(&self) -> &CanvasSheet {
        self.tabs.draw.sheet()
    }

    /// Does what a person asked for in the tab Draw.
    pub(super) fn apply_draw(&mut self, action: DrawAction) {
        let set = OwnFolder::new(self.options.own_drawings.clone());
        match action {
            DrawAction::OpenPicture => self.ask_path(PathPurpose::OpenPicture),
            DrawAction::Keep { class, picture } => self.in_order(move || {
                let kept = set.keep(&class, &picture);
                kept.map(|path| Report::DrawingKept(class, path))
            }),
            DrawAction::Forget(path) => self.in_order(move || {
                let forgotten = OwnFolder::forget(&path);
                forgotten.map(|()| Report::DrawingForgotten)
            }),
            DrawAction::ReadOwn(key) => self.in_order(move || {
                let own = set.read(&key.classes, &key.reading, key.placement, key.size);
                Report::OwnSet(key, own)
            }),
            DrawAction::OpenFolder => self.in_order(move || {
                files::make_and_show_folder(set.folder()).map(|()| Report::Quiet)
            }),
        }
    }

    /// The data of the chosen run, or where no run is chosen, of the next one.
    fn source_drawn_for(&self) -> &DataSource {
        let run = self.run_in_tabs().map(|run| run.experiment.settings());
        &run.unwrap_or(self.draft.settings()).data.source
    }

    /// How the chosen run reads pictures, or where no run is chosen, the next one.
    pub(super) fn picture_reading(&self) -> RunReading {
        let source = self.source_drawn_for();
        let looked_up = self.look.readings.iter().find(|(of, _)| of == source);
        let looked_up = looked_up.and_then(|(_, reading)| *reading);
        looked_up.unwrap_or_else(|| RunReading::kept(source))
    }

    /// Has it looked up on disk what a run was trained on that is older than the notes on how its pictures
    /// were read.
    pub(super) fn want_reading(&mut self) {
        let source = self.source_drawn_for();
        let is_older = matches!(source, DataSource::Files(files) if files.reading.is_none());
        let is_asked = || self.look.readings.iter().any(|(of, _)| of == source);
        if !is_older || is_asked() {
            return;
        }
        let source = source.clone();
        self.look.readings.push((source.clone(), None));
        self.in_order(move || {
            let reading = RunReading::of(&source);
            Report::Reading(Box::new(source), reading)
        });
    }

    /// Takes in how runs on this data read pictures.
    pub(super) fn take_reading(&mut self, source: &DataSource, reading: RunReading) {
        for (of, known) in &mut self.look.readings {
            if of == source {
                *known = Some(reading);
            }
        }
    }

    /// Reads a picture from a file, for the canvas, as the chosen run read its pictures.
    pub(super) fn read_picture(&mut self, path: PathBuf) {
        let source = self.source_drawn_for().clone();
        self.in_order(move || {
            let reading = RunReading::of(&source);
            reading.read_for_canvas(&path).map(Report::Picture)
        });
    }

    /// Puts a picture that was read on the canvas, and shows the tab.
    pub(super) fn take_picture(&mut self, picture: &Finding) {
        if picture.ink.is_blank() {
            let message = "found no ink in this picture: nothing stands out from its ground; \
                           choose one with more contrast";
            if !self.dialogs.failed(message) {
                self.notices.push(Level::Warning, message);
            }
            return;
        }
        self.tabs.draw.open(&picture.ink);
        for what in &picture.left_out {
            let text = format!("{} was left out of the picture", what.about());
            self.notices.push(Level::Info, text);
        }
        self.prefs.tabs.show(Tab::Draw, Arrangement::One);
        self.dialogs.close_path();
    }

    /// Says that a drawing was kept under a class, and offers to undo that.
    pub(super) fn take_kept_drawing(&mut self, class: &str, path: &Path) {
        self.tabs.draw.own_changed();
        let text = format!("Kept as {class}: {}", path.display());
        let forget = DrawAction::Forget(path.to_path_buf());
        self.notices.offer(text, "Undo", forget.into());
    }
}
