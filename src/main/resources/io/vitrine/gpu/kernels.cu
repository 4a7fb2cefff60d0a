// The whole program: what is compiled for a device. One file a step.
#include "entropy.cu"
#include "idct.cu"
#include "rows.cu"
#include "columns.cu"
