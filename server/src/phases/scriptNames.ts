/** What the scripts of a stdenv name, read off their texts. Pure. */
import type { StdenvInspection } from '../derivation/inspection';

/**
 * All names, and those of variables that the scripts read with a default (`${dontX-}`, `${flags:-a}`) and never bind themselves: that is how
 * they ask for what a derivation may or may not set. Nothing is known where not all of the scripts are.
 */
export function scriptNames(scripts: readonly string[] | null): Pick<StdenvInspection, 'named' | 'optional'> {
  if (scripts === null) return { named: null, optional: [] };
  const named = new Set<string>();
  const optional = new Set<string>();
  const bound = new Set<string>();
  for (const script of scripts) {
    const code = script.replace(/(^|\s)#.*$/gm, '$1');
    for (const name of found(code, /([A-Za-z_]\w*)/g)) named.add(name);
    for (const name of found(code, /\$\{([a-z]\w*[A-Z]\w*)(?:\[[@*]\])?:?[-+]/g)) optional.add(name);
    for (const name of found(code, /(?:^|[;&|({\s])([A-Za-z_]\w*)\+?=/gm)) bound.add(name);
    for (const name of found(code, /\bfor[ \t]+([A-Za-z_]\w*)/g)) bound.add(name);
    for (const words of found(code, /\b(?:local|declare|typeset|read|readonly)\b([^\n;|&<>=]*)/g))
      for (const name of words.match(/[A-Za-z_]\w*/g) ?? []) bound.add(name);
  }
  return { named, optional: [...optional].filter((name) => !bound.has(name)) };
}

function found(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, group]) => group ?? []);
}
