//! The sentences of the verdict, in rows whose height depends on the width of the window alone. No sentence is cut:
//! what has no room for its usual size is written smaller, and of several sentences the last are left out first. The
//! whole is shown under the pointer, and behind *Why*.

use super::{VerdictView, grouped};
use crate::app::theme;
use crate::lab::verdict::VerdictKind;
use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Color32, FontId, Galley, Layout, RichText, TextStyle, TextWrapMode, Ui, Visuals,
};
use std::sync::Arc;

/// How the first row is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Filled {
    /// Whether the name of the run stands before the large word.
    name: bool,
    /// The size of the rest of the sentence, and how many lines it takes; nothing where it has no room.
    rest: Option<(f32, usize)>,
}

/// The ways to fill the row, the best one first.
const WAYS: [Filled; 5] = {
    let large = Some((theme::HEADLINE_REST_TEXT, 1));
    let wrapped = Some((theme::HEADLINE_WRAPPED_TEXT, 2));
    [
        Filled {
            name: true,
            rest: large,
        },
        Filled {
            name: true,
            rest: wrapped,
        },
        Filled {
            name: false,
            rest: wrapped,
        },
        Filled {
            name: true,
            rest: None,
        },
        Filled {
            name: false,
            rest: None,
        },
    ]
};

/// Draws the large word, the rest of its sentence, and the buttons at the right end, where they stay whatever the
/// sentence says. Gives whether the rest had no room.
pub fn what_row(ui: &mut Ui, view: &VerdictView, buttons: impl FnOnce(&mut Ui)) -> bool {
    let (color, headline, rest) = parts(view, ui.visuals());
    let row = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        buttons(ui);
        let layout = Layout::left_to_right(Align::Center);
        ui.with_layout(layout, |ui| {
            let space = ui.spacing().item_spacing.x;
            let weak = ui.visuals().weak_text_color();
            let strong = ui.visuals().strong_text_color();
            let width = ui.available_width();
            let body = TextStyle::Body.resolve(ui.style());
            let name = laid(ui, &view.name, body, weak, f32::INFINITY, 1);
            let large = laid(ui, headline, headline_font(1.0), color, f32::INFINITY, 1);
            let taken = |galley: &Galley| match galley.text().is_empty() {
                true => 0.0,
                false => galley.size().x + space,
            };
            let left = |way: &Filled| {
                let name = if way.name { taken(&name) } else { 0.0 };
                width - name - taken(&large)
            };
            let rest_in = |ui: &Ui, way: &Filled| {
                let (size, lines) = way.rest?;
                let font = FontId::proportional(size);
                Some(laid(ui, rest, font, strong, left(way), lines))
            };
            let fits = |way: &&Filled| match rest_in(ui, way) {
                Some(galley) => left(way) > 0.0 && !galley.elided,
                None => left(way) >= -space,
            };
            let way = WAYS.iter().find(fits).unwrap_or(&WAYS[4]);
            let rest_galley = rest_in(ui, way);
            if way.name && !name.text().is_empty() {
                ui.label(name);
            }
            if !large.text().is_empty() {
                let smaller = (width / large.size().x).min(1.0);
                let large = laid(
                    ui,
                    headline,
                    headline_font(smaller),
                    color,
                    f32::INFINITY,
                    1,
                );
                ui.label(large);
            }
            if let Some(galley) = rest_galley.filter(|galley| !galley.text().is_empty()) {
                ui.label(galley);
            }
            way.rest.is_none() && !rest.is_empty()
        })
        .inner
    });
    row.inner
}

fn headline_font(factor: f32) -> FontId {
    FontId::proportional((factor * theme::HEADLINE_TEXT).floor())
}

/// The colour of the large word, that word, and the rest of the first sentence.
fn parts<'a>(view: &'a VerdictView, visuals: &Visuals) -> (Color32, &'a str, &'a str) {
    match &view.grouped {
        Some(grouped) => (
            grouped::color(grouped, visuals),
            &grouped.headline,
            &view.what,
        ),
        None => {
            let (headline, rest) = headline(view.kind, &view.what);
            (super::color(view.kind, visuals), headline, rest)
        }
    }
}

/// The large word of a verdict, and what its first sentence says beside that word.
fn headline(kind: Option<VerdictKind>, what: &str) -> (&'static str, &str) {
    let Some(word) = kind.map(VerdictKind::headline) else {
        return ("", what);
    };
    match what.strip_prefix(word) {
        Some(rest) if !rest.starts_with(char::is_alphanumeric) => {
            (word, rest.trim_start_matches(['.', ',', ' ']))
        }
        _ => (word, what),
    }
}

/// Lays a text out in so many lines at most.
fn laid(
    ui: &Ui,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
    lines: usize,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.into(), font, color, width);
    job.wrap.max_rows = lines;
    ui.painter().layout_job(job)
}

/// The height of the row of how something is known, which takes so many lines of the usual size. A narrow row has as
/// many lines more as its sentences need.
pub fn how_height(ui: &Ui, lines: usize) -> f32 {
    let usual = lines as f32 * ui.text_style_height(&TextStyle::Body);
    if ui.available_width() < theme::HOW_NARROW {
        let small = (lines + 1) as f32 * ui.text_style_height(&TextStyle::Small);
        return usual.max(small).ceil();
    }
    usual.ceil()
}

/// Draws how something is known, after the rest of the first sentence where the row above had no room for it.
pub fn how_row(ui: &mut Ui, view: &VerdictView, is_left_over: bool) {
    let rest = is_left_over.then(|| capitalized(parts(view, ui.visuals()).2));
    let whole = [rest.as_deref().unwrap_or_default(), &view.how];
    let whole = whole.join(" ").trim().to_owned();
    if whole.is_empty() {
        return;
    }
    let (galley, is_whole) = fitted(ui, &whole);
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        let label = ui.label(galley);
        if !is_whole {
            label.on_hover_text(RichText::new(whole));
        }
    });
}

/// The text in the largest size in which all of it fits, or as many of its first sentences as fit.
fn fitted(ui: &Ui, text: &str) -> (Arc<Galley>, bool) {
    let color = ui.visuals().text_color();
    let (width, height) = (ui.available_width(), ui.available_height());
    let lay = |text: &str, style: TextStyle| {
        // Half a point is lost where heights are rounded.
        let lines = ((height + 0.5) / ui.text_style_height(&style)).floor();
        let font = style.resolve(ui.style());
        laid(ui, text, font, color, width, (lines as usize).max(1))
    };
    for style in [TextStyle::Body, TextStyle::Small] {
        let galley = lay(text, style);
        if !galley.elided {
            return (galley, true);
        }
    }
    let mut shown = text;
    while let Some((before, _)) = shown.trim_end_matches('.').rsplit_once(". ") {
        shown = &text[..=before.len()];
        for style in [TextStyle::Body, TextStyle::Small] {
            let galley = lay(shown, style);
            if !galley.elided {
                return (galley, false);
            }
        }
    }
    (lay(shown, TextStyle::Small), false)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
