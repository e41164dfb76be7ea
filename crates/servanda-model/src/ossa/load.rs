//! `ossa2014.npz` to a world.

use super::World;
use crate::ModelError;
use crate::folder::{Folder, once};

const FILE: &str = "ossa2014.npz";
const FLOW: [&str; 3] = ["exporter", "importer", "sector"];

impl World {
    /// Reads `ossa2014.npz`: `regions`, `sectors`, `trade` (imbalances purged) and `tariff` by exporter, importer and sector,
    /// and `sigma` by sector.
    ///
    /// # Errors
    /// The file and the cell of what cannot be used.
    pub fn load(folder: &mut Folder<'_>) -> Result<Self, ModelError> {
        let mut arrays = folder.arrays(FILE)?;
        let regions = arrays.texts("regions")?;
        let sectors = arrays.texts("sectors")?;
        for (name, names) in [("regions", &regions), ("sectors", &sectors)] {
            once(names).map_err(|problem| arrays.refuse(name, problem))?;
        }
        let (n, s) = (regions.len(), sectors.len());
        let mut flows = |name: &str, least: f64| {
            let (shape, values) = arrays.floats(name, &FLOW, least)?;
            if shape != [n, n, s] {
                return Err(arrays.refuse(name, format!("the shape is {shape:?}; wanted is [{n}, {n}, {s}]")));
            }
            Ok(values)
        };
        let trade = flows("trade", 0.0)?;
        let tariff = flows("tariff", 0.0)?;
        let (shape, sigma) = arrays.floats("sigma", &["sector"], 1.0)?;
        if shape != [s] {
            return Err(arrays.refuse("sigma", format!("the shape is {shape:?}; wanted is [{s}]")));
        }
        World::new(regions, sectors, trade, tariff, sigma)
            .map_err(|error| folder.refuse(FILE, error.to_string()))
    }
}
