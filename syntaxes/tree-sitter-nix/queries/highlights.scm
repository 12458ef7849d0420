; Captures are those that editors with tree-sitter share: the later pattern wins.

(comment) @comment

[
  "if"
  "then"
  "else"
  "assert"
  "with"
  "let"
  "in"
  "rec"
  "inherit"
  "or"
] @keyword

(variable_expression
  name: (identifier) @variable)

(select_expression
  attrpath: (attrpath
    attr: (identifier) @property))

(apply_expression
  function: [
    (variable_expression
      name: (identifier) @function)
    (select_expression
      attrpath: (attrpath
        attr: (identifier) @function .))
  ])

((variable_expression
  name: (identifier) @variable.builtin)
  (#any-of? @variable.builtin "__curPos" "builtins" "false" "null" "true"))

((variable_expression
  name: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "abort" "baseNameOf" "derivation" "derivationStrict" "dirOf" "fetchGit" "fetchMercurial"
    "fetchTarball" "fetchTree" "fromTOML" "import" "isNull" "map" "placeholder" "removeAttrs"
    "scopedImport" "throw" "toString"))

(binding
  attrpath: (attrpath
    attr: (identifier) @property))

(inherited_attrs
  attr: (identifier) @property)

(function_expression
  universal: (identifier) @variable.parameter)

(formal
  name: (identifier) @variable.parameter)

(ellipses) @punctuation.special

(integer_expression) @number

(float_expression) @number.float

[
  (string_expression)
  (indented_string_expression)
] @string

(escape_sequence) @string.escape

[
  (path_expression)
  (hpath_expression)
  (spath_expression)
] @string.special.path

(uri_expression) @string.special.url

(unary_expression
  operator: _ @operator)

(binary_expression
  operator: _ @operator)

(has_attr_expression
  "?" @operator)

(formal
  "?" @operator)

(binding
  "=" @operator)

[
  "."
  ","
  ":"
  "@"
  ";"
] @punctuation.delimiter

[
  "("
  ")"
  "["
  "]"
  "{"
  "}"
] @punctuation.bracket

(interpolation) @embedded

(interpolation
  [
    "${"
    "}"
  ] @punctuation.special)
