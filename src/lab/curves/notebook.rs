//! Jupyter notebooks: the curve is what their cells printed while they trained.

use super::records::Records;
use super::{CurveError, Note, Place, json, log};
use serde_json::Value;

/// Whether a text is a notebook.
pub(super) fn is_notebook(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && text.contains("\"nbformat\"")
        && text.contains("\"cells\"")
}

/// Reads what the cells of a notebook printed: the lines of a training loop, or a history.
///
/// # Errors
/// Where no cell printed a curve.
pub(super) fn read(text: &str, records: &mut Records<'_>) -> Result<(), CurveError> {
    let not_curves = |found, mend| CurveError::NotCurves {
        found,
        mend,
        path: records.path.into(),
    };
    let Ok(notebook) = serde_json::from_str::<Value>(text) else {
        return Err(not_curves(
            "a damaged notebook",
            "save it again in Jupyter, or copy the lines that the training printed into a text file",
        ));
    };
    let printed = printed(&notebook);
    let logs: Vec<&str> = printed
        .iter()
        .map(String::as_str)
        .filter(|text| log::is_log(text))
        .collect();
    let history = printed
        .iter()
        .rfind(|text| json::is_json(text) && text.contains("loss"));
    match (&logs[..], history) {
        ([], None) => Err(not_curves(
            "a notebook whose cells have printed no curve",
            "run in it: import json; json.dump(history.history, open('history.json', 'w'), default=float), and choose \
             history.json; or copy the lines that the training printed into a text file",
        )),
        ([], Some(history)) => {
            records.note(Note::Notebook);
            json::read(history, records)
        }
        (logs, _) => {
            records.note(Note::Notebook);
            records.places = Place::Printed;
            log::read(&logs.join("\n"), records)
        }
    }
}

/// What each cell of a notebook printed, or gave as its result.
fn printed(notebook: &Value) -> Vec<String> {
    let list = |value: &Value, name: &str| -> Vec<Value> {
        value[name].as_array().cloned().unwrap_or_default()
    };
    let cells = list(notebook, "cells");
    let of_cell = |cell: &Value| -> Vec<String> {
        let mut stream = String::new();
        let mut all = Vec::new();
        for output in list(cell, "outputs") {
            stream += &lines_of(&output["text"]);
            all.push(lines_of(&output["data"]["text/plain"]));
        }
        all.push(stream);
        // Progress bars go back to the beginning of their line.
        all.into_iter()
            .map(|text| text.replace('\r', "\n"))
            .collect()
    };
    let printed = cells.iter().flat_map(of_cell);
    printed.filter(|text| !text.trim().is_empty()).collect()
}

/// A text, which a notebook keeps whole or as a list of lines.
fn lines_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}
