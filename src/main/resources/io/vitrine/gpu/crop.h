// Which part of a resized axis the crop shows.
#pragma once
#include "device.h"

DEVICE i32 cropFrom(i32 crop) { return atLeast(crop, 0); }

DEVICE i32 cropEnd(i32 crop, i32 size, i32 resized) { return atMost(crop + size, resized); }
