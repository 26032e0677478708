//! Whether figures of two runs may be set against each other: whether the same images validated both.

use super::Run;
use crate::experiment::DataSettings;

/// What validates a run: the data, and the settings by which some of its images are held out.
#[derive(Clone, Copy, Debug)]
pub struct ValidationImages<'a> {
    settings: &'a DataSettings,
    sha256: Option<&'a str>,
}

/// How the validation images of two runs stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The same images validate both, so that their figures can be set against each other.
    Same,
    /// Other images of the same data validate the other run, though some may be in both sets. One set may be the
    /// harder one.
    OtherImages,
    /// Images of other data validate the other run.
    OtherData,
    /// Nobody knows, since one of the two was read from a file of curves.
    Unknown,
}

impl Sharing {
    /// What has to stand beside figures that can't be set against each other, such as "other data".
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Same => None,
            Self::OtherImages => Some("other validation images"),
            Self::OtherData => Some("other data"),
            Self::Unknown => Some("validation images not known"),
        }
    }
}

impl<'a> ValidationImages<'a> {
    /// What validates a run with these data settings. The hash of its images and labels tells data
    /// apart that lay at the same place one after the other; the embedded data have none.
    pub fn new(settings: &'a DataSettings, sha256: Option<&'a str>) -> Self {
        Self { settings, sha256 }
    }

    /// How these images stand to those of another run.
    pub fn beside(self, other: ValidationImages<'_>) -> Sharing {
        let held = |images: &DataSettings| (images.validation_size, images.split_seed);
        if !self.has_data_of(other) {
            Sharing::OtherData
        } else if held(self.settings) == held(other.settings) {
            Sharing::Same
        } else {
            Sharing::OtherImages
        }
    }

    fn has_data_of(self, other: ValidationImages<'_>) -> bool {
        if let (Some(own), Some(others)) = (self.sha256, other.sha256) {
            return own == others;
        }
        let (own, others) = (&self.settings.source, &other.settings.source);
        // What is known of a file may have been noted for one of them alone.
        let facts = own.known().zip(others.known());
        own.is_same_place(others) && facts.is_none_or(|(own, others)| own == others)
    }
}

impl Run {
    /// What validates the run.
    pub fn validation_images(&self) -> ValidationImages<'_> {
        let settings = &self.experiment.settings().data;
        ValidationImages::new(settings, self.data_sha256.as_deref())
    }

    /// Whether the same images validate this run and another.
    pub fn shares_validation_images(&self, other: &Self) -> Sharing {
        self.validation_images().beside(other.validation_images())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataFacts, DataSource, Preset, TrainSize};

    fn check(edit: impl Fn(&mut DataSettings), hashes: [Option<&str>; 2], expected: Sharing) {
        let one = Preset::Cnn.settings().data;
        let mut other = one.clone();
        edit(&mut other);
        let (one, other) = (
            ValidationImages::new(&one, hashes[0]),
            ValidationImages::new(&other, hashes[1]),
        );
        assert_eq!(one.beside(other), expected);
        assert_eq!(other.beside(one), expected);
    }

    #[test]
    fn what_holds_images_out_decides_and_what_trains_does_not() {
        let train = |data: &mut DataSettings| {
            data.train_size = TrainSize::Count(500);
            data.label_noise = 0.2;
        };
        check(train, [None; 2], Sharing::Same);
        let images = |data: &mut DataSettings| data.validation_size = 5_000;
        check(images, [None; 2], Sharing::OtherImages);
        let split = |data: &mut DataSettings| data.split_seed = 2;
        check(split, [None; 2], Sharing::OtherImages);
    }

    #[test]
    fn data_are_known_by_their_hash_or_else_by_their_place() {
        let elsewhere = |data: &mut DataSettings| data.source = DataSource::files("b".into());
        check(elsewhere, [None; 2], Sharing::OtherData);
        check(elsewhere, [None, Some("1")], Sharing::OtherData);
        check(elsewhere, [Some("1"), Some("2")], Sharing::OtherData);
        // The same file was copied to another place.
        check(elsewhere, [Some("1"), Some("1")], Sharing::Same);
        // Another file was laid at the same place.
        check(|_| (), [Some("1"), Some("2")], Sharing::OtherData);
        check(|_| (), [None, Some("2")], Sharing::Same);
    }

    #[test]
    fn what_is_known_of_a_file_counts_where_it_is_known_of_both() {
        let source = |images: Option<usize>| {
            let mut data = Preset::Cnn.settings().data;
            data.source = DataSource::files("a".into());
            if let DataSource::Files(files) = &mut data.source {
                files.facts = images.map(|images| DataFacts {
                    images,
                    own_validation: None,
                    rows: 28,
                    columns: 28,
                    classes: 10,
                });
            }
            data
        };
        let sharing = |one: Option<usize>, other: Option<usize>| {
            let (one, other) = (source(one), source(other));
            ValidationImages::new(&one, None).beside(ValidationImages::new(&other, None))
        };
        assert_eq!(sharing(None, Some(70_000)), Sharing::Same);
        assert_eq!(sharing(Some(60_000), Some(70_000)), Sharing::OtherData);
    }
}
