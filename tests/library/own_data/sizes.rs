//! Every image size and number of classes that is taken can be trained on.

use overfit_lab::data::{Dataset, Images, Taken, TrainingData, with_facts};
use overfit_lab::experiment::{
    Architecture, Augmentation, BatchNorm, DataFacts, DataSource, Experiment, ImageSize, Preset,
    Settings,
};
use overfit_lab::training::device::{DeviceChoice, open};
use overfit_lab::training::{Event, TrainingJob};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::support::files::Set;

fn settings(facts: DataFacts, architecture: Architecture) -> (Settings, Dataset) {
    let set = Set::new(facts.rows, facts.columns, facts.images, facts.classes);
    let dataset = Dataset {
        name: "made".into(),
        size: ImageSize::new(set.rows, set.columns),
        classes: (0..facts.classes).map(|class| class.to_string()).collect(),
        train: Images {
            pixels: set.pixels,
            labels: set.labels,
        },
        validation: None,
        test: None,
        taken: Taken::default(),
    };
    let mut settings = Preset::Cnn.settings();
    settings.network.architecture = architecture;
    settings.network.width = 0.0625;
    settings.network.dense_units = 32;
    settings.network.conv_blocks = 3;
    settings.training.epochs = 1;
    settings.training.batch_size = 16;
    settings.take_data(with_facts(&DataSource::files("made".into()), &dataset));
    (settings, dataset)
}

fn facts(rows: usize, columns: usize, classes: usize) -> DataFacts {
    DataFacts {
        images: 60,
        own_validation: None,
        rows,
        columns,
        classes,
    }
}

#[test]
fn any_size_and_number_of_classes_trains() {
    for (rows, columns, classes, batch_norm) in [
        (6, 6, 2, BatchNorm::Channels),
        (6, 64, 26, BatchNorm::Rows),
        (64, 6, 3, BatchNorm::None),
        (13, 7, 11, BatchNorm::Rows),
        (16, 16, 10, BatchNorm::Channels),
        (33, 29, 5, BatchNorm::Rows),
        (64, 64, 26, BatchNorm::Channels),
    ] {
        let (mut settings, dataset) = settings(facts(rows, columns, classes), Architecture::Cnn);
        settings.regularization.batch_norm = batch_norm;
        settings.augmentation = Augmentation::ARTICLE;
        trains(settings, dataset);
    }
    for (rows, columns, architecture) in [
        (1, 1, Architecture::Linear),
        (5, 5, Architecture::Dense),
        (64, 3, Architecture::Linear),
    ] {
        let (mut settings, dataset) = settings(facts(rows, columns, 26), architecture);
        settings.augmentation = Augmentation::ARTICLE;
        trains(settings, dataset);
    }
}

fn trains(settings: Settings, dataset: Dataset) {
    let what = (
        dataset.size.rows,
        dataset.size.columns,
        dataset.classes.len(),
    );
    // Images of one pixel can't all differ, so that validation would be empty.
    let mut data = settings.data.clone();
    if what.0 * what.1 == 1 {
        data.source = DataSource::Mnist;
    }
    let data = TrainingData::new(Arc::new(dataset), &data, settings.seed).unwrap();
    let experiment = Experiment::new(settings, Vec::new()).unwrap();
    let mut losses = Vec::new();
    let device = open(DeviceChoice::Cpu).unwrap();
    TrainingJob::new(&experiment, &Arc::new(data), device)
        .train(&mut |event| {
            if let Event::Epoch { metrics, .. } = event {
                losses.push(metrics.validation_loss);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(
        losses.len() == 1 && losses[0].is_finite(),
        "{what:?}: {losses:?}"
    );
}

#[test]
fn sizes_that_cannot_be_are_refused_with_what_can() {
    let check = |facts: DataFacts, architecture, expected: &str| {
        let (settings, _) = settings(facts, architecture);
        let text = Experiment::new(settings, Vec::new())
            .unwrap_err()
            .to_string();
        assert!(text.contains(expected), "{text}");
    };
    let cnn = Architecture::Cnn;
    check(
        facts(5, 40, 2),
        cnn,
        "architecture: cnn can't be used here, expected linear or dense",
    );
    check(facts(5, 40, 2), cnn, "6×6 pixels or more, these have 5×40");
    check(
        facts(65, 28, 2),
        cnn,
        "data: 65×28 pixels is out of range, expected at most 64×64",
    );
    check(
        facts(28, 28, 27),
        cnn,
        "data: 27 classes is out of range, expected 2 to 26",
    );
    let few = DataFacts {
        images: 19,
        ..facts(28, 28, 2)
    };
    check(
        few,
        cnn,
        "data: 19 images is out of range, expected 20 at least",
    );
}
