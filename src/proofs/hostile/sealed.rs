//! Takes saved states apart and seals them again, so that mutations get behind their checksum.

use super::mutate::{Chance, binary, text};
use super::states::{FILES, FIRST_STATE};
use super::{DIVIDER, parts_of};
use flate2::Crc;
use serde_json::{Map, Value};

/// The entry of a state's metadata that holds the description.
const STATE: &str = "overfit-lab-state";
/// The entry of a state's metadata that holds the checksum.
const CHECKSUM: &str = "crc32";

/// The pieces of a state's file.
pub(super) struct Parts {
    /// The JSON of everything that is no tensor.
    pub description: String,
    /// What the header says of each tensor.
    tensors: Map<String, Value>,
    data: Vec<u8>,
}

impl Parts {
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (header, data) = rest.split_at_checked(length)?;
        let mut tensors: Map<String, Value> = serde_json::from_slice(header).ok()?;
        let metadata = tensors.remove("__metadata__")?;
        Some(Self {
            description: metadata.get(STATE)?.as_str()?.to_owned(),
            tensors,
            data: data.to_vec(),
        })
    }

    /// The file made of these pieces, with its checksum.
    pub fn sealed(mut self) -> Option<Vec<u8>> {
        let mut crc = Crc::new();
        crc.update(self.description.as_bytes());
        // The checksum takes the tensors by name, which is the order of this map.
        for (name, tensor) in &self.tensors {
            let place = |i: usize| tensor.get("data_offsets")?.get(i)?.as_u64();
            let (start, end) = (place(0)? as usize, place(1)? as usize);
            crc.update(name.as_bytes());
            crc.update(self.data.get(start..end)?);
        }
        let checksum = format!("{:08x}", crc.sum());
        let metadata = serde_json::json!({ STATE: self.description, CHECKSUM: checksum });
        self.tensors.insert("__metadata__".into(), metadata);
        let header = serde_json::to_vec(&self.tensors).ok()?;
        Some(
            [
                &(header.len() as u64).to_le_bytes(),
                &header[..],
                &self.data,
            ]
            .concat(),
        )
    }
}

/// Changes a state, and makes its checksum right again where that can be done.
pub(super) fn state_mutated(bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let Some(mut parts) = Parts::of(&bytes).filter(|_| !chance.one_in(6)) else {
        return binary(bytes, &[], chance);
    };
    match chance.below(6) {
        0..=2 => {
            let description = text(parts.description.into_bytes(), chance);
            parts.description = String::from_utf8_lossy(&description).into_owned();
        }
        3 => {
            let length = parts.data.len();
            parts.data = binary(parts.data, &[], chance);
            parts.data.resize(length, 0);
        }
        4 => {
            // A weight or a moment becomes NaN, infinite, very large or very small.
            let values: [f32; 6] = [f32::NAN, f32::INFINITY, f32::MAX, -0.0, 1e-40, -1e30];
            let value = chance.of(&values).to_le_bytes();
            let at = chance.below(parts.data.len()) & !3;
            for (place, byte) in parts.data.iter_mut().skip(at).zip(value) {
                *place = byte;
            }
        }
        _ => {
            let header = serde_json::to_vec(&parts.tensors).unwrap_or_default();
            if let Ok(tensors) = serde_json::from_slice(&text(header, chance)) {
                parts.tensors = tensors;
            }
        }
    }
    parts.sealed().unwrap_or(bytes)
}

/// Changes one of the files of a run's folder.
pub(super) fn folder_mutated(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut files: Vec<Vec<u8>> = parts_of(bytes, FILES.len())
        .into_iter()
        .map(<[u8]>::to_vec)
        .collect();
    let at = chance.below(files.len());
    let file = std::mem::take(&mut files[at]);
    files[at] = match at {
        FIRST_STATE.. => state_mutated(file, chance),
        _ if chance.one_in(4) => binary(file, &[], chance),
        _ => text(file, chance),
    };
    if chance.one_in(16) {
        files.swap(FIRST_STATE, FIRST_STATE + 1);
    }
    files.join(DIVIDER)
}
