//! Small good files of each kind, with which mutations begin.

use crate::experiment::{
    Change, DataFacts, DataSource, Experiment, FilesSource, ImageSize, Preset, Setting, TrainSize,
};
use crate::lab::sweep::{Assignments, Axis, Cells, Parts, Sweep};
use crate::model::{NetworkSpec, Weights, weights as files};
use crate::training::{EpochMetrics, Numbers, PartMetrics};
use flate2::Compression;
use flate2::write::GzEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, RgbaImage};
use std::io::{Cursor, Write};

/// Images of a set of data.
pub(super) const IMAGES: usize = 40;
/// Classes of a set of data.
pub(super) const CLASSES: usize = 4;
/// Rows of an image, and columns.
pub(super) const SIDE: usize = 6;

/// Pixels of an image. No two images are the same.
pub(super) fn pixels(image: usize) -> Vec<u8> {
    let pixel = |at: usize| match at {
        0 => image as u8,
        _ => ((image % CLASSES) * 37 + at % 3 * (image % 5)) as u8,
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

fn idx_of(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    for size in sizes {
        bytes.extend(size.to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

pub fn idx() -> Vec<Vec<u8>> {
    let all: Vec<u8> = (0..IMAGES).flat_map(pixels).collect();
    let labels: Vec<u8> = (0..IMAGES).map(|image| (image % CLASSES) as u8).collect();
    let (count, side) = (IMAGES as u32, SIDE as u32);
    vec![
        idx_of(0x803, &[count, side, side], &all),
        idx_of(0x801, &[count], &labels),
        idx_of(0x803, &[count, 1, 1], &labels),
    ]
}

pub fn idx_gzip() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = idx().iter().map(|bytes| gzip(bytes)).collect();
    let parts = idx().remove(0);
    let (start, end) = parts.split_at(parts.len() / 2);
    files.push([gzip(start), gzip(end)].concat());
    // This file is a thousand times as large once it is unpacked.
    files.push(gzip(&idx_of(
        0x803,
        &[IMAGES as u32, 64, 64],
        &vec![0; 40 << 12],
    )));
    files
}

/// Compresses bytes by gzip.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory doesn't fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

pub fn train_csv() -> Vec<Vec<u8>> {
    let text = table(true);
    let quoted = text.replace(',', "\",\"").replace('\n', "\"\r\n\"");
    let mut files = vec![
        text.clone().into_bytes(),
        text.replace('\n', "\r\n")
            .replace(",0,", ", 0 ,")
            .into_bytes(),
        format!("\u{feff}\"{}", &quoted[..quoted.len() - 1]).into_bytes(),
    ];
    files.extend(other_tables(&text));
    files
}

pub fn test_csv() -> Vec<Vec<u8>> {
    let text = table(false);
    let mut files = vec![text.clone().into_bytes(), b"pixel0\n0\n255\n".to_vec()];
    files.extend(other_tables(&text));
    files.extend(other_tables(&table(true)));
    files
}

/// The same table as other programs write it.
fn other_tables(text: &str) -> Vec<Vec<u8>> {
    let lines = |change: &dyn Fn(usize, &str) -> String| -> String {
        let lines = text.lines().enumerate();
        lines.map(|(row, line)| change(row, line) + "\n").collect()
    };
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    let by_row_and_column = (0..SIDE * SIDE).rev().fold(text.to_owned(), |text, pixel| {
        let cell = format!("r{}c{}", pixel / SIDE, pixel % SIDE);
        text.replacen(&format!("pixel{pixel}"), &cell, 1)
    });
    let indexed = |name: &'static str| {
        lines(&move |row, line| match row {
            0 => format!("{name},{line}"),
            _ => format!("{},{line}", row + 299),
        })
    };
    let floats = lines(&|row, line| match row {
        0 => line.to_owned(),
        _ => line.replace(',', ".0,") + ".0",
    });
    let has_labels = text.starts_with("label");
    let named = lines(&|row, line| match (row, line.split_once(',')) {
        (_, None) => line.to_owned(),
        (0, Some((label, pixels))) => format!("{pixels},{label}"),
        (row, Some((_, rest))) if has_labels => {
            format!("{rest},{}", ["seven", "acht", "Ö"][row % 3])
        }
        (_, Some((first, rest))) => format!("{rest},{first}"),
    });
    [
        text.replace(',', ";").replace('\n', "\r"),
        format!("sep=\t\n{}", text.replace(',', "\t")),
        body.to_owned(),
        by_row_and_column,
        indexed("id"),
        indexed(""),
        floats,
        named,
        lines(&|_, line| format!("{line},")),
        format!("{text}{text}"),
    ]
    .map(String::into_bytes)
    .to_vec()
}

fn table(has_labels: bool) -> String {
    let label = |text: String| {
        if has_labels {
            text + ","
        } else {
            String::new()
        }
    };
    let names: Vec<String> = (0..SIDE * SIDE).map(|i| format!("pixel{i}")).collect();
    let mut text = label("label".into()) + &names.join(",") + "\n";
    for image in 0..IMAGES {
        let values: Vec<String> = pixels(image).iter().map(u8::to_string).collect();
        text += &(label((image % CLASSES).to_string()) + &values.join(",") + "\n");
    }
    text
}

pub fn picture() -> Vec<Vec<u8>> {
    let ink = |x: u32, y: u32| {
        if (x / 3 + y / 5).is_multiple_of(3) {
            20
        } else {
            230
        }
    };
    let grey = GrayImage::from_fn(37, 29, |x, y| image::Luma([ink(x, y)]));
    let clear = RgbaImage::from_fn(17, 40, |x, y| {
        image::Rgba([ink(x, y), 90, 10, (x * 15) as u8])
    });
    let grey = DynamicImage::ImageLuma8(grey);
    let clear = DynamicImage::ImageRgba8(clear);
    let deep = DynamicImage::ImageLumaA16(clear.to_luma_alpha16());
    let small = DynamicImage::ImageLuma8(GrayImage::new(1, 1));
    let mut files: Vec<Vec<u8>> = [&grey, &clear, &deep, &small]
        .iter()
        .map(|picture| encoded(picture, ImageFormat::Png))
        .collect();
    files.push(encoded(&grey, ImageFormat::Jpeg));
    for format in [
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
        ImageFormat::WebP,
    ] {
        files.push(encoded(&DynamicImage::ImageRgb8(grey.to_rgb8()), format));
    }
    let mut colour = Vec::new();
    let rgb = DynamicImage::ImageRgb8(clear.to_rgb8());
    // Writing to memory doesn't fail.
    let _ = rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut colour, 40));
    files.push(colour);
    files
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // Writing to memory doesn't fail.
    let _ = picture.write_to(&mut bytes, format);
    bytes.into_inner()
}

/// Files of sweeps: with axes, with a list of cells, with seeds alone.
pub fn sweep() -> Vec<Vec<u8>> {
    let axes = ["dropout=0,0.25,0.5", "batch-norm=none,channels+dropout=0.1"];
    let axes = axes.iter().filter_map(|axis| axis.parse::<Axis>().ok());
    let cells = ["", "dropout=0.5 augment=article"];
    let cells = cells
        .iter()
        .filter_map(|cell| cell.parse::<Assignments>().ok());
    [
        Cells::Product(axes.collect()),
        Cells::List(cells.collect()),
        Cells::Product(Vec::new()),
    ]
    .into_iter()
    .filter_map(|cells| {
        let sweep = Sweep::new(Parts {
            name: "does it help?".into(),
            base: Experiment::new(Preset::FirstLook.settings(), Vec::new()).ok()?,
            cells,
            seeds: vec![1, 2, 3],
            data_sha256: None,
            numbers: Numbers::of_this_process(),
        });
        Some(sweep.ok()?.to_json().into_bytes())
    })
    .collect()
}

pub fn experiment() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = [Preset::Default, Preset::Linear, Preset::NoisyLabels]
        .iter()
        .filter_map(|preset| Experiment::new(preset.settings(), Vec::new()).ok())
        .map(|experiment| experiment.to_json().into_bytes())
        .collect();
    let mut settings = Preset::Article.settings();
    settings.data.source = DataSource::Files(FilesSource {
        path: "somewhere/digits".into(),
        facts: Some(DataFacts {
            images: 1_000,
            own_validation: None,
            rows: 20,
            columns: 30,
            classes: 26,
        }),
        reading: None,
        look: None,
        turned: false,
    });
    settings.data.validation_size = 100;
    settings.data.train_size = TrainSize::Count(500);
    settings.regularization.early_stopping = Some(5);
    let changes = vec![
        Change::at_epoch(2, Setting::Epochs(40)),
        Change::at_epoch(3, Setting::Dropout(0.25)),
        Change::at_epoch(30, Setting::TrainSize(TrainSize::ALL)),
        Change::at_epoch(31, Setting::EarlyStopping(None)),
    ];
    if let Ok(experiment) = Experiment::new(settings, changes) {
        files.push(experiment.to_json().into_bytes());
    }
    files
}

/// Figures of the epochs of a run that overfits.
pub(super) fn epochs(count: usize) -> Vec<EpochMetrics> {
    let of = |epoch: usize| {
        let t = epoch as f64;
        EpochMetrics {
            epoch,
            step: 8 * epoch as u64,
            train_loss: 2.0 / (t + 1.0),
            train_accuracy: 1.0 - 0.6 / t,
            train_count: 500,
            clean: epoch.is_multiple_of(2).then_some(PartMetrics {
                loss: 0.25,
                accuracy: 0.9,
                count: 450,
            }),
            corrupted: None,
            validation_loss: if epoch == 9 {
                f64::NAN
            } else {
                0.3 + (t - 5.0).abs() / 50.0
            },
            validation_accuracy: 0.95 - 0.5 / t,
            validation_count: 5_000,
            wrong_confidence: (epoch > 1).then_some(0.7),
            batch_loss: 1.9 / t,
            batch_accuracy: 0.8,
            learning_rate: 1e-3,
            train_images: 500,
            elapsed_secs: 1.25,
            samples_per_second: 2_400.5,
            waiting_secs: 0.1,
            compared: Vec::new(),
        }
    };
    (1..=count).map(of).collect()
}

pub fn metrics() -> Vec<Vec<u8>> {
    let line = |epoch: &EpochMetrics| serde_json::to_string(epoch).unwrap_or_default();
    let text = |count| {
        let lines: Vec<String> = epochs(count).iter().map(line).collect();
        lines.join("\n") + "\n"
    };
    let torn = &text(3)[..900];
    vec![
        text(12).into_bytes(),
        text(1).into_bytes(),
        torn.as_bytes().to_vec(),
    ]
}

pub fn batches() -> Vec<Vec<u8>> {
    let mut text = String::from("epoch,step,loss,accuracy\n");
    for step in 1..40_u32 {
        let epoch = f64::from(step) / 8.0;
        text += &format!("{epoch},{step},{},0.5\n", 3.0 / f64::from(step));
    }
    text += "5,40,NaN,0.25\n5.125,41,inf,0\n";
    vec![text.into_bytes()]
}

pub fn weights() -> Vec<Vec<u8>> {
    let of = |preset: Preset, side: usize| {
        let mut settings = preset.settings();
        settings.network.width = 0.0625;
        settings.network.conv_blocks = 1;
        settings.network.dense_units = 16;
        let spec = NetworkSpec::new(&settings, ImageSize::new(side, side + 1), 3).ok()?;
        files::to_bytes(&Weights::initial(&spec, 1)).ok()
    };
    [
        of(Preset::Linear, 2),
        of(Preset::Dense, 3),
        of(Preset::Default, 7),
        of(Preset::Article, 6),
    ]
    .into_iter()
    .flatten()
    .collect()
}
