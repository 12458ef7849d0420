/** A real Nix and a folder of its own, for tests that talk to Nix. Which Nix: the one first on PATH. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Nix } from '../../server/src/nix/nix';
import { probeNix } from '../../server/src/nix/commandLineNix';
import type { NixSettings } from '../../server/src/nix/commandLine';
import type {
  EvaluatedFile,
  EvaluationFailure,
  EvaluationOptions,
  EvaluationSource,
} from '../../server/src/nix/nix';
import type { ProcessRunner } from '../../server/src/nix/process';
import { createProcessRunner } from '../../server/src/nix/process';
import { nixEnvironment } from '../support/nixEnvironment';

export const expressionsFolder = join(__dirname, '../../server/src/nix/expressions');
export const noSettings: NixSettings = { store: '', options: {}, searchPath: [] };
export const defaultOptions: EvaluationOptions = {
  callPackage: true,
  timeoutMs: 20_000,
  memoryLimitMb: 2048,
  args: [],
};

export class NixTestbed {
  private constructor(
    readonly nix: Nix,
    readonly runner: ProcessRunner,
    readonly folder: string,
  ) {}

  static async open(settings: NixSettings = noSettings): Promise<NixTestbed> {
    const runner = createProcessRunner();
    const request = { path: '', settings, environment: nixEnvironment(), expressionsFolder };
    const probe = await probeNix(runner, request, new AbortController().signal);
    if (!probe.ok) assert.fail(`${probe.error.message} ${probe.error.advice}`);
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'phasewise test é ')));
    return new NixTestbed(probe.value, runner, folder);
  }

  /** Writes a file below the folder; gives its absolute path. */
  async write(name: string, text: string): Promise<string> {
    const file = join(this.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  async evaluate(
    source: Partial<EvaluationSource> & { readonly file: string },
    options: Partial<EvaluationOptions> = {},
    signal: AbortSignal = new AbortController().signal,
  ) {
    const whole = { kind: 'file', attr: '', buffer: null, ...source } as const;
    return this.nix.evaluate(whole, { ...defaultOptions, ...options }, signal);
  }

  /** Evaluates a text that must evaluate. */
  async evaluated(text: string, options: Partial<EvaluationOptions> = {}, attr = ''): Promise<EvaluatedFile> {
    const result = await this.evaluate({ file: await this.write('default.nix', text), attr }, options);
    if (!result.ok) assert.fail(result.error.message);
    return result.value;
  }

  /** Evaluates a text that must fail as a whole. */
  async refused(
    text: string,
    options: Partial<EvaluationOptions> = {},
    attr = '',
  ): Promise<EvaluationFailure> {
    const result = await this.evaluate({ file: await this.write('default.nix', text), attr }, options);
    if (result.ok) assert.fail(`It evaluated: ${JSON.stringify(result.value)}`);
    return result.error;
  }

  /** The store path of the text's only derivation. */
  async instantiate(text: string): Promise<string> {
    const { derivations, failures } = await this.evaluated(text);
    assert.deepEqual(failures, []);
    assert.equal(derivations.length, 1);
    return derivations[0]!.drvPath;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A derivation of the host's shell that runs `script`; `attributes` are more of them, as Nix text. */
export function shellDerivation(name: string, script: string, attributes = ''): string {
  return `derivation {
    name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
    args = [ "-c" ${JSON.stringify(script).replaceAll('${', '\\${')} ]; ${attributes}
  }`;
}

/** Changes with each run of the tests, so that nothing is valid before it was built. */
export const unique = `${Date.now()}-${process.pid}`;
