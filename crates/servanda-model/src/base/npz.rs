//! Arrays in npz files, in the order in which they are read aloud: the last index runs fastest, however they are stored.

use super::{BaseFiles, bytes_of};
use crate::ModelError;
use npyz::npz::NpzArchive;
use npyz::{DType, NpyFile, Order, TypeChar};
use std::io::{Cursor, Read};

/// A npz file.
pub(crate) struct Npz {
    file: String,
    archive: NpzArchive<Cursor<Vec<u8>>>,
}

impl Npz {
    /// Opens a file of a base.
    pub fn open(files: &dyn BaseFiles, name: &str) -> Result<Self, ModelError> {
        let bytes = bytes_of(files, name)?;
        let file = format!("{}/{name}", files.id());
        match NpzArchive::new(Cursor::new(bytes)) {
            Ok(archive) => Ok(Self { file, archive }),
            Err(e) => Err(ModelError::File { file, problem: format!("it is no npz file: {e}") }),
        }
    }

    fn problem(&self, array: &str, problem: impl std::fmt::Display) -> ModelError {
        ModelError::File { file: self.file.clone(), problem: format!("array `{array}`: {problem}") }
    }

    /// An array of figures of a shape.
    pub fn figures(&mut self, array: &str, shape: &[usize]) -> Result<Vec<f64>, ModelError> {
        let read = match self.archive.by_name(array) {
            Ok(Some(npy)) => figures_of(npy, shape),
            Ok(None) => Err("it is missing".to_owned()),
            Err(e) => Err(e.to_string()),
        };
        read.map_err(|e| self.problem(array, e))
    }

    /// A list of names.
    pub fn names(&mut self, array: &str, most: usize) -> Result<Vec<String>, ModelError> {
        let read = match self.archive.by_name(array) {
            Ok(Some(npy)) => names_of(npy, most),
            Ok(None) => Err("it is missing".to_owned()),
            Err(e) => Err(e.to_string()),
        };
        read.map_err(|e| self.problem(array, e))
    }
}

fn figures_of<R: Read>(npy: NpyFile<R>, shape: &[usize]) -> Result<Vec<f64>, String> {
    let is: Vec<usize> = npy.shape().iter().map(|d| usize::try_from(*d).unwrap_or(usize::MAX)).collect();
    if is != shape {
        return Err(format!("its shape is {is:?}, and it must be {shape:?}"));
    }
    let order = npy.order();
    let values = values_of(npy)?;
    Ok(match order {
        Order::C => values,
        Order::Fortran => first_runs_slowest(&values, shape),
    })
}

fn values_of<R: Read>(npy: NpyFile<R>) -> Result<Vec<f64>, String> {
    let DType::Plain(kind) = npy.dtype() else { return Err("it holds records, not figures".into()) };
    let text = kind.to_string();
    match (kind.type_char(), kind.size_field()) {
        (TypeChar::Float, 8) => npy.into_vec::<f64>().map_err(|e| e.to_string()),
        (TypeChar::Uint, 1) => {
            Ok(npy.into_vec::<u8>().map_err(|e| e.to_string())?.into_iter().map(f64::from).collect())
        }
        (TypeChar::Int, 8) => {
            // Codes and counts; what a binary fraction cannot hold would be a mistake here.
            let whole = npy.into_vec::<i64>().map_err(|e| e.to_string())?;
            whole.into_iter().map(|v| i32::try_from(v).map(f64::from).map_err(|e| e.to_string())).collect()
        }
        _ => Err(format!("its type is {text}, and figures are read from f8, i8 and u1")),
    }
}

fn names_of<R: Read>(npy: NpyFile<R>, most: usize) -> Result<Vec<String>, String> {
    let DType::Plain(kind) = npy.dtype() else { return Err("it holds records, not names".into()) };
    let letters = usize::try_from(kind.size_field()).unwrap_or(usize::MAX);
    let count = usize::try_from(npy.len()).unwrap_or(usize::MAX);
    if kind.type_char() != TypeChar::UnicodeStr || letters == 0 || letters > 1000 {
        return Err(format!("its type is {kind}, and names are read from U1 to U1000"));
    }
    if npy.shape().len() != 1 || count > most {
        return Err(format!("its shape is {:?}, and it must be one list of at most {most}", npy.shape()));
    }
    let big = kind.to_string().starts_with('>');
    let mut bytes = vec![0; count * letters * 4];
    npy.into_inner().read_exact(&mut bytes).map_err(|e| e.to_string())?;
    let letter = |four: &[u8]| -> Option<char> {
        let four = <[u8; 4]>::try_from(four).ok()?;
        char::from_u32(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    bytes
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

    #[test]
    fn both_orders_read_alike() {
        // [[1, 2, 3], [4, 5, 6]] stored column by column.
        assert_eq!(first_runs_slowest(&[1., 4., 2., 5., 3., 6.], &[2, 3]), [1., 2., 3., 4., 5., 6.]);
    }
}
