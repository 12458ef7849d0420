#include <stdio.h>

int main(void) {
  puts("42 (answer " VERSION ")");
  return 0;
}
