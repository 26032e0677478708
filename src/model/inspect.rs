//! Looks into a network: shows the first layer's filters, and what each convolution makes of an
//! image.

use super::Weights;
use super::plan::KERNEL;
use super::predict::{Activation, cpu_activations};
use overfit_kernels::InstructionSet;

/// Pictures of one size that belong together: filters, or what a layer makes of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// The name of the layer, such as `conv 3×3, 32`.
    pub layer: String,
    /// How many pictures there are.
    pub count: usize,
    /// Rows of each picture.
    pub rows: usize,
    /// Columns of each picture.
    pub columns: usize,
    /// The values, `[map, row, column]`: any numbers for filters, 0 or more for activations.
    pub values: Vec<f32>,
}

impl Maps {
    /// The values of one picture, `[row, column]`.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn map(&self, index: usize) -> &[f32] {
        let len = self.rows * self.columns;
        &self.values[index * len..][..len]
    }
}

impl Weights {
    /// The weights of the first layer as pictures. A convolution gives a 3×3 filter for each
    /// channel. Without convolutions, there is a picture of the image's size for each unit, which
    /// shows where ink speaks for that unit.
    pub fn filters(&self) -> Maps {
        let spec = self.spec();
        if let Some(&count) = spec.channels.first() {
            return Maps {
                layer: conv_name(count),
                count,
                rows: KERNEL,
                columns: KERNEL,
                values: self.conv(0).0.to_vec(),
            };
        }
        let (weight, bias) = self.dense(0);
        let count = bias.len();
        let of_unit = |unit| weight.iter().skip(unit).step_by(count).copied();
        Maps {
            layer: format!("dense {count}"),
            count,
            rows: spec.rows,
            columns: spec.columns,
            values: (0..count).flat_map(of_unit).collect(),
        }
    }

    /// Computes what each convolution makes of one image, after its ReLU and before any pooling.
    /// Empty for a network without convolutions.
    ///
    /// # Shapes
    /// - `image`: raw pixels 0 to 255, `[row, column]`
    ///
    /// # Panics
    /// Where the image has another size.
    pub fn activations(&self, image: &[u8]) -> Vec<Maps> {
        let activations = cpu_activations(self, InstructionSet::usual(), image);
        activations.into_iter().map(channels_first).collect()
    }
}

/// Makes maps of activations that lie in memory as `[row, column, channel]`.
fn channels_first(activation: Activation) -> Maps {
    let [rows, columns, count] = activation.size;
    let of_channel = |channel| {
        activation
            .values
            .iter()
            .skip(channel)
            .step_by(count)
            .copied()
    };
    Maps {
        layer: conv_name(count),
        count,
        rows,
        columns,
        values: (0..count).flat_map(of_channel).collect(),
    }
}

fn conv_name(channels: usize) -> String {
    format!("conv 3×3, {channels}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::{Architecture, BatchNorm, Preset};
    use crate::model::NetworkSpec;

    fn weights(batch_norm: BatchNorm) -> Weights {
        let mut settings = Preset::Default.settings();
        settings.regularization.batch_norm = batch_norm;
        let spec = NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap();
        Weights::initial(&spec, 1)
    }

    #[test]
    fn every_convolution_is_shown_before_its_pooling() {
        let weights = weights(BatchNorm::Channels);
        let maps = weights.activations(&[200; 28 * 28]);
        let sizes: Vec<_> = maps.iter().map(|m| (m.count, m.rows, m.columns)).collect();
        assert_eq!(
            sizes,
            [(32, 26, 26), (32, 24, 24), (64, 10, 10), (64, 8, 8)]
        );
        for maps in &maps {
            assert_eq!(maps.values.len(), maps.count * maps.rows * maps.columns);
            assert!(maps.values.iter().all(|value| *value >= 0.0));
            assert!(maps.values.iter().any(|value| *value > 0.0));
        }
        let filters = weights.filters();
        assert_eq!((filters.count, filters.rows, filters.columns), (32, 3, 3));
        assert_eq!(filters.map(1), &weights.conv(0).0[9..18]);
    }

    #[test]
    fn they_are_what_plain_loops_give() {
        let image: Vec<u8> = (0..28 * 28).map(|i| (i * i % 251) as u8).collect();
        for kind in [BatchNorm::None, BatchNorm::Channels, BatchNorm::Rows] {
            let weights = weights(kind);
            let maps = weights.activations(&image);
            let [first, second] = [&maps[0], &maps[1]];
            let pixel = |row, column| f32::from(image[row * 28 + column]) / 255.0;
            let value = by_hand(&weights, [0, 5], [3, 7], |row, column, _| {
                pixel(row, column)
            });
            close(first.map(5)[3 * 26 + 7], value);
            // A batch norm with its first values divides by √(1 + ε).
            let scale = if kind == BatchNorm::None {
                1.0
            } else {
                1.0 / 1.001_f32.sqrt()
            };
            let value = by_hand(&weights, [1, 9], [20, 11], |row, column, channel| {
                scale * first.map(channel)[row * 26 + column]
            });
            close(second.map(9)[20 * 24 + 11], value);
        }
    }

    /// The output of a convolution at one place, computed by hand.
    fn by_hand(
        weights: &Weights,
        [layer, output]: [usize; 2],
        [row, column]: [usize; 2],
        input: impl Fn(usize, usize, usize) -> f32,
    ) -> f32 {
        let (weight, bias) = weights.conv(layer);
        let window = weight.len() / bias.len();
        let mut sum = bias[output];
        for (place, weight) in weight[output * window..][..window].iter().enumerate() {
            let (channel, y, x) = (place / 9, place % 9 / 3, place % 3);
            sum += weight * input(row + y, column + x, channel);
        }
        sum.max(0.0)
    }

    fn close(found: f32, expected: f32) {
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    }

    #[test]
    fn without_convolutions_the_filters_are_pictures() {
        let mut settings = Preset::Linear.settings();
        settings.network.architecture = Architecture::Linear;
        let spec = NetworkSpec::new(&settings, ImageSize::new(8, 6), 3).unwrap();
        let weights = Weights::initial(&spec, 1);
        let filters = weights.filters();
        assert_eq!((filters.count, filters.rows, filters.columns), (3, 8, 6));
        // `[pixel, class]` has become a picture for each class.
        assert_eq!(filters.map(2)[7], weights.dense(0).0[7 * 3 + 2]);
        assert!(weights.activations(&[255; 8 * 6]).is_empty());
    }
}
