import { deepEqual, equal, match } from 'node:assert/strict';
import { describeDerivation, type StoreView } from '../../../server/src/engine/derivationDocument';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import type { Derivation } from '../../../server/src/protocol/model';

const hash = (digit: string): string => `/nix/store/${digit.repeat(32)}`;
const stdenv = `${hash('5')}-stdenv`;
const derivation: StoreDerivation = {
  path: `${hash('0')}-hello-1.0.drv`,
  name: 'hello-1.0',
  outputs: { out: { path: `${hash('1')}-hello-1.0`, hashAlgo: '', hash: '' } },
  inputDerivations: { [`${hash('2')}-dep-1.0.drv`]: ['dev', 'out'] },
  inputSources: [`${hash('3')}-builder.sh`],
  system: 'x86_64-linux',
  builder: '/bin/bash',
  args: ['-e', `${hash('3')}-builder.sh`],
  env: { stdenv, buildPhase: 'make\n\n  indented\n', a: '', src: `${hash('9')}-gone/x` },
};
const store: StoreView = {
  storeDir: '/nix/store',
  fileOf: (path) => (path.startsWith(stdenv) || path.startsWith(hash('3')) ? `/physical${path}` : null),
  entriesOf: () => [],
};
const known = [
  {
    drvPath: derivation.path,
    attributes: {
      buildPhase: {
        file: '/w/a b.nix',
        range: { start: { line: 4, character: 2 }, end: { line: 4, character: 9 } },
      },
    },
  },
] as unknown as readonly Derivation[];

describe('derivation document', () => {
  const page = describeDerivation({ derivation, references: [`${hash('3')}-builder.sh`], known }, store);
  const linkedTexts = page.links.map(({ range, target }) => {
    equal(range.start.line, range.end.line);
    const text = page.text.split('\n')[range.start.line]?.slice(range.start.character, range.end.character);
    return [text, target] as const;
  });

  it('sorts variables and indents the lines of long ones', () => {
    match(page.text, /\nEnvironment \(4\)\n {2}a = \n {2}buildPhase =\n {4}make\n\n {6}indented\n {2}src = /);
  });

  it('links inputs to their derivations', () => {
    deepEqual(
      linkedTexts.filter(([text]) => text === 'dep-1.0'),
      [['dep-1.0', `phasewise-drv:${hash('2')}-dep-1.0.drv`]],
    );
    match(page.text, /dep-1\.0 {2}dev, out/);
  });

  it('links what exists in the store, where it really is, and nothing else', () => {
    deepEqual(
      linkedTexts.filter(([text]) => text === 'setup'),
      [['setup', `file:///physical${stdenv}/setup`]],
    );
    equal(
      linkedTexts.some(([text]) => text?.includes('gone')),
      false,
    );
    match(page.text, /hello-1\.0 {2}\(not built\)/);
  });

  it('links a variable to the line it was written in', () => {
    deepEqual(
      linkedTexts.filter(([text]) => text === 'buildPhase'),
      [['buildPhase', 'file:///w/a%20b.nix#L5,3']],
    );
  });

  it('shows structured attributes as they were written', () => {
    const structured = {
      ...derivation,
      env: { __json: '{"name":"x","list":["a"],"buildPhase":"one\\ntwo"}' },
    };
    const { text } = describeDerivation({ derivation: structured, references: null, known: [] }, store);
    match(text, / {2}buildPhase =\n {4}one\n {4}two\n {2}list =\n {4}\[\n {6}"a"\n {4}\]\n {2}name = x\n/);
    equal(text.includes('References'), false);
  });
});
