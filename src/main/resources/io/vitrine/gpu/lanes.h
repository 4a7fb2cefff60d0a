// Threads that decode a scan together: those of a warp, or of a block. All call each function at the same time.
#pragma once
#include "sinks.h"

#define WARP 32
#define ALL_LANES 0xffffffffu

DEVICE u32 fromLaneBefore(u32 value, i32 distance) { return __shfl_up_sync(ALL_LANES, value, distance); }

DEVICE Tally fromLaneBefore(const Tally &tally, i32 distance) {
  Tally before;
  before.blocks = fromLaneBefore(tally.blocks, distance);
#pragma unroll
  for (i32 i = 0; i < MAX_COMPONENTS; i++) {
    before.levels[i] = (i32)fromLaneBefore((u32)tally.levels[i], distance);
  }
  return before;
}

// The sum of the tallies up to this lane's.
DEVICE Tally sumThrough(const Tally &tally, i32 lane) {
  Tally sum = tally;
  for (i32 distance = 1; distance < WARP; distance *= 2) {
    Tally before = fromLaneBefore(sum, distance);
    if (lane >= distance) {
      sum.add(before);
    }
  }
  return sum;
}

struct WarpLanes {
  static const i32 COUNT = WARP;
  static const u32 MIN_SHARE = 256;     // bits; in shorter shares lanes rarely fall into step
  static const u32 MANY_SEGMENTS = 8;   // so many are decoded by one lane each
  i32 lane;

  MEMBER void wait() const { __syncwarp(); }

  MEMBER bool any(bool value) const { return __any_sync(ALL_LANES, value); }

  MEMBER Place placeBefore(const Place &place) const {
    Place before;
    before.bit = fromLaneBefore(place.bit, 1);
    before.coefficient = fromLaneBefore(place.coefficient, 1);
    return before;
  }

  MEMBER Tally sumBefore(const Tally &tally) const {
    Tally before = fromLaneBefore(sumThrough(tally, lane), 1);
    if (lane == 0) {
      before.clear();
    }
    return before;
  }
};

#define BLOCK_LANES 1024

// What the threads of a block tell each other.
struct Exchange {
  Place places[BLOCK_LANES];
  Tally tallies[BLOCK_LANES / WARP];
};

struct BlockLanes {
  static const i32 COUNT = BLOCK_LANES;
  static const u32 MIN_SHARE = 1024;
  static const u32 MANY_SEGMENTS = 32;
  i32 lane;
  Exchange *exchange;

  MEMBER void wait() const { __syncthreads(); }

  MEMBER bool any(bool value) const { return __syncthreads_or(value) != 0; }

  MEMBER Place placeBefore(const Place &place) const {
    exchange->places[lane] = place;
    __syncthreads();
    Place before = exchange->places[lane == 0 ? 0 : lane - 1];
    __syncthreads();
    return before;
  }

  MEMBER Tally sumBefore(const Tally &tally) const {
    i32 inWarp = lane % WARP;
    Tally through = sumThrough(tally, inWarp);
    if (inWarp == WARP - 1) {
      exchange->tallies[lane / WARP] = through;
    }
    __syncthreads();
    Tally before = fromLaneBefore(through, 1);
    if (inWarp == 0) {
      before.clear();
    }
    for (i32 warp = 0; warp < lane / WARP; warp++) {
      before.add(exchange->tallies[warp]);
    }
    __syncthreads();
    return before;
  }
};
