import { deepEqual, equal, match } from 'node:assert/strict';
import { githubAnnotation, sarif } from '../../../server/src/cli/output/checkFormats';
import { coloursFor } from '../../../server/src/cli/output/colours';
import { diagnosticText } from '../../../server/src/cli/output/diagnosticText';
import { phaseTree } from '../../../server/src/cli/output/phaseTree';
import type { Derivation, Diagnostic, Origin, Range } from '../../../server/src/protocol/model';

const plain = coloursFor(false, {});
const range: Range = { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } };
const diagnostic: Diagnostic = {
  file: '/w/a, b:c.nix',
  range,
  severity: 'error',
  code: 'nix-eval',
  message: '100%\nwrong',
  source: 'nix',
  related: [{ file: '/elsewhere/x.nix', range, message: 'called\nhere' }],
};
const origin = (over: Partial<Origin>): Origin => ({
  kind: 'attribute',
  file: null,
  range: null,
  input: null,
  ...over,
});

describe('output for people and programs', () => {
  it('shows places 1-based and relative, the trace below', () => {
    equal(
      diagnosticText(diagnostic, '/w', plain),
      'a, b:c.nix:3:5: error: 100% [nix/nix-eval]\n    wrong\n    /elsewhere/x.nix:3:5: called here\n',
    );
  });

  it('escapes what GitHub would read as something else', () => {
    equal(
      githubAnnotation(diagnostic, '/w'),
      '::error file=a%2C b%3Ac.nix,line=3,endLine=3,col=5,endColumn=10,title=nix-eval::100%25%0Awrong\n',
    );
  });

  it('writes SARIF with rules, places and related places', () => {
    const log = JSON.parse(JSON.stringify(sarif([diagnostic], '0.1.0'))) as {
      runs: {
        tool: { driver: { rules: unknown } };
        results: { locations: unknown; relatedLocations: { message: unknown }[] }[];
      }[];
    };
    deepEqual(log.runs[0]?.tool.driver.rules, [{ id: 'nix-eval' }]);
    deepEqual(log.runs[0].results[0]?.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: 'file:///w/a,%20b:c.nix' },
          region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 },
        },
      },
    ]);
    deepEqual(log.runs[0].results[0].relatedLocations[0]?.message, { text: 'called\nhere' });
  });

  it('draws phases, hooks, origins and reasons', () => {
    const derivation: Derivation = {
      name: 'hello-1.0',
      attr: '',
      system: null,
      drvPath: null,
      outputs: {},
      file: '/w/default.nix',
      range,
      source: 'stdenv',
      structure: 'phases',
      attributes: {},
      note: null,
      phases: [
        {
          name: 'buildPhase',
          runs: true,
          skipReason: null,
          body: null,
          origin: origin({
            kind: 'setup',
            file: '/nix/store/00000000000000000000000000000000-stdenv/setup',
            range,
          }),
          hooks: [
            {
              name: 'preBuild',
              when: 'pre',
              kind: 'attribute',
              body: null,
              origin: origin({ file: '/w/default.nix', range }),
            },
          ],
        },
        {
          name: 'checkPhase',
          runs: false,
          skipReason: 'doCheck is not set',
          body: null,
          origin: origin({ kind: 'setup' }),
          hooks: [],
        },
      ],
    };
    const tree = phaseTree(derivation, '/w', plain);
    match(tree, /^hello-1\.0 {2}default\.nix:3:5, as its stdenv runs it\n/);
    match(tree, /\n {2}● buildPhase +stdenv's setup:3\n {6}pre {6}preBuild +default\.nix:3\n/);
    match(tree, /\n {2}○ checkPhase +skipped: doCheck is not set\n$/);
  });

  it('colours only a terminal that wants it', () => {
    equal(coloursFor(true, {}).red('x'), '\u001b[31mx\u001b[39m');
    for (const colours of [coloursFor(true, { NO_COLOR: '1' }), coloursFor(true, { TERM: 'dumb' }), plain]) {
      equal(colours.red('x'), 'x');
    }
  });
});
