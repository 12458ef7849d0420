import assert from 'node:assert/strict';
import { rm, unlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { EvaluationWork } from '../../server/src/nix/evaluationWork';
import { sharingText } from '../../server/src/syntax/sharedExpressions';
import { parsed } from '../support/syntax';
import { commandLinesWith, leftOver } from '../support/processes';
import { defaultOptions, unique } from './nixTestbed';
import { drvPath, typing, WarmBed } from './warmBed';

const packageSet = `{ ... }:
let
  count = builtins.foldl' (sum: n: sum + n) 0 (builtins.genList (n: n) 1000);
  pkgs = {
    callPackage = f: args: f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // args);
    greeting = builtins.trace "the package set is evaluated" "hello";
    make = attributes: derivation ({ system = "x"; builder = "/bin/sh"; inherit (pkgs) greeting; count = toString count; } // attributes);
  };
in pkgs
`;

const make = (attributes: string) => `let pkgs = import ./pkgs { }; in pkgs.make { ${attributes} }`;

const counted = (next: string) =>
  `builtins.genericClosure { startSet = [ { key = 0; } ]; operator = { key }: ${next}; }`;

describe('an evaluator that is kept', () => {
  let bed: WarmBed;
  beforeEach(async () => {
    bed = await WarmBed.open(['nixpkgs=BED/pkgs']);
    await bed.write('pkgs/default.nix', packageSet);
    // So that nothing is read in the moment in which it is written.
    await pause(30);
  });
  afterEach(() => bed.close());

  it('answers every edit as a cold evaluation does, and evaluates the package set once', async () => {
    await bed.write('src/main.c', 'int main;');
    await bed.write('data.json', '{"a": "b"}');
    await pause(30);
    for (const text of [
      make('name = "a";'),
      make('name = "b"; src = ./src; here = toString ./.; pos = builtins.toJSON __curPos;'),
      `{ greeting, make }:\n\nmake {\n  name = greeting; one = "\${./data.json}";\n}`,
      `{ pkgs ? import <nixpkgs> { }, system ? "y" }:\n{ a = pkgs.make { name = "a"; inherit system; }; b = pkgs.make { name = "b"; }; }`,
      make('name = (builtins.fromJSON (builtins.readFile ./data.json)).a;'),
      '{ config, pkgs, ... }: { }',
      '{ nosuch }: nosuch',
      '1',
    ])
      await bed.agrees(text, 0);
    const { notices } = await evaluated(make('name = "again";'));
    assert.deepEqual(notices, [], 'nothing of the package set is evaluated again');
  });

  it('tells again the warnings that it printed before, as their values are remembered, until the file is evaluated anew', async () => {
    const warning = (name: string) => `evaluation warning: '${name}' has been renamed`;
    const alias = (name: string) =>
      `${name} = builtins.trace "evaluation warning: '${name}' has been renamed" "x";`;
    await bed.write('pkgs/default.nix', packageSet.replace('greeting =', `${alias('old')} greeting =`));
    await pause(30);
    const uses = (name: string) => `let pkgs = import ./pkgs { }; in pkgs.make { name = pkgs.${name}; }`;
    const told = async (text: string) => {
      const { notices, remembered } = await evaluated(text);
      return [notices.filter((line) => line.includes('warning')), remembered];
    };
    assert.deepEqual(await told(uses('old')), [[`trace: ${warning('old')}`], undefined]);
    assert.deepEqual(await told(`${uses('old')}\n`), [[], [`trace: ${warning('old')}`]]);
    const own = `builtins.trace "warning: of this text" (${uses('old')})`;
    assert.deepEqual(await told(own), [['trace: warning: of this text'], [`trace: ${warning('old')}`]]);
    assert.deepEqual(await told(uses('old')), [[], [`trace: ${warning('old')}`]]);
    const cold = await bed.judged(uses('greeting'));
    assert.deepEqual(cold.ok && cold.value.notices, ['trace: the package set is evaluated']);
    assert.deepEqual(await told(uses('greeting')), [[], undefined]);
  });

  it('is prepared while the user begins to type, so that the first edit finds the package set evaluated', async () => {
    const text = make('name = "opened";');
    const options = { ...defaultOptions, typing };
    bed.nix.prepare(bed.path('default.nix'), options);
    assert.equal(bed.warm.length, 0, 'of what nobody asked for, nothing is prepared');
    await bed.judged(text);
    bed.nix.prepare(bed.path('default.nix'), options);
    bed.nix.prepare(bed.path('default.nix'), options);
    const { notices } = await evaluated(make('name = "first";'));
    assert.deepEqual(notices, [], 'nothing of the package set is evaluated again');
    assert.equal(bed.warm.length, 1);
    await bed.write('pkgs/default.nix', packageSet.replace('hello', 'other'));
    await pause(30);
    await bed.agrees(make('name = "second";'), 1);
  });

  it('is prepared in vain where what was opened has an error', async () => {
    const options = { ...defaultOptions, typing };
    await bed.judged(make('name = throw "gone";'));
    bed.nix.prepare(bed.path('default.nix'), options);
    await bed.agrees(make('name = "a";'), 1);
  });

  it('tells of errors what a cold evaluation tells, and is right after them', async () => {
    for (const text of [
      make('name = nosuch;').replace('let', 'let nosuch = pkgs.nosuch;'),
      make('name = throw "gone";'),
      `{ make }:\nmake {\n  name = "a"; x = ./nosuch; y = 1 + "x";\n}`,
      `let pkgs = import ./pkgs { }; in { a = pkgs.make { name = "a"; }; bad = 1 + "x"; c = throw "c"; z = pkgs.make { name = "z"; }; }`,
      'let pkgs = import ./pkgs {\n    bad = 1;\n  }; in assert pkgs ? nosuch; pkgs',
      'let pkgs = import ./nosuch { }; in pkgs.make { }',
      'let set = { path = ./nosuch.nix; };\n  pkgs = import set.path { a = throw "a"; }; in pkgs.make { }',
    ]) {
      await bed.agrees(text, null);
    }
    await bed.agrees(make('name = "right";'), null);
    assert.ok(bed.warm.length > 4, 'kept evaluators answered, each until its error');
  });

  it('tells errors in copies at the places of what was copied, also when the copy is remembered', async () => {
    const file = await bed.write('nix/pkg.nix', '{ name }:\n1 + name\n');
    for (const name of ['first', 'second']) {
      const answer = await bed.agrees(`import "\${./nix}/pkg.nix" { name = "${name}"; }`, null);
      assert.ok(!answer.ok);
      const places = [answer.error.position, ...answer.error.trace.map(({ position }) => position)];
      const found = places.find((place) => place?.file?.endsWith('pkg.nix'));
      assert.deepEqual([found?.file, found?.line], [file, 2]);
    }
  });

  it('starts afresh when a file that it read has changed, whatever way it was read', async () => {
    await bed.write('src/inner/main.c', 'int main;');
    await bed.write('version.json', '"1"');
    await bed.write('lib.nix', '{ version = builtins.fromJSON (builtins.readFile ./version.json); }');
    await pause(30);
    const text = make(
      'name = "a"; inherit (import ./lib.nix) version; src = ./src; local = toString (builtins.pathExists ./local.txt);',
    );
    const answers = [drvPath(await bed.agrees(text, 0))];
    for (const [name, content] of [
      ['src/inner/main.c', 'int other;'],
      ['version.json', '"2"'],
      ['lib.nix', '{ version = "3"; }'],
      ['local.txt', ''],
      ['pkgs/default.nix', packageSet.replace('1000', '1001')],
      ['src/new', ''],
    ] as const) {
      await bed.write(name, content);
      await pause(30);
      answers.push(drvPath(await bed.agrees(text, bed.warm.length)));
    }
    await rm(bed.path('src/new'));
    await pause(30);
    assert.equal(drvPath(await bed.agrees(text, bed.warm.length)), answers[5]);
    assert.equal(new Set(answers).size, answers.length);
    await bed.agrees(text, bed.warm.length - 1);
  });

  it('also follows a source that is filtered', async () => {
    await bed.write('src/main.c', 'a');
    await pause(30);
    const text = make('name = "a"; src = builtins.filterSource (path: type: true) ./src;');
    const before = drvPath(await bed.agrees(text, 0));
    await bed.write('src/main.c', 'b');
    await pause(30);
    assert.notEqual(drvPath(await bed.agrees(text, 1)), before);
  });

  it('may be killed at any moment: the next answer is right', async () => {
    await bed.agrees(make('name = "a";'), 0);
    process.kill(bed.warm[0]!, 'SIGKILL');
    await bed.agrees(make('name = "b";'), null);
    const endless = bed.typed(
      make(
        `name = toString (builtins.length (${counted('if key < 300000 then [ { key = key + 1; } ] else [ ]')}));`,
      ),
    );
    while (bed.warm.length < 2) await pause(5);
    await pause(100);
    process.kill(bed.warm.at(-1)!, 'SIGKILL');
    assert.ok((await endless).ok, 'a cold evaluation answers');
    await bed.agrees(make('name = "c";'), null);
  });

  it('is ended when its evaluation never ends', async () => {
    const endless = counted('[ { key = key + 1; } ]');
    await bed.agrees(make('name = "a";'), 0);
    const stopped = new AbortController();
    const asked = bed.typed(endless, { signal: stopped.signal });
    await pause(100);
    stopped.abort();
    const answer = await asked;
    assert.equal(!answer.ok && answer.error.kind, 'cancelled');
    await bed.agrees(make('name = "b";'), null);
    assert.throws(() => process.kill(bed.warm[0]!, 0), 'it is gone');
    const late = await bed.typed(endless, { timeoutMs: 300 });
    assert.equal(!late.ok && late.error.kind, 'timeout');
    await bed.agrees(make('name = "c";'), null);
  });

  it('gives way to a cold evaluation when it needs too much memory', async () => {
    const large = make(
      'name = "a-${toString (builtins.length (builtins.attrNames (builtins.listToAttrs (builtins.genList (n: { name = toString n; value = n; }) 450000))))}";',
    );
    const answer = await bed.typed(large, { typing: { warmMemoryMb: 100 } });
    assert.ok(answer.ok);
    assert.equal(bed.cold, 1);
  });

  it('answers for two folders with sets of their own', async () => {
    await bed.write('other/pkgs/default.nix', packageSet.replace('hello', 'other'));
    await pause(30);
    const text = make('name = pkgs.greeting;');
    const names = [];
    for (const name of ['default.nix', 'other/default.nix', 'default.nix']) {
      names.push(/-(\w+)\.drv$/.exec(drvPath(await bed.agrees(text, 0, name)))?.[1]);
    }
    assert.deepEqual(names, ['hello', 'other', 'hello']);
  });

  it('builds nothing for an evaluation while the user types, unless they want that', async () => {
    const text = make(
      `name = import (derivation { name = "built-for-it"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo '\\"a\\"' > $out" ]; unique = "${unique}"; });`,
    );
    const built: string[] = [];
    const onWork = ({ type, name }: EvaluationWork) => type === 'started' && built.push(name);
    const waits = await bed.typed(text, { onWork });
    assert.equal(!waits.ok && waits.error.kind, 'whenSaved');
    assert.match(waits.ok ? '' : waits.error.message, /needs built-for-it to be built first/);
    assert.deepEqual(built, []);
    assert.ok((await bed.typed(text, { typing: { importFromDerivation: true }, onWork })).ok);
    assert.deepEqual(built, ['built-for-it']);
    assert.ok((await bed.judged(text)).ok);
  });

  it('leaves a file whose source is too large to be followed to the next save, and measures it before it asks', async () => {
    const large = await bed.write('src/large', 'x'.repeat(200_000));
    const text = make('name = "a"; src = ./src;');
    const small = { typing: { sourceLimitMb: 0.1 } };
    const waits = await bed.typed(text, small);
    assert.equal(!waits.ok && waits.error.kind, 'whenSaved');
    assert.match(waits.ok ? '' : waits.error.message, /its source .*src is too large to be followed/);
    assert.ok((await bed.judged(text)).ok);
    assert.ok(!(await bed.typed(text, small)).ok, 'it is as large as before the save');
    assert.deepEqual(bed.warm, [], 'nothing has read it but the save');
    await unlink(large);
    assert.ok((await bed.judged(text)).ok);
    assert.ok((await bed.typed(text, small)).ok, 'measured anew after a save');
  });

  it('tells a value all but its store paths where these hang on a source that is too large', async () => {
    await bed.write('src/large', 'x'.repeat(200_000));
    const text = 'derivation { name = "valued"; system = "x"; builder = "/bin/sh"; src = ./src; }';
    const tree = await parsed(text);
    const place = { folder: bed.folder, fileName: 'default.nix', calledBare: false };
    const told = async (sourceLimitMb: number) => {
      const places = [
        {
          text,
          path: [],
          sharing: (nameOf: (text: string) => string) => sharingText(tree, { ...place, nameOf }),
        },
      ];
      const question = { key: 'valued', file: bed.path('default.nix'), places, wants: 'value' } as const;
      const options = { ...defaultOptions, typing: { ...typing, sourceLimitMb } };
      return (await bed.nix.value(question, options))?.value?.derivation;
    };
    const summary = await told(0.1);
    assert.deepEqual([summary?.name, summary?.drvPath], ['valued', null]);
    assert.match((await told(50))?.drvPath ?? '', /-valued\.drv$/);
  });

  it('knows after one evaluation of a large source that no text plainly names, and keeps that over a save', async () => {
    await bed.write('src/large', 'x'.repeat(200_000));
    const text = make('name = "a"; other = ./src;');
    const small = { typing: { sourceLimitMb: 0.1 } };
    assert.ok((await bed.typed(text, small)).ok);
    await untilIs(() => bed.reports.length > 0);
    assert.match(bed.reports[0] ?? '', /its source .*src is too large to be followed/);
    const edited = text.replace('"a"', '"b"');
    assert.ok(!(await bed.typed(edited, small)).ok);
    assert.ok((await bed.judged(edited)).ok);
    assert.ok(!(await bed.typed(edited, small)).ok);
  });

  it('is reported and ended when a cold evaluation of the same text says something else', async () => {
    await bed.write('odd.txt', 'before');
    // Nothing tells that this is read.
    await bed.write('odd.nix', `builtins.readFile ("${bed.folder}/" + "odd" + ".txt")`);
    await pause(30);
    const text = make('name = import ./odd.nix;');
    await bed.agrees(text, 0);
    await bed.write('odd.txt', 'after');
    assert.match(drvPath(await bed.typed(text)), /-before\.drv$/);
    assert.match(drvPath(await bed.judged(text)), /-after\.drv$/);
    await untilIs(() => bed.reports.length > 0);
    assert.match(bed.reports.join(), /differ, which is an error of Phasewise.*-before\.drv.*-after\.drv/s);
    bed.reports.length = 0;
    await bed.agrees(text, 1);
  });

  it('ends with its Nix, and leaves nothing behind', async () => {
    // Evaluators of others may run beside it.
    const before = commandLinesWith("phasewise'folder");
    await bed.agrees(make('name = "a";'), 0);
    const own = commandLinesWith("phasewise'folder").find((line) => !before.includes(line));
    const folder = /phasewise'folder (\S+)/.exec(own ?? '')?.[1];
    assert.ok(folder);
    await bed.nix.close();
    assert.deepEqual(await leftOver(folder), []);
    await assert.rejects(unlink(folder), { code: 'ENOENT' });
    await bed.typed(make('name = "b";'));
    assert.equal(bed.warm.length, 1, 'none is started any more');
  });

  async function evaluated(text: string) {
    const answer = await bed.typed(text);
    if (!answer.ok) assert.fail(answer.error.message);
    return answer.value;
  }
});

async function untilIs(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}
