//! Words can be read on every ground of both themes.

use super::*;

/// The contrast of two opaque colours, 1 to 21.
fn contrast(a: Color32, b: Color32) -> f64 {
    let parts = |color: Color32| [color.r(), color.g(), color.b()];
    plot::contrast(parts(a), parts(b))
}

/// Both themes as the window has them.
fn themes() -> [Visuals; 2] {
    let ctx = Context::default();
    install(&ctx);
    [Theme::Dark, Theme::Light].map(|theme| ctx.style_of(theme).visuals.clone())
}

#[test]
fn words_in_the_colour_of_any_run_can_be_read_in_both_themes() {
    for visuals in themes() {
        for index in 0..RUN_COLORS {
            for alpha in [LEAST_TEXT_ALPHA, 1.0] {
                let color = faint(run_color(index, visuals.dark_mode), alpha);
                let text = readable(color, &visuals);
                for ground in [visuals.panel_fill, visuals.extreme_bg_color] {
                    let contrast = contrast(text, ground);
                    assert!(contrast >= 4.5, "{index} on {ground:?}: {contrast}");
                }
            }
        }
    }
}

#[test]
fn words_of_what_is_disabled_can_be_read() {
    for visuals in themes() {
        let panel = visuals.panel_fill;
        let button = panel.blend(visuals.disable(visuals.widgets.inactive.weak_bg_fill));
        let texts = [
            (visuals.text_color(), panel),
            (visuals.weak_text_color(), panel),
            (visuals.widgets.inactive.text_color(), panel),
            (visuals.widgets.inactive.text_color(), button),
        ];
        for (text, ground) in texts {
            let contrast = contrast(ground.blend(visuals.disable(text)), ground);
            assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast}");
        }
    }
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    let ctx = Context::default();
    install(&ctx);
    for theme in [Theme::Dark, Theme::Light] {
        let style = ctx.style_of(theme);
        let visuals = &style.visuals;
        let selected = visuals.selection.bg_fill;
        let grounds = [
            visuals.panel_fill,
            visuals.window_fill,
            visuals.extreme_bg_color,
            selected,
        ];
        for ground in grounds {
            for text in [
                visuals.text_color(),
                visuals.weak_text_color(),
                visuals.strong_text_color(),
            ] {
                let contrast = contrast(text, ground);
                assert!(
                    contrast >= 4.5,
                    "{theme:?}: {text:?} on {ground:?}: {contrast}"
                );
            }
        }
        for text in [
            changed(visuals),
            live(visuals),
            bad(visuals),
            visuals.selection.stroke.color,
        ] {
            let contrast = contrast(
                text,
                if text == visuals.selection.stroke.color {
                    selected
                } else {
                    visuals.panel_fill
                },
            );
            assert!(contrast >= 4.5, "{theme:?}: {text:?}: {contrast}");
        }
    }
}

#[test]
fn the_words_of_idle_controls_can_be_read() {
    let ctx = Context::default();
    install(&ctx);
    for theme in [Theme::Dark, Theme::Light] {
        let style = ctx.style_of(theme);
        let text = style.visuals.widgets.inactive.fg_stroke.color;
        let ground = style.visuals.panel_fill;
        let mixed = |text: u8, ground: u8| {
            let (text, ground) = (f32::from(text), f32::from(ground));
            (text * IDLE_ALPHA + ground * (1.0 - IDLE_ALPHA)) as u8
        };
        let shown = Color32::from_rgb(
            mixed(text.r(), ground.r()),
            mixed(text.g(), ground.g()),
            mixed(text.b(), ground.b()),
        );
        let contrast = contrast(shown, ground);
        assert!(contrast >= 4.5, "{theme:?}: {contrast}");
    }
}
