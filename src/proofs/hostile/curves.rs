//! Curves from elsewhere: files in the forms of many tools, and what must hold of any.

use super::targets::{check_message, judge};
use super::{Outcome, seeds};
use crate::lab::curves::parse_curves;
use std::path::Path;

/// A run that overfits, as the tools keep it that people train with.
const FORMS: [&str; 12] = [
    "epoch,step,train_acc,train_loss,val_acc,val_loss\n0,9,,,0.8,0.5\n0,9,0.7,0.9,,\n1,19,,,0.9,0.4\n1,19,0.9,0.4,,\n",
    "epoch;loss;val_loss\r\n0;0,9;0,5\r\n1;0,4;0,6\r\n0;0,9;0,5\r\n1;0,3;0,4\r\n",
    "sep=;\r\nepoch;train_loss;val_loss;accuracy\r\n1;0.9;0.5;83\r\n2;0.4;nan;91.5\r\n",
    "# run 7\nepoch loss acc val_loss val_acc\n1 0.9 72% 0.5 83%\n2 0.4 90% 0.6 85%\n1 0.9 70% 0.5 80%",
    "run,epoch,step,split,metric,value\nA1,0.5,1,batch,loss,2\nA1,1,2,training,loss,1\nA1,1,2,validation,loss,NaN\nA1,1,2,validation,measured_images,60\n",
    "run_id,key,value,step,timestamp\nf,train_loss,0.9,0,1\nf,train_loss,0.4,1,2\nf,val_loss,0.5,0,3\nf,val_loss,0.6,1,4\n",
    "\"Step\",\"a - loss\",\"a - loss__MIN\",\"a - val_loss\",\"b - loss\",\"b - val_loss\"\n1,0.9,0,0.5,0.9,0.5\n2,0.4,0,0.6,0.5,0.5\n",
    "{\"loss\": [0.9, 0.4, NaN], \"accuracy\": [0.7, 0.9, 1], \"val_loss\": [0.5, 0.6, Infinity]}",
    "{'train': {'loss': [0.9, 0.4]}, 'val': {'loss': [0.5, None]}}",
    "{\n  \"log_history\": [\n    {\"epoch\": 0.5, \"loss\": 0.9},\n    {\"epoch\": 0.99, \"eval_loss\": 0.5},\n    {\"epoch\": 2.0, \"eval_loss\": 0.4}\n  ]\n}",
    "Epoch 1/2\n60/60 [===] - 6s 3ms/step - loss: 0.9 - accuracy: 0.7 - val_loss: 0.5\nEpoch 2/2\r60/60 - loss: 0.4 - val_loss: nan\n",
    "{\"loss\":{\"0\":0.9,\"1\":0.4},\"val_loss\":{\"0\":0.5,\"1\":0.6}}",
];

pub fn seeds() -> Vec<Vec<u8>> {
    let mut keras = String::from("epoch,accuracy,loss,lr,val_accuracy,val_loss\n");
    for epoch in seeds::epochs(9) {
        keras += &format!(
            "{},{},{},\"[1e-3, 1]\",{},{}\n",
            epoch.epoch - 1,
            epoch.train_accuracy,
            epoch.train_loss,
            epoch.validation_accuracy,
            epoch.validation_loss
        );
    }
    let mut files = seeds::metrics();
    files.push(keras.replace(',', ";").into_bytes());
    files.push(keras.encode_utf16().flat_map(u16::to_le_bytes).collect());
    files.push(keras.into_bytes());
    files.extend(FORMS.iter().map(|form| form.as_bytes().to_vec()));
    files
}

/// Reads bytes as curves from elsewhere.
pub fn check(bytes: &[u8], _: &Path) -> Outcome {
    match parse_curves(bytes, Path::new("curves")) {
        Ok(file) => {
            assert!(!file.runs.is_empty());
            for run in &file.runs {
                let points = &run.points;
                assert!(points.windows(2).all(|two| two[0].epoch < two[1].epoch));
                assert!(!run.verdict(run.validation_size()).sentence.is_empty());
                judge(points);
            }
            for note in &file.notes {
                check_message(&note.to_string());
            }
            Outcome::Read
        }
        Err(err) => {
            check_message(&err.to_string());
            Outcome::Refused
        }
    }
}
