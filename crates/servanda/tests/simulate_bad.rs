//! Bad input of what-if through the program: every model, its scenario and its base. Each mistake is one clear error that names its
//! place, and the program ends with 2; what the models can take is answered.

mod common;

use common::{servanda_in, text, undrawn};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with a scenario `s.toml` and a base folder.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn run(&self, base: &str) -> Output {
        servanda_in(self.0.path(), &["simulate", "s.toml", "--base", base])
    }

    /// What is said where the program must end with 2, and without anything on standard output.
    fn refused(&self, base: &str) -> String {
        let output = self.run(base);
        assert_eq!(text(&output, 2), "");
        let said = undrawn(&String::from_utf8(output.stderr).unwrap());
        assert!(!said.contains("panicked"), "{said}");
        said
    }
}

const HEAD: &str =
    "model = \"caliendo-parro\"\ntitle = \"t\"\nbase = \"synthetic-4x3\"\nclosure = \"nominal\"\n";

fn change(keys: &str) -> String {
    format!(
        "{HEAD}[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"all\"]\n{keys}\n"
    )
}

/// A file of a base, and what its text becomes.
type Edit<'a> = (&'a str, &'a dyn Fn(&str) -> String);

/// A copy of the base that ships, with edits to files; hashes are brought up to date.
fn edited(scenario: &str, edits: &[Edit<'_>]) -> Place {
    let place = Place::new();
    let mut manifest = String::new();
    for entry in std::fs::read_dir(root().join("bases/synthetic-4x3")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        if name == "manifest.toml" {
            manifest = text;
        } else {
            place.write(&format!("synthetic-4x3/{name}"), text);
        }
    }
    let hash = |text: &str| -> String {
        Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    };
    for (file, edit) in edits {
        let old = std::fs::read_to_string(root().join("bases/synthetic-4x3").join(file)).unwrap();
        let new = edit(&old);
        assert!(new != old, "{file} is as it was");
        manifest = manifest.replace(&hash(&old), &hash(&new));
        place.write(&format!("synthetic-4x3/{file}"), new);
    }
    place.write("synthetic-4x3/manifest.toml", manifest).write("s.toml", scenario);
    place
}

#[test]
fn a_base_whose_accounts_do_not_hold_names_its_cell() {
    type Edit = (&'static str, fn(&str) -> String, &'static str);
    let cases: [Edit; 14] = [
        (
            "production.csv",
            |t| t.replace("farm goods,North,0.45,0.04694831352955817", "farm goods,North,0.45,0.06"),
            "final shares, North: they sum to 1.01",
        ),
        (
            "production.csv",
            |t| t.replace("farm goods,North,0.45,0.04694831352955817", "farm goods,North,0.45,-0.04"),
            "final share, North, farm goods: -0.04 must be between 0 and 1",
        ),
        (
            "production.csv",
            |t| t.lines().filter(|l| !l.starts_with("services,East")).map(|l| format!("{l}\n")).collect(),
            "production.csv: there is no row for sector services, country East",
        ),
        (
            "inputs.csv",
            |t| t.replace("North,farm goods,farm goods,0.35", "North,farm goods,farm goods,-0.35"),
            "input share, North, farm goods used by farm goods: -0.35 must be between 0 and 1",
        ),
        ("sectors.csv", |t| t.replace("8.0", "0"), "trade elasticity, farm goods: 0 must be above zero"),
        ("sectors.csv", |t| t.replace("8.0", "inf"), "sectors.csv:2: theta: `inf` is no finite number"),
        (
            "tariffs.csv",
            |t| t.replace("farm goods,North,South,6,0", "farm goods,North,South,nan,0"),
            "tariffs.csv:2: percent: `nan` is no finite number",
        ),
        (
            "tariffs.csv",
            |t| t.replace("farm goods,North,South,6,0", "farm goods,North,South,1e999,0"),
            "tariffs.csv:2: percent: `1e999` is no finite number",
        ),
        (
            "flows.csv",
            |t| t.replace("farm goods,North,South,22", "farm goods,North,South,1e308"),
            "no equilibrium: without any shock",
        ),
        ("flows.csv", |_| String::new(), "flows.csv:1: there is no column `sector`"),
        (
            "flows.csv",
            |_| "sector,importer,exporter,value\n".into(),
            "value added, North: 0 must be above zero",
        ),
        ("sectors.csv", |_| "sector,theta\n".into(), "sectors.csv: there is no row for sector farm goods"),
        (
            "flows.csv",
            |t| t.replace("farm goods,North,South,22", "farm goods,North,South"),
            "flows.csv:3: there are 3 fields",
        ),
        (
            "tariffs.csv",
            |t| format!("{t}farm goods,North,North,5,5\n"),
            "tariff, North from North, farm goods: trade at home has no tariff",
        ),
    ];
    for (file, edit, must) in cases {
        let said = edited(&change("rate = 30"), &[(file, &edit)]).refused("synthetic-4x3");
        assert!(said.contains(must), "{file}\n{must}\n{said}");
    }
    let place = edited(&change("rate = 30"), &[]);
    place.write("synthetic-4x3/flows.csv", [0xff, 0xfe, 0x00]);
    assert!(place.refused("synthetic-4x3").contains("the file was changed, or the manifest is wrong"));
    std::fs::remove_file(place.0.path().join("synthetic-4x3/flows.csv")).unwrap();
    assert!(place.refused("synthetic-4x3").contains("flows.csv: this file is missing"));
    place.write("synthetic-4x3/manifest.toml", "");
    assert!(place.refused("synthetic-4x3").contains("manifest.toml"));
    assert!(place.refused("nowhere").contains("nowhere is no folder"));
    assert!(place.refused("s.toml").contains("s.toml is no folder"));
    place.write("empty/readme.txt", "");
    let said = place.refused("empty");
    assert!(said.contains("this folder is no base: it has no manifest.toml"), "{said}");
}

#[test]
fn what_the_models_can_take_is_answered() {
    // A country that imports nothing of a sector, and one that spends nothing on it.
    let text_of = change("rate = 30").replace("closure", "balance = true\nclosure");
    let no_imports = |t: &str| -> String {
        let gone = |l: &str| l.starts_with("services,West,") && !l.starts_with("services,West,West");
        t.lines().filter(|l| !gone(l)).map(|l| format!("{l}\n")).collect()
    };
    text(&edited(&text_of, &[("flows.csv", &no_imports)]).run("synthetic-4x3"), 0);
    // Rates that no trade survives.
    for keys in ["rate = 1e300", "add = 1e12", "from = -99.9999\nto = 0", "rate = -99.9999"] {
        let output = edited(&change(keys), &[]).run("synthetic-4x3");
        let code = output.status.code();
        assert!(code == Some(0) || code == Some(1), "{keys}: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains("NaN") && !printed.contains("inf"), "{keys}: {printed}");
        assert!(code == Some(0) || printed.contains("no equilibrium was found"), "{keys}: {printed}");
    }
}

#[test]
fn numbers_that_are_none_in_a_scenario_have_a_place() {
    let cases = [
        (change("rate = inf"), "s.toml:9:8: a rate is in percent"),
        (change("add = -inf"), "s.toml:9:7: a rate is in percent"),
        (change("from = nan\nto = 3"), "s.toml:9:8: a rate is in percent"),
        (change("from = 3"), "a change needs exactly one of"),
        (
            change("from = -99.9999999\nto = 1.7e308"),
            "tariff of North from East, farm goods is past all numbers",
        ),
        (change("rate = \"5\""), "s.toml:9:8: a number is needed"),
        (change("rate = 5\nrates = 6"), "has no key `rates`"),
        (
            format!("{HEAD}[elasticities]\ntheta = nan\n"),
            "s.toml:6:9: trade elasticity, farm goods: NaN is no finite",
        ),
        (format!("{HEAD}[elasticities]\nband = [0.5, inf]\n"), "s.toml:6:8: a band is two factors"),
        (format!("{HEAD}[elasticities]\nband = [nan, 2.0]\n"), "s.toml:6:8: a band is two factors"),
        (format!("{HEAD}[elasticities]\ndraws = -1\n"), "s.toml:6:9: "),
        (format!("{HEAD}[elasticities]\ndraws = 4000000000\nseed = 1\n"), "at most 100000 draws"),
        (format!("{HEAD}[ranges]\nclosures = [\"open\"]\n"), "there is no closure `open`"),
        (String::new(), "needs `model`"),
    ];
    for (scenario, must) in cases {
        let said = edited(&scenario, &[]).refused("synthetic-4x3");
        assert!(said.contains(must), "{must}\n{said}");
    }
}

fn gz(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Three countries for the model of Liberation Day.
fn liberation(keys: &str) -> Place {
    let place = Place::new();
    let countries = "iso3,idx,name,gdp_usd,us_tariff_apr2,eu_code\nUSA,1,U,50000,0,False\nFRA,2,F,40000,0.2,True\nJPN,3,J,30000,0.24,False\n";
    let trade = "exporter,importer,kusd\nUSA,FRA,3\nFRA,USA,5\nUSA,JPN,2\nJPN,USA,4\nJPN,FRA,1\nFRA,JPN,1\n";
    let head = "model = \"liberation\"\ntitle = \"t\"\nbase = \"three\"\n";
    place
        .write("s.toml", format!("{head}{keys}"))
        .write("three/countries.csv", countries)
        .write("three/trade2023.csv.gz", gz(trade));
    place
}

#[test]
fn liberation_answers_or_names_what_is_wrong() {
    let printed = text(&liberation("").run("three"), 0);
    assert!(
        printed.contains("ranges: over 12 solutions") && printed.contains("; 0 without an answer"),
        "{printed}"
    );
    let place = liberation("deficits = \"fixed\"\n[ranges]\nclosures = [\"proportional-deficits\"]\n");
    let table = servanda_in(
        place.0.path(),
        &["simulate", "s.toml", "--base", "three", "--table", "ranges", "--format", "csv"],
    );
    let table = text(&table, 0);
    assert!(table.starts_with("iso3,measure,value,low,high\nUSA,welfare_pct,"), "{table}");
    assert_eq!(table.lines().count(), 1 + 3 * 7);
    for (keys, must) in [
        ("us_tarif = \"listed\"\n", "has no key `us_tarif`"),
        ("retaliation = \"total\"\n", "s.toml:4:15: `total` is not a word"),
        ("deficits = \"none\"\n", "s.toml:4:12: `none` is not a word"),
        ("[elasticities]\ntrade = nan\n", "the trade elasticity is NaN"),
        ("[elasticities]\nlabour = inf\n", "the labour supply elasticity is inf"),
        ("[elasticities]\nscale = -1\n", "the scale elasticity is -1"),
        ("[elasticities]\nband = [1.2, 2]\n", "s.toml:5:8: a band is two factors"),
        ("[ranges]\nclosures = [\"gold\"]\n", "s.toml:5:13: `gold` is not a word"),
    ] {
        let said = liberation(keys).refused("three");
        assert!(said.contains(must), "{must}\n{said}");
    }
    // Elasticities beyond all reason: an answer, or none with its residual; never a panic.
    for keys in ["trade = 1e300", "labour = 1e300", "trade = 1e-300", "scale = 1e9", "pass_through = 1e300"] {
        let output = liberation(&format!("[elasticities]\n{keys}\n")).run("three");
        let code = output.status.code();
        assert!(matches!(code, Some(0..=2)), "{keys}: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains("NaN"), "{keys}: {printed}");
        assert!(
            code != Some(1) || printed.contains("residual") || printed.contains("certificate"),
            "{keys}: {printed}"
        );
    }
    let place = liberation("");
    place.write("three/trade2023.csv.gz", "not packed");
    assert!(place.refused("three").contains("trade2023.csv.gz: it cannot be unpacked"));
    place.write("three/trade2023.csv.gz", gz(""));
    assert!(place.refused("three").contains("wanted are `exporter,importer,kusd`"));
    place.write("three/countries.csv", "");
    assert!(place.refused("three").contains("wanted are `iso3,idx,name"));
    // Nobody sells anything.
    let place = liberation("");
    place.write("three/trade2023.csv.gz", gz("exporter,importer,kusd\n"));
    let output = place.run("three");
    assert!(matches!(output.status.code(), Some(1 | 2)), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn tariff_lines_and_one_industry_answer_or_name_what_is_wrong() {
    let lines = "line,supplier,imports,tariff_before,tariff_after\n01,A,10,0.1,0.2\n01,B,5,0.1,0.1\n";
    let smart = |keys: &str, lines: &str| {
        let place = Place::new();
        let head = "model = \"smart\"\ntitle = \"t\"\nbase = \"l\"\n";
        place.write("s.toml", format!("{head}{keys}")).write("l/lines.csv", lines);
        place
    };
    let good = "demand = -1.2\nsubstitution = 2\n";
    let printed = text(&smart(good, lines).run("l"), 0);
    assert!(printed.contains("ranges: over 9 solutions"), "{printed}");
    for (keys, lines, must) in [
        ("demand = nan\nsubstitution = 2\n", lines.to_owned(), "the elasticity of import demand is NaN"),
        ("demand = 1\nsubstitution = 2\n", lines.to_owned(), "the elasticity of import demand is 1"),
        ("demand = -1\nsubstitution = inf\n", lines.to_owned(), "the elasticity of substitution is inf"),
        ("demand = -1\n", lines.to_owned(), "needs `substitution`"),
        (good, lines.replace("10", "inf"), "line 2, column `imports`: inf is not finite"),
        (good, lines.replace("10", "-10"), "line 2, column `imports`: -10 is below 0"),
        (good, lines.replace("0.2", "nan"), "line 2, column `tariff_after`: NaN is not finite"),
        (good, lines.replace("01,B", "01,A"), "`A` stands twice in `01`"),
        (good, String::new(), "lines.csv"),
        (good, "line,supplier,imports,tariff_before,tariff_after\n".to_owned(), "there are no rows"),
    ] {
        let said = smart(keys, &lines).refused("l");
        assert!(said.contains(must), "{must}\n{said}");
    }
    text(&smart(good, &lines.replace("0.2", "1e300")).run("l"), 0);
    text(&smart(good, &lines.replace("0.2", "prohibitive")).run("l"), 0);

    let flows = "exporter,importer,value_world_prices,t0_power,t1_power\nA,A,5,1,1\nA,B,1,1,1.2\nB,A,1,1,1\nB,B,7,1,1\n";
    let gsim = |keys: &str, flows: &str, params: &str| {
        let place = Place::new();
        let head = "model = \"gsim\"\ntitle = \"t\"\nbase = \"m\"\n";
        place
            .write("s.toml", format!("{head}{keys}"))
            .write("m/flows.csv", flows)
            .write("m/params.json", params);
        place
    };
    let params = r#"{"Em": -1, "Ex": 1.5, "Es": 3}"#;
    let printed = text(&gsim("", flows, params).run("m"), 0);
    assert!(printed.contains("ranges: over 9 solutions"), "{printed}");
    for (flows, params, must) in [
        (flows.replace("A,B,1,1,1.2", "A,B,nan,1,1.2"), params, "line 3, column `value_world_prices`"),
        (flows.replace("A,B,1,1,1.2", "A,B,1,1,nan"), params, "line 3, column `t1_power`"),
        (flows.replace("A,B,1,1,1.2", "A,B,1,1,-2"), params, "line 3, column `t1_power`"),
        (String::new(), params, "flows.csv"),
        (flows.to_owned(), "", "params.json"),
        (flows.to_owned(), r#"{"Em": -1, "Ex": 1e999, "Es": 3}"#, "params.json"),
    ] {
        let said = gsim("", &flows, params).refused("m");
        assert!(said.contains(must), "{must}\n{said}");
    }
    for huge in ["1e300", "1e-300"] {
        for method in ["", "method = \"linear\"\n"] {
            let output = gsim(method, &flows.replace("1.2", huge), params).run("m");
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            // A tariff that all but gives goods away has no answer that holds: then there are no figures.
            match output.status.code() {
                Some(0) => assert!(!printed.contains("NaN"), "{huge} {method} {printed}"),
                Some(1) => assert!(printed.contains("its answer does not hold"), "{huge} {method} {printed}"),
                code => panic!("{code:?} {huge} {method} {printed}"),
            }
        }
    }
}

#[test]
fn a_world_of_regions_that_is_no_archive_is_named() {
    let place = Place::new();
    place.write("s.toml", "model = \"ossa\"\ntitle = \"t\"\nbase = \"w\"\nask = \"optimal\"\n");
    place.write("w/ossa2014.npz", "");
    assert!(place.refused("w").contains("w/ossa2014.npz"));
    place.write(
        "s.toml",
        "model = \"ossa\"\ntitle = \"t\"\nbase = \"w\"\nask = \"optimal\"\n[ranges]\ntariffs = \"new\"\n",
    );
    assert!(place.refused("w").contains("s.toml:6:11: `new` is not a word"));
}
