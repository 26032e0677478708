//! The words and tables of a report, and how it looks on a screen and on paper.

use super::{Drawn, Pictured, Report};
use crate::experiment::Field;
use crate::lab::format;
use crate::lab::sweep::CellRow;
use std::collections::BTreeSet;
use std::fmt::Write;

const STYLE: &str = "\
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.6rem 0 .4rem}
p.quiet{color:#555;margin:.2rem 0}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.95rem}
th,td{padding:.25rem .8rem .25rem 0;text-align:left;border-bottom:1px solid #ddd;white-space:nowrap}
td.n,th.n{text-align:right}
figure{margin:0;overflow-x:auto}
svg{max-width:100%;height:auto;display:block}
figure.narrow{display:none}
li.real{font-weight:600}
pre{white-space:pre-wrap;word-break:break-word;background:#f4f4f4;padding:.6rem;font-size:.8rem}
@media screen and (max-width:44rem){body{padding:.7rem}h1{font-size:1.4rem}table{font-size:.85rem}\
th,td{white-space:normal;padding:.25rem .4rem .25rem 0}th{font-size:.75rem}\
ul{padding-left:1.2rem}figure svg{max-width:none;width:42rem}\
figure.wide{display:none}figure.narrow{display:block}figure.narrow svg{max-width:100%;width:auto}}
@page{margin:12mm}\
@media print{body{font-size:9.5pt;line-height:1.3;padding:0}details{display:none}svg{max-height:8.2cm}\
figure.wide svg{max-height:5.8cm}th,td{padding:.05rem .8rem .05rem 0;line-height:1.2}pre{margin:.3rem 0}\
h2{margin:.8rem 0 .2rem}p,ul{margin:.3rem 0}\
h2,h2+p{break-after:avoid}\
svg,table{break-inside:avoid}}";

/// The page of a report, with the pictures that could be drawn.
pub(super) fn page(
    report: &Report<'_>,
    drawn: &[Drawn],
    effects: &Option<Pictured>,
    curves: &Option<Pictured>,
) -> String {
    let name = escaped(report.sweep.name());
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
    );
    html += &summary(report);
    for drawn in drawn {
        let says = format!("<p>{}</p>\n", escaped(&drawn.says));
        section(&mut html, &escaped(&drawn.heading), &says);
        html += &figures(&drawn.picture);
    }
    if let Some(effects) = effects {
        section(&mut html, "What makes a difference", &said(report));
        html += &figures(effects);
    }
    section(&mut html, "Figures", &table(report));
    if let Some(curves) = curves {
        let note = "<p class=\"quiet\">Means over the seeds of each combination. Solid is validation, dashed \
                    training, both measured in evaluation mode.</p>\n";
        section(&mut html, "Curves", note);
        html += &figures(curves);
    }
    section(&mut html, "To repeat it", &repeated(report));
    html + "</body>\n</html>\n"
}

fn section(html: &mut String, title: &str, content: &str) {
    // Writing to a string doesn't fail.
    let _ = write!(html, "<h2>{title}</h2>\n{content}");
}

/// A drawing within the page, without what only a file of its own needs.
fn figure(svg: &str) -> String {
    let svg = svg.split_once("?>").map_or(svg, |(_, rest)| rest);
    format!("<figure>{}</figure>\n", svg.trim())
}

/// A drawing for screens and paper, and one for phones, of which a reader sees one.
fn figures(pictured: &Pictured) -> String {
    let [wide, narrow] = [&pictured.wide, &pictured.narrow].map(|svg| figure(svg));
    wide.replacen("<figure>", "<figure class=\"wide\">", 1)
        + &narrow.replacen("<figure>", "<figure class=\"narrow\">", 1)
}

fn summary(report: &Report<'_>) -> String {
    let Report {
        sweep,
        standing,
        made,
        ..
    } = report;
    let settings = sweep.base().settings();
    let data = settings.data.source.to_string();
    let failed = match standing.failed() {
        0 => String::new(),
        failed => format!(", {} failed", format::whole(failed)),
    };
    let seeds = match sweep.seeds().len() {
        1 => "1 seed".to_owned(),
        seeds => format!("{} seeds", format::whole(seeds)),
    };
    let (cells, seeds) = match sweep.cells().len() {
        1 => ("The same settings".to_owned(), seeds),
        cells => (
            format!("{} combinations of settings", format::whole(cells)),
            format!("{seeds} each"),
        ),
    };
    format!(
        "<p class=\"quiet\">{cells} with {seeds}: {} of {} runs finished{failed}. Data: {}; \
         {} images validate all of them. {}.</p>\n",
        format::whole(standing.finished()),
        format::whole(standing.planned()),
        escaped(&data),
        format::whole(settings.data.validation_size),
        escaped(made),
    )
}

/// The comparisons in sentences.
fn said(report: &Report<'_>) -> String {
    // Values that several cells have stand as they were asked for.
    let cells = report.compared.iter().map(|compared| compared.baseline);
    let cells: BTreeSet<usize> = cells.collect();
    let row = cells.first().filter(|_| cells.len() == 1);
    let row = row.and_then(|cell| report.table.rows.get(*cell));
    let baseline = row.map_or_else(|| report.baseline.in_words(), CellRow::in_words);
    let mut html = format!(
        "<p>Difference in {} from {}; the line is the 95% interval.</p>\n<ul>\n",
        report.table.metric.title(),
        escaped(&baseline)
    );
    for compared in report.compared {
        if let Some(row) = report.table.rows.get(compared.cell) {
            let class = if compared.is_real() {
                " class=\"real\""
            } else {
                ""
            };
            let name = row.in_words();
            let sentence = escaped(&compared.sentence(&name, report.table.metric));
            let _ = writeln!(html, "<li{class}>{sentence}</li>");
        }
    }
    html += "</ul>\n";
    if report.compared.len() > 1 {
        html += "<p class=\"quiet\">What is called more than chance is so after Holm's correction for \
                 several comparisons.</p>\n";
    }
    html
}

fn table(report: &Report<'_>) -> String {
    let heads = report.table.fields.iter().map(|field| Field::label(*field));
    let heads: String = heads
        .map(|head| format!("<th>{}</th>", escaped(head)))
        .collect();
    let mut html = format!(
        "<p class=\"quiet\">{}</p>\n<div class=\"wide\"><table>\n<tr>{heads}<th class=\"n\">seeds</th>\
         <th class=\"n\">mean ± s</th><th class=\"n\">95% interval</th></tr>\n",
        report.table.metric.title()
    );
    for row in &report.table.rows {
        html += &table_row(row, report);
    }
    html += "</table></div>\n";
    for note in report.table.notes() {
        let _ = writeln!(html, "<p class=\"quiet\">{}</p>", escaped(&note));
    }
    html
}

fn table_row(row: &CellRow, report: &Report<'_>) -> String {
    let metric = report.table.metric;
    let settings = row.settings.iter();
    let settings: String = settings
        .map(|(field, value)| format!("<td>{}</td>", escaped(&field.shown_value(value))))
        .collect();
    let mean = match (row.mean(), row.estimate) {
        (None, _) => "no run yet".into(),
        (Some(mean), None) => metric.show(mean),
        (Some(mean), Some(estimate)) => format!(
            "{} ± {}",
            metric.show(mean),
            metric.show_bare(estimate.deviation)
        ),
    };
    let interval = row.estimate.map_or_else(String::new, |estimate| {
        let [low, high] = estimate.interval;
        format!("{} to {}", metric.show_bare(low), metric.show_bare(high))
    });
    format!(
        "<tr>{settings}<td class=\"n\">{}</td><td class=\"n\">{mean}</td>\
         <td class=\"n\">{interval}</td></tr>\n",
        row.values.len()
    )
}

fn repeated(report: &Report<'_>) -> String {
    let command = report.sweep.command("base.json", "again");
    let first = match report.sweep.base_options() {
        Some(_) => "",
        None => "<p>Save the base experiment below as <code>base.json</code>. Then:</p>\n",
    };
    format!(
        "{first}<pre>{}\noverfit-lab sweep run again</pre>\n\
         <details><summary>The base experiment</summary><pre>{}</pre></details>\n\
         <details><summary>sweep.json</summary><pre>{}</pre></details>\n",
        escaped(&command),
        escaped(&report.sweep.base().to_json()),
        escaped(&report.sweep.to_json()),
    )
}

/// A text in which HTML finds no marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_read_as_a_mark() {
        assert_eq!(escaped("<b> & \"c\""), "&lt;b&gt; &amp; &quot;c&quot;");
    }
}
