//! How fast a Kaggle `train.csv` is read, beside pandas where it is to be had.

use super::bench::python;
use crate::data::{self, Dataset};
use crate::experiment::DataSource;
use serde::Deserialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Images of Kaggle's `train.csv`.
const IMAGES: usize = 42_000;
/// Attempts, of which the quickest counts: the others met something else that ran.
const ATTEMPTS: usize = 5;
/// Reads the same file with pandas.
const PANDAS: &str = include_str!("../../benches/peers/load_csv.py");

/// Figures of reading 42,000 rows.
#[derive(Clone, Debug)]
pub struct CsvFigures {
    /// Bytes of the file.
    pub bytes: u64,
    /// Seconds on one core.
    pub one_core: f64,
    /// Seconds on all of them.
    pub all_cores: f64,
    /// pandas, on one core.
    pub pandas: Option<PandasFigures>,
}

/// What pandas takes for the same file.
#[derive(Clone, Debug, Deserialize)]
pub struct PandasFigures {
    /// Its version.
    pub version: String,
    /// Seconds.
    pub seconds: f64,
    /// Images that it found.
    images: usize,
    /// The sum of their pixels, to see that it read the same.
    sum: u64,
}

/// Writes MNIST images as a Kaggle `train.csv` and reads them, with this Python's pandas too.
///
/// # Errors
/// Where a file can't be written or read, or Python can't do its part, in words.
pub fn csv(python: Option<&Path>) -> Result<CsvFigures, String> {
    let folder = tempfile::tempdir().map_err(|err| err.to_string())?;
    let mut file = folder.path().join("train.csv");
    let text = table()?;
    std::fs::write(&file, &text).map_err(|err| err.to_string())?;
    let bytes = text.len() as u64;
    drop(text);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .map_err(|err| err.to_string())?;
    let one_core = quickest(&mut file, |file| one.install(|| load(file)))?;
    let pandas = python.map(|python| run_pandas(python, &file)).transpose()?;
    let all_cores = quickest(&mut file, load)?;
    if let Some(pandas) = &pandas {
        let dataset = load(&file)?;
        let sum: u64 = dataset.train.pixels.iter().map(|&p| u64::from(p)).sum();
        if (pandas.images, pandas.sum) != (IMAGES, sum) {
            return Err("pandas read other images than this program".into());
        }
    }
    Ok(CsvFigures {
        bytes,
        one_core,
        all_cores,
        pandas,
    })
}

/// The table, as Kaggle's has it.
fn table() -> Result<String, String> {
    let mnist = data::load(&DataSource::Mnist).map_err(|err| err.to_string())?;
    let mut text = String::from("label");
    for pixel in 0..mnist.image_len() {
        // Writing to a string doesn't fail.
        let _ = write!(text, ",pixel{pixel}");
    }
    text.push('\n');
    for index in 0..IMAGES {
        let _ = write!(text, "{}", mnist.train.labels[index]);
        for pixel in mnist.train.image(index) {
            let _ = write!(text, ",{pixel}");
        }
        text.push('\n');
    }
    Ok(text)
}

/// Seconds of the quickest attempt. The file is renamed before each, so that none is answered
/// from what the one before has read.
fn quickest(
    file: &mut PathBuf,
    read: impl Fn(&Path) -> Result<Arc<Dataset>, String>,
) -> Result<f64, String> {
    let mut best = f64::INFINITY;
    for attempt in 0..ATTEMPTS {
        let renamed = file.with_file_name(format!("train-{attempt}.csv"));
        std::fs::rename(&*file, &renamed).map_err(|err| err.to_string())?;
        *file = renamed;
        let start = Instant::now();
        let dataset = read(file)?;
        best = best.min(start.elapsed().as_secs_f64());
        if dataset.train.count() != IMAGES {
            return Err(format!("found {} images", dataset.train.count()));
        }
    }
    Ok(best)
}

fn load(file: &Path) -> Result<Arc<Dataset>, String> {
    data::load(&DataSource::files(file.to_path_buf())).map_err(|err| err.to_string())
}

fn run_pandas(python: &Path, file: &Path) -> Result<PandasFigures, String> {
    python::run(
        python,
        PANDAS,
        &[file.as_os_str()],
        &[("OMP_NUM_THREADS", "1")],
    )
}
