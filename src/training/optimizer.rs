//! The update of the weights: burn's Adam and SGD, around them weight decay that can change at
//! any step, and the state of each tensor by its identity.

use crate::experiment::Optimizer as Kind;
use crate::model::Network;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{Adam, AdamConfig, GradientsParams, Optimizer, Sgd, SgdConfig};
use burn::tensor::Tensor;
use std::any::Any;
use std::collections::{HashMap, HashSet};

/// The update rule and its state. burn's own `ModuleOptimizer` fixes weight decay when it is
/// built, and forgets no tensor.
pub(super) struct Updater {
    rule: Rule,
    /// Whether weight decay acts on the weights themselves, not on the gradient (AdamW,
    /// Loshchilov & Hutter 2019).
    decouples_decay: bool,
    states: States,
}

/// The state of each tensor: of its rule and its rank.
type States = HashMap<ParamId, Box<dyn Any + Send>>;

enum Rule {
    Adam(Adam),
    Sgd(Sgd),
}

impl Updater {
    pub fn new(kind: Kind) -> Self {
        let rule = match kind {
            // burn's own epsilon, 1e-5, is another optimizer where gradients are small.
            Kind::Adam | Kind::AdamW => Rule::Adam(
                AdamConfig::new()
                    .with_beta_1(0.9)
                    .with_beta_2(0.999)
                    .with_epsilon(1e-8)
                    .build(),
            ),
            Kind::Sgd => Rule::Sgd(
                SgdConfig::new()
                    .with_momentum(Some(MomentumConfig {
                        momentum: 0.9,
                        dampening: 0.0,
                        nesterov: false,
                    }))
                    .build(),
            ),
        };
        Self {
            rule,
            decouples_decay: kind == Kind::AdamW,
            states: States::new(),
        }
    }

    /// A step. Weight decay acts on every trainable tensor.
    pub fn step(
        &mut self,
        network: Network,
        gradients: GradientsParams,
        learning_rate: f64,
        weight_decay: f64,
    ) -> Network {
        network.map(&mut Step {
            rule: &self.rule,
            states: &mut self.states,
            gradients,
            learning_rate,
            decay: match (weight_decay, self.decouples_decay) {
                (0.0, _) => Decay::None,
                (decay, true) => Decay::Weights(1.0 - learning_rate * decay),
                (decay, false) => Decay::Gradient(decay),
            },
        })
    }

    /// Forgets the state of tensors that the network no longer has.
    pub fn keep_only(&mut self, network: &Network) {
        let mut present = Present(HashSet::new());
        network.visit(&mut present);
        self.states.retain(|id, _| present.0.contains(id));
    }
}

/// How weight decay acts in a step.
#[derive(Clone, Copy)]
enum Decay {
    None,
    /// So much of each weight is added to its gradient.
    Gradient(f64),
    /// Each weight is multiplied by this first.
    Weights(f64),
}

/// A step through the network's tensors.
struct Step<'a> {
    rule: &'a Rule,
    states: &'a mut States,
    gradients: GradientsParams,
    learning_rate: f64,
    decay: Decay,
}

impl Step<'_> {
    fn update<O: Optimizer, const D: usize>(
        &mut self,
        optimizer: &O,
        id: ParamId,
        weights: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Tensor<D> {
        let state = self
            .states
            .remove(&id)
            .and_then(|state| state.downcast::<O::State<D>>().ok());
        let (updated, state) = optimizer.step(
            self.learning_rate,
            weights,
            gradient,
            state.map(|state| *state),
        );
        if let Some(state) = state {
            self.states.insert(id, Box::new(state));
        }
        updated
    }
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(gradient) = self.gradients.remove::<D>(param.id) else {
            return param;
        };
        let (id, weights, mapper) = param.consume();
        let weights = weights.inner();
        let (weights, gradient) = match self.decay {
            Decay::None => (weights, gradient),
            Decay::Gradient(decay) => {
                let gradient = weights.clone().mul_scalar(decay) + gradient;
                (weights, gradient)
            }
            Decay::Weights(factor) => (weights.mul_scalar(factor), gradient),
        };
        let updated = match self.rule {
            Rule::Adam(adam) => self.update(adam, id, weights, gradient),
            Rule::Sgd(sgd) => self.update(sgd, id, weights, gradient),
        };
        Param::from_mapped_value(id, Tensor::from_inner(updated).require_grad(), mapper)
    }
}

/// The tensors that a network has.
struct Present(HashSet<ParamId>);

impl ModuleVisitor for Present {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.insert(param.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::model::{NetworkSpec, weights};
    use burn::tensor::{Device, TensorData};

    fn network() -> Network {
        let settings = Preset::Linear.settings();
        let spec = NetworkSpec::new(&settings, [2, 2], 2).unwrap();
        Network::new(&spec, 1, &Device::flex().autodiff())
    }

    /// The gradients of the sum of an image's logits: the same at every step.
    fn gradients(network: &Network) -> GradientsParams {
        let image = TensorData::new(vec![0.0_f32, 51.0, 102.0, 255.0], [1, 2, 2]);
        let image = Tensor::from_data(image, &Device::flex());
        let sum = network.forward(image, None).sum();
        GradientsParams::from_grads(sum.backward(), network)
    }

    /// A pixel's gradient: its normalized value.
    const GRADIENT: f64 = 0.4;

    /// The weight from the pixel with that gradient to the first class.
    fn weight(network: &Network) -> f64 {
        let bytes = weights::to_bytes(network).unwrap();
        // A class's biases come first in the file, then the weights `[pixel, class]`.
        let place = bytes.len() - 4 * (8 - 2 * 2);
        let value = bytes[place..].first_chunk().copied().unwrap();
        f64::from(f32::from_le_bytes(value))
    }

    /// Steps with these rates of decay, against the rule by hand.
    fn check(kind: Kind, decays: &[f64], mut by_hand: impl FnMut(f64, f64) -> f64) {
        let (mut network, mut updater) = (network(), Updater::new(kind));
        let mut expected = weight(&network);
        for &decay in decays {
            let gradients = gradients(&network);
            network.replace_with(|network| updater.step(network, gradients, 0.1, decay));
            expected = by_hand(expected, decay);
            let found = weight(&network);
            assert!(
                (found - expected).abs() < 1e-5,
                "{kind:?}: {found} {expected}"
            );
        }
    }

    /// Weight decay is switched on, changed and off again: the state goes on.
    const DECAYS: [f64; 5] = [0.0, 0.5, 0.5, 0.2, 0.0];

    #[test]
    fn sgd_has_momentum_and_no_dampening() {
        let mut velocity = 0.0;
        check(Kind::Sgd, &DECAYS, |weight, decay| {
            velocity = 0.9 * velocity + GRADIENT + decay * weight;
            weight - 0.1 * velocity
        });
    }

    /// Kingma & Ba 2015, algorithm 1.
    fn adam() -> impl FnMut(f64) -> f64 {
        let (mut first, mut second, mut time) = (0.0, 0.0, 0);
        move |gradient: f64| {
            time += 1;
            first = 0.9 * first + 0.1 * gradient;
            second = 0.999 * second + 0.001 * gradient * gradient;
            let first: f64 = first / (1.0 - 0.9_f64.powi(time));
            let second: f64 = second / (1.0 - 0.999_f64.powi(time));
            0.1 * first / (second.sqrt() + 1e-8)
        }
    }

    #[test]
    fn adam_decays_through_the_gradient_and_adam_w_does_not() {
        let mut change = adam();
        check(Kind::Adam, &DECAYS, |weight, decay| {
            weight - change(GRADIENT + decay * weight)
        });
        let mut change = adam();
        check(Kind::AdamW, &DECAYS, |weight, decay| {
            weight * (1.0 - 0.1 * decay) - change(GRADIENT)
        });
    }

    #[test]
    fn the_state_of_tensors_that_are_gone_is_forgotten() {
        let (mut trained, mut updater) = (network(), Updater::new(Kind::Adam));
        let gradients = gradients(&trained);
        trained.replace_with(|network| updater.step(network, gradients, 0.1, 0.0));
        assert_eq!(updater.states.len(), 2);
        updater.keep_only(&trained);
        assert_eq!(updater.states.len(), 2);
        // Another network's tensors are others, though they are called alike.
        updater.keep_only(&network());
        assert!(updater.states.is_empty());
    }
}
