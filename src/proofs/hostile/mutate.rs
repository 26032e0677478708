//! Mutations of good files: small damage, numbers as large as can be, pieces doubled and swapped. Where
//! a kind of file has checksums or compression, mutations are made behind them. Every draw comes from
//! one seed.

use super::sealed::{folder_mutated, state_mutated};
use super::seeds::gzip;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::{Read, Write};

/// What a kind of file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Bytes without a structure that mutations know.
    Binary,
    /// Text of words, numbers and separators.
    Text,
    /// Bytes that gzip has compressed.
    Gzip,
    /// A picture: PNG, whose chunks have checksums, or JPEG.
    Picture,
    /// A safetensors file: a length, so many bytes of JSON, the tensors' bytes.
    Safetensors,
    /// A saved state: a safetensors file with a checksum.
    State,
    /// A run's folder that can be taken up, its files one after the other.
    Folder,
}

/// The most bytes of an input, and of what a compressed input is unpacked to.
const LARGEST: usize = 1 << 18;
/// Numbers at which programs break.
const NUMBERS: [&str; 24] = [
    "0",
    "-1",
    "1",
    "9",
    "10",
    "64",
    "65",
    "255",
    "256",
    "65535",
    "10000001",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "1e9",
    "1e308",
    "1e999",
    "-0.0",
    "0.5",
    "1e-320",
    "NaN",
    "2147483648",
];
/// Words of such texts, and bytes that break texts.
const WORDS: [&str; 22] = [
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"all\"",
    ",",
    ":",
    "\"",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u{feff}",
    "\\ud800",
    "../../",
    "/dev/zero",
    "inf",
    "nan",
    "[[[[[[[[",
    "\"version\":1,",
    "é",
];

/// Random numbers from one seed (splitmix64; Steele, Lea & Flood 2014).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A range within `len` bytes, most often a short one.
    fn piece(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len);
        let most = if self.one_in(4) { len } else { 16 };
        let end = start + 1 + self.below(most);
        start.min(len)..end.min(len)
    }
}

/// One of the good files, mutated once or some times.
pub(super) fn mutated(seeds: &[Vec<u8>], shape: Shape, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = chance.of(seeds).clone();
    // A file with many mutations is refused at the first, so most files have few.
    let times = 1 + chance.below(4) * chance.below(3);
    for _ in 0..times {
        bytes = once(bytes, shape, seeds, chance);
        bytes.truncate(LARGEST);
    }
    bytes
}

fn once(bytes: Vec<u8>, shape: Shape, seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    match shape {
        Shape::Binary => binary(bytes, seeds, chance),
        Shape::Text if chance.one_in(4) => binary(bytes, seeds, chance),
        Shape::Text => text(bytes, chance),
        Shape::Gzip if chance.one_in(2) => {
            let mut plain = Vec::new();
            let source = MultiGzDecoder::new(bytes.as_slice());
            // As much as can be unpacked is mutated.
            let _ = source.take(LARGEST as u64).read_to_end(&mut plain);
            gzip(&binary(plain, &[], chance))
        }
        Shape::Picture if bytes.starts_with(PNG) && !chance.one_in(4) => png(&bytes, chance),
        Shape::Safetensors if chance.one_in(2) => header(&bytes, chance),
        Shape::Gzip | Shape::Picture | Shape::Safetensors => binary(bytes, seeds, chance),
        Shape::State => state_mutated(bytes, chance),
        Shape::Folder => folder_mutated(&bytes, chance),
    }
}

pub(super) fn binary(mut bytes: Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let at = chance.below(bytes.len());
    match chance.below(9) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = *chance.of(&[0, 1, 0x7f, 0x80, 0xfe, 0xff, b'"', b'\n', b'9']);
            }
        }
        2 => {
            // A number in the place of a length or a size, in either byte order.
            let number = *chance.of(&[0, 1, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX, 100_000]);
            let number = if chance.one_in(2) {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            };
            let at = if chance.one_in(2) { at & !3 } else { at };
            for (place, byte) in bytes.iter_mut().skip(at).zip(number) {
                *place = byte;
            }
        }
        3 => bytes.truncate(at),
        4 => {
            let piece = chance.piece(bytes.len());
            bytes.drain(piece);
        }
        5 => {
            let piece = bytes[chance.piece(bytes.len())].to_vec();
            let times = if chance.one_in(16) {
                1 + chance.below(1000)
            } else {
                1
            };
            let piece = piece.repeat(times.min(LARGEST / piece.len().max(1)));
            bytes.splice(at..at, piece);
        }
        6 => {
            let byte = chance.next() as u8;
            bytes.insert(at, byte);
        }
        7 if !seeds.is_empty() => {
            // The start of one and the end of another.
            let other = chance.of(seeds);
            let from = chance.below(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            let piece = chance.piece(bytes.len());
            for byte in &mut bytes[piece] {
                *byte = chance.next() as u8;
            }
        }
    }
    bytes
}

pub(super) fn text(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    match chance.below(6) {
        0..=2 => {
            let numbers = runs(&bytes, |byte| {
                byte.is_ascii_digit() || b"+-.".contains(&byte)
            });
            if !numbers.is_empty() {
                let place = chance.of(&numbers).clone();
                bytes.splice(place, chance.of(&NUMBERS).bytes());
            }
        }
        3 => {
            let words = runs(&bytes, |byte| byte.is_ascii_alphabetic() || byte == b'_');
            if !words.is_empty() {
                let place = chance.of(&words).clone();
                bytes.splice(place, chance.of(&WORDS).bytes());
            }
        }
        4 => {
            let at = chance.below(bytes.len());
            let word = *chance.of(&WORDS);
            let times = if chance.one_in(16) {
                1 + chance.below(20_000)
            } else {
                1
            };
            bytes.splice(at..at, word.repeat(times).bytes());
        }
        _ => {
            // A line is dropped, doubled, or swapped with its neighbour.
            let lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
            let mut lines: Vec<Vec<u8>> = lines.into_iter().map(<[u8]>::to_vec).collect();
            let at = chance.below(lines.len());
            match chance.below(3) {
                0 if at < lines.len() => drop(lines.remove(at)),
                1 if at < lines.len() => lines.insert(at, lines[at].clone()),
                _ if at + 1 < lines.len() => lines.swap(at, at + 1),
                _ => {}
            }
            bytes = lines.concat();
        }
    }
    bytes
}

/// The ranges in which bytes that are a part stand together.
fn runs(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, &byte) in bytes.iter().chain([&0]).enumerate() {
        match (is_part(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Changes a chunk of a PNG, and makes lengths and checksums right again.
fn png(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut chunks: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut rest = bytes.get(PNG.len()..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(chunk) = after.get(..4 + length) else {
            break;
        };
        chunks.push((chunk[..4].to_vec(), chunk[4..].to_vec()));
        rest = after.get(8 + length..).unwrap_or_default();
    }
    if chunks.is_empty() {
        return binary(bytes.to_vec(), &[], chance);
    }
    let at = chance.below(chunks.len());
    match chance.below(8) {
        0 => drop(chunks.remove(at)),
        1 => chunks.insert(at, chunks[at].clone()),
        2 => {
            let kind = chance.of(&[
                b"acTL", b"fcTL", b"fdAT", b"PLTE", b"tRNS", b"iCCP", b"zTXt", b"iTXt", b"gAMA",
                b"eXIf", b"IDAT", b"IEND",
            ]);
            let length = chance.below(64);
            let data = (0..length).map(|_| chance.next() as u8).collect();
            chunks.insert(at, (kind.to_vec(), data));
        }
        3 | 4 if chunks[at].0 == b"IDAT" => {
            let mut plain = Vec::new();
            let source = ZlibDecoder::new(chunks[at].1.as_slice());
            // As much as can be unpacked is mutated.
            let _ = source.take(LARGEST as u64).read_to_end(&mut plain);
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            let _ = encoder.write_all(&binary(plain, &[], chance));
            chunks[at].1 = encoder.finish().unwrap_or_default();
        }
        5 => {
            // The first chunk is the header: width, height, depth, colours, interlacing.
            let header = std::mem::take(&mut chunks[0].1);
            chunks[0].1 = binary(header, &[], chance);
        }
        _ => {
            let data = std::mem::take(&mut chunks[at].1);
            chunks[at].1 = binary(data, &[], chance);
        }
    }
    let mut bytes = PNG.to_vec();
    for (kind, data) in chunks {
        let mut crc = Crc::new();
        crc.update(&kind);
        crc.update(&data);
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(crc.sum().to_be_bytes());
    }
    bytes
}

/// Changes the JSON of a safetensors file, and makes its length right again.
fn header(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let parts = bytes.split_first_chunk::<8>().and_then(|(length, rest)| {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        rest.split_at_checked(length)
    });
    let Some((header, data)) = parts else {
        return binary(bytes.to_vec(), &[], chance);
    };
    let header = text(header.to_vec(), chance);
    [&(header.len() as u64).to_le_bytes(), &header[..], data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofs::hostile::TARGETS;

    #[test]
    fn the_same_seed_mutates_alike_and_no_file_makes_it_panic() {
        for target in TARGETS {
            let seeds = (target.seeds)();
            let of = |seed: u64| mutated(&seeds, target.shape, &mut Chance::new(seed));
            let mut seen = std::collections::HashSet::new();
            for seed in 0..300 {
                assert_eq!(of(seed), of(seed));
                seen.insert(of(seed));
            }
            assert!(seen.len() > 200, "{}: {}", target.name, seen.len());
        }
        for shape in [
            Shape::Binary,
            Shape::Text,
            Shape::Gzip,
            Shape::Picture,
            Shape::Safetensors,
            Shape::State,
            Shape::Folder,
        ] {
            for seed in 0..300 {
                let seeds = [Vec::new(), vec![0], PNG.to_vec()];
                mutated(&seeds, shape, &mut Chance::new(seed));
            }
        }
    }
}
