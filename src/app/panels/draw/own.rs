//! The user's own labelled drawings, as the tab shows them: keeping one, and how many the network
//! recognizes.

use crate::app::action::{Action, DrawAction, OwnSetKey};
use crate::app::theme;
use crate::data::drawing::Picture;
use crate::data::own_set::OwnImages;
use crate::experiment::ImageSize;
use crate::lab::format::FEWEST_FOR_ERROR;
use crate::lab::inference::{OwnAnswers, OwnSet};
use crate::lab::verdict::standard_error;
use eframe::egui::{Button, ComboBox, Role, Ui, WidgetInfo};
use std::path::Path;
use std::sync::Arc;

/// The number of wrong drawings that the hover lists.
const LISTED: usize = 12;

/// The person's own set as it was read, and what was asked for.
#[derive(Default)]
pub struct Own {
    asked: Option<OwnSetKey>,
    read: Option<(OwnSetKey, OwnImages, OwnSet)>,
    /// The class that a person picked for the drawing on the canvas. Where there is none, the
    /// predicted class is meant.
    picked: Option<usize>,
    /// The sheet's revision and the class under which it was kept last.
    kept: Option<(u64, String)>,
}

impl Own {
    /// Asks for the set that this network needs, where it isn't there or on its way.
    pub fn want(&mut self, key: &OwnSetKey, actions: &mut Vec<Action>) {
        let have = self.read.as_ref().map(|(key, ..)| key);
        if have != Some(key) && self.asked.as_ref() != Some(key) {
            self.asked = Some(key.clone());
            actions.push(DrawAction::ReadOwn(Box::new(key.clone())).into());
        }
    }

    /// Notes that the set has changed on disk.
    pub fn forget(&mut self) {
        self.asked = None;
        // The old set is shown until the new one is read; no network has this size.
        if let Some((key, ..)) = &mut self.read {
            key.size = ImageSize::square(0);
        }
    }

    /// Takes the set as it was read for a network.
    pub fn take(&mut self, key: OwnSetKey, mut own: OwnImages) {
        if self.asked.as_ref() != Some(&key) {
            return;
        }
        self.asked = None;
        let images = Arc::new(std::mem::take(&mut own.images));
        self.read = Some((key, own, OwnSet(images)));
    }

    /// The set as a network can be asked about it, where it isn't empty.
    pub fn set(&self) -> Option<OwnSet> {
        let (_, _, set) = self.read.as_ref()?;
        (set.0.count() > 0).then(|| set.clone())
    }

    /// Picks a class for the drawing on the canvas, by the class's number.
    pub fn pick(&mut self, class: Option<usize>) {
        self.picked = class;
    }
}

/// What the row that keeps a drawing shows.
pub struct KeepView<'a> {
    /// The classes' names.
    pub classes: &'a [String],
    /// The drawing, where there is something on the canvas.
    pub picture: Option<&'a Picture>,
    /// The revision of the canvas's sheet.
    pub revision: u64,
}

/// Draws the row that keeps a drawing. `by_key` says that Enter was pressed on the canvas.
pub fn keep_ui(
    ui: &mut Ui,
    own: &mut Own,
    view: &KeepView<'_>,
    by_key: bool,
    actions: &mut Vec<Action>,
) {
    // The network's guess isn't filled in: a wrong label would be kept by a single click.
    let class = own.picked;
    let name = class.and_then(|class| view.classes.get(class));
    let ready = view.picture.zip(name);
    let is_kept = name.is_some_and(|name| own.kept == Some((view.revision, name.clone())));
    ui.horizontal(|ui| {
        let button = Button::new(if is_kept { "Kept as" } else { "Keep as" });
        let button = ui
            .add_enabled(ready.is_some() && !is_kept, button)
            .on_hover_text(
                "Stores the drawing with this label in your own set: a folder of PNGs, one \
                 sub-folder a class. Enter on the canvas does it too",
            )
            .on_disabled_hover_text(match (view.picture, name) {
                (None, _) => "Draw something first",
                (_, None) => "Choose its class first",
                _ => "This drawing is kept already",
            });
        if let Some((picture, name)) = ready
            && (button.clicked() || by_key)
            && !is_kept
        {
            own.kept = Some((view.revision, name.clone()));
            actions.push(
                DrawAction::Keep {
                    class: name.clone(),
                    picture: Arc::new(picture.clone()),
                }
                .into(),
            );
        }
        let shown = name.map_or("…", String::as_str);
        let mut picked = class;
        let combo = ComboBox::from_id_salt("keep-class")
            .selected_text(shown)
            .width(theme::KEEP_CLASS_WIDTH)
            .truncate()
            .height(theme::CHOICES_HEIGHT)
            .show_ui(ui, |ui| {
                for (i, name) in view.classes.iter().enumerate() {
                    ui.selectable_value(&mut picked, Some(i), name);
                }
            });
        combo
            .response
            .widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Class to keep it as"));
        combo.response.on_hover_text(
            "What it really is. Typing a class's digit or letter over the canvas chooses it too",
        );
        if picked != class {
            own.picked = picked;
        }
        if ui
            .button("Folder")
            .on_hover_text("Opens the folder of your own drawings")
            .clicked()
        {
            actions.push(DrawAction::OpenFolder.into());
        }
    });
}

/// Draws how the network does on the set. `who` names the weights.
pub fn score_ui(
    ui: &mut Ui,
    own: &Own,
    classes: &[String],
    answers: Option<&OwnAnswers>,
    who: Option<&str>,
) {
    let Some((_, about, set)) = &own.read else {
        return;
    };
    let count = set.0.count();
    let answers = answers.filter(|answers| answers.set == *set);
    let mut line = match count {
        0 if about.others == 0 => "Your own set is empty: keep a few drawings".to_owned(),
        0 => "Your own set holds none of these classes".to_owned(),
        1 => "Your drawings: 1 kept".to_owned(),
        _ => format!("Your drawings: {count} kept"),
    };
    if let Some((answers, who)) = answers.zip(who)
        && answers.answers.count() == count
        && count > 0
    {
        line += &format!(" · {who}: {}", score(answers));
    }
    let label = ui.label(line);
    label.on_hover_ui(|ui| {
        ui.set_max_width(theme::DIALOG_WIDTH);
        for line in details(classes, about, set, answers) {
            ui.label(line);
        }
    });
    if !about.problems.is_empty() {
        let text = match about.problems.len() {
            1 => "1 file of it can't be read".to_owned(),
            count => format!("{count} files of it can't be read"),
        };
        let label = ui.colored_label(theme::bad(ui.visuals()), text);
        label.on_hover_ui(|ui| {
            ui.set_max_width(theme::DIALOG_WIDTH);
            for problem in about.problems.iter().take(LISTED) {
                ui.label(problem.to_string());
            }
        });
    }
}

fn right(answers: &OwnAnswers) -> usize {
    let labels = &answers.set.0.labels;
    let pairs = answers.answers.classes.iter().zip(labels);
    pairs.filter(|(class, label)| class == label).count()
}

/// The accuracy with its standard error: `87.0% ± 7.0 points`. Of few drawings, how many are right.
fn score(answers: &OwnAnswers) -> String {
    let count = answers.answers.count();
    if count < FEWEST_FOR_ERROR {
        return format!("{} of {count} right", right(answers));
    }
    let accuracy = right(answers) as f64 / count.max(1) as f64;
    let error = standard_error(accuracy, count);
    format!("{:.1}% ± {:.1} points", 100.0 * accuracy, 100.0 * error)
}

/// What the hover says about the set.
fn details(
    classes: &[String],
    about: &OwnImages,
    set: &OwnSet,
    answers: Option<&OwnAnswers>,
) -> Vec<String> {
    let mut lines = vec![
        "Drawings that you kept with their labels. Nobody trained on them, so that this is a \
         small test of your own."
            .to_owned(),
    ];
    let name = |class: u8| classes.get(usize::from(class)).map_or("?", String::as_str);
    if let Some(answers) = answers.filter(|answers| answers.answers.count() == set.0.count()) {
        let known = &answers.answers;
        let wrong: Vec<usize> = (0..known.count())
            .filter(|&i| known.classes[i] != set.0.labels[i])
            .collect();
        lines.push(match wrong.len() {
            0 => "None is wrong.".to_owned(),
            1 => "Wrong is 1:".to_owned(),
            count => format!("Wrong are {count}:"),
        });
        for &i in wrong.iter().take(LISTED) {
            lines.push(format!(
                "{} taken for {} ({:.1}%)",
                short_path(&about.paths[i]),
                name(known.classes[i]),
                100.0 * known.confidences[i],
            ));
        }
        if wrong.len() > LISTED {
            lines.push(format!("and {} more", wrong.len() - LISTED));
        }
    }
    if about.others > 0 {
        lines.push(format!(
            "{} more are of other classes than this network's.",
            about.others
        ));
    }
    lines
}

/// The class's folder and the file: `7/0003.png`.
fn short_path(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let from = parts.len().saturating_sub(2);
    parts[from..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Images;
    use crate::data::drawing::Placement;
    use crate::data::reading::RunReading;
    use crate::lab::Answers;
    use crate::lab::RunId;
    use crate::lab::inference::{Moment, WeightsId};
    use std::path::PathBuf;

    fn key(side: usize) -> OwnSetKey {
        OwnSetKey {
            classes: vec!["6".into(), "7".into()],
            reading: RunReading::MNIST,
            placement: Placement::Centred,
            size: ImageSize::square(side),
        }
    }

    fn images() -> OwnImages {
        OwnImages {
            images: Images {
                pixels: vec![0; 4],
                labels: vec![0, 1, 1, 1],
            },
            paths: (1..=4)
                .map(|i| PathBuf::from(format!("own/7/000{i}.png")))
                .collect(),
            others: 2,
            problems: Vec::new(),
        }
    }

    #[test]
    fn the_set_is_asked_for_once_and_again_when_it_changed() {
        let mut own = Own::default();
        let mut actions = Vec::new();
        own.want(&key(28), &mut actions);
        own.want(&key(28), &mut actions);
        assert_eq!(actions.len(), 1);
        // Another set is wanted by now, so that this one is left.
        own.take(key(20), images());
        assert!(own.set().is_none());
        own.take(key(28), images());
        own.want(&key(28), &mut actions);
        assert_eq!((actions.len(), own.set().unwrap().0.count()), (1, 4));
        own.forget();
        assert!(own.set().is_some());
        own.want(&key(28), &mut actions);
        own.want(&key(20), &mut actions);
        assert_eq!(actions.len(), 3);
    }

    fn answers(set: &OwnSet, classes: Vec<u8>) -> OwnAnswers {
        let count = classes.len();
        OwnAnswers {
            weights: WeightsId {
                run: RunId("A1".into()),
                moment: Moment::After(3),
            },
            set: set.clone(),
            answers: Answers {
                classes,
                confidences: [0.9, 0.8, 0.981, 0.7].repeat(count / 4),
                losses: vec![0.1; count],
            },
        }
    }

    #[test]
    fn the_score_of_twenty_drawings_is_a_share_with_its_error() {
        let set = |count: usize| {
            OwnSet(Arc::new(Images {
                pixels: vec![0; count],
                labels: vec![1; count],
            }))
        };
        let right = |of: usize, right: usize| {
            let classes = (0..of).map(|i| u8::from(i < right)).collect();
            score(&answers(&set(of), classes))
        };
        assert_eq!(right(20, 15), "75.0% ± 9.7 points");
        assert_eq!(right(20, 20), "100.0% ± 5.6 points");
        assert_eq!(right(16, 12), "12 of 16 right");
    }

    #[test]
    fn few_drawings_are_counted_and_the_wrong_are_named() {
        let mut own = Own::default();
        own.want(&key(28), &mut Vec::new());
        own.take(key(28), images());
        let set = own.set().unwrap();
        let answers = answers(&set, vec![0, 1, 0, 1]);
        assert_eq!(score(&answers), "3 of 4 right");
        let Some((_, about, _)) = &own.read else {
            panic!()
        };
        let lines = details(&key(28).classes, about, &set, Some(&answers));
        assert_eq!(
            lines[1..],
            [
                "Wrong is 1:",
                "7/0003.png taken for 6 (98.1%)",
                "2 more are of other classes than this network's."
            ]
        );
    }
}
