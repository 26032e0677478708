//! `diagnose`: the verdict on curves from anywhere.

use super::Ending;
use super::args::DiagnoseArgs;
use super::told::{suggestion_lines, verdict_lines};
use crate::lab::curves::read_curve;
use crate::lab::suggest::{Advice, in_general};
use crate::lab::verdict::verdict;
use anyhow::Result;

pub fn run(args: &DiagnoseArgs) -> Result<Ending> {
    let points = read_curve(&args.file)?;
    let verdict = verdict(&points, args.validation_size);
    let suggestions = in_general(verdict.kind);
    if args.json {
        let advice = Advice {
            verdict: &verdict,
            suggestions: &suggestions,
        };
        println!("{}", serde_json::to_string(&advice)?);
        return Ok(Ending::Done);
    }
    for line in verdict_lines(&verdict) {
        println!("{line}");
    }
    for line in &verdict.evidence {
        println!("  {line}");
    }
    for line in suggestion_lines(&suggestions) {
        println!("{line}");
    }
    Ok(Ending::Done)
}
