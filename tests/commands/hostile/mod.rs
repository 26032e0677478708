//! Files that nobody made in good faith, and what the program must not do: take memory on the word
//! of a file, follow links out of a run, talk to the network, lose or leak anything over time.

mod links;
mod make;
mod memory;
mod network;
mod soak;
