//! The plots without a screen: gestures, odd sizes, glyphs, names for those who can't see them.

use super::testing::{batches, metrics, run_of};
use super::*;
use crate::lab::plot::{XAxis, YView};
use crate::lab::{RunId, RunState};
use eframe::egui::{
    Context, Event, FontId, FullOutput, Key, Modifiers, PointerButton, Pos2, RawInput, Shape, Vec2,
    epaint::ClippedShape, vec2,
};
use std::sync::Arc;

/// A window with the plots alone.
struct Window {
    ctx: Context,
    size: Vec2,
    state: PlotsState,
    runs: Vec<Run>,
    opened: Vec<OpenedRun>,
    actions: Vec<Action>,
    seconds: f64,
    /// Whether the runs have the colours of the light theme.
    light: bool,
}

impl Window {
    fn new(runs: Vec<Run>) -> Self {
        let ctx = Context::default();
        theme::install(&ctx);
        let mut window = Self {
            ctx,
            size: vec2(1000.0, 600.0),
            state: PlotsState::default(),
            runs,
            opened: Vec::new(),
            actions: Vec::new(),
            seconds: 0.0,
            light: false,
        };
        window.frame(Vec::new());
        window.frame(Vec::new());
        window
    }

    fn frame(&mut self, events: Vec<Event>) -> Vec<ClippedShape> {
        let output = self.output(events);
        let shapes = output.shapes.clone();
        output.drop_without_applying_deltas();
        shapes
    }

    fn output(&mut self, events: Vec<Event>) -> FullOutput {
        self.seconds += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(self.seconds),
            events,
            ..Default::default()
        };
        let chosen = self.runs.len().saturating_sub(1);
        let runs: Vec<PlotRun<'_>> = self
            .runs
            .iter()
            .enumerate()
            .map(|(index, run)| PlotRun {
                run,
                color: theme::run_color(index, !self.light),
                role: if index == chosen {
                    PlotRole::Chosen
                } else {
                    PlotRole::Shown
                },
                highlighted: false,
            })
            .collect();
        let opened: Vec<PlotOpened<'_>> = self
            .opened
            .iter()
            .map(|run| PlotOpened {
                run,
                color: Color32::GRAY,
                role: PlotRole::Shown,
                highlighted: false,
            })
            .collect();
        let view = PlotsView {
            groups: &[],
            runs: &runs,
            opened: &opened,
            marks: &[],
            scrubbed: self.runs.get(chosen).map(|run| Scrubbed {
                run: &run.id,
                picked: None,
            }),
            has_scrubber: true,
            is_plain: false,
        };
        let (state, actions) = (&mut self.state, &mut self.actions);
        self.ctx.run_ui(input, |ui| {
            plots_ui(ui, state, &view, actions);
        })
    }

    fn point(&mut self, x: f32, y: f32) {
        self.frame(vec![Event::PointerMoved(Pos2::new(x, y))]);
        // Hits are those of the frame before.
        self.frame(Vec::new());
    }

    fn button(&mut self, at: Pos2, pressed: bool) {
        self.frame(vec![Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        }]);
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.point(from.x, from.y);
        self.button(from, true);
        self.point(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y));
        self.point(to.x, to.y);
        self.button(to, false);
        self.frame(Vec::new());
    }

    fn double_click(&mut self, at: Pos2) {
        self.point(at.x, at.y);
        for pressed in [true, false, true, false] {
            self.button(at, pressed);
        }
        self.frame(Vec::new());
    }

    /// All words on the screen.
    fn words(&mut self) -> Vec<String> {
        let shapes = self.frame(Vec::new());
        let mut words = Vec::new();
        for clipped in shapes {
            collect_words(&clipped.shape, &mut words);
        }
        words
    }
}

fn collect_words(shape: &Shape, words: &mut Vec<String>) {
    match shape {
        Shape::Text(text) => words.push(text.galley.text().to_owned()),
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect_words(shape, words)),
        _ => {}
    }
}

/// A place in the picture of accuracy, and one in that of the loss, of a window of 1000 × 600.
const IN_ACCURACY: Pos2 = Pos2::new(400.0, 200.0);
const IN_LOSS: Pos2 = Pos2::new(400.0, 450.0);

fn broken_run() -> Run {
    let mut run = run_of("A3", 12);
    for epoch in &mut run.epochs[6..] {
        epoch.validation_loss = f64::NAN;
        epoch.train_loss = f64::INFINITY;
    }
    run.judge();
    run
}

#[test]
fn every_state_is_drawn_at_every_size() {
    let mut first_epoch = run_of("A2", 0);
    first_epoch.batches = batches(1, 30);
    first_epoch.state = RunState::Running;
    let mut all_nan = run_of("A4", 3);
    for epoch in &mut all_nan.epochs {
        *epoch = metrics(epoch.epoch, f64::NAN, f64::NAN);
    }
    let scenes = [
        Vec::new(),
        vec![run_of("A1", 1)],
        vec![first_epoch],
        vec![run_of("A1", 30), broken_run()],
        vec![all_nan],
    ];
    for runs in scenes {
        let mut window = Window::new(runs);
        for axis in XAxis::ALL {
            for view in YView::ALL {
                window.state.choose_x_axis(axis);
                window.state.choose_y_view(view);
                for size in [vec2(0.0, 0.0), vec2(60.0, 40.0), vec2(640.0, 120.0)] {
                    window.size = size;
                    window.frame(Vec::new());
                }
                window.size = vec2(1600.0, 1100.0);
                window.frame(Vec::new());
            }
        }
    }
}

#[test]
fn lines_are_kept_and_whatever_changes_them_shows_in_the_same_frame() {
    let mut window = Window::new(vec![run_of("A1", 12), run_of("A2", 12)]);
    let mut before = window.state.meshes.piles();
    assert!(!before.is_empty());
    let mut draws = |window: &mut Window, what: &str, is_kept: bool| {
        window.frame(Vec::new());
        let now = window.state.meshes.piles();
        let pairs = before.iter().zip(&now);
        let is_same =
            before.len() == now.len() && pairs.into_iter().all(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(is_same, is_kept, "{what}");
        before = now;
    };
    draws(&mut window, "nothing has changed", true);
    window.runs[0].epochs[5].validation_loss += 0.01;
    draws(&mut window, "a figure", false);
    window.runs[1].epochs.push(metrics(13, 0.2, 0.1));
    draws(&mut window, "an epoch", false);
    draws(&mut window, "nothing has changed since", true);
    window.light = true;
    draws(&mut window, "the theme", false);
    window.state.smoothing = 0.5;
    draws(&mut window, "smoothing", false);
    window.size.x += 40.0;
    draws(&mut window, "a wider window", false);
    draws(&mut window, "nothing has changed since", true);
    // The window takes the size at the beginning of the next frame.
    window.ctx.set_zoom_factor(1.5);
    draws(&mut window, "larger texts", false);
    window.runs.pop();
    draws(&mut window, "a run that is gone", false);
}

#[test]
fn an_empty_window_says_what_to_do() {
    let words = Window::new(Vec::new()).words();
    let sentence = "Press Train: the first epoch takes seconds";
    assert!(words.iter().any(|word| word == sentence), "{words:?}");
    let words = Window::new(vec![run_of("A1", 3)]).words();
    assert!(!words.iter().any(|word| word.contains("Press Train")));
    assert!(
        words.iter().any(|word| word == "validation 82.33%"),
        "{words:?}"
    );
}

#[test]
fn a_box_is_held_against_new_data_until_a_double_click() {
    let mut window = Window::new(vec![run_of("A1", 20)]);
    window.drag(IN_ACCURACY, IN_ACCURACY + vec2(200.0, 60.0));
    let held = window.state.zoom.clone();
    assert!(held.x().is_some() && held.y(Quantity::Accuracy).is_some());
    assert_eq!(
        held.y(Quantity::Loss),
        None,
        "the other plot's heights follow"
    );
    window.runs[0].epochs.push(metrics(21, 0.2, 0.1));
    window.frame(Vec::new());
    assert_eq!(window.state.zoom, held);
    assert!(window.words().iter().any(|word| word == "Whole view"));
    window.double_click(IN_LOSS);
    assert!(!window.state.zoom.is_held());
}

#[test]
fn a_box_begins_where_the_button_was_pressed_however_fast_the_pointer_is() {
    let mut window = Window::new(vec![run_of("A1", 20)]);
    window.point(IN_ACCURACY.x, IN_ACCURACY.y);
    window.button(IN_ACCURACY, true);
    // One frame later the pointer is far away, as in a window that draws seldom.
    let to = IN_ACCURACY + vec2(200.0, 60.0);
    window.point(to.x, to.y);
    window.button(to, false);
    window.frame(Vec::new());
    let fast = window.state.zoom.x().unwrap();
    let mut window = Window::new(vec![run_of("A1", 20)]);
    window.drag(IN_ACCURACY, to);
    assert_eq!(window.state.zoom.x(), Some(fast));
}

#[test]
fn escape_breaks_a_box_off() {
    let mut window = Window::new(vec![run_of("A1", 20)]);
    window.point(IN_ACCURACY.x, IN_ACCURACY.y);
    window.button(IN_ACCURACY, true);
    let to = IN_ACCURACY + vec2(200.0, 60.0);
    window.point(to.x, to.y);
    window.frame(vec![Event::Key {
        key: Key::Escape,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    }]);
    window.button(to, false);
    window.frame(Vec::new());
    assert!(!window.state.zoom.is_held());
}

#[test]
fn ctrl_and_the_wheel_zoom_about_the_pointer() {
    let mut window = Window::new(vec![run_of("A1", 20)]);
    window.point(IN_LOSS.x, IN_LOSS.y);
    window.frame(vec![Event::Zoom(2.0)]);
    let [from, to] = window.state.zoom.x().unwrap();
    assert!((to - from - 10.0).abs() < 0.2, "{from} {to}");
    assert!(window.state.zoom.y(Quantity::Loss).is_some());
    for _ in 0..8 {
        window.frame(vec![Event::Zoom(0.5)]);
    }
    assert!(
        !window.state.zoom.is_held(),
        "zoomed out as far as there is anything"
    );
}

#[test]
fn a_line_is_pointed_out_and_chosen() {
    let mut window = Window::new(vec![run_of("A1", 20), run_of("A2", 20)]);
    // The lines of both lie on each other: the chosen run's, drawn on top, is meant.
    let found = (30..300).find(|y| {
        window.point(600.0, *y as f32);
        window.state.hovering.is_some()
    });
    let at = Pos2::new(600.0, found.unwrap() as f32);
    let id = RunId("A2".into());
    assert_eq!(window.actions, [Action::HoverRun(Some(id.clone()))]);
    window.button(at, true);
    window.button(at, false);
    assert_eq!(window.actions.last(), Some(&Action::ChooseRun(id)));
    window.point(600.0, 590.0);
    assert_eq!(window.actions.last(), Some(&Action::HoverRun(None)));
}

#[test]
fn the_cursor_shows_its_epoch_in_the_strip() {
    let mut window = Window::new(vec![run_of("A1", 20)]);
    assert!(window.words().iter().any(|word| word == "at 20, the last"));
    window.point(IN_LOSS.x, IN_LOSS.y);
    let words = window.words();
    let at = words.iter().find(|word| word.starts_with("at ")).unwrap();
    assert!(!at.ends_with("the last"), "{at}");
}

#[test]
fn arrow_keys_move_the_cursor_of_a_focused_plot() {
    let key = |key| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    // The plots come some tabs after the choices over them.
    let reached = (1..8).any(|tabs| {
        let mut window = Window::new(vec![run_of("A1", 20)]);
        for _ in 0..tabs {
            window.frame(vec![key(Key::Tab)]);
            window.frame(Vec::new());
        }
        window.frame(vec![key(Key::ArrowLeft)]);
        window.frame(vec![key(Key::ArrowLeft)]);
        window.words().iter().any(|word| word == "at 18")
    });
    assert!(reached);
}

#[test]
fn every_character_has_a_glyph() {
    let mut window = Window::new(vec![run_of("A1", 12), broken_run()]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("elsewhere.csv");
    std::fs::write(&path, "epoch,loss,val_loss\n1,0.9,0.8\n2,0.5,\n3,0.4,0.7\n").unwrap();
    window.opened = crate::lab::curves::open_runs(&path, 0).unwrap();
    let mut words = Vec::new();
    for axis in XAxis::ALL {
        for view in YView::ALL {
            window.state.choose_x_axis(axis);
            window.state.choose_y_view(view);
            words.extend(window.words());
            words.extend([axis.hint(), view.hint()].map(String::from));
        }
    }
    assert!(words.len() > 100);
    let missing: Vec<String> = window.ctx.fonts_mut(|fonts| {
        words
            .into_iter()
            .filter(|text| !fonts.has_glyphs(&FontId::proportional(13.0), text))
            .collect()
    });
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn plots_and_choices_have_names() {
    let mut window = Window::new(vec![run_of("A1", 12)]);
    window.ctx.enable_accesskit();
    window.frame(Vec::new());
    let output = window.output(Vec::new());
    let update = output.platform_output.accesskit_update.clone().unwrap();
    output.drop_without_applying_deltas();
    let names: Vec<String> = update
        .nodes
        .iter()
        .filter_map(|(_, node)| node.label().map(String::from))
        .collect();
    for start in [
        "Accuracy plot. at 12, the last: A1 training",
        "Loss plot",
        "Heights: Fit",
        "Along: Epoch",
    ] {
        assert!(
            names.iter().any(|name| name.starts_with(start)),
            "{start} in {names:?}"
        );
    }
}
