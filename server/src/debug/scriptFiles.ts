/** The texts that bash runs, their statements, and the sources by which a client sees them. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BashParser } from '../bash/bashParser';
import type { DefinedFunction, Statement } from '../bash/statements';
import { squeeze, startLine } from '../bash/statements';
import type { ScriptPlaces } from '../engine/scriptPlaces';
import type { DebuggedPhase, ShellStop, StoppedFrame } from '../phases/phaseDebugger';

export interface FramePlace {
  readonly name: string;
  readonly source: DebugProtocol.Source | null;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly isStdenv: boolean;
}

export class ScriptFiles {
  private readonly statements = new Map<string, readonly Statement[]>();
  private readonly functions = new Map<string, readonly DefinedFunction[]>();
  private readonly generated: { readonly name: string; readonly text: string }[] = [];

  constructor(
    private readonly places: ScriptPlaces,
    private readonly parser: BashParser,
  ) {}

  /** Of the text of a variable of the derivation. */
  statementsOfText(text: string): readonly Statement[] {
    return this.parse(`text:${text}`, this.places.texts.get(text) ?? '');
  }

  /** The first statement of each function of this name that a text of the derivation defines. */
  functionsNamed(name: string): readonly { readonly text: string; readonly statement: Statement }[] {
    return [...this.places.texts.keys()].flatMap((text) =>
      this.functionsOfText(text)
        .filter((one) => one.name === name)
        .flatMap((one) => {
          const inside = this.statementsOfText(text).filter(({ line }) => isWithin(one, line));
          const [statement] = [...inside].sort((a, b) => a.line - b.line);
          return statement === undefined ? [] : [{ text, statement }];
        }),
    );
  }

  /** Whether a line of a text belongs to a function that the text defines. */
  isInFunction(text: string, line: number): boolean {
    return this.functionsOfText(text).some((one) => isWithin(one, line));
  }

  private functionsOfText(text: string): readonly DefinedFunction[] {
    const known = this.functions.get(text) ?? this.parser.functions(this.places.texts.get(text) ?? '');
    this.functions.set(text, known);
    return known;
  }

  /** Of a script on the disk, as the builder names it; none when it cannot be read. */
  async statementsOfFile(file: string): Promise<readonly Statement[]> {
    const known = this.statements.get(file);
    if (known !== undefined) return known;
    const text = await readFile(this.places.onDisk(file), 'utf8').catch(() => '');
    return this.parse(file, text);
  }

  private parse(key: string, text: string): readonly Statement[] {
    const known = this.statements.get(key) ?? this.parser.statements(text);
    this.statements.set(key, known);
    return known;
  }

  /** A text that failed by its last command's status failed in its last command; bash has left it then. */
  withFailedText(stop: ShellStop, textsFolder: string): ShellStop {
    const file = /^source (\/.*)$/.exec(stop.command)?.[1];
    const text = file === undefined || stop.reason !== 'error' ? null : this.textName(file, textsFolder);
    if (file === undefined || text === null) return stop;
    const last = this.statementsOfText(text).reduce((line, one) => Math.max(line, one.line), 1);
    return { ...stop, frames: [{ functionName: 'source', file, line: last }, ...stop.frames] };
  }

  /** On its way out a shell has forgotten the innermost line: that which bash told, else of the only command that it may be, else 0. */
  async withLine(stop: ShellStop, textsFolder: string, line: number | null): Promise<ShellStop> {
    const [first, ...others] = stop.frames;
    if (first === undefined) return stop;
    const text = this.textName(first.file, textsFolder);
    const statements = text === null ? await this.statementsOfFile(first.file) : this.statementsOfText(text);
    const command = squeeze(stop.command);
    const same = statements.filter(({ squeezed }) => squeezed === command);
    const found = line ?? (same.length === 1 ? same[0]?.line : undefined) ?? 0;
    return { ...stop, frames: [{ ...first, line: found }, ...others] };
  }

  /** A text that the client asked for by its number; null when there is none. */
  content(reference: number): string | null {
    return this.generated[reference - 1]?.text ?? null;
  }

  /** The text's name when the file is one of the generated ones. */
  textName(file: string, textsFolder: string): string | null {
    return dirname(file) === textsFolder && file.endsWith('.sh') ? basename(file, '.sh') : null;
  }

  /** Where a frame is for who reads it: its line of the `.nix` file, else of the text that ran, else of the script. */
  async placeOf(frame: StoppedFrame, { textsFolder, driverFolder }: DebuggedPhase): Promise<FramePlace> {
    const { file, functionName, line } = frame;
    const text = this.textName(file, textsFolder);
    // A function of stdenv's that the driver defined anew has no line of its own any more.
    if (dirname(file) === driverFolder)
      return { name: functionName, source: null, line: 0, column: 0, isStdenv: true };
    if (line === 0) {
      const name = functionName === 'source' && text !== null ? text : functionName;
      return { name, source: null, line: 0, column: 0, isStdenv: false };
    }
    if (text === null) return this.placeInFile(frame);
    const name = functionName === 'source' ? text : functionName;
    const own = await this.isAsWritten(text, textsFolder);
    const from = own ? startLine(this.statementsOfText(text), line) : line;
    const found = own ? this.places.toNix(text, from) : null;
    if (found === null)
      return { name, ...(await this.generatedPlace(text, textsFolder, line)), isStdenv: false };
    const { start } = found.range;
    const source = { name: basename(found.file), path: found.file };
    return { name, source, line: start.line + 1, column: start.character + 1, isStdenv: false };
  }

  /** Whether the text that runs is that of the derivation; a setup hook may have put another in its place. */
  private async isAsWritten(text: string, textsFolder: string): Promise<boolean> {
    const written = this.places.texts.get(text);
    if (written === undefined) return false;
    const ran = await readFile(join(textsFolder, `${text}.sh`), 'utf8').catch(() => null);
    // Output paths may differ, of the same length.
    return ran === null || (ran.startsWith(written.slice(0, 40)) && ran.length - written.length < 30);
  }

  private async generatedPlace(
    text: string,
    textsFolder: string,
    line: number,
  ): Promise<Pick<FramePlace, 'source' | 'line' | 'column'>> {
    const content = await readFile(join(textsFolder, `${text}.sh`), 'utf8').catch(() => '');
    const shown = content.replace(/\n__phasewise_end\n$/, '\n');
    let reference = this.generated.findIndex((one) => one.name === text && one.text === shown) + 1;
    if (reference === 0) reference = this.generated.push({ name: text, text: shown });
    return {
      source: { name: `${text}.sh`, sourceReference: reference, origin: 'generated' },
      line,
      column: 1,
    };
  }

  private placeInFile({ file, functionName, line }: StoppedFrame): FramePlace {
    const isStdenv = file.includes('/');
    const hint = isStdenv ? ({ presentationHint: 'deemphasize' } as const) : {};
    // A file of its own in the store begins with a hash.
    const name = basename(file).replace(/^[0-9a-z]{32}-(?=.)/, '');
    const source = { name, path: this.places.onDisk(file), ...hint };
    return { name: functionName, source, line, column: 1, isStdenv };
  }
}

function isWithin({ line, endLine }: DefinedFunction, at: number): boolean {
  return line <= at && at <= endLine;
}
