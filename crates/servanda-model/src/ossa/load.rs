//! `ossa2014.npz` to a world.

use super::World;
use crate::ModelError;
use crate::folder::{Folder, once};

const FILE: &str = "ossa2014.npz";
/// More regions or sectors than this are a mistake.
const MOST: usize = 1000;

impl World {
    /// Reads `ossa2014.npz`: `regions`, `sectors`, `trade` (imbalances purged) and `tariff` by exporter, importer and sector,
    /// and `sigma` by sector.
    ///
    /// # Errors
    /// The file and the cell of what cannot be used.
    pub fn load(folder: &Folder<'_>) -> Result<Self, ModelError> {
        let arrays = folder.arrays(FILE)?;
        let names = |array: &str| {
            let names = arrays.names(array, MOST)?;
            once(&names).map_err(|problem| folder.cell(FILE, format!("array `{array}`"), problem))?;
            Ok(names)
        };
        let (regions, sectors) = (names("regions")?, names("sectors")?);
        let (n, s) = (regions.len(), sectors.len());
        let trade = arrays.figures("trade", &[n, n, s])?;
        let tariff = arrays.figures("tariff", &[n, n, s])?;
        let sigma = arrays.figures("sigma", &[s])?;
        World::new(regions, sectors, trade, tariff, sigma)
            .map_err(|error| folder.refuse(FILE, error.to_string()))
    }
}
