//! The settings of the second strategy: images changed anew in every epoch.

use super::Expected;
use super::entry::{Argument, Digits, Entry, Kind, Liveness, Number, Pace, Strategy};
use crate::experiment::limits;
use crate::experiment::settings::{Augmentation, Settings};

pub(super) static AUGMENT: Entry = Entry {
    name: "augment",
    label: "augmentation",
    argument: Argument::new(
        "RANGES",
        "Change each training image anew in each epoch: none, article, or ranges such as \
         rotation=8,shift=0.08,shear=17.2,zoom=0.08 (degrees, fractions of the side)",
    ),
    help: "Turns, shifts, shears and zooms every training image anew in every epoch, so that no \
           image comes twice and there is little to learn by heart. Example: it took the CNN of \
           the course from 99.26% to 99.45%. The batches as seen get harder, so their accuracy may \
           lie below validation; clean training doesn't.",
    kind: Kind::Switch,
    take: Some(|settings, text| {
        settings.augmentation = parse(text)?;
        Ok(())
    }),
    ..PART
};

pub(super) static ROTATION: Entry = Entry {
    name: "rotation",
    label: "rotation",
    help: "Turns each image by up to this angle, either way. Example: ±8° is about how much \
           handwriting leans; at ±180° a 6 is a 9.",
    kind: Kind::Number(Number {
        prefix: "±",
        suffix: "°",
        digits: Digits::Decimals(1),
        ..Number::real(|_| limits::ROTATION, Pace::Steady(0.25))
    }),
    silent: while_off,
    ..PART
};

pub(super) static SHIFT: Entry = Entry {
    name: "shift",
    label: "shift",
    help: "Moves each image by up to this share of its side, across and up or down. Example: 0.08 \
           is about 2 of 28 pixels; much more pushes strokes out of the picture.",
    kind: Kind::Number(Number {
        prefix: "±",
        ..Number::real(|_| limits::SHIFT, Pace::Steady(0.005))
    }),
    silent: while_off,
    ..PART
};

pub(super) static SHEAR: Entry = Entry {
    name: "shear",
    label: "shear",
    help: "Slants each image by up to this angle, like italics. Example: ±17.2° is the article's \
           0.3 radians.",
    kind: Kind::Number(Number {
        prefix: "±",
        suffix: "°",
        digits: Digits::Decimals(1),
        ..Number::real(|_| limits::SHEAR, Pace::Steady(0.25))
    }),
    silent: while_off,
    ..PART
};

pub(super) static ZOOM: Entry = Entry {
    name: "zoom",
    label: "zoom",
    help: "Makes each image taller or flatter, wider or narrower by up to this share. Example: \
           0.08 is anything from 92% to 108%.",
    kind: Kind::Number(Number {
        prefix: "±",
        ..Number::real(|_| limits::ZOOM, Pace::Steady(0.005))
    }),
    silent: while_off,
    ..PART
};

/// What the settings of augmentation have in common.
const PART: Entry = Entry {
    strategy: Strategy::Augmentation,
    acts: Liveness::Live,
    ..Entry::USUAL
};

fn while_off(settings: &Settings) -> Option<&'static str> {
    (!settings.augmentation.enabled).then_some("augmentation is off")
}

/// Reads `none`, `article` or `rotation=8,shift=0.08,shear=17.2,zoom=0.08`. A range that isn't
/// named is 0.
fn parse(text: &str) -> Result<Augmentation, Expected> {
    match text {
        "none" | "off" => return Ok(Augmentation::OFF),
        "article" | "on" => return Ok(Augmentation::ARTICLE),
        _ => {}
    }
    let mut augmentation = Augmentation {
        enabled: true,
        rotation: 0.0,
        shift: 0.0,
        shear: 0.0,
        zoom: 0.0,
    };
    let usage = || {
        Expected::new("none, article, or ranges such as rotation=8,shift=0.08,shear=17.2,zoom=0.08")
    };
    for part in text.split(',') {
        let (name, value) = part.split_once('=').ok_or_else(usage)?;
        let range = match name.trim() {
            "rotation" => &mut augmentation.rotation,
            "shift" => &mut augmentation.shift,
            "shear" => &mut augmentation.shear,
            "zoom" => &mut augmentation.zoom,
            _ => return Err(usage()),
        };
        *range = value.trim().parse().map_err(|_| usage())?;
    }
    Ok(augmentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn augmentation_is_none_the_articles_or_ranges() {
        assert_eq!(parse("none"), Ok(Augmentation::OFF));
        assert_eq!(parse("article"), Ok(Augmentation::ARTICLE));
        let ranges = parse("rotation=8,zoom=0.1").unwrap();
        assert_eq!(
            (ranges.rotation, ranges.zoom, ranges.shift),
            (8.0, 0.1, 0.0)
        );
        assert!(ranges.enabled);
        for text in ["", "rotation", "spin=3", "zoom=big"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
