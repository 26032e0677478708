//! Takes other data into a draft. What depends on the size of the data is made to fit.

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
        if let Some([rows, columns]) = self.data.source.known_image_size() {
            // One block stays at least: the check refuses images without room for any.
            let most = most_conv_blocks(rows.min(columns)).max(1);
            self.network.conv_blocks = self.network.conv_blocks.min(most);
        }
    }

    /// Takes all of the training pool where more was asked for than it holds.
    pub fn clamp_train_size(&mut self) {
        let known = self.data.source.known_size();
        if let (Some(size), TrainSize::Count(count)) = (known, self.data.train_size)
            && count > size.saturating_sub(self.data.validation_size)
        {
            self.data.train_size = TrainSize::ALL;
        }
    }
}
