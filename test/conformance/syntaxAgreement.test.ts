/**
 * Our verdict on whole files and the first line we fault, beside `nix-instantiate --parse`: of files as they are, and of variants broken
 * in one place each. A few hundred of the project's own here; `npm run test:conformance -- PATH…` takes others and many more.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findingsOf } from '../../server/src/analysis/findings';
import { corpora, nixFiles } from '../support/corpora';
import { mutate, randomNumbers } from '../support/mutations';
import { nixEnvironment } from '../support/nixEnvironment';
import { nixParser } from '../support/syntax';

const mutations = Number(process.env['PHASEWISE_MUTATIONS'] ?? 240);
const seed = Number(process.env['PHASEWISE_MUTATION_SEED'] ?? 5);
const atOnce = 4;
const tooLarge = 400_000;

/** 0 when the text is accepted, else the line of the first error. */
interface Verdict {
  readonly line: number;
  readonly message: string;
}

function nixVerdict(text: string): Promise<Verdict> {
  return new Promise((done, fail) => {
    const options = { env: nixEnvironment(), maxBuffer: 1 << 28 };
    const child = execFile('nix-instantiate', ['--parse', '-'], options, (error, _, stderr) => {
      if (error === null) return done({ line: 0, message: '' });
      const place = /^ *at (?:\(string\)|\(stdin\)|«string»|«stdin»):(\d+):\d+/m.exec(stderr);
      const message = /^error: *([^]*?)(?:\n\s*\n|$)/m.exec(stderr)?.[1] ?? stderr;
      if (typeof error.code !== 'number' || place === null) return fail(new Error(`Nix said: ${stderr}`));
      done({ line: Number(place[1]), message });
    });
    // A parser that gives up early closes its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(text);
  });
}

async function ownVerdict(text: string): Promise<Verdict> {
  const parser = await nixParser();
  const tree = parser.parse(text);
  const first = findingsOf(tree).find(({ severity }) => severity === 'error');
  tree.dispose();
  if (first === undefined) return { line: 0, message: '' };
  return { line: tree.lines.toNixPosition(first.span.start).line, message: first.message };
}

/** Nix from 2.20 on binds also the names in a set of which nothing is inherited; what earlier ones accept gets no error from us. */
function isOfNewerNix({ message }: Verdict, text: string): boolean {
  const name = /^undefined variable '(.*)'$/m.exec(message)?.[1];
  return [...text.matchAll(/\binherit\s*\(([^()]*)\)\s*;/g)].some(([, set]) => set?.trim() === name);
}

async function inTurn<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await action(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

describe('the verdict on a whole text beside nix-instantiate --parse', () => {
  const files = corpora.flatMap(nixFiles);
  /** UTF-8 that Nix reads as we do. */
  const texts = files.map((file) => readFileSync(file, 'utf8')).filter((text) => !text.includes('\ufffd'));

  it(`has no error in ${texts.length} files that Nix accepts`, async () => {
    const wrong: string[] = [];
    await inTurn(files, async (file) => {
      const ours = await ownVerdict(readFileSync(file, 'utf8'));
      // Nix is asked only where we object: what it refuses and we accept is for the mutations to find.
      if (ours.line > 0 && (await nixVerdict(readFileSync(file, 'utf8'))).line === 0)
        wrong.push(`${file}: ${ours.message}`);
    });
    assert.deepEqual(wrong, []);
  }).timeout(600_000);

  it(`is the same for at least 99.9 % of ${mutations} broken texts, the first line for 95 %`, async function () {
    if (mutations <= 1000) this.timeout(120_000);
    const random = randomNumbers(seed);
    const small = texts.filter((text) => text.length < tooLarge);
    const mutants = Array.from({ length: mutations }, () =>
      mutate(small[Math.floor(random() * small.length)] ?? '1', random),
    );
    const counts = { all: 0, verdict: 0, refused: 0, line: 0 };
    const differences: string[] = [];
    await inTurn(
      mutants.filter((mutant) => mutant !== null),
      async ({ text, change }) => {
        const [ours, nix] = [await ownVerdict(text), await nixVerdict(text)];
        if (ours.line === 0 && isOfNewerNix(nix, text)) return;
        counts.all++;
        if ((ours.line === 0) === (nix.line === 0)) counts.verdict++;
        if (nix.line > 0) counts.refused++;
        if (nix.line > 0 && ours.line === nix.line) counts.line++;
        if (ours.line !== nix.line)
          differences.push(
            `${change}: Nix ${nix.line} ${nix.message}; we ${ours.line} ${ours.message}\n${around(text, change)}`,
          );
      },
    );
    const told = `${JSON.stringify(counts)}\n${differences.slice(0, 40).join('\n')}`;
    if (mutations > 1000) console.log(told);
    assert.ok(counts.verdict >= counts.all * 0.999, told);
    assert.ok(counts.line >= counts.refused * 0.95, told);
  }).timeout(0);
});

function around(text: string, change: string): string {
  const at = Number(/at (\d+)$/.exec(change)?.[1] ?? 0);
  return `    ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))}`;
}
