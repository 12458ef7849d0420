#ifndef GREETING_H
#define GREETING_H

/* A greeting in the language with this two-letter code; in English when it is not known. */
const char *greeting_in(const char *language);

#endif
