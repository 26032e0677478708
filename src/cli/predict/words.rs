//! What is said of a picture: a sentence, or an object of JSON.

use super::Asked;
use crate::data::drawing::{Found, LeftOut, Unlike};
use crate::data::reading::OtherFrame;
use crate::lab::format;
use crate::lab::submission::Prediction;
use serde_json::{Value, json};

/// How many classes are shown for each picture.
const SHOWN: usize = 3;

/// The probabilities of an image.
fn probabilities(prediction: &Prediction, index: usize) -> &[f32] {
    let classes = prediction.class_names.len();
    &prediction.probabilities[index * classes..][..classes]
}

/// The object of a picture that was read.
pub(super) fn line(prediction: &Prediction, asked: &Asked, warning: Option<&str>) -> Value {
    let mut line = json!({
        "image": asked.name,
        "prediction": null,
        "probability": null,
        "probabilities": null,
        "blank": asked.image.is_none(),
    });
    if let [member] = prediction.members.as_slice() {
        line["epoch"] = member.epoch.into();
    }
    if prediction.copies.count > 0 {
        line["tta"] = prediction.copies.count.into();
    }
    if let Some(index) = asked.image {
        let label = usize::from(prediction.labels[index]);
        let named: serde_json::Map<_, _> = prediction
            .class_names
            .iter()
            .cloned()
            .zip(probabilities(prediction, index).iter().map(|p| json!(p)))
            .collect();
        line["prediction"] = json!(prediction.class_names[label]);
        line["probability"] = json!(probabilities(prediction, index)[label]);
        line["probabilities"] = named.into();
    }
    if let Found::Several(count) = asked.found {
        line["several"] = count.into();
    }
    if let Some(unlike) = asked.unlike {
        line["unlike"] = unlike.to_string().into();
    } else if let Some(framed) = asked.framed {
        line["unlike"] = framed.to_string().into();
    }
    if !asked.left_out.is_empty() {
        let names = asked.left_out.iter().map(|what| what.name());
        line["left_out"] = names.collect::<Vec<_>>().into();
    }
    if let Some(expected) = &asked.expected {
        line["expected"] = json!(expected);
    }
    if let Some(warning) = warning.filter(|_| asked.image.is_some()) {
        line["warning"] = warning.into();
    }
    line
}

/// Whose weights answer, a sentence a run.
pub(super) fn answering(prediction: &Prediction) -> Vec<String> {
    let members = prediction.members.iter();
    let copies = match prediction.copies.count {
        0 => None,
        count => Some(format!(
            "each picture is answered as it is and as {count} transformed {}, and the mean counts",
            if count == 1 { "copy" } else { "copies" }
        )),
    };
    let said = members.map(|member| {
        let weights = match member.epoch {
            Some(epoch) => format!("{} answers with the weights of epoch {epoch}", member.name),
            None => format!("{} answers with its newest weights", member.name),
        };
        match (member.validation_accuracy, member.validation_images) {
            (Some(accuracy), Some(count)) => format!(
                "{weights}, which are right for {} of its validation images",
                format::percent_with_error(accuracy, count)
            ),
            _ => weights,
        }
    });
    said.chain(copies).collect()
}

/// Which runs know little more than chance would give, a sentence a run.
pub(super) fn poor(prediction: &Prediction) -> Vec<String> {
    let classes = prediction.class_names.len().max(1);
    let chance = 1.0 / classes as f64;
    let poor = prediction.members.iter().filter_map(|member| {
        let accuracy = member.validation_accuracy?;
        let error = member.validation_standard_error?;
        (accuracy <= chance + 2.0 * error).then(|| {
            format!(
                "{} is right for {} of its validation images, and guessing among {classes} classes for {}: \
                 its answers are worth little; train it longer, or choose another run",
                member.name,
                format::percent(accuracy),
                format::percent(chance)
            )
        })
    });
    poor.collect()
}

/// The object of a picture that can't be read.
pub(super) fn failed(name: &str, error: &str) -> Value {
    json!({ "image": name, "error": error })
}

/// The sentence of a picture that was read.
pub(super) fn sentence(prediction: &Prediction, asked: &Asked) -> String {
    let Some(index) = asked.image else {
        return format!("{}: nothing is drawn on it", asked.name);
    };
    let probabilities = probabilities(prediction, index);
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let parts: Vec<String> = order
        .iter()
        .take(SHOWN)
        .map(|&class| {
            format!(
                "{} {}",
                prediction.class_names[class],
                format::percent(f64::from(probabilities[class]))
            )
        })
        .collect();
    format!("{}: {}", asked.name, parts.join(", "))
}

/// Where more pictures than this are unlike MNIST's digits, they are counted, and not warned of one by one.
pub(super) const MOST_NAMED: usize = 3;

/// In what how many of the pictures are unlike MNIST's digits, with the first of them by name.
pub(super) fn unlike(asked: &[Asked]) -> Vec<String> {
    let kinds = [Unlike::Finer, Unlike::Thicker, Unlike::MoreInk];
    let of_mnist = kinds.into_iter().filter_map(|kind| {
        let mut names = asked
            .iter()
            .filter(|asked| asked.unlike == Some(kind))
            .map(|asked| &asked.name);
        let first = names.next()?;
        let count = 1 + names.count();
        Some(format!(
            "{count} of {} pictures are unlike the digits of MNIST, such as {first}: {kind}",
            asked.len()
        ))
    });
    of_mnist.chain(framed(asked)).collect()
}

/// How many of the pictures are framed otherwise than those of training, with the first of each kind by name.
fn framed(asked: &[Asked]) -> Vec<String> {
    let mut kinds: Vec<(OtherFrame, &str, usize)> = Vec::new();
    for (framed, name) in asked
        .iter()
        .filter_map(|asked| Some((asked.framed?, &asked.name)))
    {
        match kinds.iter_mut().find(|(kind, ..)| kind.is_like(framed)) {
            Some((.., count)) => *count += 1,
            None => kinds.push((framed, name, 1)),
        }
    }
    let told = kinds.into_iter().map(|(kind, first, count)| {
        let of = asked.len();
        format!("{count} of {of} pictures are framed otherwise than those of training, such as {first}: {kind}")
    });
    told.collect()
}

/// What there is to warn of about a picture; `are_counted` where those that are unlike MNIST's digits are told
/// together.
pub(super) fn warnings(asked: &Asked, are_counted: bool) -> Vec<String> {
    let several = asked.found.warning();
    let unlike = asked
        .unlike
        .filter(|_| !are_counted)
        .map(|unlike| format!("unlike the digits of MNIST: {unlike}"));
    let framed = asked
        .framed
        .filter(|_| !are_counted)
        .map(|framed| format!("framed otherwise than the pictures of training: {framed}"));
    let warn = |text: String| format!("{}: {text}", asked.name);
    let told = several.into_iter().chain(unlike).chain(framed);
    told.map(warn).collect()
}

/// So many pictures are named that something was left out of.
const NAMED: usize = 4;

/// What was left out of the pictures, and of which.
pub(super) fn left_out(asked: &[Asked]) -> Vec<String> {
    LeftOut::ALL
        .into_iter()
        .filter_map(|what| {
            let of = |asked: &&Asked| asked.left_out.contains(&what);
            let names: Vec<&str> = asked.iter().filter(of).map(|asked| &*asked.name).collect();
            let pictures = match names.len() {
                0 => return None,
                1 => "1 picture".into(),
                count => format!("{count} pictures"),
            };
            let more = match names.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = names[..names.len().min(NAMED)].join(", ");
            Some(format!(
                "{} was left out of {pictures}: {named}{more}",
                what.about()
            ))
        })
        .collect()
}

/// How many of the pictures are what their folders are called.
pub(super) fn right(prediction: &Prediction, asked: &[Asked]) -> Option<String> {
    let with_folder = asked.iter().filter(|asked| asked.expected.is_some());
    let (mut right, mut count) = (0, 0);
    for asked in with_folder {
        let class = asked
            .image
            .map(|index| usize::from(prediction.labels[index]));
        let name = class.map(|class| &prediction.class_names[class]);
        right += usize::from(name == asked.expected.as_ref());
        count += 1;
    }
    (count > 0).then(|| format!("{right} of {count} are what their folders are called"))
}
