#include "gateway/http/head_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "gateway/http/head_rules.h"

namespace inkwell::gateway {
namespace {

namespace beast = boost::beast;
using beast::error_code;

// Only heads are given to Beast. Bodies are not: its chunk reader takes whitespace and trailers that we refuse, and in 1.74 an
// assertion fails when "0\r\n" arrives in two reads, which would let a client end the process.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  explicit HeadParser(RequestRecord& record) : record_(record) {
    header_limit(static_cast<std::uint32_t>(record.head.size()) + 1);
    body_limit(std::numeric_limits<std::uint64_t>::max());  // the framer's to decide, once the route is known
  }

 private:
  static std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code& ec) override {
    record_.method = View(method);
    record_.target = View(target);
    record_.minor_version = version - 10;
    ec = {};
  }
  // The views point into the head: Beast copies a value only to undo obs-fold, which never comes this far.
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code& ec) override {
    record_.fields.push_back({View(name), View(value)});
    ec = {};
  }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_finish_impl(error_code& ec) override { ec = {}; }
  void on_response_impl(int, beast::string_view, int, error_code& ec) override { ec = beast::http::error::bad_method; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(beast::string_view, error_code& ec) override {
    ec = beast::http::error::unexpected_body;
    return 0;
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code& ec) override {
    ec = beast::http::error::unexpected_body;
    return 0;
  }

  RequestRecord& record_;
};

}  // namespace

std::optional<Rejection> ParseHead(RequestRecord& record) {
  record.fields.reserve(16);
  HeadParser parser(record);
  error_code ec;
  const std::size_t used = parser.put(boost::asio::buffer(record.head.data(), record.head.size()), ec);
  if (ec == beast::http::error::bad_content_length || ec == beast::http::error::bad_transfer_encoding) {
    return Rejection{400, "BAD_FRAMING", "Content-Length or Transfer-Encoding is not valid."};
  }
  if (ec || used != record.head.size() || !parser.is_header_done()) {
    return Rejection{400, "BAD_HEAD", "The request head is not valid."};
  }
  return ApplyHeadRules(record);
}

}  // namespace inkwell::gateway
