import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const title = 'A build under way tells what it does now';

/** An input and a program that take their time. */
const text = `{ pkgs ? import ../pkgs { } }:

let
  gears = pkgs.runCommand "gears-1.2" { } ''
    for tooth in $(seq 24); do echo "cutting tooth $tooth of 24"; sleep 0.1; done
    touch $out
  '';
in
pkgs.stdenv.mkDerivation {
  pname = "engine";
  version = "4.0";
  dontUnpack = true;
  inherit gears;
  unique = "${Date.now()}";

  buildPhase = ''
    for part in $(seq 80); do
      echo "[$part/80] CC engine/part$part.o"
      sleep 0.2
    done
  '';

  installPhase = "touch $out";
}
`;

export async function tell({ folder, command, openFile, row, see, picture }) {
  await mkdir(join(folder, 'engine'), { recursive: true });
  await writeFile(join(folder, 'engine/default.nix'), text);
  await openFile('engine/default.nix');
  await command('Phasewise: Focus on Phases View');
  await see('.pane-body', /engine-4\.0/);
  await command('Phasewise: Build Derivation');
  await see('.terminal-wrapper.active .xterm-rows', /\[25\/80\] CC/, 60_000);
  await picture('live-build');
  await command('Phasewise: Stop');
  await row(/engine-4\.0.*(cancelled|stopped)/s);
}
