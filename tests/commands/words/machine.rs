//! What `devices` says, with a made-up GPU, for the real ones differ from machine to machine.

use super::plain;
use crate::support::process::text;
use expect_test::expect;

#[test]
fn devices_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = plain(
        folder.path(),
        &["devices", "--kernels", "portable", "--threads", "2"],
    );
    command.env("OVERFIT_LAB_PROBE_FAULT", "none");
    let output = command.output().unwrap();
    let listed = text(&output.stdout) + &text(&output.stderr);
    let lines = listed
        .lines()
        .map(|line| match line.split_once("; cores ") {
            Some((kernels, _)) => format!("{kernels}; cores <count>\n"),
            None => format!("{}\n", line.trim_end()),
        });
    expect![[r#"
        cpu      CPU · 2 threads
                 own kernels, portable; cores <count>
                 usable
        wgpu:0   Made-up GPU · discrete GPU · none
                 driver for tests
                 not probed yet: overfit-lab devices --probe wgpu:0
    "#]]
    .assert_eq(&lines.collect::<String>());
}
