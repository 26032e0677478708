//! From what was typed to an experiment: a preset or a file, then the other arguments over it.

use super::UsageError;
use super::args::ExperimentArgs;
use super::progress::ProgressLine;
use crate::data;
use crate::experiment::{DataSource, Experiment, Field, Preset, Settings};
use crate::lab::store::{EXPERIMENT_LIMIT, read_bounded_text};
use anyhow::{Context, Result};
use std::ops::ControlFlow;

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
        self.settings.fill(&mut settings).map_err(UsageError::new)?;
        changes.extend(self.change.iter().copied());
        Experiment::new(settings, changes).map_err(|err| UsageError::new(err).into())
    }

    /// Takes the data that was typed, or what the file names. Data of the user's own is read, so
    /// that its size is known before anything is checked against it; the run finds it read.
    fn take_data(&self, settings: &mut Settings) -> Result<()> {
        let typed = self.settings.get(Field::Data);
        let typed = typed.map(str::parse::<DataSource>).transpose();
        let source = match (typed.map_err(UsageError::new)?, &settings.data.source) {
            (Some(source), _) => source,
            // Pictures that are to be read another way are read anew.
            (None, DataSource::Files(files)) if self.read_as.is_some() => {
                DataSource::files(files.path.clone())
            }
            (None, DataSource::Files(files)) if files.facts.is_none() => {
                settings.data.source.clone()
            }
            // What the file says of it is checked when the run reads it.
            (None, _) => {
                return match self.read_as {
                    Some(_) => Err(UsageError(NO_PICTURES.into()).into()),
                    None => Ok(()),
                };
            }
        };
        if source == DataSource::Mnist && self.read_as.is_some() {
            return Err(UsageError(NO_PICTURES.into()).into());
        }
        let read_as = self.read_as.unwrap_or_default();
        let mut line = ProgressLine::on_a_terminal();
        let dataset = data::load_as(&source, read_as, &mut |progress| {
            if let Some(text) = progress.of_pictures() {
                line.show(&text);
            }
            ControlFlow::Continue(())
        })?;
        drop(line);
        settings.take_data(data::with_facts(&source, &dataset));
        Ok(())
    }
}

const NO_PICTURES: &str = "--as is for folders of pictures, and MNIST is none; give --data, too";
