//! Why a file or folder isn't read, and the one command that makes something of it that is.

use super::READ;
use super::listing::Listing;
use super::pictures::{is_picture, unreadable_kind};
use super::table::lists_files;
use crate::data::DataError;
use crate::data::files::names::{name_of, within_quotes};
use crate::experiment::limits;
use std::collections::BTreeMap;
use std::path::Path;

/// Whether a file is of a kind that is known, and isn't read.
pub(super) fn is_known(path: &Path) -> bool {
    kind_and_mend(path).is_some()
}

/// The error for a file of a kind that isn't read.
pub(super) fn file(path: &Path) -> DataError {
    let unknown = || {
        (
            "a file of an unknown kind".to_owned(),
            "choose one of these",
        )
    };
    let (kind, mend) = kind_and_mend(path).unwrap_or_else(unknown);
    let mend = mend.replace("FILE", &within_quotes(path));
    DataError::file(path, format!("found {kind}, expected {READ}; {mend}"))
}

/// Saves the arrays of the list `a` as images and labels, the largest images as those to train with. Labels are
/// arrays with a value or a row for each image, wherever the images are counted.
macro_rules! save_pairs {
    () => {
        "a=[v for v in a if v.ndim and v.dtype.kind in 'biuf']; \
         m=lambda y,x: next((s for s in (y.size,len(y)) if s in x.shape),0); \
         Y=[v for v in a if v.size<49*max(v.shape)]; \
         X=sorted([v for v in a if v.size>=49*max(v.shape)],key=lambda v:-v.size); \
         P=[(x,Y.pop([m(y,x)>0 for y in Y].index(True))) for x in X if any(m(y,x) for y in Y)][:3]; \
         n.savez('data.npz',**{k+p:v for p,(x,y) in zip(('train','val','test') if len(P)>2 else ('train','test'),P) \
         for k,v in (('x_',n.ascontiguousarray(n.moveaxis(x,x.shape.index(m(y,x)),0))),\
         ('y_',y.ravel() if y.size==m(y,x) else y))})\""
    };
}

/// Makes the list `a` of all arrays in what a pickle holds: dictionaries, tuples and short lists of arrays.
macro_rules! arrays_of_pickle {
    () => {
        "f=lambda v: sum(map(f,v.values() if isinstance(v,dict) else v),[]) if isinstance(v,(dict,tuple)) or \
         isinstance(v,list) and 0<len(v)<9 and hasattr(v[0],'__len__') else [n.asarray(v)]; a=f(d); "
    };
}

/// What a file of a known kind that isn't read is, and how it becomes one that is.
fn kind_and_mend(path: &Path) -> Option<(String, &'static str)> {
    let name = name_of(path);
    let lower = name.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let known = if ends(&[".parquet"]) {
        (
            "a Parquet file".to_owned(),
            "make pictures of it, a folder a class, or a CSV where it has pixels: python -c \"import \
             pandas,pathlib as p; d=pandas.read_parquet('FILE'); c=[c for c in d if c in ('image','img')]; \
             [(p.Path(f'data/{l}').mkdir(parents=True,exist_ok=True), \
             p.Path(f'data/{l}/{i}.png').write_bytes(x['bytes'])) for i,(x,l) in \
             enumerate(d[[c[0],'label']].values)] if c else d.to_csv('train.csv',index=False)\"",
        )
    } else if ends(&[".mat"]) && lower.contains("emnist") {
        (
            "a file of MATLAB".to_owned(),
            "download EMNIST in its binary format (gzip.zip) in place of it: its IDX files are read",
        )
    } else if ends(&[".mat"]) {
        (
            "a file of MATLAB".to_owned(),
            concat!(
                "make an .npz of its images and labels: python -c \"import scipy.io,numpy as n; \
                 a=[n.asarray(v) for k,v in scipy.io.loadmat('FILE').items() if k[0]!='_']; ",
                save_pairs!()
            ),
        )
    } else if ends(&[".pkl.gz", ".pickle.gz"]) {
        (
            "a pickle of Python, which may run any program when it is opened".to_owned(),
            concat!(
                "make an .npz of its images and labels, if you trust it: python -c \"import gzip,pickle,numpy as \
                 n; d=pickle.load(gzip.open('FILE'),encoding='latin1'); ",
                arrays_of_pickle!(),
                save_pairs!()
            ),
        )
    } else if lower.starts_with("data_batch_") {
        (
            "a pickle of Python, which may run any program when it is opened".to_owned(),
            "make an .npz of it, if you trust it and it is one of CIFAR-10: python -c \"import \
             pickle,numpy as n; d=pickle.load(open('FILE','rb'), encoding='bytes'); x=n.asarray(d[b'data']); \
             s=round((x.shape[1]/3)**.5); n.savez('data.npz', x=x.reshape(-1,3,s,s), y=d[b'labels'])\"",
        )
    } else if ends(&[".pkl", ".pickle"]) {
        (
            "a pickle of Python, which may run any program when it is opened".to_owned(),
            concat!(
                "make an .npz of its images and labels, if you trust it: python -c \"import pickle,numpy as n; \
                 d=pickle.load(open('FILE','rb'),encoding='latin1'); ",
                arrays_of_pickle!(),
                save_pairs!()
            ),
        )
    } else if ends(&[".h5", ".hdf5"]) {
        (
            "an HDF5 file".to_owned(),
            concat!(
                "make an .npz of its images and labels: python -c \"import h5py,numpy as n; a=[]; \
                 h5py.File('FILE').visititems(lambda k,v: a.append(n.asarray(v[()])) if hasattr(v,'shape') else \
                 None); ",
                save_pairs!()
            ),
        )
    } else if ends(&[".npy"]) {
        (
            "an array alone".to_owned(),
            "put images and labels into one .npz: python -c \"import numpy; \
             numpy.savez('data.npz', x=numpy.load('FILE'), y=numpy.load('labels.npy'))\"",
        )
    } else if ends(&[".pt", ".pth"]) {
        (
            "a file of PyTorch".to_owned(),
            "make an .npz of it: python -c \"import torch,numpy; x,y=torch.load('FILE')[:2]; \
             numpy.savez('data.npz', x=x, y=y)\"",
        )
    } else if ends(&[".arff"]) {
        (
            "a file of Weka".to_owned(),
            "make a CSV of it, with the class last: python -c \"import scipy.io.arff as a,pandas; \
             d=pandas.DataFrame(a.loadarff('FILE')[0]); \
             d['label']=d.pop(d.columns[-1]).str.decode('utf8'); \
             d.to_csv('train.csv',index=False)\"",
        )
    } else if ends(&[".xlsx", ".xls", ".ods"]) {
        (
            "a spreadsheet".to_owned(),
            "save it as CSV in the program that made it",
        )
    } else if ends(&[".7z"]) {
        ("a 7z archive".to_owned(), "unpack it first: 7z x FILE")
    } else if ends(&[".rar"]) {
        ("a RAR archive".to_owned(), "unpack it first: unrar x FILE")
    } else if ends(&[
        ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".tar.zst",
    ]) {
        ("a tar archive".to_owned(), "unpack it first: tar xf FILE")
    } else if ends(&[".gz"]) {
        ("a gzip file".to_owned(), "unpack it first: gunzip -k FILE")
    } else if ends(&[".xz"]) {
        ("an xz file".to_owned(), "unpack it first: unxz -k FILE")
    } else if ends(&[".bz2"]) {
        (
            "a bzip2 file".to_owned(),
            "unpack it first: bunzip2 -k FILE",
        )
    } else if let Some(kind) = unreadable_kind(path) {
        (
            kind.to_owned(),
            "save it as PNG, in a folder for its class: magick FILE picture.png",
        )
    } else if is_picture(path) {
        (
            "one picture".to_owned(),
            "choose the folder that holds the classes' folders",
        )
    } else {
        return None;
    };
    Some(known)
}

/// The error for a folder without folders, in which nothing was found that is read.
pub(super) fn folder(listing: &Listing) -> DataError {
    let pictures: Vec<String> = listing
        .files
        .iter()
        .filter(|file| is_picture(file))
        .map(|file| name_of(file))
        .collect();
    if !pictures.is_empty() {
        return loose_pictures(listing, &pictures);
    }
    let tables: Vec<String> = listing
        .files
        .iter()
        .map(|file| name_of(file))
        .filter(|name| name.to_lowercase().ends_with(".csv"))
        .collect();
    if let [alone] = listing.files.as_slice()
        && tables.is_empty()
        && is_known(alone)
    {
        return file(alone);
    }
    let (found, mend) = if let Some(table) = listing.files.iter().find(|file| lists_files(file)) {
        (
            format!(
                "a table of file names ({}) without the files",
                name_of(table)
            ),
            "put the pictures beside the table, or into a folder images there",
        )
    } else if listing.named("test.csv").is_some() {
        (
            "a test.csv, which has no labels".to_owned(),
            "choose another folder",
        )
    } else if tables.len() > 1 {
        (
            format!("{} CSV files", tables.len()),
            "choose the file itself",
        )
    } else if tables.len() == 1 {
        (
            "a CSV file of another name".to_owned(),
            "choose the file itself",
        )
    } else {
        (
            match listing.files.as_slice() {
                [alone] => format!("one file ({}), which holds no images", name_of(alone)),
                [first, ..] => format!(
                    "{} files ({}, …), none of which holds images",
                    listing.files.len(),
                    name_of(first)
                ),
                [] => "an empty folder".to_owned(),
            },
            "choose another folder",
        )
    };
    let problem = format!("found {found}, expected {READ}; {mend}");
    DataError::file(&listing.folder, problem)
}

/// The error for pictures that lie in no folder of a class.
fn loose_pictures(listing: &Listing, names: &[String]) -> DataError {
    let (count, first) = (names.len(), &names[0]);
    let folder = listing.folder.display().to_string();
    // Quoting fails for a zero byte alone, which no path has.
    let folder = shlex::try_quote(&folder).unwrap_or_default();
    let mend = if let Some(word) = word_before_labels(names) {
        format!(
            "their names have the class behind {word}, but names of files aren't read for classes: \
             sort the pictures into folders, such as by: cd {folder}; for f in *{word}[0-9]*.*; do \
             c=\"${{f#*{word}}}\"; c=\"${{c%%[!0-9]*}}\"; mkdir -p \"$c\"; mv \"$f\" \"$c/\"; done"
        )
    } else if let Some(separator) = separator_of_labels(names) {
        format!(
            "their names may begin with the class, but names of files aren't read for classes: sort \
             the pictures into folders, such as by: cd {folder}; for f in *{separator}*.*; do mkdir \
             -p \"${{f%%{separator}*}}\"; mv \"$f\" \"${{f%%{separator}*}}/\"; done"
        )
    } else {
        "make a folder for each class, named as the class, and sort the pictures into these"
            .to_owned()
    };
    let problem = format!(
        "found {count} pictures ({first}, …) without a folder for each class, so that nothing says \
         which class each shows; {mend}"
    );
    DataError::file(&listing.folder, problem)
}

/// Words behind which names have the number of a class.
const WORDS_OF_LABELS: [&str; 5] = ["label", "class", "digit", "cls", "lbl"];

/// The word behind which all names have the number of one of a few classes.
fn word_before_labels(names: &[String]) -> Option<&'static str> {
    WORDS_OF_LABELS.into_iter().find(|word| {
        let number = |name: &String| -> Option<String> {
            let (_, rest) = name.split_once(word)?;
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then_some(digits)
        };
        let numbers: Option<Vec<String>> = names.iter().map(number).collect();
        numbers.is_some_and(|numbers| are_classes(numbers.iter().map(String::as_str)))
    })
}

/// The character behind the class, where all names begin with one of a few classes. A class is a number or a word;
/// `scan3` counts something else.
fn separator_of_labels(names: &[String]) -> Option<char> {
    let is_plain = |class: &str| {
        let is = |kind: fn(char) -> bool| !class.is_empty() && class.chars().all(kind);
        is(|char| char.is_ascii_digit()) || is(char::is_alphabetic)
    };
    ['_', '-'].into_iter().find(|&separator| {
        let classes = names.iter().map(|name| {
            let (class, _) = name.split_once(separator)?;
            is_plain(class).then_some(class)
        });
        let classes: Option<Vec<&str>> = classes.collect();
        classes.is_some_and(|classes| are_classes(classes.into_iter()))
    })
}

/// Whether these may be the classes of pictures: a few, each several times.
fn are_classes<'a>(classes: impl Iterator<Item = &'a str>) -> bool {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for class in classes {
        *counts.entry(class).or_default() += 1;
    }
    limits::CLASSES.contains(&counts.len()) && counts.values().all(|&count| count > 1)
}
