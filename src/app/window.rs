//! Opening the window: which renderer draws it, and what a person is told where none can.

use super::prefs::Prefs;
use super::{App, AppOptions};
use eframe::egui::{IconData, ViewportBuilder};
use std::fmt;
use std::str::FromStr;

/// What draws the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RendererChoice {
    /// wgpu where the machine has a hardware adapter, otherwise glow: where the CPU draws, glow is
    /// six times as fast.
    #[default]
    Auto,
    /// glow, which draws with OpenGL.
    Glow,
    /// wgpu, which draws with Vulkan, Metal or DirectX.
    Wgpu,
}

/// A renderer's name is none of those that the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected auto, glow or wgpu")]
pub struct UnknownRenderer;

impl FromStr for RendererChoice {
    type Err = UnknownRenderer;
    fn from_str(text: &str) -> Result<Self, UnknownRenderer> {
        match text {
            "auto" => Ok(Self::Auto),
            "glow" => Ok(Self::Glow),
            "wgpu" => Ok(Self::Wgpu),
            _ => Err(UnknownRenderer),
        }
    }
}

impl fmt::Display for RendererChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Glow => "glow",
            Self::Wgpu => "wgpu",
        })
    }
}

/// How the window is opened.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// What the window is made with.
    pub app: AppOptions,
    /// What draws it.
    pub renderer: RendererChoice,
}

/// Why the window could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no screen to open it on.
    #[error(
        "no display found (neither WAYLAND_DISPLAY nor DISPLAY is set); on this machine use the commands: overfit-lab train, summary, evaluate, diagnose (see overfit-lab --help)"
    )]
    NoDisplay,
    /// No renderer starts.
    #[error(
        "the window can't be opened: {0}; try --renderer glow or --renderer wgpu, or use the commands: overfit-lab train, summary, evaluate, diagnose (see overfit-lab --help)"
    )]
    Failed(String),
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Where there is no display, or no renderer starts on it.
pub fn open_window(options: WindowOptions) -> Result<(), WindowError> {
    open_window_as(options, |app| Box::new(app))
}

/// Opens the window as [`open_window`] does. What eframe draws is `wrap` of the window's state: that state itself, or
/// something that has it inside and acts in front of it.
///
/// # Errors
/// The same as for [`open_window`].
pub(crate) fn open_window_as(
    options: WindowOptions,
    wrap: impl Fn(App) -> Box<dyn eframe::App>,
) -> Result<(), WindowError> {
    if !has_display() {
        return Err(WindowError::NoDisplay);
    }
    let renderer = match options.renderer {
        RendererChoice::Glow => eframe::Renderer::Glow,
        RendererChoice::Wgpu => eframe::Renderer::Wgpu,
        // A child process looks for the adapter: where a driver crashes meanwhile, the window opens
        // all the same, drawn by glow.
        RendererChoice::Auto if options.app.devices.have_hardware_gpu() => eframe::Renderer::Wgpu,
        RendererChoice::Auto => eframe::Renderer::Glow,
    };
    let given = options.app.threads;
    given
        .or(remembered(&options).threads)
        .unwrap_or_default()
        .make_usual();
    let first = run(renderer, &options, &wrap);
    match first {
        Ok(()) => Ok(()),
        Err(err)
            if options.renderer == RendererChoice::Auto && renderer == eframe::Renderer::Wgpu =>
        {
            log::warn!("wgpu does not start ({err}); trying glow");
            run(eframe::Renderer::Glow, &options, &wrap)
        }
        Err(err) => Err(err),
    }
}

fn run(
    renderer: eframe::Renderer,
    options: &WindowOptions,
    wrap: &impl Fn(App) -> Box<dyn eframe::App>,
) -> Result<(), WindowError> {
    let size = remembered(options).window_size;
    let native = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Overfit Lab")
            .with_app_id("overfit-lab")
            .with_icon(icon())
            .with_inner_size(size)
            .with_min_inner_size([800.0, 500.0]),
        renderer,
        ..Default::default()
    };
    let app = options.app.clone();
    eframe::run_native(
        "overfit-lab",
        native,
        Box::new(move |creation| Ok(wrap(App::new(&creation.egui_ctx, app)))),
    )
    .map_err(|err| WindowError::Failed(err.to_string()))
}

fn remembered(options: &WindowOptions) -> Prefs {
    match &options.app.prefs_file {
        Some(path) => Prefs::load(path).0,
        None => Prefs::default(),
    }
}

/// Whether there is a screen. Systems other than Linux and the BSDs always have one.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let by_variables = cfg!(all(unix, not(target_os = "macos")));
    !by_variables || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET") || set("DISPLAY")
}

/// The window's icon: two curves that part, as in overfitting.
fn icon() -> IconData {
    const SIDE: usize = 64;
    let mut rgba = vec![0; SIDE * SIDE * 4];
    let mut dot = |x: f32, y: f32, color: [u8; 3]| {
        for row in 0..SIDE {
            for column in 0..SIDE {
                let distance = ((column as f32 - x).powi(2) + (row as f32 - y).powi(2)).sqrt();
                if distance < 3.2 {
                    let pixel = 4 * (row * SIDE + column);
                    rgba[pixel..pixel + 3].copy_from_slice(&color);
                    rgba[pixel + 3] = 255;
                }
            }
        }
    };
    for step in 0..112 {
        let t = step as f32 / 111.0;
        let x = 6.0 + 52.0 * t;
        dot(x, 10.0 + 46.0 * (-4.0 * t).exp(), [0x56, 0xB4, 0xE9]);
        dot(
            x,
            14.0 + 42.0 * (-4.5 * t).exp() + 26.0 * t * t,
            [0xE6, 0x9F, 0x00],
        );
    }
    IconData {
        rgba,
        width: SIDE as u32,
        height: SIDE as u32,
    }
}
