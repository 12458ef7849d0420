import type { Remedy, Rule } from './rule';
import { storePathName } from '../../protocol/storePath';

const applying = /^applying patch (?<patch>\S+)/;
const file = /^(?:patching|checking) file ['"]?(?<file>.+?)['"]?(?: \(.*\))?$/;
const hunk = /^Hunk #(?<number>\d+) (?:FAILED at|ignored at) (?<line>\d+)/;
const rejected = /-- saving rejects to file ['"]?(?<reject>.+?)['"]?$/;
const noFile = /^can't find file to patch at input line/;
const named = /^\|(?:---|\+\+\+|Index:|diff --git) (?:a\/)?(?<file>[^\t ]+)/;
const reversed = /^Reversed \(or previously applied\) patch detected/;
const exists = /^The next patch would create the file ['"]?(?<file>.+?)['"]?,$/;
const readOnly = /^File ['"]?(?<file>.+?)['"]? is read-only; refusing to patch/;
/** git's own `apply`. */
const unapplied = /^error: (?<file>.+?): patch does not apply$/;
const malformed = /^patch: \*\*\*\* (?<words>.*(?:malformed|Only garbage|unexpectedly ends).*)$/;

/** What `patch` said since the last `applying patch`. */
interface Application {
  patch: string | null;
  file: string | null;
  readonly hunks: { readonly number: string; readonly line: string; readonly file: string | null }[];
  readonly rejects: string[];
  problem: 'noFile' | 'reversed' | 'malformed' | 'exists' | 'readOnly' | null;
  words: string;
  last: number;
}

/** A patch that does not fit its source. */
export const patchHunk: Rule = ({ lines }) => {
  const application = read(lines);
  if (application.last < 0) return null;
  const patch = application.patch === null ? 'A patch' : `The patch ${storePathName(application.patch)}`;
  const remedy = remedyOf(application);
  return { line: application.last, remedy, attribute: 'patches', ...words(patch, application) };
};

function read(lines: readonly string[]): Application {
  let at: Application = begun(null);
  lines.forEach((text, index) => {
    const patch = applying.exec(text)?.groups?.['patch'];
    if (patch !== undefined) at = begun(patch);
    at.file = file.exec(text)?.groups?.['file'] ?? at.file;
    const failed = hunk.exec(text)?.groups;
    const reject = rejected.exec(text)?.groups?.['reject'];
    const spoilt = malformed.exec(text)?.groups?.['words'];
    if (failed !== undefined) {
      at.hunks.push({ number: failed['number'] ?? '', line: failed['line'] ?? '', file: at.file });
    }
    if (reject !== undefined) at.rejects.push(reject);
    if (noFile.test(text)) at.problem = 'noFile';
    if (at.problem === 'noFile') at.file ??= named.exec(text)?.groups?.['file'] ?? null;
    if (reversed.test(text)) at.problem = 'reversed';
    if (spoilt !== undefined) [at.problem, at.words] = ['malformed', spoilt.replace(/[\s:.]+$/, '')];
    for (const [problem, pattern] of [
      ['exists', exists],
      ['readOnly', readOnly],
    ] as const) {
      const target = pattern.exec(text)?.groups?.['file'];
      if (target !== undefined) [at.problem, at.file, at.last] = [problem, target, index];
    }
    const target = unapplied.exec(text)?.groups?.['file'];
    if (target !== undefined) [at.file, at.last] = [target, index];
    const tells = failed ?? reject ?? spoilt;
    if (tells !== undefined || noFile.test(text) || reversed.test(text)) at.last = index;
  });
  return at;
}

/** What is in the source already is not wanted; of what does not fit, the refused parts are looked at. */
function remedyOf(application: Application): Remedy | null {
  const { problem, patch, rejects } = application;
  if (problem === 'reversed' && patch !== null)
    return { kind: 'listed', attribute: 'patches', name: storePathName(patch) };
  return rejects.length === 0 ? null : rejectsOf(application);
}

function rejectsOf({ rejects, hunks }: Application): Remedy {
  const named = rejects.map((reject) => {
    const file = reject.replace(/\.rej$/, '');
    const line = hunks.find((hunk) => hunk.file === file)?.line;
    return { file, reject, line: line === undefined ? null : Number(line) };
  });
  return { kind: 'rejects', rejects: named };
}

function begun(patch: string | null): Application {
  return { patch, file: null, hunks: [], rejects: [], problem: null, words: '', last: -1 };
}

function words(
  patch: string,
  { problem, words: said, ...at }: Application,
): { cause: string; advice: string } {
  const target = at.file ?? 'its file';
  const reject =
    at.rejects.length === 0
      ? ''
      : ` What was refused is in ${at.rejects.join(', ')}, in the build directory.`;
  if (problem === 'noFile') {
    return {
      cause: `${patch} is for ${target}, and there is no such file in the source.`,
      advice:
        'See whether the file was moved or removed in this version, or whether patchFlags needs another -p.',
    };
  }
  if (problem === 'exists') {
    return {
      cause: `${patch} makes the file ${target}, which is in the source already.`,
      advice: 'See whether the source has the change by now, and then remove it from patches.',
    };
  }
  if (problem === 'readOnly') {
    return {
      cause: `${patch} is to change ${target}, which may not be written.`,
      advice: 'Make it writable before, with chmod +w in postUnpack.',
    };
  }
  if (problem === 'malformed') {
    return { cause: `${patch} cannot be read: ${said}.`, advice: 'Make it anew with diff -u or git diff.' };
  }
  if (problem === 'reversed') {
    return {
      cause: `What ${patch.replace(/^A/, 'a').replace(/^The/, 'the')} changes in ${target} is in the source already.`,
      advice: 'Remove it from patches.',
    };
  }
  const hunks = at.hunks.map(
    ({ number, line, file: of }) => `hunk ${number} (line ${line} of ${of ?? 'a file'})`,
  );
  return {
    cause: `${patch} does not fit ${target}: ${hunks.join(', ') || 'a part of it'} was refused, because the lines it expects are not there.`,
    advice: `Make it anew for this version of the source, or remove it if the change is in the source already.${reject}`,
  };
}
