//! `sweep report`: a sweep as one page.

use super::Ending;
use crate::cli::UsageError;
use crate::cli::args::{ReportArgs, StoreArgs};
use crate::cli::submit::overwrite;
use crate::lab::export::{report_of, save};
use crate::lab::sweep::{Sweep, SweepError};
use anyhow::Result;

pub fn run(args: &ReportArgs, store: &StoreArgs) -> Result<Ending> {
    let overwrite = overwrite(args.force);
    overwrite.check(&args.output)?;
    let sweep = Sweep::read(&args.sweep)?;
    let baseline = args.baseline.clone();
    let page =
        report_of(&sweep, store.open()?, args.metric, baseline).map_err(|err| match err {
            SweepError::Baseline { .. } => UsageError::new(err).into(),
            other => anyhow::Error::from(other),
        })?;
    save(&args.output, page.as_bytes(), overwrite)?;
    println!("Written: {}", args.output.display());
    Ok(Ending::Done)
}
