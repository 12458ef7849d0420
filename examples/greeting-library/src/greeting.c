#include "greeting.h"
#include <string.h>

const char *greeting_in(const char *language) {
  if (strcmp(language, "de") == 0)
    return "Guten Tag";
  if (strcmp(language, "fr") == 0)
    return "Bonjour";
  return "Good day";
}
