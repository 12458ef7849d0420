/**
 * Nix's grammar as its own parser has it (src/libexpr/parser.y), one rule a line, so that both can be read side by side; with the pipe
 * operators of newer versions. Where Nix's parser tries `{ }` as a set and as formals at once, an own rule for it needs one token only.
 * A word after `#` names what is done when the rule is complete (see `reductions.ts`).
 */
export const grammar = `
start: expr
expr: expr_function

expr_function: ID : expr_function
expr_function: formal_set : expr_function #function
expr_function: formal_set @ ID : expr_function #functionNamedAfter
expr_function: ID @ formal_set : expr_function #functionNamedBefore
expr_function: ASSERT expr ; expr_function #nothing
expr_function: WITH expr ; expr_function #nothing
expr_function: LET binds IN expr_function #let
expr_function: expr_if

expr_if: IF expr THEN expr ELSE expr #nothing
expr_if: expr_pipe_from
expr_if: expr_pipe_into
expr_if: expr_op
expr_pipe_from: expr_op PIPE_FROM expr_pipe_from #nothing
expr_pipe_from: expr_op PIPE_FROM expr_op #nothing
expr_pipe_into: expr_pipe_into PIPE_INTO expr_op #nothing
expr_pipe_into: expr_op PIPE_INTO expr_op #nothing

expr_op: ! expr_op %NOT #nothing
expr_op: - expr_op %NEGATE #nothing
expr_op: expr_op EQ expr_op #nothing
expr_op: expr_op NEQ expr_op #nothing
expr_op: expr_op < expr_op #nothing
expr_op: expr_op LEQ expr_op #nothing
expr_op: expr_op > expr_op #nothing
expr_op: expr_op GEQ expr_op #nothing
expr_op: expr_op AND expr_op #nothing
expr_op: expr_op OR expr_op #nothing
expr_op: expr_op IMPL expr_op #nothing
expr_op: expr_op UPDATE expr_op #nothing
expr_op: expr_op ? attrpath #nothing
expr_op: expr_op + expr_op #nothing
expr_op: expr_op - expr_op #nothing
expr_op: expr_op * expr_op #nothing
expr_op: expr_op / expr_op #nothing
expr_op: expr_op CONCAT expr_op #nothing
expr_op: expr_app

expr_app: expr_app expr_select #nothing
expr_app: expr_select

expr_select: expr_simple . attrpath #nothing
expr_select: expr_simple . attrpath OR_KW expr_select #nothing
expr_select: expr_simple OR_KW #nothing
expr_select: expr_simple

expr_simple: ID #nothing
expr_simple: INT
expr_simple: FLOAT
expr_simple: " string_parts " #inner
expr_simple: IND_STRING_OPEN ind_string_parts IND_STRING_CLOSE #inner
expr_simple: path_start PATH_END
expr_simple: path_start string_parts_interpolated PATH_END
expr_simple: SPATH
expr_simple: URI #text
expr_simple: ( expr ) #inner
expr_simple: LET { binds } #nothing
expr_simple: REC { binds } #bindings
expr_simple: { binds1 } #inner
expr_simple: { } #noBindings
expr_simple: [ expr_list ] #nothing

string_parts: STR #text
string_parts: string_parts_interpolated
string_parts: #emptyText
string_parts_interpolated: string_parts_interpolated STR
string_parts_interpolated: string_parts_interpolated DOLLAR_CURLY expr }
string_parts_interpolated: DOLLAR_CURLY expr } #nothing
string_parts_interpolated: STR DOLLAR_CURLY expr } #nothing
path_start: PATH
path_start: HPATH
ind_string_parts: ind_string_parts IND_STR #moreText
ind_string_parts: ind_string_parts DOLLAR_CURLY expr } #nothing
ind_string_parts: #emptyText

binds: binds1
binds: #noBindings
binds1: binds1 attrpath = expr ; #bindMore
binds1: binds1 INHERIT attrs ; #inheritMore
binds1: binds1 INHERIT ( expr ) attrs ; #inheritFromMore
binds1: attrpath = expr ; #bind
binds1: INHERIT attrs ; #inherit
binds1: INHERIT ( expr ) attrs ; #inheritFrom

attrs: attrs attr #moreNames
attrs: attrs string_attr #moreWrittenNames
attrs: #noNames
attrpath: attrpath . attr #longerPath
attrpath: attrpath . string_attr #longerPath
attrpath: attr #path
attrpath: string_attr #path
attr: ID #name
attr: OR_KW #name
string_attr: " string_parts " #inner
string_attr: DOLLAR_CURLY expr } #inner

expr_list: expr_list expr_select
expr_list:

formal_set: { formals } #formalSet
formal_set: { } #noFormals
formals: formal , formals #moreFormals
formals: formal #formals
formals: formal , #formals
formals: ELLIPSIS #noFormals
formal: ID #name
formal: ID ? expr #name
`;

/** The lines %left, %right and %nonassoc of parser.y, weakest first. */
export const precedence: readonly (readonly ['left' | 'right' | 'nonassoc', ...string[]])[] = [
  ['right', 'IMPL'],
  ['left', 'OR'],
  ['left', 'AND'],
  ['nonassoc', 'EQ', 'NEQ'],
  ['nonassoc', '<', '>', 'LEQ', 'GEQ'],
  ['right', 'UPDATE'],
  ['left', 'NOT'],
  ['left', '+', '-'],
  ['left', '*', '/'],
  ['right', 'CONCAT'],
  ['nonassoc', '?'],
  ['nonassoc', 'NEGATE'],
];
