import assert from 'node:assert/strict';
import type { BuildEvent } from '../../../server/src/nix/buildEvents';
import type { Nix } from '../../../server/src/nix/nix';
import { createNix } from '../../../server/src/nix/commandLineNix';
import type { EvaluationOptions } from '../../../server/src/nix/nix';
import {
  expressions,
  project,
  readRecording,
  recordedCases,
  recordedVersions,
  replayingRunner,
} from './recordedRunner';

const file = `${project}/default.nix`;
const options: EvaluationOptions = { callPackage: true, timeoutMs: 10_000, memoryLimitMb: 1000, args: [] };
const never = new AbortController().signal;

for (const version of recordedVersions) {
  describe(`what Nix ${version} answered`, () => {
    const recording = readRecording(version);
    const nixOf = (name: string): Nix => {
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const programs = {
        nix: '/b/nix',
        nixInstantiate: '/b/nix-instantiate',
        nixStore: '/b/nix-store',
        nixBuild: '/b/nix-build',
      };
      const installation = {
        programs,
        version: { major, minor, text: version },
        storeDir: '/nix/store',
        physicalStoreDir: '/nosuch/store',
        system: 'x86_64-linux',
        storeProblem: null,
      };
      return createNix(installation, replayingRunner(recording[name] ?? []), {
        expressionsFolder: expressions,
        settings: { store: '', options: {}, searchPath: [] },
        environment: {},
      });
    };
    const evaluate = (name: string) =>
      nixOf(name).evaluate({ file, kind: 'file', attr: '', buffer: null }, options, never);
    const refused = async (name: string) => {
      const result = await evaluate(name);
      return result.ok ? assert.fail(JSON.stringify(result.value)) : result.error;
    };
    const build = async (name: string) => {
      const events: BuildEvent[] = [];
      const plain = { rebuild: false, keepFailed: false };
      const outcome = await nixOf(name).build(
        '/nix/store/x.drv',
        plain,
        (event) => events.push(event),
        never,
      );
      return { outcome, events };
    };

    it('is there for every case', () => {
      assert.deepEqual(Object.keys(recording), Object.keys(recordedCases));
    });

    it('about a set gives its derivations and each failure with its place', async () => {
      const result = await evaluate('set');
      assert.ok(result.ok);
      assert.deepEqual(
        result.value.derivations.map(({ attr, name, position }) => [
          attr,
          name,
          position?.line,
          position?.column,
        ]),
        [
          ['good', 'good', 3, 3],
          ['last', 'last', 6, 3],
        ],
      );
      assert.match(result.value.derivations[0]?.outputs['out'] ?? '', /^\/nix\/store\/.*-good$/);
      const [bad, gone] = result.value.failures;
      assert.deepEqual(
        [bad?.attr, bad?.message, bad?.position],
        ['bad', 'cannot add a string to an integer', { file, line: 4, column: 13 }],
      );
      assert.deepEqual([gone?.attr, gone?.message], ['gone', 'it is gone: é']);
      assert.equal(gone?.trace.find(({ position }) => position?.file === file)?.position?.line, 5);
      assert.ok(result.value.notices.includes('trace: seen'));
      assert.equal(JSON.stringify(result.value).includes(expressions), false);
    });

    it('about infinite recursion and a syntax error names the place', async () => {
      const recursion = await refused('recursion');
      assert.deepEqual([recursion.message, recursion.position?.line], ['infinite recursion encountered', 2]);
      const syntax = await refused('syntax');
      assert.deepEqual(
        [syntax.message, syntax.position],
        ["syntax error, unexpected ';'", { file, line: 2, column: 7 }],
      );
    });

    it('about a missing source blames its attribute in the trace', async () => {
      const error = await refused('source');
      assert.match(error.message, /nosuch/);
      const frame = error.trace.find(({ message }) =>
        /attribute 'src' of (?:the )?derivation 'a'/.test(message),
      );
      assert.equal(frame?.position?.file, file);
    });

    it('about a text alone has a byte column and no file', async () => {
      const found = await nixOf('parse').parse(recordedCases['parse']!.text, never);
      assert.deepEqual(found?.position, { file: null, line: 2, column: 10 });
    });

    it('about a build gives events in order', async () => {
      const { outcome, events } = await build('built');
      assert.equal(outcome.status, 'built');
      assert.match(outcome.outputs['out'] ?? '', /-recorded$/);
      assert.deepEqual(
        events.flatMap((event) =>
          event.type === 'message' || event.type === 'totals'
            ? []
            : event.type === 'lines'
              ? event.texts
              : [event.type],
        ),
        ['buildStarted', 'one', 'phase', 'two', 'buildStopped'],
      );
    });

    it('about a failed input and a wrong hash gives the words that matter', async () => {
      const failed = await build('failed');
      assert.equal(failed.outcome.status, 'failed');
      assert.match(
        failed.outcome.message ?? '',
        /recorded-input\.drv'[\s\S]*failed with exit code 3[\s\S]*recorded-bad\.drv/,
      );
      assert.ok(failed.events.some((event) => event.type === 'lines' && event.texts.includes('help')));
      const mismatch = await build('mismatch');
      assert.match(
        mismatch.outcome.message ?? '',
        /hash mismatch[\s\S]*specified: sha256-A{43}=\s+got: +sha256-/,
      );
    });
  });
}
