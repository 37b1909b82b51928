#include "gwpolicy/probe/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace gwpolicy {
namespace probe {
namespace {

std::vector<SocketAddress> Lookup(const std::string& host, int port, int flags,
                                  std::string* error) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  std::vector<SocketAddress> addresses;
  const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (status != 0) {
    if (error != nullptr) *error = gai_strerror(status);
    return addresses;
  }
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress address;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    addresses.push_back(address);
  }
  freeaddrinfo(found);
  if (addresses.empty() && error != nullptr) *error = "no address";
  return addresses;
}

}  // namespace

std::string SocketAddress::Text() const {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size, host, sizeof(host), port,
                  sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "";
  }
  return storage.ss_family == AF_INET6 ? "[" + std::string(host) + "]:" + port
                                       : std::string(host) + ":" + port;
}

std::vector<SocketAddress> ParseAddress(const std::string& host, int port) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return Lookup(bracketed ? host.substr(1, host.size() - 2) : host, port, AI_NUMERICHOST, nullptr);
}

struct Resolver::Shared {
  struct Question {
    size_t ticket;
    std::string host;
    int port;
  };

  ~Shared() {
    if (event >= 0) close(event);
  }

  std::mutex mutex;
  std::deque<Question> questions;
  std::vector<Resolution> done;
  size_t threads = 0;  // that take questions
  bool abandoned = false;
  int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
};

Resolver::Resolver(size_t max_threads)
    : max_threads_(max_threads), shared_(std::make_shared<Shared>()) {}

Resolver::~Resolver() {
  std::lock_guard<std::mutex> lock(shared_->mutex);
  shared_->abandoned = true;
  shared_->questions.clear();
}

bool Resolver::ok() const { return shared_->event >= 0; }

int Resolver::fd() const { return shared_->event; }

void Resolver::Ask(size_t ticket, std::string host, int port) {
  bool start;
  {
    std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->questions.push_back({ticket, std::move(host), port});
    start = shared_->threads < max_threads_;
    if (start) ++shared_->threads;
  }
  if (start) std::thread([shared = shared_] { Work(shared); }).detach();
}

// Ends when there is no question left.
void Resolver::Work(const std::shared_ptr<Shared>& shared) {
  for (;;) {
    Shared::Question question;
    {
      std::lock_guard<std::mutex> lock(shared->mutex);
      if (shared->abandoned || shared->questions.empty()) {
        --shared->threads;
        return;
      }
      question = std::move(shared->questions.front());
      shared->questions.pop_front();
    }
    Resolution resolution;
    resolution.ticket = question.ticket;
    resolution.addresses = Lookup(question.host, question.port, AI_ADDRCONFIG, &resolution.error);
    std::lock_guard<std::mutex> lock(shared->mutex);
    shared->done.push_back(std::move(resolution));
    const uint64_t one = 1;
    // Full only when it is readable already.
    [[maybe_unused]] const ssize_t written = write(shared->event, &one, sizeof(one));
  }
}

std::vector<Resolution> Resolver::TakeDone() {
  std::lock_guard<std::mutex> lock(shared_->mutex);
  uint64_t count;
  [[maybe_unused]] const ssize_t got = read(shared_->event, &count, sizeof(count));
  return std::exchange(shared_->done, {});
}

}  // namespace probe
}  // namespace gwpolicy
