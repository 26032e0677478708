//! Work that would make the window wait: files and dialogs. Each goes to a worker and comes back
//! as a result.

use super::action::PathPurpose;
use super::drawing::{self, DrawDone, DrawJob};
use super::look::DataKey;
use super::recognize;
use crate::data::TrainingData;
use crate::experiment::Experiment;
use crate::lab::store::{EXPERIMENT_LIMIT, KeepEpochs, KeptEpoch, Label, Overwrite, StoreError};
use crate::lab::verdict::CurvePoint;
use crate::lab::{Run, RunId, RunStore, curves, store};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Jobs that may wait; a person can't ask for more while one is done.
const QUEUE: usize = 256;
/// Between two looks at whether the worker has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Something to do off the UI thread, in order.
#[derive(Debug)]
pub enum Job {
    /// Read every run of the store.
    ReadRuns,
    /// Read an experiment file.
    ReadExperiment(PathBuf),
    /// Write an experiment file.
    WriteExperiment(PathBuf, Box<Experiment>, Overwrite),
    /// Read a curve file.
    ReadCurves(PathBuf),
    /// Name and star a run.
    Label(PathBuf, Label),
    /// Move a run into the bin.
    Delete(RunId),
    /// Move it back.
    Restore(RunId),
    /// Show a folder in the file manager.
    OpenFolder(PathBuf),
    /// Find what a dropped file or folder is for.
    Recognize(PathBuf),
    /// Find the epochs of a run whose weights are on disk.
    KeptEpochs(RunId, PathBuf),
    /// Remove weights of a run's epochs, but not the best's.
    Thin(RunId, PathBuf, KeepEpochs, Option<usize>),
    /// Load and split the data of some settings.
    SplitData(Box<DataKey>),
    /// Work of the tab Draw.
    Draw(DrawJob),
    /// Write what the window remembers.
    WritePrefs(PathBuf, String),
}

/// What came of a job.
#[derive(Debug)]
pub enum Done {
    /// The runs on disk, and what couldn't be read.
    Runs(Vec<Run>, Vec<StoreError>),
    /// An experiment was read.
    Experiment(PathBuf, Box<Experiment>),
    /// An experiment was written.
    Written(PathBuf),
    /// A file that shall stay unless a person says so is where one was to be written.
    InTheWay(PathBuf),
    /// A curve was read.
    Curves(PathBuf, Vec<CurvePoint>),
    /// A run was taken out of the bin.
    Restored(RunId),
    /// A dropped file or folder is for this.
    Recognized(PathPurpose, PathBuf),
    /// The epochs of a run whose weights are on disk.
    KeptEpochs(RunId, Vec<KeptEpoch>),
    /// So many bytes were freed by thinning a run.
    Thinned(RunId, u64),
    /// The data of some settings, or why there is none.
    SplitData(Box<DataKey>, Result<Arc<TrainingData>, String>),
    /// Of the tab Draw's work.
    Draw(DrawDone),
    /// The system's dialog gave a path, or none after this time.
    Dialog(PathPurpose, Option<PathBuf>, Duration),
    /// A job failed.
    Failed(String),
    /// Nothing to tell.
    Quiet,
}

/// The worker and its results.
pub struct Jobs {
    jobs: Sender<Job>,
    done: Receiver<Done>,
    done_sender: Sender<Done>,
    wake: std::sync::Arc<dyn Fn() + Send + Sync>,
    worker: Option<std::thread::JoinHandle<()>>,
}

impl Jobs {
    /// Starts the worker. `wake` is called after each result.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        store: RunStore,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, std::io::Error> {
        let (jobs, queue) = bounded::<Job>(QUEUE);
        let (done_sender, done) = bounded(QUEUE);
        let wake: std::sync::Arc<dyn Fn() + Send + Sync> = std::sync::Arc::new(wake);
        let results = done_sender.clone();
        let waker = std::sync::Arc::clone(&wake);
        let worker = std::thread::Builder::new()
            .name("files".into())
            .spawn(move || {
                for job in queue {
                    if results.send(perform(job, &store)).is_err() {
                        break;
                    }
                    waker();
                }
            })?;
        Ok(Self {
            jobs,
            done,
            done_sender,
            wake,
            worker: Some(worker),
        })
    }

    /// Gives a job.
    ///
    /// # Errors
    /// In words, where the worker doesn't take it.
    pub fn push(&self, job: Job) -> Result<(), String> {
        self.jobs.try_send(job).map_err(|err| match err {
            TrySendError::Full(_) => "the disk doesn't keep up; try again in a moment".to_owned(),
            TrySendError::Disconnected(_) => {
                "the thread for files has ended; restart the program".to_owned()
            }
        })
    }

    /// The next result, if there is one.
    pub fn next(&self) -> Option<Done> {
        self.done.try_recv().ok()
    }

    /// Shows the system's file dialog. It may never answer, or at once without a path where the
    /// system has none; the window offers a path field as well.
    ///
    /// # Errors
    /// In words, where the system gives no thread.
    pub fn dialog(&self, purpose: PathPurpose) -> Result<(), String> {
        let dialog = match purpose {
            PathPurpose::OpenExperiment | PathPurpose::SaveExperiment => {
                rfd::AsyncFileDialog::new().add_filter("Experiment", &["json"])
            }
            PathPurpose::OpenPicture => {
                rfd::AsyncFileDialog::new().add_filter("Picture", &["png", "jpg", "jpeg"])
            }
            PathPurpose::OpenCurves => {
                rfd::AsyncFileDialog::new().add_filter("Curves", &["csv", "jsonl", "log"])
            }
            PathPurpose::OpenData => {
                rfd::AsyncFileDialog::new().add_filter("Data", &["csv", "gz", "idx3-ubyte"])
            }
            PathPurpose::OpenDataFolder => rfd::AsyncFileDialog::new(),
            PathPurpose::SaveExport => rfd::AsyncFileDialog::new(),
            PathPurpose::OpenTest | PathPurpose::SaveSubmission => {
                rfd::AsyncFileDialog::new().add_filter("CSV", &["csv"])
            }
        };
        let since = Instant::now();
        let results = self.done_sender.clone();
        let wake = std::sync::Arc::clone(&self.wake);
        let answer = move |path: Option<rfd::FileHandle>| {
            let path = path.map(|file| file.path().to_path_buf());
            // A window that has closed needs no answer.
            let _ = results.send(Done::Dialog(purpose, path, since.elapsed()));
            wake();
        };
        let thread = std::thread::Builder::new().name("dialog".into());
        let spawned = match purpose {
            // The future is made here, since some systems want that on the main thread.
            PathPurpose::SaveExperiment => {
                let future = dialog.set_file_name("experiment.json").save_file();
                thread.spawn(move || answer(pollster::block_on(future)))
            }
            PathPurpose::SaveExport => {
                let future = dialog.save_file();
                thread.spawn(move || answer(pollster::block_on(future)))
            }
            PathPurpose::SaveSubmission => {
                let future = dialog.set_file_name("submission.csv").save_file();
                thread.spawn(move || answer(pollster::block_on(future)))
            }
            PathPurpose::OpenDataFolder => {
                let future = dialog.pick_folder();
                thread.spawn(move || answer(pollster::block_on(future)))
            }
            PathPurpose::OpenExperiment
            | PathPurpose::OpenCurves
            | PathPurpose::OpenData
            | PathPurpose::OpenTest
            | PathPurpose::OpenPicture => {
                let future = dialog.pick_file();
                thread.spawn(move || answer(pollster::block_on(future)))
            }
        };
        spawned
            .map(drop)
            .map_err(|err| format!("can't open the file dialog: {err}"))
    }

    /// Waits until every job given has been done, until `deadline`. False where one takes longer.
    pub fn finish(mut self, deadline: Instant) -> bool {
        drop(self.jobs);
        let Some(worker) = self.worker.take() else {
            return true;
        };
        while !worker.is_finished() {
            if Instant::now() >= deadline {
                return false;
            }
            // The worker may wait for room among the results.
            let _ = self.done.recv_timeout(LOOK_EVERY);
        }
        // A panic in it has been printed; the window is closing.
        let _ = worker.join();
        true
    }
}

fn perform(job: Job, store: &RunStore) -> Done {
    let quiet = |result: Result<(), StoreError>| match result {
        Ok(()) => Done::Quiet,
        Err(err) => Done::Failed(err.to_string()),
    };
    match job {
        Job::ReadRuns => {
            let (runs, errors) = store.read_all();
            Done::Runs(runs, errors)
        }
        Job::ReadExperiment(path) => match read_experiment(&path) {
            Ok(experiment) => Done::Experiment(path, Box::new(experiment)),
            Err(message) => Done::Failed(message),
        },
        Job::WriteExperiment(path, experiment, overwrite) => {
            let text = experiment.to_json();
            match store::write_together(&[(&path, text.as_bytes())], overwrite) {
                Ok(()) => Done::Written(path),
                Err(StoreError::Exists { path }) => Done::InTheWay(path),
                Err(err) => Done::Failed(err.to_string()),
            }
        }
        Job::ReadCurves(path) => match read_curves(&path) {
            Ok(points) => Done::Curves(path, points),
            Err(message) => Done::Failed(message),
        },
        Job::Label(folder, label) => quiet(store.label(&folder, &label)),
        Job::Delete(id) => quiet(store.delete(&id)),
        Job::Restore(id) => match store.restore(&id) {
            Ok(()) => Done::Restored(id),
            Err(err) => Done::Failed(err.to_string()),
        },
        Job::OpenFolder(path) => shown(open::that_detached(&path), &path),
        Job::Recognize(path) => Done::Recognized(recognize::purpose(&path), path),
        Job::KeptEpochs(id, folder) => Done::KeptEpochs(id, store::kept_epochs(&folder)),
        Job::Thin(id, folder, keep, best) => match store::thin(&folder, keep, best) {
            Ok(freed) => Done::Thinned(id, freed),
            Err(err) => Done::Failed(err.to_string()),
        },
        Job::SplitData(key) => {
            let data = split_data(&key);
            Done::SplitData(key, data)
        }
        Job::Draw(job) => drawing::perform(job),
        Job::WritePrefs(path, text) => quiet(write_prefs(&path, &text)),
    }
}

/// What came of showing a folder in the file manager.
pub(super) fn shown(opened: std::io::Result<()>, folder: &Path) -> Done {
    match opened {
        Ok(()) => Done::Quiet,
        Err(err) => Done::Failed(format!(
            "can't open the file manager: {err}; the folder is {}",
            folder.display()
        )),
    }
}

fn split_data(key: &DataKey) -> Result<Arc<TrainingData>, String> {
    TrainingData::load(&key.data, key.seed)
        .map(Arc::new)
        .map_err(|err| err.to_string())
}

fn read_experiment(path: &Path) -> Result<Experiment, String> {
    let text = store::check_regular(path)
        .and_then(|()| store::read_bounded_text(path, EXPERIMENT_LIMIT))
        .map_err(|err| err.to_string())?;
    Experiment::from_json(&text)
        .map_err(|err| format!("not an experiment: {err}: {}", path.display()))
}

/// Reads curves from a file; a pipe would keep all other files waiting.
fn read_curves(path: &Path) -> Result<Vec<CurvePoint>, String> {
    store::check_regular(path).map_err(|err| err.to_string())?;
    curves::read_curve(path).map_err(|err| err.to_string())
}

fn write_prefs(path: &Path, text: &str) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        // What is wrong with the folder, the write says.
        let _ = crate::disk::create_folders(folder);
    }
    store::write_atomically(path, text.as_bytes())
}
