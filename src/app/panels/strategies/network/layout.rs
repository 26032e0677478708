//! Where everything lies in the drawing of a network: the layer table and a width in, places out. Of egui
//! only the types of places are used.
//!
//! Heights are to scale: the rows of an image, and for a dense layer the side of a square picture of as
//! many values. Widths are to scale, too: the channels. The bar beneath is to scale in parameters.

use crate::lab::{LayerKind, LayerRow, LayerTable, format};
use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

/// What the sizes of the drawing are. All are in points.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Height of a row of an image, where there is room.
    pub row: f32,
    /// Width of a channel, where there is room.
    pub channel: f32,
    /// Height of the blocks at most.
    pub tallest: f32,
    /// Side of a block at least.
    pub least: f32,
    /// Space between two blocks at least.
    pub gap: f32,
    /// Height of a line of text.
    pub text: f32,
    /// Height of the bar of parameters.
    pub bar: f32,
}

/// What a block stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// The image as it comes in.
    Input,
    /// What a convolution gives out.
    Convolution,
    /// What a dense layer gives out.
    Dense,
}

/// A layer that is drawn as a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The layer's row in the table.
    pub layer: usize,
    /// What the block stands for.
    pub kind: BlockKind,
    /// The block, to scale.
    pub rect: Rect,
    /// The part of the drawing in which the block and its words stand.
    pub column: Rect,
    /// The words above the block, beneath it, and in the line after: the sides of the image, the number of
    /// channels or units, and the parameters. What finds no room is empty.
    pub words: [String; 3],
}

/// A layer that is drawn as a mark between two blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// The layer's row in the table.
    pub layer: usize,
    /// What the layer does.
    pub kind: LayerKind,
    /// The middle of the mark.
    pub center: Pos2,
    /// The heights of the block before it and of what it gives out.
    pub heights: [f32; 2],
}

/// A layer's part of the bar of parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The layer's row in the table.
    pub layer: usize,
    /// What the layer does.
    pub kind: LayerKind,
    /// The part of the bar.
    pub rect: Rect,
}

/// The drawing of a network. The origin is its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// How much room it takes.
    pub size: Vec2,
    /// The layers that are blocks, from the input to the classes.
    pub blocks: Vec<Block>,
    /// The layers that are marks, in order.
    pub marks: Vec<Mark>,
    /// The layers with parameters, in order.
    pub shares: Vec<Share>,
}

/// Lays a network out in this width. `measure` says how wide a text is.
pub fn lay_out(
    table: &LayerTable,
    width: f32,
    scale: &Scale,
    measure: &dyn Fn(&str) -> f32,
) -> Drawing {
    let stages = stages(table);
    let column = width / stages.len().max(1) as f32;
    let most = |size: fn(&Stage) -> f32| stages.iter().map(size).fold(1.0, f32::max);
    let row = scale.row.min(scale.tallest / most(|stage| stage.height));
    let room = (column - scale.gap).max(scale.least);
    let channel = scale.channel.min(room / most(|stage| stage.channels));
    let tall = (row * most(|stage| stage.height)).max(scale.least);
    let middle = scale.text + tall / 2.0;
    // All images have their sides in one form, the one that finds room everywhere.
    let room_for_words = column - 2.0;
    let is_roomy = stages
        .iter()
        .filter_map(|stage| sides(&table.rows[stage.layer].output, true))
        .all(|sides| measure(&sides) <= room_for_words);
    let bottom = scale.text + tall + 2.0 * scale.text;
    let blocks: Vec<Block> = stages
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let center = pos2(column * (place as f32 + 0.5), middle);
            let size = vec2(
                (channel * stage.channels).max(scale.least),
                (row * stage.height).max(scale.least),
            );
            let left = column * place as f32;
            Block {
                layer: stage.layer,
                kind: stage.kind,
                rect: Rect::from_center_size(center, size),
                column: Rect::from_min_max(pos2(left, 0.0), pos2(left + column, bottom)),
                words: words(stage, &table.rows[stage.layer], is_roomy)
                    .map(|offers| first_that_fits(&offers, room_for_words, measure)),
            }
        })
        .collect();
    Drawing {
        size: vec2(width, bottom + scale.bar + 2.0),
        marks: marks(table, &blocks, row, scale),
        shares: shares(
            table,
            Rect::from_min_size(pos2(0.0, bottom + 2.0), vec2(width, scale.bar)),
        ),
        blocks,
    }
}

/// A layer that becomes a block, with its true sizes.
struct Stage {
    layer: usize,
    kind: BlockKind,
    /// The rows of the image, or the side of a square picture of as many values.
    height: f32,
    channels: f32,
}

fn stages(table: &LayerTable) -> Vec<Stage> {
    let mut stages = Vec::new();
    for (layer, row) in table.rows.iter().enumerate() {
        let kind = match row.kind {
            LayerKind::Normalize => BlockKind::Input,
            LayerKind::Conv2d => BlockKind::Convolution,
            LayerKind::Dense => BlockKind::Dense,
            LayerKind::BatchNorm(_)
            | LayerKind::MaxPool2d
            | LayerKind::Flatten
            | LayerKind::Dropout => continue,
        };
        let channels = match row.output[..] {
            [_, _, channels] => channels as f32,
            _ => 1.0,
        };
        stages.push(Stage {
            layer,
            kind,
            height: height(&row.output),
            channels,
        });
    }
    stages
}

/// The rows of an image, or the side of a square picture of as many values.
fn height(output: &[usize]) -> f32 {
    match output {
        [rows, _, _] => *rows as f32,
        values => (values.iter().product::<usize>() as f32).sqrt(),
    }
}

/// The sides of an image: `26×26`, or in short `26²`.
fn sides(output: &[usize], is_roomy: bool) -> Option<String> {
    match output {
        [rows, columns, _] if rows == columns && !is_roomy => Some(format!("{rows}²")),
        [rows, columns, _] => Some(format!("{rows}×{columns}")),
        _ => None,
    }
}

/// The words of a block, each line with what may stand there, the best first.
fn words(stage: &Stage, row: &LayerRow, is_roomy: bool) -> [Vec<String>; 3] {
    let beneath = match (stage.kind, row.output.last()) {
        (BlockKind::Input, _) => vec!["input".to_owned(), "in".to_owned()],
        (_, Some(count)) => vec![count.to_string()],
        (_, None) => Vec::new(),
    };
    let parameters = match row.parameters {
        0 => Vec::new(),
        count => vec![short(count)],
    };
    let above = sides(&row.output, is_roomy).into_iter().collect();
    [above, beneath, parameters]
}

/// The first of some texts that has room, or none of them.
fn first_that_fits(offers: &[String], room: f32, measure: &dyn Fn(&str) -> f32) -> String {
    let fits = |offer: &&String| measure(offer) <= room;
    offers.iter().find(fits).cloned().unwrap_or_default()
}

/// A count of parameters in few characters: `320`, `9.2 k`, `525 k`, `2.4 M`.
fn short(count: usize) -> String {
    let step = match count {
        0..=9_999 => 1,
        10_000..=999_499 => 1_000,
        _ => 100_000,
    };
    format::count((count + step / 2) / step * step)
}

/// The marks between the blocks: each has its place between the block before it and the one after.
fn marks(table: &LayerTable, blocks: &[Block], row: f32, scale: &Scale) -> Vec<Mark> {
    let mut marks = Vec::new();
    for pair in blocks.windows(2) {
        let [before, after] = pair else { continue };
        let between: Vec<usize> = (before.layer + 1..after.layer)
            .filter(|layer| table.rows[*layer].kind != LayerKind::Flatten)
            .collect();
        let (left, right) = (before.rect.right(), after.rect.left());
        let step = (right - left) / (between.len() + 1) as f32;
        for (place, layer) in between.into_iter().enumerate() {
            let heights = [layer - 1, layer].map(|layer| {
                let tall = row * height(&table.rows[layer].output);
                tall.clamp(scale.least, scale.tallest)
            });
            marks.push(Mark {
                layer,
                kind: table.rows[layer].kind,
                center: pos2(left + step * (place as f32 + 1.0), before.rect.center().y),
                heights,
            });
        }
    }
    marks
}

/// The bar of parameters, in which each layer has the part that is its own.
fn shares(table: &LayerTable, bar: Rect) -> Vec<Share> {
    let all = table.parameters.max(1) as f32;
    let mut left = bar.left();
    let mut shares = Vec::new();
    for (layer, row) in table.rows.iter().enumerate() {
        if row.parameters == 0 {
            continue;
        }
        let right = left + bar.width() * row.parameters as f32 / all;
        shares.push(Share {
            layer,
            kind: row.kind,
            rect: Rect::from_x_y_ranges(left..=right, bar.y_range()),
        });
        left = right;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, Settings};
    use crate::lab::estimate;

    const SCALE: Scale = Scale {
        row: 1.5,
        channel: 0.2,
        tallest: 48.0,
        least: 3.0,
        gap: 12.0,
        text: 14.0,
        bar: 6.0,
    };

    fn drawing(preset: Preset, edit: impl Fn(&mut Settings), width: f32) -> Drawing {
        let mut settings = preset.settings();
        edit(&mut settings);
        let table = estimate::table(&settings).unwrap();
        lay_out(&table, width, &SCALE, &|text| {
            6.0 * text.chars().count() as f32
        })
    }

    fn sizes(drawing: &Drawing) -> Vec<[f32; 2]> {
        let sizes = drawing.blocks.iter().map(|block| block.rect.size());
        sizes.map(|size| [size.x, size.y]).collect()
    }

    #[test]
    fn blocks_are_to_scale() {
        let drawing = drawing(Preset::Cnn, |_| {}, 240.0);
        let kinds: Vec<_> = drawing.blocks.iter().map(|block| block.kind).collect();
        use BlockKind::{Convolution as C, Dense as D, Input as I};
        assert_eq!(kinds, [I, C, C, C, C, D, D]);
        let sizes = sizes(&drawing);
        let heights: Vec<f32> = sizes.iter().map(|size| size[1]).collect();
        let expected = [28.0, 26.0, 24.0, 10.0, 8.0, 512_f32.sqrt(), 10_f32.sqrt()];
        for (height, rows) in heights.iter().zip(expected) {
            assert!((height - 1.5 * rows).abs() < 1e-3, "{heights:?}");
        }
        let widths: Vec<f32> = sizes.iter().map(|size| size[0]).collect();
        for (width, expected) in widths.iter().zip([3.0, 6.4, 6.4, 12.8, 12.8, 3.0, 3.0]) {
            assert!((width - expected).abs() < 1e-3, "{widths:?}");
        }
    }

    #[test]
    fn a_wide_network_shrinks_to_its_columns_and_stays_to_scale() {
        let wide = drawing(Preset::Cnn, |settings| settings.network.width = 4.0, 240.0);
        let widths: Vec<f32> = sizes(&wide).iter().map(|size| size[0]).collect();
        assert!(
            (widths[3] - (240.0 / 7.0 - 12.0)).abs() < 1e-3,
            "{widths:?}"
        );
        assert!((widths[3] / widths[1] - 2.0).abs() < 1e-3, "{widths:?}");
        let tall = drawing(
            Preset::Dense,
            |settings| settings.network.dense_units = 4_096,
            240.0,
        );
        let heights: Vec<f32> = sizes(&tall).iter().map(|size| size[1]).collect();
        assert!((heights[1] - 48.0).abs() < 1e-3, "{heights:?}");
        assert!(
            (heights[1] / heights[0] - 64.0 / 28.0).abs() < 1e-3,
            "{heights:?}"
        );
    }

    #[test]
    fn marks_stand_between_blocks_in_the_order_of_the_layers() {
        let drawing = drawing(Preset::Default, |_| {}, 240.0);
        let table = estimate::table(&Preset::Default.settings()).unwrap();
        let drawn = drawing.marks.len() + drawing.blocks.len();
        assert_eq!(drawn, table.rows.len() - 1, "all layers but flatten");
        for pair in drawing.marks.windows(2) {
            assert!(pair[0].center.x < pair[1].center.x, "{pair:?}");
        }
        let pools: Vec<_> = drawing
            .marks
            .iter()
            .filter(|mark| mark.kind == LayerKind::MaxPool2d)
            .map(|mark| mark.heights)
            .collect();
        assert_eq!(pools, [[36.0, 18.0], [12.0, 6.0]]);
        for mark in &drawing.marks {
            let is_in = |block: &Block| block.rect.x_range().contains(mark.center.x);
            assert!(!drawing.blocks.iter().any(is_in), "{mark:?}");
        }
    }

    #[test]
    fn the_bar_is_to_scale_in_parameters() {
        let drawing = drawing(Preset::Cnn, |_| {}, 200.0);
        let first = drawing.shares.first().unwrap();
        let last = drawing.shares.last().unwrap();
        assert!(first.rect.left().abs() < 0.01, "{first:?}");
        assert!((last.rect.right() - 200.0).abs() < 0.01, "{last:?}");
        let dense = &drawing.shares[4];
        let expected = 200.0 * 524_800.0 / 594_922.0;
        assert!((dense.rect.width() - expected).abs() < 0.01, "{dense:?}");
    }

    #[test]
    fn words_that_find_no_room_are_shortened_or_left_out() {
        let words = |width| {
            let drawing = drawing(Preset::Cnn, |_| {}, width);
            drawing.blocks.into_iter().map(|block| block.words)
        };
        let wide: Vec<_> = words(240.0).collect();
        assert_eq!(wide[0], ["28×28", "input", ""]);
        assert_eq!(wide[2], ["24×24", "32", "9.2 k"]);
        assert_eq!(wide[5], ["", "512", "525 k"]);
        assert_eq!(wide[6], ["", "10", "5.1 k"]);
        let narrow: Vec<_> = words(140.0).collect();
        assert_eq!(narrow[0], ["28²", "in", ""]);
        assert_eq!(narrow[2], ["24²", "32", ""]);
        // A window of no width has no words, and nothing fails.
        assert!(words(1.0).all(|words| words.iter().all(String::is_empty)));
    }

    #[test]
    fn every_architecture_and_depth_is_drawn_within_its_room() {
        for (preset, blocks) in [
            (Preset::Linear, 2),
            (Preset::Dense, 2),
            (Preset::Cnn, 1),
            (Preset::Default, 2),
        ] {
            for width in [180.0, 226.0, 440.0] {
                let drawing = drawing(preset, |s| s.network.conv_blocks = blocks, width);
                let room = Rect::from_min_size(Pos2::ZERO, drawing.size).expand(0.01);
                for block in &drawing.blocks {
                    assert!(room.contains_rect(block.rect), "{preset} {block:?}");
                }
                for pair in drawing.blocks.windows(2) {
                    let apart = pair[1].rect.left() - pair[0].rect.right();
                    assert!(apart >= SCALE.gap - 0.01, "{preset} {width}: {apart}");
                }
            }
        }
    }
}
