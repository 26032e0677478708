//! Layers of a network in words: the same in the drawing of the network and in the tab Layers. No egui.

use crate::lab::LayerKind;

/// What a layer does, in the words of the settings.
pub fn layer_name(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Normalize => "normalize",
        LayerKind::Conv2d => "conv 3×3",
        LayerKind::BatchNorm(_) => "batch norm",
        LayerKind::MaxPool2d => "max-pool 2×2",
        LayerKind::Flatten => "flatten",
        LayerKind::Dense => "dense",
        LayerKind::Dropout => "dropout",
    }
}

/// The sizes that a layer gives out: `26 × 26 × 32`.
pub fn shape(output: &[usize]) -> String {
    let sizes: Vec<String> = output.iter().map(usize::to_string).collect();
    sizes.join(" × ")
}
