//! A run's weights measured on images that aren't the run's own.

use super::score::{ScoreError, epoch_of};
use crate::data::reading::RunReading;
use crate::data::{self, DataNote, Dataset, ForNetwork, Images, LabelledPart, Taken, TestTable};
use crate::experiment::{DataSource, ImageSize, PictureReading, ReadAs};
use crate::lab::run::Run;
use crate::lab::store::{Checkpoint, Figures, Split};
use crate::model::weights::read_spec;
use crate::training::device::{self, DeviceChoice};
use crate::training::{TrainingError, evaluate_weights};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::Path;

/// Figures of some weights on images from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreElsewhere {
    /// Where the images lie.
    pub data: String,
    /// The epoch of the weights; none where they are newer than any epoch's.
    pub epoch: Option<usize>,
    /// The figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Why the figures may say less than they seem to.
    pub warnings: Vec<String>,
    /// What was done to the images on the way.
    pub notes: Vec<String>,
}

/// Labelled images of one size.
struct Labelled {
    size: ImageSize,
    /// The names of the classes. Label `i` stands for `classes[i]`.
    classes: Vec<String>,
    images: Images,
    taken: Taken,
}

/// Measures a run's weights on the images of a table or folder, whose classes are matched by name.
/// `split` says which part of a folder that has several: what it sets aside for the test, or the
/// rest. Pictures are read as `predict` reads them: as the run read its own, or as MNIST was prepared, unless
/// `read_as` says otherwise.
///
/// # Errors
/// Where the run has no such weights; where the images can't be read, are the run's own, of another
/// size or of classes that the run doesn't know; or where the device fails.
pub fn score_elsewhere(
    run: &Run,
    checkpoint: Checkpoint,
    source: &DataSource,
    split: Split,
    read_as: ReadAs,
    device: DeviceChoice,
) -> Result<ScoreElsewhere, ScoreError> {
    check_not_own(run, source)?;
    let epoch = epoch_of(run, checkpoint)?;
    let weights = checkpoint.read(&run.folder)?;
    let failed = |source| ScoreError::Weights {
        source,
        path: checkpoint.path(&run.folder),
    };
    let spec = read_spec(&weights).map_err(|err| failed(TrainingError::Model(err)))?;
    let expected = ImageSize::new(spec.rows, spec.columns);
    let own = &run.experiment.settings().data.source;
    let network = ForNetwork::new(RunReading::of(own).read_as(read_as), expected)
        .asked(read_as)
        .turned(own.is_turned());
    let found = labelled_for(run, source, split, &network)?;
    let device = device::open(device)?;
    let metrics = evaluate_weights(&weights, &found.images, &device).map_err(failed)?;
    Ok(ScoreElsewhere {
        data: found.data,
        epoch,
        figures: Figures::new(metrics),
        warnings: found.warnings,
        notes: found.notes,
    })
}

/// Images from elsewhere that a run can be measured on.
pub(super) struct FoundElsewhere {
    /// The images, with the labels that the run has for their classes.
    pub images: Images,
    /// Where the images lie.
    pub data: String,
    /// How pictures became the images, where they did.
    pub reading: Option<PictureReading>,
    /// Why figures on them may say less than they seem to.
    pub warnings: Vec<String>,
    /// What was done to the images on the way.
    pub notes: Vec<String>,
}

/// Reads the images of a source for a run whose network this is.
///
/// # Errors
/// The errors are those of [`score_elsewhere`] about the images.
pub(super) fn labelled_for(
    run: &Run,
    source: &DataSource,
    split: Split,
    network: &ForNetwork,
) -> Result<FoundElsewhere, ScoreError> {
    check_not_own(run, source)?;
    let data = source.to_string();
    let labelled = read(source, split, network)?;
    if labelled.size != network.size {
        return Err(ScoreError::Size {
            run: run.name.clone(),
            found: labelled.size,
            expected: network.size,
            data,
        });
    }
    let images = matched(run, labelled.images, &labelled.classes, data.clone())?;
    let reading = labelled.taken.asked_reading();
    let other_look = run.unlike(&images.pixels, labelled.size);
    Ok(FoundElsewhere {
        images,
        data,
        reading,
        warnings: other_look
            .iter()
            .map(|look| look.told(reading.as_ref()))
            .collect(),
        notes: labelled
            .taken
            .notes
            .iter()
            .map(DataNote::to_string)
            .collect(),
    })
}

/// Checks that these aren't the data that trained the run.
pub(super) fn check_not_own(run: &Run, source: &DataSource) -> Result<(), ScoreError> {
    if is_own(run, source) {
        return Err(ScoreError::OwnData {
            run: run.name.clone(),
            data: source.to_string(),
        });
    }
    Ok(())
}

/// Whether these are the data that the run was trained with: a figure on them would be no news, and
/// test images that a run may see once could be asked again and again.
fn is_own(run: &Run, source: &DataSource) -> bool {
    let own = &run.experiment.settings().data.source;
    match (own, source) {
        (DataSource::Files(own), DataSource::Files(other)) => {
            let whole = |path: &Path| std::fs::canonicalize(path).ok();
            own.path == other.path
                || whole(&own.path).is_some_and(|own| Some(own) == whole(&other.path))
        }
        (own, other) => own.is_same_place(other),
    }
}

fn read(source: &DataSource, split: Split, network: &ForNetwork) -> Result<Labelled, ScoreError> {
    let mut go_on = |_| ControlFlow::Continue(());
    if let DataSource::Files(files) = source {
        let part = match split {
            Split::Test => LabelledPart::Test,
            Split::Validation => LabelledPart::Others,
        };
        // Pictures are read as the run reads pictures. What they would be as data of their own is another question.
        let read = data::read_labelled_pictures(&files.path, part, network, &mut go_on)?;
        if let Some(table) = read {
            if table.images.count() == 0 {
                return Err(ScoreError::NoTestImages(source.to_string()));
            }
            return of_table(table, source);
        }
    }
    if let DataSource::Files(files) = source
        && is_table(&files.path)
    {
        // A table to measure on may have few images, and not all the classes.
        let table = data::read_csv_to_measure(&files.path, network.is_turned, &mut go_on)?;
        return of_table(table, source);
    }
    let dataset = data::load(source)?;
    let images = match split {
        Split::Validation => all_images(&dataset),
        Split::Test => {
            let test = dataset.test.clone();
            test.ok_or_else(|| ScoreError::NoTestImages(dataset.name.clone()))?
        }
    };
    Ok(Labelled {
        size: dataset.size,
        classes: dataset.classes.clone(),
        images,
        taken: dataset.taken.clone(),
    })
}

/// All images that aren't set aside for the test.
fn all_images(dataset: &Dataset) -> Images {
    let mut images = dataset.train.clone();
    if let Some(validation) = &dataset.validation {
        images.pixels.extend_from_slice(&validation.pixels);
        images.labels.extend_from_slice(&validation.labels);
    }
    images
}

fn is_table(path: &Path) -> bool {
    let ending = path.extension();
    path.is_file() && ending.is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

fn of_table(table: TestTable, source: &DataSource) -> Result<Labelled, ScoreError> {
    let no_labels = || ScoreError::NoLabels(source.to_string());
    let labels = table.labels.ok_or_else(no_labels)?;
    Ok(Labelled {
        size: table.images.size,
        classes: labels.names,
        images: Images {
            pixels: table.images.pixels,
            labels: labels.labels,
        },
        taken: table.taken,
    })
}

/// The images with the labels that the run has for classes of these names.
fn matched(
    run: &Run,
    mut images: Images,
    classes: &[String],
    data: String,
) -> Result<Images, ScoreError> {
    let known = run.classes();
    let labels: Vec<Option<u8>> = classes
        .iter()
        .map(|name| {
            let class = known.iter().position(|known| known == name);
            class.and_then(|class| u8::try_from(class).ok())
        })
        .collect();
    let mut unknown: Vec<&str> = Vec::new();
    for label in &mut images.labels {
        let place = usize::from(*label);
        match labels.get(place).copied().flatten() {
            Some(class) => *label = class,
            None => {
                let name = classes.get(place).map_or("", String::as_str);
                if !unknown.contains(&name) {
                    unknown.push(name);
                }
            }
        }
    }
    if unknown.is_empty() {
        return Ok(images);
    }
    unknown.sort_unstable();
    Err(ScoreError::UnknownClasses {
        run: run.name.clone(),
        known: known.join(", "),
        unknown: unknown.join(", "),
        data,
    })
}
