//! A table that names pictures and says what each shows, such as Kaggle's `train.csv` beside a folder
//! `images`.
//!
//! - `index` looks pictures up by what tables call them;
//! - `rows` are the table's rows, and which columns say what;
//! - `chosen` are the pictures with their classes;
//! - `to_predict` are pictures without classes, in the order of a table;
//! - here a table is chosen, and held against folders that are classes: these win.

mod chosen;
mod index;
mod rows;
mod to_predict;

pub(in crate::data::files::detect) use to_predict::to_predict;

use super::{Part, PictureFolder};
use crate::data::files::detect::listing::Listing;
use crate::data::files::names::{name_of, shown};
use crate::data::{DataError, DataNote};
use chosen::Chosen;
use index::{Index, Indexed, Match};
use rows::{Columns, NameTable};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Folders are classes where a table gives this share of their pictures the label of most in the folder.
const OF_ONE_LABEL: f64 = 0.9;

/// The pictures that a table in a folder names, or those of folders that are classes beside such a
/// table. None where there is no such table.
pub(in crate::data::files::detect) fn in_folder(
    listing: &Listing,
) -> Result<Option<PictureFolder>, DataError> {
    let mut tables = Vec::new();
    for path in listing.files.iter().filter(|path| is_table(path)) {
        tables.extend(NameTable::read(path)?);
    }
    if tables.is_empty() {
        let is_alone = listing.folders.len() == 1;
        let may_hold = |folder: &&PathBuf| is_alone || is_part(folder);
        for folder in listing.folders.iter().filter(may_hold) {
            for path in Listing::of(folder)?
                .files
                .iter()
                .filter(|path| is_table(path))
            {
                tables.extend(NameTable::read(path)?);
            }
        }
    }
    if tables.is_empty() {
        return Ok(None);
    }
    let index = Index::of(&listing.folder)?;
    if index.pictures.is_empty() {
        return Ok(None);
    }
    let names_all: Vec<String> = tables.iter().map(|table| name_of(&table.path)).collect();
    let (mut usable, mut to_predict) = (Vec::new(), Vec::new());
    let mut claims = None;
    for table in tables {
        match table.columns(&index) {
            Some(columns) if table.lists_test(&columns) => to_predict.push((table, columns)),
            Some(columns) => usable.push((table, columns)),
            None if table.claims_names() => claims = Some(table),
            None => {}
        }
    }
    let are_classes = || super::in_folder(listing).is_ok();
    if usable.is_empty() {
        return match claims {
            Some(table) if !are_classes() => Err(nothing_named(&table, &index)),
            _ => Ok(None),
        };
    }
    let agrees = |(table, columns): &(_, _)| agrees_with_folders(table, columns, &index);
    if usable.iter().any(agrees)
        && let Ok(mut folders) = super::in_folder(listing)
    {
        for (table, _) in &usable {
            let note = DataNote::TableOfNames(name_of(&table.path));
            if !folders.notes.contains(&note) {
                folders.notes.push(note);
            }
        }
        return Ok(Some(folders));
    }
    let mut chosen = Chosen::new(&listing.folder, &index);
    let train = only_one(listing, &usable, |part| part == Some(Part::Train))?;
    let train = match train {
        Some(train) => train,
        None => match only_one(listing, &usable, |part| part.is_none())? {
            Some(train) => train,
            // Tables for validation and for the test alone are nothing to train with.
            None => return Ok(None),
        },
    };
    chosen.add(train, Part::Train)?;
    for part in [Part::Validation, Part::Test] {
        if let Some(table) = only_one(listing, &usable, |found| found == Some(part))? {
            chosen.add(table, part)?;
        }
    }
    for (table, columns) in &to_predict {
        chosen.leave_to_predict(table, columns);
    }
    let used = (chosen.tables.iter()).chain(to_predict.iter().map(|(table, _)| &table.path));
    let used: Vec<String> = used.map(|path| name_of(path)).collect();
    let is_used = |name: &String| used.contains(name);
    let others = names_all
        .into_iter()
        .filter(|name| !is_used(name))
        .collect();
    chosen.finish(listing, others).map(Some)
}

/// A table that names pictures, and what lies beside it.
struct Beside<'a> {
    /// The table's folder.
    folder: &'a Path,
    /// The pictures of the folder.
    index: Index,
    /// The table, and which of its columns say what.
    table: (NameTable, Columns),
}

impl<'a> Beside<'a> {
    /// Reads a table, where it is one that names pictures which lie beside it.
    fn of(path: &'a Path) -> Result<Option<Self>, DataError> {
        let Some(table) = NameTable::read(path)? else {
            return Ok(None);
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let index = Index::of(folder)?;
        if index.pictures.is_empty() {
            return Ok(None);
        }
        match table.columns(&index) {
            Some(columns) => Ok(Some(Self {
                folder,
                index,
                table: (table, columns),
            })),
            None if table.claims_names() => Err(nothing_named(&table, &index)),
            None => Ok(None),
        }
    }
}

/// The pictures that a table names, where it is one that names pictures which lie beside it.
pub(in crate::data::files::detect) fn of_table(
    path: &Path,
) -> Result<Option<PictureFolder>, DataError> {
    let Some(beside) = Beside::of(path)? else {
        return Ok(None);
    };
    let mut chosen = Chosen::new(beside.folder, &beside.index);
    chosen.add(&beside.table, Part::Train)?;
    let empty = Listing {
        folder: beside.folder.to_path_buf(),
        folders: Vec::new(),
        files: Vec::new(),
        skipped: Vec::new(),
    };
    chosen.finish(&empty, Vec::new()).map(Some)
}

/// Whether a file is a table that may name pictures. Samples of submissions have labels that are made up.
fn is_table(path: &Path) -> bool {
    let name = name_of(path).to_lowercase();
    name.ends_with(".csv") && !name.contains("submission") && !name.contains("sample")
}

fn is_part(folder: &Path) -> bool {
    index::part_of(&name_of(folder)).is_some()
}

/// The one table of a part; a plain name such as `train.csv` is preferred.
fn only_one<'a>(
    listing: &Listing,
    tables: &'a [(NameTable, Columns)],
    is_of: impl Fn(Option<Part>) -> bool,
) -> Result<Option<&'a (NameTable, Columns)>, DataError> {
    let found: Vec<_> = tables
        .iter()
        .filter(|(table, _)| is_of(table.part))
        .collect();
    let is_plain = |table: &NameTable| {
        let stem = table.path.file_stem().unwrap_or_default();
        Part::of_name(&stem.to_string_lossy()).is_some()
    };
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let plain: Vec<_> = several
                .iter()
                .filter(|(table, _)| is_plain(table))
                .collect();
            if let [one] = plain.as_slice() {
                return Ok(Some(one));
            }
            let names: Vec<String> = several
                .iter()
                .map(|(table, _)| name_of(&table.path))
                .collect();
            let problem = format!(
                "found {} tables that name pictures ({}), expected one; choose the table itself, or \
                 remove the others",
                names.len(),
                names.join(", ")
            );
            Err(DataError::file(&listing.folder, problem))
        }
    }
}

/// Whether the folders in which a table's pictures lie are classes as the table has them.
fn agrees_with_folders(table: &NameTable, columns: &Columns, index: &Index) -> bool {
    let mut folders: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    for row in table.rows(columns) {
        if let Match::One(place) = index.find(row.name, table.part) {
            let folder = folder_of(&index.pictures[place]);
            let labels = folders.entry(folder).or_default();
            *labels.entry(row.label).or_default() += 1;
        }
    }
    if folders.is_empty() {
        // Each folder has a picture of each name, and the folders' names say whether they are classes.
        let labels: HashSet<&str> = table.rows(columns).map(|row| row.label).collect();
        let mut all = index.pictures.iter().map(folder_of);
        return all.all(|folder| labels.contains(folder));
    }
    if folders.contains_key("") {
        return false;
    }
    let total: usize = folders.values().flat_map(HashMap::values).sum();
    let most = folders.values().filter_map(|labels| labels.values().max());
    most.sum::<usize>() as f64 >= OF_ONE_LABEL * total as f64
}

/// The last folder in which a picture lies.
fn folder_of(picture: &Indexed) -> &str {
    let folders = picture
        .relative
        .rsplit_once('/')
        .map_or("", |(folders, _)| folders);
    folders.rsplit('/').next().unwrap_or(folders)
}

/// The error where not one name of a table is that of a picture that is there.
fn nothing_named(table: &NameTable, index: &Index) -> DataError {
    let first = index
        .pictures
        .first()
        .map_or("", |picture| picture.relative.as_str());
    let problem = format!(
        "found the columns {}, and no picture that a row names, but {} others ({}, …); expected names of \
         pictures in this folder or its folders, with or without their endings; put the pictures beside \
         this table, or correct the names",
        shown(table.header().as_bytes()),
        index.pictures.len(),
        shown(first.as_bytes()),
    );
    DataError::file(&table.path, problem)
}
