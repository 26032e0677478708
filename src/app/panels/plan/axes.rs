//! Settings that vary, with their values as chips, a field for more of them, and a range with steps.

use super::spec::{AxisSpec, Spec};
use super::suggested::range;
use crate::app::action::SweepKind;
use crate::app::theme;
use crate::experiment::{Field, Kind};
use eframe::egui::{Button, ComboBox, DragValue, Grid, Key, RichText, TextEdit, Ui};

/// What is typed beside the values.
#[derive(Debug, Default)]
pub(super) struct AxesState {
    /// What is typed for each setting, in their order.
    typed: Vec<Typed>,
}

#[derive(Debug, Default)]
struct Typed {
    /// Another value.
    value: String,
    /// What was wrong with it.
    problem: Option<String>,
    /// A range that is being typed.
    range: Option<Range>,
}

#[derive(Debug)]
struct Range {
    from: String,
    to: String,
    steps: usize,
    by_factors: bool,
}

/// Draws the settings that vary.
pub(super) fn axes_ui(ui: &mut Ui, spec: &mut Spec, state: &mut AxesState) {
    let is_free = spec.kind == SweepKind::Free;
    state.typed.resize_with(spec.axes.len(), Typed::default);
    let others = spec.free_fields();
    let mut gone = None;
    let base = spec.base.clone();
    for (place, axis) in spec.axes.iter_mut().enumerate() {
        let typed = &mut state.typed[place];
        ui.push_id(place, |ui| {
            ui.horizontal(|ui| {
                if is_free {
                    if let Some(field) = field_ui(ui, axis.field, &others) {
                        *axis = AxisSpec::new(field, &base);
                        *typed = Typed::default();
                    }
                    let out = format!("Take {} out", axis.field.label());
                    if ui.small_button("Take out").on_hover_text(out).clicked() {
                        gone = Some(place);
                    }
                } else {
                    ui.strong(axis.field.label());
                }
            });
            values_ui(ui, axis, typed);
        });
        ui.add_space(theme::GROUP_SPACE);
    }
    if let Some(place) = gone {
        spec.axes.remove(place);
        state.typed.remove(place);
    }
    if is_free && let Some(next) = next_field(&others) {
        let add = ui.button("Add a setting");
        if add
            .on_hover_text("All of its values are trained with all values of the others")
            .clicked()
        {
            spec.axes.push(AxisSpec::new(next, &base));
        }
    }
}

/// The setting that is offered first: those that are most asked about come before the others.
fn next_field(others: &[Field]) -> Option<Field> {
    let first = [Field::BatchNorm, Field::Augment, Field::LearningRate];
    let found = first.into_iter().find(|field| others.contains(field));
    found.or_else(|| others.first().copied())
}

/// Draws the choice of a setting. Gives another one that was chosen.
fn field_ui(ui: &mut Ui, field: Field, others: &[Field]) -> Option<Field> {
    let mut chosen = field;
    ComboBox::from_id_salt("setting")
        .selected_text(field.label())
        .width(theme::SWEEP_FIELD_WIDTH)
        .height(theme::CHOICES_HEIGHT)
        .show_ui(ui, |ui| {
            for other in others {
                ui.selectable_value(&mut chosen, *other, other.label())
                    .on_hover_text(other.entry().help);
            }
        })
        .response
        .on_hover_text(field.entry().help);
    (chosen != field).then_some(chosen)
}

fn values_ui(ui: &mut Ui, axis: &mut AxisSpec, typed: &mut Typed) {
    match &axis.field.entry().kind {
        Kind::Choice(choices) => {
            ui.horizontal_wrapped(|ui| {
                for choice in *choices {
                    switch_ui(ui, axis, choice.name, choice.label);
                }
            });
        }
        Kind::Switch => {
            ui.horizontal(|ui| {
                for value in ["off", "on"] {
                    switch_ui(ui, axis, value, value);
                }
            });
        }
        Kind::Data | Kind::Number(_) => numbers_ui(ui, axis, typed),
    }
}

/// A value that is chosen or not.
fn switch_ui(ui: &mut Ui, axis: &mut AxisSpec, value: &str, label: &str) {
    let place = axis.values.iter().position(|other| other == value);
    if ui.selectable_label(place.is_some(), label).clicked() {
        match place {
            Some(place) => drop(axis.values.remove(place)),
            None => axis.values.push(value.to_owned()),
        }
    }
}

/// Numbers as chips, a click on which takes them out, and the field for another.
fn numbers_ui(ui: &mut Ui, axis: &mut AxisSpec, typed: &mut Typed) {
    ui.horizontal_wrapped(|ui| {
        let mut gone = None;
        for (place, value) in axis.values.iter().enumerate() {
            let shown = axis.field.shown_value(value);
            let chip = ui.add(Button::new(format!("{shown} ×")).small());
            if chip.on_hover_text(format!("Takes {shown} out")).clicked() {
                gone = Some(place);
            }
        }
        if let Some(place) = gone {
            axis.values.remove(place);
        }
        let name = ui.label("add");
        let field = TextEdit::singleline(&mut typed.value).desired_width(theme::SWEEP_VALUE_WIDTH);
        let field = ui.add(field).labelled_by(name.id);
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if is_entered && !typed.value.trim().is_empty() {
            match axis.add(&typed.value) {
                Ok(()) => *typed = Typed::default(),
                Err(err) => typed.problem = Some(err.to_string()),
            }
            field.request_focus();
        }
        let is_open = typed.range.is_some();
        if ui.selectable_label(is_open, "Range…").clicked() {
            typed.range = (!is_open).then(|| Range::of(axis));
        }
    });
    if let Some(wish) = &mut typed.range
        && let Some(outcome) = range_ui(ui, wish)
    {
        let is_whole = axis
            .field
            .entry()
            .number()
            .is_some_and(|number| number.is_whole);
        match outcome.values(is_whole).and_then(|values| {
            let mut made = AxisSpec {
                field: axis.field,
                values: Vec::new(),
            };
            made.add(&values.join(",")).map_err(|err| err.to_string())?;
            Ok(made)
        }) {
            Ok(made) => {
                *axis = made;
                *typed = Typed::default();
            }
            Err(problem) => typed.problem = Some(problem),
        }
    }
    if let Some(problem) = &typed.problem {
        ui.colored_label(theme::bad(ui.visuals()), problem);
    }
}

impl Range {
    /// A range from the first to the last value that is there.
    fn of(axis: &AxisSpec) -> Self {
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        Self {
            from: text(axis.values.first()),
            to: text(axis.values.last()),
            steps: 5,
            by_factors: matches!(
                axis.field,
                Field::LearningRate | Field::TrainSize | Field::BatchSize
            ),
        }
    }

    fn values(&self, is_whole: bool) -> Result<Vec<String>, String> {
        let number = |text: &str| {
            let refused = || format!("A range needs numbers; found {text:?}.");
            text.trim().parse::<f64>().map_err(|_| refused())
        };
        range(
            [number(&self.from)?, number(&self.to)?],
            self.steps,
            self.by_factors,
            is_whole,
        )
    }
}

/// Draws the fields of a range. Gives the range where it is to be taken.
fn range_ui<'a>(ui: &mut Ui, range: &'a mut Range) -> Option<&'a Range> {
    let mut is_taken = false;
    Grid::new("range").num_columns(4).show(ui, |ui| {
        for (name, text) in [("from", &mut range.from), ("to", &mut range.to)] {
            let name = ui.label(name);
            let field = TextEdit::singleline(text).desired_width(theme::SWEEP_VALUE_WIDTH);
            ui.add(field).labelled_by(name.id);
        }
        ui.end_row();
        let name = ui.label("values");
        ui.add(DragValue::new(&mut range.steps).range(2..=20))
            .labelled_by(name.id);
        ui.checkbox(&mut range.by_factors, "each a multiple of the one before")
            .on_hover_text("1, 10, 100 in place of 1, 50, 100");
        is_taken = ui.button("Take these").clicked();
        ui.end_row();
    });
    ui.label(RichText::new("The range takes the place of the values above.").small());
    is_taken.then_some(&*range)
}
