/* Reads expressions (numbers, + * ** and parentheses), one a line, and prints their values. */
#include "version.h"
#include <bignum.h>
#include <lineread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *rest;

static void skip_blanks(void) {
  while (*rest == ' ')
    rest++;
}

static long sum(void);

static long atom(void) {
  skip_blanks();
  if (*rest == '(') {
    rest++;
    long value = sum();
    skip_blanks();
    if (*rest == ')')
      rest++;
    return value;
  }
  char *end;
  long value = strtol(rest, &end, 10);
  rest = end;
  return value;
}

static long power(void) {
  long base = atom();
  skip_blanks();
  if (strncmp(rest, "**", 2) != 0)
    return base;
  rest += 2;
  return bignum_power(base, power());
}

static long product(void) {
  long value = power();
  for (skip_blanks(); *rest == '*'; skip_blanks()) {
    rest++;
    value *= power();
  }
  return value;
}

static long sum(void) {
  long value = product();
  for (skip_blanks(); *rest == '+'; skip_blanks()) {
    rest++;
    value += product();
  }
  return value;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--version") == 0) {
    puts("Python " PYTHON_VERSION);
    return 0;
  }
  const char *line;
  while ((line = lineread(stdin))) {
    rest = line;
    printf("%ld\n", sum());
  }
  return 0;
}
