//! Reads the network's tensors out of its layers, in the order of the plan, and puts an optimizer's
//! moments back into them.

use super::super::plan::LayerTensors;
use super::{CpuTraining, Moments};

impl CpuTraining {
    /// The tensors in the order of [`NetworkSpec::tensors`](super::NetworkSpec::tensors).
    pub fn values(&self) -> Vec<Vec<f32>> {
        self.collect(
            |network, layer| network.conv[layer].values().into(),
            |network, layer| network.dense[layer].values().into(),
            |network, layer| network.norm[layer].values().into(),
        )
    }

    /// The optimizer's moments of each tensor, in the same order.
    pub fn moments(&self) -> Vec<Moments> {
        self.collect(
            |network, layer| network.conv[layer].moments().into(),
            |network, layer| network.dense[layer].moments().into(),
            |network, layer| network.norm[layer].moments().into(),
        )
    }

    /// Takes up an optimizer's moments of each tensor, in the same order. A tensor without moments
    /// starts anew.
    pub fn restore(&mut self, moments: Vec<Moments>) {
        let mut moments = moments.into_iter();
        let mut next = || moments.next().unwrap_or_default();
        for (kind, layer) in self.layers() {
            match kind {
                Kind::Conv => self.conv[layer].restore([next(), next()]),
                Kind::Dense => self.dense[layer].restore([next(), next()]),
                Kind::Norm => self.norm[layer].restore([next(), next(), next(), next()]),
            }
        }
    }

    fn collect<T>(
        &self,
        conv: impl Fn(&Self, usize) -> Vec<T>,
        dense: impl Fn(&Self, usize) -> Vec<T>,
        norm: impl Fn(&Self, usize) -> Vec<T>,
    ) -> Vec<T> {
        let layers = self.layers().into_iter();
        let each = layers.flat_map(|(kind, layer)| match kind {
            Kind::Conv => conv(self, layer),
            Kind::Dense => dense(self, layer),
            Kind::Norm => norm(self, layer),
        });
        each.collect()
    }

    /// The layers in the order of the plan, each with its number among those of its kind.
    fn layers(&self) -> Vec<(Kind, usize)> {
        let (mut conv, mut dense, mut norm) = (0.., 0.., 0..);
        let layers = self.spec.layer_tensors().into_iter();
        let each = layers.filter_map(|layer| match layer {
            LayerTensors::Conv2d(_) => Some((Kind::Conv, conv.next()?)),
            LayerTensors::Dense(_) => Some((Kind::Dense, dense.next()?)),
            LayerTensors::BatchNorm(_) => Some((Kind::Norm, norm.next()?)),
        });
        each.collect()
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Conv,
    Dense,
    Norm,
}
