use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    for size in sizes {
        bytes.extend(size.to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Two images of 2 × 3 pixels, 0 to 11.
fn images() -> Vec<u8> {
    idx(IMAGES_MAGIC, &[2, 2, 3], &(0..12).collect::<Vec<u8>>())
}

fn labels() -> Vec<u8> {
    idx(LABELS_MAGIC, &[3], &[2, 0, 1])
}

fn image_problem(bytes: &[u8]) -> IdxProblem {
    match read_images("some/file", bytes) {
        Err(DataError::Idx { file, problem }) if file == "some/file" => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn plain_and_gzip_read_the_same() {
    let plain = read_images("file", &images()).unwrap();
    assert_eq!((plain.rows, plain.columns, plain.count()), (2, 3, 2));
    assert_eq!(plain.pixels, (0..12).collect::<Vec<u8>>());
    assert_eq!(read_images("file", &gzip(&images())), Ok(plain));
    for bytes in [labels(), gzip(&labels())] {
        assert_eq!(read_labels("file", &bytes, 3, 3), Ok(vec![2, 0, 1]));
    }
}

#[test]
fn cut_short_anywhere_it_is_refused() {
    let whole = images();
    for len in 0..whole.len() {
        let problem = image_problem(&whole[..len]);
        let expected = match len {
            0..16 => IdxProblem::TruncatedHeader {
                found: len as u64,
                expected: 16,
            },
            _ => IdxProblem::Truncated {
                found: len as u64 - 16,
                expected: 12,
                sizes: "2 × 2 × 3".into(),
            },
        };
        assert_eq!(problem, expected);
    }
    let whole = gzip(&whole);
    for len in 0..whole.len() {
        assert!(read_images("file", &whole[..len]).is_err(), "{len}");
    }
    let whole = labels();
    for len in 0..whole.len() {
        assert!(read_labels("file", &whole[..len], 3, 3).is_err(), "{len}");
    }
}

#[test]
fn bytes_beyond_the_promised_are_refused() {
    let mut longer = images();
    longer.push(0);
    for bytes in [longer.clone(), gzip(&longer)] {
        let problem = image_problem(&bytes);
        assert!(matches!(
            problem,
            IdxProblem::TrailingBytes { expected: 12, .. }
        ));
    }
    let mut garbage = gzip(&images());
    garbage.extend(b"garbage at the end");
    assert!(matches!(
        image_problem(&garbage),
        IdxProblem::DamagedGzip { .. }
    ));
}

#[test]
fn a_promise_beyond_the_file_is_refused_and_takes_no_memory() {
    for sizes in [[u32::MAX; 3], [u32::MAX, 28, 28], [60_000, 28, 28]] {
        let bytes = idx(IMAGES_MAGIC, &sizes, &[1; 100]);
        for bytes in [bytes.clone(), gzip(&bytes)] {
            let problem = image_problem(&bytes);
            assert!(
                matches!(problem, IdxProblem::Truncated { found: 100, .. }),
                "{problem}"
            );
        }
    }
}

#[test]
fn a_source_is_read_no_further_than_promised() {
    // This gzip file unpacks without end, so that reading it whole would not return.
    let header = idx(IMAGES_MAGIC, &[1, 1, 1], &[]);
    let endless = header.as_slice().chain(io::repeat(0));
    let problem = read_from(endless, u64::MAX, IMAGES);
    assert!(matches!(
        problem,
        Err(IdxProblem::TrailingBytes { expected: 1, .. })
    ));
}

#[test]
fn more_than_is_read_at_all_is_refused_before_it_is_read() {
    // The source is endless, and would take all memory if it were read.
    let header = idx(IMAGES_MAGIC, &[3 << 20, 32, 32], &[]);
    let endless = header.as_slice().chain(io::repeat(0));
    let problem = read_from(endless, u64::MAX, IMAGES);
    assert!(matches!(
        problem,
        Err(IdxProblem::TooLarge {
            expected: 3_221_225_472,
            ..
        })
    ));
}

#[test]
fn damage_is_noticed_by_the_checksum() {
    let mut bytes = gzip(&images());
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    assert!(matches!(
        image_problem(&bytes),
        IdxProblem::DamagedGzip { .. }
    ));
}

#[test]
fn no_images_are_refused() {
    for sizes in [[0, 28, 28], [1, 0, 28], [1, 28, 0]] {
        let problem = image_problem(&idx(IMAGES_MAGIC, &sizes, &[]));
        assert!(matches!(problem, IdxProblem::Empty { .. }), "{problem}");
    }
}

#[test]
fn labels_must_fit_the_images_and_the_classes() {
    let check = |images, classes, expected| {
        let error = read_labels("labels.gz", &labels(), images, classes);
        let problem = expected;
        let file = "labels.gz".into();
        assert_eq!(error, Err(DataError::Idx { file, problem }));
    };
    let (images, labels) = (4, 3);
    check(4, 3, IdxProblem::CountsDiffer { images, labels });
    let (position, label, classes) = (0, 2, 2);
    let stray = IdxProblem::LabelOutOfRange {
        position,
        label,
        classes,
    };
    check(3, 2, stray);
}

#[test]
fn errors_say_what_was_found_what_was_expected_and_the_mend() {
    let check = |bytes: &[u8], expected: &str| {
        let error = read_images("digits/train.gz", bytes).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(
        &labels(),
        "found 0x00000801 at the start, expected 0x00000803 (images); it holds labels, swap \
         the two files: digits/train.gz",
    );
    check(
        b"\x89PNG\r\n",
        "found 0x89504e47 at the start, expected 0x00000803 (images); choose an IDX file, \
         plain or gzip: digits/train.gz",
    );
    check(
        &idx(IMAGES_MAGIC, &[60_000, 28, 28], &[0; 5]),
        "found 5 bytes of data, expected the 47040000 that the header promises (60000 × 28 × \
         28); the file was cut short, copy or download it again: digits/train.gz",
    );
}

/// A file of QMNIST's labels, of which each is eight numbers.
fn qmnist(classes: &[i32]) -> Vec<u8> {
    let mut bytes = QMNIST_LABELS_MAGIC.to_be_bytes().to_vec();
    for size in [classes.len() as u32, 8] {
        bytes.extend(size.to_be_bytes());
    }
    for &class in classes {
        for number in [class, 1, 2, 3, 4, 5, 6, 0] {
            bytes.extend(number.to_be_bytes());
        }
    }
    bytes
}

#[test]
fn the_first_number_of_a_label_of_qmnist_is_the_class() {
    let read = |bytes: &[u8], images| {
        let labels = read_qmnist_labels_from("labels", bytes, bytes.len() as u64, images);
        labels.map_err(|err| err.to_string())
    };
    assert_eq!(read(&qmnist(&[5, 0, 255]), 3), Ok(vec![5, 0, 255]));
    let refused = |bytes: &[u8], images, part: &str| {
        let text = read(bytes, images).unwrap_err();
        assert!(text.contains(part), "{part}: {text}");
    };
    refused(&qmnist(&[5, 0]), 3, "found 2 labels");
    refused(&qmnist(&[5, 256]), 2, "found label 256 at position 1");
    refused(&qmnist(&[-1, 5]), 2, "found label -1 at position 0");
    refused(&qmnist(&[5, 0])[..70], 2, "cut short");
    refused(&[0, 0, 8, 1, 0, 0, 0, 1, 7], 1, "0x00000801");
}
