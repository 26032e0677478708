//! Tests of every number in every layout.

use super::super::{METADATA, tests::weights, to_bytes};
use super::*;
use crate::experiment::Preset;

fn values(bytes: &[u8], name: &str) -> (Vec<usize>, Vec<f32>) {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let view = file.tensor(name).unwrap();
    let (values, _) = view.data().as_chunks();
    let values = values.iter().map(|&b| f32::from_le_bytes(b)).collect();
    (view.shape().to_vec(), values)
}

#[test]
fn axes_are_permuted() {
    let tensor = Tensor {
        name: String::new(),
        shape: vec![2, 3],
        values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    };
    let turned = permuted(&tensor, &[1, 0]);
    assert_eq!(turned.shape, [3, 2]);
    assert_eq!(turned.values, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
}

#[test]
fn every_number_lies_where_the_layout_says() {
    let kept = to_bytes(&weights(Preset::Default)).unwrap();
    assert_eq!(in_layout(&kept, WeightsLayout::Burn).unwrap(), kept);
    let keras = in_layout(&kept, WeightsLayout::Keras).unwrap();
    let torch = in_layout(&kept, WeightsLayout::PyTorch).unwrap();
    assert_eq!(torch, in_layout(&kept, WeightsLayout::PyTorch).unwrap());

    let (shape, ours) = values(&kept, "conv.1.weight");
    let [out, input] = [shape[0], shape[1]];
    let (keras_shape, kernel) = values(&keras, "conv2d_1/kernel");
    assert_eq!(keras_shape, [3, 3, input, out]);
    assert_eq!(values(&torch, "conv.1.weight"), (shape, ours.clone()));
    for (place, value) in ours.iter().enumerate() {
        let (o, i, pixel) = (place / (9 * input), place / 9 % input, place % 9);
        assert_eq!(kernel[(pixel * input + i) * out + o], *value);
    }

    let (shape, ours) = values(&kept, "dense.0.weight");
    let [features, units] = [shape[0], shape[1]];
    assert_eq!(values(&keras, "dense/kernel"), (shape, ours.clone()));
    let (shape, theirs) = values(&torch, "dense.0.weight");
    assert_eq!(shape, [units, features]);
    let (_, ours_norm) = values(&kept, "batch_norm.3.gamma");
    let (_, theirs_norm) = values(&torch, "batch_norm.3.weight");
    let channels = features / 16;
    for feature in 0..features {
        let (pixel, channel) = (feature / channels, feature % channels);
        let there = channel * 16 + pixel;
        assert_eq!(theirs_norm[there], ours_norm[feature]);
        for unit in 0..units {
            assert_eq!(
                theirs[unit * features + there],
                ours[feature * units + unit]
            );
        }
    }
}

#[test]
fn every_preset_says_its_layers() {
    for preset in Preset::ALL {
        let weights = weights(preset);
        let kept = to_bytes(&weights).unwrap();
        for layout in [WeightsLayout::Keras, WeightsLayout::PyTorch] {
            let bytes = in_layout(&kept, layout).unwrap();
            let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
            let entries = metadata.metadata().clone().unwrap();
            let description: Value = serde_json::from_str(&entries[METADATA]).unwrap();
            assert_eq!(description["layout"], layout.name());
            let layers = description["layers"].as_array().unwrap();
            assert_eq!(layers[0]["type"], "normalize");
            let last = &layers[layers.len() - 1];
            assert_eq!(
                (&last["type"], &last["activation"]),
                (&"dense".into(), &Value::Null)
            );
            let tensors = SafeTensors::deserialize(&bytes).unwrap();
            assert_eq!(tensors.len(), weights.spec().tensors().len(), "{preset}");
        }
    }
}
