/** A token that was read, without blanks and comments. */
export interface ReadToken {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
