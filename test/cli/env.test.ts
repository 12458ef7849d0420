import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { EnvironmentChange, PhaseEnvironment } from '../../server/src/protocol/environmentMessages';
import { json, phasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

const attributes = `
  buildPhase = ''
    greeting=hello
    list=(a 'b c')
    declare -gA map=([k]='v
w')
    export shown=yes
    helper() { :; }
    shopt -s nullglob
    shopt -s nocaseglob
    mkdir sub; cd sub
  '';
  installPhase = "touch $out";
  MULTI = "one\\ntwo";
`;

/** The same in both forms of the file, so that an edit is all that is different. */
const unique = `env-${process.pid}`;

describe('phasewise env', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write('default.nix', derivation(attributes, unique));
  });
  afterEach(() => workspace.dispose());

  const env = (...args: string[]) =>
    phasewise(['env', '.', ...args], { cwd: workspace.folder, env: workspace.env });

  it('tells what a phase finds, once what comes before has run', async () => {
    const page = await env('--phase', 'installPhase');
    equal(page.code, 0, page.stderr);
    match(page.stdout, /^test, before installPhase\n\nPlace\n {2}directory = .*\/sub\n {2}umask = 0022\n/);
    match(
      page.stdout,
      /\nExported variables\n(.*\n)*? {2}MULTI =\n {4}one\n {4}two\n(.*\n)*? {2}shown = yes\n/,
    );
    match(page.stdout, /\nVariables\n(.*\n)*? {2}greeting = hello\n/);
    match(page.stdout, /\nArrays\n(.*\n)*? {2}list\n {4}\[0\] = a\n {4}\[1\] = b c\n/);
    match(page.stdout, /\nAssociative arrays\n(.*\n)*? {2}map\n {4}\[k\] =\n {6}v\n {6}w\n/);
    match(page.stdout, /\nShell options that are on\n(.*\n)*? {2}errexit\n(.*\n)*? {2}nocaseglob\n/);
    match(page.stdout, /\nFunctions\n(.*\n)*? {2}helper\n(.*\n)*? {2}runHook\n/);
    ok(!page.stdout.includes('__phasewise'));
    const told = json<PhaseEnvironment>(await env('--phase', 'installPhase', '--json'));
    const list = told.variables.find(({ name }) => name === 'list');
    deepEqual(list, {
      name: 'list',
      kind: 'array',
      exported: false,
      attributes: '',
      value: { 0: 'a', 1: 'b c' },
    });
  }).timeout(40_000);

  it('tells what is different from another phase, and from the terminal of the user', async () => {
    const { changes } = json<{ changes: EnvironmentChange[] }>(
      await env('--phase', 'installPhase', '--against', 'buildPhase', '--json'),
    );
    const of = (what: string, name: string) =>
      changes.find((change) => change.what === what && change.name === name);
    deepEqual(of('variable', 'greeting'), { what: 'variable', name: 'greeting', from: null, to: 'hello' });
    equal(of('variable', 'shown')?.to, 'exported yes');
    deepEqual(of('function', 'helper'), { what: 'function', name: 'helper', from: null, to: 'on' });
    deepEqual(of('option', 'nocaseglob'), { what: 'option', name: 'nocaseglob', from: null, to: 'on' });
    ok(of('directory', 'directory')?.to?.endsWith('/sub'));
    equal(of('variable', 'MULTI'), undefined, 'what is the same is not told');
    const words = await env('--phase', 'installPhase', '--against', 'buildPhase');
    match(words.stdout, /^\+ variable greeting = hello$/m);
    match(words.stdout, /^\+ function helper$/m);
    const own = json<{ changes: EnvironmentChange[] }>(
      await env('--phase', 'installPhase', '--against', 'terminal', '--json'),
    );
    const home = own.changes.find(({ name }) => name === 'HOME');
    equal(home?.to, 'exported /homeless-shelter');
  }).timeout(40_000);

  it('follows an edit that the phases have not seen yet', async () => {
    equal((await env('--phase', 'installPhase')).code, 0);
    workspace.write('default.nix', derivation(attributes.replace('touch $out', 'mkdir $out'), unique));
    const page = await env('--phase', 'installPhase');
    match(page.stdout, /^ {2}installPhase = mkdir \$out$/m);
    match(page.stdout, /^ {2}greeting = hello$/m);
  }).timeout(40_000);

  it('says of a builder that is no shell that it cannot be asked, and of an unknown phase that there is none', async () => {
    workspace.write(
      'raw.nix',
      'derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; }',
    );
    const raw = await phasewise(['env', 'raw.nix'], { cwd: workspace.folder, env: workspace.env });
    equal(raw.code, 1);
    match(raw.stderr, /is no shell that could be asked/);
    equal((await env('--phase', 'noPhase')).code, 2);
  }).timeout(40_000);
});
