/** From the places that a log names to links to files that are there. */
import { namedPlaces, type NamedPlace } from '../builds/logs/logPlaces';
import type { LogLink } from '../protocol/logMessages';
import type { SourceFinder } from './sourceFinder';

/** Of all that the text names, what is there. */
export function logLinks(text: string, finder: SourceFinder): readonly LogLink[] {
  return namedPlaces(text.split('\n')).flatMap((place) => {
    const file = finder.find(place.path, place.directory);
    return file === null ? [] : [linkOf(place, file)];
  });
}

function linkOf({ line, start, end, fileLine, column }: NamedPlace, file: string): LogLink {
  return {
    range: { start: { line, character: start }, end: { line, character: end } },
    file,
    line: fileLine === null ? null : fileLine - 1,
    character: fileLine === null || column === null ? null : column - 1,
  };
}
