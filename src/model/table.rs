//! The layer table: the output of each layer and how many parameters it has, counted as Keras
//! counts them. All of it is plain arithmetic, without a tensor.

use super::plan::{KERNEL, LayerKind, LayerPlan};
use super::spec::NetworkSpec;
use std::collections::BTreeMap;
use std::fmt;

/// A network's layers and their parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerTable {
    /// The layers, in order.
    pub rows: Vec<LayerRow>,
    /// How many parameters there are, trainable or not.
    pub parameters: usize,
    /// How many parameters the optimizer doesn't change: batch norm's running statistics.
    pub non_trainable: usize,
}

/// A layer of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    /// The name of the layer, numbered as Keras does: `conv2d`, `conv2d_1`, …
    pub name: String,
    /// What kind of layer this is.
    pub kind: LayerKind,
    /// The shape of the output for one image: `[row, column, channel]` or `[feature]`.
    pub output: Vec<usize>,
    /// How many parameters the layer has, trainable or not.
    pub parameters: usize,
    /// How many of the parameters the optimizer doesn't change.
    pub non_trainable: usize,
}

impl LayerTable {
    /// How many parameters the optimizer changes.
    pub fn trainable(&self) -> usize {
        self.parameters - self.non_trainable
    }
}

/// Makes the layer table of a network.
pub fn layer_table(spec: &NetworkSpec) -> LayerTable {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let rows: Vec<LayerRow> = spec
        .layers()
        .into_iter()
        .map(|layer| {
            let name = layer.kind.name();
            let count = seen.entry(name).or_default();
            let numbered = match *count {
                0 => name.to_owned(),
                n => format!("{name}_{n}"),
            };
            *count += 1;
            let (parameters, non_trainable) = parameters(&layer);
            LayerRow {
                name: numbered,
                kind: layer.kind,
                output: layer.output,
                parameters,
                non_trainable,
            }
        })
        .collect();
    LayerTable {
        parameters: rows.iter().map(|row| row.parameters).sum(),
        non_trainable: rows.iter().map(|row| row.non_trainable).sum(),
        rows,
    }
}

/// How many parameters a layer has, and how many of them aren't trainable.
fn parameters(layer: &LayerPlan) -> (usize, usize) {
    match layer.kind {
        LayerKind::Conv2d => {
            let [input, output] = [layer.input[2], layer.output[2]];
            (KERNEL * KERNEL * input * output + output, 0)
        }
        LayerKind::Dense => {
            let [input, output] = [layer.input[0], layer.output[0]];
            (input * output + output, 0)
        }
        // The four are γ, β, running mean and running variance; the last two aren't trained.
        LayerKind::BatchNorm(features) => (4 * features, 2 * features),
        LayerKind::Normalize | LayerKind::MaxPool2d | LayerKind::Flatten | LayerKind::Dropout => {
            (0, 0)
        }
    }
}

impl LayerKind {
    /// The name of such a layer in the table, which is Keras's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normalize => "normalize",
            Self::Conv2d => "conv2d",
            Self::BatchNorm(_) => "batch_normalization",
            Self::MaxPool2d => "max_pooling2d",
            Self::Flatten => "flatten",
            Self::Dense => "dense",
            Self::Dropout => "dropout",
        }
    }
}

impl fmt::Display for LayerTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RULE: usize = 62;
        writeln!(
            f,
            "{:<26}{:<22}{:>14}",
            "Layer", "Output shape", "Parameters"
        )?;
        writeln!(f, "{}", "=".repeat(RULE))?;
        for row in &self.rows {
            let shape: Vec<String> = row.output.iter().map(usize::to_string).collect();
            let shape = format!("(None, {})", shape.join(", "));
            let parameters = grouped(row.parameters);
            writeln!(f, "{:<26}{shape:<22}{parameters:>14}", row.name)?;
        }
        writeln!(f, "{}", "=".repeat(RULE))?;
        for (label, count) in [
            ("Total parameters", self.parameters),
            ("Trainable parameters", self.trainable()),
            ("Non-trainable parameters", self.non_trainable),
        ] {
            writeln!(f, "{label}: {}", grouped(count))?;
        }
        Ok(())
    }
}

/// A number with a comma between each three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::{Preset, Settings};

    fn table(preset: Preset, edit: impl Fn(&mut Settings)) -> LayerTable {
        let mut settings = preset.settings();
        edit(&mut settings);
        layer_table(&NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap())
    }

    fn check(preset: Preset, edit: impl Fn(&mut Settings), expected: (usize, usize, usize)) {
        let table = table(preset, edit);
        assert_eq!(
            (table.parameters, table.trainable(), table.non_trainable),
            expected,
            "{preset}\n{table}"
        );
    }

    #[test]
    fn the_article_and_the_default_agree_to_the_digit() {
        check(Preset::Article, |_| {}, (601_258, 598_090, 3_168));
        check(Preset::Default, |_| {}, (601_578, 598_250, 3_328));
        let parameters = |preset| -> Vec<usize> {
            let rows = table(preset, |_| {}).rows;
            rows.iter().map(|row| row.parameters).collect()
        };
        assert_eq!(
            parameters(Preset::Article),
            [
                0, 320, 104, 9_248, 0, 48, 18_496, 40, 36_928, 0, 0, 4_096, 524_800, 2_048, 0,
                5_130
            ]
        );
        assert_eq!(
            parameters(Preset::Default),
            [
                0, 320, 128, 9_248, 0, 128, 18_496, 256, 36_928, 0, 0, 4_096, 524_800, 2_048, 0,
                5_130
            ]
        );
    }

    #[test]
    fn every_architecture_is_counted() {
        check(Preset::Linear, |_| {}, (7_850, 7_850, 0));
        check(Preset::Dense, |_| {}, (407_050, 407_050, 0));
        let with_batch_norm =
            |s: &mut Settings| s.regularization.batch_norm = crate::experiment::BatchNorm::Channels;
        check(Preset::Dense, with_batch_norm, (409_098, 408_074, 1_024));
        check(Preset::Cnn, |_| {}, (594_922, 594_922, 0));
        // One block has 320 + 9,248 parameters; the flatten gives 12·12·32 = 4,608 features, and
        // the dense layers have 4,608·512 + 512 and 5,130.
        let one_block = |s: &mut Settings| s.network.conv_blocks = 1;
        check(Preset::Cnn, one_block, (2_374_506, 2_374_506, 0));
    }

    #[test]
    fn output_shapes_are_row_column_channel() {
        let outputs: Vec<Vec<usize>> = table(Preset::Default, |_| {})
            .rows
            .into_iter()
            .filter(|row| !matches!(row.kind, LayerKind::BatchNorm(_)))
            .map(|row| row.output)
            .collect();
        let expected: [&[usize]; 11] = [
            &[28, 28, 1],
            &[26, 26, 32],
            &[24, 24, 32],
            &[12, 12, 32],
            &[10, 10, 64],
            &[8, 8, 64],
            &[4, 4, 64],
            &[1024],
            &[512],
            &[512],
            &[10],
        ];
        assert_eq!(outputs, expected);
    }

    #[test]
    fn it_reads_like_keras() {
        let text = table(Preset::Default, |_| {}).to_string();
        for line in [
            "normalize                 (None, 28, 28, 1)                  0",
            "conv2d_3                  (None, 8, 8, 64)              36,928",
            "batch_normalization_4     (None, 512)                    2,048",
            "dropout                   (None, 512)                        0",
            "Total parameters: 601,578",
            "Trainable parameters: 598,250",
            "Non-trainable parameters: 3,328",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(!table(Preset::Cnn, |_| {}).to_string().contains("dropout"));
    }
}
