//! The tab Draw's part in the window's work: what it asks for, what of it goes to the worker,
//! and what comes back.

use super::action::{Action, PathPurpose};
use super::jobs::{Done, Job};
use super::panels::tabs::{Arrangement, Tab};
use super::{App, Level};
use crate::data::drawing::{Picture, Placement, read_picture};
use crate::data::own_set::{OwnFolder, OwnImages};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a person asked for in the tab Draw.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawAction {
    /// Ask for a picture to lay on the canvas.
    OpenPicture,
    /// Keep a drawing in the person's own set.
    Keep {
        /// The class's name.
        class: String,
        /// The drawing as it is on the canvas.
        picture: Arc<Picture>,
    },
    /// Take a kept drawing out again.
    Forget(PathBuf),
    /// Read the person's own set.
    ReadOwn(Box<OwnKey>),
    /// Show the set's folder in the file manager.
    OpenFolder,
}

impl From<DrawAction> for Action {
    fn from(action: DrawAction) -> Self {
        Self::Draw(action)
    }
}

/// What the person's own set is read for.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnKey {
    /// The network's classes.
    pub classes: Vec<String>,
    /// Where the ink goes.
    pub placement: Placement,
    /// Rows and columns of the network's images.
    pub size: [usize; 2],
}

/// Work of the tab on files.
#[derive(Debug)]
pub enum DrawJob {
    /// Read a picture.
    Read(PathBuf),
    /// Write a drawing, with its class's name.
    Keep(OwnFolder, String, Arc<Picture>),
    /// Delete a drawing.
    Forget(PathBuf),
    /// Read the set.
    ReadOwn(OwnFolder, Box<OwnKey>),
    /// Make the set's folder where there is none, and show it.
    OpenFolder(OwnFolder),
}

/// What came of it.
#[derive(Debug)]
pub enum DrawDone {
    /// A picture was read.
    Read(Picture),
    /// A drawing was written, under that class.
    Kept(String, PathBuf),
    /// A drawing was deleted.
    Forgotten,
    /// The set was read.
    Own(Box<OwnKey>, OwnImages),
}

/// Does a job, on the worker.
pub fn perform(job: DrawJob) -> Done {
    let done = match job {
        DrawJob::Read(path) => read_picture(&path).map(DrawDone::Read),
        DrawJob::Keep(set, class, picture) => set
            .keep(&class, &picture)
            .map(|path| DrawDone::Kept(class, path)),
        DrawJob::Forget(path) => OwnFolder::forget(&path).map(|()| DrawDone::Forgotten),
        DrawJob::ReadOwn(set, key) => {
            let own = set.read(&key.classes, key.placement, key.size);
            Ok(DrawDone::Own(key, own))
        }
        DrawJob::OpenFolder(set) => return open_folder(set.folder()),
    };
    match done {
        Ok(done) => Done::Draw(done),
        Err(err) => Done::Failed(err.to_string()),
    }
}

fn open_folder(folder: &Path) -> Done {
    let opened = crate::disk::create_folders(folder).and_then(|()| open::that_detached(folder));
    super::jobs::shown(opened, folder)
}

/// Whether a path is one of a picture, by its ending.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let ending = ending.as_deref().and_then(|ending| ending.to_str());
    matches!(ending, Some("png" | "jpg" | "jpeg"))
}

impl App {
    /// What is on the canvas.
    pub fn sheet(&self) -> &super::panels::draw::Sheet {
        self.tabs.draw.sheet()
    }

    pub(super) fn apply_draw(&mut self, action: DrawAction) {
        let set = OwnFolder::new(self.options.own_drawings.clone());
        let job = match action {
            DrawAction::OpenPicture => return self.ask_path(PathPurpose::OpenPicture),
            DrawAction::Keep { class, picture } => DrawJob::Keep(set, class, picture),
            DrawAction::Forget(path) => DrawJob::Forget(path),
            DrawAction::ReadOwn(key) => DrawJob::ReadOwn(set, key),
            DrawAction::OpenFolder => DrawJob::OpenFolder(set),
        };
        self.job(Job::Draw(job));
    }

    pub(super) fn take_draw(&mut self, done: DrawDone) {
        match done {
            DrawDone::Read(picture) => {
                if picture.is_blank() {
                    let message = "found no ink in this picture: nothing stands out from its \
                                   ground; choose one with more contrast";
                    if !self.dialogs.failed(message) {
                        self.notices.push(Level::Warning, message);
                    }
                    return;
                }
                self.tabs.draw.open(&picture);
                self.prefs.tabs.show(Tab::Draw, Arrangement::One);
                self.dialogs.close_path();
            }
            DrawDone::Kept(class, path) => {
                self.tabs.draw.own_changed();
                let text = format!("Kept as {class}: {}", path.display());
                let forget = DrawAction::Forget(path);
                self.notices.offer(text, "Undo", forget.into());
            }
            DrawDone::Forgotten => self.tabs.draw.own_changed(),
            DrawDone::Own(key, own) => self.tabs.draw.take_own(*key, own),
        }
    }
}
