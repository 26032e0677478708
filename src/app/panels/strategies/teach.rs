//! What the strategies' hovers say: what a setting does to overfitting, with one example.

use crate::experiment::{Architecture, BatchNorm, Field, Optimizer, Schedule, Strategy};

/// What a field does.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Data => {
            "The images. The program carries MNIST: 60,000 digits to train and validate with, and 10,000 for a final test. Data opens your own: Kaggle's train.csv, an IDX folder or a folder of pictures."
        }
        Field::TrainSize => {
            "How many training images are used. The more there are, the less a network can learn by heart, and the smaller the gap. Example: with 500 images the CNN knows them all by epoch 8 and stays near 93% in validation; with 50,000 it comes to about 99%."
        }
        Field::ValidationSize => {
            "Images kept out of training, to measure with. They don't change overfitting, they show it: the more there are, the smaller the ±. Example: at 98%, 1,000 images give ± 0.44, and 10,000 give ± 0.14."
        }
        Field::LabelNoise => {
            "Replaces this share of the training labels by random ones; validation labels stay right. A network with room to spare learns the wrong labels by heart, too. Example: with 20% on 2,000 images, validation falls from 93% to 81% in twelve epochs; at 100% the network still learns every label."
        }
        Field::Augment => {
            "Turns, shifts, shears and zooms every training image anew in every epoch, so that no image comes twice and there is little to learn by heart. Example: it took the CNN of the course from 99.26% to 99.45%. The batches as seen get harder, so their accuracy may lie below validation; clean training doesn't."
        }
        Field::Rotation => {
            "Turns each image by up to this angle, either way. Example: ±8° is about how much handwriting leans; at ±180° a 6 is a 9."
        }
        Field::Shift => {
            "Moves each image by up to this share of its side, across and up or down. Example: 0.08 is about 2 of 28 pixels; much more pushes strokes out of the picture."
        }
        Field::Shear => {
            "Slants each image by up to this angle, like italics. Example: ±17.2° is the article's 0.3 radians."
        }
        Field::Zoom => {
            "Makes each image taller or flatter, wider or narrower by up to this share. Example: 0.08 is anything from 92% to 108%."
        }
        Field::Architecture => {
            "The kind of network. What fits images needs less to be learned by heart. Example: on 1,000 images, one dense layer comes to 100% in training and stays near 89% in validation."
        }
        Field::Dropout => {
            "Drops this share of the hidden layer's units at each training step, so that none can rely on another. Example: 0.5 is the usual dose; try it where the gap is large, and see whether validation loss stops rising. Training batches look worse than the network is, as units are missing; validation uses them all."
        }
        Field::BatchNorm => {
            "Normalizes what each layer gives out, over the batch. Training gets faster and steadier, and the chance in each batch works a little against overfitting. Example: on top of augmentation it took the course's CNN from 99.45% to 99.60% at best."
        }
        Field::BatchNormMomentum => {
            "How much of the running mean and variance a step keeps; validation uses those. Example: 0.99 needs hundreds of steps before validation means anything, 0.9 only tens."
        }
        Field::WeightDecay => {
            "Pulls all weights a little toward zero, so that the network can't lean on a few large ones. Example: try 1e-4, then 1e-3; too much and training accuracy falls as well."
        }
        Field::LabelSmoothing => {
            "Spreads this share of the target over all classes, so that nothing is gained by ever more certainty. Example: try 0.1 where validation loss rises while accuracy doesn't fall: that is a few images, wrong with growing certainty."
        }
        Field::EarlyStopping => {
            "Ends the run when validation loss hasn't fallen for this many epochs: from there on, a network mostly learns its training images by heart. Example: First look is at its best near epoch 6, so with 5 it would end near epoch 11. The best epoch's weights are kept in any case."
        }
        Field::Width => {
            "Multiplies the channels of every convolution and the units of the hidden layer. A narrow network has less room to learn by heart. Example: 0.25× has 8 and 16 channels and 128 units in place of 32, 64 and 512. Too narrow, and training accuracy stays low as well: underfitting."
        }
        Field::ConvBlocks => {
            "Blocks of two convolutions and a max-pool. Fewer isn't always simpler: with one block the hidden layer sees 4,608 numbers in place of 1,024, and the CNN has 2.4 M parameters in place of 0.6 M."
        }
        Field::DenseUnits => {
            "Units of the hidden layer, which holds most of the parameters: 525 k of the CNN's 602 k. Fewer leave less room to learn by heart. Example: try 64, and see what becomes of the gap and of training accuracy."
        }
        Field::Optimizer => {
            "How gradients become steps. It decides more about speed than about overfitting. Example: Adam learns well at 1e-3; SGD often needs ten times as much, or more."
        }
        Field::LearningRate => {
            "How large a step is. Too large and the loss diverges; too small and nothing is learned in time. Example: 1e-3 suits Adam; lowered in mid-run, it calms the curves."
        }
        Field::Schedule => {
            "How the learning rate moves over the run. Example: a cosine ends at zero, so that the last epochs change little, and validation with them."
        }
        Field::Epochs => {
            "How often the training images are gone through. The longer, the more is learned by heart. Example: First look is at its best near epoch 6 of 20. Epochs can be added or taken away while it trains."
        }
        Field::BatchSize => {
            "Images a step. Small batches take rough steps, which works a little against overfitting, and they are slow. Example: 64 is usual; where there are fewer images, the batch is all of them."
        }
        Field::Seed => {
            "Draws the split, the first weights, the order, the augmentation and the dropout. Example: train twice with another seed: what differs then is luck, not the settings."
        }
    }
}

/// What a strategy is.
pub fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::MoreData => "What can't all be remembered must be understood.",
        Strategy::Augmentation => "More data, made of the data that there is.",
        Strategy::Architecture => "A network that fits the problem needs less by heart.",
        Strategy::Regularization => "Make it harder to learn by heart, or stop in time.",
        Strategy::LessComplexity => "Leave less room to learn by heart.",
        Strategy::Training => "How the network is trained, and for how long.",
    }
}

/// A strategy's title.
pub fn title(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::MoreData => "1 More data",
        Strategy::Augmentation => "2 Augmentation",
        Strategy::Architecture => "3 Architecture",
        Strategy::Regularization => "4 Regularization",
        Strategy::LessComplexity => "5 Less complexity",
        Strategy::Training => "Training",
    }
}

/// What an architecture is.
pub fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Linear => {
            "Pixels to classes. Too simple to overfit much, and too simple to be good: about 92%."
        }
        Architecture::Dense => {
            "One hidden layer that sees all pixels alike. It memorizes well and generalizes badly."
        }
        Architecture::Cnn => {
            "Finds a stroke wherever it is. The right kind of network for pictures."
        }
    }
}

/// What a batch norm normalizes over.
pub fn batch_norm(batch_norm: BatchNorm) -> &'static str {
    match batch_norm {
        BatchNorm::None => "No batch norm.",
        BatchNorm::Channels => "Over each channel, as it is meant.",
        BatchNorm::Rows => {
            "Over each row of the image: the article's mistake, kept so that its effect can be seen."
        }
    }
}

/// What an optimizer does.
pub fn optimizer(optimizer: Optimizer) -> &'static str {
    match optimizer {
        Optimizer::Adam => {
            "A step size of its own for each weight. Weight decay acts on the gradient."
        }
        Optimizer::AdamW => "Adam, with weight decay taken from the weights themselves.",
        Optimizer::Sgd => "The plain gradient, with momentum 0.9.",
    }
}

/// How a schedule moves the learning rate.
pub fn schedule(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::Constant => "The same all along.",
        Schedule::Cosine => "Half a cosine, from the learning rate down to zero.",
        Schedule::OneCycle => "Up from a 25th in the first 30% of the run, then down to nothing.",
    }
}
