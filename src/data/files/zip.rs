//! Zip files, entry by entry. What an entry claims is checked while it is read: its bytes against its
//! length and its checksum, its name against leading elsewhere.

use super::names::shown;
use crate::data::DataError;
use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder,
    ZipFileHeaderRecord,
};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A zip file has no more entries than this.
const ENTRIES: usize = 1_000_000;

/// A zip file that is open, with its files in its own order.
pub(super) struct ZipFile {
    path: PathBuf,
    archive: ZipArchive<FileReader>,
    /// The regular files in it.
    pub entries: Vec<Entry>,
}

/// A regular file in a zip file.
pub(super) struct Entry {
    /// The name of the file with its folders, which leads nowhere else.
    pub name: String,
    /// How many bytes it claims to take in the zip file.
    pub packed: u64,
    method: CompressionMethod,
    is_encrypted: bool,
    place: ZipArchiveEntryWayfinder,
}

impl ZipFile {
    /// Opens a zip file and reads the list of its files.
    ///
    /// # Errors
    /// Where the file can't be read, is no zip file, or has a name that leads out of it.
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        super::read::metadata(path)?;
        let file = File::open(path).map_err(|err| DataError::io(path, &err))?;
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer);
        let archive = archive.map_err(|err| damaged(path, &err))?;
        let mut entries = Vec::new();
        let mut list = archive.entries(&mut buffer);
        while let Some(record) = list.next_entry().map_err(|err| damaged(path, &err))? {
            if entries.len() == ENTRIES {
                let problem = format!(
                    "found more than {ENTRIES} files in this archive; unpack it and use a part"
                );
                return Err(DataError::file(path, problem));
            }
            if !record.is_dir() && !record.mode().is_symlink() {
                entries.push(Entry::of(path, &record)?);
            }
        }
        Ok(Self {
            path: path.to_path_buf(),
            archive,
            entries,
        })
    }

    /// The entry of this name.
    pub(super) fn named(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// A reader of an entry's bytes, unpacked. It fails at its end where they aren't what the entry
    /// claims.
    ///
    /// # Errors
    /// Where the entry is encrypted or packed in a way that isn't read.
    pub(super) fn read(&self, entry: &Entry) -> Result<Box<dyn Read + '_>, DataError> {
        if entry.is_encrypted {
            let problem =
                "found an encrypted zip file, expected one without a password; unpack it first";
            return Err(DataError::file(&self.path, problem));
        }
        let found = self.archive.get_entry(entry.place);
        let found = found.map_err(|err| damaged(&self.path, &err))?;
        match entry.method {
            CompressionMethod::STORE => Ok(Box::new(found.verifying_reader(found.reader()))),
            CompressionMethod::DEFLATE => {
                let inflated = DeflateDecoder::new(found.reader());
                Ok(Box::new(found.verifying_reader(inflated)))
            }
            _ => {
                let problem = "found files in this archive that are packed in a way that isn't read \
                               (neither stored nor deflated); unpack it first";
                Err(DataError::file(&self.path, problem))
            }
        }
    }
}

impl Entry {
    fn of(path: &Path, record: &ZipFileHeaderRecord<'_>) -> Result<Self, DataError> {
        let raw = record.file_path().as_bytes();
        // Some programs of Windows write backslashes.
        let name = String::from_utf8_lossy(raw).replace('\\', "/");
        let leads_out = name.starts_with('/')
            || name.contains([':', '\0'])
            || name.split('/').any(|part| part == "..");
        if leads_out {
            let problem = format!(
                "found a name that leads out of the archive ({}); get the archive from a source that \
                 you trust",
                shown(raw)
            );
            return Err(DataError::file(path, problem));
        }
        Ok(Self {
            name,
            packed: record.compressed_size_hint(),
            method: record.compression_method(),
            is_encrypted: record.flags().is_encrypted(),
            place: record.wayfinder(),
        })
    }
}

fn damaged(path: &Path, err: &rawzip::Error) -> DataError {
    let problem =
        format!("found a damaged zip file ({err}), expected a whole one; download it again");
    DataError::file(path, problem)
}
