/** Which command ended a phase, from the records that the driver's traps left. Pure. */

export interface CommandFrame {
  /** bash's name: a function, `source` or `main`. */
  readonly functionName: string;
  readonly file: string;
  /** 1-based line in `file` that runs in this frame. */
  readonly line: number;
  /** Name of the phase or hook whose text the file is (`buildPhase`, `preBuild`, `preBuildHooks.0`); null otherwise. */
  readonly text: string | null;
}

export interface FailedCommand {
  readonly command: string;
  readonly exitCode: number;
  /** Innermost first. */
  readonly frames: readonly CommandFrame[];
  /**
   * The innermost place inside a phase's or hook's text; null when none is known. `endLine` is the last line of the
   * statement. `exact`: the line's own text confirms the command.
   */
  readonly place: {
    readonly text: string;
    readonly line: number;
    readonly endLine: number;
    readonly exact: boolean;
  } | null;
}

export interface FailureRecord {
  /** `error`: from the ERR trap; `exit`: from the EXIT trap (`exit`, unset variable, syntax error, …). */
  readonly kind: 'error' | 'exit';
  readonly pid: number;
  readonly exitCode: number;
  readonly line: number;
  readonly command: string;
  readonly frames: readonly { readonly functionName: string; readonly file: string; readonly line: number }[];
}

/** Reads the driver's file `failures`: NUL-ended fields, oldest record first. A record cut short is dropped. */
export function parseFailureRecords(content: string): readonly FailureRecord[] {
  const fields = content.split('\0');
  const records: FailureRecord[] = [];
  let at = 0;
  const next = () => fields[at++] ?? '';
  while (at + 6 < fields.length) {
    const kind = next() === 'error' ? 'error' : 'exit';
    const [pid, exitCode, line, command, depth] = [
      Number(next()),
      Number(next()),
      Number(next()),
      next(),
      Number(next()),
    ];
    if (!(depth >= 0) || at + depth * 3 > fields.length) break;
    const frames = Array.from({ length: depth }, () => ({
      functionName: next(),
      file: next(),
      line: Number(next()),
    }));
    records.push({ kind, pid, exitCode, line, command, frames });
  }
  return records;
}

export interface FailureTexts {
  /** Folder of the generated texts. */
  readonly folder: string;
  /** Text by name (as the file's name without `.sh`). */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The command that ended the phase's shell `pid`. A subshell's record of the same status just before is preferred when
 * its place is confirmed by the text: it is nearer to the cause.
 */
export function findFailedCommand(
  records: readonly FailureRecord[],
  pid: number,
  texts: FailureTexts,
): FailedCommand | null {
  const end = lastIndex(records, (record) => record.pid === pid && record.kind === 'error');
  const own = records[end] ?? records.find((record) => record.pid === pid);
  if (own === undefined) return null;
  const outer = toFailedCommand(own, texts);
  for (const record of innerRecords(records, end, pid, own.exitCode)) {
    const inner = toFailedCommand(record, texts);
    if (inner.place?.exact === true) return inner;
  }
  return outer;
}

/**
 * The same with bash's own words taken into account: where the traps cannot tell the line (`set -u`, `${x:?}`, a syntax
 * error), its message does: `FILE: line N: …`.
 */
export function placedByMessages(
  found: FailedCommand | null,
  tail: readonly string[],
  { folder, texts }: FailureTexts,
): FailedCommand | null {
  if (found === null || found.place?.exact === true) return found;
  for (const line of [...tail].reverse()) {
    const start = line.indexOf(`${folder}/`);
    const match =
      start < 0
        ? null
        : /^([^/:]+)\.sh: (?:[\w ]+: )?line (\d+): /.exec(line.slice(start + folder.length + 1));
    const text = match?.[1] ?? '';
    if (match === null || !texts.has(text)) continue;
    const place = { text, line: Number(match[2]), endLine: Number(match[2]), exact: true };
    return { ...found, place };
  }
  return found;
}

function lastIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item !== undefined && test(item)) return index;
  }
  return -1;
}

/** Records of subshells that ended with the same status right before this one, innermost (earliest) first. */
function innerRecords(
  records: readonly FailureRecord[],
  end: number,
  pid: number,
  exitCode: number,
): readonly FailureRecord[] {
  const inner: FailureRecord[] = [];
  for (let index = end - 1; index >= 0; index--) {
    const record = records[index];
    if (record === undefined || record.pid === pid || record.exitCode !== exitCode) break;
    inner.unshift(record);
  }
  return inner;
}

function toFailedCommand(record: FailureRecord, texts: FailureTexts): FailedCommand {
  const frames = record.frames
    .map((frame, index) => ({
      ...frame,
      line: index === 0 && record.kind === 'error' ? record.line : frame.line,
      text: textName(frame.file, texts),
    }))
    .filter(({ functionName, file }) => !functionName.startsWith('__phasewise') && file !== '');
  const place = placeOf(record, frames, texts);
  return { command: commandOf(record, place, texts), exitCode: record.exitCode, frames, place };
}

const ends = 'return "$__phasewise_ended"';

/** What the author wrote where bash names a command of ours: leaving a text early, or its last command's status. */
function commandOf(record: FailureRecord, place: FailedCommand['place'], { texts }: FailureTexts): string {
  if (record.command === ends) {
    const lines = (texts.get(place?.text ?? '') ?? '').split('\n');
    return lines[(place?.line ?? 0) - 1]?.trim() ?? '';
  }
  if (!record.command.includes('$__phasewise_file')) return record.command;
  return `${record.kind === 'exit' ? 'exit' : 'return'} ${record.exitCode}`;
}

function textName(file: string, { folder, texts }: FailureTexts): string | null {
  if (!file.startsWith(`${folder}/`) || !file.endsWith('.sh')) return null;
  const name = file.slice(folder.length + 1, -'.sh'.length);
  return texts.has(name) ? name : null;
}

function placeOf(
  record: FailureRecord,
  frames: readonly CommandFrame[],
  { texts }: FailureTexts,
): FailedCommand['place'] {
  const index = frames.findIndex((frame) => frame.text !== null);
  const frame = frames[index];
  if (frame === undefined || frame.text === null) return null;
  const text = texts.get(frame.text) ?? '';
  const at = (line: number, exact: boolean) => ({ text: frame.text ?? '', line, endLine: line, exact });
  if (record.kind === 'exit') {
    const line = lineOfExit(text, record.exitCode);
    return line === null ? null : at(line, false);
  }
  if (index > 0) return at(Math.max(frame.line, 1), frame.line > 0);
  if (record.command === ends) return at(lastLine(text), false);
  return { text: frame.text, ...statementAt(text, frame.line, record.command) };
}

/** The one line that leaves with this status; null when there are more or none (an EXIT trap cannot tell its line). */
function lineOfExit(text: string, exitCode: number): number | null {
  const leaves = new RegExp(`\\bexit(?:\\s+"?(?:${exitCode}\\b|\\$)|\\s*(?:;|$))`);
  const lines = text.split('\n').flatMap((line, index) => (leaves.test(line) ? [index + 1] : []));
  return lines.length === 1 ? (lines[0] ?? null) : null;
}

/** The last line of the author's that says something. */
function lastLine(text: string): number {
  const lines = text.split('\n');
  while (lines.length > 1 && /^\s*(?:__phasewise_end)?\s*$/.test(lines.at(-1) ?? '')) lines.pop();
  return lines.length;
}

/**
 * The lines of a statement which bash reports at `line` (bash 5.2: its last line, 5.3: its first). Confirmed when the
 * command as bash names it, without white space, stands there.
 */
export function statementAt(
  text: string,
  line: number,
  command: string,
): { readonly line: number; readonly endLine: number; readonly exact: boolean } {
  const lines = text.split('\n');
  const wanted = squeeze(command);
  const reported = Math.min(Math.max(line, 1), lines.length);
  const holds = (from: number, to: number) => squeeze(lines.slice(from - 1, to).join('\n')).includes(wanted);
  if (holds(reported, reported)) return { line: reported, endLine: reported, exact: line === reported };
  const most = Math.max(1, command.split('\n').length) + 40;
  // One line more than reported: bash 5.2 counts a continued line too few or too many at the end.
  for (let span = 1; span <= most; span++) {
    for (const end of [reported, reported + 1, reported - 1]) {
      if (end - span >= 1 && holds(end - span, end)) return { line: end - span, endLine: end, exact: true };
    }
    if (holds(reported, reported + span)) return { line: reported, endLine: reported + span, exact: true };
  }
  return { line: reported, endLine: reported, exact: false };
}

/** Without white space and line continuations, which bash prints its own way. */
function squeeze(text: string): string {
  return text.replaceAll('\\\n', '').replaceAll(/\s+/g, '');
}
