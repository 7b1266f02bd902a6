// Counts the kernels that a process starts on the GPU, and the time between them. Loaded into any
// process by CUDA itself:
//
//   nvcc -shared -Xcompiler -fPIC kernels.cc -o libkernels.so -lcupti
//   CUDA_INJECTION64_PATH=$PWD/libkernels.so java ...
//
// At the end a line of JSON goes to the file named by KERNELS_OUT: all kernels, and of the later half,
// where a measurement is past its warm-up, the time they took, the time from the first to the last,
// and the median gap.
#include <cupti.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace {

constexpr size_t kBufferBytes = 4 << 20;
constexpr size_t kAlignment = 8;

struct Kernel {
  uint64_t start;
  uint64_t end;
};

std::mutex lock;
std::vector<Kernel> kernels;

void CUPTIAPI Requested(uint8_t** buffer, size_t* size, size_t* most_records) {
  *buffer = static_cast<uint8_t*>(aligned_alloc(kAlignment, kBufferBytes));
  *size = kBufferBytes;
  *most_records = 0;
}

void CUPTIAPI Completed(CUcontext, uint32_t, uint8_t* buffer, size_t, size_t valid) {
  CUpti_Activity* record = nullptr;
  std::lock_guard<std::mutex> hold(lock);
  while (cuptiActivityGetNextRecord(buffer, valid, &record) == CUPTI_SUCCESS) {
    if (record->kind == CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL) {
      auto* kernel = reinterpret_cast<CUpti_ActivityKernel9*>(record);
      kernels.push_back({kernel->start, kernel->end});
    }
  }
  free(buffer);
}

void Report() {
  cuptiActivityFlushAll(1);
  std::lock_guard<std::mutex> hold(lock);
  std::sort(kernels.begin(), kernels.end(),
            [](const Kernel& a, const Kernel& b) { return a.start < b.start; });
  size_t from = kernels.size() / 2;
  uint64_t busy = 0;
  std::vector<uint64_t> gaps;
  for (size_t i = from; i < kernels.size(); i++) {
    busy += kernels[i].end - kernels[i].start;
    if (i > from) {
      gaps.push_back(kernels[i].start > kernels[i - 1].end ? kernels[i].start - kernels[i - 1].end
                                                           : 0);
    }
  }
  std::sort(gaps.begin(), gaps.end());
  uint64_t span = kernels.empty() ? 0 : kernels.back().end - kernels[from].start;
  const char* path = getenv("KERNELS_OUT");
  FILE* out = path ? fopen(path, "a") : stderr;
  if (out == nullptr) return;
  fprintf(out,
          "{\"kernels\": %zu, \"later\": %zu, \"busy_us\": %.1f, \"span_us\": %.1f, "
          "\"median_gap_us\": %.2f}\n",
          kernels.size(), kernels.size() - from, busy / 1e3, span / 1e3,
          gaps.empty() ? 0.0 : gaps[gaps.size() / 2] / 1e3);
  if (path) fclose(out);
}

}  // namespace

extern "C" int InitializeInjection() {
  if (cuptiActivityRegisterCallbacks(Requested, Completed) != CUPTI_SUCCESS ||
      cuptiActivityEnable(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL) != CUPTI_SUCCESS) {
    fprintf(stderr, "CUPTI does not start; kernels are not counted\n");
    return 1;
  }
  atexit(Report);
  return 1;
}
