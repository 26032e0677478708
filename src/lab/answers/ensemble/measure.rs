//! What runs that answer together are worth on labelled images, and each of them alone.

use super::{EnsembleError, Voters, Votes, most_probable, reading_as};
use crate::data::{self, Copies, ForNetwork, Images, TrainingData};
use crate::experiment::{DataSource, ImageSize, ReadAs};
use crate::lab::answers::elsewhere::labelled_for;
use crate::lab::answers::score::{self, ScoreError, check_data, test_images, validation_images};
use crate::lab::run::{Run, Sharing};
use crate::lab::store::{Checkpoint, EnsembleScore, Figures, MemberScore, Score, Split};
use crate::lab::verdict::standard_error;
use crate::training::device::{self, DeviceChoice};
use crate::training::{Answers, SetMetrics, TrainingError};
use std::ops::ControlFlow;

/// Images on which runs are measured together, and what was found out on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreOnOthers {
    /// The figures.
    pub score: EnsembleScore,
    /// Where the images lie.
    pub data: String,
    /// Why the figures may say less than they seem to.
    pub warnings: Vec<String>,
    /// What was done to the images on the way.
    pub notes: Vec<String>,
}

/// Measures the average of runs on the images that validate all of them, or on the test images. Each
/// run's own test is given once, as [`score::score`] has it: what was asked before is repeated.
///
/// # Errors
/// Where the runs can't answer together, other images validate one of them, their data can't be read,
/// the device fails, or it was cancelled.
pub fn score(
    runs: &[(Run, Checkpoint)],
    copies: Copies,
    split: Split,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<EnsembleScore, EnsembleError> {
    Ok(measure(runs, copies, split, device, heard)?.score)
}

/// What runs are worth together, and what they answered on the way.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The figures.
    pub score: EnsembleScore,
    /// The answers of all runs together, an image each.
    pub answers: Answers,
    /// What each run alone answered to each image as it is: `[run][image]`.
    pub votes: Vec<Vec<u8>>,
    /// The data whose images were answered, as they are split.
    pub data: TrainingData,
}

/// Measures the average of runs as [`score()`] does, and keeps what they answered, so that nobody has to ask them
/// again.
///
/// # Errors
/// The errors are those of [`score()`].
pub fn measure(
    runs: &[(Run, Checkpoint)],
    copies: Copies,
    split: Split,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Measured, EnsembleError> {
    let (first, _) = runs.first().ok_or(EnsembleError::NoRuns)?;
    check_sharing(runs, split)?;
    let opened = device::open(device).map_err(EnsembleError::Device)?;
    let voters = Voters::load(runs, copies, &opened)?;
    let settings = first.experiment.settings();
    let dataset = data::load(&settings.data.source).map_err(ScoreError::from)?;
    for (run, _) in runs {
        check_data(run, &dataset)?;
    }
    let size = dataset.size;
    let of_test = match split {
        Split::Test => Some(test_images(&dataset, &settings.data.source)?),
        Split::Validation => None,
    };
    let data =
        TrainingData::new(dataset, &settings.data, settings.seed).map_err(ScoreError::from)?;
    let images = match of_test {
        Some(images) => images,
        None => validation_images(&data),
    };
    let tests = match split {
        Split::Validation => None,
        Split::Test => Some(tests_of(runs, device)?),
    };
    let asked = Asked {
        runs,
        voters: &voters,
        copies,
        split,
    };
    let (score, answers, votes) = measured(&asked, &images, size, tests, heard)?;
    Ok(Measured {
        score,
        answers,
        votes,
        data,
    })
}

/// Measures the average of runs on the images of a table or folder, as
/// [`score_elsewhere`](score::score_elsewhere) measures one run.
///
/// # Errors
/// The errors are those of [`score()`], and that the images are a run's own.
pub fn score_elsewhere(
    runs: &[(Run, Checkpoint)],
    copies: Copies,
    source: &DataSource,
    split: Split,
    read_as: ReadAs,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<ScoreOnOthers, EnsembleError> {
    let opened = device::open(device).map_err(EnsembleError::Device)?;
    let voters = Voters::load(runs, copies, &opened)?;
    let (first, _) = runs.first().ok_or(EnsembleError::NoRuns)?;
    let size = voters.image_size();
    let are_turned =
        |(run, _): &(Run, Checkpoint)| run.experiment.settings().data.source.is_turned();
    let network = ForNetwork::new(reading_as(runs, read_as)?, size)
        .asked(read_as)
        .turned(runs.iter().any(are_turned));
    let mut found = labelled_for(first, source, split, &network)?;
    for (run, _) in &runs[1..] {
        score::check_not_own(run, source)?;
        let look = run.unlike(&found.images.pixels, size);
        let by = found.reading;
        found
            .warnings
            .extend(look.map(|look| look.told(by.as_ref())));
    }
    found.warnings.dedup();
    let asked = Asked {
        runs,
        voters: &voters,
        copies,
        split,
    };
    Ok(ScoreOnOthers {
        score: measured(&asked, &found.images, size, None, heard)?.0,
        data: found.data,
        warnings: found.warnings,
        notes: found.notes,
    })
}

/// Checks that these images may measure all runs: that none of them trained one.
///
/// # Errors
/// Where other images validate a run than the first, or there is no run.
pub fn check_sharing(runs: &[(Run, Checkpoint)], split: Split) -> Result<(), EnsembleError> {
    let Some((first, others)) = runs.split_first() else {
        return Err(EnsembleError::NoRuns);
    };
    for (run, _) in others {
        let sharing = first.0.shares_validation_images(run);
        match (split, sharing.word()) {
            (Split::Validation, Some(word)) => {
                return Err(EnsembleError::ValidationImages {
                    run: run.name.clone(),
                    word,
                    first: first.0.name.clone(),
                });
            }
            (Split::Test, _) if sharing == Sharing::OtherData => {
                return Err(EnsembleError::TestImages {
                    run: run.name.clone(),
                    first: first.0.name.clone(),
                });
            }
            (Split::Validation | Split::Test, _) => {}
        }
    }
    Ok(())
}

/// The answer of each run's one test, which is asked now where it wasn't before.
fn tests_of(runs: &[(Run, Checkpoint)], device: DeviceChoice) -> Result<Vec<Score>, EnsembleError> {
    let test = |(run, checkpoint): &(Run, Checkpoint)| {
        Ok(score::score(run, *checkpoint, Split::Test, device)?)
    };
    runs.iter().map(test).collect()
}

/// Who is asked, and how.
struct Asked<'a> {
    runs: &'a [(Run, Checkpoint)],
    voters: &'a Voters,
    copies: Copies,
    split: Split,
}

fn measured(
    asked: &Asked<'_>,
    images: &Images,
    size: ImageSize,
    tests: Option<Vec<Score>>,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<(EnsembleScore, Answers, Vec<Vec<u8>>), EnsembleError> {
    let classes = asked.voters.class_names().len();
    if let Some(label) = images
        .labels
        .iter()
        .find(|label| usize::from(**label) >= classes)
    {
        let (first, _) = asked.runs.first().ok_or(EnsembleError::NoRuns)?;
        let label = *label;
        return Err(EnsembleError::of_run(
            &first.name,
            TrainingError::WrongLabel { label, classes },
        ));
    }
    let votes = asked.voters.vote(&images.pixels, size, heard)?;
    let labels = &images.labels;
    let answers = answers_of(&votes.probabilities, labels, classes);
    let count = labels.len();
    if count == 0 {
        let (first, _) = asked.runs.first().ok_or(EnsembleError::NoRuns)?;
        return Err(EnsembleError::of_run(&first.name, TrainingError::NoImages));
    }
    let plain = votes
        .without_copies
        .chunks_exact(classes)
        .map(most_probable);
    let wrong: Vec<f64> = (0..count)
        .filter(|&image| answers.classes[image] != labels[image])
        .map(|image| f64::from(answers.confidences[image]))
        .collect();
    let loss: f64 = answers.losses.iter().map(|loss| f64::from(*loss)).sum();
    let score = EnsembleScore {
        split: asked.split,
        figures: Figures::new(SetMetrics {
            loss: loss / count as f64,
            accuracy: share_of_right(&answers.classes, labels),
            count,
            wrong_confidence: (!wrong.is_empty())
                .then(|| wrong.iter().sum::<f64>() / wrong.len() as f64),
        }),
        tta: asked.copies.count,
        accuracy_without_tta: share_of_right(&plain.collect::<Vec<u8>>(), labels),
        disagreements: disagreements(&votes.classes).len(),
        members: members(asked, &votes, &answers, labels, tests),
    };
    Ok((score, answers, votes.classes))
}

fn members(
    asked: &Asked<'_>,
    votes: &Votes,
    together: &Answers,
    labels: &[u8],
    tests: Option<Vec<Score>>,
) -> Vec<MemberScore> {
    let mut tests = tests.unwrap_or_default().into_iter();
    let voters = asked.runs.iter().zip(asked.voters.voters());
    voters
        .zip(&votes.classes)
        .map(|(((run, _), voter), classes)| {
            let count_of = |alone: bool, all: bool| {
                let right = |image: &usize| {
                    (classes[*image] == labels[*image]) == alone
                        && (together.classes[*image] == labels[*image]) == all
                };
                (0..labels.len()).filter(right).count()
            };
            let accuracy = share_of_right(classes, labels);
            let member = MemberScore {
                run: run.id.clone(),
                epoch: voter.epoch,
                accuracy,
                standard_error: standard_error(accuracy, labels.len()),
                fixed: count_of(false, true),
                broken: count_of(true, false),
                recorded: false,
            };
            match tests.next() {
                None => member,
                Some(test) => MemberScore {
                    epoch: test.epoch,
                    accuracy: test.figures.accuracy,
                    standard_error: test.figures.standard_error,
                    recorded: test.recorded,
                    ..member
                },
            }
        })
        .collect()
}

/// The fraction of images that are classified as they are labelled.
fn share_of_right(classes: &[u8], labels: &[u8]) -> f64 {
    let right = classes
        .iter()
        .zip(labels)
        .filter(|(class, label)| class == label);
    right.count() as f64 / labels.len().max(1) as f64
}

/// The images that aren't given the same class by all runs: `[run][image]`.
pub fn disagreements(classes: &[Vec<u8>]) -> Vec<usize> {
    let Some((first, others)) = classes.split_first() else {
        return Vec::new();
    };
    (0..first.len())
        .filter(|&image| others.iter().any(|other| other[image] != first[image]))
        .collect()
}

/// What probabilities answer to labelled images. A label of probability 0 has the loss of the smallest
/// one that there is.
pub fn answers_of(probabilities: &[f32], labels: &[u8], classes: usize) -> Answers {
    let mut answers = Answers::default();
    for (row, label) in probabilities.chunks_exact(classes.max(1)).zip(labels) {
        let class = most_probable(row);
        answers.classes.push(class);
        answers
            .confidences
            .push(row[usize::from(class)].clamp(0.0, 1.0));
        let probability = row.get(usize::from(*label)).copied().unwrap_or(0.0);
        // Rounding may bring a probability above 1 by a hair.
        answers
            .losses
            .push(-probability.clamp(f32::MIN_POSITIVE, 1.0).ln());
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_of_an_average_is_that_of_its_mean_probability() {
        let answers = answers_of(&[0.25, 0.75, 1.0, 0.0], &[0, 1], 2);
        assert_eq!(answers.classes, [1, 0]);
        assert_eq!(answers.confidences, [0.75, 1.0]);
        assert!((answers.losses[0] - 4.0_f32.ln()).abs() < 1e-6);
        assert!(answers.losses[1].is_finite() && answers.losses[1] > 80.0);
        assert!(answers.is_sound());
    }

    #[test]
    fn images_on_which_all_runs_agree_are_no_disagreement() {
        let classes = vec![vec![1, 2, 3], vec![1, 2, 4], vec![1, 5, 4]];
        assert_eq!(disagreements(&classes), [1, 2]);
        assert!(disagreements(&classes[..1]).is_empty());
        assert!(disagreements(&[]).is_empty());
    }
}
