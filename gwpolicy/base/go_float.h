#ifndef GWPOLICY_BASE_GO_FLOAT_H_
#define GWPOLICY_BASE_GO_FLOAT_H_

#include <string>

namespace gwpolicy {

// A finite number as Go's fmt prints it by %v, and so the API server where it shows a bad number:
// 0.5, 1e+06.
std::string GoFloat(double number);

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_GO_FLOAT_H_
