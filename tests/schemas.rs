//! The JSON documents over all fixtures fit the schemas that `schemas/` publishes, and their own counts. What the
//! documents say of each fixture is for the fixtures' marks.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};

/// The folder of the fixtures, seen from the package's root, where cargo runs tests.
const FOLDER: &str = "fixtures";

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[test]
fn findings_fit_their_schema() -> Outcome {
    let document = document(&["--format", "json", FOLDER])?;
    assert_eq!(faults("paylint-1.schema.json", &document)?, [""; 0]);
    let findings = list(&document["findings"]);
    let related = findings.iter().filter(|f| !list(&f["related"]).is_empty()).count();
    assert!(related > 20, "only {related} findings with related places: too few to prove anything");
    let of = |severity: &str| findings.iter().filter(|f| f["severity"] == severity).count();
    assert_eq!(document["summary"]["errors"], json!(of("error")));
    assert_eq!(document["summary"]["warnings"], json!(of("warning")));
    Ok(())
}

#[test]
fn the_audit_fits_its_schema() -> Outcome {
    let document = document(&["audit", "--format", "json", FOLDER])?;
    assert_eq!(faults("audit-1.schema.json", &document)?, [""; 0]);
    let outcomes: Vec<&Value> = list(&document["sites"]).iter().flat_map(|site| list(&site["outcomes"])).collect();
    for verdict in ["ok", "fault", "undecided"] {
        let cells = outcomes.iter().filter(|o| o["verdict"]["state"] == verdict).count();
        assert!(cells > 10, "only {cells} cells are {verdict}: too few to prove anything");
    }
    Ok(())
}

/// Every call of some fixtures in which each kind of step happens, for every code.
#[test]
fn traces_fit_their_schema() -> Outcome {
    let mut steps: BTreeSet<String> = BTreeSet::new();
    for folder in ["fixtures/pending", "fixtures/sites"] {
        let audit = document(&["audit", "--format", "json", folder])?;
        let looks_up = |site: &Value| site["file"].as_str().is_some_and(|file| file.contains("table"));
        let sites = list(&audit["sites"]).iter().enumerate().filter(|(i, site)| i % 3 == 1 || looks_up(site));
        for (_, site) in sites {
            let start = &site["range"]["start"];
            let place = format!("{}:{}:{}", site["file"].as_str().unwrap_or_default(), start["line"], start["column"]);
            for code in ["8000", "other"] {
                let document = document(&["trace", &place, "--code", code, "--format", "json"])?;
                assert_eq!(faults("trace-1.schema.json", &document)?, [""; 0], "{place} {code}");
                for trace in list(&document["traces"]) {
                    let told: Vec<&Value> = list(&trace["runs"]).iter().flat_map(|run| list(&run["steps"])).collect();
                    steps.extend(told.iter().filter_map(|step| step["step"].as_str()).map(str::to_owned));
                    // The runs reach what the cell of the table says, and nothing else.
                    let reached: BTreeSet<Option<u64>> =
                        told.iter().filter(|s| s["step"] == "effect").map(|s| s["effect"].as_u64()).collect();
                    let listed = list(&trace["outcome"]["effects"]).len() as u64;
                    assert_eq!(reached, (0..listed).map(Some).collect(), "{place} {code}");
                }
            }
        }
    }
    for step in ["payment", "enter", "leave", "test", "switch", "arm", "look-up", "write", "settle", "await", "effect"]
    {
        assert!(steps.contains(step), "no trace has the step {step}: too few to prove anything ({steps:?})");
    }
    Ok(())
}

#[test]
fn the_list_of_rules_fits_its_schema() -> Outcome {
    let document = document(&["rules", "--format", "json"])?;
    assert_eq!(faults("rules-1.schema.json", &document)?, [""; 0]);
    assert!(list(&document["rules"]).len() >= 5, "{document}");
    Ok(())
}

#[test]
fn the_list_of_files_fits_its_schema() -> Outcome {
    let document = document(&["--show-files", "--format", "json", FOLDER])?;
    assert_eq!(faults("files-1.schema.json", &document)?, [""; 0]);
    let files = list(&document["files"]);
    for fate in ["analysed", "no-payment", "configuration", "other-kind", "missing"] {
        let counted = files.iter().filter(|file| file["fate"] == fate).count();
        assert!(counted > 0, "no file is {fate}: too few to prove anything");
        assert_eq!(document["summary"][fate], json!(counted));
    }
    Ok(())
}

/// A schema that accepts anything would prove nothing.
#[test]
fn the_schemas_refuse_what_is_no_such_document() -> Outcome {
    let mut document = document(&["--format", "json", "fixtures/sample"])?;
    document["summary"]["clock"] = json!(1);
    assert_ne!(faults("paylint-1.schema.json", &document)?, [""; 0]);
    assert_ne!(faults("audit-1.schema.json", &json!({ "schemaVersion": 1, "sites": [] }))?, [""; 0]);
    assert_ne!(faults("trace-1.schema.json", &json!({ "schemaVersion": 1, "traces": [{}], "errors": [] }))?, [""; 0]);
    assert_ne!(faults("rules-1.schema.json", &json!({ "schemaVersion": 2 }))?, [""; 0]);
    assert_ne!(faults("files-1.schema.json", &json!({ "schemaVersion": 1, "files": [{}] }))?, [""; 0]);
    Ok(())
}

/// What the program prints, as a document.
fn document(args: &[&str]) -> Outcome<Value> {
    let output = cargo_bin_cmd!("paylint").args(args).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What is wrong with a document, each with its place in it.
fn faults(schema: &str, document: &Value) -> Outcome<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(schema);
    let schema = jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(path)?)?)?;
    Ok(schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
