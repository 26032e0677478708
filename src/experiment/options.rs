//! Settings as the options that a person would type for them.

use super::{Field, Preset, Settings};

impl Settings {
    /// The options of the command line that give these settings, by the preset that needs the fewest more:
    /// `--preset cnn --dropout 0.5`. None where there are none, as for data of one's own or ranges of augmentation.
    pub fn as_options(&self) -> Option<String> {
        let options = Preset::ALL
            .into_iter()
            .filter_map(|preset| self.after(preset));
        let fewest = options.min_by_key(Vec::len)?;
        Some(fewest.join(" "))
    }

    /// The options that make these settings of a preset's, where there are such.
    fn after(&self, preset: Preset) -> Option<Vec<String>> {
        let mut made = preset.settings();
        let mut options = vec![format!("--preset {}", preset.name())];
        for field in Field::ALL {
            let text = field.value_text(self);
            if text != field.value_text(&made) {
                field.entry().argument.as_ref()?;
                field.set(&mut made, &text).ok()?;
                options.push(format!("--{} {text}", field.name()));
            }
        }
        (made == *self).then_some(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_of_settings_are_few() {
        for preset in Preset::ALL {
            let options = preset.settings().as_options().unwrap();
            assert_eq!(options, format!("--preset {}", preset.name()));
        }
        let mut settings = Preset::FirstLook.settings();
        settings.training.epochs = 6;
        settings.regularization.dropout = 0.5;
        let options = settings.as_options().unwrap();
        assert_eq!(options, "--preset first-look --dropout 0.5 --epochs 6");
        settings.augmentation.rotation += 1.0;
        assert_eq!(settings.as_options(), None);
    }
}
