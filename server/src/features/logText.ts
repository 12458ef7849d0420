/** A build log as the log channel shows it: colours removed, phases under heading lines, which stand for stdenv's own. */
import { phaseHeading } from '../builds/phaseHeading';
import { createPhaseLogReader, isAnnouncement, withoutColours } from '../builds/phaseLog';
import type { PhaseLogReader } from '../builds/phaseLog';

/** Text is handed on in pieces of about this many UTF-16 units. */
const pieceSize = 64 * 1024;

/** Takes raw log text in any pieces; gives it readable, in lines, through `onText`. `end` gives what is left. */
export function createLogText(onText: (text: string) => void): PhaseLogReader {
  let lines: string[] = [];
  let size = 0;
  const give = (): void => {
    if (lines.length === 0) return;
    onText(`${lines.join('\n')}\n`);
    lines = [];
    size = 0;
  };
  const add = (line: string): void => {
    lines.push(line);
    size += line.length + 1;
    if (size >= pieceSize) give();
  };
  let headed: string | null = null;
  const reader = createPhaseLogReader({
    phase: (name) => {
      add(phaseHeading(name));
      headed = name;
    },
    line: (text) => {
      const repeats = headed !== null && isAnnouncement(text, headed);
      headed = null;
      if (!repeats) add(withoutColours(text));
    },
  });
  return {
    write: (text) => {
      reader.write(text);
      give();
    },
    end: () => {
      reader.end();
      give();
    },
  };
}
