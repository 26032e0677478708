//! What the columns of a table hold, by the names in its header.

use super::super::names::shown;
use super::dialect::Dialect;
use super::layout::{Column, LabelKind, Layout, Purpose};
use super::order::{Name, Order, order};
use super::size::square;
use crate::data::DataNote;
use std::collections::BTreeMap;

/// Names of a column of labels.
const LABELS: [&str; 13] = [
    "label",
    "labels",
    "class",
    "classes",
    "target",
    "targets",
    "digit",
    "letter",
    "character",
    "category",
    "class_label",
    "true_label",
    "y",
];
/// Names of a column that says what each image is called.
const IDS: [&str; 5] = ["id", "imageid", "image_id", "image id", "image-id"];
/// Names of a column that counts the rows, beside those that pandas gives.
const INDICES: [&str; 7] = ["", "index", "idx", "row", "rowid", "row_id", "level_0"];

/// What a name alone says of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Label,
    Id,
    Index,
}

fn role(name: &str) -> Option<Role> {
    let name = name.trim().to_lowercase();
    let name = name.as_str();
    if LABELS.contains(&name) {
        Some(Role::Label)
    } else if IDS.contains(&name) {
        Some(Role::Id)
    } else if INDICES.contains(&name) || name.starts_with("unnamed:") {
        Some(Role::Index)
    } else {
        None
    }
}

/// Whether a column is called as one of labels is.
pub(in crate::data::files) fn is_label_name(name: &str) -> bool {
    role(name) == Some(Role::Label)
}

/// Columns with their names, of which it is being found out what they hold.
struct Named<'a> {
    names: &'a [String],
    purpose: Purpose,
}

/// Reads from the header what the rows hold. `first_row` is the first row of values, where the
/// table has one.
///
/// # Errors
/// Where the names don't say it: what was found, what was expected and what to do.
pub(super) fn layout(
    dialect: Dialect,
    names: &[String],
    first_row: Option<&[String]>,
    purpose: Purpose,
) -> Result<(Layout, Vec<DataNote>), String> {
    let named = Named { names, purpose };
    if let Some(problem) = named.list() {
        return Err(problem);
    }
    let roles: Vec<Option<Role>> = names.iter().map(|name| role(name)).collect();
    let label = named.label(&roles)?;
    let pixels = named.pixels(&roles, label)?;
    let last = names.len() - 1;
    let holds_nothing =
        |place: usize| first_row.is_none_or(|row| row.get(place).is_none_or(String::is_empty));
    let mut notes = Vec::new();
    let mut columns = vec![Column::Aside; names.len()];
    for (place, role) in roles.iter().enumerate() {
        match role {
            Some(Role::Id) if purpose == Purpose::Test => columns[place] = Column::Id,
            // A comma at the end of each line makes a column without a name and without values.
            Some(Role::Index) if place == last && names[place].is_empty() => {
                if !holds_nothing(place) {
                    return Err(
                        "found a last column without a name, expected label or pixel; name it, or \
                         remove it"
                            .into(),
                    );
                }
                notes.push(DataNote::ColumnAside {
                    name: String::new(),
                });
            }
            Some(Role::Index | Role::Id) => notes.push(DataNote::ColumnAside {
                name: shown_name(&names[place]),
            }),
            Some(Role::Label) | None => {}
        }
    }
    if columns
        .iter()
        .filter(|column| **column == Column::Id)
        .count()
        > 1
    {
        return Err("found several columns of ids, expected one; remove the others".into());
    }
    if let Some(place) = label {
        let kind = match first_row.and_then(|row| row.get(place)) {
            Some(value) if !value.is_empty() && value.parse::<f64>().is_err() => LabelKind::Name,
            _ => LabelKind::Number,
        };
        columns[place] = Column::Label(kind);
        let is_counted = |role: &Option<Role>| matches!(role, Some(Role::Index | Role::Id));
        let first = roles.iter().position(|role| !is_counted(role));
        if Some(place) != first || !names[place].eq_ignore_ascii_case("label") {
            notes.push(DataNote::LabelColumn {
                name: shown_name(&names[place]),
            });
        }
    }
    let mut pixel_names = Vec::new();
    let mut apart = Vec::new();
    for &(place, ref name) in &pixels {
        columns[place] = Column::Pixel;
        pixel_names.push(names[place].clone());
        apart.push(name.clone());
    }
    let ordered = order(&pixel_names, &apart);
    let size = match &ordered {
        Ok(Order {
            size: Some(size), ..
        }) => *size,
        // What the size says of the table is worth more than a name without a number.
        _ => match square(pixels.len()) {
            Ok(size) => size,
            Err(problem) => {
                return Err(ordered
                    .err()
                    .filter(|_| !is_colour(&pixels))
                    .unwrap_or(problem));
            }
        },
    };
    let ordered = ordered?;
    if !ordered.is_kept() {
        notes.push(DataNote::PixelsSorted);
    }
    let shown_names = names.iter().map(|name| shown_name(name)).collect();
    Ok((
        Layout::new(dialect, shown_names, columns, size, Some(ordered)),
        notes,
    ))
}

/// Whether so many pixels are the three colours of a square image.
fn is_colour(pixels: &[(usize, Name)]) -> bool {
    super::size::colour_side(pixels.len()).is_some()
}

/// A column's name as a note or an error shows it.
fn shown_name(name: &str) -> String {
    match name {
        "" => "without a name".into(),
        name => shown(name.as_bytes()),
    }
}

/// What the names of columns begin with in lower case that have a column for each class, such as `label_0`.
fn marks_of_classes(columns: &[(usize, Name)]) -> Option<String> {
    let (_, first) = columns.first()?;
    let prefix = first.prefix()?;
    let word = prefix.trim_end_matches(['_', '-', '.', ' ']);
    let are_alike = columns.iter().all(|(_, name)| name.is_like(first));
    let are_marks = columns.len() > 1 && are_alike && role(word) == Some(Role::Label);
    are_marks.then(|| prefix.to_owned())
}

impl Named<'_> {
    /// The column of the labels.
    fn label(&self, roles: &[Option<Role>]) -> Result<Option<usize>, String> {
        let mut labels = (0..roles.len()).filter(|&place| roles[place] == Some(Role::Label));
        match (labels.next(), labels.next()) {
            (Some(first), Some(second)) => Err(format!(
                "found the columns {} and {}, expected one with labels; remove the other",
                shown_name(&self.names[first]),
                shown_name(&self.names[second])
            )),
            (label, _) => Ok(label),
        }
    }

    /// The columns of the pixels: those of the other columns whose names are written alike, most of
    /// them.
    fn pixels(
        &self,
        roles: &[Option<Role>],
        label: Option<usize>,
    ) -> Result<Vec<(usize, Name)>, String> {
        let expected = self.purpose.expected();
        let others: Vec<(usize, Name)> = (0..roles.len())
            .filter(|&place| roles[place].is_none())
            .map(|place| (place, Name::of(&self.names[place])))
            .collect();
        let mut forms: BTreeMap<_, usize> = BTreeMap::new();
        for (_, name) in &others {
            *forms.entry(name.form()).or_default() += 1;
        }
        let usual = others
            .iter()
            .max_by_key(|(place, name)| {
                let count = forms.get(&name.form()).copied().unwrap_or_default();
                (name.has_numbers(), count, std::cmp::Reverse(*place))
            })
            .map(|(_, name)| name.clone());
        let Some(usual) = usual else {
            return Err(self.no_pixels());
        };
        let (pixels, odd): (Vec<_>, Vec<_>) = others
            .iter()
            .cloned()
            .partition(|(_, name)| name.is_like(&usual));
        if odd.len() > pixels.len() && super::size::colour_side(others.len()).is_some() {
            square(others.len())?;
        }
        let first_odd = odd
            .first()
            .map(|(place, _)| shown_name(&self.names[*place]));
        let more = match odd.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more of that kind", count - 1),
        };
        match (self.purpose, label, first_odd) {
            (Purpose::Train, None, None) => Err(format!(
                "found no label column (the first is {}), expected {expected}; this is a test.csv, \
                 choose train.csv",
                shown_name(&self.names[0])
            )),
            (Purpose::Train, None, Some(name)) if odd.len() == 1 => Err(format!(
                "found no column named label, but one named {name}, expected {expected}; rename \
                 {name} to label if it holds the classes"
            )),
            (Purpose::Train, None, Some(_)) if !usual.has_numbers() || odd.len() > pixels.len() => {
                Err(format!(
                    "found {}, expected {expected}; choose Kaggle's train.csv or a file of its form",
                    self.start()
                ))
            }
            (Purpose::Test, _, Some(_)) if !usual.has_numbers() => Err(format!(
                "found {}, expected {expected}; choose Kaggle's test.csv or a file of its form",
                self.start()
            )),
            (Purpose::Measure, _, Some(_)) if !usual.has_numbers() => Err(format!(
                "found {}, expected {expected}; choose a table of images with labels",
                self.start()
            )),
            (Purpose::Train | Purpose::Measure, None, Some(_))
                if marks_of_classes(&odd).is_some() =>
            {
                let prefix = marks_of_classes(&odd).unwrap_or_default();
                let prefix = &self.names[odd[0].0][..prefix.len()];
                Err(format!(
                    "found {} columns {prefix}…, one for each class, expected {expected}; make one column label \
                     of them, in pandas: c = [c for c in d if c.startswith('{prefix}')]; \
                     d.insert(0, 'label', d[c].values.argmax(1)); d = d.drop(columns=c)",
                    odd.len()
                ))
            }
            (_, _, Some(name)) => Err(format!(
                "found the column {name}{more}, which is neither a label nor a pixel, expected \
                 {expected}; remove it, or rename it"
            )),
            (_, _, None) => Ok(pixels),
        }
    }

    /// What to say of a table to predict that lists images in one column, where its name says so.
    fn list(&self) -> Option<String> {
        let [only] = self.names else { return None };
        let is_pixel = Name::of(only).has_numbers();
        let is_list =
            self.purpose != Purpose::Train && !is_pixel && role(only) != Some(Role::Label);
        is_list.then(|| {
            format!(
                "found one column named {}, expected {}; this table lists images and has none of their pixels, and \
                 no picture that it names lies beside it: put the pictures into its folder or a folder test there, \
                 or choose their folder",
                shown_name(only),
                self.purpose.expected()
            )
        })
    }

    /// What to say of a table that has labels and ids at most.
    fn no_pixels(&self) -> String {
        let expected = self.purpose.expected();
        let start = self.start();
        match self.purpose {
            Purpose::Test => format!(
                "found {start}, expected {expected}; this is a submission or its sample, choose \
                 Kaggle's test.csv"
            ),
            Purpose::Train => format!(
                "found {start}, expected {expected}; choose Kaggle's train.csv or a file of its form"
            ),
            Purpose::Measure => {
                format!("found {start}, expected {expected}; choose a table of images with labels")
            }
        }
    }

    /// The first names as the file has them.
    fn start(&self) -> String {
        shown(self.names.join(",").as_bytes())
    }
}
