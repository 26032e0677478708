//! The pictures that tables name, with their classes and parts.

use super::super::class::Passed;
use super::super::{Part, PictureFile, PictureFolder, mend};
use super::index::{Index, Match};
use super::rows::{Columns, NameTable, Row};
use crate::data::files::classes::check_count;
use crate::data::files::detect::listing::Listing;
use crate::data::files::names::{name_of, natural, shown};
use crate::data::{DataError, DataNote};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Where more than this share of names has no picture, most likely the pictures aren't all there.
const MOST_MISSING: f64 = 0.1;

/// Pictures with their classes, as tables name them.
pub(super) struct Chosen<'a> {
    folder: PathBuf,
    index: &'a Index,
    /// The tables that were taken.
    pub tables: Vec<PathBuf>,
    /// Part, label and place of each picture.
    pictures: Vec<(Part, String, usize)>,
    /// The places of pictures that a table lists to predict.
    to_predict: HashSet<usize>,
    notes: Vec<DataNote>,
}

impl<'a> Chosen<'a> {
    pub(super) fn new(folder: &Path, index: &'a Index) -> Self {
        Self {
            folder: folder.to_path_buf(),
            index,
            tables: Vec::new(),
            pictures: Vec::new(),
            to_predict: HashSet::new(),
            notes: Vec::new(),
        }
    }

    /// Adds the pictures that a table names. Those of which neither a column nor a folder says otherwise
    /// are of this part.
    pub(super) fn add(
        &mut self,
        (table, columns): &(NameTable, Columns),
        part: Part,
    ) -> Result<(), DataError> {
        if columns.label.is_none() {
            let problem = format!(
                "found the columns {}, expected one named label or class; rename the column of the \
                 classes to label",
                shown(table.header().as_bytes())
            );
            return Err(DataError::file(&table.path, problem));
        }
        let name = name_of(&table.path);
        let mut labels: HashMap<usize, &str> = HashMap::new();
        let mut missing: Option<(u64, &str)> = None;
        let (mut missing_count, mut rows, mut unlabelled) = (0, 0, 0);
        for row in table.rows(columns) {
            rows += 1;
            let place = match self.index.find(row.name, row.part.or(table.part)) {
                Match::None => {
                    missing.get_or_insert((row.line, row.name));
                    missing_count += 1;
                    continue;
                }
                Match::One(place) => place,
                Match::Several(first, second) => {
                    let named = |place: usize| &self.index.pictures[place].relative;
                    let problem = format!(
                        "line {}: found several pictures named {} ({}, {}), expected one; write the \
                         folder before the name",
                        row.line,
                        shown(row.name.as_bytes()),
                        named(first),
                        named(second)
                    );
                    return Err(DataError::file(&table.path, problem));
                }
            };
            if let Some(marked) = &row.marked
                && marked.len() != 1
            {
                return Err(not_one_class(table, &row, marked));
            }
            if row.label.is_empty() {
                unlabelled += 1;
                continue;
            }
            let picture = &self.index.pictures[place];
            if let Some(kind) = picture.unreadable {
                let problem = format!(
                    "found {kind} that {name} names, expected pictures as PNG, JPEG, BMP, GIF, TIFF or WebP; {}",
                    mend(&picture.path)
                );
                return Err(DataError::file(&picture.path, problem));
            }
            match labels.insert(place, row.label) {
                None => {}
                Some(before) if before == row.label => continue,
                Some(before) => {
                    let problem = format!(
                        "line {}: found {} with the class {}, and before with {}, expected one class a \
                         picture; remove one of the lines",
                        row.line,
                        shown(row.name.as_bytes()),
                        shown(row.label.as_bytes()),
                        shown(before.as_bytes())
                    );
                    return Err(DataError::file(&table.path, problem));
                }
            }
            let of_folder = picture.part.filter(|_| table.part.is_none());
            let part = row.part.or(of_folder).unwrap_or(part);
            self.pictures.push((part, row.label.to_owned(), place));
        }
        if f64::from(missing_count) > MOST_MISSING * f64::from(rows)
            && let Some((line, first)) = missing
        {
            let problem = format!(
                "line {line}: found no picture named {}, nor for {missing_count} of the {rows} names in \
                 all, expected a picture for each; put the missing ones beside the table, or remove \
                 their lines",
                shown(first.as_bytes())
            );
            return Err(DataError::file(&table.path, problem));
        }
        self.notes.push(DataNote::NamedByTable {
            table: name.clone(),
            name: table.column_name(columns, columns.name),
            label: table.label_name(columns),
        });
        if let Some((_, first)) = missing {
            self.notes.push(DataNote::NamesWithoutPicture {
                table: name.clone(),
                count: missing_count as usize,
                first: shown(first.as_bytes()),
            });
        }
        if unlabelled > 0 {
            let count = unlabelled;
            self.notes
                .push(DataNote::RowsWithoutLabel { table: name, count });
        }
        self.tables.push(table.path.clone());
        Ok(())
    }

    /// Leaves the pictures to a submission that a table lists to predict.
    pub(super) fn leave_to_predict(&mut self, table: &NameTable, columns: &Columns) {
        for row in table.rows(columns) {
            if let Match::One(place) = self.index.find(row.name, row.part.or(table.part)) {
                self.to_predict.insert(place);
            }
        }
        let name = name_of(&table.path);
        self.notes.push(DataNote::TestTableWithoutLabels { name });
    }

    /// The data set. `others` are tables that weren't needed.
    pub(super) fn finish(
        mut self,
        listing: &Listing,
        others: Vec<String>,
    ) -> Result<PictureFolder, DataError> {
        self.whole_numbers();
        let first = self.tables.first().unwrap_or(&self.folder);
        let classes = classes(first, &self.pictures)?;
        let of_classes = self.pictures.iter().map(|(_, _, place)| *place);
        let used: HashSet<usize> = of_classes.chain(self.to_predict.iter().copied()).collect();
        let unnamed = self.index.pictures.len() - used.len();
        if unnamed > 0 {
            let mut all = self.index.pictures.iter().enumerate();
            let first = all.find(|(place, _)| !used.contains(place));
            self.notes.push(DataNote::PicturesNotNamed {
                count: unnamed,
                first: first.map_or_else(String::new, |(_, picture)| picture.relative.clone()),
            });
        }
        if !others.is_empty() {
            self.notes.push(DataNote::TablesLeftOut(others));
        }
        let mut passed = Passed::default();
        listing.skipped.iter().for_each(|name| passed.add(name));
        let is_other = |path: &&PathBuf| {
            !name_of(path).to_lowercase().ends_with(".csv") && !super::super::is_picture(path)
        };
        let others = listing.files.iter().filter(is_other);
        others.for_each(|path| passed.add(&name_of(path)));
        self.notes.extend(passed.note());
        self.pictures.sort_by_key(|(part, label, _)| {
            let class = classes.iter().position(|class| class == label);
            (*part as u8, class)
        });
        let class_of = |label: &String| classes.iter().position(|class| class == label);
        let files = self
            .pictures
            .iter()
            .map(|(part, label, place)| PictureFile {
                part: *part,
                // There are at most as many classes as a network can tell apart.
                class: class_of(label).unwrap_or_default() as u8,
                path: self.index.pictures[*place].path.clone(),
            });
        Ok(PictureFolder {
            files: files.collect(),
            path: self.folder,
            classes,
            notes: self.notes,
            tables: self.tables,
        })
    }

    /// Writes labels as whole numbers where all are, since pandas writes 7 as 7.0 at times.
    fn whole_numbers(&mut self) {
        let whole = |label: &str| {
            let value: f64 = label.parse().ok()?;
            (value.fract() == 0.0 && value.abs() < 1e9).then(|| format!("{value:.0}"))
        };
        let all: Option<Vec<String>> = self.pictures.iter().map(|(_, l, _)| whole(l)).collect();
        for ((_, label, _), whole) in self.pictures.iter_mut().zip(all.unwrap_or_default()) {
            *label = whole;
        }
    }
}

/// The error for a picture to which a table gives no class, or several, where each class has a column.
fn not_one_class(table: &NameTable, row: &Row<'_>, marked: &[&str]) -> DataError {
    let found = match marked {
        [] => "no class".to_owned(),
        [first, second, ..] => format!(
            "{} classes ({}, {}{})",
            marked.len(),
            shown(first.as_bytes()),
            shown(second.as_bytes()),
            if marked.len() > 2 { ", …" } else { "" }
        ),
        [one] => shown(one.as_bytes()),
    };
    let problem = format!(
        "line {}: found {found} marked with 1 for {}, expected exactly one class a picture, since a network \
         here says one; correct the marks, or remove the line",
        row.line,
        shown(row.name.as_bytes())
    );
    DataError::file(&table.path, problem)
}

/// The classes of pictures, in order.
///
/// # Errors
/// Where there are fewer or more than a network can tell apart, or too few pictures of one.
fn classes(path: &Path, pictures: &[(Part, String, usize)]) -> Result<Vec<String>, DataError> {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (part, label, _) in pictures {
        counts.entry(label).or_default()[*part as usize] += 1;
    }
    let has_own_validation = counts
        .values()
        .any(|count| count[Part::Validation as usize] > 0);
    check_count(path, counts.len(), "classes")?;
    for (label, count) in &counts {
        let label = shown(label.as_bytes());
        let problem = match count[Part::Train as usize] {
            0 => format!(
                "found the class {label} without a picture to train with, expected classes that the \
                 training pictures have too; add some, or remove its lines"
            ),
            1 if !has_own_validation => format!(
                "found one picture of class {label}, expected 2 at least, to train and to validate; \
                 add some, or correct the name"
            ),
            _ => continue,
        };
        return Err(DataError::file(path, problem));
    }
    let mut names: Vec<String> = counts.keys().map(|name| (*name).to_owned()).collect();
    names.sort_by(|a, b| natural(a, b));
    Ok(names)
}
