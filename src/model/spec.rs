//! The network as plain data: the sizes of all of its layers.

use super::plan::KERNEL;
use super::{ModelError, layer_table};
use crate::experiment::{Architecture, BatchNorm, FIRST_CHANNELS, ImageSize, Settings, limits};
use serde::{Deserialize, Serialize};

/// The statistics that raw pixels (0 to 255) are normalized with: (x − mean) / std.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalization {
    /// The mean of the raw pixels.
    pub mean: f32,
    /// The standard deviation of the raw pixels, above 0.
    pub std: f32,
}

impl Default for Normalization {
    /// Statistics that bring pixels between 0 and 1, where no image has been seen yet.
    fn default() -> Self {
        Self {
            mean: 0.0,
            std: 255.0,
        }
    }
}

/// The sizes of a network, which are stored beside its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSpec {
    /// The kind of network.
    pub architecture: Architecture,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// How many classes the network tells apart, which is how many outputs it has.
    pub classes: usize,
    /// The channels of each block's two convolutions. Only `cnn` has any.
    pub channels: Vec<usize>,
    /// The units of the hidden dense layer; 0 where there is none.
    pub hidden_units: usize,
    /// What batch norm normalizes over.
    pub batch_norm: BatchNorm,
    /// The share of the running statistics that a step keeps, which is the momentum in Keras's
    /// sense.
    pub batch_norm_momentum: f64,
    /// The statistics that raw pixels are normalized with.
    pub normalization: Normalization,
    /// The dropout rate, which only the layer table shows: dropout has no weights and acts in
    /// training alone.
    #[serde(skip)]
    pub dropout: f64,
}

impl NetworkSpec {
    /// The network that settings describe, for images of this size and so many classes.
    ///
    /// # Errors
    /// Where the image is too small for the blocks of convolutions.
    pub fn new(
        settings: &Settings,
        ImageSize { rows, columns }: ImageSize,
        classes: usize,
    ) -> Result<Self, ModelError> {
        let network = &settings.network;
        let blocks = match network.architecture {
            Architecture::Cnn => network.conv_blocks,
            Architecture::Dense | Architecture::Linear => 0,
        };
        let spec = Self {
            architecture: network.architecture,
            rows,
            columns,
            classes,
            channels: (0..blocks).map(|block| settings.channels(block)).collect(),
            hidden_units: match network.architecture {
                Architecture::Linear => 0,
                Architecture::Dense | Architecture::Cnn => settings.hidden_units(),
            },
            batch_norm: settings.regularization.batch_norm,
            batch_norm_momentum: settings.regularization.batch_norm_momentum,
            normalization: Normalization::default(),
            dropout: settings.regularization.dropout,
        };
        spec.check()?;
        Ok(spec)
    }

    /// The same network with these pixel statistics.
    pub fn with_normalization(mut self, normalization: Normalization) -> Self {
        self.normalization = normalization;
        self
    }

    /// Checks that there can be such a network: its sizes fit each other, and it is no larger than
    /// an experiment can make one, whatever a file claims.
    ///
    /// # Errors
    /// The first figure that no network has.
    pub fn check(&self) -> Result<(), ModelError> {
        let impossible = |what: String| Err(ModelError::Impossible { what });
        let widest = *limits::WIDTH.end();
        let widened = |count: usize| (count as f64 * widest).round() as usize;
        let sizes = [
            ("rows", self.rows, limits::IMAGE_SIDE),
            ("columns", self.columns, limits::IMAGE_SIDE),
            ("classes", self.classes, 1..=*limits::CLASSES.end()),
            (
                "hidden units",
                self.hidden_units,
                match self.architecture {
                    Architecture::Linear => 0..=0,
                    Architecture::Dense | Architecture::Cnn => {
                        1..=widened(*limits::DENSE_UNITS.end())
                    }
                },
            ),
            (
                "blocks of convolutions",
                self.channels.len(),
                match self.architecture {
                    Architecture::Linear | Architecture::Dense => 0..=0,
                    Architecture::Cnn => limits::CONV_BLOCKS,
                },
            ),
        ];
        for (name, value, range) in sizes {
            if !range.contains(&value) {
                let (start, end) = (range.start(), range.end());
                return impossible(format!("{value} {name}, expected {start} to {end}"));
            }
        }
        for (block, channels) in self.channels.iter().enumerate() {
            let most = widened(FIRST_CHANNELS << block);
            if !(1..=most).contains(channels) {
                return impossible(format!("{channels} channels, expected 1 to {most}"));
            }
        }
        if !(0.0..=1.0).contains(&self.batch_norm_momentum) {
            let momentum = self.batch_norm_momentum;
            return impossible(format!("batch norm momentum {momentum}, expected 0 to 1"));
        }
        let Normalization { mean, std } = self.normalization;
        if !mean.is_finite() || !std.is_finite() || std <= 0.0 {
            return impossible(format!("pixels of mean {mean} and deviation {std}"));
        }
        match (self.architecture, self.batch_norm) {
            (_, BatchNorm::None) | (Architecture::Cnn, _) => {}
            (Architecture::Dense, BatchNorm::Channels) => {}
            (Architecture::Dense, BatchNorm::Rows) => {
                return impossible("batch norm over rows without convolutions".into());
            }
            (Architecture::Linear, _) => {
                return impossible("batch norm without a hidden layer".into());
            }
        }
        self.check_image()?;
        let parameters = layer_table(self).parameters as u64;
        if parameters > limits::PARAMETERS {
            let most = limits::PARAMETERS;
            return impossible(format!("{parameters} parameters, expected at most {most}"));
        }
        Ok(())
    }

    /// Checks that the image is large enough for all blocks.
    fn check_image(&self) -> Result<(), ModelError> {
        let mut side = self.rows.min(self.columns);
        for _ in &self.channels {
            // Two convolutions take four pixels off, and a pool needs two.
            if side < 2 * (KERNEL - 1) + 2 {
                return Err(ModelError::ImageTooSmall {
                    rows: self.rows,
                    columns: self.columns,
                    blocks: self.channels.len(),
                });
            }
            side = (side - 2 * (KERNEL - 1)) / 2;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataFacts, NetworkSize, Preset};

    fn spec(preset: Preset, edit: impl Fn(&mut Settings)) -> Result<NetworkSpec, ModelError> {
        let mut settings = preset.settings();
        edit(&mut settings);
        NetworkSpec::new(&settings, ImageSize::new(28, 28), 10)
    }

    #[test]
    fn width_multiplies_channels_and_units_and_leaves_one_at_least() {
        let half = spec(Preset::Default, |s| s.network.width = 0.5).unwrap();
        assert_eq!((half.channels, half.hidden_units), (vec![16, 32], 256));
        let least = spec(Preset::Dense, |s| {
            s.network.width = 0.0625;
            s.network.dense_units = 1;
        })
        .unwrap();
        assert_eq!((least.channels.len(), least.hidden_units), (0, 1));
    }

    #[test]
    fn too_small_an_image_is_an_error_that_says_what_to_do() {
        let three = |s: &mut Settings| s.network.conv_blocks = 3;
        let message = spec(Preset::Default, three).unwrap_err().to_string();
        assert!(
            message.contains("28 × 28") && message.contains("fewer blocks"),
            "{message}"
        );
        let mut settings = Preset::Default.settings();
        three(&mut settings);
        let large = NetworkSpec::new(&settings, ImageSize::new(64, 60), 10).unwrap();
        assert_eq!(large.channels, [32, 64, 128]);
        settings.network.conv_blocks = 1;
        assert!(NetworkSpec::new(&settings, ImageSize::new(6, 6), 10).is_ok());
        assert!(NetworkSpec::new(&settings, ImageSize::new(6, 5), 10).is_err());
    }

    #[test]
    fn an_experiment_is_counted_as_its_network_is() {
        for preset in Preset::ALL {
            for (width, side) in [(1.0, 28), (0.3, 64), (2.5, 28)] {
                let mut settings = preset.settings();
                settings.network.width = width;
                let facts = DataFacts {
                    images: 100,
                    own_validation: None,
                    rows: side,
                    columns: side,
                    classes: 10,
                };
                let spec = NetworkSpec::new(&settings, ImageSize::new(side, side), 10).unwrap();
                let counted = NetworkSize::of(&settings, facts).parameters;
                let exact = layer_table(&spec).parameters as u64;
                if settings.regularization.batch_norm == BatchNorm::Rows {
                    // Batch norm is counted as one over channels.
                    assert!(counted.abs_diff(exact) < 4_096, "{preset}");
                } else {
                    assert_eq!(counted, exact, "{preset}");
                }
            }
        }
    }

    #[test]
    fn impossible_figures_are_refused() {
        let good = spec(Preset::Default, |_| {}).unwrap();
        let refused = |edit: fn(&mut NetworkSpec)| {
            let mut spec = good.clone();
            edit(&mut spec);
            assert!(spec.check().is_err(), "{spec:?}");
        };
        refused(|s| s.rows = usize::MAX);
        refused(|s| s.classes = 0);
        refused(|s| s.channels = vec![usize::MAX; 2]);
        refused(|s| s.channels = vec![129, 64]);
        refused(|s| s.channels.clear());
        refused(|s| s.hidden_units = usize::MAX);
        refused(|s| s.batch_norm_momentum = f64::NAN);
        refused(|s| s.normalization.std = 0.0);
        refused(|s| s.architecture = Architecture::Linear);
    }
}
