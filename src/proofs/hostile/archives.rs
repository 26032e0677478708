//! Hostile archives: arrays of numpy behind the checksum of their zip file, and zip files themselves.

use super::Outcome;
use super::seeds;
use super::targets::{check_to_predict, data, outcome, write};
use crate::experiment::ImageSize;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;
use std::path::Path;

/// Where the pixels begin in a file of IDX images, and the labels in one of labels.
const IDX_HEADERS: [usize; 2] = [16, 8];

/// The pixels of forty images of 6 × 6, and their labels.
fn images() -> [Vec<u8>; 2] {
    let files = seeds::idx();
    [0, 1].map(|place| files[place][IDX_HEADERS[place]..].to_vec())
}

pub fn array_seeds() -> Vec<Vec<u8>> {
    let [pixels, _] = images();
    let floats = pixels.iter().map(|&pixel| f32::from(pixel) / 255.0);
    let floats: Vec<u8> = floats.flat_map(f32::to_le_bytes).collect();
    let doubles = pixels.iter().map(|&pixel| f64::from(pixel));
    let doubles: Vec<u8> = doubles.flat_map(f64::to_be_bytes).collect();
    let longs = pixels.iter().map(|&pixel| i64::from(pixel));
    let longs: Vec<u8> = longs.flat_map(i64::to_le_bytes).collect();
    vec![
        array("|u1", "(40, 6, 6)", &pixels),
        array("<f4", "(40, 6, 6, 1)", &floats),
        array(">f8", "(40, 1, 6, 6)", &doubles),
        array("<i8", "(40, 36)", &longs),
    ]
}

/// Reads bytes as the images of a file of arrays.
pub fn array_in_npz(bytes: &[u8], folder: &Path) -> Outcome {
    let file = folder.join("images.npz");
    let [_, labels] = images();
    let labels = array("|u1", "(40,)", &labels);
    write(&file, &zip(&[("x.npy", bytes)]));
    check_to_predict(&file, &file, ImageSize::square(6));
    write(&file, &zip(&[("x.npy", bytes), ("y.npy", &labels)]));
    let read = data(&file, &file);
    if let Ok(dataset) = &read {
        let shape = format!(
            "({}, {}, {})",
            dataset.train.count(),
            dataset.size.rows,
            dataset.size.columns
        );
        let again = array("|u1", &shape, &dataset.train.pixels);
        write(&file, &zip(&[("x.npy", &again), ("y.npy", &labels)]));
        let again = data(&file, &file);
        let images = again.as_ref().map(|again| &again.train);
        assert_eq!(images, Ok(&dataset.train), "the images differ once written");
    }
    outcome(&read)
}

pub fn zip_seeds() -> Vec<Vec<u8>> {
    let table = seeds::train_csv().remove(0);
    let idx = seeds::idx();
    let [pixels, labels] = images();
    vec![
        zip(&[
            ("digits/train.csv", &table),
            ("digits/test.csv", b"pixel0\n7\n"),
        ]),
        zip(&[
            ("MNIST/raw/train-images-idx3-ubyte", &idx[0]),
            ("MNIST/raw/train-labels-idx1-ubyte", &idx[1]),
            ("__MACOSX/MNIST/raw/._train", b"x"),
        ]),
        zip(&[
            ("x_train.npy", &array("|u1", "(40, 6, 6)", &pixels)),
            ("y_train.npy", &array("|u1", "(40,)", &labels)),
        ]),
    ]
}

/// Reads bytes as a zip file of data, and as one of arrays.
pub fn zip_file(bytes: &[u8], folder: &Path) -> Outcome {
    let read = ["data.zip", "data.npz"].map(|name| {
        let file = folder.join(name);
        write(&file, bytes);
        check_to_predict(&file, &file, ImageSize::square(6));
        outcome(&data(&file, &file))
    });
    if read.contains(&Outcome::Read) {
        Outcome::Read
    } else {
        Outcome::Refused
    }
}

/// An array as numpy writes it.
fn array(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), values].concat()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    // Writing to memory doesn't fail.
    try_zip(files).unwrap_or_default()
}

fn try_zip(files: &[(&str, &[u8])]) -> Result<Vec<u8>, rawzip::Error> {
    let mut packed = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut packed);
    for (name, bytes) in files {
        let entry = archive.new_file(*name);
        let entry = entry.compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = entry.start()?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(bytes)?;
        let (encoder, descriptor) = writer.finish()?;
        encoder.finish()?;
        entry.finish(descriptor)?;
    }
    archive.finish()?;
    Ok(packed)
}
