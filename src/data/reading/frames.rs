//! How many pictures a GIF or a TIFF holds, which is told without decoding them: a file that moves, or that has
//! pages, has several, and the first of them is taken.

/// Whether a GIF has more than one frame. What isn't whole has as many as can be seen.
pub(super) fn gif_moves(bytes: &[u8]) -> bool {
    frames(bytes).is_some_and(|frames| frames > 1)
}

/// The number of frames, none where the file ends too soon. (GIF89a specification, sections 17 to 27.)
fn frames(bytes: &[u8]) -> Option<usize> {
    // The signature, and the screen's size, flags, ground and aspect.
    let mut at = 13 + table_len(*bytes.get(10)?);
    let mut frames = 0;
    loop {
        match bytes.get(at) {
            // An extension: its label, and its blocks.
            Some(0x21) => at = after_blocks(bytes, at + 2)?,
            // A frame: its place and flags, its colours, the size of its codes, and its blocks.
            Some(0x2c) => {
                frames += 1;
                at = after_blocks(bytes, at + 11 + table_len(*bytes.get(at + 9)?))?;
            }
            _ => return Some(frames),
        }
        if frames > 1 {
            return Some(frames);
        }
    }
}

/// The length of a table of colours by the flags before it.
fn table_len(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

/// The place behind blocks, each of which says its length; one of length 0 is the last.
fn after_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            length => at += 1 + usize::from(length),
        }
    }
}

/// Whether a TIFF has more than one page. What isn't whole has as many as can be seen. (TIFF 6.0, section 2.)
pub(super) fn tiff_has_pages(bytes: &[u8]) -> bool {
    second_page(bytes).is_some_and(|place| place != 0)
}

/// The place of the second page's directory, 0 where there is none.
fn second_page(bytes: &[u8]) -> Option<u32> {
    let is_little = bytes.first() == Some(&b'I');
    let number = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match is_little {
            true => u32::from_le_bytes(four),
            false => u32::from_be_bytes(four),
        })
    };
    let first = usize::try_from(number(4)?).ok()?;
    let [one, two] = *bytes.get(first..first.checked_add(2)?)? else {
        return None;
    };
    let entries = match is_little {
        true => u16::from_le_bytes([one, two]),
        false => u16::from_be_bytes([one, two]),
    };
    // A directory has its number of entries, entries of twelve bytes, and the place of the next one.
    number(first.checked_add(2 + 12 * usize::from(entries))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::gif::GifEncoder;
    use image::{Frame, RgbaImage};

    #[test]
    fn frames_are_counted() {
        let gif = |count: u8| {
            let mut bytes = Vec::new();
            let mut encoder = GifEncoder::new(&mut bytes);
            for frame in 0..count {
                let picture = RgbaImage::from_pixel(30, 20, image::Rgba([frame, 9, 9, 255]));
                encoder.encode_frame(Frame::new(picture)).unwrap();
            }
            drop(encoder);
            bytes
        };
        for (count, moves) in [(1, false), (2, true), (5, true)] {
            assert_eq!(gif_moves(&gif(count)), moves, "{count}");
        }
        let whole = gif(2);
        for end in 0..whole.len() {
            // Nothing is read beyond the end.
            gif_moves(&whole[..end]);
        }
    }
}
