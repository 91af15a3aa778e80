#include "gateway/http/chunked_decoder.h"

#include <algorithm>

#include "gateway/http/head_rules.h"
#include "gateway/http/octets.h"

namespace inkwell::gateway {
namespace {

constexpr int kMaxSizeDigits = 16;
// Extensions and trailers serve nobody here; what is accepted of them per message is bounded.
constexpr std::size_t kMaxOverhead = 4096;
constexpr Rejection kBadChunk{400, "BAD_CHUNK", "The chunked body is not valid."};

constexpr bool IsTokenByte(char c) { return octets::kToken[static_cast<unsigned char>(c)]; }
constexpr bool IsValueByte(char c) { return octets::kFieldValue[static_cast<unsigned char>(c)]; }

}  // namespace

std::size_t ChunkedDecoder::Feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && !done() && !rejection_) {
    if (state_ == State::kData) {
      const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - used));
      body.append(bytes.substr(used, take));
      used += take;
      size_ -= take;
      if (size_ == 0) state_ = State::kDataCr;
    } else if (Step(bytes[used], body.size())) {
      ++used;
    }
  }
  return used;
}

bool ChunkedDecoder::Step(char c, std::size_t body_size) {
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
      return StepSize(c);
    case State::kExtensionName:
    case State::kExtensionValue:
    case State::kExtensionToken:
    case State::kExtensionQuoted:
    case State::kExtensionQuotedPair:
    case State::kExtensionEnd:
      return ++overhead_ > kMaxOverhead ? Reject(kBadChunk) : StepExtension(c);
    case State::kSizeLf:
      return c == '\n' ? EndOfSizeLine(body_size) : Reject(kBadChunk);
    case State::kDataCr:
      state_ = State::kDataLf;
      return c == '\r' || Reject(kBadChunk);
    case State::kDataLf:
      state_ = State::kSizeStart;
      return c == '\n' || Reject(kBadChunk);
    case State::kTrailer:
      return StepTrailer(c);
    case State::kData:
    case State::kDone:
      break;
  }
  return Reject(kBadChunk);
}

bool ChunkedDecoder::StepSize(char c) {
  if (const int digit = HexDigit(c); digit >= 0) {
    if (state_ == State::kSizeStart) {
      size_ = 0;
      digits_ = 0;
      state_ = State::kSize;
    }
    if (++digits_ > kMaxSizeDigits) return Reject(kBadChunk);
    size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
    return true;
  }
  if (state_ == State::kSizeStart) return Reject(kBadChunk);
  if (c == '\r') {
    state_ = State::kSizeLf;
    return true;
  }
  name_empty_ = true;
  state_ = State::kExtensionName;
  return c == ';' || Reject(kBadChunk);
}

// chunk-ext = *( ";" chunk-ext-name [ "=" ( token / quoted-string ) ] )
bool ChunkedDecoder::StepExtension(char c) {
  switch (state_) {
    case State::kExtensionName:
      if (IsTokenByte(c)) {
        name_empty_ = false;
        return true;
      }
      if (name_empty_) return Reject(kBadChunk);
      if (c == '=') {
        state_ = State::kExtensionValue;
        return true;
      }
      break;
    case State::kExtensionValue:
      state_ = c == '"' ? State::kExtensionQuoted : State::kExtensionToken;
      return c == '"' || IsTokenByte(c) || Reject(kBadChunk);
    case State::kExtensionToken:
      if (IsTokenByte(c)) return true;
      break;
    case State::kExtensionQuoted:
      if (c == '"') state_ = State::kExtensionEnd;
      if (c == '\\') state_ = State::kExtensionQuotedPair;
      return IsValueByte(c) || Reject(kBadChunk);
    case State::kExtensionQuotedPair:
      state_ = State::kExtensionQuoted;
      return IsValueByte(c) || Reject(kBadChunk);
    default:
      break;
  }
  if (c == '\r') {
    state_ = State::kSizeLf;
    return true;
  }
  name_empty_ = true;
  state_ = State::kExtensionName;
  return c == ';' || Reject(kBadChunk);
}

bool ChunkedDecoder::EndOfSizeLine(std::size_t body_size) {
  if (size_ > limit_ - std::min(limit_, body_size))
    return Reject({413, "BODY_TOO_LARGE", "The body is larger than this route takes."});
  state_ = size_ == 0 ? State::kTrailer : State::kData;
  return true;
}

bool ChunkedDecoder::StepTrailer(char c) {
  if (++overhead_ > kMaxOverhead) return Reject({431, "TRAILERS_TOO_LARGE", "The trailer fields are too large."});
  if (trailer_line_.ends_with('\r') && c != '\n') return Reject(kBadChunk);
  trailer_line_.push_back(c);
  if (c != '\n') return true;
  if (!trailer_line_.ends_with("\r\n")) return Reject(kBadChunk);
  trailer_line_.resize(trailer_line_.size() - 2);
  if (trailer_line_.empty()) {
    state_ = State::kDone;
    return true;
  }
  if (const auto rejection = CheckFieldLine(trailer_line_)) return Reject(*rejection);
  trailer_line_.clear();
  return true;
}

bool ChunkedDecoder::Reject(Rejection rejection) {
  rejection_ = rejection;
  return false;
}

}  // namespace inkwell::gateway
