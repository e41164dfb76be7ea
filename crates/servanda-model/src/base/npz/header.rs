//! The header of an array: what it holds, in which order and shape.

/// The longest header.
const MOST: usize = 1 << 16;

/// What an array's header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The type: `<f8`, `|u1`, `<U12`.
    pub descr: String,
    /// Whether the first index runs fastest.
    pub fortran: bool,
    /// The shape.
    pub shape: Vec<usize>,
}

/// How many bytes the header's text has, by the array's first twelve bytes; and how many of those belong to it already.
pub(super) fn text_length(start: &[u8; 12]) -> Result<(usize, usize), String> {
    if !start.starts_with(b"\x93NUMPY") {
        return Err("it is no array of numpy".to_owned());
    }
    let [.., major, minor, a, b, c, d] = *start;
    let (length, before) = match (major, minor) {
        (1, 0) => (usize::from(u16::from_le_bytes([a, b])), 2),
        (2 | 3, 0) => (u32::from_le_bytes([a, b, c, d]) as usize, 0),
        _ => return Err(format!("its format {major}.{minor} is not known")),
    };
    if !(before..=MOST).contains(&length) {
        return Err(format!("its header has {length} bytes, and {before} to {MOST} are read"));
    }
    Ok((length, before))
}

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
pub(super) fn parse(text: &str) -> Result<Header, String> {
    let mut rest = Rest(text);
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    rest.sign('{')?;
    while !rest.next_is('}') {
        let key = rest.text()?;
        rest.sign(':')?;
        let twice = match key {
            "descr" if rest.next_is('[') => return Err("it holds records, not figures".to_owned()),
            "descr" => descr.replace(rest.text()?.to_owned()).is_some(),
            "fortran_order" => fortran.replace(rest.truth()?).is_some(),
            "shape" => shape.replace(rest.shape()?).is_some(),
            _ => return Err(format!("its header has the key `{key}`, which is not known")),
        };
        if twice {
            return Err(format!("its header has `{key}` twice"));
        }
        if !rest.next_is('}') {
            rest.sign(',')?;
        }
    }
    rest.sign('}')?;
    if !rest.0.trim().is_empty() {
        return Err("its header goes on after its end".to_owned());
    }
    match (descr, fortran, shape) {
        (Some(descr), Some(fortran), Some(shape)) => Ok(Header { descr, fortran, shape }),
        _ => Err("its header lacks one of descr, fortran_order and shape".to_owned()),
    }
}

/// What of a header was not read yet.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn next_is(&mut self, sign: char) -> bool {
        self.0 = self.0.trim_start();
        self.0.starts_with(sign)
    }

    fn sign(&mut self, sign: char) -> Result<(), String> {
        self.0 = self.0.trim_start();
        self.0 = self.0.strip_prefix(sign).ok_or_else(|| format!("its header lacks a `{sign}`"))?;
        Ok(())
    }

    fn text(&mut self) -> Result<&'t str, String> {
        self.0 = self.0.trim_start();
        let mark = self.0.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let inside = mark.and_then(|mark| self.0.get(1..)?.split_once(mark));
        let (inside, rest) = inside.ok_or("its header has no text where one is needed")?;
        self.0 = rest;
        Ok(inside)
    }

    fn truth(&mut self) -> Result<bool, String> {
        self.0 = self.0.trim_start();
        for (word, truth) in [("True", true), ("False", false)] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return Ok(truth);
            }
        }
        Err("its header has neither True nor False where one is needed".to_owned())
    }

    fn shape(&mut self) -> Result<Vec<usize>, String> {
        self.sign('(')?;
        let (inside, rest) = self.0.split_once(')').ok_or("its shape has no end")?;
        self.0 = rest;
        let inside = inside.trim();
        let sizes = inside.strip_suffix(',').unwrap_or(inside);
        if sizes.is_empty() {
            return Ok(Vec::new());
        }
        let size = |text: &str| {
            text.trim().parse::<usize>().map_err(|_| "its shape is not made of numbers".to_owned())
        };
        let shape: Vec<usize> = sizes.split(',').map(size).collect::<Result<_, _>>()?;
        if shape.len() > 32 { Err("its shape has more than 32 sides".to_owned()) } else { Ok(shape) }
    }
}
