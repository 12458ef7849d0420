/// <reference types="tree-sitter-cli/dsl" />
// @ts-check
/**
 * Today's Nix language. The levels of expressions and their names (function, if, pipe, op, app, select, simple) are those of
 * Nix's own src/libexpr/parser.y, the tokens those of its lexer.l, so that both can be read side by side.
 *
 * What Nix refuses and this grammar lets pass, so that half-typed text keeps its tree; whoever lowers the tree reports it:
 * an empty document, chains of comparisons, interpolations that `inherit` and `let` cannot take, and everything that is no matter of grammar
 * (duplicate attributes and formals, undefined variables, numbers out of range). Nix also reads `b/c` as a path and `x:y` as a
 * URI where only a name can stand (`a ? b/c`, `{ }@x:y`) and then refuses them; here they are names and operators.
 */

/**
 * The operators that bind more strongly than a prefix `!`, weakest first, in the order of parser.y's %left, %right and %nonassoc
 * lines. The weaker ones need no numbers: a level of rules each. (Tree-sitter has no %nonassoc: chains are let pass, see above.)
 */
const STRENGTH = { not: 1, sum: 2, product: 3, concatenation: 4, hasAttr: 5, negation: 6 };

const NO_ATTR = 'no attribute';

const KEYWORDS = ['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or'];

/*
 * Half-typed text. A name followed by "=" where an expression, an argument or an attribute of a selection is wanted can only be the
 * next binding of a text that lacks something before it. There the scanner gives one of these tokens, none of which appears in a
 * text that Nix accepts, and all of which lead to an error in the tree:
 *   _binding_end    after a whole expression: empty, and wants a semicolon that is then MISSING;
 *   _empty_name     for an operand or attribute not typed yet: empty, and such a _binding_end or an error follows (the end of a path
 *                   after its slash, _missing_path_fragment, is given in the same way);
 *   _binding_name   elsewhere: the name itself as a token that only bindings take, so that the parser leaves for them.
 * And NO_ATTR stands, empty, after the dot of a selection that no attribute follows ("[ lib. ]"), with a MISSING one behind it; it is
 * no hidden token, as an error that skips the dot would then count as smaller.
 * Otherwise the _missing_… tokens are never found in a text; being the only ones that can follow, they are what the parser inserts.
 */

function binary(left, operator, right) {
  return seq(field('left', left), field('operator', operator), field('right', right));
}

module.exports = grammar({
  name: 'nix',

  word: ($) => $.identifier,

  // A keyword is never an identifier, not even where only an identifier could stand.
  reserved: { global: () => KEYWORDS },

  extras: ($) => [/[ \t\r\n]+/, $.comment],

  externals: ($) => [
    $.string_fragment,
    $._indented_string_fragment,
    $._string_escape,
    $._indented_string_escape,
    $._path_start,
    $._path_start_slash,
    $._hpath_start,
    $._hpath_start_slash,
    $._path_fragment,
    $._path_fragment_slash,
    $._path_interpolation_start,
    $._missing_path_fragment,
    $._binding_name,
    $._binding_end,
    $._missing_semicolon,
    $._empty_name,
    NO_ATTR,
    $._missing_attr,
    $._uri,
    $._error_sentinel,
  ],

  inline: ($) => [$._expr_simple],

  supertypes: ($) => [$._expression],

  rules: {
    source_code: ($) => optional(field('expression', $._expression)),

    comment: () => token(choice(/#[^\r\n]*/, /\/\*([^*]|\*+[^*/])*\*+\//)),

    _expression: ($) =>
      choice($.function_expression, $.assert_expression, $.with_expression, $.let_expression, $._expr_if),

    function_expression: ($) =>
      seq(
        choice(
          field('universal', $.identifier),
          field('formals', $.formals),
          seq(field('formals', $.formals), '@', field('universal', $.identifier)),
          seq(field('universal', $.identifier), '@', field('formals', $.formals)),
        ),
        ':',
        field('body', $._expression),
      ),

    formals: ($) =>
      choice(
        seq('{', '}'),
        seq('{', field('ellipses', $.ellipses), '}'),
        seq(
          '{',
          field('formal', $.formal),
          repeat(seq(',', field('formal', $.formal))),
          optional(seq(',', optional(field('ellipses', $.ellipses)))),
          '}',
        ),
      ),

    formal: ($) => seq(field('name', $.identifier), optional(seq('?', field('default', $._expression)))),

    ellipses: () => '...',

    assert_expression: ($) =>
      seq('assert', field('condition', $._expression), ';', field('body', $._expression)),

    with_expression: ($) =>
      seq('with', field('environment', $._expression), ';', field('body', $._expression)),

    let_expression: ($) =>
      seq('let', optional(field('binding_set', $.binding_set)), 'in', field('body', $._expression)),

    _expr_if: ($) =>
      choice(
        $.if_expression,
        alias($._pipe_from, $.binary_expression),
        alias($._pipe_into, $.binary_expression),
        $._expr_op,
      ),

    if_expression: ($) =>
      seq(
        'if',
        field('condition', $._expression),
        'then',
        field('consequence', $._expression),
        'else',
        field('alternative', $._expression),
      ),

    // The two directions of pipes do not mix without parentheses.
    _pipe_from: ($) => binary($._expr_op, '<|', choice($._expr_op, alias($._pipe_from, $.binary_expression))),

    _pipe_into: ($) => binary(choice($._expr_op, alias($._pipe_into, $.binary_expression)), '|>', $._expr_op),

    _expr_op: ($) => choice(alias($._implication, $.binary_expression), $._or_level),
    _implication: ($) => binary($._or_level, '->', $._expr_op),

    _or_level: ($) => choice(alias($._or, $.binary_expression), $._and_level),
    _or: ($) => binary($._or_level, '||', $._and_level),

    _and_level: ($) => choice(alias($._and, $.binary_expression), $._equality_level),
    _and: ($) => binary($._and_level, '&&', $._equality_level),

    _equality_level: ($) => choice(alias($._equality, $.binary_expression), $._comparison_level),
    _equality: ($) => binary($._equality_level, choice('==', '!='), $._comparison_level),

    _comparison_level: ($) => choice(alias($._comparison, $.binary_expression), $._update_level),
    _comparison: ($) => binary($._comparison_level, choice('<', '<=', '>', '>='), $._update_level),

    _update_level: ($) => choice(alias($._update, $.binary_expression), $._arithmetic),
    _update: ($) => binary($._arithmetic, '//', $._update_level),

    _arithmetic: ($) => choice($.binary_expression, $.has_attr_expression, $._prefixed, $._expr_app),

    binary_expression: ($) =>
      choice(
        prec.left(STRENGTH.sum, binary($._arithmetic, choice('+', '-'), $._arithmetic)),
        prec.left(STRENGTH.product, binary($._arithmetic, choice('*', '/'), $._arithmetic)),
        prec.right(STRENGTH.concatenation, binary($._arithmetic, '++', $._arithmetic)),
      ),

    has_attr_expression: ($) =>
      prec(
        STRENGTH.hasAttr,
        seq(
          field(
            'expression',
            choice($._expr_app, alias($._negation, $.unary_expression), $.has_attr_expression),
          ),
          '?',
          field('attrpath', $.attrpath),
        ),
      ),

    _prefixed: ($) => choice(alias($._not, $.unary_expression), alias($._negation, $.unary_expression)),

    _not: ($) => prec(STRENGTH.not, seq(field('operator', '!'), field('argument', $._arithmetic))),

    _negation: ($) =>
      prec(
        STRENGTH.negation,
        seq(field('operator', '-'), field('argument', choice($._prefixed, $._expr_app))),
      ),

    _expr_app: ($) =>
      choice($.apply_expression, $._expr_select, alias($._empty_variable, $.variable_expression)),

    _empty_variable: ($) => field('name', alias($._empty_name, $.identifier)),

    apply_expression: ($) => seq(field('function', $._expr_app), field('argument', $._expr_select)),

    _expr_select: ($) => choice($.select_expression, alias($._apply_or, $.apply_expression), $._expr_simple),

    select_expression: ($) =>
      seq(
        field('expression', $._expr_simple),
        '.',
        field('attrpath', $.attrpath),
        optional(seq('or', field('default', $._expr_select))),
      ),

    // `map or [ ]`: nixpkgs once had a function named `or`, and Nix still reads it as an argument here.
    _apply_or: ($) =>
      seq(field('function', $._expr_simple), field('argument', alias($._or_variable, $.variable_expression))),

    _or_variable: ($) => field('name', alias('or', $.identifier)),

    _expr_simple: ($) =>
      choice(
        $.variable_expression,
        $.integer_expression,
        $.float_expression,
        $.string_expression,
        $.indented_string_expression,
        $.path_expression,
        $.hpath_expression,
        $.spath_expression,
        $.uri_expression,
        $.parenthesized_expression,
        $.list_expression,
        $.attrset_expression,
        $.rec_attrset_expression,
        $.let_attrset_expression,
      ),

    variable_expression: ($) => field('name', $.identifier),
    identifier: () => /[a-zA-Z_][a-zA-Z0-9_'-]*/,

    integer_expression: () => /[0-9]+/,
    float_expression: () => /(([1-9][0-9]*\.[0-9]*)|(0?\.[0-9]+))([Ee][+-]?[0-9]+)?/,

    string_expression: ($) =>
      seq(
        '"',
        repeat(choice($.string_fragment, alias($._string_escape, $.escape_sequence), $.interpolation)),
        '"',
      ),

    indented_string_expression: ($) =>
      seq(
        "''",
        repeat(
          choice(
            alias($._indented_string_fragment, $.string_fragment),
            alias($._indented_string_escape, $.escape_sequence),
            $.interpolation,
          ),
        ),
        "''",
      ),

    interpolation: ($) => seq('${', field('expression', $._expression), '}'),

    path_expression: ($) =>
      choice(
        seq(alias($._path_start, $.path_fragment), optional($._path_rest)),
        seq(alias($._path_start_slash, $.path_fragment), choice($._path_rest, $._path_end)),
      ),

    hpath_expression: ($) =>
      choice(
        seq(alias($._hpath_start, $.path_fragment), optional($._path_rest)),
        seq(alias($._hpath_start_slash, $.path_fragment), choice($._path_rest, $._path_end)),
      ),

    // After the first segments at most one more piece may come before an interpolation ("./a//b${c}"), after that any.
    _path_rest: ($) =>
      choice(
        $._path_tail,
        seq(
          choice(alias($._path_fragment, $.path_fragment), alias($._path_fragment_slash, $.path_fragment)),
          $._path_tail,
        ),
      ),

    _path_tail: ($) => seq(alias($._path_interpolation, $.interpolation), optional($._path_pieces)),

    _path_pieces: ($) =>
      choice(
        $._path_tail,
        seq(alias($._path_fragment, $.path_fragment), optional($._path_pieces)),
        seq(alias($._path_fragment_slash, $.path_fragment), choice($._path_pieces, $._path_end)),
      ),

    // Never found in a text: its absence marks a path that ends in a slash, and the path keeps its tree.
    _path_end: ($) => alias($._missing_path_fragment, $.path_fragment),

    _path_interpolation: ($) =>
      seq(alias($._path_interpolation_start, '${'), field('expression', $._expression), '}'),

    spath_expression: () => /<[a-zA-Z0-9._+-]+(\/[a-zA-Z0-9._+-]+)*>/,

    uri_expression: ($) => $._uri,

    parenthesized_expression: ($) => seq('(', field('expression', $._expression), ')'),

    list_expression: ($) => seq('[', repeat(field('element', $._expr_select)), ']'),

    attrset_expression: ($) => seq('{', optional(field('binding_set', $.binding_set)), '}'),
    rec_attrset_expression: ($) => seq('rec', '{', optional(field('binding_set', $.binding_set)), '}'),
    let_attrset_expression: ($) => seq('let', '{', optional(field('binding_set', $.binding_set)), '}'),

    binding_set: ($) => repeat1(field('binding', choice($.binding, $.inherit, $.inherit_from))),

    binding: ($) =>
      seq(
        field('attrpath', alias($._binding_attrpath, $.attrpath)),
        '=',
        field('expression', $._expression),
        choice(';', seq($._binding_end, alias($._missing_semicolon, ';'))),
      ),

    inherit: ($) => seq('inherit', optional(field('inherited_attrs', $.inherited_attrs)), ';'),

    inherit_from: ($) =>
      seq(
        'inherit',
        '(',
        field('expression', $._expression),
        ')',
        optional(field('inherited_attrs', $.inherited_attrs)),
        ';',
      ),

    inherited_attrs: ($) => repeat1(field('attr', choice($._attr, $._no_attr))),

    attrpath: ($) => seq($._path_attr, repeat(seq('.', $._path_attr))),

    _path_attr: ($) =>
      choice(
        field('attr', $._attr),
        field('attr', alias($._empty_name, $.identifier)),
        seq(NO_ATTR, field('attr', $._no_attr)),
      ),

    _no_attr: ($) => alias($._missing_attr, $.identifier),

    _binding_attrpath: ($) =>
      seq(
        field('attr', choice($._attr, alias($._binding_name, $.identifier))),
        repeat(seq('.', field('attr', $._attr))),
      ),

    _attr: ($) => choice($.identifier, alias('or', $.identifier), $.string_expression, $.interpolation),
  },
});
