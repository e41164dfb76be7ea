//! Text in other encodings, made UTF-8 while it is read.

use crate::dialect::Encoding;
use crate::error::{Broken, TableError};
use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

const CHUNK: usize = 1 << 14;

/// What was found where text begins.
pub(crate) struct Text {
    pub inner: Box<dyn Read>,
    pub byte_order_mark: bool,
}

/// Text as UTF-8 without a byte order mark.
pub(crate) fn decode(mut inner: Box<dyn Read>, encoding: Encoding) -> Result<Text, TableError> {
    let mut start = Vec::new();
    (&mut inner).take(3).read_to_end(&mut start).map_err(|e| TableError::read(Some(1), &e))?;
    if start.is_empty() {
        return Err(TableError::file("the file is empty once unpacked", "download it again"));
    }
    let marked = |mark: &[u8]| start.starts_with(mark);
    let (utf8, little, big) = (marked(&[0xef, 0xbb, 0xbf]), marked(&[0xff, 0xfe]), marked(&[0xfe, 0xff]));
    let wide = || {
        TableError::file(
            "it is in UTF-16, not UTF-8",
            "declare encoding = \"utf-16\" in [file.dialect] (or utf-16le, utf-16be without a byte order mark), or save it in UTF-8",
        )
    };
    let with = |skip: usize, start: &[u8], inner: Box<dyn Read>| -> Box<dyn Read> {
        Box::new(io::Cursor::new(start.get(skip..).unwrap_or_default().to_vec()).chain(inner))
    };
    let legacy = encoding.legacy();
    let decoder = match encoding {
        Encoding::Utf8 if little || big || start.contains(&0) => return Err(wide()),
        Encoding::Utf8 => {
            let skip = if utf8 { 3 } else { 0 };
            return Ok(Text { inner: with(skip, &start, inner), byte_order_mark: utf8 });
        }
        _ if utf8 => {
            return Err(TableError::file(
                "it begins with the byte order mark of UTF-8",
                "take `encoding` out of [file.dialect]",
            ));
        }
        Encoding::Utf16 if little => UTF_16LE,
        Encoding::Utf16 if big => UTF_16BE,
        Encoding::Utf16 => {
            return Err(TableError::file(
                "it has no byte order mark, by which UTF-16 is told",
                "declare encoding = \"utf-16le\" or \"utf-16be\", or what it is",
            ));
        }
        Encoding::Utf16Le if big => return Err(other_end("utf-16be")),
        Encoding::Utf16Be if little => return Err(other_end("utf-16le")),
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        _ if little || big => return Err(wide()),
        _ => legacy.unwrap_or(encoding_rs::WINDOWS_1252),
    };
    let marked = legacy.is_none() && (little || big);
    let skip = if marked { 2 } else { 0 };
    let decoded = Decoded {
        inner: with(skip, &start, inner),
        decoder: decoder.new_decoder_without_bom_handling(),
        name: decoder.name(),
        input: Vec::new(),
        output: Vec::new(),
        at: 0,
        ended: false,
    };
    Ok(Text { inner: Box::new(decoded), byte_order_mark: false })
}

fn other_end(right: &str) -> TableError {
    TableError::file(
        "its byte order mark says otherwise than its encoding",
        format!("declare encoding = \"{right}\" in [file.dialect]"),
    )
}

struct Decoded {
    inner: Box<dyn Read>,
    decoder: Decoder,
    name: &'static str,
    /// Bytes that were not decoded yet.
    input: Vec<u8>,
    output: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Decoded {
    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let n = loop {
            match self.inner.read(&mut chunk) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.input.extend_from_slice(chunk.get(..n).unwrap_or_default());
        self.ended = n == 0;
        let room =
            self.decoder.max_utf8_buffer_length_without_replacement(self.input.len()).unwrap_or(4 * CHUNK);
        self.output.resize(room.max(16), 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.input, &mut self.output, self.ended);
        if let DecoderResult::Malformed(..) = result {
            return Err(Broken::error(
                format!("the text is not {}", self.name),
                "declare the encoding in which it is, or download it again",
            ));
        }
        self.input.drain(..read);
        self.output.truncate(written);
        self.at = 0;
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.output.len() && !self.ended {
            self.fill()?;
        }
        let rest = self.output.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}
