//! What `summary` says.

use super::session;
use expect_test::expect;

#[test]
fn a_network_is_shown_layer_by_layer() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "summary",
        "summary --preset article",
        "summary --preset linear",
        "summary --preset dense --batch-norm channels --dropout 0.5",
    ];
    expect![[r#"
        $ overfit-lab summary
        Layer                     Output shape              Parameters
        ==============================================================
        normalize                 (None, 28, 28, 1)                  0
        conv2d                    (None, 26, 26, 32)               320
        batch_normalization       (None, 26, 26, 32)               128
        conv2d_1                  (None, 24, 24, 32)             9,248
        max_pooling2d             (None, 12, 12, 32)                 0
        batch_normalization_1     (None, 12, 12, 32)               128
        conv2d_2                  (None, 10, 10, 64)            18,496
        batch_normalization_2     (None, 10, 10, 64)               256
        conv2d_3                  (None, 8, 8, 64)              36,928
        max_pooling2d_1           (None, 4, 4, 64)                   0
        flatten                   (None, 1024)                       0
        batch_normalization_3     (None, 1024)                   4,096
        dense                     (None, 512)                  524,800
        batch_normalization_4     (None, 512)                    2,048
        dropout                   (None, 512)                        0
        dense_1                   (None, 10)                     5,130
        ==============================================================
        Total parameters: 601,578
        Trainable parameters: 598,250
        Non-trainable parameters: 3,328
        $ overfit-lab summary --preset article
        Layer                     Output shape              Parameters
        ==============================================================
        normalize                 (None, 28, 28, 1)                  0
        conv2d                    (None, 26, 26, 32)               320
        batch_normalization       (None, 26, 26, 32)               104
        conv2d_1                  (None, 24, 24, 32)             9,248
        max_pooling2d             (None, 12, 12, 32)                 0
        batch_normalization_1     (None, 12, 12, 32)                48
        conv2d_2                  (None, 10, 10, 64)            18,496
        batch_normalization_2     (None, 10, 10, 64)                40
        conv2d_3                  (None, 8, 8, 64)              36,928
        max_pooling2d_1           (None, 4, 4, 64)                   0
        flatten                   (None, 1024)                       0
        batch_normalization_3     (None, 1024)                   4,096
        dense                     (None, 512)                  524,800
        batch_normalization_4     (None, 512)                    2,048
        dropout                   (None, 512)                        0
        dense_1                   (None, 10)                     5,130
        ==============================================================
        Total parameters: 601,258
        Trainable parameters: 598,090
        Non-trainable parameters: 3,168
        $ overfit-lab summary --preset linear
        Layer                     Output shape              Parameters
        ==============================================================
        normalize                 (None, 28, 28, 1)                  0
        flatten                   (None, 784)                        0
        dense                     (None, 10)                     7,850
        ==============================================================
        Total parameters: 7,850
        Trainable parameters: 7,850
        Non-trainable parameters: 0
        $ overfit-lab summary --preset dense --batch-norm channels --dropout 0.5
        Layer                     Output shape              Parameters
        ==============================================================
        normalize                 (None, 28, 28, 1)                  0
        flatten                   (None, 784)                        0
        dense                     (None, 512)                  401,920
        batch_normalization       (None, 512)                    2,048
        dropout                   (None, 512)                        0
        dense_1                   (None, 10)                     5,130
        ==============================================================
        Total parameters: 409,098
        Trainable parameters: 408,074
        Non-trainable parameters: 1,024
    "#]]
    .assert_eq(&session(folder.path(), &commands));
}
