/** The table of what is known to go wrong: one rule a file, asked in this order. */
import { isGoodNews } from '../errorLines';
import { absoluteProgram } from './absoluteProgram';
import { autotoolsAnew } from './autotoolsAnew';
import { autotoolsMacro } from './autotoolsMacro';
import { badInterpreter } from './badInterpreter';
import { bashError } from './bashError';
import { cargoLock } from './cargoLock';
import { cmakePackage } from './cmakePackage';
import { cmakePolicy } from './cmakePolicy';
import { commandNotFound } from './commandNotFound';
import { configureStopped } from './configureStopped';
import { dirtyTree } from './dirtyTree';
import { diskFull } from './diskFull';
import { evaluationFetch } from './evaluationFetch';
import { forbiddenReference } from './forbiddenReference';
import { goModule } from './goModule';
import { hashMismatch } from './hashMismatch';
import { homeDirectory } from './homeDirectory';
import { impurePath } from './impurePath';
import { libclang } from './libclang';
import { makefileSyntax } from './makefileSyntax';
import { missingConfigure } from './missingConfigure';
import { missingHeader } from './missingHeader';
import { missingLibrary } from './missingLibrary';
import { missingOutput } from './missingOutput';
import { missingPkgConfig } from './missingPkgConfig';
import { missingPkgConfigFile } from './missingPkgConfigFile';
import { missingSubmodule } from './missingSubmodule';
import { network } from './network';
import { noCompiler } from './noCompiler';
import { nodeModule } from './nodeModule';
import { noRule } from './noRule';
import { notExecutable } from './notExecutable';
import { offeredOption } from './offeredOption';
import { outOfMemory } from './outOfMemory';
import { outputCycle } from './outputCycle';
import { patchHunk } from './patchHunk';
import { pipInstall } from './pipInstall';
import { pythonModule } from './pythonModule';
import { pythonRequirement } from './pythonRequirement';
import { isOverruled } from './overruled';
import { refusedPackageRule } from './refusedPackage';
import type { Evidence, Explanation, Finding, Rule } from './rule';
import { searchPath } from './searchPath';
import { storePermission } from './storePermission';
import { substituteNothing } from './substituteNothing';
import { timedOut } from './timedOut';
import { tooOld } from './tooOld';
import { undefinedReference } from './undefinedReference';
import { unlockedInput } from './unlockedInput';
import { unpack } from './unpack';
import { untrackedFile } from './untrackedFile';
import { versionFromGit } from './versionFromGit';
import { warningsAsErrors } from './warningsAsErrors';
import { windowsLines } from './windowsLines';
import { wrongSystem } from './wrongSystem';

/** About Nix's words alone, whatever is built or evaluated. */
const messageRules: readonly Rule[] = [
  refusedPackageRule,
  hashMismatch,
  missingOutput,
  forbiddenReference,
  wrongSystem,
  outputCycle,
  timedOut,
  impurePath,
  unlockedInput,
  evaluationFetch,
  searchPath,
];

/** Of finds in the same line the first rule's counts. */
const rules: readonly Rule[] = [
  ...messageRules,
  untrackedFile,
  dirtyTree,
  diskFull,
  outOfMemory,
  windowsLines,
  autotoolsAnew,
  commandNotFound,
  missingPkgConfig,
  missingHeader,
  missingPkgConfigFile,
  absoluteProgram,
  badInterpreter,
  network,
  patchHunk,
  missingLibrary,
  cmakePackage,
  cmakePolicy,
  offeredOption,
  missingSubmodule,
  pythonModule,
  pythonRequirement,
  versionFromGit,
  missingConfigure,
  noRule,
  notExecutable,
  storePermission,
  homeDirectory,
  substituteNothing,
  autotoolsMacro,
  noCompiler,
  nodeModule,
  goModule,
  cargoLock,
  libclang,
  pipInstall,
  unpack,
  tooOld,
  makefileSyntax,
  warningsAsErrors,
  undefinedReference,
];

/** Asked when none of the others knows anything. */
const lastRules: readonly Rule[] = [configureStopped, bashError];

/** A log with more lines that were said in passing is about something else. */
const mostOverruled = 12;

/** What a rule knows about the failure; the last thing that went wrong when several match. Null when none does. */
export function explainFailure(evidence: Evidence): Finding | null {
  const lines = evidence.lines.map((text) => (isGoodNews(text) ? '' : text));
  return weighed(rules, { ...evidence, lines }) ?? weighed(lastRules, { ...evidence, lines });
}

/** The latest find that what follows in the log does not overrule. */
function weighed(asked: readonly Rule[], evidence: Evidence): Finding | null {
  let lines = evidence.lines;
  for (let overruled = 0; overruled < mostOverruled; overruled++) {
    const found = latestOf(asked, { ...evidence, lines });
    if (found === null || !isOverruled(lines, found)) return found;
    const said = lines[found.line];
    lines = lines.map((text) => (text === said ? '' : text));
  }
  return null;
}

function latestOf(asked: readonly Rule[], evidence: Evidence): Finding | null {
  let latest: Finding | null = null;
  for (const rule of asked) {
    const found = rule(evidence);
    if (found !== null && (latest === null || found.line > latest.line)) latest = found;
  }
  return latest;
}

/** What an evaluation's error alone tells; `ofFlake`: whether a flake was evaluated. */
export function explainMessage(message: string, ofFlake: boolean): Explanation | null {
  const evidence = { message, hashMismatch: null, phase: null, lines: [], fetches: false };
  return ofFlake ? explainFailure(evidence) : latestOf(messageRules, evidence);
}
