//! What must hold for each kind of file, whatever its bytes are: there is no panic and no abort, and
//! what is read is the same once it has been written and read again. A broken property is a panic.

use super::Outcome;
use crate::data::drawing::{Placement, prepare};
use crate::data::reading::{RunReading, try_out};
use crate::data::{
    DataError, Dataset, ForNetwork, Taken, forget_last, idx, load, read_test, read_test_csv,
};
use crate::experiment::{DataSource, Experiment, ImageSize, PictureReading};
use crate::lab::store::{parse_batches, parse_metrics};
use crate::lab::sweep::{MOST_RUNS, Sweep};
use crate::lab::verdict::{CurvePoint, verdict};
use crate::model::{NetworkSpec, layer_table, weights as files};
use crate::training::EpochMetrics;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Labels that lie beside the images of `idx`.
const LABELS: usize = 40;

/// Reads bytes as IDX images, as IDX labels, and as the images of a folder.
pub fn idx(bytes: &[u8], folder: &Path) -> Outcome {
    if let Ok(images) = idx::read_images("images", bytes) {
        let sizes = [images.count(), images.rows, images.columns];
        assert_eq!(sizes.iter().product::<usize>(), images.pixels.len());
        let again = idx::read_images("again", &idx_file(0x803, &sizes, &images.pixels));
        assert_eq!(again, Ok(images), "images differ once written");
    }
    if let Ok(labels) = idx::read_labels("labels", bytes, LABELS, 10) {
        assert!(labels.len() == LABELS && labels.iter().all(|label| *label < 10));
    }
    write(&folder.join("train-images-idx3-ubyte"), bytes);
    let labels: Vec<u8> = (0..LABELS as u8).map(|image| image % 4).collect();
    let labels = idx_file(0x801, &[LABELS], &labels);
    write(&folder.join("train-labels-idx1-ubyte"), &labels);
    check_to_predict(folder, folder, ImageSize::square(6));
    outcome(&data(folder, folder))
}

fn idx_file(magic: u32, sizes: &[usize], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    for size in sizes {
        bytes.extend((*size as u32).to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

/// Reads bytes as a table to train with.
pub fn train_csv(bytes: &[u8], folder: &Path) -> Outcome {
    let file = folder.join("train.csv");
    write(&file, bytes);
    let read = data(&file, &file);
    if let Ok(dataset) = &read {
        let labels = dataset.train.labels.iter();
        let names = labels.map(|&label| dataset.classes[usize::from(label)].clone());
        let images = names.zip(0..).map(|(name, index)| {
            let pixels = dataset.train.image(index);
            (Some(name), pixels.to_vec())
        });
        write(&file, csv(dataset.size, images).as_bytes());
        // What was done to the file isn't done again.
        let plain = |dataset: &Dataset| Dataset {
            taken: Taken::default(),
            ..dataset.clone()
        };
        let again = data(&file, &file).map(|again| plain(&again));
        assert_eq!(again, Ok(plain(dataset)), "the table differs once written");
    }
    outcome(&read)
}

/// Reads bytes as a table to predict.
pub fn test_csv(bytes: &[u8], folder: &Path) -> Outcome {
    let file = folder.join("test.csv");
    let read = |bytes: &[u8]| {
        write(&file, bytes);
        read_test_csv(&file, &mut |_| ControlFlow::Continue(()))
    };
    let table = match read(bytes) {
        Ok(table) => table,
        Err(err) => {
            check_error(&err, &file);
            return Outcome::Refused;
        }
    };
    let test = table.images;
    if let Some(ids) = table.ids {
        assert_eq!(ids.ids.len(), test.count());
    }
    if let Some(labels) = table.labels {
        assert_eq!(labels.labels.len(), test.count());
        let classes = labels.names.len();
        assert!(
            labels
                .labels
                .iter()
                .all(|label| usize::from(*label) < classes)
        );
    }
    let images = (0..test.count()).map(|index| (None, test.image(index).to_vec()));
    let again = read(csv(test.size, images).as_bytes());
    let again = again.map(|again| again.images);
    assert_eq!(again, Ok(test), "the table differs once written");
    Outcome::Read
}

/// The CSV of some images of so many rows and columns, with a column of labels where they have
/// labels.
fn csv(
    ImageSize { rows, columns }: ImageSize,
    images: impl Iterator<Item = (Option<String>, Vec<u8>)>,
) -> String {
    let mut images = images.peekable();
    let has_labels = images.peek().is_some_and(|(label, _)| label.is_some());
    let label = has_labels.then(|| "label".to_owned());
    let names = (0..rows * columns).map(|pixel| match rows == columns {
        true => format!("pixel{pixel}"),
        false => format!("r{}c{}", pixel / columns, pixel % columns),
    });
    let header: Vec<String> = label.into_iter().chain(names).collect();
    let mut text = header.join(",") + "\n";
    for (label, pixels) in images {
        let label = label.map(|label| format!("\"{}\"", label.replace('"', "\"\"")));
        let values = pixels.iter().map(u8::to_string);
        let row: Vec<String> = label.into_iter().chain(values).collect();
        text += &(row.join(",") + "\n");
    }
    text
}

/// Reads bytes as a picture for the canvas, and as one of a folder of pictures.
pub fn picture(bytes: &[u8], _: &Path) -> Outcome {
    let (picture, image) = match try_out(bytes, ImageSize::new(28, 20)) {
        Ok(read) => read,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    assert_eq!(image.len(), 28 * 20);
    assert!(picture.rows <= 1024 && picture.columns <= 1024);
    assert_eq!(picture.pixels.len(), picture.rows * picture.columns);
    for placement in [Placement::Centred, Placement::AsDrawn] {
        assert_eq!(
            prepare(&picture, placement, ImageSize::new(28, 20)).len(),
            28 * 20
        );
    }
    Outcome::Read
}

/// Reads bytes as an experiment file.
pub fn experiment(bytes: &[u8], _: &Path) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let experiment = match Experiment::from_json(&text) {
        Ok(experiment) => experiment,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    let again = Experiment::from_json(&experiment.to_json());
    assert!(
        again.is_ok_and(|again| again == experiment),
        "the experiment differs once written"
    );
    for settings in [experiment.settings(), &experiment.final_settings()] {
        let source = &settings.data.source;
        let known = source.known_image_size().zip(source.known_classes());
        if let Some((size, classes)) = known {
            // Settings that pass the check build a network.
            let spec = NetworkSpec::new(settings, size, classes);
            let spec = spec.unwrap_or_else(|err| panic!("{err}: {settings:?}"));
            assert!(layer_table(&spec).parameters > 0);
        }
    }
    Outcome::Read
}

/// Reads bytes as `metrics.jsonl`.
pub fn metrics(bytes: &[u8], _: &Path) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let metrics = match parse_metrics(&text) {
        Ok(metrics) => metrics,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    let line = |epoch: &EpochMetrics| serde_json::to_string(epoch).unwrap_or_default() + "\n";
    let written: String = metrics.epochs.iter().map(line).collect();
    let again = parse_metrics(&written).unwrap_or_else(|err| panic!("not read again: {err}"));
    let again: String = again.epochs.iter().map(line).collect();
    assert_eq!(again, written, "the metrics differ once written");
    judge(&metrics.epochs.iter().map(point).collect::<Vec<_>>());
    Outcome::Read
}

fn point(metrics: &EpochMetrics) -> CurvePoint {
    CurvePoint::measured(
        metrics.epoch,
        [
            metrics.train_loss,
            metrics.train_accuracy,
            metrics.validation_loss,
            metrics.validation_accuracy,
        ],
    )
}

pub(super) fn judge(points: &[CurvePoint]) {
    for validation_size in [0, 100, usize::MAX] {
        let verdict = verdict(points, validation_size);
        assert!(!verdict.sentence.is_empty());
    }
}

/// Reads bytes as `batches.csv`.
pub fn batches(bytes: &[u8], _: &Path) -> Outcome {
    let points = parse_batches(bytes);
    assert!(points.iter().all(|point| point.epoch.is_finite()));
    assert!(points.windows(2).all(|two| two[0].step <= two[1].step));
    let mut text = String::from("epoch,step,loss,accuracy\n");
    for point in &points {
        let figures = (point.epoch, point.step, point.loss, point.accuracy);
        text += &format!("{},{},{},{}\n", figures.0, figures.1, figures.2, figures.3);
    }
    let again = parse_batches(text.as_bytes());
    assert_eq!(
        format!("{again:?}"),
        format!("{points:?}"),
        "the batches differ once written"
    );
    if points.is_empty() {
        Outcome::Refused
    } else {
        Outcome::Read
    }
}

/// Reads bytes as a file of weights.
pub fn weights(bytes: &[u8], _: &Path) -> Outcome {
    let weights = match files::from_bytes(bytes) {
        Ok(weights) => weights,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    assert_eq!(files::read_spec(bytes).ok().as_ref(), Some(weights.spec()));
    let count: usize = weights.tensors().iter().map(Vec::len).sum();
    assert!(4 * count <= bytes.len(), "more weights than bytes");
    let written = files::to_bytes(&weights).unwrap_or_else(|err| panic!("not written: {err}"));
    let again = files::from_bytes(&written).unwrap_or_else(|err| panic!("not read again: {err}"));
    assert_eq!(again, weights, "the weights differ once written");
    Outcome::Read
}

/// Reads data of the user's own, which must be sound or refused with an error that names the file
/// or the folder.
pub(super) fn data(path: &Path, named: &Path) -> Result<Arc<Dataset>, DataError> {
    forget_last();
    let read = load(&DataSource::files(path.to_path_buf()));
    match &read {
        Ok(dataset) => assert_eq!(dataset.check(), Ok(())),
        Err(err) => check_error(err, named),
    }
    read
}

/// Reads images to predict for a network of this size: what is read must be sound, or refused with an error
/// that names the file.
pub(super) fn check_to_predict(path: &Path, named: &Path, size: ImageSize) {
    let reading = RunReading {
        pictures: PictureReading::OLDER,
        ..RunReading::MNIST
    };
    let network = ForNetwork::new(reading, size);
    match read_test(path, &network, &mut |_| ControlFlow::Continue(())) {
        Ok(read) => {
            let count = read.table.images.count();
            assert!(count > 0, "no images were read");
            assert!(read.table.ids.is_none_or(|ids| ids.ids.len() == count));
            assert!(read.table.labels.is_none_or(|it| {
                let classes = it.names.len();
                it.labels.len() == count
                    && it.labels.iter().all(|label| usize::from(*label) < classes)
            }));
        }
        Err(err) => check_error(&err, named),
    }
}

pub(super) fn outcome<T, E>(result: &Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Outcome::Read,
        Err(_) => Outcome::Refused,
    }
}

/// Checks that an error says something, names the file, and isn't endless.
pub(super) fn check_error(err: &DataError, named: &Path) {
    let message = err.to_string();
    check_message(&message);
    let named = named.display().to_string();
    assert!(message.contains(&named), "names no file: {message}");
}

pub(super) fn check_message(message: &str) {
    assert!(
        !message.is_empty() && message.len() < 4096,
        "a message of {} bytes",
        message.len()
    );
}

/// Writes a file of the scratch folder.
pub(super) fn write(path: &Path, bytes: &[u8]) {
    if let Err(err) = std::fs::write(path, bytes) {
        panic!("the scratch folder can't be written: {err}");
    }
}

/// Reads bytes as the file of a sweep, and asks for its first and last run.
pub fn sweep(bytes: &[u8], _: &Path) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let sweep = match Sweep::parse(&text, Path::new("sweep.json")) {
        Ok(sweep) => sweep,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    let again = Sweep::parse(&sweep.to_json(), Path::new("sweep.json"));
    assert!(
        again.is_ok_and(|again| again == sweep),
        "the sweep differs once written"
    );
    assert!(sweep.count() >= 1 && sweep.count() <= MOST_RUNS);
    let jobs = [1, sweep.count()].map(|number| sweep.job(number));
    assert!(jobs.iter().all(Result::is_ok), "a planned run isn't there");
    assert!(sweep.job(sweep.count() + 1).is_err());
    Outcome::Read
}
