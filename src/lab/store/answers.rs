//! What a network answered to each validation image after an epoch, kept beside its weights: so
//! that any epoch's errors are shown without computing them again. The file is one of safetensors
//! with three vectors, which other programs read too.

use super::StoreError;
use super::files::{self, write_atomically};
use super::inside::{ANSWERS_LIMIT, Inside};
use crate::training::Answers;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::path::{Path, PathBuf};

/// The most bytes that the header of such a file may have.
const MOST_HEADER: u64 = 1 << 16;

/// Keeps the answers after an epoch.
pub(super) fn write_answers(
    folder: &Path,
    epoch: usize,
    answers: &Answers,
) -> Result<(), StoreError> {
    let path = answers_path(folder, epoch);
    let bytes = answers_to_bytes(answers).map_err(|err| StoreError::Malformed {
        message: format!("the answers can't be written: {err}"),
        path: path.clone(),
    })?;
    write_atomically(&path, &bytes)
}

/// Reads the answers after an epoch; none where they weren't kept.
///
/// # Errors
/// Where the file is there but can't be read.
pub fn read_answers(folder: &Path, epoch: usize) -> Result<Option<Answers>, StoreError> {
    let file = Inside::new(folder, answers_place(epoch));
    if !file.exists() {
        return Ok(None);
    }
    let bytes = file.read(ANSWERS_LIMIT)?;
    match answers_from_bytes(&bytes) {
        Some(answers) => Ok(Some(answers)),
        None => Err(StoreError::Malformed {
            message: "these are no answers of an epoch; remove the file, they are computed anew"
                .into(),
            path: file.path(),
        }),
    }
}

pub(super) fn answers_path(folder: &Path, epoch: usize) -> PathBuf {
    folder.join(answers_place(epoch))
}

fn answers_place(epoch: usize) -> PathBuf {
    Path::new(files::ANSWERS).join(format!("epoch-{epoch:04}.safetensors"))
}

pub(crate) fn answers_to_bytes(answers: &Answers) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let bytes = |values: &[f32]| -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    };
    let (confidences, losses) = (bytes(&answers.confidences), bytes(&answers.losses));
    let count = vec![answers.count()];
    let views = [
        (
            "class",
            TensorView::new(Dtype::U8, count.clone(), &answers.classes)?,
        ),
        (
            "confidence",
            TensorView::new(Dtype::F32, count.clone(), &confidences)?,
        ),
        ("loss", TensorView::new(Dtype::F32, count, &losses)?),
    ];
    safetensors::serialize(views, None)
}

pub(crate) fn answers_from_bytes(bytes: &[u8]) -> Option<Answers> {
    // Reading a header takes memory of many times the header's bytes.
    let length = bytes
        .first_chunk()
        .map(|length| u64::from_le_bytes(*length))?;
    (length <= MOST_HEADER).then_some(())?;
    let tensors = SafeTensors::deserialize(bytes).ok()?;
    let floats = |name: &str| -> Option<Vec<f32>> {
        let tensor = tensors.tensor(name).ok()?;
        (tensor.dtype() == Dtype::F32).then_some(())?;
        let words = tensor.data().as_chunks::<4>().0.iter();
        Some(words.map(|word| f32::from_le_bytes(*word)).collect())
    };
    let classes = tensors.tensor("class").ok()?;
    (classes.dtype() == Dtype::U8).then_some(())?;
    let answers = Answers {
        classes: classes.data().to_vec(),
        confidences: floats("confidence")?,
        losses: floats("loss")?,
    };
    answers.is_sound().then_some(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_and_damage_is_refused() {
        let answers = Answers {
            classes: vec![3, 9],
            confidences: vec![0.5, 1.0],
            losses: vec![0.75, 0.0],
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(files::ANSWERS)).unwrap();
        assert!(read_answers(folder.path(), 4).unwrap().is_none());
        write_answers(folder.path(), 4, &answers).unwrap();
        assert_eq!(read_answers(folder.path(), 4).unwrap(), Some(answers));
        let path = answers_path(folder.path(), 4);
        let bytes = std::fs::read(&path).unwrap();
        for damaged in [&bytes[..bytes.len() - 1], b"", b"no answers"] {
            std::fs::write(&path, damaged).unwrap();
            let err = read_answers(folder.path(), 4).unwrap_err().to_string();
            assert!(err.contains("epoch-0004"), "{err}");
        }
    }
}
