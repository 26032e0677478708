//! SHA-256, by which files and data are known again.

use crate::data::Dataset;
use crate::experiment::DataSource;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

/// Bytes of a file that are held at a time.
const PIECE: usize = 1 << 16;

/// The hash of some bytes one after the other, in hexadecimal.
pub(in crate::lab) fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hexadecimal(hash)
}

/// The hash of what files hold one after the other, which is never held whole.
pub(in crate::lab) fn sha256_of_files(paths: &[PathBuf]) -> io::Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        add(&mut hash, File::open(path)?)?;
    }
    Ok(hexadecimal(hash))
}

/// Adds all that comes to a hash.
fn add(hash: &mut Sha256, mut source: impl Read) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => hash.update(&piece[..read]),
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}

/// The hash of the images and labels of a run's data, by which they are known again. The embedded
/// data is known by its name.
pub(in crate::lab) fn sha256_of_data(source: &DataSource, dataset: &Dataset) -> Option<String> {
    match source {
        DataSource::Mnist => None,
        DataSource::Files(_) => {
            let parts = [Some(&dataset.train), dataset.validation.as_ref()];
            let bytes: Vec<&[u8]> = parts
                .into_iter()
                .flatten()
                .flat_map(|images| [&images.pixels[..], &images.labels])
                .collect();
            Some(sha256(&bytes))
        }
    }
}

fn hexadecimal(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-4's example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&[b"a", b"bc"]), expected);
        let folder = tempfile::tempdir().unwrap();
        let long = vec![7; 3 * PIECE + 1];
        let paths = [("a", &b"a"[..]), ("b", b"bc"), ("long", &long)].map(|(name, bytes)| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        });
        assert_eq!(sha256_of_files(&paths[..2]).unwrap(), expected);
        assert_eq!(sha256_of_files(&paths[2..]).unwrap(), sha256(&[&long]));
    }
}
