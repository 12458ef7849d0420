/** A phase as bash that somebody can read, keep and run elsewhere. Pure. */
import type { Hook, Phase } from '../../../server/src/protocol/model';
import { originWords } from '../words';

/**
 * The phase's hooks and its own text, each with where it comes from; null when the text is not known. Run it in a shell that has
 * sourced stdenv's setup (`nix-shell`, or a phase session's): functions are defined, texts of hooks assigned, then the phase runs.
 */
export function shellCommands(phase: Phase, derivation: string): string | null {
  if (phase.body === null) return null;
  const hooks = phase.hooks.filter(
    ({ when, runs }) => runs !== false && (when === 'pre' || when === 'during' || when === 'post'),
  );
  const parts = [
    `# ${oneLine(`${phase.name} of ${derivation}`)}, for a shell that has sourced "$stdenv/setup".`,
    ...hooks.flatMap((hook) => (hook.body === null ? [] : [hookText(hook, hook.body)])),
    `# ${oneLine([phase.name, originWords(phase.origin)].filter((part) => part !== '').join(', '))}`,
    phaseText(phase.body),
  ];
  return `${parts.join('\n\n')}\n`;
}

function hookText(hook: Hook, body: string): string {
  const times = { pre: 'before', during: 'during', post: 'after', failure: '', exit: '', setup: '' };
  const words = [`hook ${hook.name}`, times[hook.when], originWords(hook.origin)];
  const head = `# ${oneLine(words.filter((part) => part !== '').join(', '))}`;
  if (definedName(body) !== null) return `${head}\n${body}`;
  // An entry of an array is in the array already once setup is through.
  return hook.kind === 'array' ? `${head}\n${commented(body)}` : `${head}\n${hook.name}=${quoted(body)}`;
}

function phaseText(body: string): string {
  const name = definedName(body);
  return name === null ? body.trimEnd() : `${body.trimEnd()}\n${name}`;
}

/** The function that `declare -f` text defines; null for another text. */
function definedName(text: string): string | null {
  return /^([^\s()]+) \(\)\s*\n\{/.exec(text)?.[1] ?? null;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function commented(text: string): string {
  return text.trimEnd().replace(/^/gm, '# ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
