//! What the words of the window mean, a plain sentence or two each.

use crate::app::theme;
use eframe::egui::{RichText, Ui};

/// A word and what it means.
type Word = (&'static str, &'static str);

/// The words by what one needs them for.
const WORDS: [(&str, &[Word]); 5] = [
    (
        "Training",
        &[
            (
                "Network",
                "A formula with thousands of numbers, its weights, that turns the pixels of an image into a \
                 probability for each class.",
            ),
            (
                "Epoch",
                "One pass over all training images, in small groups that are called batches. After each \
                 group every weight is moved a little.",
            ),
            (
                "Learning rate",
                "How far each step moves the weights. Too small, and training takes for ever; too large, and it \
                 jumps about and never settles.",
            ),
            (
                "Validation images",
                "Images that are kept back and never trained on. They show what the network makes of images that \
                 are new to it.",
            ),
            (
                "Seed",
                "A number that stands for all chance in a run: the first weights, the order of the images. \
                 The same seed gives the same run again.",
            ),
        ],
    ),
    (
        "Reading the curves",
        &[
            (
                "Accuracy",
                "The share of images whose class the network gets right.",
            ),
            (
                "Loss",
                "How surprised the network is by the right answers, on average. It counts how sure the network \
                 was: being sure and wrong costs most. Lower is better.",
            ),
            (
                "Overfitting",
                "The network learns its training images by heart. It gets ever better at them, and no longer \
                 better, or even worse, at new ones.",
            ),
            (
                "Underfitting",
                "The network is too simple, or was trained too little: it errs much, on training images, too.",
            ),
            (
                "Gap",
                "Training accuracy less validation accuracy, in percentage points. A gap that grows while \
                 validation gets no better is what overfitting looks like.",
            ),
            ("Points", "Percentage points: from 90% to 93% are 3 points."),
            (
                "Best epoch",
                "The epoch with the lowest validation loss. Stopping there would have been best.",
            ),
            (
                "Batches as seen",
                "What each batch gave while it trained, with dropout and augmentation on. It scatters, and isn't \
                 measured as the other curves are.",
            ),
        ],
    ),
    (
        "Against overfitting",
        &[
            (
                "Augmentation",
                "Each time that an image is trained on, it is turned, moved or bent a little, so that the network \
                 never sees quite the same image twice.",
            ),
            (
                "Dropout",
                "In each training step a share of the network's values is set to zero by chance, so that it \
                 can't rely on any one of them. Dropout 0.5 is half of them.",
            ),
            (
                "Batch normalization",
                "Between layers, values are brought to a common mean and spread in each batch. Training gets \
                 faster, and often steadier.",
            ),
            (
                "Weight decay",
                "Each step makes all weights a little smaller, so that only those stay large that are needed.",
            ),
            (
                "Label smoothing",
                "Training asks for 91% and not for 100% of the right class, with smoothing 0.1 and ten classes, so \
                 that the network doesn't become surer than it is right.",
            ),
            (
                "Early stopping",
                "Training ends by itself when validation hasn't got better for some epochs.",
            ),
        ],
    ),
    (
        "Chance",
        &[
            (
                "±",
                "How far a figure may be off because only some images were asked: 95.0% ± 0.3 was measured, and \
                 with other images it would mostly lie between 94.7% and 95.3%.",
            ),
            (
                "Mean ± s",
                "The mean of several runs that differ in the seed alone, and how far one such run usually lies \
                 from it.",
            ),
            (
                "95% interval",
                "A range made so that it holds the true value in 95 of 100 experiments. If it doesn't hold 0, the \
                 difference is more than chance.",
            ),
            (
                "p",
                "How often chance alone would make a difference at least as large. Below 0.05 it is usually \
                 called more than chance.",
            ),
            (
                "Confusion matrix",
                "A table with a row for each true class and a column for each answer: what is taken for what, and \
                 how often.",
            ),
        ],
    ),
    (
        "Many runs",
        &[
            (
                "Sweep",
                "Many runs that are planned at once: some values of one or more settings, each with every other, and \
                 each with several seeds.",
            ),
            (
                "Combination",
                "One choice of all the settings that a sweep tries. Its runs differ in the seed alone.",
            ),
            (
                "Ablation",
                "A sweep that trains with and without each of several remedies, to see what each of them brings.",
            ),
            (
                "Learning curve",
                "A sweep over the number of training images: what more data brings.",
            ),
            (
                "Seed by seed",
                "Two settings are compared within each seed, and then the differences are averaged. What a seed \
                 does to both alike drops out.",
            ),
            (
                "Average (ensemble)",
                "Several networks answer the same image, and their probabilities are averaged. It is often right \
                 where one of them errs.",
            ),
            (
                "Test-time augmentation",
                "The network answers an image and some copies of it, moved and turned a little, and its answers are \
                 averaged.",
            ),
        ],
    ),
];

/// Draws the list.
pub fn words_ui(ui: &mut Ui) {
    for (title, words) in WORDS {
        ui.add_space(theme::FINDING_SPACE);
        ui.label(RichText::new(title).heading());
        for (word, means) in words {
            ui.add_space(theme::WORD_SPACE);
            ui.strong(*word);
            ui.label(*means);
        }
    }
}
