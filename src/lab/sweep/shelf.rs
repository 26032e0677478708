//! The sweeps of the window, which lie in the folder of the runs: `RUNS/sweeps/S1/sweep.json` and so on.
//! No run lies there, and readers of runs pass the folder over. Beside them lies `queue.json`, the runs
//! of these sweeps that wait ([`Waiting`]).

use super::cost::seconds_of;
use super::{FILE_NAME, Sweep, SweepError, Waiting};
use crate::disk;
use crate::lab::run::RunId;
use crate::lab::store::{
    RunLock, RunStore, StoreError, check_no_link, read_bounded_text, write_atomically,
};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of the sweeps within that of the runs.
pub const FOLDER: &str = "sweeps";
/// The file of the runs that wait.
const QUEUE: &str = "queue.json";
/// The folder of sweeps that were taken off the list.
const BIN: &str = ".bin";
/// The most bytes of that file.
const QUEUE_LIMIT: u64 = 4 << 20;

/// A sweep that lies in the folder of the runs, with what a list of its runs needs to know.
#[derive(Debug, PartialEq)]
pub struct Shelved {
    /// The name of the sweep's folder, such as `S1`.
    pub name: String,
    /// The sweep.
    pub sweep: Sweep,
    /// The name of each run in the store, by its number less one.
    runs: Vec<RunId>,
    /// Seconds that a run of each cell will take here; none where nobody can tell.
    seconds: Vec<Option<f64>>,
    /// The group that the runs of each cell belong to.
    groups: Vec<RunId>,
}

impl Shelved {
    /// A sweep that has this name.
    ///
    /// # Errors
    /// None that a sweep that was built has.
    pub fn new(name: String, sweep: Sweep) -> Result<Self, SweepError> {
        let jobs = sweep.jobs()?;
        let runs = jobs.iter().map(|job| RunId(job.identity.folder_name()));
        let cells = sweep.cells().iter();
        let data = sweep.data_sha256();
        let groups = sweep.cells().iter();
        Ok(Self {
            runs: runs.collect(),
            groups: groups.map(|cell| cell.group(data)).collect(),
            seconds: cells.map(|cell| seconds_of(cell.settings())).collect(),
            name,
            sweep,
        })
    }

    /// The name in the store of the run with this number, from 1.
    pub fn run(&self, number: usize) -> Option<&RunId> {
        self.runs.get(number.checked_sub(1)?)
    }

    /// The cell of a run and its place in the list of seeds, both from 0.
    fn place(&self, number: usize) -> (usize, usize) {
        let index = number.saturating_sub(1);
        let cells = self.sweep.cells().len().max(1);
        (index % cells, index / cells)
    }

    /// The group that a run belongs to, and its seed.
    pub fn group_and_seed(&self, number: usize) -> Option<(&RunId, u64)> {
        let (cell, _) = self.place(number);
        Some((self.groups.get(cell)?, self.seed(number)?))
    }

    fn seed(&self, number: usize) -> Option<u64> {
        let (_, seed) = self.place(number);
        self.sweep.seeds().get(seed).copied()
    }

    /// What a run is called in tables: `S1.3` is the run of the sweep S1 with seed 3. Where the sweep has
    /// several cells, `S2-4.3` is the one of its fourth cell.
    pub fn run_name(&self, number: usize) -> String {
        let (cell, _) = self.place(number);
        let seed = self.seed(number).unwrap_or_default();
        match self.sweep.cells().len() {
            1 => format!("{}.{seed}", self.name),
            _ => format!("{}-{}.{seed}", self.name, cell + 1),
        }
    }

    /// What a run is, in words: `seed 3, dropout 0.5`. The seed comes first, since it alone tells the runs of a
    /// combination apart.
    pub fn words(&self, number: usize) -> String {
        let (cell, _) = self.place(number);
        let seed = self.seed(number).unwrap_or_default();
        match self.sweep.cells() {
            [_] => format!("seed {seed}, {}", self.sweep.name()),
            cells => cells.get(cell).map_or_else(String::new, |cell| {
                format!("seed {seed}, {}", cell.in_words())
            }),
        }
    }

    /// Seconds that a run will take here, by the count of multiplications; none where nobody can tell.
    pub fn seconds(&self, number: usize) -> Option<f64> {
        let (cell, _) = self.place(number);
        self.seconds.get(cell).copied().flatten()
    }
}

/// Whether this process may write the list of the runs that wait.
#[derive(Debug)]
pub enum Claimed {
    /// This process may, as long as it keeps the lock.
    Ours(RunLock),
    /// Another process does: which one, in words.
    Theirs(String),
    /// There is no list yet, and nothing to lock.
    Nothing,
}

/// The folder of the sweeps of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The folder of the sweeps of a store, which is made with the first sweep.
    pub fn of(store: &RunStore) -> Self {
        Self {
            folder: store.folder().join(FOLDER),
        }
    }

    /// Takes the right to write the list of the runs that wait. A list has one writer: another window on the
    /// same store has its own runs in memory alone.
    ///
    /// # Errors
    /// Where the lock can't be made.
    pub fn claim(&self) -> Result<Claimed, StoreError> {
        if !self.folder.is_dir() {
            return Ok(Claimed::Nothing);
        }
        match RunLock::take(&self.folder) {
            Ok(lock) => Ok(Claimed::Ours(lock)),
            Err(StoreError::InUse { by, .. }) => Ok(Claimed::Theirs(by)),
            Err(err) => Err(err),
        }
    }

    /// The folder of a sweep by its name.
    pub fn folder_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Keeps a sweep under the next name, `S1`, `S2`, …, or finds it where it was kept before.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn keep(&self, sweep: Sweep) -> Result<Shelved, SweepError> {
        // Names in the bin aren't given again: runs are called by them.
        let in_bin = names_in(&self.folder.join(BIN)).into_iter();
        let mut number = in_bin.map(|(found, _)| found + 1).max().unwrap_or(1);
        for (found, name) in self.names() {
            number = number.max(found + 1);
            let is_same = Sweep::read(&self.folder_of(&name)).is_ok_and(|found| found == sweep);
            if is_same {
                return Shelved::new(name, sweep);
            }
        }
        disk::create_folders(&self.folder).map_err(refused(&self.folder))?;
        let name = loop {
            let name = format!("S{number}");
            let folder = self.folder_of(&name);
            match disk::create_folder(&folder) {
                Ok(()) => break name,
                // Another process was quicker and has that name.
                Err(err) if err.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(err) => return Err(refused(&folder)(err).into()),
            }
        };
        sweep.write(&self.folder_of(&name).join(FILE_NAME))?;
        Shelved::new(name, sweep)
    }

    /// Reads a sweep by its name.
    ///
    /// # Errors
    /// Where there is no such sweep, or its file isn't what it should be.
    pub fn read(&self, name: &str) -> Result<Shelved, SweepError> {
        let file = self.folder_of(name).join(FILE_NAME);
        if number_of(name).is_none() {
            return Err(SweepError::Malformed {
                message: format!("{name:?} is no name of a sweep, expected S1, S2, …"),
                path: self.queue_file(),
            });
        }
        Shelved::new(name.to_owned(), Sweep::read(&file)?)
    }

    /// Reads all sweeps, each with the name of its folder, the oldest first, and an error for each that can't
    /// be read.
    pub fn list(&self) -> (Vec<(String, Sweep)>, Vec<SweepError>) {
        let (mut sweeps, mut errors) = (Vec::new(), Vec::new());
        for (_, name) in self.names() {
            match Sweep::read(&self.folder_of(&name)) {
                Ok(sweep) => sweeps.push((name, sweep)),
                Err(err) => errors.push(err),
            }
        }
        (sweeps, errors)
    }

    /// Moves a sweep into the bin. Its runs stay.
    ///
    /// # Errors
    /// Where there is no such sweep, or it can't be moved.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let (from, bin) = (self.folder_of(name), self.folder.join(BIN));
        check_no_link(&bin)?;
        let moved = disk::create_folders(&bin).and_then(|()| disk::rename(&from, &bin.join(name)));
        moved.map_err(StoreError::io(
            "move the sweep into the bin",
            "check that the folder can be written",
            &from,
        ))
    }

    /// Moves a sweep back out of the bin.
    ///
    /// # Errors
    /// Where it can't be moved.
    pub fn restore(&self, name: &str) -> Result<(), StoreError> {
        let bin = self.folder.join(BIN);
        check_no_link(&bin)?;
        let from = bin.join(name);
        disk::rename(&from, &self.folder_of(name)).map_err(StoreError::io(
            "move the sweep out of the bin",
            "check that it is still there",
            &from,
        ))
    }

    /// Reads the runs that wait, and an error for each sweep that can't be read. Without a file nothing
    /// waits.
    pub fn read_waiting(&self) -> (Waiting, Vec<SweepError>) {
        let path = self.queue_file();
        if path.symlink_metadata().is_err() {
            return (Waiting::default(), Vec::new());
        }
        let text = match read_bounded_text(&path, QUEUE_LIMIT) {
            Ok(text) => text,
            Err(err) => return (Waiting::default(), vec![err.into()]),
        };
        match Waiting::parse(&text, &path, &mut |name| self.read(name).map(Arc::new)) {
            Ok(read) => read,
            Err(err) => (Waiting::default(), vec![err]),
        }
    }

    /// Writes the text of [`Waiting::to_json`], whole.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write_waiting(&self, text: &str) -> Result<(), StoreError> {
        disk::create_folders(&self.folder).map_err(refused(&self.folder))?;
        write_atomically(&self.queue_file(), text.as_bytes())
    }

    fn queue_file(&self) -> PathBuf {
        self.folder.join(QUEUE)
    }

    /// The names of the sweeps with their numbers, in order.
    fn names(&self) -> Vec<(u64, String)> {
        names_in(&self.folder)
    }
}

/// The names of the sweeps in a folder with their numbers, in order.
fn names_in(folder: &Path) -> Vec<(u64, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<(u64, String)> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| Some((number_of(&name)?, name)))
        .collect();
    names.sort_unstable();
    names
}

/// The number in the name of a sweep.
fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('S')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    is_plain.then(|| digits.parse().ok()).flatten()
}

fn refused(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    move |source| StoreError::Io {
        action: "make the sweep's folder",
        mend: "check that the folder can be written and that the disk is not full",
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::planned;
    use super::*;

    #[test]
    fn a_sweep_is_kept_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = RunStore::new(folder.path().to_path_buf());
        let shelf = Shelf::of(&store);
        let plain = planned(&[], &[1, 2]).unwrap();
        let varied = planned(&["dropout=0,0.5"], &[7]).unwrap();
        let name = |sweep: &Sweep| shelf.keep(sweep.clone()).unwrap().name;
        assert_eq!([name(&plain), name(&varied)], ["S1", "S2"]);
        assert_eq!([name(&varied), name(&plain)], ["S2", "S1"]);
        let read = shelf.read("S2").unwrap();
        assert_eq!(read.sweep, varied);
        assert_eq!([read.run_name(1), read.run_name(2)], ["S2-1.7", "S2-2.7"]);
        assert_eq!(read.words(2), "seed 7, dropout 0.5");
        assert_eq!(shelf.read("S1").unwrap().run_name(2), "S1.2");
        let (listed, errors) = shelf.list();
        let listed: Vec<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((listed, errors.len()), (vec!["S1", "S2"], 0));
        // The list has one writer at a time.
        let claimed = shelf.claim().unwrap();
        assert!(matches!(claimed, Claimed::Ours(_)));
        assert!(matches!(shelf.claim().unwrap(), Claimed::Theirs(_)));
        drop(claimed);
        assert!(matches!(shelf.claim().unwrap(), Claimed::Ours(_)));
        // A sweep that was taken off the list comes back, and its name isn't given to another.
        shelf.remove("S2").unwrap();
        assert_eq!(shelf.list().0.len(), 1);
        let other = planned(&["dropout=0,0.3"], &[7]).unwrap();
        assert_eq!(name(&other), "S3");
        shelf.restore("S2").unwrap();
        assert_eq!(shelf.read("S2").unwrap().sweep, varied);
        assert!(shelf.remove("S9").is_err());
        shelf.remove("S3").unwrap();
        // The folder of the sweeps is no run.
        assert!(store.read_all().0.is_empty());
        for name in ["S3", "S01", "../S1", "", "queue.json"] {
            assert!(shelf.read(name).is_err(), "{name}");
        }
    }
}
