//! Runs taken up again by the program: after a kill, with damaged states, while another process
//! trains them, in odd places, of old versions.

mod folder;
mod killed;
mod odd;
mod places;
mod versions;
