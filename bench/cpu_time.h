#ifndef GWPOLICY_BENCH_CPU_TIME_H_
#define GWPOLICY_BENCH_CPU_TIME_H_

#include <sys/resource.h>
#include <time.h>

namespace gwpolicy::bench {

// What this process has used, or its children that are over (RUSAGE_CHILDREN); user and system, to
// the microsecond.
inline double CpuSeconds(int whose = RUSAGE_SELF) {
  rusage usage = {};
  getrusage(whose, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What this thread has used, to the nanosecond.
inline double ThreadCpuSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace gwpolicy::bench

#endif  // GWPOLICY_BENCH_CPU_TIME_H_
