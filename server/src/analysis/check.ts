/** What a check is: one file each in `checks/`, named by its code. */
import type { Binding, Expression } from '../syntax/ast';
import type { Checked, Finding } from './finding';
import type { Names } from './scopes';

/** An expression or binding by its kind. */
export type Node = Expression | Binding;
export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

export interface Check {
  readonly code: string;
  /** A matter of taste: off unless the settings give it a severity. */
  readonly isOptional?: true;
  /** Called once for a text. */
  readonly ofNames?: (names: Names, checked: Checked) => readonly Finding[];
  /** Called for each node of these kinds, outermost first. */
  readonly ofNodes?: {
    readonly [K in Node['kind']]?: (
      node: NodeOf<K>,
      checked: Checked,
      parent: Node | null,
    ) => readonly Finding[];
  };
}
