/** What a lint of derivations is: one file each in `lints/`, named by its code. */
import type { Finding } from '../analysis/finding';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { FoundDerivation } from './foundDerivation';

export interface Linted {
  readonly tree: SyntaxTree;
  readonly derivation: FoundDerivation;
}

export interface Lint {
  readonly code: string;
  /** A rule of nixpkgs: off elsewhere unless the settings give it a severity. */
  readonly isOfNixpkgs?: true;
  /** Called once for each derivation that has phases. */
  readonly of: (linted: Linted) => readonly Finding[];
}
