/** `phasewise sessions`: what is kept of phase runs, and its end. */
import { Command } from 'commander';
import type { DropSessionsAnswer, SessionEntry, SessionList } from '../../protocol/sessionMessages';
import { defaultSettings } from '../../protocol/settings';
import { sizeText } from '../../protocol/sizes';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';

interface SessionsOptions {
  readonly json?: boolean;
}

interface DropOptions extends SessionsOptions {
  readonly all?: boolean;
}

export function sessionsCommand(cli: CommandLine): Command {
  const command = new Command('sessions')
    .description('list the sessions that are kept of phase runs, with their sizes')
    .option('--json', 'write JSON')
    .action(async (options: SessionsOptions) => {
      cli.exitCode = await list(cli, options);
    });
  command
    .command('drop')
    .description('remove sessions with all their files')
    .argument('[id...]', 'the sessions, as `phasewise sessions` names them')
    .option('--all', 'every session')
    .option('--json', 'write JSON')
    .action(async (ids: readonly string[], options: DropOptions) => {
      cli.exitCode = await drop(cli, ids, { ...command.opts<SessionsOptions>(), ...options });
    });
  return command;
}

async function list(cli: CommandLine, options: SessionsOptions): Promise<ExitCode> {
  const found = await cli.engine(defaultSettings.nix).listSessions(cli.signal);
  if (cli.signal.aborted) return exitCodes.interrupted;
  if (options.json === true) writeJson(cli, found);
  else writeList(cli, found);
  return exitCodes.ok;
}

function writeList({ stdout, stderr }: CommandLine, { sessions, limitBytes }: SessionList): void {
  const { colours } = stdout;
  for (const session of sessions) {
    const used = session.used === null ? '' : `used ${session.used.slice(0, 16).replace('T', ' ')}`;
    // The id keeps the name that the derivation had at first.
    const renamed = session.name === null || session.id.startsWith(`${session.name}-`) ? '' : session.name;
    const details = [renamed, sizeText(session.bytes), used, stateWords(session)].filter(
      (part) => part !== '',
    );
    stdout.write(`${colours.bold(session.id)}  ${details.join(', ')}\n`);
    if (session.file !== null) stdout.write(`  ${colours.dim(placeOf(session))}\n`);
  }
  const sum = sessions.reduce((total, { bytes }) => total + bytes, 0);
  const counted = sessions.length === 1 ? '1 session' : `${sessions.length} sessions`;
  stderr.write(`${counted}, ${sizeText(sum)} of at most ${sizeText(limitBytes)}.\n`);
}

function stateWords({ heldBy, reason }: SessionEntry): string {
  if (heldBy !== null) return `in use by process ${heldBy}`;
  return reason ?? '';
}

function placeOf({ file, attr }: SessionEntry): string {
  return [file, attr].filter((part) => part !== null && part !== '').join('  ');
}

async function drop(cli: CommandLine, ids: readonly string[], options: DropOptions): Promise<ExitCode> {
  const all = options.all === true;
  if (all === ids.length > 0) {
    const message = all ? 'Name sessions, or --all, not both.' : 'It is not said which sessions to drop.';
    const advice = 'Write the ids that `phasewise sessions` lists, or --all.';
    return report(cli, { code: 'usage', message, advice });
  }
  const answer = await cli.engine(defaultSettings.nix).dropSessions(all ? null : ids, cli.signal);
  if (cli.signal.aborted) return exitCodes.interrupted;
  if (options.json === true) writeJson(cli, answer);
  else writeDropped(cli, answer);
  return answer.kept.length === 0 ? exitCodes.ok : exitCodes.no;
}

function writeDropped({ stdout, stderr }: CommandLine, { dropped, kept }: DropSessionsAnswer): void {
  for (const id of dropped) stdout.write(`dropped ${id}\n`);
  for (const { id, message, advice } of kept)
    stderr.write(
      `${stderr.colours.red('kept:')} ${[`${id}.`, message, advice].filter((part) => part !== null).join(' ')}\n`,
    );
}
