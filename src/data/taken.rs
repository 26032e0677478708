//! How a source became a data set: what was set aside, turned, put in order or assumed on the way.

use std::fmt;

/// What was done to a source, so that a person can see it before a run takes the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What was set aside, turned, put in order or assumed, in the order in which it was noticed.
    pub notes: Vec<DataNote>,
}

/// One thing that was done to a source, or assumed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataNote {
    /// Images whose rows and columns are exchanged in the file were turned upright.
    TurnedUpright,
    /// Files and folders that belong to no class were passed over: their kinds, each with their number.
    PassedOver(Vec<(String, usize)>),
    /// The folders of these names hold no pictures, and are no classes.
    EmptyClasses(Vec<String>),
    /// The folders of these names lie beside the classes, or beside the parts that have the classes, and
    /// are no classes.
    LeftOutFolders(Vec<String>),
    /// The file of this name lists the names of pictures, and the folders name the classes.
    TableOfNames(String),
    /// The classes are named by the characters whose codes the file of this name has.
    NamedByMapping(String),
    /// Each label is several numbers, of which the first is the class.
    FirstOfSeveralLabels,
    /// So many different images are there under several labels.
    SeveralLabels(usize),
}

impl fmt::Display for DataNote {
    /// A whole sentence, without its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedUpright => {
                f.write_str("the images lie on their side in the file; they were turned upright")
            }
            Self::PassedOver(kinds) => {
                let count: usize = kinds.iter().map(|(_, count)| count).sum();
                let kinds = kinds
                    .iter()
                    .map(|(kind, count)| format!("{kind} ({count})"));
                let kinds = few(kinds.collect());
                match count {
                    1 => write!(f, "1 file or folder that is no picture of a class was passed over: {kinds}"),
                    _ => write!(
                        f,
                        "{count} files and folders that are no pictures of a class were passed over: {kinds}"
                    ),
                }
            }
            Self::EmptyClasses(names) => {
                let named = few(names.clone());
                match names.len() {
                    1 => write!(f, "the folder {named} has no pictures and is left out of the classes"),
                    _ => write!(f, "these folders have no pictures and are left out of the classes: {named}"),
                }
            }
            Self::LeftOutFolders(names) => {
                let named = few(names.clone());
                match names.len() {
                    1 => write!(f, "the folder {named} lies beside the classes without being one and is left out"),
                    _ => write!(f, "these folders lie beside the classes without being some and are left out: {named}"),
                }
            }
            Self::TableOfNames(name) => write!(
                f,
                "{name} lists files and has no pixels; the names of the folders are the classes"
            ),
            Self::NamedByMapping(name) => write!(
                f,
                "the classes are named by the characters whose codes {name} has"
            ),
            Self::FirstOfSeveralLabels => f.write_str(
                "each label in the file is several numbers; the first is taken for the class",
            ),
            Self::SeveralLabels(1) => f.write_str(
                "1 image is there with different labels, pixel for pixel the same: one of them is wrong",
            ),
            Self::SeveralLabels(count) => write!(
                f,
                "{count} images are there with different labels, pixel for pixel the same: some of \
                 these labels are wrong"
            ),
        }
    }
}

/// A note names so many things of a kind.
const NAMED: usize = 6;

/// The first names, and how many more there are.
fn few(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let named = names.join(", ");
    match more {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
