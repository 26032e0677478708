//! Which learning rates a network learns with: a range test over several orders of the images, and
//! what its curve says.
//!
//! - `search` trains the steps, on the CPU, so that a seed gives the same curve everywhere;
//! - `curve` joins the orders and smooths what they say; `range` reads the range off, and knows
//!   nothing of networks;
//! - `divergence` says when a test has gone on for long enough;
//! - `words` are the sentences.

mod curve;
mod divergence;
mod range;
mod search;
mod words;

pub use curve::{RateCurve, RatePoint};
pub use range::{NoRange, RateRange};
pub use search::{FoundRates, ORDERS, RatesError, search};
