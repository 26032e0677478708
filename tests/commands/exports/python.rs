//! The Python example, where Python has what it takes.

use super::*;

fn python() -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|python| {
        Command::new(python)
            .args(["-c", "import numpy, safetensors"])
            .output()
            .is_ok_and(|output| output.status.success())
    })
}

#[test]
fn the_example_predicts_what_the_program_does() {
    let Some(python) = python() else {
        println!("skipped: no python3 with numpy and safetensors");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/load_weights_numpy.py");
    let folder = tempfile::tempdir().unwrap();
    test_csv(folder.path(), 50);
    for name in ["one", "dense"] {
        let run = folder_of(name);
        let fixed = [
            "submit", "--run", &run, "--test", "test.csv", "--output", "s.csv",
        ];
        let more = ["--probabilities", "p.csv", "--force", "--device", "cpu"];
        succeeds(&lab(folder.path(), &[&fixed[..], &more].concat()));
        for layout in ["keras", "pytorch"] {
            let fixed = [
                "export",
                "weights",
                "--run",
                &run,
                "--output",
                "w.safetensors",
            ];
            let more = ["--layout", layout, "--force"];
            succeeds(&lab(folder.path(), &[&fixed[..], &more].concat()));
            let output = Command::new(python)
                .arg("-B")
                .arg(&script)
                .args(["w.safetensors", "test.csv", "p.csv"])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let out = succeeds(&output);
            assert!(out.contains("same class for 100.00%"), "{out}");
        }
    }
}
