/** What a real run of the phases tells of the text of an open document. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeAction } from 'vscode-languageserver/node';
import { runRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';

describe('the evidence of a run', function () {
  this.timeout(60_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;

  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 50 } } },
    );
    await cp(join(repository, 'examples/pkgs'), join(client.folder, 'pkgs'), { recursive: true });
  });
  afterEach(() => client.end());

  const found = (code: string) =>
    (client.diagnostics.at(-1)?.diagnostics ?? []).filter((one) => one.code === code);
  const message = (code: string): string => {
    const said = found(code)[0]?.message;
    return typeof said === 'string' ? said : '';
  };

  it('marks an input that nothing used until the text is another, and removes it', async () => {
    const text = `let
  pkgs = import ./pkgs { };
  library = name: pkgs.stdenv.mkDerivation {
    name = "\${name}-1.0";
    unique = "${process.pid}";
    dontUnpack = true;
    installPhase = "mkdir -p $out/include; echo '#define X 1' > $out/include/\${name}.h";
  };
  needed = library "needed";
  spare = library "spare";
in pkgs.stdenv.mkDerivation {
  name = "evidence";
  dontUnpack = true;
  buildInputs = [ needed spare ];
  buildPhase = "printf '#include <needed.h>\\\\nint x = X;\\\\n' > x.c; gcc $NIX_CFLAGS_COMPILE -c x.c";
  installPhase = "cp x.o $out";
}
`;
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    const wanted = { uri, attr: '', selection: 'all', phase: null, fresh: true, watchInputs: true } as const;
    const result = await client.connection.sendRequest(runRequest, wanted);
    assert.deepEqual(
      result?.inputs?.map(({ path, use }) => [path.slice(44), use]),
      [
        ['needed-1.0', 'a phase opened include/needed.h'],
        ['spare-1.0', null],
      ],
    );
    await until('it is said', () => found('unused-input').length > 0);
    const [problem] = found('unused-input');
    assert.deepEqual(problem?.range.start, { line: 13, character: 25 });
    const params = { textDocument: { uri }, range: problem.range, context: { diagnostics: [problem] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const fix = actions.find(({ title }) => title === 'Remove `spare` from `buildInputs`');
    assert.equal(fix?.edit?.changes?.[uri]?.[0]?.newText, '');

    await client.change(uri, 2, text.replace('cp x.o', 'cp  x.o'));
    await until('it is of another derivation', () => found('unused-input').length === 0);
    await client.change(uri, 3, text);
    await until('it is said again', () => found('unused-input').length > 0);
  });

  it('tells of a checkPhase that tried nothing, with the line of its log, and takes doCheck out', async () => {
    await client.file('source/Makefile', 'all:\n\techo > a\n');
    const textWith = (more: string): string => `let
  pkgs = import ./pkgs { };
in pkgs.stdenv.mkDerivation {
  name = "untried-${process.pid}";
  src = ./source;
  doCheck = true;
  ${more}
  installPhase = "cp a $out";
}
`;
    const text = textWith('');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    const wanted = { uri, attr: '', selection: 'until', phase: 'checkPhase', fresh: true } as const;
    const result = await client.connection.sendRequest(runRequest, wanted);
    assert.equal(result?.phases.at(-1)?.status, 'ok');
    await until('it is said', () => found('check-without-tests').length > 0);
    const [problem] = found('check-without-tests');
    assert.match(message('check-without-tests'), /“no check\/test target in Makefile, doing nothing”/);
    assert.deepEqual(problem?.range.start, { line: 5, character: 2 });
    const params = { textDocument: { uri }, range: problem.range, context: { diagnostics: [problem] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    assert.ok(actions.some(({ title }) => title === 'Remove `doCheck`'));

    await client.change(uri, 2, textWith('checkTarget = "all";'));
    await until('the phase would be another', () => found('check-without-tests').length === 0);
    await client.change(uri, 3, textWith('postInstall = "true";'));
    await until('an edit behind it leaves it as it was', () => found('check-without-tests').length > 0);
  });

  it('names what substituteInPlace will not find in the source as it was unpacked, while that is edited', async () => {
    await client.file('source/Makefile', 'prefix = /usr/local\nall:\n');
    const textWith = (patch: string, more = ''): string => `let
  pkgs = import ./pkgs { };
in pkgs.stdenv.mkDerivation {
  name = "substituted-${process.pid}";
  src = ./source;
  ${more}
  postPatch = ''
    ${patch}
  '';
  installPhase = "cp Makefile $out";
}
`;
    const text = textWith('substituteInPlace Makefile --replace-fail /usr/local $out');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    const wanted = { uri, attr: '', selection: 'until', phase: 'patchPhase', fresh: true } as const;
    const result = await client.connection.sendRequest(runRequest, wanted);
    assert.equal(result?.phases.at(-1)?.status, 'ok');
    assert.deepEqual(found('substitute-nothing'), []);

    await client.change(uri, 2, textWith('substituteInPlace Makefile --replace-fail /opt $out'));
    await until('the pattern is missed', () => found('substitute-nothing').length > 0);
    const [problem] = found('substitute-nothing');
    assert.match(message('substitute-nothing'), /`\/opt` is not in `Makefile`.*will fail/);
    assert.deepEqual(problem?.range.start, { line: 7, character: 46 });

    await client.change(uri, 3, textWith('substituteInPlace makefile --replace-fail /usr/local $out'));
    await until('the file is missed', () => /no file `makefile`/.test(message('substitute-nothing')));

    const unpacked = 'postUnpack = "echo /opt >> $sourceRoot/Makefile";';
    await client.change(uri, 4, textWith('substituteInPlace Makefile --replace-fail /opt $out', unpacked));
    await until('another source is known to be unpacked', () => client.diagnostics.at(-1)?.version === 4);
    await client.settle();
    assert.deepEqual(found('substitute-nothing'), []);
  });
});
