//! Files of each format that images come in, and copies of folders.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use image::GrayImage;
use overfit_lab::data::{DataError, Dataset, load};
use overfit_lab::experiment::DataSource;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Images of one size with labels.
#[derive(Clone, Debug)]
pub struct Set {
    pub rows: usize,
    pub columns: usize,
    pub pixels: Vec<u8>,
    pub labels: Vec<u8>,
}

impl Set {
    /// `count` images, all different, of `classes` classes in turn.
    pub fn new(rows: usize, columns: usize, count: usize, classes: usize) -> Self {
        let mut pixels = Vec::new();
        for image in 0..count {
            for pixel in 0..rows * columns {
                // The first pixels count the images; the others show the class.
                pixels.push(match pixel {
                    0 => image as u8,
                    1 => (image >> 8) as u8,
                    _ => ((image % classes) * 37 + pixel % 3 * (image % 5)) as u8,
                });
            }
        }
        let labels = (0..count).map(|image| (image % classes) as u8).collect();
        Self {
            rows,
            columns,
            pixels,
            labels,
        }
    }

    /// 40 images of 6 × 6 pixels, of four classes.
    pub fn small() -> Self {
        Self::new(6, 6, 40, 4)
    }

    /// The pixels of each image.
    pub fn images(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.rows * self.columns)
    }

    /// The images and the labels as two IDX files.
    /// A file of the IDX format: its magic number, its sizes, its data.
    pub fn idx(&self) -> [Vec<u8>; 2] {
        let (count, rows) = (self.labels.len() as u32, self.rows as u32);
        [
            idx(0x803, &[count, rows, self.columns as u32], &self.pixels),
            idx(0x801, &[count], &self.labels),
        ]
    }

    /// The set as Kaggle's `train.csv`.
    pub fn csv(&self) -> String {
        let names: Vec<_> = (0..self.rows * self.columns)
            .map(|i| format!("pixel{i}"))
            .collect();
        let mut text = format!("label,{}\n", names.join(","));
        for (image, label) in self.images().zip(&self.labels) {
            let values: Vec<_> = image.iter().map(u8::to_string).collect();
            text += &format!("{label},{}\n", values.join(","));
        }
        text
    }

    /// The set as Kaggle's `test.csv`, without labels.
    pub fn test_csv(&self) -> String {
        self.csv()
            .lines()
            .map(|line| format!("{}\n", line.split_once(',').unwrap().1))
            .collect()
    }

    /// Writes the set as a folder of PNGs, with a sub-folder for each class.
    pub fn write_pictures(&self, folder: &Path) {
        for (number, (image, label)) in self.images().zip(&self.labels).enumerate() {
            let class = folder.join(label.to_string());
            std::fs::create_dir_all(&class).unwrap();
            let picture =
                GrayImage::from_raw(self.columns as u32, self.rows as u32, image.to_vec());
            picture
                .unwrap()
                .save(class.join(format!("{number}.png")))
                .unwrap();
        }
    }
}

/// A file of the IDX format: its magic number, its sizes, its data.
pub fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    for size in sizes {
        bytes.extend(size.to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

/// A zip file of these files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut packed);
    for (name, bytes) in files {
        let entry = archive.new_file(rawzip::path::EntryPath::verbatim(name.as_bytes()));
        let entry = entry.compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = entry.start().unwrap();
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(bytes).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    packed
}

/// The bytes as a gzip file.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes a file, its folders too.
pub fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = path.as_ref();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    path.to_path_buf()
}

/// Writes a plain IDX folder.
pub fn write_idx(folder: &Path, images: &[u8], labels: &[u8]) -> PathBuf {
    write(folder.join("train-images-idx3-ubyte"), images);
    write(folder.join("train-labels-idx1-ubyte"), labels);
    folder.to_path_buf()
}

/// The images of a file or folder, as the program reads them.
pub fn read(path: impl AsRef<Path>) -> Result<Arc<Dataset>, DataError> {
    load(&DataSource::files(path.as_ref().to_path_buf()))
}

/// Copies a folder of files and folders to a path where nothing is.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// The first digits of MNIST as Kaggle has them, with labels as `train.csv` or without as
/// `test.csv`.
pub fn digits_csv(count: usize, labels: bool) -> String {
    let dataset = load(&DataSource::Mnist).unwrap();
    let images = &dataset.train;
    let pixels = (0..784).map(|pixel| format!("pixel{pixel}"));
    let header: Vec<String> = labels
        .then(|| "label".into())
        .into_iter()
        .chain(pixels)
        .collect();
    let mut text = header.join(",") + "\n";
    for index in 0..count {
        let label = labels.then(|| images.labels[index]);
        let row: Vec<String> = label
            .iter()
            .chain(images.image(index))
            .map(u8::to_string)
            .collect();
        text += &(row.join(",") + "\n");
    }
    text
}
