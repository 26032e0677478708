//! `compare`: the cells of a sweep against a baseline, over their seeds.

use super::Ending;
use super::args::{CompareArgs, StoreArgs};
use super::sweep::{read, settings_as_json};
use crate::cli::UsageError;
use crate::lab::format;
use crate::lab::sweep::{Compared, SweepError, Table, compare};
use anyhow::Result;
use serde_json::{Value, json};

pub fn run(args: &CompareArgs, store: &StoreArgs) -> Result<Ending> {
    let (sweep, standing) = read(&args.sweep, store)?;
    let table = Table::of(&sweep, &standing, args.metric);
    let compared = compare(&sweep, &table, &args.baseline).map_err(|err| match err {
        SweepError::Baseline { .. } => UsageError::new(err).into(),
        other => anyhow::Error::from(other),
    })?;
    if let Some(problem) = args.baseline.nothing_else(&sweep) {
        return Err(UsageError(problem).into());
    }
    if args.json {
        let cells: Vec<Value> = compared
            .iter()
            .map(|compared| as_json(compared, &table))
            .collect();
        println!("{}", Value::Array(cells));
        return Ok(Ending::Done);
    }
    if compared.is_empty() {
        println!(
            "Nothing to compare yet: a combination of settings and its baseline each need a finished run. \
             overfit-lab sweep run {}{} trains them.",
            format::shell_path(&args.sweep),
            store.in_words()
        );
        return Ok(Ending::Done);
    }
    println!("Difference in {} from the baseline", args.metric.title());
    for compared in &compared {
        let row = &table.rows[compared.cell];
        println!("  {}", compared.sentence(&row.in_words(), args.metric));
    }
    if compared
        .iter()
        .filter(|compared| compared.p.is_some())
        .count()
        > 1
    {
        println!(
            "Several comparisons: what is called more than chance is so after Holm's correction."
        );
    }
    Ok(Ending::Done)
}

fn as_json(compared: &Compared, table: &Table) -> Value {
    let row = &table.rows[compared.cell];
    json!({
        "settings": settings_as_json(row),
        "baseline": settings_as_json(&table.rows[compared.baseline]),
        "n": compared.count,
        "paired": compared.is_paired,
        "mean_difference": compared.mean_difference,
        "interval": compared.interval,
        "p": compared.p,
        "p_holm": compared.p_holm,
        "p_sign_flip": compared.p_sign_flip,
        "real": compared.is_real(),
        "sentence": compared.sentence(&row.in_words(), table.metric),
    })
}
