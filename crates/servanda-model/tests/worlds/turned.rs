//! The same economy told in another way: in another order, and with a country and a sector taken apart.

use servanda_model::{Economy, Parts};

/// Countries and sectors in another order.
pub fn permuted(p: &Parts, tariffs: &[f64], country: &[usize], sector: &[usize]) -> (Economy, Vec<f64>) {
    let (n, j) = (country.len(), sector.len());
    let two =
        |v: &[f64]| -> Vec<f64> { (0..j * n).map(|at| v[sector[at / n] * n + country[at % n]]).collect() };
    let three = |v: &[f64]| -> Vec<f64> {
        (0..j * n * n)
            .map(|at| v[(sector[at / n / n] * n + country[at / n % n]) * n + country[at % n]])
            .collect()
    };
    let inputs =
        |at: usize| p.input_share[(country[at / j / j] * j + sector[at / j % j]) * j + sector[at % j]];
    let economy = Economy::new(Parts {
        countries: country.iter().map(|c| p.countries[*c].clone()).collect(),
        sectors: sector.iter().map(|s| p.sectors[*s].clone()).collect(),
        value_added_share: two(&p.value_added_share),
        input_share: (0..n * j * j).map(inputs).collect(),
        final_share: two(&p.final_share),
        theta: sector.iter().map(|s| p.theta[*s]).collect(),
        tariff_power: three(&p.tariff_power),
        trade_share: three(&p.trade_share),
        value_added: country.iter().map(|c| p.value_added[*c]).collect(),
        deficit: country.iter().map(|c| p.deficit[*c]).collect(),
        expenditure: two(&p.expenditure),
    });
    (economy.unwrap(), three(tariffs))
}

/// The last country as two identical halves, and the last sector as identical twins.
pub fn split(p: &Parts, tariffs: &[f64]) -> (Economy, Vec<f64>) {
    let (n, j) = (p.countries.len(), p.sectors.len());
    let (nn, jj) = (n + 1, j + 1);
    let c = |at: usize| at.min(n - 1);
    let s = |at: usize| at.min(j - 1);
    let of_country = |at: usize| if at >= n - 1 { 0.5 } else { 1.0 };
    let of_sector = |at: usize| if at >= j - 1 { 0.5 } else { 1.0 };
    let three = |v: &[f64], scale: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..jj * nn * nn)
            .map(|at| v[(s(at / nn / nn) * n + c(at / nn % nn)) * n + c(at % nn)] * scale(at % nn))
            .collect()
    };
    let two = |v: &[f64], scale: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..jj * nn).map(|at| v[s(at / nn) * n + c(at % nn)] * scale(at / nn, at % nn)).collect()
    };
    let name = |names: &[String]| -> Vec<String> {
        names.iter().cloned().chain([format!("{} again", names[names.len() - 1])]).collect()
    };
    let economy = Economy::new(Parts {
        countries: name(&p.countries),
        sectors: name(&p.sectors),
        value_added_share: two(&p.value_added_share, &|_, _| 1.0),
        input_share: (0..nn * jj * jj)
            .map(|at| {
                let source = at / jj % jj;
                p.input_share[(c(at / jj / jj) * j + s(source)) * j + s(at % jj)] * of_sector(source)
            })
            .collect(),
        final_share: two(&p.final_share, &|sector, _| of_sector(sector)),
        theta: (0..jj).map(|at| p.theta[s(at)]).collect(),
        tariff_power: three(&p.tariff_power, &|_| 1.0),
        trade_share: three(&p.trade_share, &of_country),
        value_added: (0..nn).map(|at| p.value_added[c(at)] * of_country(at)).collect(),
        deficit: (0..nn).map(|at| p.deficit[c(at)] * of_country(at)).collect(),
        expenditure: two(&p.expenditure, &|sector, country| of_sector(sector) * of_country(country)),
    });
    (economy.unwrap(), three(tariffs, &|_| 1.0))
}
