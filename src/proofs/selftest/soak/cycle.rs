//! One run of the soak, and what a person does beside it.

use super::SoakFigures;
use super::error::SoakError;
use super::pen::Pen;
use crate::data::{self, TrainingData};
use crate::disk;
use crate::experiment::{BatchNorm, Experiment, Preset, Setting, Settings, TrainSize};
use crate::lab::devices::Devices;
use crate::lab::engine::{Command, Engine, Resume, RunEvent, Start, Update};
use crate::lab::estimate;
use crate::lab::export::{
    CurveRun, Scale, WeightsLayout, confusion, curves_csv, curves_svg, layers_text, matrix_csv,
    png, save, weights_file,
};
use crate::lab::inference::{Inference, Wanted, WeightsSource};
use crate::lab::run::{Run, RunId, RunState};
use crate::lab::store::{Checkpoint, KeepEpochs, Overwrite, RunPlace, RunStore, read_run};
use crate::lab::submission::{Copies, Submission, TestFile, predict};
use crate::training::device::DeviceChoice;
use crate::training::{EpochMetrics, StopReason};
use crossbeam_channel::TryRecvError;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A hand draws about twenty times a second.
const TICK: Duration = Duration::from_millis(50);
/// A thread that doesn't answer or end within this time has died.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Rows of the test file that is predicted.
const TEST_ROWS: usize = 100;
/// The ticks in which the reader of every third run reads nothing.
const DEAF: std::ops::Range<usize> = 8..28;
/// The tick at which every third run is stopped, to be taken up again.
const STOPPED_AT: usize = 30;
/// By this tick everything has been asked, and the run is brought to its end.
const ENDED_AT: usize = 40;
/// More epochs than any machine trains by then.
const EPOCHS: usize = 1_000;
/// Widths of the networks. Each is trained in three runs, then the next.
const WIDTHS: [f64; 3] = [0.25, 0.125, 0.375];

/// What all runs share, as in a window: the store, and the thread that answers drawings.
pub(super) struct Beside {
    store: RunStore,
    exports: PathBuf,
    test: PathBuf,
    inference: Inference,
    pen: Pen,
}

impl Beside {
    pub(super) fn start(folder: &Path) -> Result<Self, SoakError> {
        let exports = folder.join("exports");
        disk::create_folders(&exports)?;
        let test = folder.join("test.csv");
        disk::write_atomically(&test, test_csv()?.as_bytes())?;
        Ok(Self {
            store: RunStore::new(folder.join("runs")),
            exports,
            test,
            inference: Inference::start(|| {})?,
            pen: Pen::default(),
        })
    }

    /// Trains a run, does everything else meanwhile, checks that nothing was lost, and removes the
    /// run.
    pub(super) fn cycle(&mut self, figures: &mut SoakFigures) -> Result<(), SoakError> {
        let number = figures.runs;
        let experiment = Experiment::new(settings(number), Vec::new())?;
        let start = Start {
            experiment: experiment.clone(),
            device: DeviceChoice::Cpu,
            devices: Devices::cpu_only(),
            place: RunPlace::Store(self.store.clone()),
            keep: KeepEpochs::All,
            ticket: number as u64,
        };
        let engine = Engine::start(start, || {})?;
        let mut reader = Reader::new(engine, experiment);
        self.attend(&mut reader, number, figures)?;
        let mut run = reader.end()?;
        if run.state == RunState::Finished(StopReason::Stopped) {
            figures.resumed += 1;
            let resume = Resume {
                folder: run.folder.clone(),
                device: None,
                devices: Devices::cpu_only(),
                epochs: None,
                ticket: number as u64,
            };
            let engine = Engine::resume(resume, || {})?;
            let mut reader = Reader::of(engine, run);
            // With this number the run isn't stopped a second time.
            self.attend(&mut reader, 0, figures)?;
            run = reader.end()?;
        }
        self.inference.want(Wanted::default());
        let kept = read_run(&run.folder)?;
        compare(&kept, &run, figures)?;
        self.export(&kept, figures)?;
        self.store.delete(&run.id)?;
        disk::remove_folder(&self.store.bin())?;
        figures.runs += 1;
        Ok(())
    }

    /// Attends a run, tick by tick, until it is over: commands, strokes, and its updates.
    fn attend(
        &mut self,
        reader: &mut Reader,
        number: usize,
        figures: &mut SoakFigures,
    ) -> Result<(), SoakError> {
        let mut wanted = Wanted {
            weights: Some(WeightsSource::Newest {
                run: RunId(format!("soak {} {}", figures.runs, figures.resumed)),
                slot: reader.engine.weights().clone(),
            }),
            ..Wanted::default()
        };
        let mut due = Instant::now();
        let mut is_ending = false;
        for tick in 0.. {
            let mut commands = script(number, tick);
            // A run that stands still can't train another epoch before its number of epochs is set.
            if tick > ENDED_AT && !is_ending && reader.is_paused() {
                is_ending = true;
                let epochs = Setting::Epochs(reader.epochs() + 2);
                commands = vec![Command::Adjust(epochs), Command::Resume];
            }
            for command in commands {
                figures.pauses += usize::from(command == Command::Pause);
                // A run that is over by now hears nothing any more.
                let _ = reader.engine.send(command);
            }
            self.hear_answer(figures)?;
            let is_deaf = number % 3 == 1 && DEAF.contains(&tick);
            if !is_deaf && reader.read(figures)? {
                break;
            }
            if let Some(picture) = self.pen.draw(figures) {
                // A window whose tab Layers is open asks for the layers, too.
                wanted.layers = true;
                wanted.layers_picture = Some(picture.clone());
                wanted.picture = Some(picture);
                self.inference.want(wanted.clone());
            }
            due = (due + TICK).max(Instant::now());
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if reader.heard.elapsed() > PATIENCE {
                return Err(SoakError::Silent);
            }
        }
        self.pen.rest(figures);
        while self.pen.waits() {
            self.hear_answer(figures)?;
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn hear_answer(&mut self, figures: &mut SoakFigures) -> Result<(), SoakError> {
        let known = self.inference.known();
        if let Some(problem) = known.problem {
            return Err(SoakError::Inference(problem));
        }
        let answered = known.guess.map(|guess| guess.picture);
        self.pen.hear(answered.as_ref(), figures)
    }

    /// Writes every kind of file that can be made of a run.
    fn export(&self, run: &Run, figures: &mut SoakFigures) -> Result<(), SoakError> {
        let mut write = |name: &str, contents: &[u8]| {
            figures.exports += 1;
            let path = self.exports.join(name);
            save(&path, contents, Overwrite::Replace)
        };
        let drawn = CurveRun {
            run,
            color: [0, 90, 160],
        };
        let svg = curves_svg(&[drawn])?;
        write("curves.svg", svg.as_bytes())?;
        write("curves.png", &png(&svg, Scale::One)?)?;
        write("curves.csv", curves_csv(&[run]).as_bytes())?;
        let table = estimate::table(&run.settings_now()).ok_or(SoakError::NoTable)?;
        write("layers.txt", layers_text(&table).as_bytes())?;
        let best = Checkpoint::Best;
        let mut hear = |_, _| ControlFlow::Continue(());
        let (matrix, _) = confusion(run, best, DeviceChoice::Cpu, &mut hear)?;
        write("matrix.csv", matrix_csv(&matrix).as_bytes())?;
        let weights = weights_file(run, best, WeightsLayout::Keras)?;
        write("weights.safetensors", &weights)?;
        let runs = [(run.clone(), best), (run.clone(), Checkpoint::Last)];
        let test = TestFile::read(&self.test, &runs, &mut hear)?;
        let prediction = predict(
            &runs,
            Copies::NONE,
            &test.images,
            DeviceChoice::Cpu,
            &mut hear,
        );
        let submission = Submission::new(&prediction?, &test)?;
        let path = self.exports.join("submission.csv");
        submission.write(&path, Overwrite::Replace)?;
        figures.exports += 2;
        Ok(())
    }
}

/// Settings of a run of some seconds. The seeds, and so the images, differ from run to run.
fn settings(number: usize) -> Settings {
    let mut settings = Preset::Default.settings();
    settings.seed = number as u64;
    settings.data.split_seed = number as u64;
    settings.network.width = WIDTHS[number / 3 % WIDTHS.len()];
    settings.data.train_size = TrainSize::Count(2_000);
    settings.data.validation_size = 500;
    settings.training.epochs = EPOCHS;
    settings
}

/// The commands that run `number` gets at a tick.
fn script(number: usize, tick: usize) -> Vec<Command> {
    let adjust = |setting| vec![Command::Adjust(setting)];
    match tick {
        5 => vec![Command::Pause],
        9 => vec![Command::Resume],
        11 => adjust(Setting::Dropout(0.3)),
        13 => adjust(Setting::Augment(false)),
        15 => adjust(Setting::BatchNorm(BatchNorm::None)),
        17 => adjust(Setting::LearningRate(5e-4)),
        19 => adjust(Setting::BatchNorm(BatchNorm::Channels)),
        21 => adjust(Setting::TrainSize(TrainSize::Count(1_500))),
        23 => adjust(Setting::Epochs(EPOCHS - 1)),
        STOPPED_AT if number % 3 == 2 => vec![Command::Stop],
        // A person in a hurry gives several commands at once.
        32 => vec![Command::Pause, Command::Resume, Command::Pause],
        34 => vec![Command::Resume],
        ENDED_AT => vec![Command::Pause],
        _ => Vec::new(),
    }
}

/// A CSV of validation images in the form of Kaggle's test file.
fn test_csv() -> Result<String, SoakError> {
    let settings = settings(0);
    let dataset = data::load(&settings.data.source)?;
    let data = TrainingData::new(dataset, &settings.data, settings.seed)?;
    let names: Vec<String> = (0..28 * 28).map(|pixel| format!("pixel{pixel}")).collect();
    let mut csv = names.join(",") + "\n";
    for image in 0..TEST_ROWS {
        let values: Vec<String> = data
            .validation_image(image)
            .iter()
            .map(u8::to_string)
            .collect();
        // Writing to a string doesn't fail.
        let _ = writeln!(csv, "{}", values.join(","));
    }
    Ok(csv)
}

/// The reader of a run's updates, which does with them what a window does.
struct Reader {
    engine: Engine,
    experiment: Experiment,
    run: Option<Run>,
    /// When an update last came.
    heard: Instant,
}

impl Reader {
    fn new(engine: Engine, experiment: Experiment) -> Self {
        Self {
            engine,
            experiment,
            run: None,
            heard: Instant::now(),
        }
    }

    /// A reader of a run that is taken up again.
    fn of(engine: Engine, run: Run) -> Self {
        let experiment = run.experiment.clone();
        Self {
            run: Some(run),
            ..Self::new(engine, experiment)
        }
    }

    /// Takes in the updates that wait. True once the run is over.
    fn read(&mut self, figures: &mut SoakFigures) -> Result<bool, SoakError> {
        loop {
            let Update { event, .. } = match self.engine.updates().try_recv() {
                Ok(update) => update,
                Err(TryRecvError::Empty) => return Ok(false),
                Err(TryRecvError::Disconnected) => return Ok(true),
            };
            self.heard = Instant::now();
            if let (None, Some(created)) = (&self.run, self.engine.created()) {
                let experiment = self.experiment.clone();
                let run = Run::new(created.id, created.folder, created.created_secs, experiment);
                self.run = Some(run);
            }
            match &event {
                RunEvent::Failed { message, .. } => {
                    return Err(SoakError::Failed(message.clone()));
                }
                RunEvent::Warning(message) => return Err(SoakError::Warning(message.clone())),
                RunEvent::Changed(_) => figures.changes += 1,
                RunEvent::Epoch(_) => figures.epochs_told += 1,
                RunEvent::Progress { points, .. } => figures.batches_told += points.len(),
                _ => {}
            }
            if let Some(run) = &mut self.run {
                run.apply(event);
            }
        }
    }

    fn is_paused(&self) -> bool {
        let run = self.run.as_ref();
        run.is_some_and(|run| run.state == RunState::Paused)
    }

    /// The number of epochs that were told of.
    fn epochs(&self) -> usize {
        self.run.as_ref().map_or(0, |run| run.epochs.len())
    }

    /// Waits for the end of the training thread, and gives the run.
    fn end(self) -> Result<Run, SoakError> {
        if !self.engine.stop_and_wait(PATIENCE) {
            return Err(SoakError::TrainsOn);
        }
        self.run.ok_or(SoakError::NoFolder)
    }
}

/// Compares what came through the channel with what lies on the disk.
fn compare(kept: &Run, told: &Run, figures: &mut SoakFigures) -> Result<(), SoakError> {
    figures.epochs_kept += kept.epochs.len();
    figures.batches_kept += kept.batches.len();
    let lines = |epochs: &[EpochMetrics]| serde_json::to_string(epochs);
    if lines(&kept.epochs)? != lines(&told.epochs)? {
        return Err(SoakError::OtherEpochs);
    }
    let is_in_order = kept
        .epochs
        .iter()
        .zip(1..)
        .all(|(epoch, number)| epoch.epoch == number);
    let expected = told.settings_now().training.epochs;
    if !is_in_order || kept.epochs.len() != expected {
        let found = kept.epochs.len();
        return Err(SoakError::EpochsMissing { found, expected });
    }
    if kept.experiment != told.experiment {
        return Err(SoakError::OtherChanges);
    }
    Ok(())
}
