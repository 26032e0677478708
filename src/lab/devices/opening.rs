//! The seam at which a chosen device is opened. In the program [`Chosen::open`] opens it.

use super::choose::Chosen;
use crate::training::OpenDevice;
use crate::training::device::DeviceError;
use std::fmt;
use std::sync::Arc;

/// A function that opens a chosen device in this process.
type Open = dyn Fn(&Chosen) -> Result<OpenDevice, DeviceError> + Send + Sync;

/// What opens a chosen device. Clones share it.
#[derive(Clone)]
pub struct Opening(Arc<Open>);

impl Opening {
    /// Devices are opened by this function.
    pub fn by(
        open: impl Fn(&Chosen) -> Result<OpenDevice, DeviceError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(open))
    }

    /// Opens a chosen device.
    ///
    /// # Errors
    /// The same as for [`Chosen::open`].
    pub(super) fn open(&self, chosen: &Chosen) -> Result<OpenDevice, DeviceError> {
        (self.0)(chosen)
    }
}

/// Devices are opened by [`Chosen::open`].
impl Default for Opening {
    fn default() -> Self {
        Self::by(Chosen::open)
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening")
    }
}
