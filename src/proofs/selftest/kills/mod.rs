//! Runs are killed at random moments and resumed, each until it is through. Then every file must be
//! the same as that of a run that nobody killed.

pub(super) mod command;
pub(super) mod error;
pub(super) mod folder;

use crate::disk;
use crate::experiment::{
    Augmentation, BatchNorm, Change, Experiment, Preset, Setting, Stream, TrainSize,
};
pub use error::KillsError;
use folder::{Outcome, epochs, has_state, is_run, is_through, is_within_save};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// After so many kills a run is let through.
const MOST_KILLS: usize = 30;
/// The time between two looks at a run that is to be killed.
const LOOK_EVERY: Duration = Duration::from_micros(300);
/// A run that takes so many times as long as the undisturbed one hangs.
const PATIENCE: u32 = 60;

/// What was tried and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KillFigures {
    /// Kills so far.
    pub kills: usize,
    /// Kills before there was a run, which was started anew.
    pub before_the_run: usize,
    /// Kills of a run that had no state yet.
    pub before_the_state: usize,
    /// Kills that left something half written.
    pub within_a_save: usize,
    /// Kills after the last epoch's figures were kept.
    pub at_the_end: usize,
    /// How often a run was taken up again.
    pub resumed: usize,
    /// Runs that came through.
    pub runs: usize,
    /// The most kills of one run.
    pub most: usize,
    /// How runs differ from the undisturbed one, a line for each run that does.
    pub differences: Vec<String>,
}

/// How the program is started.
pub struct Killed<'a> {
    /// The program.
    pub program: &'a Path,
    /// An empty folder to work in. Runs that differ stay there.
    pub folder: &'a Path,
    /// The seed of the random moments.
    pub seed: u64,
}

/// The run that nobody kills, with which the others are compared.
struct Whole {
    experiment: PathBuf,
    outcome: Outcome,
    duration: Duration,
    epochs: usize,
}

/// Kills runs of the program, `count` times at least, and resumes them. `told` hears the figures
/// after each run.
///
/// # Errors
/// Where the program can't be started, or one that wasn't killed doesn't end well.
pub fn kills(
    killed: &Killed<'_>,
    count: usize,
    mut told: impl FnMut(&KillFigures),
) -> Result<KillFigures, KillsError> {
    let whole = killed.whole()?;
    let mut moments = Stream::weights(killed.seed, 0);
    let mut figures = KillFigures::default();
    while figures.kills < count {
        let folder = killed.folder.join(format!("run {}", figures.runs + 1));
        let before = figures.kills;
        killed.through(&folder, &whole, &mut moments, &mut figures)?;
        let kills = figures.kills - before;
        figures.runs += 1;
        figures.most = figures.most.max(kills);
        match Outcome::read(&folder).and_then(|found| whole.outcome.is(&found)) {
            Ok(()) => disk::remove_folder(&folder)?,
            Err(what) => figures
                .differences
                .push(format!("{what}, after {kills} kills: {}", folder.display())),
        }
        told(&figures);
    }
    Ok(figures)
}

impl Killed<'_> {
    fn whole(&self) -> Result<Whole, KillsError> {
        let experiment = self.folder.join("experiment.json");
        disk::write_atomically(&experiment, self::experiment()?.to_json().as_bytes())?;
        let folder = self.folder.join("undisturbed");
        let start = Instant::now();
        ended_well(self.train(&folder, Some(&experiment), Duration::ZERO)?)?;
        Ok(Whole {
            experiment,
            duration: start.elapsed(),
            epochs: epochs(&folder),
            outcome: Outcome::read(&folder)?,
        })
    }

    /// Kills and resumes one run until it is through.
    fn through(
        &self,
        folder: &Path,
        whole: &Whole,
        moments: &mut Stream,
        figures: &mut KillFigures,
    ) -> Result<(), KillsError> {
        for kills in 0.. {
            let experiment = (!is_run(folder)).then_some(&whole.experiment);
            figures.resumed += usize::from(experiment.is_none());
            // Every other process holds up each step of writing.
            let pause = Duration::from_micros(if moments.unit() < 0.5 { 0 } else { 3_000 });
            let mut child = self.train(folder, experiment, pause)?;
            let moment = if kills < MOST_KILLS {
                Moment::draw(moments)
            } else {
                Moment::Never
            };
            if !moment.kill(&mut child, folder, whole)? {
                return ended_well(child);
            }
            figures.kills += 1;
            if !is_run(folder) {
                // The same command begins the run anew, whatever lies in the folder.
                figures.before_the_run += 1;
                continue;
            }
            figures.within_a_save += usize::from(is_within_save(folder));
            figures.before_the_state += usize::from(!has_state(folder));
            figures.at_the_end += usize::from(epochs(folder) >= whole.epochs);
            if is_through(folder) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Starts a process that trains a new run into a folder, or without an experiment goes on with
    /// the run there.
    fn train(
        &self,
        folder: &Path,
        experiment: Option<&PathBuf>,
        pause: Duration,
    ) -> Result<Child, KillsError> {
        let mut command = Command::new(self.program);
        command.arg("train");
        match experiment {
            Some(experiment) => command.arg("--experiment").arg(experiment).arg("--out"),
            None => command.arg("--resume"),
        };
        command.arg(folder).args(["--device", "cpu", "--json"]);
        if !pause.is_zero() {
            command.arg("--pause-writes");
            command.arg(pause.as_millis().to_string());
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| KillsError::Start {
                program: self.program.to_path_buf(),
                source,
            })
    }
}

/// When a process is killed.
enum Moment {
    /// After this share of the undisturbed run's time.
    After(f64),
    /// At the first write that is under way after that.
    InSave(f64),
    /// This long after the figures of the last epoch were kept.
    AtTheEnd(Duration),
    /// Never: the process is let through.
    Never,
}

impl Moment {
    /// Draws a moment. Moments lie all over a run, and a good part of them in its first moments, in
    /// saves and at its end.
    fn draw(stream: &mut Stream) -> Self {
        let (kind, share) = (stream.unit(), f64::from(stream.unit()));
        match kind {
            ..0.15 => Self::After(0.15 * share),
            ..0.5 => Self::After(0.6 * share),
            // The square makes the first saves of a process as likely as the later ones.
            ..0.85 => Self::InSave(0.6 * share * share),
            _ => Self::AtTheEnd(Duration::from_secs_f64(0.05 * share)),
        }
    }

    /// Waits for the moment and kills the process. False where the process had ended by then.
    fn kill(&self, child: &mut Child, folder: &Path, whole: &Whole) -> Result<bool, KillsError> {
        let start = Instant::now();
        let is_after = |share: f64| start.elapsed() >= whole.duration.mul_f64(share);
        let mut ended = None;
        loop {
            let is_now = match *self {
                Self::After(share) => is_after(share),
                Self::InSave(share) => is_after(share) && is_within_save(folder),
                Self::AtTheEnd(delay) => {
                    let is_there = epochs(folder) >= whole.epochs;
                    let ended = is_there.then(|| *ended.get_or_insert_with(Instant::now));
                    ended.is_some_and(|ended| ended.elapsed() >= delay)
                }
                Self::Never => false,
            };
            if child.try_wait()?.is_some() {
                return Ok(false);
            }
            if is_now {
                break;
            }
            if start.elapsed() > whole.duration * PATIENCE {
                // A process that has ended by itself just now can't be killed, and needn't be.
                let _ = child.kill();
                return Err(KillsError::Hangs(folder.to_path_buf()));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        child.kill()?;
        let status = child.wait()?;
        // A process that has an exit code has ended before the kill.
        Ok(status.code().is_none())
    }
}

/// Waits for a process that nobody killed.
fn ended_well(child: Child) -> Result<(), KillsError> {
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(KillsError::EndedBadly {
        status: output.status,
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The experiment of all runs: label noise, augmentation, dropout, batch norm that goes and comes, a
/// training-set size that changes.
fn experiment() -> Result<Experiment, KillsError> {
    let mut settings = Preset::Default.settings();
    settings.network.width = 0.125;
    settings.data.train_size = TrainSize::Count(400);
    settings.data.validation_size = 200;
    settings.data.label_noise = 0.1;
    settings.augmentation = Augmentation::ARTICLE;
    settings.regularization.early_stopping = Some(6);
    settings.training.batch_size = 16;
    settings.training.epochs = 8;
    let at = |epoch, batch, to| Change {
        epoch,
        batch,
        ..Change::at_epoch(epoch, to)
    };
    let changes = vec![
        at(2, 3, Setting::BatchNorm(BatchNorm::None)),
        at(3, 1, Setting::TrainSize(TrainSize::Count(300))),
        at(4, 5, Setting::BatchNorm(BatchNorm::Channels)),
        at(5, 2, Setting::Dropout(0.1)),
        at(6, 7, Setting::Augment(false)),
    ];
    Ok(Experiment::new(settings, changes)?)
}
