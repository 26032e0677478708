//! Archives and numpy's arrays, as they are downloaded.

use super::bad::check;
pub use crate::support::files::zip;
use crate::support::files::{Set, gzip, read, write, write_idx};
use overfit_lab::data::DataNote;
use std::path::Path;

/// A zip file of all that lies in a folder.
pub fn zip_of(folder: &Path) -> Vec<u8> {
    fn files(folder: &Path, root: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, root, found);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.push((name, std::fs::read(path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    files(folder, folder, &mut found);
    let found: Vec<_> = found
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    zip(&found)
}

/// An array as numpy writes it.
pub fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), values].concat()
}

pub fn images(set: &Set) -> Vec<u8> {
    let shape = format!("({}, {}, {})", set.labels.len(), set.rows, set.columns);
    npy("|u1", &shape, &set.pixels)
}

pub fn labels(set: &Set) -> Vec<u8> {
    let labels: Vec<u8> = set
        .labels
        .iter()
        .flat_map(|&l| i64::from(l).to_le_bytes())
        .collect();
    npy("<i8", &format!("({},)", set.labels.len()), &labels)
}

#[test]
fn a_zip_file_is_read_as_what_it_holds() {
    let set = Set::small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    set.write_pictures(&path.join("pictures/digits"));
    write(path.join("pictures/__MACOSX/digits/0/._0.png"), "x");
    let [images, labels] = set.idx();
    write_idx(&path.join("idx"), &gzip(&images), &labels);
    write(path.join("table/train.csv"), set.csv());
    write(path.join("table/test.csv"), set.test_csv());
    write(
        path.join("table/sample_submission.csv"),
        "ImageId,Label\n1,0\n",
    );
    for kind in ["pictures", "idx", "table"] {
        let archive = path.join(format!("{kind}.zip"));
        write(&archive, zip_of(&path.join(kind)));
        let (packed, plain) = (read(&archive).unwrap(), read(path.join(kind)).unwrap());
        assert_eq!(packed.train, plain.train, "{kind}");
        assert_eq!(packed.classes, plain.classes, "{kind}");
        assert_eq!(packed.name, format!("{kind}.zip"));
        // A folder may hold the download alone.
        let alone = path.join("alone").join(kind);
        write(alone.join("archive.zip"), zip_of(&path.join(kind)));
        assert_eq!(read(&alone).unwrap().train, plain.train, "{kind}");
    }
}

#[test]
fn a_compressed_table_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::small();
    let file = write(
        folder.path().join("train.csv.gz"),
        gzip(set.csv().as_bytes()),
    );
    let dataset = read(&file).unwrap();
    assert_eq!(dataset.train.pixels, set.pixels);
    assert_eq!(read(folder.path()).unwrap().train, dataset.train);
}

#[test]
fn an_archive_that_cannot_be_read_names_what_is_wrong_in_it() {
    let set = Set::small();
    let zipped = |files: &[(&str, &[u8])], parts: &[&str]| {
        check(|path| write(path.join("data.zip"), zip(files)), parts);
    };
    let csv = set.csv();
    let bad = csv.replace("\n1,", "\nx,");
    zipped(
        &[("inner/train.csv", bad.as_bytes())],
        &["column label", "found x", "data.zip/inner/train.csv"],
    );
    zipped(&[], &["an empty folder", "data.zip"]);
    zipped(
        &[("a.zip", &zip(&[]))],
        &["an archive in an archive", "data.zip/a.zip"],
    );
    zipped(
        &[("train.csv", csv.as_bytes()), ("x/../../y", b"z")],
        &["a name that leads out of the archive"],
    );
    let whole = zip(&[("train.csv", csv.as_bytes())]);
    check(
        |path| write(path.join("cut.zip"), &whole[..whole.len() / 2]),
        &["damaged zip file", "download it again"],
    );
    let mut damaged = whole.clone();
    damaged[60] ^= 0x55;
    check(
        |path| write(path.join("bent.zip"), &damaged),
        &["damaged zip file", "bent.zip"],
    );
    let packed = gzip(csv.as_bytes());
    check(
        |path| write(path.join("train.csv.gz"), &packed[..packed.len() / 2]),
        &["damaged gzip file", "train.csv.gz"],
    );
    check(
        |path| write(path.join("train.csv.gz"), "x"),
        &["damaged gzip file"],
    );
}

#[test]
fn what_was_unpacked_is_bounded() {
    // A row of blanks deflates a thousandfold; so many rows are more than is read at all.
    let bomb = zip(&[("train.csv", &vec![b' '; 64 << 20])]);
    assert!(bomb.len() < 1 << 18);
    check(|path| write(path.join("bomb.zip"), &bomb), &["bomb.zip"]);
}

#[test]
fn arrays_as_keras_names_them_are_read_with_their_test() {
    let folder = tempfile::tempdir().unwrap();
    let [train, test] = [Set::small(), Set::new(6, 6, 20, 4)];
    let file = zip(&[
        ("x_train.npy", &images(&train)),
        ("y_train.npy", &labels(&train)),
        ("x_test.npy", &images(&test)),
        ("y_test.npy", &labels(&test)),
    ]);
    let file = write(folder.path().join("mnist.npz"), file);
    let dataset = read(&file).unwrap();
    assert_eq!(dataset.train.pixels, train.pixels);
    assert_eq!(dataset.train.labels, train.labels);
    assert_eq!(dataset.test.as_ref().unwrap().pixels, test.pixels);
    assert_eq!(dataset.classes.join(" "), "0 1 2 3");
    assert!(dataset.validation.is_none() && dataset.taken.notes.is_empty());
    assert_eq!(read(folder.path()).unwrap().train, dataset.train);
}

#[test]
fn arrays_as_medmnist_names_them_bring_their_own_validation() {
    let folder = tempfile::tempdir().unwrap();
    let (train, own) = (Set::small(), Set::new(6, 6, 12, 4));
    let column = |set: &Set| npy("|u1", &format!("({}, 1)", set.labels.len()), &set.labels);
    let file = zip(&[
        ("train_images.npy", &images(&train)),
        ("train_labels.npy", &column(&train)),
        ("val_images.npy", &images(&own)),
        ("val_labels.npy", &column(&own)),
        ("mean.npy", &npy("<f8", "()", &0.5f64.to_le_bytes())),
    ]);
    let dataset = read(write(folder.path().join("med.npz"), file)).unwrap();
    assert_eq!(dataset.train.labels, train.labels);
    assert_eq!(dataset.validation.as_ref().unwrap().labels, own.labels);
    let note = DataNote::ArraysPassedOver(vec!["mean".into()]);
    assert_eq!(dataset.taken.notes, [note]);
}

#[test]
fn floats_of_0_to_1_are_scaled_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::small();
    let floats = set.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0);
    let floats: Vec<u8> = floats.flat_map(f32::to_le_bytes).collect();
    let file = zip(&[
        ("x.npy", &npy("<f4", "(40, 6, 6, 1)", &floats)),
        ("y.npy", &labels(&set)),
    ]);
    let dataset = read(write(folder.path().join("a.npz"), file)).unwrap();
    assert_eq!(dataset.train.pixels, set.pixels);
    assert_eq!(dataset.taken.notes, [DataNote::ScaledFromOne]);
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let set = Set::small();
    let npz = |files: &[(&str, &[u8])], parts: &[&str]| {
        check(|path| write(path.join("a.npz"), zip(files)), parts);
    };
    let (x, y) = (images(&set), labels(&set));
    let few = labels(&Set::new(6, 6, 39, 4));
    npz(
        &[("x.npy", &x), ("y.npy", &few)],
        &["found 39 labels in y", "40 images of x"],
    );
    npz(&[("x.npy", &x)], &["no labels to train with"]);
    npz(
        &[("x.npy", &x[..300]), ("y.npy", &y)],
        &["array x: found", "cut short"],
    );
    npz(
        &[("x.npy", b"hello"), ("y.npy", &y)],
        &["array x: found no whole header"],
    );
    let wide = npy("|u1", "(40, 65, 2)", &[0; 40 * 130]);
    npz(
        &[("x.npy", &wide), ("y.npy", &y)],
        &["65 × 2 pixels, expected at most 64 × 64"],
    );
    let huge = npy("|u1", "(99999999, 28, 28)", &[0; 9]);
    npz(
        &[("x.npy", &huge), ("y.npy", &y)],
        &["array x: found a header that promises more"],
    );
    let pickled = npy("|O", "(40,)", b"cos\nsystem\n");
    npz(
        &[("x.npy", &pickled), ("y.npy", &y)],
        &["objects of Python in a pickle"],
    );
    let other = Set::new(5, 6, 20, 4);
    let files: [(&str, &[u8]); 4] = [
        ("x_train.npy", &x),
        ("y_train.npy", &y),
        ("x_test.npy", &images(&other)),
        ("y_test.npy", &labels(&other)),
    ];
    npz(
        &files,
        &["found images of 5 × 6 pixels beside those of 6 × 6"],
    );
    check(
        |path| write(path.join("a.npz"), "hello"),
        &["damaged zip file", "a.npz"],
    );
}
