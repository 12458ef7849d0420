/** Process entry and composition root of the command line. */
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locateAssets } from '../assets';
import { createBashParser } from '../bash/bashParser';
import { serveDebugAdapter } from '../debug/main';
import { createEngine } from '../engine/createEngine';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { createGuardedRunner } from '../nix/guardian';
import { createProcessRunner } from '../nix/process';
import { defaultStateFolder } from '../phases/sessionFolder';
import { defaultSettings } from '../protocol/settings';
import { serveStandardStreams } from '../server';
import { createNixParser } from '../syntax/parser';
import { checkSeverities } from '../workspace/checkSeverities';
import { exitCodes, type CommandLine, type Output } from './commandLine';
import { coloursFor } from './output/colours';
import { runProgram } from './program';

async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interruption.abort());
  }
  const stdout = outputTo(1, process.stdout.isTTY, () => interruption.abort());
  const stderr = outputTo(2, process.stderr.isTTY, () => undefined);
  const assets = locateAssets(join(__dirname, 'assets'));
  const parser = await createNixParser(assets);
  const engines: Engine[] = [];
  const cli: CommandLine = {
    cwd: process.cwd(),
    stdout,
    stderr,
    interactive: isatty(0),
    signal: interruption.signal,
    parse: (text) => parser.parse(text),
    engine: (nix, phases) => {
      const engine = createEngine({
        parser,
        assets,
        runner: createGuardedRunner(createProcessRunner()),
        logger: loggerTo(stderr),
        stateFolder: defaultStateFolder(process.env, homedir()),
        nixOptions: () => nix,
        isolates: () => phases?.isolation !== 'off',
        severities: (file) => checkSeverities(file, defaultSettings.checks),
      });
      engines.push(engine);
      return engine;
    },
    serveDebug: (launched) => {
      const streams = { input: process.stdin, output: process.stdout };
      const bash = () => createBashParser(assets);
      const isExpression = (text: string) => !parser.parse(text).faults.some(({ code }) => code === 'syntax');
      const program = [process.execPath, ...process.argv.slice(1, 2)];
      const world = { ...streams, ...launched, program, logger: loggerTo(stderr), bash, isExpression };
      return serveDebugAdapter(world, interruption.signal);
    },
    serve: () => serveStandardStreams(interruption.signal),
    exitCode: exitCodes.ok,
  };
  try {
    const code = await runProgram(cli, process.argv.slice(2));
    if (stdout.closed) return exitCodes.ok;
    return interruption.signal.aborted ? exitCodes.interrupted : code;
  } finally {
    await Promise.all(engines.map((engine) => engine.dispose()));
  }
}

/** Writes synchronously, so that nothing is lost at the end; a reader that went away ends the command quietly. */
function outputTo(
  descriptor: 1 | 2,
  isTerminal: boolean,
  onClosed: () => void,
): Output & { readonly closed: boolean } {
  const output = {
    closed: false,
    colours: coloursFor(isTerminal, process.env),
    write: (text: string | Uint8Array): void => {
      if (output.closed || writeAll(descriptor, Buffer.from(text))) return;
      output.closed = true;
      onClosed();
    },
  };
  return output;
}

/** False when nobody reads any more. */
function writeAll(descriptor: number, bytes: Buffer): boolean {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code !== 'EAGAIN') return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  return true;
}

function loggerTo(output: Output): Logger {
  return {
    info: () => undefined,
    warn: () => undefined,
    error: (message, error) => {
      const details = error instanceof Error ? (error.stack ?? error.message) : '';
      output.write(`phasewise: ${message}${details === '' ? '' : `\n${details}`}\n`);
    },
  };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`phasewise: this is a bug in Phasewise itself:\n${details}\n`);
    process.exit(70);
  },
);
