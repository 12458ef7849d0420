/** CMake, which says what it means two columns in, below the place. Pure. */
import { nothing, said, type Place, type Said, type Severity, type ToolWords } from './said';

const head = /^CMake (?:Deprecation )?(Error|Warning)(?: \(dev\))? at (.+?):(\d+)(?: \(.*\))?:$/;

export class CmakeWords implements ToolWords {
  /** An empty line may follow it. */
  private begun: { readonly severity: Severity; readonly place: Place } | null = null;

  get waits(): boolean {
    return this.begun !== null;
  }

  line(text: string): readonly Said[] | null {
    const { begun } = this;
    if (begun !== null && text !== '') {
      this.begun = null;
      if (text.startsWith('  ')) return said(begun.place, begun.severity, text.trim(), 'cmake');
    }
    const [, which, file, line] = (text.startsWith('CMake ') ? head.exec(text) : null) ?? [];
    if (file === undefined) return null;
    const place = { file, line: Number(line) - 1, column: null };
    this.begun = { severity: which === 'Error' ? 'error' : 'warning', place };
    return nothing;
  }
}
