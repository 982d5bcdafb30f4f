/*
 * The same requantizer with a classic bug: the last shift is a plain arithmetic shift wherever the value is negative, because
 * the rounding offset was only added to positive ones.
 *
 *     cc -O2 -o requantizer-buggy examples/dut/requantizer-buggy.c
 *     bitmac rounding check tflite-double --dut ./requantizer-buggy
 *
 * Reads a header, then cases `acc multiplier leftShift zeroPoint min max`, a line each; an empty line ends a batch.
 */
#include <inttypes.h>
#include <stdio.h>

/* acc * multiplier / 2^31 to nearest, ties up. A multiplier is not negative, so nothing needs to saturate. */
static int32_t high_multiply(int32_t acc, int32_t multiplier) {
  return (int32_t)(((int64_t)acc * multiplier + (INT64_C(1) << 30)) >> 31);
}

/* The bug: >> rounds a negative value down, which needs an offset just as a positive one does. */
static int32_t rounding_shift(int32_t value, int bits) {
  if (bits == 0) return value;
  int64_t half = INT64_C(1) << (bits - 1);
  return (int32_t)((value < 0 ? value : value + half) >> bits);
}

static int32_t requantize(int32_t acc, int32_t multiplier, int left_shift, int32_t zero_point, int32_t min, int32_t max) {
  int left = left_shift > 0 ? left_shift : 0;
  int right = left_shift < 0 ? -left_shift : 0;
  int32_t shifted = (int32_t)((uint32_t)acc << left);
  int32_t rounded = rounding_shift(high_multiply(shifted, multiplier), right);
  int32_t code = (int32_t)((uint32_t)rounded + (uint32_t)zero_point);
  return code < min ? min : code > max ? max : code;
}

int main(void) {
  char line[256];
  if (fgets(line, sizeof line, stdin) == NULL) return 1; /* the header */
  while (fgets(line, sizeof line, stdin) != NULL) {
    int32_t acc, multiplier, zero_point, min, max;
    int left_shift;
    if (line[0] == '\n') {
      fflush(stdout); /* the end of a batch */
    } else if (sscanf(line, "%" SCNd32 " %" SCNd32 " %d %" SCNd32 " %" SCNd32 " %" SCNd32, &acc, &multiplier, &left_shift,
                      &zero_point, &min, &max) == 6) {
      printf("%" PRId32 "\n", requantize(acc, multiplier, left_shift, zero_point, min, max));
    } else {
      fprintf(stderr, "no case: %s", line);
      return 1;
    }
  }
  return 0;
}
