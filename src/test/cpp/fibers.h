// Runs the threads of a block as fibers: each until it ends or waits for others. One that nobody can wake is an error.
#pragma once
#include <cstddef>
#include <functional>
#include <string>

struct LaunchError {
  std::string what;
};

// Runs `thread` for each thread of a block. threadIdx is set for each; blockIdx, blockDim and gridDim must be.
void runBlock(int threads, const std::function<void()> &thread);
