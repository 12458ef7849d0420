/**
 * A kept evaluator's own folder, which no other user can read: what it is asked, the copies of texts, and its gates. What an answer
 * waits for is written at once: to wait for one small file takes longer than to write it.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnFolder } from '../ownFolder';
import type { MovedText, SharingText } from '../nix';
import type { ProcessRunner } from '../process';
import { nixString } from '../../nixString';
import { regExpText } from '../../regExpText';

const gates = 2;

export class Scratch {
  private readonly written = new Set<string>();

  private constructor(readonly folder: string) {}

  /** Null where there are no FIFOs. */
  static async make(
    runner: ProcessRunner,
    environment: Readonly<Record<string, string>>,
  ): Promise<Scratch | null> {
    const folder = await makeOwnFolder('evaluator');
    const fifos = Array.from({ length: gates }, (_, number) => join(folder, `gate-${number}`));
    const scratch = new Scratch(folder);
    await mkdir(join(folder, 'shared'));
    for (const program of ['mkfifo', '/usr/bin/mkfifo', '/bin/mkfifo']) {
      const made = await runner.run(program, ['-m', '600', ...fifos], {
        env: environment,
        timeoutMs: 10_000,
      });
      if (made.exitCode === 0) return scratch;
      if (made.ended !== 'notStarted') break;
    }
    await scratch.remove();
    return null;
  }

  owns(path: string): boolean {
    return path.startsWith(`${this.folder}/`);
  }

  /** Writes the copy of a text under a name that no request had before. Throws where the folder is gone or the disk full. */
  placeText(number: number, fileName: string, text: string): string {
    const folder = join(this.folder, `text-${number}`);
    try {
      // Not with the folders above: once the evaluator has ended there are none, and none shall come back.
      mkdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const file = join(folder, fileName);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** Writes a text that questions share, once: the evaluator has its value then. Gives its file. */
  placeShared(text: string): string {
    const file = this.sharedFile(text);
    this.writeOnce(file, text);
    return file;
  }

  /** Writes what a text shares with others, and gives the text, which names their files, and these. */
  placeSharing(sharing: (nameOf: (text: string) => string) => SharingText): {
    readonly text: SharingText;
    readonly shared: ReadonlyMap<string, MovedText>;
  } {
    const files = new Map<string, string>();
    const text = sharing((part) => {
      const file = this.sharedFile(part);
      const name = `(import ${nixString(file)})`;
      files.set(name, file);
      return name;
    });
    const shared = new Map<string, MovedText>();
    for (const part of text.shared) {
      const file = files.get(part.name);
      if (file === undefined) continue;
      this.writeOnce(file, part.text);
      shared.set(file, part);
    }
    return { text, shared };
  }

  /** A text in which these words stand for the file of each shared text. */
  withWordsForShared(text: string, words: string): string {
    return text.replaceAll(new RegExp(`${regExpText(this.folder)}/shared/[0-9a-f]{32}\\.nix`, 'g'), words);
  }

  placeRequest(number: number, text: string): void {
    writeFileSync(join(this.folder, `request-${number}`), text, { mode: 0o600 });
  }

  /** Lets the evaluator go on with a request; false when it does not stand at the gate (yet, or any more). */
  openGate(number: number): boolean {
    const gate = join(this.folder, `gate-${number % gates}`);
    try {
      closeSync(openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      // ENXIO: nobody has opened the other end.
      return false;
    }
  }

  /** Removes what an answered request left. */
  async forget(number: number): Promise<void> {
    await rm(join(this.folder, `text-${number}`), { recursive: true, force: true });
    await rm(join(this.folder, `request-${number}`), { force: true });
  }

  /** Also while the next text is being written: the evaluator may end at any moment. */
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
  }

  private sharedFile(text: string): string {
    const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    return join(this.folder, 'shared', `${name}.nix`);
  }

  private writeOnce(file: string, text: string): void {
    if (this.written.has(file)) return;
    writeFileSync(file, text, { mode: 0o600 });
    this.written.add(file);
  }
}
