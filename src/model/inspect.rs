//! A look into a network: the first layer's filters, and what each convolution makes of an image.

use super::network::read;
use super::{ModelError, Network};
use burn::tensor::Tensor;

/// Pictures of one size that belong together: filters, or what a layer makes of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// The layer, as `conv 3×3, 32`.
    pub layer: String,
    /// How many there are.
    pub count: usize,
    /// Rows of each.
    pub rows: usize,
    /// Columns of each.
    pub columns: usize,
    /// `[map, row, column]`; of filters any number, of activations from 0 up.
    pub values: Vec<f32>,
}

impl Maps {
    /// The values of one, `[row, column]`.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn map(&self, index: usize) -> &[f32] {
        let len = self.rows * self.columns;
        &self.values[index * len..][..len]
    }
}

impl Network {
    /// The weights of the first layer as pictures: a 3×3 filter a channel; without convolutions a
    /// picture of the image's size a unit, which shows where ink speaks for that unit.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn filters(&self) -> Result<Maps, ModelError> {
        if let Some(conv) = self.conv.first() {
            let [count, _, rows, columns] = conv.weight.dims();
            return Ok(Maps {
                layer: conv_name(count),
                count,
                rows,
                columns,
                values: read(conv.weight.val())?,
            });
        }
        let Some(dense) = self.dense.first() else {
            return Err(ModelError::Impossible {
                what: "no layer".into(),
            });
        };
        let [_, count] = dense.weight.dims();
        Ok(Maps {
            layer: format!("dense {count}"),
            count,
            rows: self.spec.rows,
            columns: self.spec.columns,
            values: read(dense.weight.val().transpose())?,
        })
    }

    /// What each convolution makes of one image, after its ReLU and before any pooling. Empty for
    /// a network without convolutions.
    ///
    /// # Shapes
    /// - `image`: raw pixels 0 to 255, `[1, row, column]`
    ///
    /// # Errors
    /// Where the device fails.
    pub fn activations(&self, image: Tensor<3>) -> Result<Vec<Maps>, ModelError> {
        self.conv_activations(image)
            .into_iter()
            .map(|activation| {
                let [_, count, rows, columns] = activation.dims();
                Ok(Maps {
                    layer: conv_name(count),
                    count,
                    rows,
                    columns,
                    values: read(activation)?,
                })
            })
            .collect()
    }
}

fn conv_name(channels: usize) -> String {
    format!("conv 3×3, {channels}")
}

#[cfg(test)]
mod tests {
    use crate::experiment::{Architecture, Preset};
    use crate::model::{Network, NetworkSpec};
    use burn::tensor::{Device, Tensor};

    #[test]
    fn every_convolution_is_shown_before_its_pooling() {
        let device = Device::flex();
        let settings = Preset::Default.settings();
        let spec = NetworkSpec::new(&settings, [28, 28], 10).unwrap();
        let network = Network::new(&spec, 1, &device);
        let image = Tensor::ones([1, 28, 28], &device).mul_scalar(200.0);
        let maps = network.activations(image).unwrap();
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
        let filters = network.filters().unwrap();
        assert_eq!((filters.count, filters.rows, filters.columns), (32, 3, 3));
    }

    #[test]
    fn without_convolutions_the_filters_are_pictures() {
        let device = Device::flex();
        let mut settings = Preset::Linear.settings();
        settings.network.architecture = Architecture::Linear;
        let spec = NetworkSpec::new(&settings, [8, 6], 3).unwrap();
        let network = Network::new(&spec, 1, &device);
        let filters = network.filters().unwrap();
        assert_eq!((filters.count, filters.rows, filters.columns), (3, 8, 6));
        // `[pixel, class]` became a picture a class.
        let weights = network.dense[0].weight.val().into_data();
        let weights = weights.as_slice::<f32>().unwrap();
        assert_eq!(filters.map(2)[7], weights[7 * 3 + 2]);
        assert!(
            network
                .activations(Tensor::ones([1, 8, 6], &device))
                .unwrap()
                .is_empty()
        );
    }
}
