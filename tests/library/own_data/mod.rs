//! Data of the user's own as the library reads it: every format, every way of being wrong.

mod archives;
mod bad;
mod bad_pictures;
mod beside;
mod folders;
mod good;
mod marked;
mod mends;
mod named;
mod sizes;
mod tables;
mod to_predict;
