//! Arrays in npz files, in the order in which they are read aloud: the last index runs fastest, however they are stored.
//!
//! A small reader of our own: an array of the shape that is asked for, of the types that bases have, and nothing else. Its time and memory are
//! bounded by the file and by that shape.

mod header;
mod zip;

use super::{BaseFiles, bytes_of};
use crate::ModelError;
use header::Header;
use zip::{Archive, Content};

/// A npz file.
pub(crate) struct Npz {
    file: String,
    archive: Archive,
}

impl Npz {
    /// Opens a file of a base.
    pub fn open(files: &dyn BaseFiles, name: &str) -> Result<Self, ModelError> {
        let bytes = bytes_of(files, name)?;
        let file = format!("{}/{name}", files.id());
        match Archive::new(bytes) {
            Ok(archive) => Ok(Self { file, archive }),
            Err(e) => Err(ModelError::File { file, problem: format!("it is no npz file: {e}") }),
        }
    }

    fn read<T>(
        &self,
        array: &str,
        read: impl FnOnce(&Header, &mut Content<'_>) -> Result<T, String>,
    ) -> Result<T, ModelError> {
        let opened = self.archive.open(&format!("{array}.npy")).ok_or_else(|| "it is missing".to_owned());
        let found = opened.and_then(|mut content| {
            let header = header(&mut content)?;
            let found = read(&header, &mut content)?;
            content.end()?;
            Ok(found)
        });
        found.map_err(|problem| ModelError::File {
            file: self.file.clone(),
            problem: format!("array `{array}`: {problem}"),
        })
    }

    /// An array of figures of a shape.
    pub fn figures(&self, array: &str, shape: &[usize]) -> Result<Vec<f64>, ModelError> {
        self.read(array, |header, content| figures_of(header, content, shape))
    }

    /// A list of names.
    pub fn names(&self, array: &str, most: usize) -> Result<Vec<String>, ModelError> {
        self.read(array, |header, content| names_of(header, content, most))
    }
}

fn header(content: &mut Content<'_>) -> Result<Header, String> {
    let start: [u8; 12] = content.take(12)?.try_into().map_err(|_| "it is no array of numpy".to_owned())?;
    let (length, before) = header::text_length(&start)?;
    let mut text = start.get(12 - before..).unwrap_or_default().to_vec();
    text.extend(content.take(length - before)?);
    header::parse(std::str::from_utf8(&text).map_err(|_| "its header is no text".to_owned())?)
}

/// The bytes of `count` values of `size` bytes, which must be all that is left.
fn values(content: &mut Content<'_>, count: usize, size: usize) -> Result<Vec<u8>, String> {
    let length = count.checked_mul(size).ok_or("its shape is too large")?;
    if content.left() != length as u64 {
        return Err(format!("it has {} bytes of values, and its shape needs {length}", content.left()));
    }
    content.take(length)
}

fn figures_of(header: &Header, content: &mut Content<'_>, shape: &[usize]) -> Result<Vec<f64>, String> {
    if header.shape != shape {
        return Err(format!("its shape is {:?}, and it must be {shape:?}", header.shape));
    }
    let count: usize = shape.iter().product();
    let eight = |four: &[u8]| <[u8; 8]>::try_from(four).unwrap_or_default();
    let whole = |value: i64| {
        // Codes and counts; what a binary fraction cannot hold would be a mistake here.
        i32::try_from(value).map(f64::from).map_err(|e| e.to_string())
    };
    let found: Vec<f64> = match header.descr.as_str() {
        "<f8" => values(content, count, 8)?.chunks_exact(8).map(|b| f64::from_le_bytes(eight(b))).collect(),
        ">f8" => values(content, count, 8)?.chunks_exact(8).map(|b| f64::from_be_bytes(eight(b))).collect(),
        "|u1" => values(content, count, 1)?.into_iter().map(f64::from).collect(),
        "<i8" => values(content, count, 8)?
            .chunks_exact(8)
            .map(|b| whole(i64::from_le_bytes(eight(b))))
            .collect::<Result<_, _>>()?,
        ">i8" => values(content, count, 8)?
            .chunks_exact(8)
            .map(|b| whole(i64::from_be_bytes(eight(b))))
            .collect::<Result<_, _>>()?,
        other => return Err(format!("its type is {other}, and figures are read from f8, i8 and u1")),
    };
    Ok(if header.fortran { first_runs_slowest(&found, shape) } else { found })
}

fn names_of(header: &Header, content: &mut Content<'_>, most: usize) -> Result<Vec<String>, String> {
    let refused = || format!("its type is {}, and names are read from U1 to U1000", header.descr);
    let (big, letters) = match header.descr.split_once('U') {
        Some(("<", letters)) => (false, letters),
        Some((">", letters)) => (true, letters),
        _ => return Err(refused()),
    };
    let letters = letters.parse::<usize>().ok().filter(|n| (1..=1000).contains(n)).ok_or_else(refused)?;
    let count = match header.shape.as_slice() {
        [count] if *count <= most => *count,
        other => return Err(format!("its shape is {other:?}, and it must be one list of at most {most}")),
    };
    let letter = |four: &[u8]| -> Option<char> {
        let four = <[u8; 4]>::try_from(four).ok()?;
        char::from_u32(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    values(content, count, letters * 4)?
        .chunks_exact(letters * 4)
        .map(|name| {
            let letters: Option<String> = name.chunks_exact(4).map(letter).collect();
            letters.map(|l| l.trim_end_matches('\0').to_owned()).ok_or_else(|| "a name has no letters".into())
        })
        .collect()
}

/// From the order in which the first index runs fastest to the one in which the last does.
fn first_runs_slowest(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    let mut index = vec![0; shape.len()];
    for _ in 0..values.len() {
        let mut at = 0;
        for (i, size) in index.iter().zip(shape).rev() {
            at = at * size + i;
        }
        out.push(values[at]);
        for (i, size) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *size {
                break;
            }
            *i = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::MemoryBase;
    use proptest::prelude::*;
    use std::io::Write;

    #[test]
    fn both_orders_read_alike() {
        // [[1, 2, 3], [4, 5, 6]] stored column by column.
        assert_eq!(first_runs_slowest(&[1., 4., 2., 5., 3., 6.], &[2, 3]), [1., 2., 3., 4., 5., 6.]);
    }

    /// An array as numpy writes it.
    fn npy(descr: &str, fortran: bool, shape: &str, values: &[u8]) -> Vec<u8> {
        let fortran = if fortran { "True" } else { "False" };
        let mut text = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
        while (10 + text.len() + 1) % 64 != 0 {
            text.push(' ');
        }
        text.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.bytes());
        bytes.extend(values);
        bytes
    }

    /// An archive as numpy writes it: sizes in the local headers stand in their extra fields.
    fn npz(entries: &[(&str, Vec<u8>)], deflate: bool) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, content) in entries {
            let mut crc = flate2::Crc::new();
            crc.update(content);
            let packed = if deflate {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(content).unwrap();
                encoder.finish().unwrap()
            } else {
                content.clone()
            };
            let method: u16 = if deflate { 8 } else { 0 };
            let offset = u32::try_from(out.len()).unwrap();
            let length = u16::try_from(name.len()).unwrap();
            let head = |out: &mut Vec<u8>, sizes: [u32; 2], extra: u16| {
                out.extend([45, 0, 0, 0]);
                out.extend(method.to_le_bytes());
                out.extend([0; 4]);
                out.extend(crc.sum().to_le_bytes());
                sizes.iter().for_each(|s| out.extend(s.to_le_bytes()));
                out.extend(length.to_le_bytes());
                out.extend(extra.to_le_bytes());
            };
            out.extend(b"PK\x03\x04");
            head(&mut out, [u32::MAX; 2], 20);
            out.extend(name.bytes());
            out.extend([1, 0, 16, 0]);
            out.extend((content.len() as u64).to_le_bytes());
            out.extend((packed.len() as u64).to_le_bytes());
            out.extend(&packed);
            directory.extend(b"PK\x01\x02-\x03");
            let sizes = [packed.len(), content.len()].map(|n| u32::try_from(n).unwrap());
            head(&mut directory, sizes, 0);
            directory.extend([0; 10]);
            directory.extend(offset.to_le_bytes());
            directory.extend(name.bytes());
        }
        let at = u32::try_from(out.len()).unwrap();
        let count = u16::try_from(entries.len()).unwrap();
        out.extend(&directory);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    fn open(bytes: Vec<u8>) -> Result<Npz, ModelError> {
        let files = [("a.npz".to_owned(), bytes)].into();
        Npz::open(&MemoryBase { id: "here".to_owned(), files }, "a.npz")
    }

    fn bytes(values: &[f64]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    #[test]
    fn what_numpy_writes_is_read() {
        let names: Vec<u8> = "ab\0Cé\0".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let entries = [
            ("F.npy", npy("<f8", true, "(2, 3)", &bytes(&[1., 4., 2., 5., 3., 6.]))),
            ("B.npy", npy(">f8", false, "(1,)", &2.5f64.to_be_bytes())),
            ("U.npy", npy("|u1", false, "(3,)", &[1, 2, 255])),
            ("I.npy", npy("<i8", false, "(1, 1)", &(-7i64).to_le_bytes())),
            ("N.npy", npy("<U3", false, "(2,)", &names)),
            ("S.npy", npy("<f8", false, "()", &bytes(&[4.0]))),
        ];
        for deflate in [false, true] {
            let found = open(npz(&entries, deflate)).unwrap();
            assert_eq!(found.figures("F", &[2, 3]).unwrap(), [1., 2., 3., 4., 5., 6.]);
            assert_eq!(found.figures("B", &[1]).unwrap(), [2.5]);
            assert_eq!(found.figures("U", &[3]).unwrap(), [1., 2., 255.]);
            assert_eq!(found.figures("I", &[1, 1]).unwrap(), [-7.]);
            assert_eq!(found.figures("S", &[]).unwrap(), [4.]);
            assert_eq!(found.names("N", 5).unwrap(), ["ab", "Cé"]);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_reason() {
        let said = |array: Vec<u8>, shape: &[usize]| {
            let found = open(npz(&[("A.npy", array)], true)).unwrap().figures("A", shape);
            found.unwrap_err().to_string()
        };
        assert!(
            said(npy("<f8", false, "(2,)", &bytes(&[1., 2.])), &[3])
                .contains("its shape is [2], and it must be [3]")
        );
        assert!(said(npy("<f4", false, "(2,)", &[0; 8]), &[2]).contains("its type is <f4"));
        assert!(said(npy("<f8", false, "(2,)", &bytes(&[1.])), &[2]).contains("its shape needs 16"));
        assert!(said(npy("<f8", false, "(2,)", &bytes(&[1., 2., 3.])), &[2]).contains("24 bytes of values"));
        assert!(said(npy("<i8", false, "(1,)", &i64::MAX.to_le_bytes()), &[1]).contains("out of range"));
        assert!(said(b"\x93NUMPY\x01\x00\xff\xff{".to_vec(), &[1]).contains("ends before"));
        assert!(said(b"no array".to_vec(), &[1]).contains("ends before"));
        for (from, to) in
            [("(2, )", "(2, ), 'x': 1"), ("False", "Maybe"), ("(2, )", "(two,)"), ("(2, )", "[2]")]
        {
            let array = npy("<f8", false, "(2, )", &bytes(&[1., 2.]));
            let text = String::from_utf8_lossy(&array[10..]).replace(from, to);
            assert!(header::parse(&text).is_err(), "{text}");
        }
        let mut damaged = npz(&[("A.npy", npy("<f8", false, "(2,)", &bytes(&[1., 2.])))], false);
        let at = damaged.windows(8).position(|w| w == 2f64.to_le_bytes()).unwrap();
        damaged[at] ^= 1;
        assert!(open(damaged).unwrap().figures("A", &[2]).unwrap_err().to_string().contains("checksum"));
        let twice = npy("<f8", false, "(1,)", &bytes(&[1.]));
        assert!(open(npz(&[("A.npy", twice.clone()), ("A.npy", twice)], false)).is_err());
        assert!(open(Vec::new()).is_err() && open(b"PK\x05\x06".repeat(9)).is_err());
    }

    #[test]
    fn headers_are_read_in_the_time_of_their_length() {
        let start = std::time::Instant::now();
        for deep in ["(".repeat(60_000), "[".repeat(60_000), "{".repeat(60_000), "'a',".repeat(15_000)] {
            for text in
                [deep.clone(), format!("{{'descr': {deep}"), format!("{{'descr': '<f8', 'shape': ({deep}")]
            {
                assert!(header::parse(&text).is_err());
            }
        }
        assert!(start.elapsed().as_secs() < 5);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            array in prop::collection::vec(any::<u8>(), 0..80),
            cut in 0usize..400,
            flip in 0usize..400,
            to in any::<u8>(),
        ) {
            let entries = [("A.npy", array), ("B.npy", npy("<f8", false, "(2,)", &bytes(&[1., 2.])))];
            let mut whole = npz(&entries, to % 2 == 0);
            if let Some(byte) = whole.get_mut(flip) {
                *byte = to;
            }
            whole.drain(..cut.min(whole.len()) / 8);
            if let Ok(found) = open(whole) {
                let _ = (found.figures("A", &[2]), found.figures("B", &[2]), found.names("A", 10));
            }
        }

        #[test]
        fn what_was_written_is_read(values in prop::collection::vec(any::<f64>(), 0..40), deflate in any::<bool>()) {
            let shape = format!("({},)", values.len());
            let found = open(npz(&[("A.npy", npy("<f8", false, &shape, &bytes(&values)))], deflate)).unwrap();
            let read = found.figures("A", &[values.len()]).unwrap();
            prop_assert!(read.iter().zip(&values).all(|(a, b)| a.to_bits() == b.to_bits()) && read.len() == values.len());
        }

        #[test]
        fn any_header_is_read_or_refused(text in "[{}()\\[\\]':, a-z0-9<f8U]{0,60}") {
            let _ = header::parse(&text);
        }
    }
}
