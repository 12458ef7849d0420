import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { debugging } from './debugged';

/** A program's lines, and the same lines each of which tells its number when it runs. */
interface Program {
  readonly lines: string[];
  readonly telling: string[];
  /** 0-based lines on which a statement begins. */
  readonly statements: number[];
}

/** Numbers below a bound, the same for the same seed (a linear congruential generator). */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function randomProgram(seed: number): Program {
  const next = numbers(seed);
  const program: Program = { lines: ['v=0'], telling: ['v=0'], statements: [] };
  const { lines, telling, statements } = program;
  const tell = () => `echo ${lines.length};`;
  const add = (text: string, told: string = text): void => {
    telling.push(told);
    lines.push(text);
  };
  const begin = (text: string, told: string): void => {
    statements.push(lines.length);
    add(text, told);
  };
  let functions = 0;
  const block = (depth: number): void => {
    for (let count = 1 + next(3); count > 0; count--) statement(depth);
  };
  const statement = (depth: number): void => {
    switch (next(depth > 0 ? 11 : 5)) {
      case 0:
        return begin('v=$((v + 1)); v=$((v + 0))', `${tell()} v=$((v + 1)); v=$((v + 0))`);
      case 1:
        begin("printf '%s' a \\", `${tell()} printf '%s' a \\`);
        // Of two that are the same and follow each other bash's lines do not tell which it is.
        add(`  "$v" ${lines.length} > /dev/null`);
        return;
      case 2:
        begin('words=(', `${tell()} words=(`);
        add(`  $v ${lines.length}`);
        add(')');
        return;
      case 3:
        add('# a comment');
        begin('true | cat > /dev/null', `${tell()} true | cat > /dev/null`);
        return;
      case 4:
        begin(': "$(echo $v', `${tell()} : "$(echo $v`);
        add(`  echo ${lines.length})"`);
        return;
      case 5:
        begin('if ((v % 2)); then', `${tell()} if ((v % 2)); then`);
        block(depth - 1);
        add('else');
        block(depth - 1);
        return add('fi');
      case 6:
        begin('for i in 1 2; do', `for i in 1 2; do ${tell()}`);
        block(depth - 1);
        return add('done');
      case 7: {
        const name = `w${lines.length}`;
        begin(`${name}=0`, `${tell()} ${name}=0`);
        begin(`while ((${name}++ < 2)); do`, `while ${tell()} ((${name}++ < 2)); do`);
        block(depth - 1);
        return add('done');
      }
      case 8:
        begin('case $v in', `${tell()} case $v in`);
        add('  *[02468])');
        block(depth - 1);
        add('  ;;');
        add('  *)');
        block(depth - 1);
        add('  ;;');
        return add('esac');
      case 9:
        add('(');
        block(depth - 1);
        return add(')');
      default: {
        const name = `f${functions++}`;
        add(`${name}() {`);
        block(depth - 1);
        add('}');
        begin(name, `${tell()} ${name}`);
        return begin(name, `${tell()} ${name}`);
      }
    }
  };
  for (let count = 0; count < 8; count++) statement(2);
  return program;
}

describe('breakpoints in random programs', function () {
  this.timeout(120_000);
  const first = Number(process.env['PHASEWISE_PROPERTY_SEED'] ?? 733_115);
  const runs = Number(process.env['PHASEWISE_PROPERTY_RUNS'] ?? 2);

  for (let seed = first; seed < first + runs; seed++) {
    it(`stop at what runs, in its order (PHASEWISE_PROPERTY_SEED=${seed})`, () => {
      const { lines, telling, statements } = randomProgram(seed);
      const choose = numbers(seed + 1);
      const chosen = statements.filter(() => choose(3) === 0);
      const told = execFileSync('bash', ['-e', '-c', telling.join('\n')], { encoding: 'utf8' });
      const expected = told
        .split('\n')
        .filter((line) => line !== '')
        .map(Number)
        .filter((line) => chosen.includes(line))
        .slice(0, 150);
      return debugging(
        `  buildPhase = ''\n${lines.map((line) => `    ${line}`).join('\n')}\n  '';\n  installPhase = "mkdir $out";`,
        async ({ client, file, line }) => {
          await client.launch({ program: file, until: 'buildPhase' });
          const start = line('v=0');
          const set = await client.setLines(file, ...chosen.map((at) => at + start));
          assert.deepEqual(
            set.map((one) => one.line),
            chosen.map((at) => at + start),
          );
          await client.begin();
          const stopped: number[] = [];
          while (stopped.length < expected.length) {
            const { threadId } = await client.stop();
            const [frame] = await client.frames(threadId);
            stopped.push((frame?.line ?? 0) - start);
            if (stopped.length < expected.length) await client.resume('continue', threadId);
          }
          assert.deepEqual(stopped, expected, lines.map((text, at) => `${at} ${text}`).join('\n'));
        },
      );
    });
  }
});
