/** The words of what an evaluation printed. Pure. */
import type { PrintedLine } from '../../../server/src/protocol/evaluationMessages';

export interface OutputSummary {
  readonly text: string;
  readonly detail: string;
  readonly warning: boolean;
}

/** What the language status says; null when nothing was printed. */
export function outputSummary(lines: readonly PrintedLine[]): OutputSummary | null {
  if (lines.length === 0) return null;
  const of = (wanted: PrintedLine['kind']): number => lines.filter(({ kind }) => kind === wanted).length;
  const warnings = of('warning');
  const unplaced = lines.filter(({ kind, placed }) => kind === 'warning' && placed !== true).length;
  const counts = [counted(warnings, 'warning'), counted(of('trace'), 'trace'), counted(of('note'), 'note')];
  return {
    text: `Evaluation printed ${counts.filter((count) => count !== '').join(', ')}`,
    detail: unplaced === 0 ? '' : `${counted(unplaced, 'warning')} without a place in this file`,
    warning: unplaced > 0,
  };
}

/** What the channel shows of one evaluation; empty when it has nothing new. */
export function outputBlock(heading: string, lines: readonly PrintedLine[]): string {
  if (lines.every(({ remembered }) => remembered === true)) return '';
  const shown = lines.map(({ kind, text, remembered }) => {
    const mark = kind === 'note' ? '' : `${kind}: `;
    const before =
      remembered === true ? ' (printed before; its value is remembered until the file is saved)' : '';
    return `${mark}${text}${before}\n`;
  });
  return `${heading}${shown.join('')}\n`;
}

function counted(count: number, word: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
