#ifndef BIGNUM_H
#define BIGNUM_H

/* base to the power of exponent; 0 for a negative exponent. */
static inline long bignum_power(long base, long exponent) {
  long result = exponent < 0 ? 0 : 1;
  for (; exponent > 0; exponent--)
    result *= base;
  return result;
}

#endif
