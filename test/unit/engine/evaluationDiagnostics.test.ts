import { deepEqual, equal } from 'node:assert/strict';
import { evaluationDiagnostic, type BlamedFile } from '../../../server/src/engine/evaluationDiagnostics';
import type { EvaluationFailure } from '../../../server/src/nix/nix';
import type { Range } from '../../../server/src/protocol/model';
import { LineIndex } from '../../../server/src/syntax/lineIndex';

const file = '/w/default.nix';
const text = 'pkgs.mkDerivation {\n  pname = "é${x}";\n  src = ./gone;\n}\n';

function blamed(attributes: Readonly<Record<string, Range>> = {}): BlamedFile {
  return {
    file,
    text,
    lines: new LineIndex(text),
    isFile: (other) => other === null || other === file,
    readOther: (other) =>
      other === '/lib/make.nix' ? { text: 'é throw', lines: new LineIndex('é throw') } : null,
    attributeRange: (name) => attributes[name] ?? null,
    besideRange: () => null,
    formalRange: (name) => attributes[`{ ${name} }`] ?? null,
    innerFormalRange: () => null,
    namedRange: () => null,
    memberRange: () => null,
  };
}

function failed(over: Partial<EvaluationFailure>): EvaluationFailure {
  return { kind: 'nix', message: 'no', position: null, trace: [], attr: null, ...over };
}

const line = (number: number, start: number, end: number): Range => ({
  start: { line: number, character: start },
  end: { line: number, character: end },
});

describe('evaluation diagnostic', () => {
  it('of an argument that nobody gives stands at the argument, in Nix’s words and in those of nixpkgs’ callPackage', () => {
    const place = blamed({ '{ zlbi }': line(0, 2, 6) });
    // lib/customisation.nix of nixpkgs, 24.11; before 22.11 without `lib.customisation.callPackageWith: `.
    const byCaller = (where: string) =>
      `evaluation aborted with the following error message: 'lib.customisation.callPackageWith: Function called without required argument "zlbi" at ${where}:1, did you mean "zlib"?'`;
    const byNix = "function 'anonymous lambda' called without required argument 'zlbi'";
    const rangeOf = (over: Partial<EvaluationFailure>) => evaluationDiagnostic(failed(over), place)?.range;
    deepEqual(rangeOf({ message: byCaller(file) }), line(0, 2, 6));
    deepEqual(rangeOf({ message: byNix, position: { file, line: 1, column: 1 } }), line(0, 2, 6));
    deepEqual(rangeOf({ message: byCaller('/w/other.nix') }), line(0, 0, 19));
    const elsewhere = { file: '/w/other.nix', line: 1, column: 1 };
    deepEqual(rangeOf({ message: byNix, position: elsewhere }), line(0, 0, 19));
  });

  it('stands at the token that Nix blames, its byte column converted', () => {
    const found = evaluationDiagnostic(failed({ position: { file, line: 2, column: 16 } }), blamed());
    deepEqual(found?.range, line(1, 14, 15));
    equal(text.split('\n')[1]?.slice(14, 15), 'x');
    deepEqual(found.related, []);
  });

  it('keeps Nix’s words and says below them what they mean, where a rule knows', () => {
    const message = "cannot look up '<nixpkgs>' in pure evaluation mode (use '--impure' to override)";
    const found = evaluationDiagnostic(failed({ message }), blamed());
    equal(
      found?.message,
      `${message}\nA flake may not read <nixpkgs>: it may give another value on another machine. Make it an input of the flake and use that.`,
    );
  });

  it('stands at the innermost frame inside the file when Nix blames another one, which is related', () => {
    const found = evaluationDiagnostic(
      failed({
        message: 'thrown',
        position: { file: '/lib/make.nix', line: 1, column: 4 },
        trace: [
          { message: 'while evaluating a', position: { file: '/lib/gone.nix', line: 7, column: 3 } },
          { message: 'while calling', position: { file, line: 1, column: 1 } },
          { message: 'outer', position: { file, line: 3, column: 3 } },
        ],
      }),
      blamed(),
    );
    equal(found?.message, 'thrown');
    deepEqual(found.range, line(0, 0, 'pkgs.mkDerivation'.length));
    deepEqual(found.related, [
      { file: '/lib/make.nix', range: line(0, 2, 7), message: 'thrown' },
      { file: '/lib/gone.nix', range: line(6, 2, 2), message: 'while evaluating a' },
      { file, range: line(2, 2, 5), message: 'outer' },
    ]);
  });

  it('stands at the attribute that the trace names when that is nearer than any frame in the file', () => {
    const found = evaluationDiagnostic(
      failed({
        trace: [
          { message: "while evaluating the attribute 'src' of the derivation 'x'", position: null },
          { message: 'while calling', position: { file, line: 1, column: 1 } },
        ],
      }),
      blamed({ src: line(2, 2, 5) }),
    );
    deepEqual(found?.range, line(2, 2, 5));
    equal(found.related.length, 1);
  });

  it('stands at the attribute of the derivation, not at its name as Nix 2.8 says', () => {
    const message = "while evaluating the attribute 'src' of the derivation 'x'";
    const found = evaluationDiagnostic(
      failed({ trace: [{ message, position: { file, line: 2, column: 3 } }] }),
      blamed({ src: line(2, 2, 5) }),
    );
    deepEqual(found?.range, line(2, 2, 5));
    deepEqual(found.related, []);
  });

  it('is never lost: without any place it stands at the failing attribute, else in the first line', () => {
    const inSet = evaluationDiagnostic(failed({ attr: 'hello' }), blamed({ hello: line(1, 2, 7) }));
    deepEqual(inSet?.range, line(1, 2, 7));
    deepEqual(evaluationDiagnostic(failed({ attr: 'hello' }), blamed())?.range, line(0, 0, 19));
  });

  it('tells a parser refusal from a failed evaluation', () => {
    const codes = ['syntax error, unexpected end of file', "undefined variable 'x'", 'assertion failed'].map(
      (message) => evaluationDiagnostic(failed({ message }), blamed())?.code,
    );
    deepEqual(codes, ['nix-parse', 'nix-parse', 'nix-eval']);
  });

  it('stands at the last character when Nix blames the end of the file', () => {
    const found = evaluationDiagnostic(failed({ position: { file: null, line: 5, column: 1 } }), blamed());
    deepEqual(found?.range.start, { line: 3, character: 0 });
  });

  it('says nothing of a cancelled evaluation', () => {
    equal(evaluationDiagnostic(failed({ kind: 'cancelled' }), blamed()), null);
  });
});
