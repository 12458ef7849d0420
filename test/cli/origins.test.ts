import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Derivation, Origin } from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { makeWorkspace, type Workspace } from './workspace';

const packages = join(repository, 'examples/pkgs');

const functions = `{
  withInstall = drv: drv.overrideAttrs (old: {
    installPhase = "touch $out # by a function";
  });
  extra = {
    postBuild = "echo extra";
  };
  mk = pkgs: attrs: pkgs.stdenv.mkDerivation (attrs // {
    preBuild = "echo from mk";
  });
}
`;

const recipe = `{ stdenv }:
stdenv.mkDerivation {
  name = "called";
  dontUnpack = true;
  installPhase = "touch $out # called";
}
`;

const file = `let
  pkgs = import ${packages} { };
  fn = import ./functions.nix;
  text = "echo shared";
  base = pkgs.stdenv.mkDerivation (finalAttrs: {
    pname = "base";
    version = "1";
    dontUnpack = true;
    buildPhase = "echo \${finalAttrs.version}";
    postInstall = text;
    installPhase = "touch $out";
  });
in
{
  inherit base;
  over = base.overrideAttrs (old: {
    postBuild = (old.postBuild or "") + "echo more";
    buildPhase = old.buildPhase + "; echo again";
  });
  twice = (base.overrideAttrs { preInstall = "echo one"; }).overrideAttrs (final: old: {
    preInstall = old.preInstall + "; echo two";
  });
  other = fn.withInstall base;
  merged = base.overrideAttrs fn.extra;
  made = fn.mk pkgs {
    name = "made";
    dontUnpack = true;
    installPhase = "touch $out # made";
  };
  inherited =
    let
      installPhase = "touch $out # inherited";
    in
    pkgs.stdenv.mkDerivation {
      name = "inherited";
      dontUnpack = true;
      inherit installPhase;
    };
  called = pkgs.callPackage ./recipe.nix { };
  calledOver = (pkgs.callPackage ./recipe.nix { }).overrideAttrs {
    postFixup = "true";
  };
}
`;

/** Derivation, phase or hook, and the line that writes it. */
const expected: readonly (readonly [string, string, string])[] = [
  ['base', 'buildPhase', 'default.nix: buildPhase = "echo ${finalAttrs.version}";'],
  ['base', 'postInstall', 'default.nix: postInstall = text;'],
  ['over', 'buildPhase', 'default.nix: buildPhase = old.buildPhase + "; echo again";'],
  ['over', 'postBuild', 'default.nix: postBuild = (old.postBuild or "") + "echo more";'],
  ['over', 'installPhase', 'default.nix: installPhase = "touch $out";'],
  ['twice', 'preInstall', 'default.nix: preInstall = old.preInstall + "; echo two";'],
  ['twice', 'buildPhase', 'default.nix: buildPhase = "echo ${finalAttrs.version}";'],
  ['other', 'installPhase', 'functions.nix: installPhase = "touch $out # by a function";'],
  ['other', 'buildPhase', 'default.nix: buildPhase = "echo ${finalAttrs.version}";'],
  ['merged', 'postBuild', 'functions.nix: postBuild = "echo extra";'],
  ['made', 'preBuild', 'functions.nix: preBuild = "echo from mk";'],
  ['made', 'installPhase', 'default.nix: installPhase = "touch $out # made";'],
  ['inherited', 'installPhase', 'default.nix: inherit installPhase;'],
  ['called', 'installPhase', 'recipe.nix: installPhase = "touch $out # called";'],
  ['calledOver', 'installPhase', 'recipe.nix: installPhase = "touch $out # called";'],
  ['calledOver', 'postFixup', 'default.nix: postFixup = "true";'],
];

describe('where a phase or hook is written', () => {
  let workspace: Workspace;
  before(() => {
    workspace = makeWorkspace();
    workspace.write('default.nix', file);
    workspace.write('functions.nix', functions);
    workspace.write('recipe.nix', recipe);
  });
  after(() => workspace.dispose());

  it('is told through overrideAttrs, finalAttrs, inherit, // and functions of other files', async () => {
    const call = { cwd: workspace.folder, env: workspace.env };
    const result = await phasewise(['phases', '.', '--json'], call);
    equal(result.code, 0);
    const { derivations } = json<{ derivations: readonly Derivation[] }>(result);
    const found = expected.map(([attr, name]) => {
      const phases = derivations.find((one) => one.attr === attr)?.phases ?? [];
      const named = [...phases, ...phases.flatMap(({ hooks }) => hooks)].find((one) => one.name === name);
      return [attr, name, lineOf(named?.origin)];
    });
    deepEqual(found, expected);
  });

  function lineOf(origin: Origin | undefined): string {
    if (origin?.file == null || origin.range === null) return '';
    const line = readFileSync(origin.file, 'utf8').split('\n')[origin.range.start.line] ?? '';
    return `${basename(origin.file)}: ${line.trim()}`;
  }
});
