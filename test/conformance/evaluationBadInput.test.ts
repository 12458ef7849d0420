/** Evaluations that go wrong for what is around the text, while the user types: what is said, and that the next answer is right. */
import assert from 'node:assert/strict';
import { rm, symlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { explainMessage } from '../../server/src/builds/explanations/explainFailure';
import { randomNumbers } from '../support/mutations';
import { unique } from './nixTestbed';
import { type Answer, drvPath, WarmBed } from './warmBed';

const packageSet = (greeting: string) => `{ ... }: {
  make = attributes: derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; greeting = "${greeting}"; } // attributes);
}
`;
const make = (attributes: string, set = './pkgs') =>
  `let pkgs = import ${set} { }; in pkgs.make { ${attributes} }`;
const counted = (next: string) =>
  `builtins.length (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = { key }: ${next}; })`;

function failureOf(answer: Answer): string {
  if (answer.ok) assert.fail('it has a value');
  return answer.error.message;
}

describe('while the user types, an evaluation', function () {
  this.timeout(60_000);
  let bed: WarmBed;
  const open = async (searchPath: readonly string[] = []): Promise<void> => {
    bed = await WarmBed.open(searchPath);
    await bed.write('pkgs/default.nix', packageSet('hello'));
    // So that nothing is read in the moment in which it is written.
    await pause(30);
  };
  afterEach(() => bed.close());

  it('that prints for ever is ended, and what it printed is bounded', async () => {
    await open();
    const endless = counted('builtins.trace "again ${toString key}" [ { key = key + 1; } ]');
    const before = process.memoryUsage.rss();
    const late = await bed.typed(make(`name = toString (${endless});`), { timeoutMs: 1000 });
    assert.match(failureOf(late), /took longer than 1 s/);
    assert.ok(process.memoryUsage.rss() - before < 200e6);
    await bed.agrees(make('name = "a";'), null);
  });

  it('that needs a build which fails says which, and is tried again after an edit', async () => {
    await open();
    const imported = (script: string) =>
      make(
        `name = import (pkgs.make { name = "needed"; unique = "${unique}"; args = [ "-c" ${script} ]; });`,
      );
    const builds = { typing: { importFromDerivation: true } };
    const failed = await bed.typed(imported('"exit 3"'), builds);
    assert.match(failureOf(failed), /needed\.drv/);
    assert.match(drvPath(await bed.typed(imported(`"echo '\\"built\\"' > $out"`), builds)), /-built\.drv$/);
  });

  it('that asks for the network says what it fetches', async () => {
    await open();
    const address = 'http://127.0.0.1:9/source.tar.gz';
    const text = make(`name = "a"; src = builtins.fetchTarball "${address}";`);
    const message = failureOf(await bed.typed(text));
    assert.match(message, /127\.0\.0\.1:9/);
    assert.match(
      explainMessage(message, false)?.cause ?? '',
      /^This needs http:\/\/127\.0\.0\.1:9\/source\.tar\.gz, /,
    );
    await bed.agrees(make('name = "a";'), null);
  });

  it('without a search path says how one is set', async () => {
    await open();
    const message = failureOf(await bed.typed('(import <nosuch/lib> { }).hello'));
    assert.match(
      explainMessage(message, false)?.advice ?? '',
      /phasewise\.nix\.searchPath to \[ "nosuch=PATH" \]/,
    );
  });

  it('of a root has that root’s package set, where the search path is relative', async () => {
    await open(['nixpkgs=pkgs']);
    await bed.write('other/pkgs/default.nix', packageSet('other'));
    await pause(30);
    const text = make('name = "a";', '<nixpkgs>');
    const first = drvPath(await bed.agrees(text, null));
    const second = drvPath(await bed.agrees(text, null, 'other/default.nix'));
    assert.notEqual(first, second);
    assert.equal(drvPath(await bed.agrees(text, null)), first);
  });

  it('during which a file changes that it has read is not what the next one is built on', async () => {
    await open();
    const slow = `toString (${counted('if key < 150000 then [ { key = key + 1; } ] else [ ]')})`;
    const text = (name: string) => make(`name = "${name}"; slow = builtins.seq pkgs (${slow});`);
    await bed.agrees(make('name = "before";'), null);
    const asked = bed.typed(text('a'));
    await pause(50);
    await bed.write('pkgs/default.nix', packageSet('changed'));
    await asked;
    await pause(30);
    await bed.agrees(text('b'), null);
  });

  it('in a workspace that is a link has the same store derivation, and follows what is behind the link', async () => {
    await open();
    await bed.write('real/src/main.c', 'int main;');
    await bed.write('real/pkgs/default.nix', packageSet('linked'));
    await symlink('real', bed.path('link'));
    await pause(30);
    const text = make('name = "a"; src = ./src;');
    const linked = drvPath(await bed.agrees(text, null, 'link/default.nix'));
    assert.equal(linked, drvPath(await bed.agrees(text, null, 'real/default.nix')));
    await bed.write('real/src/main.c', 'int other;');
    await pause(30);
    assert.notEqual(drvPath(await bed.agrees(text, null, 'link/default.nix')), linked);
    await rm(bed.path('link'));
  });

  it('whose evaluator is killed at any moment is answered, and so is the next', async () => {
    await open();
    const random = randomNumbers(7);
    for (let round = 0; round < 12; round++) {
      const asked = bed.typed(make(`name = "round-${round}";`));
      await pause(random() * 60);
      for (const pid of bed.warm.slice(-2)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      }
      assert.match(drvPath(await asked), new RegExp(`-round-${round}\\.drv$`));
      await bed.agrees(make(`name = "after-${round}";`), null);
    }
  });
});
