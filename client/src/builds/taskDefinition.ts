/** The `phasewise` task as `tasks.json` writes it. Pure. */

export type TaskAction = 'build' | 'rebuild' | 'run' | 'check' | 'try';

export interface BuildTaskDefinition {
  /** A Nix file, or a flake's folder: absolute, or relative to the workspace folder. */
  readonly subject: { readonly kind: 'file' | 'flake'; readonly path: string };
  readonly attr: string;
  readonly action: TaskAction;
  /** Only with `run`; null for all phases. */
  readonly phase: string | null;
  /** Only with `try`: the program of the built outputs, null for the main one, and the words that it gets. */
  readonly program: { readonly name: string | null; readonly words: readonly string[] };
  /** Given to Nix, as on its command line. */
  readonly args: readonly string[];
  /** Output alone in the terminal; null: as the settings say. */
  readonly plain: boolean | null;
}

export type ParsedTask =
  | { readonly ok: true; readonly definition: BuildTaskDefinition }
  | { readonly ok: false; readonly reason: string };

const actions: readonly string[] = [
  'build',
  'rebuild',
  'run',
  'check',
  'try',
] satisfies readonly TaskAction[];

/** Reads a task's definition; the reason of a refusal is a sentence for the author of `tasks.json`. */
export function parseTaskDefinition(raw: Readonly<Record<string, unknown>>): ParsedTask {
  const { attr = '', args = [], plain = null } = raw;
  const subject = subjectOf(raw);
  if (typeof subject === 'string') return refuse(subject);
  if (typeof attr !== 'string') return refuse('"attr" of a phasewise task must be a string.');
  if (attr !== '' && subject.fragment !== '')
    return refuse('A phasewise task names the attribute in "attr" or behind the # of "flake", not in both.');
  const doing = actionOf(raw);
  if (typeof doing === 'string') return refuse(doing);
  const program = programOf(raw, doing.action);
  if (typeof program === 'string') return refuse(program);
  if (!Array.isArray(args) || !args.every((word): word is string => typeof word === 'string'))
    return refuse('"args" of a phasewise task must be a list of strings.');
  if (plain !== null && typeof plain !== 'boolean')
    return refuse('"plain" of a phasewise task must be true or false.');
  const { kind, path, fragment } = subject;
  return {
    ok: true,
    definition: {
      subject: { kind, path },
      attr: attr === '' ? fragment : attr,
      ...doing,
      program,
      args,
      plain,
    },
  };
}

interface NamedSubject {
  readonly kind: 'file' | 'flake';
  readonly path: string;
  readonly fragment: string;
}

function subjectOf({ file, flake }: Readonly<Record<string, unknown>>): NamedSubject | string {
  if (flake === undefined) {
    if (typeof file === 'string' && file.trim() !== '') return { kind: 'file', path: file, fragment: '' };
    return 'A phasewise task needs "file": the Nix file that makes the derivation; or "flake": the folder of a flake.';
  }
  if (file !== undefined) return 'A phasewise task has "file" or "flake", not both.';
  if (typeof flake !== 'string' || flake.trim() === '')
    return '"flake" of a phasewise task must be a folder, with # and an attribute behind it if you like.';
  const [folder = '', ...rest] = flake.split('#');
  if (/^[a-z][a-z0-9+.-]*:/i.test(folder))
    return '"flake" of a phasewise task must be a folder of this machine: other references have no place to show what is built.';
  return { kind: 'flake', path: folder === '' ? '.' : folder, fragment: rest.join('#') };
}

function actionOf(
  raw: Readonly<Record<string, unknown>>,
): Pick<BuildTaskDefinition, 'action' | 'phase'> | string {
  const { action = 'build', phase = null } = raw;
  if (phase !== null && typeof phase !== 'string') return '"phase" of a phasewise task must be a string.';
  if (typeof action === 'string' && /^\w+Phase$/.test(action)) {
    if (phase === null || phase === action) return { action: 'run', phase: action };
    return '"phase" of a phasewise task has no meaning when "action" names a phase.';
  }
  if (!isAction(action))
    return '"action" of a phasewise task must be "build", "rebuild", "run", "check", "try" or the name of a phase.';
  if (phase !== null && action !== 'run')
    return '"phase" of a phasewise task has a meaning only with "action": "run".';
  return { action, phase };
}

function programOf(
  { program = [] }: Readonly<Record<string, unknown>>,
  action: TaskAction,
): BuildTaskDefinition['program'] | string {
  const words: unknown = typeof program === 'string' ? [program] : program;
  if (!Array.isArray(words) || !words.every((word): word is string => typeof word === 'string'))
    return '"program" of a phasewise task must be a name, or a list of a name and the words that the program gets.';
  const [name = null, ...rest] = words;
  if (name !== null && action !== 'try')
    return '"program" of a phasewise task has a meaning only with "action": "try".';
  return { name, words: rest };
}

function isAction(action: unknown): action is TaskAction {
  return typeof action === 'string' && actions.includes(action);
}

/** What the task is called in the list of tasks. */
export function taskName(definition: BuildTaskDefinition, derivationName: string | null): string {
  const { subject, attr, action, phase, program } = definition;
  const what = derivationName ?? (attr === '' ? subject.path : attr);
  if (action === 'try' && program.name !== null) return `try ${program.name} of ${what}`;
  if (action === 'run') return phase === null ? `run ${what}` : `run ${phase} of ${what}`;
  return `${action} ${what}`;
}

function refuse(reason: string): ParsedTask {
  return { ok: false, reason };
}
