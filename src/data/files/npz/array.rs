//! One array of numbers: the header of numpy's `.npy` (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>)
//! and the values behind it. The header is text of Python; only the three entries that numpy writes are
//! looked for, and nothing in it is run.

use crate::data::files::names::{shown, within_quotes};
use crate::data::files::read::Progress;
use crate::data::files::zip::ZipFile;
use crate::data::{DataError, MAX_BYTES};
use std::io::Read;
use std::path::Path;

/// The first bytes of an array.
const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// A header is no longer than this, in bytes.
const HEADER_LIMIT: usize = 1 << 16;
/// How much memory is reserved on the word of a header.
const RESERVE_LIMIT: u64 = 64 << 20;
/// How many bytes of values are read between two looks at whether to go on.
const STEP: u64 = 8 << 20;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
}

/// An array of numbers in the order of C.
#[derive(Debug)]
pub(super) struct Array {
    kind: Kind,
    /// Bytes of a value: 1, 2, 4 or 8.
    size: usize,
    is_big_endian: bool,
    /// The lengths of its sides. Their product is the number of values.
    pub shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Array {
    /// Reads the array of this name.
    ///
    /// # Errors
    /// Where it is damaged, no array of numbers, or larger than is read at all.
    pub(super) fn read(
        path: &Path,
        archive: &ZipFile,
        name: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Self, DataError> {
        let Some(entry) = archive.named(&format!("{name}.npy")) else {
            let problem = format!("found no array {name}; download the file again");
            return Err(DataError::file(path, problem));
        };
        let packed = entry.packed.min(MAX_BYTES);
        let mut source = archive.read(entry)?;
        let read = read_from(&mut source, &mut |share| {
            progress.advance((packed as f64 * share) as u64)
        });
        read.map_err(|problem| match problem {
            Problem::Cancelled(err) => err,
            Problem::Found(text) => DataError::file(path, format!("array {name}: {text}")),
            Problem::Text(kind) => {
                let mend = NUMBERED.replace("FILE", &within_quotes(path));
                let problem = format!(
                    "array {name}: found text ({kind}), expected whole numbers or floats; number the classes \
                     in the order of their names: {mend}"
                );
                DataError::file(path, problem)
            }
        })
    }

    /// What the values are.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The values as numbers. Whole numbers beyond 2⁵³ lose their last digits.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let (kind, is_big_endian) = (self.kind, self.is_big_endian);
        self.bytes.chunks_exact(self.size).map(move |chunk| {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            if is_big_endian {
                bytes[..chunk.len()].reverse();
            }
            let unsigned = u64::from_le_bytes(bytes);
            let unused = 64 - 8 * chunk.len() as u32;
            match (kind, chunk.len()) {
                (Kind::Bool | Kind::Unsigned, _) => unsigned as f64,
                (Kind::Signed, _) => ((unsigned << unused) as i64 >> unused) as f64,
                (Kind::Float, 2) => half(unsigned as u16),
                (Kind::Float, 4) => f64::from(f32::from_bits(unsigned as u32)),
                (Kind::Float, _) => f64::from_bits(unsigned),
            }
        })
    }

    /// The values where each is a byte already.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        (self.kind == Kind::Unsigned && self.size == 1).then_some(&self.bytes)
    }
}

/// A number of two bytes (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// Why an array can't be read.
enum Problem {
    Cancelled(DataError),
    Found(String),
    /// The values are text of this kind.
    Text(String),
}

/// Numbers the labels of a file that are text. Those that are whole numbers stay what they are.
const NUMBERED: &str = "python -c \"import numpy as n; d=dict(n.load('FILE')); t=lambda v: v.dtype.kind in 'US'; \
     u=n.unique(n.concatenate([v.ravel() for v in d.values() if t(v)])); \
     f=lambda v: v.astype(int) if all(w.isdigit() for w in u) else n.searchsorted(u,v); \
     n.savez('data.npz',**{k:f(v) if t(v) else v for k,v in d.items()})\"";

fn found<T>(text: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::Found(text.into()))
}

/// Reads an array from its first byte to its last, and tells after each step what share of it was read.
fn read_from(
    source: &mut dyn Read,
    heard: &mut dyn FnMut(f64) -> Result<(), DataError>,
) -> Result<Array, Problem> {
    let header = header(source)?;
    let (kind, size, is_big_endian) = value_of(&header)?;
    let shape = shape_of(&header)?;
    if entry(&header, "fortran_order").is_some_and(|rest| rest.starts_with("True"))
        && shape.iter().filter(|&&side| side > 1).count() > 1
    {
        return found(
            "found values in the order of Fortran; save numpy.ascontiguousarray(…) of it",
        );
    }
    let count = shape
        .iter()
        .try_fold(1u64, |all, &side| all.checked_mul(side as u64));
    let len = count.and_then(|count| count.checked_mul(size as u64));
    let Some(len) = len.filter(|&len| len <= MAX_BYTES) else {
        return found(format!(
            "found a header that promises more than {MAX_BYTES} bytes ({shape:?}); use a part of it"
        ));
    };
    let mut bytes = Vec::with_capacity(len.min(RESERVE_LIMIT) as usize);
    while (bytes.len() as u64) < len {
        let step = STEP.min(len - bytes.len() as u64);
        match source.take(step).read_to_end(&mut bytes) {
            Ok(0) => {
                return found(format!(
                    "found {} bytes of values, expected the {len} that the header promises ({shape:?}); \
                     the file was cut short, copy or download it again",
                    bytes.len()
                ));
            }
            Ok(read) => heard(read as f64 / len as f64).map_err(Problem::Cancelled)?,
            Err(err) => {
                return found(format!(
                    "found damaged data ({err}); copy or download it again"
                ));
            }
        }
    }
    Ok(Array {
        kind,
        size,
        is_big_endian,
        shape,
        bytes,
    })
}

/// The text of the header.
fn header(source: &mut dyn Read) -> Result<String, Problem> {
    const CUT: &str = "found no whole header; the file was cut short, copy or download it again";
    let mut start = [0; 8];
    if source.read_exact(&mut start).is_err() {
        return found(CUT);
    }
    if &start[..6] != MAGIC {
        return found(format!(
            "found {} at the start, expected an array of numpy; save it by numpy.savez",
            shown(&start)
        ));
    }
    // Version 1 has two bytes of length, later ones four.
    let mut length = [0; 4];
    let width = if start[6] == 1 { 2 } else { 4 };
    if source.read_exact(&mut length[..width]).is_err() {
        return found(CUT);
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > HEADER_LIMIT {
        return found(format!(
            "found a header of {length} bytes, expected {HEADER_LIMIT} at most; the file is damaged"
        ));
    }
    let mut text = vec![0; length];
    if source.read_exact(&mut text).is_err() {
        return found(CUT);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// What stands behind a key of the header.
fn entry<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{key}':"))?;
    Some(rest.trim_start())
}

/// The kind, size and order of a value, as in `'<f4'`.
fn value_of(header: &str) -> Result<(Kind, usize, bool), Problem> {
    let described = entry(header, "descr").and_then(|rest| rest.strip_prefix('\''));
    let name = described.and_then(|rest| Some(rest.split_once('\'')?.0));
    let refused = |name: &str| {
        found(format!(
            "found values of the kind {}, expected whole numbers or floats; save it as \
             array.astype('uint8')",
            shown(name.as_bytes())
        ))
    };
    let Some(name) = name else {
        return refused("of a structure");
    };
    let mut chars = name.chars();
    let order = chars.next();
    let kind = match chars.next() {
        Some('b') => Kind::Bool,
        Some('u') => Kind::Unsigned,
        Some('i') => Kind::Signed,
        Some('f') => Kind::Float,
        Some('O') => {
            return found(
                "found objects of Python in a pickle, which may run any program when they are read; \
                 save it as array.astype('uint8')",
            );
        }
        Some('U' | 'S') => return Err(Problem::Text(shown(name.as_bytes()))),
        _ => return refused(name),
    };
    let sizes: &[usize] = match kind {
        Kind::Bool => &[1],
        Kind::Unsigned | Kind::Signed => &[1, 2, 4, 8],
        Kind::Float => &[2, 4, 8],
    };
    match (order, chars.as_str().parse()) {
        (Some(order @ ('<' | '>' | '|' | '=')), Ok(size)) if sizes.contains(&size) => {
            Ok((kind, size, order == '>'))
        }
        _ => refused(name),
    }
}

/// The lengths of the sides, as in `(60000, 28, 28)`.
fn shape_of(header: &str) -> Result<Vec<usize>, Problem> {
    let inside = entry(header, "shape")
        .and_then(|rest| rest.strip_prefix('('))
        .and_then(|rest| Some(rest.split_once(')')?.0));
    let sides = inside.map(|inside| {
        let sides = inside
            .split(',')
            .map(str::trim)
            .filter(|side| !side.is_empty());
        sides.map(str::parse).collect::<Result<Vec<usize>, _>>()
    });
    match sides {
        Some(Ok(sides)) if sides.len() <= 8 => Ok(sides),
        _ => found("found no shape in the header; the file is damaged, save it by numpy.savez"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The bytes of an array as numpy writes them.
    pub(in super::super) fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(values);
        bytes
    }

    pub(in super::super) fn array(bytes: &[u8]) -> Result<Array, String> {
        read_from(&mut &bytes[..], &mut |_| Ok(())).map_err(|problem| match problem {
            Problem::Found(text) => text,
            Problem::Text(kind) => format!("text of the kind {kind}"),
            Problem::Cancelled(err) => err.to_string(),
        })
    }

    fn values(descr: &str, bytes: &[u8]) -> Vec<f64> {
        array(&npy(descr, "(2,)", bytes))
            .unwrap()
            .values()
            .collect()
    }

    #[test]
    fn values_of_each_kind_are_read() {
        assert_eq!(values("|u1", &[7, 255]), [7.0, 255.0]);
        assert_eq!(values("|i1", &[7, 255]), [7.0, -1.0]);
        assert_eq!(values("|b1", &[0, 1]), [0.0, 1.0]);
        assert_eq!(values("<i2", &[1, 0, 254, 255]), [1.0, -2.0]);
        assert_eq!(
            values(">i4", &[0, 0, 1, 0, 255, 255, 255, 255]),
            [256.0, -1.0]
        );
        let floats = [0.5f32, -3.0].map(f32::to_le_bytes).concat();
        assert_eq!(values("<f4", &floats), [0.5, -3.0]);
        let doubles = [0.5f64, f64::INFINITY].map(f64::to_be_bytes).concat();
        assert_eq!(values(">f8", &doubles), [0.5, f64::INFINITY]);
        assert_eq!(values("<f2", &[0, 0x3c, 0, 0xc0]), [1.0, -2.0]);
        assert_eq!(
            values(
                "<i8",
                &[
                    [9; 1], [0; 1], [0; 1], [0; 1], [0; 1], [0; 1], [0; 1], [0; 1], [255; 1],
                    [255; 1], [255; 1], [255; 1], [255; 1], [255; 1], [255; 1], [255; 1]
                ]
                .concat()
            ),
            [9.0, -1.0]
        );
        assert_eq!(array(&npy("|u1", "(2, 3)", &[0; 6])).unwrap().shape, [2, 3]);
    }

    #[test]
    fn what_is_no_array_of_numbers_is_refused() {
        let refused = |bytes: &[u8], part: &str| {
            let text = array(bytes).unwrap_err();
            assert!(text.contains(part), "{part}: {text}");
        };
        refused(b"", "no whole header");
        refused(b"PK\x03\x04....", "expected an array of numpy");
        refused(&npy("|O", "(2,)", &[0; 9]), "objects of Python");
        refused(&npy("<U3", "(2,)", &[0; 9]), "text of the kind <U3");
        refused(
            &npy("<f16", "(2,)", &[0; 99]),
            "found values of the kind <f16",
        );
        refused(&npy("|u1", "(9,)", &[0; 8]), "cut short");
        refused(&npy("|u1", "(9", &[0; 9]), "no shape");
        refused(
            &npy("|u1", "(99999999999, 9)", &[0; 9]),
            "promises more than",
        );
        refused(
            &npy("|u1", "(18446744073709551615, 18446744073709551615)", &[]),
            "promises more than",
        );
        let fortran = npy("|u1", "(2, 2)", &[0; 4]);
        let fortran = String::from_utf8_lossy(&fortran[10..]).replace("False", "True ");
        let mut bytes = npy("|u1", "(2, 2)", &[0; 4])[..10].to_vec();
        bytes.extend(fortran.as_bytes());
        refused(&bytes, "the order of Fortran");
    }
}
