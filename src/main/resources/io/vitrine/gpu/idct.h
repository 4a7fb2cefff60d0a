// libjpeg's accurate integer IDCT: after Loeffler, Ligtenberg and Moschytz, in fixed point of 13 bits. Where coefficients exceed
// what encoders write, sums of 16 bits wrap and results saturate, as in the vector instructions of libjpeg-turbo.
#pragma once
#include "device.h"

#define SIDE 8
#define CONST_BITS 13
#define PASS_1_BITS 2

DEVICE i32 wrapped(i32 value) { return (i16)value; }

// A sum in fixed point, rounded to an integer.
DEVICE i32 rounded(u32 sum, i32 bits) { return clamp((i32)(sum + (1u << (bits - 1))) >> bits, -32768, 32767); }

// Transforms eight values in place, `step` apart. Products and sums wrap at 32 bits, hence unsigned numbers.
DEVICE void transformEight(i32 *v, i32 step, i32 bits) {
  u32 both = (u32)(v[2 * step] + v[6 * step]) * 4433u;    // times 2^13: 0.541196100
  u32 even2 = both - (u32)v[6 * step] * 15137u;           // 1.847759065
  u32 even3 = both + (u32)v[2 * step] * 6270u;            // 0.765366865
  u32 even0 = (u32)wrapped(v[0] + v[4 * step]) << CONST_BITS;
  u32 even1 = (u32)wrapped(v[0] - v[4 * step]) << CONST_BITS;

  i32 sumEven = wrapped(v[7 * step] + v[3 * step]);
  i32 sumUneven = wrapped(v[5 * step] + v[step]);
  u32 all = (u32)(sumEven + sumUneven) * 9633u;           // 1.175875602
  u32 outer = (u32)(v[7 * step] + v[step]) * 7373u;       // 0.899976223
  u32 inner = (u32)(v[5 * step] + v[3 * step]) * 20995u;  // 2.562915447
  u32 even = all - (u32)sumEven * 16069u;                 // 1.961570560
  u32 uneven = all - (u32)sumUneven * 3196u;              // 0.390180644
  u32 odd0 = (u32)v[7 * step] * 2446u - outer + even;     // 0.298631336
  u32 odd1 = (u32)v[5 * step] * 16819u - inner + uneven;  // 2.053119869
  u32 odd2 = (u32)v[3 * step] * 25172u - inner + even;    // 3.072711026
  u32 odd3 = (u32)v[step] * 12299u - outer + uneven;      // 1.501321110

  v[0] = rounded(even0 + even3 + odd3, bits);
  v[7 * step] = rounded(even0 + even3 - odd3, bits);
  v[step] = rounded(even1 + even2 + odd2, bits);
  v[6 * step] = rounded(even1 + even2 - odd2, bits);
  v[2 * step] = rounded(even1 - even2 + odd1, bits);
  v[5 * step] = rounded(even1 - even2 - odd1, bits);
  v[3 * step] = rounded(even0 - even3 + odd0, bits);
  v[4 * step] = rounded(even0 - even3 - odd0, bits);
}

// Transforms a block in place: dequantised coefficients become samples less 128.
DEVICE void transformBlock(i32 (&v)[SIDE * SIDE]) {
  i32 belowFirstRow = 0;
#pragma unroll
  for (i32 i = SIDE; i < SIDE * SIDE; i++) {
    belowFirstRow |= v[i];
  }
#pragma unroll
  for (i32 x = 0; x < SIDE; x++) {
    if (belowFirstRow != 0) {
      transformEight(v + x, SIDE, CONST_BITS - PASS_1_BITS);
    } else {
      i32 level = wrapped(v[x] * (1 << PASS_1_BITS));  // the same, but for overflow
#pragma unroll
      for (i32 y = 0; y < SIDE; y++) {
        v[y * SIDE + x] = level;
      }
    }
  }
#pragma unroll
  for (i32 y = 0; y < SIDE; y++) {
    transformEight(v + y * SIDE, 1, CONST_BITS + PASS_1_BITS + 3);
  }
}
