/** Debugging in the window: how the adapter starts, the commands of rows and of the debug toolbar, what a hover asks. */
import {
  debug,
  DebugAdapterExecutable,
  EvaluatableExpression,
  InlineValueEvaluatableExpression,
  languages,
  ProgressLocation,
  Range,
  Uri,
  window,
  workspace,
  type DebugConfiguration,
  type Disposable,
  type InlineValue,
  type LogOutputChannel,
  type Position,
  type Terminal,
  type TextDocument,
} from 'vscode';
import {
  debugType,
  ignoreFailureRequest,
  openShellRequest,
  restartPhaseRequest,
  skipCommandRequest,
  type OpenShellAnswer,
} from '../../../server/src/protocol/debug';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { InlineResults } from '../builds/inlineResults';
import { registerCommand } from '../log';
import { commandArgument } from '../phases/phaseArgument';
import { shellTitle } from '../phases/momentWords';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import { showShell } from '../phases/shellTerminal';
import type { ServerState } from '../serverState';
import { Configurations, configurationFor, evaluationOf } from './configurations';
import { threadOfItem } from './callStackItem';
import { pathAt, wordAt, wordsIn } from './hoveredWord';

export interface DebugParts {
  /** Our own command line, which is the adapter. */
  readonly program: string;
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
  readonly inline: InlineResults;
}

export function registerDebugging(parts: DebugParts): readonly Disposable[] {
  const { program, log, state, chooser, inline } = parts;
  const register = (name: string, run: (argument: unknown) => unknown) =>
    registerCommand(log, `phasewise.${name}`, (...args) => run(commandArgument(args)));
  return [
    debug.registerDebugConfigurationProvider(debugType, new Configurations(state, chooser)),
    debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () =>
        // The program that this extension runs in: Node itself, or what is made of it by this variable.
        new DebugAdapterExecutable(process.execPath, [program, 'dap'], {
          env: { ELECTRON_RUN_AS_NODE: '1' },
        }),
    }),
    languages.registerEvaluatableExpressionProvider('nix', { provideEvaluatableExpression: expressionAt }),
    languages.registerInlineValuesProvider('nix', {
      provideInlineValues: (document, viewPort, { stoppedLocation }) =>
        inlineValues(document, viewPort, stoppedLocation.end.line),
    }),
    register('debugDerivation', async (argument) => {
      const key = await chooser.derivation(argument);
      return key === undefined ? false : start(parts, key, null);
    }),
    register('debugEvaluation', async (argument) => {
      const key = await chooser.derivation(argument);
      return key === undefined ? false : startEvaluation(parts, key);
    }),
    register('debugPhase', async (argument) => {
      const chosen = await chooser.phase(argument);
      return chosen === undefined ? false : start(parts, chosen.key, chosen.phase);
    }),
    register('debugFailure', async (argument) => {
      const key = inline.keyOf(argument) ?? (await chooser.derivation(argument));
      return key === undefined ? false : startAtFailure(parts, key);
    }),
    register('ignoreFailure', () => ask(ignoreFailureRequest)),
    register('skipCommand', () => ask(skipCommandRequest)),
    register('restartPhase', () => ask(restartPhaseRequest)),
    register('openShellWhereStopped', openShell),
  ];
}

function start(
  parts: DebugParts,
  key: DerivationKey,
  phase: string | null,
  stopOnEntry?: boolean,
): Thenable<boolean> {
  return startDebugging(key, configurationFor(key, nameOf(parts, key), phase, stopOnEntry));
}

function startEvaluation(parts: DebugParts, key: DerivationKey): Thenable<boolean> {
  return startDebugging(key, evaluationOf(key, nameOf(parts, key)));
}

function nameOf({ state }: DebugParts, key: DerivationKey): string {
  const derivation = state.derivation(key);
  return derivation === undefined ? 'derivation' : derivationName(derivation);
}

function startDebugging({ uri }: DerivationKey, configuration: DebugConfiguration): Thenable<boolean> {
  return debug.startDebugging(workspace.getWorkspaceFolder(Uri.parse(uri)), configuration);
}

/** The phase that failed last, by a run or a build, runs again, and stops at the command that fails. */
async function startAtFailure(parts: DebugParts, key: DerivationKey): Promise<boolean> {
  const { phases, activity } = parts.state.shown(key);
  const failed = [...phases].find(([, state]) => state.kind === 'failed')?.[0] ?? activity?.failure?.phase;
  if (failed != null) return start(parts, key, failed, false);
  void window.showInformationMessage('No phase of this derivation failed. Run or build it first.');
  return false;
}

/** Of this thread, else of the one that is in front. */
async function ask(request: string, thread: number | null = null): Promise<unknown> {
  const session = debug.activeDebugSession;
  if (session?.type !== debugType) return undefined;
  const threadId = thread ?? debug.activeStackItem?.threadId ?? 1;
  return session.customRequest(request, { threadId });
}

/** In a terminal, where that thread stands. `item` is that of the call stack whose menu was used. */
async function openShell(item: unknown): Promise<Terminal | undefined> {
  const options = { location: ProgressLocation.Window, title: 'Preparing a shell where the phase stands' };
  const answer = (await window.withProgress(options, () => ask(openShellRequest, threadOfItem(item)))) as
    OpenShellAnswer | undefined;
  if (answer === undefined) return undefined;
  const { phase, command, env } = answer;
  return showShell({ name: shellTitle('', { phase, at: 'stop' }), command, env });
}

/** Whether what stands in front is an evaluation, to which words of Nix mean something, those of bash nothing. */
function isEvaluation(): boolean {
  return debug.activeDebugSession?.configuration['evaluate'] === true;
}

function expressionAt(document: TextDocument, position: Position): EvaluatableExpression | undefined {
  const { text } = document.lineAt(position.line);
  const word = (isEvaluation() ? pathAt : wordAt)(text, position.character);
  if (word === null) return undefined;
  const range = new Range(position.line, word.start, position.line, word.end);
  return new EvaluatableExpression(range, word.expression);
}

/** How far above the line where a phase stands values are shown. */
const linesShown = 30;

function inlineValues(document: TextDocument, viewPort: Range, stopped: number): InlineValue[] {
  const values: InlineValue[] = [];
  if (isEvaluation()) return values;
  for (let line = Math.max(viewPort.start.line, stopped - linesShown); line <= stopped; line++) {
    for (const { start: from, end, expression } of wordsIn(document.lineAt(line).text)) {
      values.push(new InlineValueEvaluatableExpression(new Range(line, from, line, end), expression));
    }
  }
  return values;
}
