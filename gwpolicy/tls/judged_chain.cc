#include "gwpolicy/tls/judged_chain.h"

#include <openssl/pool.h>
#include <openssl/stack.h>

#include <cstddef>
#include <cstring>
#include <utility>

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxKeptBytes = 16 << 10;

bool SameBytes(const STACK_OF(CRYPTO_BUFFER) * sent, const std::vector<std::string>& der) {
  if (sent == nullptr || sk_CRYPTO_BUFFER_num(sent) != der.size()) return false;
  for (size_t i = 0; i < der.size(); ++i) {
    const CRYPTO_BUFFER* one = sk_CRYPTO_BUFFER_value(sent, i);
    if (CRYPTO_BUFFER_len(one) != der[i].size() ||
        std::memcmp(CRYPTO_BUFFER_data(one), der[i].data(), der[i].size()) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::shared_ptr<const JudgedChain> LastChain::Find(const STACK_OF(CRYPTO_BUFFER) * sent,
                                                   absl::Time now) const {
  std::shared_ptr<const JudgedChain> last;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    last = last_;
  }
  if (last == nullptr || last->now != now || !SameBytes(sent, last->der)) return nullptr;
  return last;
}

void LastChain::Keep(std::shared_ptr<const JudgedChain> judged) {
  size_t bytes = 0;
  for (const std::string& der : judged->der) bytes += der.size();
  if (bytes > kMaxKeptBytes) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  last_.swap(judged);  // the old one goes once the lock is free
}

}  // namespace tls
}  // namespace gwpolicy
