//! A small file as a whole, its compression and encoding recognised as those of any input.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::compression::Unpacked;
use super::encoding::{SampleEnd, of_sample, of_start};
use super::error::InputError;
use super::options::InputOptions;

/// The bytes of a file, unpacked if need be, with the bounds of any input.
pub fn unpacked(path: &Path) -> Result<Vec<u8>, InputError> {
    let name: Arc<str> = path.display().to_string().into();
    let cannot_read = |source| InputError::CannotRead { file: Arc::clone(&name), source };
    let source = Box::new(File::open(path).map_err(cannot_read)?);
    let ratio = InputOptions::default().max_ratio;
    let (_, mut unpacked) = Unpacked::open(source, ratio, Arc::default()).map_err(cannot_read)?;
    let mut bytes = Vec::new();
    unpacked.read_to_end(&mut bytes).map_err(|error| unpacked.explain(&name, error))?;
    Ok(bytes)
}

/// The text of bytes in any encoding that is recognised. What is no character becomes U+FFFD.
pub fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = of_start(bytes) {
        let text = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(text).0.into_owned();
    }
    let from = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len());
    let sample = bytes.get(from..).unwrap_or_default();
    // ASCII is itself in all that is left.
    let encoding = of_sample(sample, SampleEnd::Text).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_spreadsheet_programs_are_read() {
        let text = "词条,匹配方式\r\n后台,词\r\n工单,词\r\n";
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()), text);
        assert_eq!(decoded(&encoding_rs::GB18030.encode(text).0), text);
        let wide: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&wide), text);
        assert_eq!(decoded(b""), "");
        assert_eq!(decoded(b"term,mode"), "term,mode");
        let mut broken = text.as_bytes().to_vec();
        broken.push(0xFF);
        assert_eq!(decoded(&broken), format!("{text}\u{fffd}"));
    }
}
