// The tokens of Nix that a regular expression alone cannot give: the texts and escapes inside both kinds of strings, and paths,
// whose first segment counts only before "${" or another segment. The rules are those of Nix's src/libexpr/lexer.l.
// There is no state: strings and paths nest through the parser's own stack.

#include <string.h>

#include "tree_sitter/parser.h"

enum TokenType {
  STRING_FRAGMENT,
  INDENTED_STRING_FRAGMENT,
  STRING_ESCAPE,
  INDENTED_STRING_ESCAPE,
  PATH_START,
  PATH_START_SLASH,
  HPATH_START,
  HPATH_START_SLASH,
  PATH_FRAGMENT,
  PATH_FRAGMENT_SLASH,
  PATH_INTERPOLATION_START,
  MISSING_PATH_FRAGMENT,
  BINDING_NAME,
  BINDING_END,
  MISSING_SEMICOLON,
  EMPTY_NAME,
  NO_ATTR,
  MISSING_ATTR,
  URI,
  ERROR_SENTINEL,
};

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool accept(TSLexer *lexer, enum TokenType token) {
  lexer->result_symbol = token;
  return true;
}

static bool is_path_char(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '+';
}

// The text up to '"', '\' or "${". A '$' takes the character after it along, so that "$${" holds no interpolation.
static bool scan_string(TSLexer *lexer) {
  bool any = false;
  while (!lexer->eof(lexer)) {
    if (lexer->lookahead == '"') break;
    if (lexer->lookahead == '\\') {
      if (any) break;
      advance(lexer);
      if (lexer->eof(lexer)) return false;
      advance(lexer);
      lexer->mark_end(lexer);
      return accept(lexer, STRING_ESCAPE);
    }
    bool dollar = lexer->lookahead == '$';
    advance(lexer);
    if (dollar) {
      if (lexer->lookahead == '{') break;
      if (lexer->lookahead != '"' && lexer->lookahead != '\\' && !lexer->eof(lexer)) advance(lexer);
    }
    lexer->mark_end(lexer);
    any = true;
  }
  return any && accept(lexer, STRING_FRAGMENT);
}

// After "''": an escape, or else the end of the string, which is the parser's token.
static bool scan_indented_escape(TSLexer *lexer) {
  if (lexer->lookahead == '$' || lexer->lookahead == '\'') {
    advance(lexer);
  } else if (lexer->lookahead == '\\') {
    advance(lexer);
    if (lexer->eof(lexer)) return false;
    advance(lexer);
  } else {
    return false;
  }
  lexer->mark_end(lexer);
  return accept(lexer, INDENTED_STRING_ESCAPE);
}

static bool scan_indented_string(TSLexer *lexer) {
  bool any = false;
  while (!lexer->eof(lexer)) {
    int32_t first = lexer->lookahead;
    advance(lexer);
    if (first == '\'' && lexer->lookahead == '\'') {
      if (any) break;
      advance(lexer);
      return scan_indented_escape(lexer);
    }
    if (first == '$') {
      if (lexer->lookahead == '{') break;
      if (lexer->lookahead != '\'' && !lexer->eof(lexer)) advance(lexer);
    }
    lexer->mark_end(lexer);
    any = true;
  }
  return any && accept(lexer, INDENTED_STRING_FRAGMENT);
}

static void skip_segment(TSLexer *lexer) {
  while (is_path_char(lexer->lookahead)) advance(lexer);
}

// How far a name or a path's first segment is looked ahead, more than a file's name may have. Without a limit, "1+1+1…" and "a.a.a…",
// which could each be the beginning of a path or of a binding, would be read to their ends again at each of their terms.
enum { LOOKAHEAD = 256 };

struct Look {
  // How many characters more.
  int left;
  // Whether all so far could be the beginning of a path's segment, and the scheme of a URI.
  bool path, scheme;
};

static struct Look look_from(TSLexer *lexer) {
  bool letter = is_path_char(lexer->lookahead) && lexer->lookahead > '9' && lexer->lookahead != '_';
  struct Look look = {LOOKAHEAD, true, letter};
  return look;
}

static void ahead(TSLexer *lexer, struct Look *look) {
  look->path = look->path && lexer->lookahead != '\'';
  look->scheme = look->scheme && lexer->lookahead != '\'' && lexer->lookahead != '_';
  look->left--;
  advance(lexer);
}

static bool is_uri_char(int32_t c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c > 0 && c < 128 && strchr("%/?:@&=+$,-_.!~*'", c) != NULL;
}

// From the ':' behind a scheme.
static bool scan_uri(TSLexer *lexer) {
  advance(lexer);
  if (!is_uri_char(lexer->lookahead)) return false;
  while (is_uri_char(lexer->lookahead)) advance(lexer);
  lexer->mark_end(lexer);
  return accept(lexer, URI);
}

static void skip_first_segment(TSLexer *lexer, struct Look *look) {
  for (; is_path_char(lexer->lookahead) && look->left > 0;) ahead(lexer, look);
}

static bool is_space(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_space(TSLexer *lexer) {
  while (is_space(lexer->lookahead)) lexer->advance(lexer, true);
}

// From behind a segment: "/segment" as often as it comes and one slash more, the longest match of lexer.l's PATH. Whether that
// slash stands there decides between the two tokens.
static bool accept_path(TSLexer *lexer, enum TokenType whole, enum TokenType open) {
  bool slash = false;
  while (lexer->lookahead == '/' && !slash) {
    advance(lexer);
    slash = !is_path_char(lexer->lookahead);
    skip_segment(lexer);
  }
  lexer->mark_end(lexer);
  return accept(lexer, slash ? open : whole);
}

static bool is_name_start(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static bool is_name_char(int32_t c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '\'';
}

// A name and what an attribute path may add to it.
static void skip_names(TSLexer *lexer, bool mark_first, struct Look *look) {
  for (; is_name_start(lexer->lookahead) && look->left > 0; mark_first = false) {
    while (is_name_char(lexer->lookahead) && look->left > 0) ahead(lexer, look);
    if (mark_first) lexer->mark_end(lexer);
    if (lexer->lookahead != '.') break;
    ahead(lexer, look);
  }
}

// Behind names: the '=' of a binding.
static bool accept_binding(TSLexer *lexer, enum TokenType token) {
  while (is_space(lexer->lookahead)) advance(lexer);
  if (lexer->lookahead != '=') return false;
  advance(lexer);
  return lexer->lookahead != '=' && accept(lexer, token);
}

// From the first slash: "/segment…" or, before an interpolation, the slash alone; not "a//b".
static bool scan_path(TSLexer *lexer, enum TokenType whole, enum TokenType open) {
  if (lexer->lookahead != '/') return false;
  advance(lexer);
  if (is_path_char(lexer->lookahead)) {
    skip_segment(lexer);
    return accept_path(lexer, whole, open);
  }
  lexer->mark_end(lexer);
  if (lexer->lookahead != '$') return false;
  advance(lexer);
  return lexer->lookahead == '{' && accept(lexer, open);
}

// Where an expression may begin or end: a path, or a name that belongs to the next binding (see grammar.js).
static bool scan_expression(TSLexer *lexer, const bool *valid) {
  enum TokenType token = valid[BINDING_END] ? BINDING_END : valid[EMPTY_NAME] ? EMPTY_NAME : BINDING_NAME;
  lexer->mark_end(lexer);
  skip_space(lexer);
  if (lexer->lookahead == '~') {
    advance(lexer);
    return valid[PATH_START] && scan_path(lexer, HPATH_START, HPATH_START_SLASH);
  }
  bool named = is_name_start(lexer->lookahead);
  struct Look look = look_from(lexer);
  skip_names(lexer, token == BINDING_NAME, &look);
  bool behind = named && !is_path_char(lexer->lookahead) && lexer->lookahead != '/' && lexer->lookahead != ':';
  if (!look.path || behind) return accept_binding(lexer, token);
  skip_first_segment(lexer, &look);
  if (lexer->lookahead == ':') return valid[URI] && look.scheme && scan_uri(lexer);
  return valid[PATH_START] && scan_path(lexer, PATH_START, PATH_START_SLASH);
}

// Where only a name may come.
static bool scan_name(TSLexer *lexer) {
  skip_space(lexer);
  if (!is_name_start(lexer->lookahead)) return false;
  struct Look look = look_from(lexer);
  skip_names(lexer, true, &look);
  return accept_binding(lexer, BINDING_NAME);
}

// After the slash that a path ends in: nothing, where the next binding follows.
static bool scan_path_end(TSLexer *lexer) {
  lexer->mark_end(lexer);
  skip_space(lexer);
  if (!is_name_start(lexer->lookahead)) return false;
  struct Look look = look_from(lexer);
  skip_names(lexer, false, &look);
  return accept_binding(lexer, MISSING_PATH_FRAGMENT);
}

// After the dot of a selection, or "?".
static bool scan_select_attr(TSLexer *lexer) {
  lexer->mark_end(lexer);
  skip_space(lexer);
  if (is_name_start(lexer->lookahead)) {
    struct Look look = look_from(lexer);
    skip_names(lexer, false, &look);
    return accept_binding(lexer, EMPTY_NAME);
  }
  bool attr = lexer->lookahead == '"' || lexer->lookahead == '$';
  bool comment = lexer->lookahead == '#' || lexer->lookahead == '/';
  return !attr && !comment && accept(lexer, NO_ATTR);
}

static bool scan_path_interpolation(TSLexer *lexer) {
  advance(lexer);
  if (lexer->lookahead != '{') return false;
  advance(lexer);
  lexer->mark_end(lexer);
  return accept(lexer, PATH_INTERPOLATION_START);
}

bool tree_sitter_nix_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  if (valid[ERROR_SENTINEL]) return scan_name(lexer);
  if (valid[STRING_FRAGMENT]) return scan_string(lexer);
  if (valid[INDENTED_STRING_FRAGMENT]) return scan_indented_string(lexer);
  // What belongs to a path follows its last piece without a space.
  if (valid[PATH_FRAGMENT] && (is_path_char(lexer->lookahead) || lexer->lookahead == '/')) {
    skip_segment(lexer);
    return accept_path(lexer, PATH_FRAGMENT, PATH_FRAGMENT_SLASH);
  }
  if (valid[PATH_INTERPOLATION_START] && lexer->lookahead == '$') return scan_path_interpolation(lexer);
  if (valid[MISSING_PATH_FRAGMENT]) return scan_path_end(lexer);
  if (valid[NO_ATTR]) return scan_select_attr(lexer);
  if (valid[PATH_START] || valid[BINDING_END]) return scan_expression(lexer, valid);
  if (valid[MISSING_ATTR]) return scan_name(lexer);
  return false;
}

void *tree_sitter_nix_external_scanner_create(void) { return NULL; }

void tree_sitter_nix_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_nix_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_nix_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}
