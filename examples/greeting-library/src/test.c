#include "greeting.h"
#include <stdio.h>
#include <string.h>

static int failures = 0;

static void expect(const char *language, const char *greeting) {
  int ok = strcmp(greeting_in(language), greeting) == 0;
  printf("%s %s: %s\n", ok ? "ok" : "FAILED", language, greeting_in(language));
  failures += !ok;
}

int main(void) {
  expect("de", "Guten Tag");
  expect("fr", "Bonjour");
  expect("xx", "Good day");
  return failures != 0;
}
