//! From what was typed to an experiment: a preset or a file, then the other arguments over it.

use super::UsageError;
use super::args::ExperimentArgs;
use crate::data;
use crate::experiment::{Augmentation, DataSource, Experiment, Field, Preset, Setting, Settings};
use crate::lab::store::{EXPERIMENT_LIMIT, read_bounded_text};
use anyhow::{Context, Result};

impl ExperimentArgs {
    /// The experiment that the arguments describe.
    ///
    /// # Errors
    /// Where the file or the data can't be read, or a value is out of its range.
    pub fn build(&self) -> Result<Experiment> {
        let (mut settings, mut changes) = match &self.experiment {
            Some(path) => {
                let text = read_bounded_text(path, EXPERIMENT_LIMIT)
                    .context("can't read the experiment")?;
                let experiment = Experiment::from_json(&text)
                    .with_context(|| format!("not an experiment: {}", path.display()))?;
                (experiment.settings().clone(), experiment.changes().to_vec())
            }
            None => (
                self.preset.unwrap_or(Preset::Default).settings(),
                Vec::new(),
            ),
        };
        self.take_data(&mut settings)?;
        self.fill(&mut settings)
            .map_err(UsageError)
            .context("bad argument")?;
        changes.extend(self.change.iter().copied());
        Experiment::new(settings, changes).map_err(|err| UsageError(err.to_string()).into())
    }

    /// Takes the data that was typed, or what the file names. Data of the user's own is read, so
    /// that its size is known before anything is checked against it; the run finds it read.
    fn take_data(&self, settings: &mut Settings) -> Result<()> {
        let source = match (&self.data, &settings.data.source) {
            (Some(source), _) => source.clone(),
            (None, DataSource::Files(files)) if files.facts.is_none() => {
                settings.data.source.clone()
            }
            // What the file says of it is checked when the run reads it.
            (None, _) => return Ok(()),
        };
        let dataset = data::load(&source)?;
        settings.take_data(data::with_facts(&source, &dataset));
        Ok(())
    }

    fn fill(&self, settings: &mut Settings) -> Result<(), String> {
        fn put<T: Clone>(typed: &Option<T>, place: &mut T) {
            if let Some(value) = typed {
                place.clone_from(value);
            }
        }
        put(&self.seed, &mut settings.seed);
        put(&self.validation_size, &mut settings.data.validation_size);
        match self.train_size {
            Some(size) => settings.data.train_size = size,
            // A preset's own size may be more than this data has.
            None if self.data.is_some() => settings.clamp_train_size(),
            None => {}
        }
        put(&self.label_noise, &mut settings.data.label_noise);
        put(&self.architecture, &mut settings.network.architecture);
        put(&self.width, &mut settings.network.width);
        put(&self.conv_blocks, &mut settings.network.conv_blocks);
        put(&self.dense_units, &mut settings.network.dense_units);
        let regularization = &mut settings.regularization;
        put(&self.dropout, &mut regularization.dropout);
        put(&self.batch_norm, &mut regularization.batch_norm);
        put(
            &self.batch_norm_momentum,
            &mut regularization.batch_norm_momentum,
        );
        put(&self.weight_decay, &mut regularization.weight_decay);
        put(&self.label_smoothing, &mut regularization.label_smoothing);
        let training = &mut settings.training;
        put(&self.optimizer, &mut training.optimizer);
        put(&self.learning_rate, &mut training.learning_rate);
        put(&self.schedule, &mut training.schedule);
        put(&self.epochs, &mut training.epochs);
        put(&self.batch_size, &mut training.batch_size);
        if let Some(text) = &self.early_stopping {
            Setting::parse(Field::EarlyStopping, text)?.apply(settings);
        }
        if let Some(text) = &self.augment {
            settings.augmentation = parse_augmentation(text)?;
        }
        Ok(())
    }
}

/// Reads `none`, `article` or `rotation=8,shift=0.08,shear=17.2,zoom=0.08`. Ranges that aren't
/// named are 0.
fn parse_augmentation(text: &str) -> Result<Augmentation, String> {
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
    for part in text.split(',') {
        let usage = || {
            format!(
                "augment: expected none, article, or ranges such as rotation=8,shift=0.08,shear=17.2,zoom=0.08; found {part:?}"
            )
        };
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
        assert_eq!(parse_augmentation("none"), Ok(Augmentation::OFF));
        assert_eq!(parse_augmentation("article"), Ok(Augmentation::ARTICLE));
        let ranges = parse_augmentation("rotation=8,zoom=0.1").unwrap();
        assert_eq!(
            (ranges.rotation, ranges.zoom, ranges.shift),
            (8.0, 0.1, 0.0)
        );
        assert!(ranges.enabled);
        for text in ["", "rotation", "spin=3", "zoom=big"] {
            assert!(parse_augmentation(text).is_err(), "{text}");
        }
    }
}
