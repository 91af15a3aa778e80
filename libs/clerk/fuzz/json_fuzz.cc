// The tokens' JSON reader against the general one: both accept the same texts, but for what they document, and read the same.
#include "encoding/json.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "encoding/json_text.h"
#include "encoding/text.h"
#include "invariant.h"

namespace {

using clerk::encoding::Json;
using clerk::encoding::JsonText;
using clerk::encoding::JsonValue;
using clerk::fuzz::Require;

void RequireSame(const JsonValue& value, const Json& json) {
  Require(static_cast<bool>(value), "every value is found");
  Require(value.is_null() == json.is_null() && value.is_number() == json.is_number() && value.is_array() == json.is_array() &&
              value.is_object() == json.is_object() && value.string().has_value() == json.is_string(),
          "both readers see the same kind of value");
  Require(value.truthy() == clerk::encoding::IsTruthy(&json), "both readers agree on truth");
  if (json.is_string()) Require(*value.string() == json.get_ref<const std::string&>(), "strings are equal");
  if (json.is_number()) {
    Require(*value.number() == json.get<double>(), "numbers are equal");
    Require(value.integer() == clerk::encoding::ToInteger(json), "integers are equal");
  }
  if (json.is_array()) {
    const auto elements = value.Elements();
    Require(elements.size() == json.size(), "arrays are of one length");
    for (std::size_t i = 0; i < elements.size(); ++i) RequireSame(elements[i], json[i]);
  }
  if (json.is_object()) {
    for (const auto& [name, member] : json.items()) RequireSame(value.Member(name), member);
  }
}

// Whether the general reader refuses the text only for what it cannot hold: a number beyond all doubles, or a depth beyond its
// own bound.
bool IsBeyondTheGeneralReader(const std::string& text) {
  try {
    return Json::parse(text).is_structured();
  } catch (const Json::out_of_range&) {
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = JsonText::Read(text);
  const auto json = clerk::encoding::ParseJson(text);
  if (json) {
    Require(document.has_value(), "what the general reader accepts is accepted");
    RequireSame(document->root(), *json);
  } else if (document) {
    Require(IsBeyondTheGeneralReader(text), "what the general reader refuses is refused");
  }
  if (!document) return 0;
  Require(document->text() == text, "the text stays as it was");
  Require(clerk::encoding::IsValidUtf8(text), "an accepted text is UTF-8");
  Require(JsonText::Read(std::string(document->root().json())).has_value(), "a value by itself is a document");
  return 0;
}
