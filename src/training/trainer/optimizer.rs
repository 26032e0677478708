//! Updates the weights on a device: Adam, AdamW and SGD as a few lines of tensors, with a weight
//! decay that can change at any step, and with the moments of each tensor by its name.

use super::super::step::StepSettings;
use super::OptimizerState;
use crate::experiment::Optimizer as Kind;
use crate::model::{ModelError, Moments, Network, NetworkSpec, UpdateTensor};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use std::any::Any;
use std::collections::HashMap;

/// Adam's decay of the first moment, and SGD's momentum.
const BETA_1: f32 = 0.9;
/// Adam's decay of the second moment.
const BETA_2: f32 = 0.999;
/// The term in Adam's denominator, as in Kingma & Ba 2015.
const EPSILON: f32 = 1e-8;

/// An update rule and the moments that it keeps.
pub(super) struct Updater {
    kind: Kind,
    moments: HashMap<String, Box<dyn Kept>>,
}

/// The moments of a tensor, of whatever rank.
trait Kept: Any + Send {
    fn read(&self) -> Result<Moments, ModelError>;
}

/// The moments of a tensor of this rank.
struct Tensors<const D: usize> {
    steps: u64,
    first: Tensor<D>,
    /// The second moment, which only Adam has.
    second: Option<Tensor<D>>,
}

impl Updater {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            moments: HashMap::new(),
        }
    }

    /// Makes a step. Gradients that are too long together are shortened first; then weight decay
    /// acts on every trained tensor.
    pub fn step(
        &mut self,
        network: &mut Network,
        gradients: &mut Gradients,
        settings: &StepSettings,
    ) {
        let (learning_rate, weight_decay) = (settings.learning_rate, settings.weight_decay);
        let excess = settings.gradient_clip.and_then(|length| {
            let mut squares = Squares {
                gradients,
                sum: None,
            };
            network.update(&mut squares);
            // At least 1: gradients that are short enough stay as they are.
            let norm = squares.sum?.sqrt();
            Some(norm.div_scalar(length).clamp_min(1.0))
        });
        network.update(&mut Step {
            kind: self.kind,
            moments: &mut self.moments,
            gradients,
            excess,
            learning_rate,
            // In AdamW, weight decay acts on the weights themselves (Loshchilov & Hutter 2019).
            decay: match (weight_decay, self.kind) {
                (0.0, _) => Decay::None,
                (decay, Kind::AdamW) => Decay::Weights(1.0 - learning_rate * decay),
                (decay, Kind::Adam | Kind::Sgd) => Decay::Gradient(decay),
            },
        });
    }

    /// Forgets the moments of all tensors but those that `keep` names.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.moments.retain(|name, _| keep(name));
    }

    /// Reads the moments as they are now, which waits for the device.
    pub fn state(&self) -> Result<OptimizerState, ModelError> {
        let tensors = self.moments.iter();
        let tensors = tensors.map(|(name, moments)| Ok((name.clone(), moments.read()?)));
        Ok(OptimizerState {
            kind: self.kind,
            tensors: tensors.collect::<Result<_, ModelError>>()?,
        })
    }

    /// An optimizer that goes on from the state of a network's optimizer. The state must have been
    /// checked.
    pub fn restored(state: OptimizerState, spec: &NetworkSpec, device: &Device) -> Self {
        let mut tensors = state.tensors;
        let moments = spec.tensors().into_iter().filter_map(|plan| {
            let moments = tensors.remove(&plan.name)?;
            let kept: Box<dyn Kept> = match plan.shape.len() {
                4 => Box::new(Tensors::<4>::new(moments, plan.shape, device)),
                2 => Box::new(Tensors::<2>::new(moments, plan.shape, device)),
                _ => Box::new(Tensors::<1>::new(moments, plan.shape, device)),
            };
            Some((plan.name, kept))
        });
        Self {
            kind: state.kind,
            moments: moments.collect(),
        }
    }
}

impl<const D: usize> Tensors<D> {
    fn new(moments: Moments, shape: Vec<usize>, device: &Device) -> Self {
        let tensor = |values| Tensor::from_data(TensorData::new(values, shape.clone()), device);
        Self {
            steps: moments.steps,
            first: tensor(moments.first),
            second: (!moments.second.is_empty()).then(|| tensor(moments.second)),
        }
    }
}

impl<const D: usize> Kept for Tensors<D> {
    fn read(&self) -> Result<Moments, ModelError> {
        let second = self.second.as_ref();
        Ok(Moments {
            steps: self.steps,
            first: read(&self.first)?,
            second: second.map_or(Ok(Vec::new()), read)?,
        })
    }
}

fn read<const D: usize>(tensor: &Tensor<D>) -> Result<Vec<f32>, ModelError> {
    let data = tensor.clone().try_into_data()?;
    let values = data.as_slice::<f32>().map_err(|err| ModelError::Device {
        reason: err.to_string(),
    })?;
    Ok(values.to_vec())
}

/// How weight decay acts in a step.
#[derive(Clone, Copy)]
enum Decay {
    None,
    /// This share of each weight is added to the weight's gradient.
    Gradient(f64),
    /// Each weight is multiplied by this factor first.
    Weights(f64),
}

/// Adds up the squares of all gradients, and changes nothing.
struct Squares<'a> {
    gradients: &'a Gradients,
    sum: Option<Tensor<1>>,
}

impl UpdateTensor for Squares<'_> {
    fn update<const D: usize>(&mut self, _name: &str, tensor: Tensor<D>) -> Option<Tensor<D>> {
        let squares = tensor.grad(self.gradients)?.square().sum();
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + squares,
            None => squares,
        });
        None
    }
}

/// A step through the network's tensors.
struct Step<'a> {
    kind: Kind,
    moments: &'a mut HashMap<String, Box<dyn Kept>>,
    gradients: &'a mut Gradients,
    /// How many times too long the gradients are together, where they are to be clipped.
    excess: Option<Tensor<1>>,
    learning_rate: f64,
    decay: Decay,
}

impl UpdateTensor for Step<'_> {
    fn update<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Option<Tensor<D>> {
        let mut gradient = tensor.grad_remove(self.gradients)?;
        if let Some(excess) = &self.excess {
            gradient = gradient / excess.clone().reshape([1; D]);
        }
        let weights = tensor.inner();
        let (weights, gradient) = match self.decay {
            Decay::None => (weights, gradient),
            Decay::Gradient(decay) => {
                let gradient = weights.clone().mul_scalar(decay) + gradient;
                (weights, gradient)
            }
            Decay::Weights(factor) => (weights.mul_scalar(factor), gradient),
        };
        let moments = self.moments.remove(name).and_then(|kept| {
            let kept: Box<dyn Any> = kept;
            kept.downcast::<Tensors<D>>().ok()
        });
        let moments = moments.map(|moments| *moments);
        let (change, moments) = match self.kind {
            Kind::Adam | Kind::AdamW => adam(gradient, moments),
            Kind::Sgd => momentum(gradient, moments),
        };
        self.moments.insert(name.into(), Box::new(moments));
        Some(weights - change.mul_scalar(self.learning_rate))
    }
}

/// The change that Adam makes at a learning rate of 1, and its new moments (Kingma & Ba 2015,
/// algorithm 1, with both corrections of the bias in one factor).
fn adam<const D: usize>(
    gradient: Tensor<D>,
    moments: Option<Tensors<D>>,
) -> (Tensor<D>, Tensors<D>) {
    let new = gradient.clone().mul_scalar(1.0 - BETA_1);
    let new_square = gradient.square().mul_scalar(1.0 - BETA_2);
    let (steps, first, second) = match moments {
        Some(Tensors {
            steps,
            first,
            second: Some(second),
        }) => (
            steps + 1,
            first.mul_scalar(BETA_1) + new,
            second.mul_scalar(BETA_2) + new_square,
        ),
        _ => (1, new, new_square),
    };
    let power = i32::try_from(steps).unwrap_or(i32::MAX);
    let second_root = (1.0 - BETA_2.powi(power)).sqrt();
    let factor = second_root / (1.0 - BETA_1.powi(power));
    let root = second.clone().sqrt().add_scalar(EPSILON * second_root);
    let change = first.clone().mul_scalar(factor) / root;
    let second = Some(second);
    let moments = Tensors {
        steps,
        first,
        second,
    };
    (change, moments)
}

/// The change that SGD with momentum makes at a learning rate of 1, which is its velocity, and its
/// new moments.
fn momentum<const D: usize>(
    gradient: Tensor<D>,
    moments: Option<Tensors<D>>,
) -> (Tensor<D>, Tensors<D>) {
    let (steps, first) = match moments {
        Some(moments) => (
            moments.steps + 1,
            gradient + moments.first.mul_scalar(BETA_1),
        ),
        None => (1, gradient),
    };
    let velocity = first.clone();
    let second = None;
    let moments = Tensors {
        steps,
        first,
        second,
    };
    (velocity, moments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::Preset;
    use crate::model::{Weights, testing};

    fn network(gpu: &Device) -> Network {
        let settings = Preset::Linear.settings();
        let spec = NetworkSpec::new(&settings, ImageSize::new(2, 2), 2).unwrap();
        Network::new(&Weights::initial(&spec, 1), &gpu.clone().autodiff())
    }

    /// The gradients of the sum of an image's logits, which are the same at every step.
    fn gradients(network: &Network, gpu: &Device) -> Gradients {
        let image = TensorData::new(vec![0.0_f32, 51.0, 102.0, 255.0], [1, 2, 2]);
        let image = Tensor::from_data(image, gpu);
        network.forward(image, None).sum().backward()
    }

    fn settings(weight_decay: f64) -> StepSettings {
        StepSettings {
            learning_rate: 0.1,
            weight_decay,
            gradient_clip: None,
            label_smoothing: 0.0,
            dropout: 0.0,
            seed: 1,
            epoch: 1,
        }
    }

    /// The gradient at a pixel, which is the pixel's normalized value.
    const GRADIENT: f64 = 0.4;

    /// The weight from the pixel with that gradient to the first class.
    fn weight(network: &Network) -> f64 {
        f64::from(network.weights().unwrap().dense(0).0[4])
    }

    /// Makes steps with these rates of decay, and compares with the rule by hand. Between two
    /// steps, the optimizer goes through its plain state.
    fn check(kind: Kind, decays: &[f64], mut by_hand: impl FnMut(f64, f64) -> f64) {
        let Some(gpu) = testing::gpu() else {
            return;
        };
        let (mut network, mut updater) = (network(&gpu), Updater::new(kind));
        let mut expected = weight(&network);
        for &decay in decays {
            let mut gradients = gradients(&network, &gpu);
            updater.step(&mut network, &mut gradients, &settings(decay));
            expected = by_hand(expected, decay);
            let found = weight(&network);
            assert!(
                (found - expected).abs() < 1e-5,
                "{kind:?}: {found} {expected}"
            );
            let state = updater.state().unwrap();
            updater = Updater::restored(state, network.spec(), &gpu);
        }
    }

    /// Weight decay is switched on, changed and switched off again, and the moments go on.
    const DECAYS: [f64; 5] = [0.0, 0.5, 0.5, 0.2, 0.0];

    #[test]
    fn sgd_has_momentum_and_no_dampening() {
        let mut velocity = 0.0;
        check(Kind::Sgd, &DECAYS, |weight, decay| {
            velocity = 0.9 * velocity + GRADIENT + decay * weight;
            weight - 0.1 * velocity
        });
    }

    /// The change by algorithm 1 of Kingma & Ba 2015.
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
    fn what_is_not_kept_is_forgotten() {
        let Some(gpu) = testing::gpu() else {
            return;
        };
        let (mut network, mut updater) = (network(&gpu), Updater::new(Kind::Adam));
        let mut gradients = gradients(&network, &gpu);
        updater.step(&mut network, &mut gradients, &settings(0.0));
        assert_eq!(updater.state().unwrap().tensors.len(), 2);
        updater.retain(|name| name == "dense.0.bias");
        let state = updater.state().unwrap();
        assert_eq!(state.tensors.keys().collect::<Vec<_>>(), ["dense.0.bias"]);
    }
}
