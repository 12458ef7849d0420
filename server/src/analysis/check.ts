/** What a check is: one file each in `checks/`, named by its code. */
import type { Binding, Expression, With } from '../syntax/ast';
import type { Checked, Finding } from './finding';
import type { Names, Use } from './scopes';

/** An expression or binding by its kind. */
export type Node = Expression | Binding;
export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

export interface Check {
  readonly code: string;
  /** A matter of taste: off unless the settings give it a severity. */
  readonly isOptional?: true;
  /** Called for each piece of a text with the names that it binds, and once with those around all pieces. */
  readonly ofNames?: (names: Names, checked: Checked) => readonly Finding[];
  /** Called for each use of a name that nothing can give. */
  readonly ofUndefined?: (use: Use, checked: Checked) => readonly Finding[];
  /** Called for each `with` from which no name can come. */
  readonly ofUnusedWith?: (node: With, checked: Checked) => readonly Finding[];
  /** Called for each node of these kinds; what is asked of the parent is its kind, and of a set its form. */
  readonly ofNodes?: {
    readonly [K in Node['kind']]?: (
      node: NodeOf<K>,
      checked: Checked,
      parent: Node | null,
    ) => readonly Finding[];
  };
}
