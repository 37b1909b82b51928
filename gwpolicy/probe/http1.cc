#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http_exchange.h"

namespace gwpolicy {
namespace probe {
namespace {

constexpr absl::string_view kVersion = "HTTP/1.";
// Of a chunk's size with its extensions, and of trailers together.
constexpr size_t kMaxChunkLine = 4 << 10;

// RFC 9112. Only what is needed to know the status and where the body ends.
class Http1 : public HttpExchange {
 public:
  explicit Http1(const HttpRequest& request) : is_head_(request.method == "HEAD") {
    request_ = absl::StrCat(request.method, " ", request.path, " HTTP/1.1\r\nHost: ", request.host,
                            "\r\nUser-Agent: gwpolicy\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  }

  void Receive(absl::string_view bytes, std::string& to_send) override {
    to_send += std::exchange(request_, "");
    while (!over() && !bytes.empty()) {
      switch (state_) {
        case State::kHead:
          ReadHead(bytes);
          break;
        case State::kCounted:
        case State::kUntilClose:
          ReadBody(bytes);
          break;
        case State::kChunkSize:
        case State::kAfterChunk:
        case State::kTrailers:
          ReadLine(bytes);
          break;
        case State::kChunk:
          ReadChunk(bytes);
          break;
      }
    }
  }

  void PeerClosed() override {
    if (over()) return;
    if (answer_.status == 0) {
      Fail(Code::kHttpNoAnswer, buffer_.empty() && head_bytes_ == 0
                                    ? "the server closed the connection without an answer"
                                    : "the server closed the connection within the head of its "
                                      "answer");
      return;
    }
    answer_.body_complete = state_ == State::kUntilClose;
    Finish();
  }

 private:
  enum class State { kHead, kCounted, kUntilClose, kChunkSize, kChunk, kAfterChunk, kTrailers };

  void NotHttp(absl::string_view what) {
    Fail(Code::kHttpNotHttp, absl::StrCat("the server's answer is no HTTP/1.1: ", what));
  }

  // Takes bytes up to the end of a line; whether it is whole and then in `buffer_`, without its
  // end. Fails with more than `max` bytes.
  bool TakeLine(absl::string_view& bytes, size_t max, Code code, absl::string_view what) {
    const size_t end = bytes.find('\n');
    const size_t taken = end == absl::string_view::npos ? bytes.size() : end + 1;
    if (buffer_.size() + taken > max) {
      Fail(code, std::string(what));
      return false;
    }
    buffer_.append(bytes.data(), taken);
    bytes.remove_prefix(taken);
    if (end == absl::string_view::npos) return false;
    buffer_.pop_back();
    if (absl::EndsWith(buffer_, "\r")) buffer_.pop_back();
    return true;
  }

  // A line of a head.
  void ReadHead(absl::string_view& bytes) {
    const bool whole = TakeLine(
        bytes, HttpAnswer::kMaxHead - head_bytes_, Code::kHttpTooLong,
        absl::StrCat("the head of the answer has more than ", HttpAnswer::kMaxHead, " bytes"));
    if (over()) return;
    if (status_ == 0 && !absl::StartsWith(buffer_, kVersion.substr(0, buffer_.size()))) {
      NotHttp(absl::StrCat("it begins with ", ShownBytes(buffer_)));
      return;
    }
    if (!whole) return;
    head_bytes_ = std::min(HttpAnswer::kMaxHead, head_bytes_ + buffer_.size() + 2);
    if (status_ == 0) {
      ReadStatus(buffer_);
    } else if (buffer_.empty()) {
      EndHead();
    } else {
      ReadHeader(buffer_);
    }
    buffer_.clear();
  }

  void ReadStatus(absl::string_view line) {
    // HTTP-version SP status-code SP [ reason-phrase ]
    const bool good = line.size() >= 12 && absl::ascii_isdigit(line[7]) && line[8] == ' ' &&
                      absl::SimpleAtoi(line.substr(9, 3), &status_) && status_ >= 100 &&
                      (line.size() == 12 || line[12] == ' ');
    if (!good) {
      status_ = 0;
      NotHttp(absl::StrCat("its status line is ", ShownBytes(line)));
      return;
    }
    version_ = std::string(line.substr(0, 8));
    length_ = std::nullopt;
    chunked_ = false;
  }

  void ReadHeader(absl::string_view line) {
    if (line[0] == ' ' || line[0] == '\t') return;  // goes on with the one before
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos || colon == 0) {
      NotHttp(absl::StrCat("a header is ", ShownBytes(line)));
      return;
    }
    const absl::string_view name = line.substr(0, colon);
    const absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
    if (absl::EqualsIgnoreCase(name, "content-length")) {
      uint64_t length = 0;
      const bool good =
          !value.empty() && absl::ascii_isdigit(value[0]) && absl::SimpleAtoi(value, &length);
      if (!good || (length_.has_value() && *length_ != length)) {
        NotHttp(absl::StrCat("its Content-Length is ", ShownBytes(value)));
        return;
      }
      length_ = length;
    } else if (absl::EqualsIgnoreCase(name, "transfer-encoding")) {
      chunked_ = absl::EndsWithIgnoreCase(value, "chunked");
    }
  }

  void EndHead() {
    if (status_ >= 100 && status_ < 200 && status_ != 101) {
      status_ = 0;  // an interim response; another one follows
      return;
    }
    answer_.version = version_;
    answer_.status = status_;
    const bool without_body = is_head_ || status_ < 200 || status_ == 204 || status_ == 304;
    if (without_body || (!chunked_ && length_ == uint64_t{0})) {
      answer_.body_complete = true;
      Finish();
    } else if (chunked_) {
      state_ = State::kChunkSize;
    } else {
      state_ = length_.has_value() ? State::kCounted : State::kUntilClose;
      left_ = length_.value_or(0);
    }
  }

  void ReadBody(absl::string_view& bytes) {
    if (state_ == State::kUntilClose) {
      AddBody(bytes.size());
      bytes = {};
      return;
    }
    const uint64_t taken = std::min<uint64_t>(left_, bytes.size());
    left_ -= taken;
    AddBody(taken);
    bytes.remove_prefix(taken);
    if (left_ > 0) return;
    answer_.body_complete = true;
    Finish();
  }

  void ReadChunk(absl::string_view& bytes) {
    const uint64_t taken = std::min<uint64_t>(left_, bytes.size());
    left_ -= taken;
    AddBody(taken);
    bytes.remove_prefix(taken);
    if (left_ == 0) state_ = State::kAfterChunk;
  }

  // What stands between chunks.
  void ReadLine(absl::string_view& bytes) {
    if (!TakeLine(bytes, kMaxChunkLine, Code::kHttpNotHttp,
                  "the server's answer is no HTTP/1.1: what stands between its chunks is too "
                  "long")) {
      return;
    }
    const std::string line = std::exchange(buffer_, "");
    if (state_ == State::kAfterChunk) {
      if (!line.empty()) NotHttp(absl::StrCat("behind a chunk stands ", ShownBytes(line)));
      state_ = State::kChunkSize;
    } else if (state_ == State::kChunkSize) {
      const absl::string_view size =
          absl::StripAsciiWhitespace(absl::string_view(line).substr(0, line.find(';')));
      if (size.empty() || !absl::ascii_isxdigit(size[0]) || !absl::SimpleHexAtoi(size, &left_)) {
        NotHttp(absl::StrCat("the size of a chunk is ", ShownBytes(line)));
        return;
      }
      state_ = left_ == 0 ? State::kTrailers : State::kChunk;
    } else if (line.empty()) {
      answer_.body_complete = true;
      Finish();
    } else if ((trailer_bytes_ += line.size()) > kMaxChunkLine) {
      NotHttp("its trailers are too long");
    }
  }

  const bool is_head_;
  std::string request_;  // until it is sent
  State state_ = State::kHead;
  std::string buffer_;  // the line that is not whole yet
  size_t head_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  // Of the response that is read.
  std::string version_;
  int status_ = 0;
  std::optional<uint64_t> length_;
  bool chunked_ = false;
  uint64_t left_ = 0;  // of the body or of the chunk
};

}  // namespace

std::unique_ptr<HttpExchange> MakeHttp1(const HttpRequest& request) {
  return std::make_unique<Http1>(request);
}

}  // namespace probe
}  // namespace gwpolicy
