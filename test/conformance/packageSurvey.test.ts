/** A look through a whole package set, whatever is in it. */
import assert from 'node:assert/strict';
import { findDerivations } from '../../server/src/derivation/findDerivations';
import { bringing, nothingCollected, PackageCollections } from '../../server/src/engine/packageCollections';
import { firstAsked, question, type PackageSearch } from '../../server/src/engine/packageQuestions';
import { findPackage } from '../../server/src/engine/packageSearch';
import { surveyed } from '../../server/src/engine/packageSurvey';
import { SourceTexts } from '../../server/src/engine/sourceTexts';
import { defaultSettings } from '../../server/src/protocol/settings';
import { leftOver } from '../support/processes';
import { nixParser } from '../support/syntax';
import { expressionsFolder, NixTestbed, unique } from './nixTestbed';
import { nullLogger } from './phasesSupport';

/** Some of its attributes end any evaluation that looks at them. */
const set = `
let
  package = pname: meta: { type = "derivation"; name = pname; inherit pname meta; };
  eat = n: if n == 0 then [ ] else [ (builtins.genList (x: [ x ]) 100000) ] ++ eat (n - 1);
  spin = n: if n == 0 then 0 else builtins.seq (builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 300000)) (spin (n - 1));
  many = builtins.listToAttrs (builtins.genList (n: { name = "p\${toString n}"; value = package "pn\${toString n}" { mainProgram = "prog\${toString n}"; }; }) 300);
in
many // {
  stdenv.mkDerivation = a: a;
  p10 = throw "no";
  p20 = abort "no";
  p30 = let x = x; in x;
  p31 = let f = x: 1 + f x; in package "deep" { mainProgram = f 1; };
  p40 = package "eater" { mainProgram = builtins.toJSON (builtins.deepSeq (eat 1000) "x"); };
  p50 = package "odd" { mainProgram = [ (throw "no") ]; pkgConfigModules = [ "odd-1" 2 ]; };
  p60 = package "meta" (throw "no");
  p299 = abort "the last";
  quiet = package "silent" { };
  aaa = { type = "derivation"; };
  function = x: x;
  spun = package "spun" { mainProgram = builtins.toString (spin 5000); };
}
`;

describe('a look through a whole package set', function () {
  this.timeout(300_000);
  let bed: NixTestbed;
  let search: PackageSearch;
  before(async () => {
    bed = await NixTestbed.open();
    const parts = { stateFolder: `${bed.folder}/state`, logger: nullLogger };
    search = {
      ...{ nix: bed.nix, sources: new SourceTexts(await nixParser()), expressionsFolder },
      collections: new PackageCollections({ ...parts, nixOptions: () => defaultSettings.nix }),
    };
  });
  after(() => bed.close());

  const signal = new AbortController().signal;
  const limits = { timeoutMs: 8_000, memoryLimitMb: 300, patienceMs: 250_000, pieceSize: 100 };
  const opened = async (name: string, text: string) => {
    await bed.write(`${name}/set-${unique}.nix`, text);
    const own = `let pkgs = import ./set-${unique}.nix; in pkgs.stdenv.mkDerivation { name = "user"; }\n`;
    const file = await bed.write(`${name}/default.nix`, own);
    const [found] = search.sources.parsed(own, findDerivations);
    if (found === undefined) assert.fail('no derivation');
    const missing = { file, text: own, found };
    const asked = await firstAsked(search, missing, question({ kind: 'command', name: '' }), signal);
    if (asked === null) assert.fail('the set does not answer');
    return { missing, ...asked };
  };

  it('tells of all packages but those that end the evaluation', async () => {
    const { ask, answer } = await opened('hard', set);
    const seen: number[] = [];
    const start = { before: nothingCollected, total: answer.total };
    const { next, packages } = await surveyed(ask, start, limits, (at) => seen.push(at), signal);
    assert.equal(next, answer.total);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    const names = new Set(packages.map(({ attribute }) => attribute));
    const lost = ['p10', 'p20', 'p30', 'p31', 'p40', 'p60', 'p299', 'spun', 'function', 'stdenv'];
    assert.deepEqual(
      lost.filter((name) => names.has(name)),
      [],
    );
    assert.equal(packages.filter(({ program }) => program?.startsWith('prog')).length, 300 - 8);
    const collection = { next, packages };
    assert.deepEqual(bringing(collection, { kind: 'command', name: 'prog298' }).sure, [['p298']]);
    assert.deepEqual(bringing(collection, { kind: 'command', name: 'silent' }).guessed, [['quiet']]);
    assert.deepEqual(bringing(collection, { kind: 'pkgConfig', name: 'odd-1' }).sure, [['p50']]);
  });

  it('goes on where it was stopped, and leaves nothing running', async () => {
    const { ask, answer } = await opened('stopped', set.replace(/ {2}(?:p40|spun) = .*\n/g, ''));
    const stop = new AbortController();
    const onProgress = (next: number): void => {
      if (next > 150) stop.abort();
    };
    const start = { before: nothingCollected, total: answer.total };
    const part = await surveyed(ask, start, limits, onProgress, stop.signal);
    assert.ok(part.next > 150 && part.next < answer.total, String(part.next));
    assert.deepEqual(await leftOver(`set-${unique}`), []);
    const whole = await surveyed(ask, { ...start, before: part }, limits, () => undefined, signal);
    const names = whole.packages.map(({ attribute }) => attribute);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      ['p0', 'p298', 'quiet'].filter((name) => !names.includes(name)),
      [],
    );
  });

  it('answers the next search at once, until the set has other names', async () => {
    const large = set
      .replace(' 300)', ' 3000)')
      .replace(/ {2}(?:p10|p20|p30|p31|p40|p299|spun) = .*\n/g, '')
      .replace('  quiet', '  p77 = package "pn77" { mainProgram = "frob"; };\n  quiet');
    const { ask, answer, missing } = await opened('large', large);
    const frob = { kind: 'command', name: 'frob' } as const;
    const before = await findPackage(search, missing, frob, signal);
    assert.deepEqual(before, { path: null, isGuess: false, isOpen: true });
    const start = { before: nothingCollected, total: answer.total };
    const found = await surveyed(ask, start, { ...limits, pieceSize: 2000 }, () => undefined, signal);
    await search.collections.keep(search.nix, missing.file, answer, found);
    assert.deepEqual((await findPackage(search, missing, frob, signal)).path, ['p77']);
    const silent = await findPackage(search, missing, { kind: 'command', name: 'silent' }, signal);
    assert.deepEqual(silent, { path: ['quiet'], isGuess: true, isOpen: false });
    const none = await findPackage(search, missing, { kind: 'command', name: 'nowhere' }, signal);
    assert.deepEqual(none, { path: null, isGuess: false, isOpen: false });
    const other = await opened('large', large.replace('  quiet', '  newer = package "x" { };\n  quiet'));
    const nowhere = { kind: 'command', name: 'nowhere' } as const;
    assert.equal((await findPackage(search, other.missing, nowhere, signal)).isOpen, true);
  });
});
