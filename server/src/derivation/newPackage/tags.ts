/** Which tag of a repository is its latest version. Pure. */
import { nameAndVersion } from './origin';

/** Versions that say that they are none yet. */
const unfinished = /(?:alpha|beta|rc|pre|dev|nightly)/i;

/** Null where no tag is a version. Of a repository with several programs, tags that are named after it (or after nothing) count first. */
export function latestTag(repository: string, tags: readonly string[]): string | null {
  const versions = tags.flatMap((tag) => {
    const { name, version } = nameAndVersion(tag);
    return version === null || unfinished.test(tag) ? [] : [{ tag, name, version }];
  });
  const own = versions.filter(({ name }) => name === '' || name.toLowerCase() === repository.toLowerCase());
  const [latest] = (own.length > 0 ? own : versions).sort((a, b) => compared(b.version, a.version));
  return latest?.tag ?? null;
}

/** By numbers, part for part; what has more parts comes later. */
function compared(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[._-]/).map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? -1) - (right?.[index] ?? -1);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}
