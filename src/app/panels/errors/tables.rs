//! The tables and lists of images that the tab shows, made of a run's answers. No egui.

use crate::data::TrainingData;
use crate::lab::analysis::{self, Comparison, ConfusionMatrix};
use crate::lab::run::Sharing;
use crate::lab::validation::Validated;
use std::sync::Arc;

/// The errors of an epoch.
pub struct Tables {
    /// The answers that the tables are made of.
    pub of: Arc<Validated>,
    /// How many images of each class were taken for each class.
    pub matrix: ConfusionMatrix,
    /// The wrong images, the highest loss first.
    pub wrong: Vec<usize>,
    /// The mean probability that the network gave its wrong answers; none without errors.
    pub wrong_confidence: Option<f64>,
    /// The images that aren't given the same class by all runs of an ensemble, the highest loss first.
    pub disagreeing: Vec<usize>,
}

impl Tables {
    /// Makes the tables of an epoch's answers.
    pub fn new(of: Arc<Validated>) -> Self {
        let (data, answers) = (&of.data, &of.answers);
        let classes = data.dataset().classes.clone();
        let pairs = answers.classes.iter().enumerate();
        let pairs = pairs.map(|(index, &class)| (data.validation_label(index), class));
        let matrix = ConfusionMatrix::from_pairs(classes, pairs);
        let wrong = analysis::most_wrong(|index| data.validation_label(index), answers);
        let confidences = wrong.iter().map(|&i| f64::from(answers.confidences[i]));
        let wrong_confidence =
            (!wrong.is_empty()).then(|| confidences.sum::<f64>() / wrong.len() as f64);
        let mut tables = Self {
            matrix,
            wrong,
            wrong_confidence,
            disagreeing: Vec::new(),
            of,
        };
        tables.disagreeing = super::votes::disagreeing(&tables);
        tables
    }

    /// The number of images that were answered.
    pub fn count(&self) -> usize {
        self.of.answers.count()
    }

    /// The share of images that were answered right.
    pub fn accuracy(&self) -> f64 {
        1.0 - self.wrong.len() as f64 / self.count().max(1) as f64
    }

    /// The images of a class that were taken for a class, the highest loss first.
    pub fn cell(&self, truth: usize, prediction: usize) -> Vec<usize> {
        let answers = &self.of.answers;
        let mut images: Vec<usize> = (0..self.count())
            .filter(|&index| {
                usize::from(self.of.data.validation_label(index)) == truth
                    && usize::from(answers.classes[index]) == prediction
            })
            .collect();
        images.sort_by(|&a, &b| answers.losses[b].total_cmp(&answers.losses[a]));
        images
    }

    /// A class's name.
    pub fn class(&self, class: u8) -> &str {
        class_name(&self.of.data, class)
    }
}

/// A class's name.
pub fn class_name(data: &TrainingData, class: u8) -> &str {
    let classes = &data.dataset().classes;
    classes.get(usize::from(class)).map_or("?", String::as_str)
}

/// Two runs compared image by image.
pub struct Compared {
    /// The run compared with.
    pub other: Arc<Validated>,
    /// Which images are wrong in which run, by their places in the first run.
    pub comparison: Comparison,
    /// Whether the same images validate both runs. Only those that do are compared.
    pub sharing: Sharing,
    /// For each image of the first run, its place in the other run, where it is there.
    places: Vec<Option<u32>>,
}

/// Why two runs can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotComparable {
    /// The runs' images come from different data.
    DifferentData,
    /// No image validated both runs.
    NothingShared,
}

impl Compared {
    /// Compares the images that validated both runs. An image is known by its place in the data
    /// set.
    ///
    /// # Errors
    /// Where the runs have no images in common.
    pub fn new(first: &Validated, other: Arc<Validated>) -> Result<Self, NotComparable> {
        let images = |of: &Validated| of.data.dataset().count();
        let sharing = (first.subject.validation_images()).beside(other.subject.validation_images());
        if sharing == Sharing::OtherData || images(first) != images(&other) {
            return Err(NotComparable::DifferentData);
        }
        let mut place_of = vec![None; other.data.dataset().count()];
        for place in 0..other.data.validation_size() {
            place_of[other.data.validation_index(place)] = u32::try_from(place).ok();
        }
        let places: Vec<Option<u32>> = (0..first.data.validation_size())
            .map(|place| place_of[first.data.validation_index(place)])
            .collect();
        let pairs = places.iter().enumerate().filter_map(|(place, other)| {
            let label = first.data.validation_label(place);
            other.map(|other| (place, other as usize, label))
        });
        let mut comparison = analysis::compare(pairs, &first.answers, &other.answers);
        if comparison.count == 0 {
            return Err(NotComparable::NothingShared);
        }
        // The most wrong images come first, by the loss of the run in which they are wrong.
        let losses = |place: usize| {
            let in_other = places[place].map_or(0, |place| place as usize);
            (first.answers.losses[place], other.answers.losses[in_other])
        };
        let by = |list: &mut Vec<usize>, loss: &dyn Fn(usize) -> f32| {
            list.sort_by(|&a, &b| loss(b).total_cmp(&loss(a)));
        };
        by(&mut comparison.fixed, &|place| losses(place).0);
        by(&mut comparison.broken, &|place| losses(place).1);
        by(&mut comparison.both_wrong, &|place| {
            losses(place).0 + losses(place).1
        });
        Ok(Self {
            other,
            comparison,
            sharing,
            places,
        })
    }

    /// The place in the other run of an image of the first run.
    pub fn place(&self, index: usize) -> Option<usize> {
        self.places
            .get(index)
            .copied()
            .flatten()
            .map(|p| p as usize)
    }
}

/// A number of images in words, such as "12 images" or "1 image".
pub fn images(count: usize) -> String {
    if count == 1 {
        "1 image".into()
    } else {
        format!("{} images", crate::lab::format::whole(count))
    }
}

/// The images of a class in words, such as "the 4s" or "the images of Bag".
pub fn those_of(class: &str) -> String {
    if class.chars().count() == 1 {
        format!("the {class}s")
    } else {
        format!("the images of {class}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Images, Taken};
    use crate::experiment::ImageSize;
    use crate::experiment::{DataSettings, DataSource, TrainSize};
    use crate::lab::validation::{Asked, EpochOfRun};
    use crate::lab::{Answers, RunId};

    /// Answers to images of three classes. The images whose number in the data set is in `wrong`
    /// are answered one class too high.
    fn validated(validation_size: usize, wrong: &[usize]) -> Arc<Validated> {
        let dataset = Dataset {
            name: "small".into(),
            size: ImageSize::new(1, 1),
            classes: vec!["a".into(), "b".into(), "c".into()],
            train: Images {
                pixels: (0..40).collect(),
                labels: (0..40).map(|i| i % 3).collect(),
            },
            validation: None,
            test: None,
            taken: Taken::default(),
        };
        let settings = DataSettings {
            source: DataSource::Mnist,
            train_size: TrainSize::ALL,
            validation_size,
            split_seed: 1,
            label_noise: 0.0,
        };
        let data = TrainingData::new(Arc::new(dataset), &settings, 1).unwrap();
        let mut answers = Answers::default();
        for index in 0..data.validation_size() {
            let (image, label) = (data.validation_index(index), data.validation_label(index));
            let is_wrong = wrong.contains(&image);
            answers.classes.push((label + u8::from(is_wrong)) % 3);
            answers.confidences.push(if is_wrong { 0.6 } else { 0.9 });
            answers
                .losses
                .push(if is_wrong { 1.0 + image as f32 } else { 0.1 });
        }
        Arc::new(Validated {
            subject: EpochOfRun {
                run: RunId("A1".into()),
                folder: "/runs/A1".into(),
                asked: Asked::Epoch(1),
                data: settings,
                seed: 1,
                data_sha256: None,
            },
            data: Arc::new(data),
            answers: Arc::new(answers),
            votes: Arc::default(),
        })
    }

    fn numbers(of: &Validated, places: &[usize]) -> Vec<usize> {
        let number = |&place: &usize| of.data.validation_index(place);
        places.iter().map(number).collect()
    }

    #[test]
    fn cells_add_up_and_the_most_wrong_come_first() {
        let tables = Tables::new(validated(39, &[3, 9, 4, 5]));
        assert_eq!(tables.matrix.total(), 39);
        assert_eq!(tables.wrong.len(), 4);
        assert_eq!(numbers(&tables.of, &tables.wrong), [9, 5, 4, 3]);
        assert_eq!(numbers(&tables.of, &tables.cell(0, 1)), [9, 3]);
        assert_eq!(numbers(&tables.of, &tables.cell(2, 0)), [5]);
        assert!((tables.wrong_confidence.unwrap() - 0.6).abs() < 1e-6);
        assert!((tables.accuracy() - 35.0 / 39.0).abs() < 1e-9);
        assert_eq!(Tables::new(validated(39, &[])).wrong_confidence, None);
    }

    #[test]
    fn only_images_that_validated_both_are_compared() {
        // The smaller set is the end of the larger one, so that the places differ.
        let (first, other) = (validated(39, &[1, 2, 3]), validated(20, &[3, 7]));
        let compared = Compared::new(&first, Arc::clone(&other)).unwrap();
        assert_eq!(compared.comparison.count, 20);
        assert_eq!(compared.sharing, Sharing::OtherImages);
        let shared: Vec<usize> = (0..20).map(|p| other.data.validation_index(p)).collect();
        let expect = |all: &[usize]| -> Vec<usize> {
            let shared = all.iter().copied().filter(|i| shared.contains(i));
            shared.collect()
        };
        let comparison = &compared.comparison;
        assert_eq!(numbers(&first, &comparison.fixed), expect(&[2, 1]));
        assert_eq!(numbers(&first, &comparison.broken), expect(&[7]));
        assert_eq!(numbers(&first, &comparison.both_wrong), expect(&[3]));
        for &place in &comparison.fixed {
            let in_other = compared.place(place).unwrap();
            assert_eq!(
                first.data.validation_index(place),
                other.data.validation_index(in_other)
            );
        }
    }

    #[test]
    fn other_data_is_not_compared() {
        let (first, other) = (validated(39, &[]), validated(39, &[]));
        let mut elsewhere = (*other).clone();
        elsewhere.subject.data.source = DataSource::files("/elsewhere".into());
        let compared = Compared::new(&first, Arc::new(elsewhere));
        assert_eq!(compared.err(), Some(NotComparable::DifferentData));
    }

    #[test]
    fn data_that_changed_at_its_place_are_not_compared() {
        let of = |sha256: &str| {
            let mut validated = (*validated(39, &[])).clone();
            validated.subject.data_sha256 = Some(sha256.into());
            validated
        };
        let (first, same) = (of("1"), Arc::new(of("1")));
        let compared = Compared::new(&first, same).unwrap();
        assert_eq!(compared.sharing, Sharing::Same);
        let compared = Compared::new(&first, Arc::new(of("2")));
        assert_eq!(compared.err(), Some(NotComparable::DifferentData));
    }
}
