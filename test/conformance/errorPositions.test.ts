/**
 * The line that a diagnostic of an evaluation stands at, beside the one that Nix blames: the first frame of its own trace that is in the
 * user's file; of what nixpkgs throws, the line that the text marks. The text is not saved; a kept evaluator answers, and a cold one.
 */
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../server/src/engine/createEngine';
import type { Engine } from '../../server/src/engine/engine';
import { internalJsonArguments } from '../../server/src/nix/commandLine';
import { createNixLogDecoder, type NixMessage } from '../../server/src/nix/internalJson';
import type { EvaluationOptions } from '../../server/src/nix/nix';
import { createGuardedRunner } from '../../server/src/nix/guardian';
import { createProcessRunner } from '../../server/src/nix/process';
import { assets } from '../server/testAssets';
import { nixEnvironment } from '../support/nixEnvironment';
import { nixParser } from '../support/syntax';
import { defaultOptions } from './nixTestbed';
import { checkedSet } from '../support/checkedSet';
import { makeText, mark, seededErrors } from './seededErrors';
import { typing } from './warmBed';

const modules = join(__dirname, '../fixtures/modules');
const wanted = 0.95;
const runner = createGuardedRunner(createProcessRunner());
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A line of the file, from 1 on; null where Nix names none there. */
async function blamedByNix(file: string, text: string): Promise<number | null> {
  await writeFile(file, text);
  const errors: NixMessage[] = [];
  const decoder = createNixLogDecoder((record) => {
    if (record.type === 'message' && record.error !== null) errors.push(record);
  });
  const args = [...internalJsonArguments, '--show-trace', file];
  const onStderr = (chunk: Uint8Array) => decoder.push(chunk);
  const { exitCode } = await runner.run('nix-instantiate', args, { env: nixEnvironment(), onStderr });
  decoder.end();
  assert.notEqual(exitCode, 0, 'Nix refuses it');
  const marked = text.split('\n').findIndex((line) => line.endsWith(mark));
  if (marked >= 0) return marked + 1;
  const [error] = errors;
  return error === undefined ? null : firstIn(file, text, error);
}

function firstIn(file: string, text: string, { position, trace }: NixMessage): number | null {
  for (const frame of [{ message: '', position }, ...trace]) {
    // Of an attribute of a derivation Nix 2.8 gives the place of the derivation's name: what it names is written further below.
    const name = /attribute ['‘]([^'’]+)['’] of (?:the )?derivation/.exec(frame.message)?.[1];
    if (name === undefined && frame.position?.file === file) return frame.position.line;
    const lines = text.split('\n');
    const written = name === undefined ? -1 : lines.findLastIndex((line) => bindingOf(name).test(line));
    if (written >= 0) return written + 1;
  }
  return null;
}

function bindingOf(name: string): RegExp {
  return new RegExp(`^\\s*(?:inherit\\b.*\\b)?${name}\\b(?: =|;)`);
}

describe('the line of an evaluation error', () => {
  let folder = '';
  let engine: Engine;
  const texts = Object.entries(seededErrors).flatMap(([kind, some]) => some.map((text) => ({ kind, text })));
  /** Of each text. */
  let blamedLines: readonly (number | null)[] = [];
  before(async function () {
    this.timeout(60_000);
    folder = await realpath(await mkdtemp(join(tmpdir(), 'phasewise-errors-')));
    await writeFile(join(folder, 'make.nix'), makeText);
    await writeFile(join(folder, 'set.nix'), checkedSet);
    await writeFile(join(folder, 'modules.nix'), `import ${join(modules, 'lib')}\n`);
    await writeFile(join(folder, 'web.nix'), `import ${join(modules, 'nixos/modules/web.nix')}\n`);
    engine = createEngine({
      parser: await nixParser(),
      assets,
      logger: silent,
      runner,
      stateFolder: join(folder, 'state'),
      nixOptions: () => ({ path: '', store: '', options: {}, searchPath: [] }),
      environment: { ...nixEnvironment(), NIX_PATH: '' },
    });
    blamedLines = await Promise.all(
      texts.map(({ text }, index) => blamedByNix(join(folder, `saved-${index}.nix`), text)),
    );
  });
  after(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** From 1 on. */
  async function lineOf(file: string, text: string, options: EvaluationOptions): Promise<number> {
    const target = {
      kind: 'nix',
      file,
      attr: '',
      tree: (await nixParser()).parse(text),
      unsaved: true,
    } as const;
    const { diagnostics } = await engine.evaluate(target, options, new AbortController().signal);
    target.tree.dispose();
    const [found] = diagnostics;
    assert.ok(found, `a diagnostic of ${text}`);
    assert.equal(found.file, file);
    return found.range.start.line + 1;
  }

  for (const [what, options, atOnce] of [
    ['while the user types', { ...defaultOptions, typing }, 1],
    ['in a cold evaluation', defaultOptions, 4],
  ] as const) {
    it(`is the one that Nix blames in the user’s file, ${what}`, async function () {
      this.timeout(120_000);
      const blamed: string[] = [];
      let told = 0;
      const left = [...texts.entries()];
      const work = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const [index, { kind, text }] = next;
          const expected = blamedLines[index] ?? null;
          const line = await lineOf(join(folder, `${index}.nix`), text, options);
          if (expected === null) continue;
          told++;
          if (line !== expected) blamed.push(`${kind}: line ${line}, Nix: ${expected}\n${text}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      assert.ok(told >= 60, `Nix blames a line of the file in ${told}`);
      assert.ok(blamed.length <= told * (1 - wanted), `${blamed.length} of ${told}\n${blamed.join('\n')}`);
    });
  }
});
