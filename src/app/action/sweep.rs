//! What a person asks for about many runs.

/// A request about sweeps, or about the learning rate.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepAction {
    /// Open the learning-rate finder.
    OpenRates,
    /// Test which learning rates the settings learn with.
    FindRates,
    /// Take this learning rate into the settings.
    TakeRate(f64),
}
