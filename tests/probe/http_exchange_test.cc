#include "gwpolicy/probe/http_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http.h"

namespace gwpolicy {
namespace probe {
namespace {

using ::testing::StartsWith;
using ::testing::ValuesIn;

const HttpRequest& Get() {
  static const HttpRequest* const get =
      new HttpRequest{"GET", "/healthz?full=1", "web.example.com"};
  return *get;
}

// What came of an exchange: "HTTP/1.1 200, 5 bytes, complete", or the code and the message.
std::string Outcome(const HttpExchange& exchange) {
  if (!exchange.over()) return "goes on";
  if (exchange.failure().has_value()) {
    return absl::StrCat(NameOf(exchange.failure()->first), ": ", exchange.failure()->second);
  }
  const HttpAnswer& answer = exchange.answer();
  return absl::StrCat(answer.version, " ", answer.status, ", ", answer.body_bytes, " bytes, ",
                      answer.body_complete ? "complete" : "cut");
}

// The outcome of an answer that comes in pieces of `step` bytes, and the end of the connection.
std::string Http1Outcome(absl::string_view answer, size_t step,
                         const HttpRequest& request = Get()) {
  const std::unique_ptr<HttpExchange> exchange = HttpExchange::Create("http/1.1", request);
  std::string sent;
  exchange->Receive("", sent);
  while (!answer.empty()) {
    exchange->Receive(answer.substr(0, step), sent);
    answer.remove_prefix(std::min(step, answer.size()));
  }
  exchange->PeerClosed();
  return Outcome(*exchange);
}

TEST(Http1Test, SendsOneRequest) {
  const std::unique_ptr<HttpExchange> exchange = HttpExchange::Create("", Get());
  std::string sent;
  exchange->Receive("", sent);
  EXPECT_EQ(sent,
            "GET /healthz?full=1 HTTP/1.1\r\nHost: web.example.com\r\nUser-Agent: gwpolicy\r\n"
            "Accept: */*\r\nConnection: close\r\n\r\n");
  sent.clear();
  exchange->Receive("HTTP/1.1 204 No Content\r\n\r\n", sent);
  EXPECT_EQ(sent, "");
  EXPECT_TRUE(exchange->over());
}

struct AnswerCase {
  const char* name;
  std::string answer;
  std::string outcome;  // its beginning
};

class Http1AnswerTest : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(Http1AnswerTest, IsUnderstoodAtAnyCut) {
  for (const size_t step : {1, 2, 3, 7, 1 << 20}) {
    EXPECT_THAT(Http1Outcome(GetParam().answer, step), StartsWith(GetParam().outcome)) << step;
  }
}

const char kOk[] = "HTTP/1.1 200 OK\r\n";

INSTANTIATE_TEST_SUITE_P(
    Answers, Http1AnswerTest,
    ValuesIn<AnswerCase>({
        {"Counted", absl::StrCat(kOk, "content-length: 5\r\n\r\nhello"),
         "HTTP/1.1 200, 5 bytes, complete"},
        {"CountedAndMore", absl::StrCat(kOk, "Content-Length:5\r\n\r\nhello and more"),
         "HTTP/1.1 200, 5 bytes, complete"},
        {"CountedAndCut", absl::StrCat(kOk, "Content-Length: 9\r\n\r\nhello"),
         "HTTP/1.1 200, 5 bytes, cut"},
        {"Empty", absl::StrCat(kOk, "Content-Length: 0\r\n\r\n"),
         "HTTP/1.1 200, 0 bytes, complete"},
        {"UntilTheEnd", absl::StrCat(kOk, "\r\nhello"), "HTTP/1.1 200, 5 bytes, complete"},
        {"OfVersion10", "HTTP/1.0 200 OK\r\n\r\nhello", "HTTP/1.0 200, 5 bytes, complete"},
        {"WithBareLineFeeds", "HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
         "HTTP/1.1 200, 2 bytes, complete"},
        {"WithoutReason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1 200, 0 bytes, complete"},
        {"Chunked",
         absl::StrCat(kOk,
                      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=1\r\n world\r\n0\r\n"
                      "trailer: 1\r\n\r\n"),
         "HTTP/1.1 200, 11 bytes, complete"},
        {"ChunkedBesideALength",
         absl::StrCat(kOk,
                      "Content-Length: 3\r\ntransfer-encoding: gzip, chunked\r\n\r\n"
                      "5\r\nhello\r\n0\r\n\r\n"),
         "HTTP/1.1 200, 5 bytes, complete"},
        {"ChunkedAndCut", absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"),
         "HTTP/1.1 200, 3 bytes, cut"},
        {"Continued", absl::StrCat(kOk, "x: 1\r\n more\r\nContent-Length: 0\r\n\r\n"),
         "HTTP/1.1 200, 0 bytes, complete"},
        {"AfterInterimOnes",
         absl::StrCat("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n",
                      kOk, "Content-Length: 0\r\n\r\n"),
         "HTTP/1.1 200, 0 bytes, complete"},
        {"Refusal", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno",
         "HTTP/1.1 503, 2 bytes, complete"},
        {"NoContent", "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n",
         "HTTP/1.1 204, 0 bytes, complete"},
        {"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
         "HTTP/1.1 304, 0 bytes, complete"},
        {"Long", absl::StrCat(kOk, "\r\n", std::string(HttpAnswer::kMaxBody + 1, 'x')),
         "HTTP/1.1 200, 65536 bytes, cut"},
        {"LongAndCounted",
         absl::StrCat(kOk, "Content-Length: 99999999999\r\n\r\n",
                      std::string(HttpAnswer::kMaxBody, 'x')),
         "HTTP/1.1 200, 65536 bytes, cut"},
        // What is no answer.
        {"Nothing", "", "Http/NoAnswer: the server closed the connection without an answer"},
        {"HalfAHead", absl::StrCat(kOk, "content-type: te"),
         "Http/NoAnswer: the server closed the connection within the head"},
        {"AnInterimOneAlone", "HTTP/1.1 100 Continue\r\n\r\n",
         "Http/NoAnswer: the server closed the connection within the head"},
        {"Garbage", std::string("\x00\xff\x13garbage", 10),
         "Http/NotHttp: the server's answer is no HTTP/1.1: it begins with \"\\x00"},
        {"AnotherProtocol", "220 mail.example.com ESMTP\r\n", "Http/NotHttp"},
        {"Http2", std::string("\0\0\x12\4\0\0\0\0\0", 9), "Http/NotHttp"},
        {"Http2ByName", "HTTP/2 200\r\n\r\n", "Http/NotHttp"},
        {"NoStatus", "HTTP/1.1 OK\r\n\r\n",
         "Http/NotHttp: the server's answer is no HTTP/1.1: its status line is"},
        {"AStatusOfTwoDigits", "HTTP/1.1 20 OK\r\n\r\n", "Http/NotHttp"},
        {"AStatusOfFourDigits", "HTTP/1.1 2000 OK\r\n\r\n", "Http/NotHttp"},
        {"ASignBeforeTheStatus", "HTTP/1.1 +20 OK\r\n\r\n", "Http/NotHttp"},
        {"NoColon", absl::StrCat(kOk, "content-length 5\r\n\r\n"), "Http/NotHttp"},
        {"NoName", absl::StrCat(kOk, ": 5\r\n\r\n"), "Http/NotHttp"},
        {"ALengthThatIsNone", absl::StrCat(kOk, "Content-Length: five\r\n\r\n"), "Http/NotHttp"},
        {"ANegativeLength", absl::StrCat(kOk, "Content-Length: -5\r\n\r\n"), "Http/NotHttp"},
        {"TwoLengths", absl::StrCat(kOk, "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
         "Http/NotHttp"},
        {"AChunkThatIsNone", absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
         "Http/NotHttp"},
        {"AHugeChunk", absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
         "Http/NotHttp"},
        {"NoEndOfAChunk", absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"),
         "Http/NotHttp"},
        {"EndlessTrailers",
         absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n0\r\n", std::string(5000, 'x')),
         "Http/NotHttp"},
        {"AnEndlessLine", absl::StrCat(kOk, "x: ", std::string(HttpAnswer::kMaxHead, 'x')),
         "Http/TooLong: the head of the answer has more than 65536 bytes"},
        {"EndlessHeaders",
         [] {
           std::string head = kOk;
           for (int i = 0; i < 12000; ++i) head += "x: 1\r\n";
           return head;
         }(),
         "Http/TooLong"},
        {"EndlessInterimOnes",
         [] {
           std::string heads;
           for (int i = 0; i < 5000; ++i) heads += "HTTP/1.1 100 Continue\r\n\r\n";
           return heads;
         }(),
         "Http/TooLong"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Http1Test, AnAnswerToHeadHasNoBody) {
  EXPECT_EQ(Http1Outcome("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 3, {"HEAD", "/", "a"}),
            "HTTP/1.1 200, 0 bytes, complete");
}

TEST(HttpExchangeTest, IsForHttpAlone) {
  for (const absl::string_view alpn : {"", "http/1.1", "h2"}) {
    EXPECT_NE(HttpExchange::Create(alpn, Get()), nullptr) << alpn;
  }
  for (const absl::string_view alpn : {"h3", "spdy/1", "imap"}) {
    EXPECT_EQ(HttpExchange::Create(alpn, Get()), nullptr) << alpn;
  }
}

// An HTTP/2 server on nghttp2, in memory.
class Http2Server {
 public:
  using Answer = std::function<void(nghttp2_session* session, int32_t stream)>;

  explicit Http2Server(Answer answer) : answer_(std::move(answer)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame*, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* self) {
          static_cast<Http2Server*>(self)
              ->request_[std::string(reinterpret_cast<const char*>(name), name_size)] =
              std::string(reinterpret_cast<const char*>(value), value_size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session* session, const nghttp2_frame* frame, void* self) {
          if (frame->hd.type == NGHTTP2_HEADERS) {
            static_cast<Http2Server*>(self)->answer_(session, frame->hd.stream_id);
          }
          return 0;
        });
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Http2Server() { nghttp2_session_del(session_); }
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  // Takes bytes and returns what goes to the client.
  std::string Receive(absl::string_view bytes) {
    nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()),
                             bytes.size());
    std::string out;
    const uint8_t* data = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(session_, &data)) > 0) {
      out.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    return out;
  }

  const std::map<std::string, std::string>& request() const { return request_; }

 private:
  const Answer answer_;
  nghttp2_session* session_ = nullptr;
  std::map<std::string, std::string> request_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

std::vector<nghttp2_nv> Pairs(const Headers& headers) {
  std::vector<nghttp2_nv> out;
  for (const auto& [name, value] : headers) {
    out.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                   reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                   value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return out;
}

// Answers with these headers and `body` bytes; SIZE_MAX never ends.
void Respond(nghttp2_session* session, int32_t stream, const Headers& headers, size_t body) {
  const std::vector<nghttp2_nv> pairs = Pairs(headers);
  auto* left = new size_t(body);  // nghttp2 has no place where it would be freed
  static std::vector<std::unique_ptr<size_t>>* const kept =
      new std::vector<std::unique_ptr<size_t>>();
  kept->emplace_back(left);
  nghttp2_data_provider data;
  data.source.ptr = left;
  data.read_callback = [](nghttp2_session*, int32_t, uint8_t* buffer, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void*) -> ssize_t {
    size_t& rest = *static_cast<size_t*>(source->ptr);
    const size_t part = std::min(rest, size);
    std::fill_n(buffer, part, 'x');
    if (rest != SIZE_MAX) rest -= part;
    if (rest == 0) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  };
  nghttp2_submit_response(session, stream, pairs.data(), pairs.size(), &data);
}

// Both ends until neither has anything to say, in pieces of `step` bytes towards the client.
std::string Http2Outcome(Http2Server& server, size_t step, const HttpRequest& request = Get()) {
  const std::unique_ptr<HttpExchange> exchange = HttpExchange::Create("h2", request);
  std::string to_server;
  exchange->Receive("", to_server);
  for (int round = 0; round < 1000 && !exchange->over() && !to_server.empty(); ++round) {
    const std::string answer = server.Receive(std::exchange(to_server, ""));
    for (absl::string_view rest = answer; !rest.empty();) {
      exchange->Receive(rest.substr(0, step), to_server);
      rest.remove_prefix(std::min(step, rest.size()));
    }
  }
  exchange->PeerClosed();
  return Outcome(*exchange);
}

struct Http2Case {
  const char* name;
  Http2Server::Answer answer;
  std::string outcome;  // its beginning
};

class Http2AnswerTest : public ::testing::TestWithParam<Http2Case> {};

TEST_P(Http2AnswerTest, IsUnderstoodAtAnyCut) {
  for (const size_t step : {1, 5, 1 << 20}) {
    Http2Server server(GetParam().answer);
    EXPECT_THAT(Http2Outcome(server, step), StartsWith(GetParam().outcome)) << step;
  }
}

Http2Server::Answer Answers(Headers headers, size_t body) {
  return [headers = std::move(headers), body](nghttp2_session* session, int32_t stream) {
    Respond(session, stream, headers, body);
  };
}

INSTANTIATE_TEST_SUITE_P(
    Answers, Http2AnswerTest,
    ValuesIn<Http2Case>({
        {"WithABody", Answers({{":status", "200"}, {"content-type", "text/plain"}}, 5),
         "HTTP/2 200, 5 bytes, complete"},
        {"WithoutABody", Answers({{":status", "204"}}, 0), "HTTP/2 204, 0 bytes, complete"},
        // Not in the static table, so that it comes as a literal, with Huffman's code.
        {"ARareStatus", Answers({{":status", "418"}}, 0), "HTTP/2 418, 0 bytes, complete"},
        {"ARefusal", Answers({{":status", "503"}}, 100), "HTTP/2 503, 100 bytes, complete"},
        {"EndlessBody", Answers({{":status", "200"}}, SIZE_MAX), "HTTP/2 200, 65536 bytes, cut"},
        {"AfterAnInterimOne",
         [](nghttp2_session* session, int32_t stream) {
           const Headers early = {{":status", "103"}, {"link", "x"}};
           const std::vector<nghttp2_nv> pairs = Pairs(early);
           nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, stream, nullptr, pairs.data(),
                                  pairs.size(), nullptr);
           Respond(session, stream, {{":status", "200"}}, 1);
         },
         "HTTP/2 200, 1 bytes, complete"},
        {"NothingAtAll", [](nghttp2_session*, int32_t) {},
         "Http/NoAnswer: the server closed the connection without an answer to the request"},
        {"ARefusedStream",
         [](nghttp2_session* session, int32_t stream) {
           nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_REFUSED_STREAM);
         },
         "Http/NoAnswer: the server ended the request with REFUSED_STREAM"},
        {"AGoodbye",
         [](nghttp2_session* session, int32_t) {
           nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, 0, NGHTTP2_ENHANCE_YOUR_CALM, nullptr,
                                 0);
         },
         "Http/NoAnswer"},
        {"EndlessHeaders",
         [](nghttp2_session* session, int32_t stream) {
           Headers headers = {{":status", "200"}};
           for (int i = 0; i < 3000; ++i) headers.emplace_back(absl::StrCat("x-", i), "0123456789");
           Respond(session, stream, headers, 0);
         },
         "Http/"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Http2Test, SendsOneRequest) {
  Http2Server server(Answers({{":status", "200"}}, 0));
  EXPECT_EQ(Http2Outcome(server, 100, {"HEAD", "/a?b", "web.example.com"}),
            "HTTP/2 200, 0 bytes, complete");
  const std::map<std::string, std::string> expected = {
      {":method", "HEAD"}, {":scheme", "https"}, {":authority", "web.example.com"},
      {":path", "/a?b"},   {"accept", "*/*"},    {"user-agent", "gwpolicy"},
  };
  EXPECT_EQ(server.request(), expected);
}

// What a client gets that only speaks to be heard.
std::string OutcomeOfBytes(absl::string_view bytes, size_t step) {
  const std::unique_ptr<HttpExchange> exchange = HttpExchange::Create("h2", Get());
  std::string sent;
  exchange->Receive("", sent);
  EXPECT_THAT(sent, StartsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  while (!bytes.empty()) {
    exchange->Receive(bytes.substr(0, step), sent);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  exchange->PeerClosed();
  EXPECT_LT(sent.size(), size_t{1} << 20);
  return Outcome(*exchange);
}

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out.push_back(static_cast<char>(payload.size() >> shift));
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(stream >> shift));
  absl::StrAppend(&out, payload);
  return out;
}
const std::string& Settings() {
  static const std::string* const settings = new std::string(Frame(4, 0, 0, ""));
  return *settings;
}

TEST(Http2Test, ForeignBytesAreNoAnswer) {
  const std::pair<std::string, std::string> kCases[] = {
      {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "Http/NotHttp"},
      {std::string(100, 'x'), "Http/NotHttp"},
      {std::string(100, '\0'), "Http/NotHttp"},
      {"", "Http/NoAnswer: the server closed the connection without an answer"},
      {Settings(), "Http/NoAnswer"},
      {Frame(1, 5, 1, "\x88"), "Http/NotHttp"},  // before its settings
      {Settings() + std::string("\xff\xff\xff\0\0\0\0\0\1", 9), "Http/NotHttp"},  // 16 MiB
      {Settings() + Frame(1, 5, 1, "\xff\xff\xff\xff\xff\xff"), "Http/NotHttp"},  // no HPACK
      {Settings() + Frame(1, 5, 3, "\x88"), "Http/NotHttp"},  // a stream of nobody
      {Settings() + Frame(1, 5, 1, "\x84"), "Http/NotHttp"},  // no status
      {Settings() + Frame(0, 1, 1, "data"), "Http/NotHttp"},  // no head
      {Settings() + Frame(1, 5, 1, "\x88"), "HTTP/2 200, 0 bytes, complete"},
      {Settings() + Frame(1, 4, 1, "\x88") + Frame(0, 0, 1, "da"), "HTTP/2 200, 2 bytes, cut"},
  };
  for (const auto& [bytes, outcome] : kCases) {
    for (const size_t step : {1, 1 << 20}) {
      EXPECT_THAT(OutcomeOfBytes(bytes, step), StartsWith(outcome)) << absl::CHexEscape(bytes);
    }
  }
}

TEST(Http2Test, FloodsEnd) {
  std::string pings = Settings();
  std::string settings = Settings();
  std::string continuations = Settings() + Frame(1, 0, 1, "\x88");
  for (int i = 0; i < 20000; ++i) {
    pings += Frame(6, 0, 0, "12345678");
    settings += Settings();
    continuations += Frame(9, 0, 1, "");
  }
  for (const std::string& flood : {pings, settings, continuations}) {
    EXPECT_THAT(OutcomeOfBytes(flood, 1 << 20), StartsWith("Http/"));
  }
}

TEST(HttpCheckTest, IsWhatARequestCanBe) {
  EXPECT_TRUE(ValidateHttpCheck(HttpCheck()).ok());
  const std::pair<const char*, std::function<void(HttpCheck&)>> kBad[] = {
      {"method", [](HttpCheck& c) { c.method = "POST"; }},
      {"no path", [](HttpCheck& c) { c.path = ""; }},
      {"a URL", [](HttpCheck& c) { c.path = "https://example.com/"; }},
      {"a blank", [](HttpCheck& c) { c.path = "/a b"; }},
      {"a line break", [](HttpCheck& c) { c.path = "/\r\nX: 1"; }},
      {"beyond ASCII", [](HttpCheck& c) { c.path = "/ä"; }},
      {"a fragment", [](HttpCheck& c) { c.path = "/#a"; }},
      {"a long path", [](HttpCheck& c) { c.path = "/" + std::string(8192, 'a'); }},
      {"a host with a blank", [](HttpCheck& c) { c.host = "a b"; }},
      {"a host with a line break", [](HttpCheck& c) { c.host = "a\r\nX: 1"; }},
      {"a host with a path", [](HttpCheck& c) { c.host = "a/b"; }},
      {"a status below", [](HttpCheck& c) { c.lowest_status = 99; }},
      {"a status above", [](HttpCheck& c) { c.highest_status = 1000; }},
      {"no status", [](HttpCheck& c) { c.lowest_status = 300, c.highest_status = 299; }},
  };
  for (const auto& [name, spoil] : kBad) {
    HttpCheck check;
    spoil(check);
    EXPECT_FALSE(ValidateHttpCheck(check).ok()) << name;
  }
  HttpCheck check;
  check.path = "/a?b=%20c";
  check.host = "[2001:db8::1]:8443";
  EXPECT_TRUE(ValidateHttpCheck(check).ok());
}

}  // namespace
}  // namespace probe
}  // namespace gwpolicy
