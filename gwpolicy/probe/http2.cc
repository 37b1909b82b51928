#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http_exchange.h"

namespace gwpolicy {
namespace probe {
namespace {

// What RFC 9113 6.5.2 counts for a header beside its name and value.
constexpr size_t kHeaderOverhead = 32;
constexpr size_t kMaxErrorText = 200;

struct FreeSession {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

// A header whose texts outlive the call that takes it.
nghttp2_nv Header(absl::string_view name, absl::string_view value) {
  const auto bytes = [](absl::string_view text) {
    return const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// RFC 9113 by nghttp2, which checks frames and headers and bounds what it queues and decodes.
class Http2 : public HttpExchange {
 public:
  explicit Http2(const HttpRequest& request) : request_(request) {}

  void Receive(absl::string_view bytes, std::string& to_send) override {
    if (session_ == nullptr && !Start()) {
      Fail(Code::kHttpNoAnswer, "out of memory for HTTP/2");
      return;
    }
    if (over()) return;
    if (!bytes.empty()) {
      received_ = true;
      const ssize_t taken = nghttp2_session_mem_recv(
          session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      if (over()) return;
      if (taken < 0) {
        NotHttp(nghttp2_strerror(static_cast<int>(taken)));
        return;
      }
    }
    const uint8_t* out = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(session_.get(), &out)) > 0) {
      to_send.append(reinterpret_cast<const char*>(out), static_cast<size_t>(size));
    }
    // It has told the server what is wrong, and has nothing more to say.
    if (!over() && (size < 0 || nghttp2_session_want_read(session_.get()) == 0)) {
      NotHttp(error_.empty() ? "its frames break the protocol" : error_);
    }
  }

  void PeerClosed() override {
    if (over()) return;
    if (answer_.status != 0) {
      Finish();
      return;
    }
    Fail(Code::kHttpNoAnswer, received_ ? "the server closed the connection without an answer to "
                                          "the request"
                                        : "the server closed the connection without an answer");
  }

 private:
  bool Start() {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) return false;
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnStreamClose);
    nghttp2_session_callbacks_set_error_callback2(callbacks, OnError);
    nghttp2_session* session = nullptr;
    const int made = nghttp2_session_client_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    if (made != 0) return false;
    session_.reset(session);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HttpAnswer::kMaxHead},
    };
    const nghttp2_nv headers[] = {
        Header(":method", request_.method),  Header(":scheme", "https"),
        Header(":authority", request_.host), Header(":path", request_.path),
        Header("user-agent", "gwpolicy"),    Header("accept", "*/*"),
    };
    return nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings)) ==
               0 &&
           nghttp2_submit_request(session, nullptr, headers, std::size(headers), nullptr, nullptr) >
               0;
  }

  void NotHttp(absl::string_view what) {
    Fail(Code::kHttpNotHttp, absl::StrCat("the server's answer is no HTTP/2: ", what));
  }

  static Http2& Of(void* user_data) { return *static_cast<Http2*>(user_data); }

  static int OnHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* user_data) {
    Http2& self = Of(user_data);
    self.head_bytes_ += name_size + value_size + kHeaderOverhead;
    if (self.head_bytes_ > HttpAnswer::kMaxHead) {
      self.Fail(Code::kHttpTooLong, absl::StrCat("the head of the answer has more than ",
                                                 HttpAnswer::kMaxHead, " bytes"));
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    if (absl::string_view(reinterpret_cast<const char*>(name), name_size) == ":status") {
      // nghttp2 has seen to it that there are three digits.
      (void)absl::SimpleAtoi(absl::string_view(reinterpret_cast<const char*>(value), value_size),
                             &self.status_);
    }
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Http2& self = Of(user_data);
    const bool final_head =
        frame->hd.type == NGHTTP2_HEADERS && self.answer_.status == 0 && self.status_ >= 200;
    if (final_head) {
      self.answer_.version = "HTTP/2";
      self.answer_.status = self.status_;
    }
    return 0;
  }

  static int OnData(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t size,
                    void* user_data) {
    Http2& self = Of(user_data);
    self.AddBody(size);
    return self.over() ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  // The only stream. Its end is that of the exchange.
  static int OnStreamClose(nghttp2_session*, int32_t, uint32_t error, void* user_data) {
    Http2& self = Of(user_data);
    if (self.over()) return 0;
    if (self.answer_.status != 0) {
      self.answer_.body_complete = error == NGHTTP2_NO_ERROR;
      self.Finish();
    } else if (!self.error_.empty()) {
      self.NotHttp(self.error_);
    } else {
      self.Fail(Code::kHttpNoAnswer,
                absl::StrCat("the server ended the request with ", nghttp2_http2_strerror(error)));
    }
    return 0;
  }

  static int OnError(nghttp2_session*, int, const char* message, size_t size, void* user_data) {
    Http2& self = Of(user_data);
    if (self.error_.empty()) {
      // It may quote what the server sent.
      self.error_ = absl::CHexEscape(absl::string_view(message, std::min(size, kMaxErrorText)));
    }
    return 0;
  }

  const HttpRequest request_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
  bool received_ = false;
  size_t head_bytes_ = 0;
  int status_ = 0;     // of the head that came last
  std::string error_;  // what nghttp2 says is wrong
};

}  // namespace

std::unique_ptr<HttpExchange> MakeHttp2(const HttpRequest& request) {
  return std::make_unique<Http2>(request);
}

}  // namespace probe
}  // namespace gwpolicy
