// Results are read by other threads while the engine goes on. Of use under --config=tsan above all.
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using testing::CaObjects;
using testing::ConfigPolicy;
using testing::kGateway;
using testing::kGoodBcp;
using testing::kNew;
using testing::kNginx;
using testing::kOld;
using testing::MakeEngine;
using testing::ParseObject;
using testing::TlsPolicy;

// What the writer gave out last, and everything that readers still hold of before.
class Board {
 public:
  void Show(const Changes& changes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    backends_ = changes.backends;
    statuses_ = changes.statuses;
  }
  std::vector<std::shared_ptr<const BackendTls>> backends() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return backends_;
  }
  std::vector<std::shared_ptr<const PolicyResult>> statuses() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return statuses_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const BackendTls>> backends_;
  std::vector<std::shared_ptr<const PolicyResult>> statuses_;
};

// Reads all of a result; how many sentences it came to.
size_t ReadAll(const BackendTls& result) {
  const BackendTls copy = result;
  EXPECT_TRUE(copy == result);
  EXPECT_FALSE(copy.ClusterName().empty());
  // Read from objects that the writer may have replaced.
  EXPECT_FALSE(copy.port->Endpoints().empty());
  EXPECT_EQ(copy.port->mode == TlsMode::kTls, copy.port->tls != nullptr);
  return StepsOf(copy).size() + ProvenanceOf(copy).size();
}

TEST(ReadersTest, HoldResultsWhileTheWriterGoesOn) {
  Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(), TlsPolicy("a", kOld), ConfigPolicy("c", kGoodBcp, kOld)});
  Board board;
  std::atomic<bool> done{false};
  std::atomic<size_t> read{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::vector<std::shared_ptr<const BackendTls>> held;
      while (!done) {
        for (const auto& result : board.backends()) {
          read += ReadAll(*result);
          held.push_back(result);
        }
        for (const auto& status : board.statuses()) {
          read += status->status->ancestors.size() + status->policy.meta().name.size();
        }
        // The reader may be the last that has them.
        if (held.size() > 50) held.clear();
      }
    });
  }
  const Object other = ParseObject(TlsPolicy("b", kNew, "https"));
  const Object slice = ParseObject(
      "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
      "metadata: {name: s, namespace: default, labels: {kubernetes.io/service-name: nginx}}\n"
      "addressType: IPv4\nendpoints: [{addresses: [192.0.2.1]}]\n"
      "ports: [{name: http, port: 1}, {name: https, port: 2}]\n");
  const Object broken = ParseObject(TlsPolicy("a", kOld, "", "missing"));
  const Object good = ParseObject(TlsPolicy("a", kOld));
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(engine.Apply(other).ok());
    board.Show(engine.Resolve());
    ASSERT_TRUE(engine.Apply(slice).ok());
    ASSERT_TRUE(engine.Apply(broken).ok());
    board.Show(engine.Resolve());
    ASSERT_TRUE(engine.Delete(slice.key()).ok());
    ASSERT_TRUE(engine.Delete(other.key()).ok());
    ASSERT_TRUE(engine.Apply(good).ok());
    board.Show(engine.Resolve());
  }
  // As long as it takes until they have read something.
  while (read == 0) std::this_thread::yield();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(read, 0u);
}

// The const methods of an engine may be asked from several threads between two changes.
TEST(ReadersTest, AskTheEngineItselfBetweenChanges) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)});
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&engine] {
      for (int j = 0; j < 50; ++j) {
        for (const auto& result : engine.Backends()) {
          ASSERT_EQ(engine.Find(*result->gateway, result->port->backend), result);
        }
        ASSERT_EQ(engine.Policies().size(), 2u);
        ASSERT_EQ(engine.Gateways().size(), 1u);
        ASSERT_FALSE(engine.Findings().empty());
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace gwpolicy
