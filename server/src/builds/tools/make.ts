/** GNU make: what it finds wrong in a makefile, and the recipes that failed. Pure. */
import { lineIn, nothing, said, type Said, type ToolWords } from './said';

const makefile = /^(\S[^:]*):(\d+): \*\*\* (.+?)\.?(?: {2}Stop\.)?$/;
/** Since 4.3; up to 4.2 it was two lines, of which the first has the place. */
const recipe = /^g?make(?:\[(\d+)\])?: \*\*\* \[([^:\]]+):(\d+): (.+)\] (.+)$/;
const oldRecipe = /^(\S[^:]*):(\d+): (recipe for target '.+' failed)$/;
/** A make that was told of an error by its own recipe exits with this. */
const ofMake = 'Error 2';

export class MakeWords implements ToolWords {
  /** How many errors others had told of when the last recipe failed. */
  private told = 0;
  /** The deepest make of which a recipe failed. */
  private deepest = -1;

  /** `errors`: how many errors other tools have told of so far. */
  constructor(private readonly errors: () => number) {}

  line(text: string): readonly Said[] | null {
    if (!text.includes(': *** ') && !text.includes(': recipe for ')) return null;
    const ofFile = makefile.exec(text);
    if (ofFile !== null) return said(lineIn(ofFile), 'error', ofFile[3] ?? '', 'make');
    const old = oldRecipe.exec(text);
    if (old !== null) return this.recipe(said(lineIn(old), 'error', old[3] ?? '', 'make'));
    const [, level = '0', file, line, target, how] = recipe.exec(text) ?? [];
    if (file === undefined) return null;
    const isAbove = how === ofMake && Number(level) < this.deepest;
    this.deepest = Math.max(this.deepest, Number(level));
    if (isAbove) return nothing;
    const place = { file, line: Number(line) - 1, column: null };
    return this.recipe(said(place, 'error', `[${target ?? ''}] ${how ?? ''}`, 'make'));
  }

  /** Where the recipe's own program named a place, that one counts. */
  private recipe(failed: readonly Said[]): readonly Said[] {
    const errors = this.errors();
    const hasPlace = errors > this.told;
    this.told = errors;
    return hasPlace ? nothing : failed;
  }
}
