//! `sweep report`: a sweep as one page.

use super::{Ending, read};
use crate::cli::UsageError;
use crate::cli::args::{ReportArgs, StoreArgs};
use crate::cli::submit::overwrite;
use crate::lab::export::{Report, report_html, save};
use crate::lab::format;
use crate::lab::sweep::{Baseline, Table, compare};
use anyhow::{Context, Result};
use std::time::{SystemTime, UNIX_EPOCH};

pub fn run(args: &ReportArgs, store: &StoreArgs) -> Result<Ending> {
    let overwrite = overwrite(args.force);
    overwrite.check(&args.output)?;
    let (sweep, standing) = read(&args.sweep, store)?;
    let table = Table::of(&sweep, &standing, args.metric);
    let first = sweep.cells().first().context("the sweep has no cells")?;
    let baseline = match &args.baseline {
        Some(baseline) => baseline.clone(),
        None => Baseline::of_cell(&sweep, first)?,
    };
    let compared = compare(&sweep, &table, &baseline).map_err(UsageError::new)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let page = report_html(&Report {
        sweep: &sweep,
        standing: &standing,
        table: &table,
        baseline: &baseline,
        compared: &compared,
        made: format::utc(now.map_or(0, |now| now.as_secs())),
    });
    save(&args.output, page.as_bytes(), overwrite)?;
    println!("Written: {}", args.output.display());
    Ok(Ending::Done)
}
