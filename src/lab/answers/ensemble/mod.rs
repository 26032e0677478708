//! Runs that answer together: the mean of their probabilities. All that several runs, or copies of one
//! image, answer goes through [`Voters`]: the commands, the submission, and the threads that answer
//! the window.
//!
//! [`score`] measures it on labelled images, with each run beside the whole.

mod error;
mod measure;

pub use error::EnsembleError;
pub use measure::{
    Measured, answers_of, check_sharing, disagreements, measure, score, score_elsewhere,
};

use super::score::read_weights;
use crate::data::Copies;
use crate::data::reading::RunReading;
use crate::experiment::{ImageSize, ReadAs};
use crate::lab::run::{Run, RunId};
use crate::lab::store::Checkpoint;
use crate::lab::store::hash::sha256;
use crate::training::{OpenDevice, Predictor};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Runs of the store that answer together under a name, such as `E1`.
#[derive(Clone, Debug)]
pub struct Together {
    /// The name of the ensemble in the store.
    pub id: RunId,
    /// The runs with their weights.
    pub runs: Arc<[(Run, Checkpoint)]>,
    /// The copies that are answered beside each image.
    pub copies: Copies,
}

/// Two are the same only where their runs are one list.
impl PartialEq for Together {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.copies == other.copies && Arc::ptr_eq(&self.runs, &other.runs)
    }
}

/// How many images, copies counted, are answered by a run before the next run answers them.
const BLOCK: usize = 4096;

/// Runs with their weights loaded, which answer together.
pub struct Voters {
    voters: Vec<Voter>,
    class_names: Vec<String>,
    copies: Copies,
}

/// A run with its weights loaded.
pub struct Voter {
    name: String,
    predictor: Predictor,
    /// The epoch of the weights; none where they are newer than any epoch's.
    pub epoch: Option<usize>,
    /// The SHA-256 of the weights, in hexadecimal.
    pub weights_sha256: String,
}

/// What runs answered to images, together and each alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Votes {
    /// The mean of the probabilities over the runs and the copies of each image, `[image, class]`.
    pub probabilities: Vec<f32>,
    /// The mean over the runs, with each image as it is and no copies, `[image, class]`.
    pub without_copies: Vec<f32>,
    /// What each run alone answered to each image as it is, `[run][image]`.
    pub classes: Vec<Vec<u8>>,
}

impl Voters {
    /// Loads the weights of runs. Copies of each image are answered beside it.
    ///
    /// # Errors
    /// Where there is no run, a run has no such weights, or the runs don't take images of one size
    /// and know the same classes.
    pub fn load(
        runs: &[(Run, Checkpoint)],
        copies: Copies,
        device: &OpenDevice,
    ) -> Result<Self, EnsembleError> {
        let (first, _) = runs.first().ok_or(EnsembleError::NoRuns)?;
        let class_names = first.classes();
        let voters = runs
            .iter()
            .map(|(run, checkpoint)| Voter::load(run, *checkpoint, device))
            .collect::<Result<Vec<_>, _>>()?;
        for ((run, _), voter) in runs.iter().zip(&voters) {
            voter.agrees(&voters[0], &run.classes(), &class_names)?;
        }
        Ok(Self {
            voters,
            class_names,
            copies,
        })
    }

    /// The runs, in the order in which they were given.
    pub fn voters(&self) -> &[Voter] {
        &self.voters
    }

    /// The names of the classes, which all runs share.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// Rows and columns of the images that the runs take.
    pub fn image_size(&self) -> ImageSize {
        // There is always a run: none are refused when they are loaded.
        let first = self.voters.first();
        first.map_or(ImageSize::square(0), |voter| voter.predictor.image_size())
    }

    /// How many answers there are to an image, of all runs and copies.
    pub fn answers(&self) -> usize {
        self.voters.len() * self.copies.answers()
    }

    /// Asks all runs about images: 0 to 255, `[image, row, column]`. `heard` is told how many answers
    /// there are, of how many; where it breaks, there is no answer.
    ///
    /// # Errors
    /// Where the images have another size, the device fails, or it was cancelled.
    pub fn vote(
        &self,
        pixels: &[u8],
        size: ImageSize,
        heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Votes, EnsembleError> {
        let expected = self.image_size();
        if let Some(voter) = self.voters.iter().find(|_| size != expected) {
            return Err(EnsembleError::ImageSize {
                run: voter.name.clone(),
                found: size,
                expected,
            });
        }
        let len = size.pixels().max(1);
        let mut counting = Counting {
            votes: Votes {
                classes: vec![Vec::new(); self.voters.len()],
                ..Votes::default()
            },
            classes: self.class_names.len(),
            answers: self.copies.answers(),
        };
        let total = pixels.len() / len * self.copies.answers() * self.voters.len();
        let mut before = 0;
        let block = (BLOCK / self.copies.answers()).max(1);
        for images in pixels.chunks(block * len) {
            let copied = self.copies.of(images, size);
            let count = copied.len() / len;
            let mut of_all = Vec::with_capacity(self.voters.len());
            for voter in &self.voters {
                let told = &mut |done| heard(before + done, total);
                let answered = voter.predictor.probabilities_with(&copied, count, told);
                of_all.push(answered.map_err(|err| EnsembleError::of_run(&voter.name, err))?);
                before += count;
            }
            counting.add(&of_all);
        }
        Ok(counting.votes)
    }
}

/// How runs read pictures that they answer together.
///
/// # Errors
/// Where there is no run, or one reads its pictures otherwise than the first.
pub fn reading(runs: &[(Run, Checkpoint)]) -> Result<RunReading, EnsembleError> {
    let of = |run: &Run| RunReading::of(&run.experiment.settings().data.source);
    let (first, _) = runs.first().ok_or(EnsembleError::NoRuns)?;
    let reading = of(first);
    match runs.iter().find(|(run, _)| of(run) != reading) {
        None => Ok(reading),
        Some((run, _)) => Err(EnsembleError::Reading {
            run: run.name.clone(),
            first: first.name.clone(),
        }),
    }
}

/// How runs read pictures that they answer together, where a person may ask for another reading.
///
/// # Errors
/// Where there is no run, or one reads its pictures otherwise than the first and nothing else was asked for.
pub fn reading_as(
    runs: &[(Run, Checkpoint)],
    read_as: ReadAs,
) -> Result<RunReading, EnsembleError> {
    let reading = match (runs, read_as) {
        (_, ReadAs::Auto) | ([], _) => reading(runs)?,
        ([(first, _), ..], _) => RunReading::of(&first.experiment.settings().data.source),
    };
    Ok(reading.read_as(read_as))
}

/// Votes while they are counted.
struct Counting {
    votes: Votes,
    classes: usize,
    answers: usize,
}

impl Counting {
    /// Adds what each run answered to the same images: `[run][image, answer, class]`.
    fn add(&mut self, of_all: &[Vec<f32>]) {
        let row = self.classes * self.answers;
        for (classes, answered) in self.votes.classes.iter_mut().zip(of_all) {
            let plain = answered.chunks_exact(row);
            classes.extend(plain.map(|row| most_probable(&row[..self.classes])));
        }
        let images = of_all.first().map_or(0, |answered| answered.len() / row);
        for image in 0..images {
            let rows = || {
                let rows = of_all
                    .iter()
                    .map(|answered| &answered[image * row..][..row]);
                rows.flat_map(|row| row.chunks_exact(self.classes).enumerate())
            };
            let plain = rows().filter(|(copy, _)| *copy == 0).map(|(_, row)| row);
            self.votes.without_copies.extend(mean(plain, self.classes));
            let all = rows().map(|(_, row)| row);
            self.votes.probabilities.extend(mean(all, self.classes));
        }
    }
}

/// The mean of probabilities, a row each.
fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>, classes: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; classes];
    let mut count = 0.0;
    for row in rows {
        count += 1.0;
        for (sum, probability) in sums.iter_mut().zip(row) {
            *sum += f64::from(*probability);
        }
    }
    sums.iter().map(|sum| (sum / count) as f32).collect()
}

/// The most probable class, the lowest of equals.
pub fn most_probable(probabilities: &[f32]) -> u8 {
    let mut best = 0;
    for (class, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = class;
        }
    }
    // Networks have at most 256 classes.
    best as u8
}

impl Voter {
    fn load(run: &Run, checkpoint: Checkpoint, device: &OpenDevice) -> Result<Self, EnsembleError> {
        let (weights, epoch) = read_weights(run, checkpoint)?;
        let predictor = Predictor::new(&weights, device)
            .map_err(|source| EnsembleError::of_run(&run.name, source))?;
        Ok(Self {
            name: run.name.clone(),
            predictor,
            epoch,
            weights_sha256: sha256(&[&weights]),
        })
    }

    /// Checks that this run takes the images of the first run, and knows the first run's classes.
    fn agrees(
        &self,
        first: &Self,
        names: &[String],
        expected: &[String],
    ) -> Result<(), EnsembleError> {
        if self.predictor.image_size() != first.predictor.image_size() {
            return Err(EnsembleError::Size {
                run: self.name.clone(),
                found: self.predictor.image_size(),
                first: first.name.clone(),
                expected: first.predictor.image_size(),
            });
        }
        // A run's summary may name other classes than its weights know.
        let found = self.predictor.class_count();
        if found != expected.len() {
            return Err(EnsembleError::Classes {
                run: self.name.clone(),
                found,
                expected: expected.len(),
            });
        }
        if names != expected {
            return Err(EnsembleError::Names {
                run: self.name.clone(),
                found: names.join(", "),
                expected: expected.join(", "),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_equals_is_taken() {
        assert_eq!(most_probable(&[0.1, 0.4, 0.4, 0.1]), 1);
        assert_eq!(most_probable(&[0.5, 0.5]), 0);
        assert_eq!(most_probable(&[0.2, 0.3, 0.5]), 2);
    }

    #[test]
    fn the_average_is_over_runs_and_copies_and_each_run_also_stands_alone() {
        // Two runs, two images, an image and one copy of each, two classes.
        let first = vec![0.75, 0.25, 1.0, 0.0, 0.25, 0.75, 0.25, 0.75];
        let second = vec![0.25, 0.75, 0.5, 0.5, 0.0, 1.0, 0.5, 0.5];
        let mut counting = Counting {
            votes: Votes {
                classes: vec![Vec::new(); 2],
                ..Votes::default()
            },
            classes: 2,
            answers: 2,
        };
        counting.add(&[first, second]);
        let votes = counting.votes;
        assert_eq!(votes.without_copies, [0.5, 0.5, 0.125, 0.875]);
        assert_eq!(votes.probabilities, [0.625, 0.375, 0.25, 0.75]);
        assert_eq!(votes.classes, [[0, 1], [1, 1]]);
        assert_eq!(disagreements(&votes.classes), [0]);
    }
}
