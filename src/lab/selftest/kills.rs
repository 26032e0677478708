//! Runs killed at random moments and resumed, each until it is through; then every file is what
//! the run that nobody killed left.

use crate::disk;
use crate::experiment::{
    Augmentation, BatchNorm, Change, Experiment, Preset, Setting, Stream, TrainSize,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that isn't through after so many kills has been unlucky enough.
const MOST_KILLS: usize = 30;

/// What was tried and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KillFigures {
    /// Kills.
    pub kills: usize,
    /// Those before the run had a folder that is a run: it was started anew.
    pub before_the_start: usize,
    /// Runs that came through and are the same as the undisturbed one.
    pub runs: usize,
    /// The most kills that one of them survived.
    pub most: usize,
}

/// How the program is started.
pub struct Killed<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments before the command's.
    pub before: &'a [OsString],
    /// An empty folder to work in.
    pub folder: &'a Path,
    /// Where the moments come from.
    pub seed: u64,
}

/// Kills runs of the program, `count` times at least, and resumes them. `told` hears the figures
/// after each run.
///
/// # Errors
/// The first thing that isn't as it would be without the kills, in words.
pub fn kills(
    killed: &Killed<'_>,
    count: usize,
    mut told: impl FnMut(KillFigures),
) -> Result<KillFigures, String> {
    let experiment = killed.folder.join("experiment.json");
    disk::write_atomically(&experiment, self::experiment()?.to_json().as_bytes())
        .map_err(|err| err.to_string())?;
    let whole = killed.folder.join("undisturbed");
    let start = Instant::now();
    let mut child = killed.train(&whole, Some(&experiment))?;
    let status = child.wait().map_err(|err| err.to_string())?;
    if !status.success() {
        return Err(format!("the undisturbed run ended with {status}"));
    }
    let duration = start.elapsed();
    let expected = files(&whole)?;
    let mut moments = Stream::weights(killed.seed, 0);
    let mut figures = KillFigures::default();
    while figures.kills < count {
        let folder = killed.folder.join(format!("run {}", figures.runs + 1));
        let mut kills = 0;
        let mut is_begun = false;
        loop {
            let mut child = killed.train(&folder, (!is_begun).then_some(&experiment))?;
            // Some die at once, most somewhere on their way.
            let share = f64::from(moments.unit()) * 0.6;
            let is_through =
                kills >= MOST_KILLS || !kill_after(&mut child, duration.mul_f64(share))?;
            if is_through {
                let status = child.wait().map_err(|err| err.to_string())?;
                if !status.success() {
                    return Err(format!("after {kills} kills the run ended with {status}"));
                }
                break;
            }
            kills += 1;
            is_begun = folder.join("experiment.json").is_file();
            if !is_begun {
                figures.before_the_start += 1;
                // A folder without an experiment is no run.
                let _ = disk::remove_folder(&folder);
            }
        }
        same(&expected, &files(&folder)?).map_err(|what| format!("after {kills} kills, {what}"))?;
        disk::remove_folder(&folder).map_err(|err| err.to_string())?;
        figures.kills += kills;
        figures.runs += 1;
        figures.most = figures.most.max(kills);
        told(figures);
    }
    Ok(figures)
}

impl Killed<'_> {
    /// Trains into a folder, or goes on with what is there.
    fn train(&self, folder: &Path, experiment: Option<&PathBuf>) -> Result<Child, String> {
        let mut command = Command::new(self.program);
        command.args(self.before).arg("train");
        match experiment {
            Some(experiment) => command.arg("--experiment").arg(experiment).arg("--out"),
            None => command.arg("--resume"),
        };
        command
            .arg(folder)
            .args(["--device", "cpu", "--json"])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|err| format!("{}: {err}", self.program.display()))
    }
}

/// Whether it was still there to be killed.
fn kill_after(child: &mut Child, delay: Duration) -> Result<bool, String> {
    std::thread::sleep(delay);
    if child.try_wait().map_err(|err| err.to_string())?.is_some() {
        return Ok(false);
    }
    child.kill().map_err(|err| err.to_string())?;
    let status = child.wait().map_err(|err| err.to_string())?;
    Ok(!status.success())
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

/// What a run's folder holds, but for times and who wrote it when.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found).map_err(|err| format!("{}: {err}", folder.display()))?;
    for name in ["lock", "summary.json", "label.json"] {
        found.remove(Path::new(name));
    }
    // The state before is older or newer by the moment; it is read where it is needed.
    found.retain(|name, _| !name.to_string_lossy().contains("state"));
    let metrics = Path::new("metrics.jsonl");
    if let Some(lines) = found.get_mut(metrics) {
        *lines = without_times(lines).ok_or("metrics.jsonl is not as it should be")?;
    }
    Ok(found)
}

fn collect(
    root: &Path,
    folder: &Path,
    found: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path);
            found.insert(name.to_path_buf(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn without_times(lines: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    for line in std::str::from_utf8(lines).ok()?.split_inclusive('\n') {
        let mut metrics: Value = serde_json::from_str(line.strip_suffix('\n')?).ok()?;
        let fields = metrics.as_object_mut()?;
        for time in ["seconds", "samples_per_second", "waiting_secs"] {
            fields.remove(time);
        }
        kept.extend(metrics.to_string().into_bytes());
        kept.push(b'\n');
    }
    Some(kept)
}

fn same(
    expected: &BTreeMap<PathBuf, Vec<u8>>,
    found: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), String> {
    for name in expected.keys().chain(found.keys()) {
        match (expected.get(name), found.get(name)) {
            (Some(expected), Some(found)) if expected == found => {}
            (Some(_), Some(_)) => return Err(format!("{} differs", name.display())),
            (Some(_), None) => return Err(format!("{} is missing", name.display())),
            (None, _) => return Err(format!("{} is left behind", name.display())),
        }
    }
    Ok(())
}
