//! A curve written in the forms of many tools comes back as it was.

use super::cases::assert_same;
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

type Writer = fn(&[CurvePoint]) -> Vec<u8>;

/// The figures of a point of which everything was measured.
fn figures(point: &CurvePoint) -> [f64; 4] {
    [
        point.train_loss,
        point.train_accuracy,
        point.validation_loss,
        point.validation_accuracy,
    ]
    .map(Option::unwrap)
}

/// A table of a header and a line for each epoch, counted from 0 or 1.
fn rows(header: &str, curve: &[CurvePoint], row: impl Fn(usize, [f64; 4]) -> String) -> String {
    let rows = curve
        .iter()
        .map(|point| row(point.epoch, figures(point)) + "\n");
    format!("{header}\n{}", rows.collect::<String>())
}

fn keras(curve: &[CurvePoint]) -> String {
    rows(
        "epoch,accuracy,loss,val_accuracy,val_loss",
        curve,
        |epoch, [a, b, c, d]| format!("{},{b},{a},{d},{c}", epoch - 1),
    )
}

fn utf16(text: &str) -> Vec<u8> {
    let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The lists of a history: training loss and accuracy, validation loss and accuracy.
fn history(curve: &[CurvePoint]) -> Value {
    let list = |i: usize| {
        curve
            .iter()
            .map(|point| figures(point)[i])
            .collect::<Vec<_>>()
    };
    json!({"loss": list(0), "accuracy": list(1), "val_loss": list(2), "val_accuracy": list(3)})
}

fn objects(curve: &[CurvePoint]) -> Vec<Value> {
    let object = |point: &CurvePoint| {
        let [a, b, c, d] = figures(point);
        json!({"epoch": point.epoch, "loss": a, "accuracy": b, "val_loss": c, "val_accuracy": d})
    };
    curve.iter().map(object).collect()
}

/// Every form, by name.
const FORMS: [(&str, Writer); 41] = [
    ("Keras", |curve| keras(curve).into_bytes()),
    ("CRLF", |curve| {
        keras(curve).replace('\n', "\r\n").into_bytes()
    }),
    ("CR", |curve| keras(curve).replace('\n', "\r").into_bytes()),
    ("BOM", |curve| {
        format!("\u{feff}{}", keras(curve)).into_bytes()
    }),
    ("UTF-16", |curve| utf16(&keras(curve).replace('\n', "\r\n"))),
    ("tabs", |curve| keras(curve).replace(',', "\t").into_bytes()),
    ("blanks", |curve| {
        keras(curve).replace(',', "   ").into_bytes()
    }),
    ("semicolons", |curve| {
        keras(curve).replace(',', ";").into_bytes()
    }),
    ("decimal commas", |curve| {
        keras(curve)
            .replace(',', ";")
            .replace('.', ",")
            .into_bytes()
    }),
    ("sep=", |curve| {
        format!("sep=;\r\n{}", keras(curve).replace(',', ";")).into_bytes()
    }),
    ("quotes", |curve| {
        let text = keras(curve).replace(',', "\",\"").replace('\n', "\"\n\"");
        format!("\"{}", &text[..text.len() - 1]).into_bytes()
    }),
    ("comments", |curve| {
        format!("# run 7, seed 3\n{}# the end\n", keras(curve)).into_bytes()
    }),
    ("a header as a comment", |curve| {
        format!("# {}", keras(curve)).into_bytes()
    }),
    ("blank lines", |curve| {
        keras(curve).replace('\n', "\n\n").into_bytes()
    }),
    ("pandas with its index", |curve| {
        rows(
            ",loss,accuracy,val_loss,val_accuracy",
            curve,
            |epoch, [a, b, c, d]| format!("{},{a},{b},{c},{d}", epoch - 1),
        )
        .into_bytes()
    }),
    ("R with its row names", |curve| {
        rows(
            "\"loss\" \"acc\" \"val_loss\" \"val_acc\"",
            curve,
            |epoch, [a, b, c, d]| format!("\"{epoch}\" {a} {b} {c} {d}"),
        )
        .into_bytes()
    }),
    ("pandas without its index", |curve| {
        rows(
            "loss,accuracy,val_loss,val_accuracy",
            curve,
            |_, [a, b, c, d]| format!("{a},{b},{c},{d}"),
        )
        .into_bytes()
    }),
    ("PyTorch", |curve| {
        rows(
            "epoch,lr,train_loss,train_acc,test_loss,test_acc",
            curve,
            |epoch, [a, b, c, d]| format!("{epoch},0.01,{a},{b},{c},{d}"),
        )
        .into_bytes()
    }),
    ("tensors", |curve| {
        rows(
            "epoch;Train Loss;Train Acc;Val Loss;Val Acc",
            curve,
            |epoch, [a, b, c, d]| {
                format!("{epoch};\"tensor({a}, device='cuda:0')\";{b};{c};tensor({d})")
            },
        )
        .into_bytes()
    }),
    ("slashes", |curve| {
        rows(
            "step,loss/train,accuracy/train,loss/val,accuracy/val",
            curve,
            |epoch, [a, b, c, d]| format!("{},{a},{b},{c},{d}", 100 * epoch),
        )
        .into_bytes()
    }),
    ("error rates", |curve| {
        rows(
            "epoch,train_loss,train_error,val_loss,val_error",
            curve,
            |epoch, [a, b, c, d]| format!("{epoch},{a},{},{c},{}", 1.0 - b, 1.0 - d),
        )
        .into_bytes()
    }),
    ("percent signs", |curve| {
        rows(
            "epoch,train_loss,train_acc,val_loss,val_acc",
            curve,
            |epoch, [a, b, c, d]| format!("{epoch},{a},{} %,{c},{}%", 100.0 * b, 100.0 * d),
        )
        .into_bytes()
    }),
    ("Lightning", |curve| {
        rows(
            "epoch,step,train_acc_epoch,train_acc_step,train_loss_epoch,train_loss_step,val_acc,val_loss",
            curve,
            |epoch, [a, b, c, d]| {
                let (epoch, step) = (epoch - 1, 100 * epoch - 1);
                format!(
                    "{epoch},{step},,0.5,,0.7,,\n{epoch},{step},,,,,{d},{c}\n{epoch},{step},{b},,{a},,,"
                )
            },
        )
        .into_bytes()
    }),
    ("a row for each phase", |curve| {
        rows("epoch,phase,loss,acc", curve, |epoch, [a, b, c, d]| {
            format!("{epoch},train,{a},{b}\n{epoch},val,{c},{d}")
        })
        .into_bytes()
    }),
    ("all of training first", |curve| {
        let train = rows("epoch,split,loss,accuracy", curve, |epoch, [a, b, _, _]| {
            format!("{epoch},train,{a},{b}")
        });
        let validation = rows("", curve, |epoch, [_, _, c, d]| {
            format!("{epoch},val,{c},{d}")
        });
        (train + validation.trim_start()).into_bytes()
    }),
    ("this program's export", |curve| {
        rows("run,epoch,step,split,metric,value", curve, |epoch, [a, b, c, d]| {
            let at = format!("A1,{epoch},{}", 4 * epoch);
            format!(
                "A1,{epoch},3,batch,loss,7\n{at},training,loss,{a}\n{at},training,accuracy,{b}\n{at},validation,loss,{c}\n{at},validation,accuracy,{d}"
            )
        })
        .into_bytes()
    }),
    ("MLflow", |curve| {
        let names = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"];
        let mut text = "run_id,key,value,step,timestamp\n".to_owned();
        for (i, name) in names.iter().enumerate() {
            for point in curve {
                text += &format!(
                    "f00,{name},{},{},17{}\n",
                    figures(point)[i],
                    point.epoch - 1,
                    point.epoch
                );
            }
        }
        text.into_bytes()
    }),
    ("Weights & Biases, history", |curve| {
        rows(
            "_step,_runtime,_timestamp,epoch/epoch,epoch/loss,epoch/accuracy,epoch/val_loss,epoch/val_accuracy",
            curve,
            |epoch, [a, b, c, d]| format!("{},5.5,17,{},{a},{b},{c},{d}", epoch - 1, epoch - 1),
        )
        .into_bytes()
    }),
    ("Weights & Biases, panel", |curve| {
        rows(
            "\"Step\",\"river-1 - loss\",\"river-1 - loss__MIN\",\"river-1 - val_loss\",\"river-1 - accuracy\",\"river-1 - val_accuracy\"",
            curve,
            |epoch, [a, b, c, d]| format!("\"{epoch}\",\"{a}\",\"0\",\"{c}\",\"{b}\",\"{d}\""),
        )
        .into_bytes()
    }),
    ("history.json", |curve| {
        history(curve).to_string().into_bytes()
    }),
    ("history.json, indented", |curve| {
        serde_json::to_vec_pretty(&history(curve)).unwrap()
    }),
    ("history within its object", |curve| {
        let epochs: Vec<usize> = (0..curve.len()).collect();
        json!({"epoch": epochs, "history": history(curve), "params": {"epochs": 3}})
            .to_string()
            .into_bytes()
    }),
    ("a dictionary as Python prints it", |curve| {
        history(curve).to_string().replace('"', "'").into_bytes()
    }),
    ("history by images", |curve| {
        let list = |i: usize| {
            curve
                .iter()
                .map(|point| figures(point)[i])
                .collect::<Vec<_>>()
        };
        json!({"train": {"loss": list(0), "acc": list(1)}, "val": {"loss": list(2), "acc": list(3)}})
            .to_string()
            .into_bytes()
    }),
    ("pandas to_json", |curve| {
        let list = |i: usize| {
            let values = curve.iter().enumerate();
            let values = values.map(|(row, point)| (row.to_string(), json!(figures(point)[i])));
            values.collect::<serde_json::Map<_, _>>()
        };
        json!({"loss": list(0), "accuracy": list(1), "val_loss": list(2), "val_accuracy": list(3)})
            .to_string()
            .into_bytes()
    }),
    ("pandas to_json, split", |curve| {
        let data: Vec<_> = curve.iter().map(figures).collect();
        let index: Vec<usize> = (0..curve.len()).collect();
        let columns = ["loss", "accuracy", "val_loss", "val_accuracy"];
        json!({"columns": columns, "index": index, "data": data})
            .to_string()
            .into_bytes()
    }),
    ("a list of objects", |curve| {
        serde_json::to_vec_pretty(&objects(curve)).unwrap()
    }),
    ("JSON lines", |curve| {
        let lines = objects(curve)
            .into_iter()
            .map(|object| object.to_string() + "\n");
        lines.collect::<String>().into_bytes()
    }),
    ("Hugging Face", |curve| {
        let mut log = Vec::new();
        for point in curve {
            let [a, b, c, d] = figures(point);
            let epoch = point.epoch as f64;
            log.push(json!({"epoch": epoch - 0.5, "loss": 99.0, "step": 5}));
            log.push(json!({"epoch": epoch, "train_loss": a, "train_accuracy": b, "step": 10}));
            log.push(
                json!({"epoch": epoch, "eval_loss": c, "eval_accuracy": d, "eval_runtime": 1.5}),
            );
        }
        log.push(json!({"epoch": curve.len() as f64, "train_loss": 0.5, "train_runtime": 7.5}));
        serde_json::to_vec_pretty(&json!({"best_metric": null, "log_history": log})).unwrap()
    }),
    (
        "what Keras prints, with early stopping and evaluate()",
        |curve| {
            let mut text = String::new();
            for point in curve {
                let [a, b, c, d] = figures(point);
                text += &format!(
                    "Epoch {}/{}\n125/125 ━━━━━ 1s 4ms/step - accuracy: {b} - loss: {a} - val_accuracy: {d} - val_loss: {c}\n",
                    point.epoch,
                    curve.len()
                );
            }
            text += &format!(
                "Epoch {}: early stopping\nRestoring model weights from the end of the best epoch: 1.\n\
             313/313 ━━━━━ 0s 1ms/step - accuracy: 0.9100 - loss: 0.5000\n",
                curve.len()
            );
            text.into_bytes()
        },
    ),
    ("what PyTorch's tutorial prints", |curve| {
        let mut text = String::new();
        for point in curve {
            let [a, b, c, d] = figures(point);
            text += &format!(
                "Epoch {}/{}\n----------\ntrain Loss: {a} Acc: {b}\nval Loss: {c} Acc: {d}\n\n",
                point.epoch - 1,
                curve.len()
            );
        }
        text.into_bytes()
    }),
];

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &[CurvePoint]) {
    let mut file = parse_curves(bytes, Path::new("a"))
        .unwrap_or_else(|err| panic!("{name}: {err}:\n{}", String::from_utf8_lossy(bytes)));
    assert_eq!(file.runs.len(), 1, "{name}");
    assert_same(name, &file.runs.remove(0).points, expected);
}

#[test]
fn a_curve_is_the_same_in_every_form() {
    for (name, write) in FORMS {
        check(name, &write(&plain()), &plain());
    }
}

fn any_curve() -> impl Strategy<Value = Vec<CurvePoint>> {
    let (loss, accuracy) = (1e-6..9.0, 0.01..=1.0);
    let figures = (loss.clone(), accuracy.clone(), loss, accuracy);
    proptest::collection::vec(figures, 2..20).prop_map(|mut curve| {
        // Where all figures leap back and fall again, a form without epochs may hold two runs.
        let mut losses: Vec<f64> = curve.iter().map(|(loss, ..)| *loss).collect();
        losses.sort_by(|a, b| b.total_cmp(a));
        for (figures, loss) in curve.iter_mut().zip(losses) {
            figures.0 = loss;
        }
        let points = (1..).zip(curve);
        points
            .map(|(epoch, (a, b, c, d))| CurvePoint::measured(epoch, [a, b, c, d]))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn any_curve_is_the_same_in_every_form(curve in any_curve()) {
        for (name, write) in FORMS {
            check(name, &write(&curve), &curve);
        }
    }
}
