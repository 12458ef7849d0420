/** Packages of several languages as nixpkgs writes them: no lint says a word of them but rules that they break. */
import assert from 'node:assert/strict';
import { withRulesOfNixpkgs, withSeverities } from '../../../server/src/analysis/severities';
import { lintsOf } from '../../../server/src/derivation/lints';
import { parsed } from '../../support/syntax';

const hash = 'hash = "sha256-DAMFADEcTj0Ml/zL1VnKjFpwHc8oBwR1sg4Sbo5Mxbs=";';
const source = `src = fetchFromGitHub {
    owner = "someone";
    repo = "thing";
    tag = "v1.2.3";
    ${hash}
  };`;
const meta = `meta = {
    description = "Thing";
    license = lib.licenses.mit;
    maintainers = [ ];
  };`;

const samples: Readonly<Record<string, string>> = {
  Rust: `{ lib, rustPlatform, fetchFromGitHub, pkg-config, installShellFiles, openssl, stdenv, darwin }:
rustPlatform.buildRustPackage (finalAttrs: {
  pname = "thing";
  version = "1.2.3";
  ${source}
  cargoHash = "sha256-KHAFvFSqEGIfqHnFxdVMdqF4SmAbH2EJQDdrRxNpvgk=";
  nativeBuildInputs = [ pkg-config installShellFiles rustPlatform.bindgenHook ];
  buildInputs = [ openssl ] ++ lib.optionals stdenv.hostPlatform.isDarwin [ darwin.Security ];
  buildFeatures = [ "all" ];
  cargoBuildFlags = [ "--package" "thing" ];
  checkFlags = [ "--skip=network" ];
  preCheck = "export HOME=$(mktemp -d)";
  postInstall = "installManPage thing.1";
  ${meta}
})`,
  Go: `{ lib, buildGoModule, fetchFromGitHub, installShellFiles, stdenv }:
buildGoModule (finalAttrs: {
  pname = "thing";
  version = "1.2.3";
  ${source}
  vendorHash = null;
  nativeBuildInputs = [ installShellFiles ];
  subPackages = [ "cmd/thing" ];
  ldflags = [ "-s" "-w" "-X main.version=v\${finalAttrs.version}" ];
  tags = [ "netgo" ];
  checkFlags = [ "-skip=^TestNetwork$" ];
  preCheck = "unset ldflags";
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) "installShellCompletion thing.bash";
  ${meta}
})`,
  npm: `{ lib, buildNpmPackage, fetchFromGitHub, makeWrapper, vips, pkg-config }:
buildNpmPackage (finalAttrs: {
  pname = "thing";
  version = "1.2.3";
  ${source}
  npmDepsHash = "sha256-KHAFvFSqEGIfqHnFxdVMdqF4SmAbH2EJQDdrRxNpvgk=";
  nativeBuildInputs = [ makeWrapper pkg-config ];
  buildInputs = [ vips ];
  npmFlags = [ "--legacy-peer-deps" ];
  makeCacheWritable = true;
  dontNpmBuild = true;
  postInstall = "wrapProgram $out/bin/thing --set NODE_ENV production";
  ${meta}
})`,
  Python: `{ lib, buildPythonPackage, fetchPypi, setuptools, setuptools-scm, requests, pytestCheckHook, pytest-mock }:
buildPythonPackage rec {
  pname = "thing-py";
  version = "1.2.3";
  pyproject = true;
  src = fetchPypi {
    inherit pname version;
    ${hash}
  };
  build-system = [ setuptools setuptools-scm ];
  dependencies = [ requests ];
  optional-dependencies.extra = [ requests ];
  nativeCheckInputs = [ pytestCheckHook pytest-mock ];
  disabledTests = [ "test_network" ];
  preCheck = "export HOME=$(mktemp -d)";
  pythonImportsCheck = [ "thing_py" ];
  pythonRelaxDeps = [ "requests" ];
  ${meta}
}`,
  'a Python program': `{ lib, python3Packages, fetchFromGitHub, git }:
python3Packages.buildPythonApplication {
  pname = "thing";
  version = "1.2.3";
  pyproject = true;
  ${source}
  build-system = with python3Packages; [ hatchling ];
  dependencies = [ python3Packages.click ] ++ python3Packages.click.optional-dependencies.all or [ ];
  nativeCheckInputs = [ git python3Packages.pytestCheckHook ];
  makeWrapperArgs = [ "--prefix PATH : \${lib.makeBinPath [ git ]}" ];
  ${meta}
}`,
  Qt: `{ lib, stdenv, fetchFromGitHub, cmake, pkg-config, qt6, kdePackages }:
stdenv.mkDerivation (finalAttrs: {
  pname = "thing";
  version = "1.2.3";
  ${source}
  nativeBuildInputs = [ cmake pkg-config qt6.wrapQtAppsHook kdePackages.extra-cmake-modules ];
  buildInputs = [ qt6.qtbase qt6.qtsvg kdePackages.ki18n ];
  cmakeFlags = [ (lib.cmakeBool "BUILD_TESTING" finalAttrs.finalPackage.doCheck) "-DA=B -DC=D" ];
  qtWrapperArgs = [ "--prefix PATH : /x" ];
  checkTarget = "test";
  ${meta}
})`,
  qmake: `{ lib, stdenv, fetchFromGitHub, libsForQt5 }:
stdenv.mkDerivation {
  pname = "thing";
  version = "1.2.3";
  ${source}
  nativeBuildInputs = [ libsForQt5.qmake libsForQt5.wrapQtAppsHook ];
  buildInputs = [ libsForQt5.qtbase ];
  qmakeFlags = [ "PREFIX=\${placeholder "out"}" ];
  ${meta}
}`,
  'a shell': `{ pkgs ? import <nixpkgs> { } }:
pkgs.mkShell {
  packages = [ pkgs.cmake pkgs.git ];
  buildInputs = [ pkgs.zlib ];
  shellHook = "echo hello";
}`,
};

describe('lints of derivations', () => {
  for (const [language, text] of Object.entries(samples))
    it(`say nothing of a package of ${language}`, async () => {
      const tree = await parsed(text);
      assert.deepEqual(tree.faults, []);
      const found = withSeverities(lintsOf(tree), withRulesOfNixpkgs({}));
      assert.deepEqual(
        found.map(({ code, message }) => `${code}: ${message}`),
        [],
      );
    });
});
