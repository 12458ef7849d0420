import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { compareTrees } from '../../server/src/engine/compareTrees';
import type { RunSelection } from '../../server/src/engine/engine';
import { buildRecords } from '../../server/src/engine/buildRecords';
import { Inspections } from '../../server/src/engine/inspections';
import { KeptSessions } from '../../server/src/engine/keptSessions';
import { PhaseRuns } from '../../server/src/engine/phaseRuns';
import { PackageCollections } from '../../server/src/engine/packageCollections';
import { defaultSettings } from '../../server/src/protocol/settings';
import { SourceTexts } from '../../server/src/engine/sourceTexts';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import { listSessions, dropSession } from '../../server/src/phases/sessionStore';
import type { ActivityEvent } from '../../server/src/protocol/messages';
import type { Derivation, RunResult } from '../../server/src/protocol/model';
import type { Result } from '../../server/src/result';
import { onDisk, unsandboxedEnvironment } from '../support/nixEnvironment';
import type { Edit, RandomPackage } from '../support/randomPackage';
import { randomEdit, randomPackage } from '../support/randomPackage';
import { nixParser } from '../support/syntax';
import {
  driverFolder,
  installedNix,
  never,
  nullLogger,
  readDerivation,
  realBuild,
  realExitCode,
  removeScratch,
  repository,
  runner,
  scratchFolder,
  unwrap,
} from './phasesSupport';

const execute = promisify(execFile);

/** More cases, other cases, another length: for a long run by hand. */
const runs = Number(process.env['PHASEWISE_PROPERTY_RUNS'] ?? 12);
const seed = Number(process.env['PHASEWISE_PROPERTY_SEED'] ?? 20);
const seconds = Number(process.env['PHASEWISE_PROPERTY_SECONDS'] ?? 30);

interface Step {
  readonly edits: readonly Edit[];
  readonly run: 'only' | 'until' | 'from' | 'all';
  /** Which phase, of those that there are. */
  readonly at: number;
  /** Another process goes on from the folder. */
  readonly handedOver: boolean;
  /** Stopped when this many phases have begun; null: not. */
  readonly stopAfter: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(randomEdit, { minLength: 1, maxLength: 2 }),
  run: fc.constantFrom('all', 'until', 'from', 'only'),
  at: fc.nat(20),
  handedOver: fc.boolean(),
  stopAfter: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(5) }),
});

/** All of the shell and of the directory that a later phase can see goes into the outputs; not `errtrace`, which the session sets. */
const lastPhase = String.raw`
  for output in $(getAllOutputNames); do mkdir -p "\${!output}"; done
  rm -f "$NIX_BUILD_TOP/env-vars"
  cp -a . "$out/tree"
  for one in foo BAR list made version flags map fixed code; do declare -p "$one" || :; done >> "$out/state" 2> /dev/null
  { declare -f helper || :; shopt nocasematch || :; set -o | grep -v errtrace; umask; trap -p USR1; echo "\${PWD#"$NIX_BUILD_TOP"}"; } >> "$out/state"
`;

/** The derivations of these packages, from one evaluation. */
async function derivationsOf(
  packages: readonly RandomPackage[],
  folder: string,
): Promise<readonly StoreDerivation[]> {
  await mkdir(folder, { recursive: true });
  const versions = packages.map(({ texts, ...one }, index) => ({
    ...one,
    index,
    texts: Object.fromEntries(Object.entries(texts).map(([name, lines]) => [name, lines.join('\n')])),
  }));
  for (const [index, { source }] of packages.entries()) {
    const src = join(folder, `source-${index}`);
    await mkdir(src);
    for (const [path, content] of Object.entries(source)) await writeFile(join(src, path), content);
  }
  await writeFile(join(folder, 'versions.json'), JSON.stringify(versions));
  await writeFile(
    join(folder, 'default.nix'),
    `let
      pkgs = import ${join(repository, 'examples/pkgs')} { };
      hook = pkgs.makeSetupHook { name = "hook"; } (builtins.toFile "hook.sh" ''
        preBuildHooks+=(_random)
        _random() { echo "from the hook: ''\${foo-}" >> a; }
        export FROM_HOOK=1
      '');
      make = v: pkgs.stdenv.mkDerivation (v.variables // v.texts // {
        inherit (v) name outputs;
        __structuredAttrs = v.structured;
        src = builtins.path { path = ./. + "/source-\${toString v.index}"; name = "source"; };
        nativeBuildInputs = if v.hook then [ hook ] else [ ];
        preInstallPhases = [ "ownPhase" ];
        ownPhase = v.texts.ownPhase or ":";
        postPhases = [ "lastPhase" ];
        lastPhase = ''${lastPhase.replaceAll('\\${', "''${")}'';
      } // (if v.structured then { } else { inherit (v) passAsFile; }));
    in map make (builtins.fromJSON (builtins.readFile ./versions.json))`,
  );
  const { stdout } = await execute('nix-instantiate', [folder], { env: unsandboxedEnvironment() });
  const paths = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('!')[0] ?? '');
  return Promise.all(paths.map(readDerivation));
}

interface Truth {
  readonly exitCode: number;
  /** The phase that began last. */
  readonly phase: string;
  readonly log: string;
}

async function truthOf({ path }: StoreDerivation): Promise<Truth> {
  const { exitCode, log } = await realBuild(path);
  const phase = [...log.matchAll(/^Running phase: (\S+)$/gm)].at(-1)?.[1] ?? '';
  return { exitCode, phase, log };
}

/** The engine's runs of one author, who edits one file. */
class Author {
  private runs: PhaseRuns | null = null;
  readonly events: ActivityEvent[] = [];
  private readonly file: string;

  constructor(
    readonly folder: string,
    private readonly isolated: boolean,
  ) {
    this.file = join(folder, 'default.nix');
  }

  async run(
    store: StoreDerivation,
    selection: Partial<RunSelection>,
    stopAfter: number | null = null,
  ): Promise<Result<RunResult>> {
    const assets = {
      driverFolder,
      parserWasm: '',
      grammarWasm: '',
      bashGrammarWasm: '',
      expressionsFolder: '',
    };
    const stateFolder = join(this.folder, 'state');
    this.runs ??= new PhaseRuns({
      assets,
      runner,
      logger: nullLogger,
      inspections: new Inspections({ assets, runner, logger: nullLogger }),
      keptSessions: new KeptSessions({ stateFolder, driverFolder, runner }),
      stateFolder,
      records: buildRecords(stateFolder, nullLogger),
      sources: new SourceTexts(await nixParser()),
      collections: new PackageCollections({
        ...{ stateFolder, logger: nullLogger, nixOptions: () => defaultSettings.nix },
      }),
      isolates: () => this.isolated,
    });
    const stop = new AbortController();
    let begun = 0;
    const onEvent = (event: ActivityEvent) => {
      this.events.push(event);
      if (event.type === 'phaseStarted' && begun++ === stopAfter) stop.abort();
    };
    const whole = { selection: 'all', phase: null, fresh: false, verify: false, out: null } as const;
    const nix = await installedNix();
    const derivation = drawingOf(store, this.file);
    const request = { nix, derivation, store, onEvent, signal: stop.signal };
    return this.runs.run({ ...request, selection: { ...whole, ...selection } });
  }

  async handOver(): Promise<void> {
    await this.runs?.dispose();
    this.runs = null;
  }

  /** What was said and printed, for a failing test. */
  story(): string {
    return this.events
      .map((event) => (event.type === 'output' || event.type === 'notice' ? event.text : `<${event.type}>`))
      .join('\n');
  }

  async leave(): Promise<void> {
    await this.handOver();
    const state = join(this.folder, 'state');
    for (const { id } of await listSessions(state, runner, never))
      unwrap(await dropSession(state, id, runner, never));
  }
}

function drawingOf(store: StoreDerivation, file: string): Derivation {
  const drawn = { source: 'evaluated', structure: 'phases', phases: [], attributes: {}, note: null } as const;
  return {
    ...drawn,
    name: store.name,
    attr: '',
    system: store.system,
    drvPath: store.path,
    outputs: {},
    file,
    range: null,
  };
}

/** As `diff` tells it; empty when there is none. */
async function difference(ours: string, real: string): Promise<string> {
  return execute('diff', ['-r', ours, real]).then(
    () => '',
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  );
}

/** Fails when the session's result is not the real build's. */
async function agree(author: Author, store: StoreDerivation, truth: Truth): Promise<void> {
  const result = await author.run(store, {});
  assert.ok(
    result.ok,
    `${result.ok ? '' : result.error.message}\n${author.story()}\n--- really\n${truth.log}`,
  );
  const words = () => `${store.path}\n${author.story()}\n--- really\n${truth.log}`;
  const failed = result.value.phases.find(({ status }) => status === 'failed');
  // What Nix says of finished outputs (that they refer to each other in a circle) is nothing that a phase does.
  if (truth.exitCode !== 0 && realExitCode(truth.log) === null) return;
  if (truth.exitCode !== 0) {
    assert.equal(failed?.name ?? 'none failed', truth.phase, words());
    return;
  }
  assert.equal(failed, undefined, words());
  for (const [name, { path }] of Object.entries(store.outputs)) {
    const ours: string = result.value.outputs[name] ?? '/';
    const real = onDisk(path);
    const differences = await compareTrees(name, ours, real, never);
    assert.deepEqual(differences, [], `${words()}\n--- really\n${await difference(ours, real)}`);
  }
}

const likelyPhases = 'unpackPhase patchPhase configurePhase buildPhase ownPhase installPhase lastPhase'.split(
  ' ',
);

/** One case: a package, then its edits, each run in some way; at the end all must be as in a real build of the last. */
async function tryEdits(author: Author, first: RandomPackage, steps: readonly Step[]): Promise<void> {
  const packages = [first];
  for (const { edits } of steps)
    packages.push(edits.reduce((old, { apply }) => apply(old), packages.at(-1) ?? first));
  const derivations = await derivationsOf(packages, author.folder);
  for (const [index, store] of derivations.entries()) {
    const before = steps[index - 1];
    if (before === undefined) await author.run(store, {});
    else if (index < steps.length) {
      const phase = before.run === 'all' ? null : (likelyPhases[before.at % likelyPhases.length] ?? null);
      await author.run(store, { selection: before.run, phase }, before.stopAfter);
    }
    if (before?.handedOver === true) await author.handOver();
  }
  const last = derivations.at(-1);
  if (last !== undefined) await agree(author, last, await truthOf(last));
}

describe('edits of a package', function () {
  this.timeout(Math.max(120_000, 2000 * seconds));
  let scratch = '';
  const going = new Set<Promise<void>>();
  before(async () => (scratch = await scratchFolder()));
  after(async () => {
    // When time is up a case is still going on.
    await Promise.allSettled(going);
    await removeScratch(scratch);
  });

  it('give in a session what a real build gives, whatever was edited, run, stopped or handed over between', async () => {
    let cases = 0;
    const property = fc.asyncProperty(
      randomPackage,
      fc.array(step, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (first, steps, isolated) => {
        const author = new Author(join(scratch, `case ${++cases}`), isolated);
        const working = tryEdits(author, first, steps).finally(() => author.leave());
        going.add(working);
        await working;
      },
    );
    await fc.assert(property, {
      numRuns: runs,
      seed,
      // Shrinking takes minutes: for the one who looks for the cause.
      endOnFailure: process.env['PHASEWISE_PROPERTY_SHRINK'] === undefined,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
    });
    assert.ok(cases > 0);
    if (process.env['PHASEWISE_PROPERTY_RUNS'] !== undefined) console.log(`${cases} packages`);
  });
});
