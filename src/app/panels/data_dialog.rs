//! Opening data: first a path, then loading with progress, then what the data holds, so that a
//! person can look at it before taking it.

use crate::app::action::{Action, PathPurpose};
use crate::app::files::WorkError;
use crate::app::notices::{Level, Notices};
use crate::app::panels::forms::{self, PathField, PathRow};
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::app::work::{Task, TaskControl};
use crate::data::{self, DataSummary, Dataset};
use crate::experiment::{DataSource, ImageSize, ReadAs, Settings};
use crate::lab::{format, run};
use eframe::egui::{
    self, Button, ColorImage, ComboBox, Context, Grid, RichText, Role, ScrollArea, TextureHandle,
    TextureOptions, Ui, WidgetInfo,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The page of samples: pictures in a row, and rows.
const SAMPLES: [usize; 2] = [12, 4];

/// Data that was read and can be taken.
pub struct Loaded {
    /// The path as it was typed.
    typed: PathBuf,
    pub(super) source: DataSource,
    pub(super) summary: DataSummary,
    dataset: Arc<Dataset>,
}

/// The dialog that opens data.
pub struct DataDialog {
    path: PathField,
    /// How a person asked for the pictures of a path to be read.
    read_as: Option<(PathBuf, ReadAs)>,
    stage: Stage,
}

enum Stage {
    /// Waits for a path, and says what was wrong with the last one.
    Asking(Option<String>),
    /// Reads the data.
    Loading(Task<Loaded, WorkError>),
    /// Shows what was read.
    Ready(Box<Loaded>, Option<TextureHandle>),
}

impl DataDialog {
    /// A dialog that asks for a path. `native` says whether the system has dialogs of its own.
    pub fn new(native: bool) -> Self {
        Self {
            path: PathField::new("", native).focused(),
            read_as: None,
            stage: Stage::Asking(None),
        }
    }

    /// Comes back after it was closed. What was read is read again, since the settings that use it may have
    /// changed meanwhile.
    pub fn come_back(&mut self, settings: &Settings, wake: impl Fn() + Send + 'static) {
        self.path.select();
        if matches!(&self.stage, Stage::Ready(loaded, _) if loaded.typed == self.path.path()) {
            self.load(self.path.path(), settings, wake);
        }
    }

    /// Notes that the system has no dialog to show.
    pub fn dialog_is_missing(&mut self) {
        self.path.dialog_is_missing();
    }

    /// Begins to read a file or folder, to show how these settings would use it.
    pub fn load(&mut self, path: PathBuf, settings: &Settings, wake: impl Fn() + Send + 'static) {
        self.path.set(&path);
        let settings = settings.clone();
        let read_as = self.read_as(&path);
        let task = Task::start("data", wake, move |control| {
            read(path, read_as, settings, control)
        });
        self.stage = match task {
            Ok(task) => Stage::Loading(task),
            Err(err) => Stage::Asking(Some(format!("can't start the thread for it: {err}"))),
        };
    }

    /// How the pictures of this path are to be read. A choice doesn't hold for another path.
    fn read_as(&self, path: &Path) -> ReadAs {
        match &self.read_as {
            Some((chosen, read_as)) if chosen == path => *read_as,
            _ => ReadAs::Auto,
        }
    }

    /// Takes in what the thread did that reads.
    pub fn poll(&mut self, notices: &mut Notices) {
        let Stage::Loading(task) = &self.stage else {
            return;
        };
        match task.take() {
            None => {}
            Some(Ok(loaded)) => {
                self.path.path_was_found();
                self.stage = Stage::Ready(Box::new(loaded), None);
            }
            Some(Err(err)) => {
                // The dialog itself says what went wrong; a toast would cover the dialog.
                notices.push_quiet(Level::Error, err.to_string());
                self.stage = Stage::Asking(Some(err.to_string()));
                self.path.focus();
            }
        }
    }
}

/// Reads data, to show how these settings would use it.
pub(super) fn read(
    path: PathBuf,
    read_as: ReadAs,
    mut settings: Settings,
    control: &TaskControl,
) -> Result<Loaded, WorkError> {
    // The path is made absolute, so that a run finds its data from any folder.
    let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let source = DataSource::files(absolute);
    let dataset = data::load_as(&source, read_as, &mut |progress| {
        control.heard_with(progress.done, progress.total, progress.of_pictures())
    })?;
    let source = data::with_facts(&source, &dataset);
    settings.take_data(source.clone());
    Ok(Loaded {
        typed: path,
        source,
        summary: data::summarize(&dataset, &settings.data)?,
        dataset,
    })
}

/// Draws the dialog, where it is open.
pub fn data_dialog_ui(ctx: &Context, dialog: &mut Held<DataDialog>, actions: &mut Vec<Action>) {
    let Some(open) = dialog.shown() else { return };
    let mut done = false;
    let stays = forms::dialog_ui(ctx, "Open data", theme::DATA_DIALOG_WIDTH, |ui| {
        path_ui(ui, open, actions);
        ui.separator();
        match &mut open.stage {
            Stage::Asking(problem) => asking_ui(ui, problem.as_deref()),
            Stage::Loading(task) => {
                forms::progress_words_ui(ui, task.words());
                if forms::progress_ui(ui, task.progress()) {
                    task.cancel();
                }
            }
            Stage::Ready(loaded, texture) => {
                let path = loaded.typed.clone();
                let was = match &open.read_as {
                    Some((chosen, read_as)) if *chosen == path => *read_as,
                    _ => ReadAs::Auto,
                };
                let mut read_as = was;
                let taken = ready_ui(ui, loaded, texture, &mut read_as);
                if read_as != was {
                    open.read_as = Some((path.clone(), read_as));
                    actions.push(Action::LoadData(path));
                } else if let Some(source) = taken {
                    actions.push(Action::TakeData(source));
                    done = true;
                }
            }
        }
    });
    if done {
        // The data is taken; the path stays for the next time.
        open.stage = Stage::Asking(None);
    }
    if done || !stays {
        dialog.close();
    }
}

fn path_ui(ui: &mut Ui, dialog: &mut DataDialog, actions: &mut Vec<Action>) {
    let native = [
        ("File…", PathPurpose::OpenData),
        ("Folder…", PathPurpose::OpenDataFolder),
    ];
    let row = PathRow {
        name: "File or folder",
        hover: "It can be dropped on the window, too",
        id: "data path",
        native: &native,
        button: "Load",
        ready: Ok(()),
        is_default: !matches!(dialog.stage, Stage::Ready(..)),
    };
    let idle = !matches!(dialog.stage, Stage::Loading(_));
    let path = &mut dialog.path;
    let answer = ui.add_enabled_ui(idle, |ui| forms::path_row_ui(ui, &row, path, actions));
    if answer.inner.go {
        actions.push(Action::LoadData(dialog.path.path()));
    }
}

fn asking_ui(ui: &mut Ui, problem: Option<&str>) {
    if let Some(problem) = problem {
        ui.colored_label(theme::bad(ui.visuals()), problem);
        ui.separator();
    }
    ui.label("Type a path, or drop a file or folder on the window. What can be read:");
    for (what, how) in [
        (
            "Kaggle CSV",
            "train.csv: a header label,pixel0,… and an image a row",
        ),
        (
            "IDX folder",
            "train-images…, train-labels…, perhaps t10k-…, plain or gzip: MNIST, Fashion-MNIST, KMNIST, EMNIST digits",
        ),
        (
            "Pictures",
            "a folder with a sub-folder a class, of PNG, JPEG, BMP, WebP, GIF or TIFF; or train, val and test with such in each; or a table of file names and labels beside the pictures",
        ),
        (
            "Archives",
            "a .zip of any of these, a .csv.gz, or numpy's .npz with x_train, y_train, x_test, y_test",
        ),
    ] {
        ui.horizontal_wrapped(|ui| {
            ui.strong(what);
            ui.label(how);
        });
    }
}

/// Draws what the data holds. Gives its source, where a person takes it.
fn ready_ui(
    ui: &mut Ui,
    loaded: &Loaded,
    texture: &mut Option<TextureHandle>,
    read_as: &mut ReadAs,
) -> Option<DataSource> {
    let summary = &loaded.summary;
    ui.strong(run::data_headline(summary));
    for line in run::data_lines(summary) {
        ui.label(line + ".");
    }
    if loaded.dataset.taken.reading().is_some() {
        read_as_ui(ui, read_as);
    }
    ui.add_space(theme::GROUP_SPACE);
    samples_ui(ui, &loaded.dataset, texture);
    ui.add_space(theme::GROUP_SPACE);
    classes_ui(ui, summary);
    ui.separator();
    let text = RichText::new("Use this data").color(theme::ON_PROMINENT);
    let take = Button::new(text).fill(theme::prominent(ui.visuals()));
    let take = ui.add(take).on_hover_text(
        "The settings take it: the next run trains on it and validates with the images that are named \
         above.",
    );
    (take.clicked() || forms::takes_enter(ui)).then(|| loaded.source.clone())
}

/// Draws the choice of how pictures are read. Another choice reads them anew.
fn read_as_ui(ui: &mut Ui, read_as: &mut ReadAs) {
    ui.horizontal(|ui| {
        ui.label("Read pictures");
        let combo = ComboBox::from_id_salt("read pictures as")
            .selected_text(read_as.about())
            .width(theme::READ_AS_WIDTH)
            .show_ui(ui, |ui| {
                for choice in ReadAs::ALL {
                    ui.selectable_value(read_as, choice, choice.about());
                }
            });
        combo
            .response
            .widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Read pictures"));
        combo.response.on_hover_text(
            "How the pictures become the network's images. Whatever is asked of a run later reads \
             pictures the same way",
        );
    });
}

fn classes_ui(ui: &mut Ui, summary: &DataSummary) {
    ScrollArea::vertical()
        .max_height(theme::CLASSES_HEIGHT)
        .show(ui, |ui| {
            Grid::new("classes").num_columns(5).show(ui, |ui| {
                for (number, class) in summary.classes.iter().enumerate() {
                    ui.label(format!("{}: {}", class.name, format::whole(class.images)));
                    if number % 5 == 4 {
                        ui.end_row();
                    }
                }
            });
        });
}

/// Draws a page of samples, class by class.
fn samples_ui(ui: &mut Ui, dataset: &Dataset, texture: &mut Option<TextureHandle>) {
    let texture = texture.get_or_insert_with(|| {
        let sheet = sample_sheet(dataset);
        ui.ctx()
            .load_texture("data samples", sheet, TextureOptions::NEAREST)
    });
    let width = ui.available_width();
    let size = texture.size_vec2();
    let image = egui::Image::new(&*texture)
        .fit_to_exact_size(egui::vec2(width, width * size.y / size.x))
        .alt_text("Samples of the data");
    ui.add(image);
}

/// The first images of the classes in turn, arranged in rows.
fn sample_sheet(dataset: &Dataset) -> ColorImage {
    let [across, down] = SAMPLES;
    let ImageSize { rows, columns } = dataset.size;
    let mut by_class: Vec<Vec<usize>> = vec![Vec::new(); dataset.classes.len()];
    for (index, &label) in dataset.train.labels.iter().enumerate() {
        let class = &mut by_class[usize::from(label)];
        if class.len() < across * down {
            class.push(index);
        }
    }
    let turns = (0..across * down).flat_map(|turn| by_class.iter().map(move |c| c.get(turn)));
    let shown: Vec<usize> = turns.flatten().copied().take(across * down).collect();
    // One pixel of background lies between the pictures.
    let (cell_rows, cell_columns) = (rows + 1, columns + 1);
    let mut pixels = vec![0; across * cell_columns * down * cell_rows];
    let stride = across * cell_columns;
    for (place, &index) in shown.iter().enumerate() {
        let (top, left) = (place / across * cell_rows, place % across * cell_columns);
        for (row, line) in dataset.train.image(index).chunks_exact(columns).enumerate() {
            pixels[(top + row) * stride + left..][..columns].copy_from_slice(line);
        }
    }
    ColorImage::from_gray([stride, down * cell_rows], &pixels)
}
