//! Runs killed at random moments and resumed, each until it is through; then every file is what
//! the run that nobody killed left.

mod folder;

use crate::disk;
use crate::experiment::{
    Augmentation, BatchNorm, Change, Experiment, Preset, Setting, Stream, TrainSize,
};
use folder::{Outcome, epochs, has_state, is_run, is_through, is_within_save};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that isn't through after so many kills has been unlucky enough.
const MOST_KILLS: usize = 30;
/// Between two looks at a run that is to be killed.
const LOOK_EVERY: Duration = Duration::from_micros(300);
/// A run that takes so many times as long as the undisturbed one hangs.
const PATIENCE: u32 = 60;

/// What was tried and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KillFigures {
    /// Kills.
    pub kills: usize,
    /// Those before there was a run: it was started anew.
    pub before_the_run: usize,
    /// Those of a run that had no state yet.
    pub before_the_state: usize,
    /// Those that left something half written.
    pub within_a_save: usize,
    /// Those after the last epoch's figures were kept.
    pub at_the_end: usize,
    /// How often a run was taken up again.
    pub resumed: usize,
    /// Runs that came through.
    pub runs: usize,
    /// The most kills of one of them.
    pub most: usize,
    /// What is not as the undisturbed run left it, a line for each run of which that is so.
    pub differences: Vec<String>,
}

/// How the program is started.
pub struct Killed<'a> {
    /// The program.
    pub program: &'a Path,
    /// An empty folder to work in. Runs that differ stay there.
    pub folder: &'a Path,
    /// Where the moments come from.
    pub seed: u64,
}

/// The run that nobody kills.
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
) -> Result<KillFigures, String> {
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
            Ok(()) => disk::remove_folder(&folder).map_err(|err| err.to_string())?,
            Err(what) => figures
                .differences
                .push(format!("{what}, after {kills} kills: {}", folder.display())),
        }
        told(&figures);
    }
    Ok(figures)
}

impl Killed<'_> {
    fn whole(&self) -> Result<Whole, String> {
        let experiment = self.folder.join("experiment.json");
        disk::write_atomically(&experiment, self::experiment()?.to_json().as_bytes())
            .map_err(|err| err.to_string())?;
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

    /// One run, killed and resumed until it is through.
    fn through(
        &self,
        folder: &Path,
        whole: &Whole,
        moments: &mut Stream,
        figures: &mut KillFigures,
    ) -> Result<(), String> {
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
                // The same command begins it anew, whatever lies there.
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

    /// Trains into a folder, or goes on with what is there.
    fn train(
        &self,
        folder: &Path,
        experiment: Option<&PathBuf>,
        pause: Duration,
    ) -> Result<Child, String> {
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
            .map_err(|err| format!("{}: {err}", self.program.display()))
    }
}

/// When a process is killed.
enum Moment {
    /// After so much of the undisturbed run's time.
    After(f64),
    /// At the first write that is under way after that.
    InSave(f64),
    /// This long after the last epoch's figures were kept.
    AtTheEnd(Duration),
    /// It is let through.
    Never,
}

impl Moment {
    /// All over a run: a good part of them in its first moments, in saves and at its end.
    fn draw(stream: &mut Stream) -> Self {
        let (kind, share) = (stream.unit(), f64::from(stream.unit()));
        match kind {
            ..0.15 => Self::After(0.15 * share),
            ..0.5 => Self::After(0.6 * share),
            // The first saves of a process as often as those later on.
            ..0.85 => Self::InSave(0.6 * share * share),
            _ => Self::AtTheEnd(Duration::from_secs_f64(0.05 * share)),
        }
    }

    /// Waits for the moment and kills. False where the process had ended by then.
    fn kill(&self, child: &mut Child, folder: &Path, whole: &Whole) -> Result<bool, String> {
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
            if child.try_wait().map_err(|err| err.to_string())?.is_some() {
                return Ok(false);
            }
            if is_now {
                break;
            }
            if start.elapsed() > whole.duration * PATIENCE {
                // It may have ended by itself just now.
                let _ = child.kill();
                return Err(format!("a run hangs: {}", folder.display()));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        child.kill().map_err(|err| err.to_string())?;
        let status = child.wait().map_err(|err| err.to_string())?;
        // With a code it was quicker than the kill.
        Ok(status.code().is_none())
    }
}

/// Waits for a process that nobody killed.
fn ended_well(child: Child) -> Result<(), String> {
    let output = child.wait_with_output().map_err(|err| err.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("a run ended with {}: {said}", output.status))
}

/// Noise, augmentation, dropout, batch norm that goes and comes, sizes that change.
fn experiment() -> Result<Experiment, String> {
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
    Experiment::new(settings, changes).map_err(|err| err.to_string())
}
