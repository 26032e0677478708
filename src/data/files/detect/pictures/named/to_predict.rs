//! Pictures to predict, as a table names them: Kaggle's `test.csv` beside a folder `test`.

use super::index::Match;
use super::{Beside, Part};
use crate::data::files::detect::TestPictures;
use crate::data::files::detect::pictures::mend;
use crate::data::files::names::{name_of, shown};
use crate::data::test_table::are_ids;
use crate::data::{DataError, DataNote, IdOrigin, TestIds, TestLabels};
use std::path::{Path, PathBuf};

/// The pictures that a table names, in its order, where it is one that names pictures which lie beside it.
///
/// # Errors
/// Where the table can't be read, names a picture that isn't there or one twice, or is of pictures that
/// aren't read.
pub(in crate::data::files::detect) fn to_predict(
    path: &Path,
) -> Result<Option<TestPictures>, DataError> {
    let Some(beside) = Beside::of(path)? else {
        return Ok(None);
    };
    let (index, (table, columns)) = (beside.index, beside.table);
    let fail = |line: u64, problem: String| {
        Err(DataError::file(
            &table.path,
            format!("line {line}: {problem}"),
        ))
    };
    let has_test = table.rows(&columns).any(|row| row.part == Some(Part::Test));
    let (mut files, mut ids, mut labels) = (Vec::<PathBuf>::new(), Vec::new(), Vec::new());
    for row in table.rows(&columns) {
        if has_test && row.part != Some(Part::Test) {
            continue;
        }
        let name = shown(row.name.as_bytes());
        let place = match index.find(row.name, row.part.or(table.part)) {
            Match::One(place) => place,
            Match::None => {
                let problem = format!(
                    "found no picture named {name}, expected one for each row; put it beside the table, or \
                     remove this line"
                );
                return fail(row.line, problem);
            }
            Match::Several(..) => {
                let problem = format!(
                    "found several pictures named {name}, expected one; write the folder before the name"
                );
                return fail(row.line, problem);
            }
        };
        let picture = &index.pictures[place];
        if let Some(kind) = picture.unreadable {
            let problem = format!(
                "found {kind}, expected pictures as PNG, JPEG, BMP, GIF, TIFF or WebP; {}",
                mend(&picture.path)
            );
            return Err(DataError::file(&picture.path, problem));
        }
        files.push(picture.path.clone());
        ids.push(row.name.to_owned());
        labels.push((!row.label.is_empty()).then_some(row.label));
    }
    if !are_ids(&ids) {
        let problem = "found a picture twice, or a name with a comma or a quote in it, expected each picture \
                       once; remove the line, or rename the picture";
        return Err(DataError::file(&table.path, problem));
    }
    let name = table.column_name(&columns, columns.name);
    let mut notes = vec![DataNote::NamesToPredict {
        table: name_of(path),
        name: name.clone(),
    }];
    if has_test {
        notes.push(DataNote::TestPartTaken);
    }
    let labels: Option<Vec<&str>> = labels.into_iter().collect();
    Ok(Some(TestPictures {
        path: path.to_path_buf(),
        files,
        ids: Some(TestIds {
            // A table without a header has no name for the ids.
            column: if columns.has_header {
                name
            } else {
                "filename".into()
            },
            ids,
            origin: IdOrigin::Column,
        }),
        labels: labels.and_then(|labels| of_names(&labels)),
        notes,
    }))
}

/// Labels by the names of their classes, where there are no more than a network can tell apart.
fn of_names(labels: &[&str]) -> Option<TestLabels> {
    let mut names: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    let place = |label: &&str| {
        let place = names.binary_search_by(|name| name.as_str().cmp(label));
        place.ok().and_then(|place| u8::try_from(place).ok())
    };
    let labels: Option<Vec<u8>> = labels.iter().map(place).collect();
    Some(TestLabels {
        labels: labels?,
        names,
    })
}
