//! How large a network and its batches are, counted before memory is taken for either.

use super::check::ExperimentError;
use super::limits;
use super::setting::Field;
use super::settings::{Architecture, BatchNorm, Settings};
use super::source::DataFacts;

/// Channels of the first block's convolutions, before the width multiplier. Each block after it
/// has twice as many.
pub const FIRST_CHANNELS: usize = 32;

impl Settings {
    /// Channels of a block's convolutions, counted from 0.
    pub fn channels(&self, block: usize) -> usize {
        self.scaled(FIRST_CHANNELS << block.min(16))
    }

    /// Units of the hidden dense layer.
    pub fn hidden_units(&self) -> usize {
        self.scaled(self.network.dense_units)
    }

    /// A count multiplied by the width, 1 at least.
    fn scaled(&self, count: usize) -> usize {
        ((count as f64 * self.network.width).round() as usize).max(1)
    }
}

/// Parameters of a network, and what its layers give for an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetworkSize {
    /// Parameters, trainable or not.
    pub parameters: u64,
    /// Values that its convolutions, pools and dense layers give for one image.
    pub values: u64,
}

impl NetworkSize {
    /// The size of the network that settings describe. The settings are in their ranges, and the
    /// image lasts for all blocks.
    pub fn of(settings: &Settings, facts: DataFacts) -> Self {
        let mut size = Self::default();
        let norm = |features: u64| match settings.regularization.batch_norm {
            BatchNorm::None => 0,
            BatchNorm::Channels | BatchNorm::Rows => 4 * features,
        };
        // Over rows there are fewer features than over channels, or about as many.
        let (mut rows, mut columns) = (facts.rows as u64, facts.columns as u64);
        let mut channels = 1;
        let network = &settings.network;
        let blocks = match network.architecture {
            Architecture::Cnn => network.conv_blocks,
            Architecture::Dense | Architecture::Linear => 0,
        };
        for block in 0..blocks {
            let output = settings.channels(block) as u64;
            for input in [channels, output] {
                (rows, columns) = (rows.saturating_sub(2), columns.saturating_sub(2));
                size.parameters += 9 * input * output + output;
                size.values += rows * columns * output;
            }
            // After the first convolution, and after the pool unless the features come next.
            size.parameters += norm(output);
            if block + 1 < blocks {
                size.parameters += norm(output);
            }
            (rows, columns) = (rows / 2, columns / 2);
            size.values += rows * columns * output;
            channels = output;
        }
        let mut features = rows * columns * channels;
        if network.architecture == Architecture::Cnn {
            size.parameters += norm(features);
        }
        if network.architecture.has_hidden_layer() {
            let units = settings.hidden_units() as u64;
            size.dense(features, units);
            size.parameters += norm(units);
            features = units;
        }
        size.dense(features, facts.classes as u64);
        size
    }

    fn dense(&mut self, features: u64, units: u64) {
        self.parameters += features * units + units;
        self.values += units;
    }
}

/// Whether the network and its batches stay within what is given memory.
pub(super) fn check_size(settings: &Settings, facts: DataFacts) -> Result<(), ExperimentError> {
    let size = NetworkSize::of(settings, facts);
    let network = &settings.network;
    if size.parameters > limits::PARAMETERS {
        let widens = network.width > 1.0;
        return Err(ExperimentError::OutOfRange {
            field: if widens {
                Field::Width
            } else {
                Field::DenseUnits
            },
            value: if widens {
                network.width.to_string()
            } else {
                network.dense_units.to_string()
            },
            expected: format!(
                "less: a network of at most {} parameters, this one has {}",
                limits::PARAMETERS,
                size.parameters
            ),
        });
    }
    let most = limits::BATCH_VALUES / size.values.max(1);
    if settings.training.batch_size as u64 > most {
        return Err(ExperimentError::OutOfRange {
            field: Field::BatchSize,
            value: settings.training.batch_size.to_string(),
            expected: format!(
                "1 to {most}: this network's layers give {} values for an image, and a batch's \
                 may be {} at most",
                size.values,
                limits::BATCH_VALUES
            ),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataSource, Experiment, FilesSource, Preset};

    #[test]
    fn what_would_fill_the_memory_names_the_field_and_the_limit() {
        let check = |edit: &dyn Fn(&mut Settings), parts: &[&str]| {
            let mut settings = Preset::Default.settings();
            edit(&mut settings);
            let message = Experiment::new(settings, Vec::new())
                .unwrap_err()
                .to_string();
            for part in parts {
                assert!(message.contains(part), "{part}: {message}");
            }
        };
        check(
            &|s| {
                s.network.width = 4.0;
                s.network.dense_units = 4096;
            },
            &["width: 4 is out of range", "50000000 parameters"],
        );
        let large_images = |s: &mut Settings| {
            s.data.source = DataSource::Files(FilesSource {
                path: "large".into(),
                facts: Some(DataFacts {
                    images: 60_000,
                    own_validation: None,
                    rows: 64,
                    columns: 64,
                    classes: 10,
                }),
                reading: None,
                look: None,
                turned: false,
            });
        };
        check(
            &|s| {
                large_images(s);
                s.network.conv_blocks = 1;
                s.network.dense_units = 4096;
            },
            &["dense-units: 4096 is out of range", "118"],
        );
        check(
            &|s| {
                large_images(s);
                s.training.batch_size = 4096;
            },
            &["batch-size: 4096 is out of range, expected 1 to 1"],
        );
        check(
            &|s| {
                s.network.width = 4.0;
                s.training.batch_size = 4096;
            },
            &["batch-size: 4096 is out of range", "1 to ", "536870912"],
        );
    }
}
