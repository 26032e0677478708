//! `predict`: which classes runs see in pictures.

mod inputs;
mod words;

use super::args::{MachineArgs, PredictArgs, StoreArgs};
use super::devices::for_prediction;
use super::members::Members;
use super::progress::ProgressLine;
use super::submit::{first_settings, warn_of_older_weights};
use super::{Ending, UsageError};
use crate::data::DataError;
use crate::data::drawing::{Found, LeftOut, Placement, Unlike};
use crate::data::reading::{OtherFrame, PreparedPicture, RunReading};
use crate::experiment::{DataSource, FilesSource};
use crate::lab::Run;
use crate::lab::answers::ensemble::{self, EnsembleError};
use crate::lab::store::Checkpoint;
use crate::lab::submission::{Copies, Prediction, TestImages, predict};
use anyhow::{Result, anyhow};
use inputs::{Input, inputs};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// A picture that was read and asked about.
struct Asked {
    /// The picture's name, as it was typed or found.
    name: String,
    /// The number of its image among those that are predicted; none where nothing is drawn on it.
    image: Option<usize>,
    /// What it shows.
    found: Found,
    /// What was left out of it.
    left_out: Vec<LeftOut>,
    /// In what it is unlike the digits of MNIST.
    unlike: Option<Unlike>,
    /// In what it is framed otherwise than the pictures that trained the run.
    framed: Option<OtherFrame>,
    /// The class that its folder is called by.
    expected: Option<String>,
}

/// A picture that can't be read.
struct Unread {
    /// The picture's name, as it was typed or found.
    name: String,
    /// Why it can't be read.
    error: DataError,
}

pub fn run(args: &PredictArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let Members { runs, copies } = Members::read(&args.run, &args.together, store, args.epoch)?;
    warn_of_older_weights(&runs);
    let Some((first, checkpoint)) = runs.first() else {
        return Err(UsageError("choose a run with --run".into()).into());
    };
    let reading = reading(&runs, args)?;
    let size = crate::lab::submission::image_size(first, *checkpoint)?;
    let mut images = TestImages {
        size,
        pixels: Vec::new(),
    };
    let inputs = inputs(&args.images)?;
    if let Some(note) = inputs.note() {
        eprintln!("note: {note}");
    }
    let inputs = inputs.pictures;
    let classes = first.classes();
    let framed = |picture: &PreparedPicture| match reading.pictures.placement {
        Placement::AsDrawn => first.framed_otherwise(picture, size),
        Placement::Centred => None,
    };
    let mut pictures: Vec<Result<Asked, Box<Unread>>> = Vec::with_capacity(inputs.len());
    let mut progress = ProgressLine::on_a_terminal();
    for some in inputs.chunks(4 * rayon::current_num_threads()) {
        progress.show(&format!(
            "reading {} of {} pictures",
            pictures.len(),
            inputs.len()
        ));
        let read: Vec<_> = some
            .par_iter()
            .map(|input| input.read(&reading, size))
            .collect();
        for (input, read) in some.iter().zip(read) {
            pictures.push(asked(input, read, &classes, &framed, &mut images));
        }
    }
    drop(progress);
    // A run on pictures of a person's own may have learned digits that are unlike MNIST's.
    if let DataSource::Files(FilesSource {
        reading: Some(_), ..
    }) = &first.experiment.settings().data.source
    {
        for asked in pictures.iter_mut().flatten() {
            asked.unlike = None;
        }
    }
    let warning = if images.pixels.is_empty() {
        None
    } else {
        first.unlike(&images.pixels, size)
    };
    let warning = warning.map(|other| other.told(Some(&reading.pictures)));
    if let Some(warning) = &warning {
        eprintln!("warning: {warning}");
    }
    let prediction = if images.pixels.is_empty() {
        nothing(classes, copies)
    } else {
        let device = for_prediction(args.device, first_settings(&runs)?, machine)?;
        let go_on = &mut |_, _| ControlFlow::Continue(());
        predict(&runs, copies, &images, device, go_on)?
    };
    if !args.json {
        words::answering(&prediction)
            .iter()
            .for_each(|text| eprintln!("note: {text}"));
    }
    words::poor(&prediction)
        .iter()
        .for_each(|text| eprintln!("warning: {text}"));
    tell(&prediction, pictures, warning.as_deref(), args.json)?;
    Ok(Ending::Done)
}

/// Adds the image of a picture that was read to the others, unless nothing is drawn on it.
fn asked(
    input: &Input,
    read: Result<PreparedPicture, DataError>,
    classes: &[String],
    framed: &dyn Fn(&PreparedPicture) -> Option<OtherFrame>,
    images: &mut TestImages,
) -> Result<Asked, Box<Unread>> {
    let size = images.size;
    let name = input.name();
    let picture = match read {
        Ok(picture) => picture,
        Err(error) => return Err(Box::new(Unread { name, error })),
    };
    // Only digits are held against MNIST: a bag may well be in two pieces.
    let is_digit = |class: &String| class.len() == 1 && class.bytes().all(|c| c.is_ascii_digit());
    let are_digits = classes.iter().all(is_digit);
    let image = match picture.found {
        Found::Nothing => None,
        Found::One | Found::Several(_) | Found::Scattered => {
            let index = images.pixels.len() / (size.pixels()).max(1);
            images.pixels.extend(&picture.image);
            Some(index)
        }
    };
    Ok(Asked {
        name,
        image,
        framed: framed(&picture).filter(|_| image.is_some()),
        found: match picture.found {
            Found::Several(_) if !are_digits => Found::One,
            // The warning that a picture is unlike the digits covers noise and textures.
            Found::Scattered => Found::One,
            found => found,
        },
        left_out: picture.left_out,
        unlike: picture.unlike.filter(|_| are_digits && image.is_some()),
        expected: input
            .folder
            .clone()
            .filter(|folder| classes.contains(folder)),
    })
}

/// The prediction of no images.
fn nothing(class_names: Vec<String>, copies: Copies) -> Prediction {
    Prediction {
        class_names,
        probabilities: Vec::new(),
        labels: Vec::new(),
        members: Vec::new(),
        copies,
    }
}

/// Tells what the pictures were taken for, in their order.
///
/// # Errors
/// Where some can't be read; all others are told before.
fn tell(
    prediction: &Prediction,
    pictures: Vec<Result<Asked, Box<Unread>>>,
    warning: Option<&str>,
    as_json: bool,
) -> Result<()> {
    let count = pictures.len();
    let unlike = pictures
        .iter()
        .flatten()
        .filter(|asked| asked.unlike.is_some() || asked.framed.is_some());
    let are_many_unlike = unlike.count() > words::MOST_NAMED;
    let mut read = Vec::new();
    let mut unreadable = 0;
    for picture in pictures {
        match picture {
            Ok(asked) => {
                let warnings = words::warnings(&asked, are_many_unlike);
                warnings
                    .iter()
                    .for_each(|text| eprintln!("warning: {text}"));
                if as_json {
                    println!("{}", words::line(prediction, &asked, warning));
                } else {
                    println!("{}", words::sentence(prediction, &asked));
                }
                read.push(asked);
            }
            Err(unread) => {
                let Unread { name, error } = *unread;
                if as_json {
                    println!("{}", words::failed(&name, &error.to_string()));
                }
                if count == 1 {
                    return Err(error.into());
                }
                eprintln!("error: {error}");
                unreadable += 1;
            }
        }
    }
    if are_many_unlike {
        words::unlike(&read)
            .iter()
            .for_each(|text| eprintln!("warning: {text}"));
    }
    let left_out = words::left_out(&read);
    left_out.iter().for_each(|text| eprintln!("note: {text}"));
    if let Some(right) = words::right(prediction, &read).filter(|_| !as_json) {
        println!("{right}");
    }
    if unreadable > 0 {
        return Err(anyhow!("{unreadable} of {count} pictures can't be read"));
    }
    Ok(())
}

/// How the pictures are read: as the runs read their own, unless something else was typed.
///
/// # Errors
/// Where the runs read their own in different ways.
fn reading(runs: &[(Run, Checkpoint)], args: &PredictArgs) -> Result<RunReading, EnsembleError> {
    let reading = ensemble::reading_as(runs, args.read_as)?;
    Ok(if args.no_centre {
        reading.without_centring()
    } else {
        reading
    })
}
