//! The gradients of all tensors together, shortened where they are too long (Pascanu, Mikolov &
//! Bengio 2013).

use super::CpuTraining;

impl CpuTraining {
    /// Shortens the gradients to a global norm where theirs is larger. The norm is added up in
    /// one order, so that it doesn't depend on how many threads there are.
    pub(super) fn clip(&mut self, length: f64) {
        let norm = self.gradient_norm();
        if norm <= length {
            return;
        }
        let factor = (length / norm) as f32;
        let conv = self.conv.iter_mut().flat_map(|layer| layer.slots());
        let norms = self.norm.iter_mut().flat_map(|layer| layer.slots());
        let dense = self.dense.iter_mut().flat_map(|layer| layer.slots());
        for slot in conv.chain(norms).chain(dense) {
            slot.scale_gradient(factor);
        }
    }

    /// The square root of the sum of the squares of all gradients.
    fn gradient_norm(&mut self) -> f64 {
        let conv = self.conv.iter_mut().flat_map(|layer| layer.slots());
        let norms = self.norm.iter_mut().flat_map(|layer| layer.slots());
        let small: f64 = conv.chain(norms).map(|slot| slot.gradient_squares()).sum();
        let dense: f64 = self
            .dense
            .iter()
            .map(|layer| layer.gradient_squares())
            .sum();
        (small + dense).sqrt()
    }
}
