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

    /// Reads a picture from a file, for the canvas, as the chosen run read its pictures.
    pub(super) fn read_picture(&mut self, path: PathBuf) {
        let run = self.chosen_run().map(|run| run.experiment.settings());
        let settings = run.unwrap_or(self.draft.settings());
        let source = settings.data.source.clone();
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
