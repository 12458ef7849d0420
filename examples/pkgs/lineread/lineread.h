#ifndef LINEREAD_H
#define LINEREAD_H

#include <stdio.h>
#include <string.h>

/* The next line without its end, valid until the next call; a null pointer at the end of the stream. */
static inline const char *lineread(FILE *stream) {
  static char line[1024];
  if (!fgets(line, sizeof line, stream))
    return NULL;
  line[strcspn(line, "\r\n")] = '\0';
  return line;
}

#endif
