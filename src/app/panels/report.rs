//! The dialog of a report: of which sweep, or of the runs shown, and the file to write.

use crate::app::action::{Action, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::panels::forms::{self, FileInTheWay, PathField, PathRow};
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::app::work::{BrokeDown, Task};
use crate::lab::export::{ExportError, report_of, save};
use crate::lab::store::{Overwrite, StoreError};
use crate::lab::sweep::{Metric, Places, Shelf, Standing, Sweep, SweepError};
use crate::lab::{Run, RunStore, format};
use eframe::egui::{ComboBox, Context, Role, Ui, WidgetInfo};
use std::path::{Path, PathBuf};

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// The runs whose curves are shown.
    Shown,
    /// A sweep of the window, by its name.
    Sweep(String),
}

impl Subject {
    fn of(looked_at: Option<String>) -> Self {
        looked_at.map_or(Self::Shown, Self::Sweep)
    }
}

/// The dialog.
pub struct ReportDialog {
    subject: Subject,
    /// The sweep whose findings were looked at when the dialog was opened last; none where curves were.
    looked_at: Option<String>,
    /// The sweeps of the window, each with what it is; none while they are looked for.
    sweeps: Option<Vec<(String, String)>>,
    metric: Metric,
    path: PathField,
    stage: Stage,
    problem: Option<String>,
}

enum Stage {
    /// Waits for a person's choices.
    Choosing,
    /// Makes and writes the page.
    Working(Task<PathBuf, ReportFailure>),
    /// Asks whether to replace the file that is there.
    Asking(PathBuf),
}

/// Why a report wasn't written.
#[derive(Debug, thiserror::Error)]
pub enum ReportFailure {
    /// The sweep can't be read, or the runs are none.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The file can't be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The thread ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
    /// There is nothing to report.
    #[error(
        "no run of {0} is finished in this folder of runs, so that there is nothing to report yet"
    )]
    NothingFinished(String),
}

impl ReportDialog {
    /// A dialog that proposes a file in this folder, and the sweep that is looked at; the runs shown where curves are.
    pub fn new(folder: &Path, looked_at: Option<String>, native: bool) -> Self {
        let path = folder.join("report.html");
        Self {
            subject: Subject::of(looked_at.clone()),
            looked_at,
            sweeps: None,
            metric: Metric::Accuracy,
            path: PathField::new(path.display().to_string(), native).focused(),
            stage: Stage::Choosing,
            problem: None,
        }
    }

    /// Comes back after it was closed, about what is looked at where that is something else than before.
    pub fn come_back(&mut self, looked_at: Option<String>) {
        if self.looked_at != looked_at && !self.is_writing() {
            self.subject = Subject::of(looked_at.clone());
            self.looked_at = looked_at;
        }
        self.path.select();
    }

    /// Takes the sweeps of the window.
    pub fn take_sweeps(&mut self, sweeps: Vec<(String, String)>) {
        let is_gone = |name: &String| !sweeps.iter().any(|(other, _)| other == name);
        if let Subject::Sweep(name) = &self.subject
            && is_gone(name)
        {
            self.subject = Subject::Shown;
        }
        self.sweeps = Some(sweeps);
    }

    /// Takes the path of the file to write.
    pub fn choose_path(&mut self, path: &Path) {
        self.path.set(path);
    }

    /// Notes that the system has no dialog to show.
    pub fn dialog_is_missing(&mut self) {
        self.path.dialog_is_missing();
    }

    /// Begins to make and write the page.
    pub fn start(
        &mut self,
        shown: Vec<Run>,
        store: RunStore,
        overwrite: Overwrite,
        wake: impl Fn() + Send + 'static,
    ) {
        self.problem = None;
        let (subject, metric) = (self.subject.clone(), self.metric);
        let mut path = self.path.path();
        if path.extension().is_none() {
            path.set_extension("html");
            self.path.set(&path);
        }
        let task = Task::start("report", wake, move |_| {
            overwrite.check(&path).map_err(ExportError::from)?;
            let sweep = match subject {
                Subject::Shown => Sweep::of_runs("The runs shown".into(), &shown)?,
                Subject::Sweep(name) => {
                    let sweep = Sweep::read(&Shelf::of(&store).folder_of(&name))?;
                    let standing = Standing::of(&sweep, &Places::of(store.clone()))?;
                    if standing.finished() == 0 {
                        return Err(ReportFailure::NothingFinished(name));
                    }
                    sweep
                }
            };
            let page = report_of(&sweep, store, metric, None)?;
            save(&path, page.as_bytes(), overwrite)?;
            Ok(path)
        });
        match task {
            Ok(task) => self.stage = Stage::Working(task),
            Err(err) => self.problem = Some(format!("can't start the thread for it: {err}")),
        }
    }

    /// Whether a thread makes and writes the page.
    pub fn is_writing(&self) -> bool {
        matches!(self.stage, Stage::Working(_))
    }

    /// Takes in what the thread did. Gives the file, once it is written.
    pub fn poll(&mut self, notices: &mut Notices) -> Option<PathBuf> {
        let Stage::Working(task) = &self.stage else {
            return None;
        };
        match task.take()? {
            Ok(path) => {
                notices.tell_written(&path);
                self.stage = Stage::Choosing;
                return Some(path);
            }
            Err(ReportFailure::Export(ExportError::Store(StoreError::Exists { path }))) => {
                self.stage = Stage::Asking(path);
            }
            Err(err) => {
                notices.push_quiet(Level::Error, err.to_string());
                self.problem = Some(err.to_string());
                self.stage = Stage::Choosing;
            }
        }
        None
    }
}

/// Draws the dialog, where it is open. `shown` is how many runs are shown.
pub fn report_ui(
    ctx: &Context,
    dialog: &mut Held<ReportDialog>,
    shown: usize,
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog.shown() else { return };
    let stays = forms::dialog_ui(ctx, "Report", theme::DIALOG_WIDTH, |ui| {
        ui.label(
            "One HTML file with its pictures inside, to read on a phone or print: the effects with their \
             intervals, the figures, the mean curves, and how to repeat it.",
        );
        let idle = matches!(open.stage, Stage::Choosing);
        ui.add_enabled_ui(idle, |ui| {
            subject_ui(ui, open, shown);
            metric_ui(ui, open);
            path_ui(ui, open, shown, actions);
        });
        if let Some(problem) = &open.problem {
            ui.colored_label(theme::bad(ui.visuals()), problem);
        }
        stage_ui(ui, open, actions);
    });
    if !stays {
        dialog.close();
    }
}

fn subject_ui(ui: &mut Ui, dialog: &mut ReportDialog, shown: usize) {
    let text = match shown {
        1 => "The run shown".to_owned(),
        count => format!("The {} runs shown, by their settings", format::whole(count)),
    };
    ui.radio_value(&mut dialog.subject, Subject::Shown, text)
        .on_hover_text(
            "The chosen run, and all whose curves are shown. Runs that differ in the seed alone are one \
             row; the chosen run's settings are what the others are compared with.",
        );
    let Some(sweeps) = &dialog.sweeps else {
        ui.weak("Looking for sweeps…");
        return;
    };
    if sweeps.is_empty() {
        ui.weak("There is no sweep yet. Train with several seeds, or plan a sweep.");
        return;
    }
    let words = |name: &str| {
        let found = sweeps.iter().find(|(other, _)| other == name);
        found.map_or_else(|| name.to_owned(), |(name, what)| format!("{name}: {what}"))
    };
    ui.horizontal(|ui| {
        let newest = sweeps.last().map(|(name, _)| name.clone());
        let chosen = match &dialog.subject {
            Subject::Sweep(name) => Some(name.clone()),
            Subject::Shown => newest,
        };
        let mut subject = dialog.subject.clone();
        if let Some(chosen) = chosen {
            ui.radio_value(&mut subject, Subject::Sweep(chosen.clone()), "The sweep");
            let combo = ComboBox::from_id_salt("report-sweep")
                .width(theme::CHOICE_WIDTH)
                .height(theme::CHOICES_HEIGHT)
                .selected_text(words(&chosen))
                .truncate()
                .show_ui(ui, |ui| {
                    for (name, _) in sweeps.iter().rev() {
                        let of = Subject::Sweep(name.clone());
                        ui.selectable_value(&mut subject, of, words(name));
                    }
                });
            combo.response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Sweep");
                info.current_text_value = Some(words(&chosen));
                info
            });
        }
        dialog.subject = subject;
    });
}

fn metric_ui(ui: &mut Ui, dialog: &mut ReportDialog) {
    ui.horizontal_wrapped(|ui| {
        ui.label("Compared by");
        for metric in Metric::ALL {
            ui.radio_value(&mut dialog.metric, metric, metric.name())
                .on_hover_text(metric.title());
        }
    });
}

fn path_ui(ui: &mut Ui, dialog: &mut ReportDialog, shown: usize, actions: &mut Vec<Action>) {
    let native = [("File…", PathPurpose::SaveReport)];
    let is_empty = dialog.subject == Subject::Shown && shown == 0;
    let row = PathRow {
        name: "Write to",
        hover: "A file that ends in .html",
        id: "report path",
        native: &native,
        button: "Write",
        ready: if is_empty {
            Err("There is no run yet")
        } else {
            Ok(())
        },
        is_default: true,
    };
    if forms::path_row_ui(ui, &row, &mut dialog.path, actions).go {
        actions.push(Action::WriteReport(Overwrite::Refuse));
    }
}

fn stage_ui(ui: &mut Ui, dialog: &mut ReportDialog, actions: &mut Vec<Action>) {
    match &dialog.stage {
        Stage::Choosing => {}
        Stage::Working(_) => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("Reading the runs and drawing…");
            });
        }
        Stage::Asking(path) => match forms::in_the_way_ui(ui, path) {
            Some(FileInTheWay::Replace) => actions.push(Action::WriteReport(Overwrite::Replace)),
            Some(FileInTheWay::Stay) => {
                dialog.stage = Stage::Choosing;
                dialog.path.focus();
            }
            None => {}
        },
    }
}
