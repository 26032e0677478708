//! Takes other data into a draft. What depends on the size of the data is made to fit.

use super::ImageSize;
use super::check::most_conv_blocks;
use super::settings::{Settings, TrainSize};
use super::source::DataSource;

impl Settings {
    /// Takes other data, and makes what depends on them fit: the usual validation size, a
    /// training-set size within the pool, and as many blocks of convolutions as the image has
    /// room for. Where the data are the same as before, only what is known of them is noted.
    pub fn take_data(&mut self, source: DataSource) {
        let is_same = source.is_same_place(&self.data.source);
        self.data.source = source;
        if is_same {
            return;
        }
        if let Some(size) = self.data.source.usual_validation_size() {
            self.data.validation_size = size;
        }
        self.clamp_train_size();
        if let Some(ImageSize { rows, columns }) = self.data.source.known_image_size() {
            // One block stays at least: the check refuses images without room for any.
            let most = most_conv_blocks(rows.min(columns)).max(1);
            self.network.conv_blocks = self.network.conv_blocks.min(most);
        }
    }

    /// Takes all of the training pool where more was asked for than it holds.
    pub fn clamp_train_size(&mut self) {
        if let (Some(pool), TrainSize::Count(count)) =
            (self.data.known_pool(), self.data.train_size)
            && count > pool
        {
            self.data.train_size = TrainSize::ALL;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataFacts, Experiment, FilesSource, Preset};

    /// Settings that take 100 images, of which the data names some for validation.
    fn taken(own_validation: Option<usize>) -> Settings {
        let mut settings = Preset::FirstLook.settings();
        settings.take_data(DataSource::Files(FilesSource {
            path: "somewhere".into(),
            facts: Some(DataFacts {
                images: 100,
                own_validation,
                rows: 28,
                columns: 28,
                classes: 2,
            }),
            reading: None,
            look: None,
            turned: false,
        }));
        settings
    }

    #[test]
    fn images_that_the_data_names_for_validation_validate() {
        let settings = taken(Some(30));
        assert_eq!(settings.data.validation_size, 30);
        assert_eq!(settings.data.known_pool(), Some(70));
        assert_eq!(taken(None).data.validation_size, 16);
        assert_eq!(taken(None).data.known_pool(), Some(84));
    }

    #[test]
    fn no_more_validate_than_the_data_names() {
        let check = |own: usize, size: usize, expected: Result<(), &str>| {
            let mut settings = taken(Some(own));
            settings.data.validation_size = size;
            // Images that don't validate don't train either.
            assert_eq!(settings.data.known_pool(), Some(100 - own));
            let checked = Experiment::new(settings, Vec::new());
            let checked = checked.map(|_| ()).map_err(|err| err.to_string());
            assert_eq!(checked, expected.map_err(str::to_owned));
        };
        check(30, 30, Ok(()));
        check(30, 10, Ok(()));
        let refused = "validation-size: 31 is out of range, expected 10 to 30";
        check(30, 31, Err(refused));
        check(8, 8, Ok(()));
        check(8, 10, Ok(()));
        let refused = "validation-size: 11 is out of range, expected 8 to 10";
        check(8, 11, Err(refused));
    }

    #[test]
    fn data_that_leaves_too_few_images_to_train_is_refused() {
        for own in [0, 91, usize::MAX] {
            let checked = Experiment::new(taken(Some(own)), Vec::new());
            let expected = format!(
                "data: {own} validation images of its own is out of range, expected 1 to 90, so \
                 that 10 are left to train"
            );
            assert_eq!(checked.map_err(|err| err.to_string()), Err(expected));
        }
    }
}
