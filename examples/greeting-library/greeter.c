#include <greeting.h>
#include <stdio.h>

int main(void) {
  puts(greeting_in(LANGUAGE));
  return 0;
}
