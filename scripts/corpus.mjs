// npm run test:corpus -- PATH [ATTR …]: whether the phases and hooks that the tree lists are those that a real build's own log shows.
// PATH is a Nix file or folder that makes a set of packages; ATTR are attribute paths of it, all derivations when none is named.
// nixpkgs' setup logs each hook when NIX_DEBUG is 5; of another setup only the phases are compared. Needs `npm run build` before.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './bootstrap/commands.mjs';

const run = promisify(execFile);
const limits = { maxBuffer: 1 << 28, timeout: 15 * 60_000 };

async function phasewise(...args) {
  const { stdout } = await run(process.execPath, [join(projectRoot, 'dist/phasewise.js'), ...args], limits);
  return JSON.parse(stdout).derivations;
}

/** Runs a program that may fail; whether it did and all that it wrote. */
async function tried(program, args) {
  return run(program, args, limits).then(
    ({ stdout, stderr }) => ({ failed: false, text: stdout + stderr }),
    (error) => ({ failed: true, text: `${error.stdout ?? ''}${error.stderr ?? ''}` }),
  );
}

/** Phase to the hooks that ran in it, as the log tells: names of functions and of implicit hooks, `text` for a string of an array. */
function ranBy(log) {
  const phases = new Map();
  let hooks = null;
  for (const line of log.split('\n')) {
    const phase = /^@nix .*"action": ?"setPhase".*"phase": ?"([^"]+)"/.exec(line)?.[1];
    if (phase !== undefined) phases.set(phase, (hooks = new Set()));
    const implicit = /(?:calling|evaling) implicit '(\w+)' (?:function|string) hook/.exec(line)?.[1];
    const entry = /calling '\w+' function hook '(\S+)'/.exec(line)?.[1];
    const text = /evaling '\w+' string hook/.test(line) ? 'text' : undefined;
    const found = implicit ?? entry ?? text;
    if (found !== undefined) hooks?.add(found);
  }
  return phases;
}

function listedIn(phase) {
  const hooks = phase.hooks.filter((hook) => hook.runs !== false && /^(?:pre|during|post)$/.test(hook.when));
  return hooks.map((hook) => ({
    // The way to unpack is looked for until one is found.
    needed: hook.when !== 'during' || phase.name !== 'unpackPhase',
    key: hook.kind === 'array' && !/^\S+ \(\)/.test(hook.body ?? '') ? 'text' : hook.name.split(/\s/)[0],
  }));
}

/** One sentence for each difference; of a build that failed only those up to the phase in which it did. */
function differences(derivation, ran, failed) {
  const all = derivation.phases.filter(({ runs }) => runs);
  const listed = failed ? all.slice(0, ran.size) : all;
  const names = listed.map(({ name }) => name).join(' ');
  const really = [...ran.keys()].join(' ');
  const found = names === really ? [] : [`phases: listed ${names}; ran ${really}`];
  if ([...ran.values()].every((hooks) => hooks.size === 0)) return found;
  for (const phase of listed) {
    const hooks = ran.get(phase.name) ?? new Set();
    const keys = listedIn(phase);
    for (const hook of hooks)
      if (!keys.some(({ key }) => key === hook)) found.push(`${phase.name}: ${hook} ran and is not listed`);
    if (failed && phase === listed.at(-1)) continue;
    for (const { key, needed } of keys)
      if (needed && !hooks.has(key)) found.push(`${phase.name}: ${key} is listed and did not run`);
  }
  return found;
}

async function check(path, attr, scratch) {
  const file = join(scratch, 'default.nix');
  const set = `(let set = import ${JSON.stringify(resolve(path))}; in if builtins.isFunction set then set { } else set)`;
  const again = `NIX_DEBUG = "5"; phasewiseCorpus = "${Date.now()}";`;
  await writeFile(file, `${set}${attr === '' ? '' : `.${attr}`}.overrideAttrs (old: { ${again} })\n`);
  const { failed, text } = await tried('nix-build', [file, '--no-out-link']);
  const [derivation] = await phasewise('phases', file, '--json');
  const stored = await tried('nix-store', ['--read-log', derivation.drvPath]);
  const ran = ranBy(stored.text);
  const counts = `${ran.size} phases, ${[...ran.values()].reduce((sum, hooks) => sum + hooks.size, 0)} hooks ran`;
  const told = (found) => ({ counts, found, failed });
  if (ran.size === 0) return told([`it has no phases in its log: ${text.trim().split('\n').at(-1)}`]);
  if (derivation.source !== 'stdenv') return told([`not drawn by its stdenv: ${derivation.note}`]);
  return told(differences(derivation, ran, failed));
}

async function main([path, ...attrs]) {
  if (path === undefined) throw new Error('usage: npm run test:corpus -- PATH [ATTR …]');
  const scratch = await mkdtemp(join(tmpdir(), 'phasewise-corpus-'));
  try {
    const all =
      attrs.length > 0 ? attrs : (await phasewise('phases', path, '--json')).map(({ attr }) => attr);
    const verdicts = { same: 0, differs: 0, unbuilt: 0 };
    for (const attr of all) {
      const { found, counts, failed } = await check(path, attr, scratch);
      const verdict = found.length > 0 ? 'differs' : failed ? 'unbuilt' : 'same';
      verdicts[verdict]++;
      console.log(`${verdict.padEnd(7)} ${attr === '' ? path : attr} (${counts})`);
      for (const difference of found) console.log(`        ${difference}`);
    }
    const { same, differs, unbuilt } = verdicts;
    console.log(`${same} same, ${differs} different, ${unbuilt} the same until their build failed`);
    process.exitCode = differs === 0 ? 0 : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
