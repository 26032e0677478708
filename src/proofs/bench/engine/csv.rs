//! How fast a Kaggle `train.csv` is read, and by pandas where there is a Python that has it.

use super::super::error::BenchError;
use super::python;
use crate::data::{self, Dataset};
use crate::experiment::DataSource;
use serde::Deserialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Images of Kaggle's `train.csv`.
const IMAGES: usize = 42_000;
/// Attempts, of which the quickest counts. The others met something else that ran on the machine.
const ATTEMPTS: usize = 5;
/// The script that reads the same file with pandas.
const PANDAS: &str = include_str!("../../../../benches/peers/load_csv.py");

/// Figures of reading 42,000 rows.
#[derive(Clone, Debug)]
pub struct CsvFigures {
    /// Bytes of the file.
    pub bytes: u64,
    /// Seconds on one core.
    pub one_core: f64,
    /// Seconds on all cores.
    pub all_cores: f64,
    /// The figures of pandas on one core; none without a Python.
    pub pandas: Option<PandasFigures>,
}

/// What pandas takes for the same file.
#[derive(Clone, Debug, Deserialize)]
pub struct PandasFigures {
    /// The version of pandas.
    pub version: String,
    /// Seconds for the file.
    pub seconds: f64,
    /// Images that pandas found.
    images: usize,
    /// The sum of the images' pixels, to see that pandas read the same.
    sum: u64,
}

/// Writes MNIST images as a Kaggle `train.csv` and reads them, with this Python's pandas too.
///
/// # Errors
/// Where a file can't be written or read, or Python can't do its part.
pub fn csv(python: Option<&Path>) -> Result<CsvFigures, BenchError> {
    let folder = tempfile::tempdir()?;
    let mut file = folder.path().join("train.csv");
    let text = table()?;
    std::fs::write(&file, &text)?;
    let bytes = text.len() as u64;
    drop(text);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let one_core = quickest(&mut file, |file| one.install(|| load(file)))?;
    let pandas = python.map(|python| run_pandas(python, &file)).transpose()?;
    let all_cores = quickest(&mut file, load)?;
    if let Some(pandas) = &pandas {
        let dataset = load(&file)?;
        let sum: u64 = dataset.train.pixels.iter().map(|&p| u64::from(p)).sum();
        if (pandas.images, pandas.sum) != (IMAGES, sum) {
            return Err(BenchError::OtherImages);
        }
    }
    Ok(CsvFigures {
        bytes,
        one_core,
        all_cores,
        pandas,
    })
}

/// The text of a table in the form of Kaggle's.
fn table() -> Result<String, BenchError> {
    let mnist = data::load(&DataSource::Mnist)?;
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
    read: impl Fn(&Path) -> Result<Arc<Dataset>, BenchError>,
) -> Result<f64, BenchError> {
    let mut best = f64::INFINITY;
    for attempt in 0..ATTEMPTS {
        let renamed = file.with_file_name(format!("train-{attempt}.csv"));
        std::fs::rename(&*file, &renamed)?;
        *file = renamed;
        let start = Instant::now();
        let dataset = read(file)?;
        best = best.min(start.elapsed().as_secs_f64());
        if dataset.train.count() != IMAGES {
            return Err(BenchError::Images(dataset.train.count()));
        }
    }
    Ok(best)
}

fn load(file: &Path) -> Result<Arc<Dataset>, BenchError> {
    Ok(data::load(&DataSource::files(file.to_path_buf()))?)
}

fn run_pandas(python: &Path, file: &Path) -> Result<PandasFigures, BenchError> {
    python::run(
        python,
        PANDAS,
        &[file.as_os_str()],
        &[("OMP_NUM_THREADS", "1")],
    )
}
