//! Hovers that keep clear of what a person reads while the pointer rests: a setting's stays over the settings, and
//! those of the tool bar and of the verdict's buttons keep off the verdict.

use crate::app::theme;
use eframe::egui::{Rangef, Rect, RectAlign, Response, Tooltip, WidgetText};

/// Where a hover stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HoverAt {
    /// Below its control, within the column of the settings.
    Settings,
    /// Below its control's row, at the left end of the window, where the settings are.
    LeftColumn,
    /// Below its control's row, at the right end of the window, where the tabs are.
    RightColumn,
    /// Above its control, its right end at that of the control.
    Above,
    /// At the right of its control.
    Beside,
    /// So many points below its control.
    Below(f32),
}

/// Hovers with a place.
pub trait Hovers: Sized {
    /// Shows a text at this place while the pointer rests on the control, whether it can be used or not.
    fn hover_at(self, at: HoverAt, text: impl Into<WidgetText>) -> Self;
}

impl Hovers for Response {
    fn hover_at(self, at: HoverAt, text: impl Into<WidgetText>) -> Self {
        let text = text.into();
        if self.ctx.has_accesskit_node(self.id) {
            self.ctx.accesskit_node_builder(self.id, |node| {
                if node.description().is_none() {
                    node.set_description(text.text());
                }
            });
        }
        let mut tooltip = match self.enabled() {
            true => Tooltip::for_enabled(&self),
            false => Tooltip::for_disabled(&self),
        };
        let popup = tooltip.popup;
        tooltip.popup = match at {
            HoverAt::Settings | HoverAt::LeftColumn | HoverAt::RightColumn => popup
                .anchor(in_column(self.rect, self.ctx.content_rect(), at))
                .align(RectAlign::BOTTOM_START)
                .width(theme::COLUMN_HOVER_WIDTH),
            HoverAt::Above => popup.align(RectAlign::TOP_END),
            HoverAt::Beside => popup.align(RectAlign::RIGHT_START).gap(theme::GROUP_SPACE),
            HoverAt::Below(gap) => popup.gap(gap),
        };
        tooltip.show(|ui| {
            ui.set_max_width(match at {
                HoverAt::Settings | HoverAt::LeftColumn | HoverAt::RightColumn => {
                    theme::COLUMN_HOVER_WIDTH
                }
                HoverAt::Above | HoverAt::Beside | HoverAt::Below(_) => ui.spacing().tooltip_width,
            });
            ui.label(text);
        });
        self
    }
}

/// What a hover in a column stands below: the control's height, as wide as the hover.
fn in_column(control: Rect, window: Rect, at: HoverAt) -> Rect {
    let width = theme::COLUMN_HOVER_WIDTH + theme::HOVER_FRAME;
    let left = match at {
        HoverAt::RightColumn => window.right() - width,
        HoverAt::Settings => (control.right() - width).max(window.left()),
        HoverAt::LeftColumn | HoverAt::Above | HoverAt::Beside | HoverAt::Below(_) => window.left(),
    };
    Rect::from_x_y_ranges(Rangef::new(left, left + width), control.y_range())
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{pos2, vec2};

    #[test]
    fn hovers_of_the_settings_stay_over_them() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 600.0));
        for left in [8.0, 22.0, 100.0, 190.0] {
            let control = Rect::from_min_size(pos2(left, 200.0), vec2(60.0, 20.0));
            let hover = in_column(control, window, HoverAt::Settings);
            assert!(
                hover.left() >= 0.0 && hover.right() <= theme::SIDE_WIDTH,
                "{hover:?}"
            );
        }
        let train = Rect::from_min_size(pos2(330.0, 30.0), vec2(60.0, 20.0));
        let hover = in_column(train, window, HoverAt::LeftColumn);
        assert!(hover.right() <= theme::SIDE_WIDTH, "{hover:?}");
        let hover = in_column(train, window, HoverAt::RightColumn);
        assert!(
            hover.left() >= window.right() - theme::TABS_WIDTH,
            "{hover:?}"
        );
    }
}
