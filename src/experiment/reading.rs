//! How pictures become the images of a network: which way is up, what shows through where they are
//! transparent, whether they are inverted, and where their content goes.

use super::setting::Expected;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the pictures of a source became the network's images. It is decided once, when the data is
/// opened, and kept with the run, so that whatever asks the run later reads pictures the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureReading {
    /// Which way is up.
    pub orientation: Orientation,
    /// What shows through where a picture is transparent.
    pub transparency: Transparency,
    /// Whether dark and bright are exchanged.
    pub polarity: Polarity,
    /// Where a picture's content goes in the image.
    pub placement: Placement,
}

/// Which way is up in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Orientation {
    /// A picture is turned upright as its EXIF data say. A phone notes there which way it was held.
    Upright,
    /// The rows of pixels stay as they lie in the file.
    AsStored,
}

/// What shows through where a picture is transparent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transparency {
    /// White, as paper below the picture would.
    OnWhite,
    /// Black, which keeps white ink.
    OnBlack,
    /// White, but black below a picture that would be blank on white.
    KeepsInk,
}

/// Whether dark and bright of a picture are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Dark stays dark.
    AsTheyAre,
    /// Dark becomes bright in every picture.
    Inverted,
    /// Dark becomes bright in the pictures whose ground is bright.
    BrightOnDark,
    /// Ink is told from its ground and becomes bright on black; paper, light and noise go.
    InkFound,
}

/// Where in the image the content of a picture goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// Placed as in MNIST: the bounds of the ink are scaled, keeping their shape, to fill 20 of 28
    /// pixels, and the centre of mass is put on the pixel in the middle, (14, 14) of 28.
    #[default]
    Centred,
    /// Placed as drawn: the whole picture is scaled, keeping its shape, to fill the image. A
    /// picture of the image's size stays as it is.
    AsDrawn,
}

impl PictureReading {
    /// The way in which a picture is prepared for a network that was trained on MNIST, or on a
    /// table or IDX files of such images.
    pub const MNIST: Self = Self {
        orientation: Orientation::Upright,
        transparency: Transparency::KeepsInk,
        polarity: Polarity::InkFound,
        placement: Placement::Centred,
    };

    /// The way in which folders of pictures were read before a run kept it.
    pub const OLDER: Self = Self {
        orientation: Orientation::AsStored,
        transparency: Transparency::OnWhite,
        polarity: Polarity::AsTheyAre,
        placement: Placement::AsDrawn,
    };

    /// Whether pictures seem to be drawings whose ink isn't centred, so that centring them may help.
    pub fn may_be_centred(&self) -> bool {
        let is_ink = matches!(self.polarity, Polarity::Inverted | Polarity::BrightOnDark);
        is_ink && self.placement == Placement::AsDrawn
    }

    /// Whether dark and bright stay as they are, and everything stays where it is.
    pub fn changes_nothing(&self) -> bool {
        self.polarity == Polarity::AsTheyAre
            && self.placement == Placement::AsDrawn
            && self.transparency == Transparency::OnWhite
            && self.orientation == Orientation::Upright
    }
}

impl fmt::Display for PictureReading {
    /// What is done to pictures, as the end of a sentence: `inverted, and fitted whole into the
    /// image`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let polarity = match self.polarity {
            Polarity::AsTheyAre => "with dark and bright as they are",
            Polarity::Inverted => "inverted, so that dark becomes bright",
            Polarity::BrightOnDark => "inverted where their ground is bright",
            Polarity::InkFound => "as ink, bright on black",
        };
        let placement = match self.placement {
            Placement::Centred => "centred as MNIST's digits are",
            Placement::AsDrawn => "with everything where it is in the picture",
        };
        write!(f, "{polarity}, {placement}")?;
        match self.transparency {
            Transparency::OnWhite | Transparency::KeepsInk => {}
            Transparency::OnBlack => f.write_str(", transparent parts black")?,
        }
        match self.orientation {
            Orientation::Upright => Ok(()),
            Orientation::AsStored => f.write_str(", not turned upright"),
        }
    }
}

/// How a person asks for pictures to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReadAs {
    /// The pictures themselves decide.
    #[default]
    Auto,
    /// Dark and bright stay as they are, and everything stays where it is.
    AsIs,
    /// Dark and bright are exchanged, and everything stays where it is.
    Inverted,
    /// The ink of each picture is found, made bright on black, and centred as MNIST's digits are.
    Mnist,
}

impl ReadAs {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Auto, Self::AsIs, Self::Inverted, Self::Mnist];

    /// The name that the command line takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::AsIs => "as-is",
            Self::Inverted => "inverted",
            Self::Mnist => "mnist",
        }
    }

    /// What is done with pictures, for a menu.
    pub fn about(self) -> &'static str {
        match self {
            Self::Auto => "As the pictures themselves suggest",
            Self::AsIs => "As they are: dark stays dark, and everything stays where it is",
            Self::Inverted => "Inverted: dark becomes bright, and everything stays where it is",
            Self::Mnist => "As MNIST: the ink of each is found, made bright on black, and centred",
        }
    }
}

impl fmt::Display for ReadAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ReadAs {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        Self::ALL
            .into_iter()
            .find(|read_as| read_as.name() == text)
            .ok_or_else(|| Expected::new("auto, as-is, inverted or mnist"))
    }
}
