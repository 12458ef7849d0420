import { deepEqual, equal, match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { makeWorkspace, type Workspace } from './workspace';

describe('phasewise check', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace('é $x; "q" \'s\'')));
  afterEach(() => workspace.dispose());
  const check = (...args: readonly string[]) => phasewise(['check', ...args], { cwd: workspace.folder });

  it('finds nothing wrong in the examples but a hash that stands in for one', async () => {
    const result = await phasewise(['check', '--eval', join(repository, 'examples'), '--format', 'json']);
    const found = json<readonly Diagnostic[]>(result).map(({ code, file }) => [
      code,
      basename(dirname(file)),
    ]);
    // One of them begins with a hash that its reader is to mend.
    deepEqual(found, [['fake-hash', 'python']]);
    equal(result.code, 0);
  });

  it('says what Nix says of a text, also of what no grammar tells', async () => {
    workspace.write('dup.nix', '{ a = 1; a = 2; }');
    workspace.write('sub/undefined.nix', '{ "é" = "é"; b = x; }');
    workspace.write('sub/eof.nix', '{ a = ');
    workspace.write('good.nix', '{ a = 1; }');
    const result = await check('.', '--format', 'json');
    equal(result.code, 1);
    const found = json<readonly Diagnostic[]>(result);
    deepEqual(
      found.map(({ code, source, range: { start }, file }) => [
        file.slice(workspace.folder.length + 1),
        source,
        code,
        start.line,
        start.character,
      ]),
      [
        ['dup.nix', 'nix', 'nix-parse', 0, 9],
        ['sub/eof.nix', 'nix', 'nix-parse', 0, 4],
        ['sub/undefined.nix', 'nix', 'nix-parse', 0, 17],
      ],
    );
    equal(found[0]?.message, `attribute 'a' already defined at ${join(workspace.folder, 'dup.nix')}:1:3`);
    deepEqual(found[0].related[0]?.range.start, { line: 0, character: 2 });
  });

  it('evaluates when asked, each error at its place in the file', async () => {
    workspace.write('default.nix', '# é\nlet x = throw "no luck"; in\n{ a = builtins.deepSeq x 1; }.a');
    equal((await check('default.nix')).code, 0);
    const result = await check('default.nix', '--eval', '--json');
    equal(result.code, 1);
    const [found] = json<readonly Diagnostic[]>(result);
    equal(found?.code, 'nix-eval');
    match(found.message, /no luck/);
    equal(found.file, join(workspace.folder, 'default.nix'));
    workspace.write('lib/make.nix', 'word: derivation { name = "x"; system = "x"; builder = word.of; }');
    workspace.write('set.nix', '{\n  fine = 1;\n  broken = import ./lib/make.nix null;\n}');
    const [elsewhere] = json<readonly Diagnostic[]>(await check('set.nix', '--eval', '--json'));
    deepEqual(elsewhere?.range, { start: { line: 2, character: 2 }, end: { line: 2, character: 8 } });
    equal(elsewhere.related[0]?.file, join(workspace.folder, 'lib/make.nix'));
  });

  it('survives infinite recursion, and an evaluation that never ends', async () => {
    workspace.write('loop.nix', 'let x = x; in x');
    workspace.write('deep.nix', 'let f = x: f (x + 1); in f 0');
    workspace.write(
      'endless.nix',
      "let f = n: if builtins.genList (x: x) 1000 == [ ] then 0 else n; in builtins.foldl' (a: x: f x) 0 (builtins.concatMap (x: builtins.genList (y: y) 10000) (builtins.genList (x: x) 100000))",
    );
    const result = await check('.', '--eval', '--json', '--timeout', '2');
    equal(result.code, 1);
    const codes = Object.fromEntries(
      json<readonly Diagnostic[]>(result).map(({ file, code }) => [
        file.slice(workspace.folder.length + 1),
        code,
      ]),
    );
    equal(codes['loop.nix'], 'nix-recursion');
    equal(codes['deep.nix'], 'nix-recursion');
    match(codes['endless.nix'] ?? '', /^nix-(timeout|memory)$/);
  }).timeout(40_000);

  it('has shellcheck read the bash when asked, and says when there is none', async () => {
    const text = "derivation {\n  name = \"é\";\n  buildPhase = ''\n    cp $file ''${a[@]}\n  '';\n}";
    workspace.write('default.nix', text);
    deepEqual(json(await check('default.nix', '--json')), []);
    const found = json<readonly Diagnostic[]>(await check('default.nix', '--shellcheck', '--json'));
    deepEqual(
      found.map(({ code, source, range: { start, end } }) => [
        code,
        source,
        start.line,
        start.character,
        end.character,
      ]),
      [
        ['SC2086', 'shellcheck', 3, 7, 12],
        ['SC2068', 'shellcheck', 3, 13, 22],
      ],
    );
    const env = { PATH: workspace.folder, HOME: workspace.folder };
    const without = await phasewise(['check', 'default.nix', '--shellcheck'], { cwd: workspace.folder, env });
    equal(without.code, 1);
    match(without.stderr, /No shellcheck was found/);
  });

  it('has the rules of nixpkgs as hints where nixpkgs is written', async () => {
    const text = '{ stdenv }: stdenv.mkDerivation { pname = "a"; version = "1"; src = ./.; }';
    workspace.write('pkgs/by-name/aa/a/package.nix', text);
    workspace.write('other.nix', text);
    const found = json<readonly Diagnostic[]>(await check('.', '--format', 'json'));
    deepEqual(
      found.map(({ code, severity, file }) => [code, severity, basename(file)]),
      [['incomplete-meta', 'hint', 'package.nix']],
    );
  });

  it('follows linked folders once', async () => {
    workspace.write('a/bad.nix', '{');
    symlinkSync('..', join(workspace.folder, 'a/circle'));
    symlinkSync('a', join(workspace.folder, 'b'));
    const found = json<readonly Diagnostic[]>(await check('.', '--json'));
    deepEqual(
      found.map(({ file }) => file.slice(workspace.folder.length + 1)),
      ['a/bad.nix'],
    );
  });

  it('writes what GitHub and SARIF readers want', async () => {
    workspace.write('bad.nix', '{ a = }');
    match(
      (await check('bad.nix', '--format', 'github')).stdout,
      /^::error file=bad\.nix,line=1,endLine=1,col=7,/,
    );
    const log = json<{ version: string; runs: { results: { ruleId: string }[] }[] }>(
      await check('bad.nix', '--format', 'sarif'),
    );
    equal(log.version, '2.1.0');
    equal(log.runs[0]?.results[0]?.ruleId, 'nix-parse');
  });

  it('reads CRLF, a byte order mark, Latin-1, an empty file and one of 5 MB', async () => {
    workspace.write('crlf.nix', '{\r\n  a = 1;\r\n}\r\n');
    workspace.write('latin1.nix', Buffer.from('# caf\xe9\n{ }\n', 'latin1'));
    workspace.write('large.nix', `[\n${'  { name = "x"; value = 12345; }\n'.repeat(150_000)}]\n`);
    const fine = await check('.', '--json');
    deepEqual(json(fine), []);
    equal(fine.code, 0);
    workspace.write('empty.nix', '');
    equal((await check('empty.nix')).code, 1);
    workspace.write('mark.nix', '\ufeff{ }\n');
    const marked = await check('mark.nix', '--json');
    equal(marked.code, 1);
    deepEqual(
      json<readonly Diagnostic[]>(marked).map(({ code, range }) => [code, range.start]),
      [
        ['nix-parse', { line: 0, character: 0 }],
        ['syntax', { line: 0, character: 0 }],
      ],
    );
    match(marked.stdout, /byte order mark/);
  }).timeout(60_000);

  it('refuses what it cannot read', async () => {
    mkdirSync(join(workspace.folder, 'empty'));
    equal((await check('empty')).code, 0);
    const missing = await check('gone.nix');
    equal(missing.code, 2);
    match(missing.stderr, /There is no file gone\.nix/);
    workspace.write('binary.nix', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
    const binary = await check('binary.nix');
    equal(binary.code, 2);
    match(binary.stderr, /0 files checked[^]*not a text file/);
    equal((await check('.', '--json')).code, 1);
    execFileSync('mkfifo', [join(workspace.folder, 'pipe.nix')]);
    for (const command of ['check', 'phases', 'drv']) {
      const waiting = await phasewise([command, 'pipe.nix'], { cwd: workspace.folder });
      equal(waiting.code, 2);
      match(waiting.stderr, /pipe\.nix is a pipe, socket or device/);
    }
  });

  it('checks the text alone without Nix, and says 3 only when Nix is needed', async () => {
    const env = { PATH: '/nonexistent', HOME: workspace.folder };
    workspace.write('bad.nix', '{ a = }');
    const result = await phasewise(['check', 'bad.nix', '--json'], { cwd: workspace.folder, env });
    const [found] = json<readonly Diagnostic[]>(result);
    equal(found?.code, 'syntax');
    match(found.message, /^syntax error, unexpected `}`\. An expression is missing before this\.$/);
    equal(result.code, 1);
    const evaluated = await phasewise(['check', 'bad.nix', '--eval'], { cwd: workspace.folder, env });
    equal(evaluated.code, 3);
    match(evaluated.stderr, /Install Nix/);
  });
});
