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
}

impl fmt::Display for DataNote {
    /// A whole sentence, without its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedUpright => {
                f.write_str("the images lie on their side in the file; they were turned upright")
            }
        }
    }
}
