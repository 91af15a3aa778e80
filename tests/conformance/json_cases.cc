#include "tests/conformance/json_cases.h"

#include <cstddef>

namespace inkwell::conformance {
namespace {

using std::string_literals::operator""s;

std::string Repeated(std::size_t count, const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// {"title": with `value` as it stands.
std::string Title(const std::string& value) { return R"({"title":)" + value + "}"; }
std::string Nested(std::size_t depth) { return Title(std::string(depth - 1, '[') + std::string(depth - 1, ']')); }

void AppendSyntax(std::vector<JsonCase>& cases) {
  const std::vector<std::pair<std::string, std::string>> broken{
      {"nothing", ""},
      {"only blanks", " \t\r\n "},
      {"not closed", R"({"title":"a")"},
      {"not opened", R"("title":"a"})"},
      {"two texts", R"({"title":"a"}{"title":"b"})"},
      {"bytes after the text", R"({"title":"a"}x)"},
      {"comma at the end", R"({"title":"a",})"},
      {"comma at the beginning", R"({,"title":"a"})"},
      {"no comma", R"({"title":"a" "content":"b"})"},
      {"no colon", R"({"title" "a"})"},
      {"no value", R"({"title":})"},
      {"name without quotes", R"({title:"a"})"},
      {"single quotes", R"({'title':'a'})"},
      {"a comment", R"({"title":"a"/* why */})"},
      {"a line comment", "{\"title\":\"a\"}// why"},
      {"a form feed for a blank", "{\f\"title\":\"a\"}"},
      {"a no-break space for a blank", "{\xc2\xa0\"title\":\"a\"}"},
      {"a line break in a string", "{\"title\":\"a\nb\"}"},
      {"a tab in a string", "{\"title\":\"a\tb\"}"},
      {"U+001F in a string", "{\"title\":\"a\x1f\"}"},
      {"an unknown escape", R"({"title":"\x41"})"},
      {"half an escape", R"({"title":"\u00"})"},
      {"an escape that is not hexadecimal", R"({"title":"\u00zz"})"},
      {"a string that does not end", R"({"title":"a})"},
      {"a quote escaped away", R"({"title":"a\"})"},
      {"True", R"({"title":"a","published":True})"},
      {"nul", R"({"title":"a","content":nul})"},
      {"undefined", R"({"title":undefined})"},
      {"NaN", R"({"title":NaN})"},
      {"Infinity", R"({"title":-Infinity})"},
      {"a leading zero", R"({"title":01})"},
      {"a leading plus", R"({"title":+1})"},
      {"a number that ends with a point", R"({"title":1.})"},
      {"a number that begins with a point", R"({"title":.5})"},
      {"an exponent without digits", R"({"title":1e})"},
      {"hexadecimal", R"({"title":0x1f})"},
      {"minus alone", R"({"title":-})"},
      {"an array that is not closed in an unknown member", R"({"other":[1,2})"},
      {"a bracket of the other kind", R"({"title":"a"])"},
      {"a comma alone", R"({,})"},
      {"two commas", R"({"title":"a",,"content":"b"})"},
      {"a colon for a comma", R"({"title":"a":"content"})"},
      {"a comma for a colon", R"({"title","a"})"},
      {"a number for a name", R"({1:"a"})"},
      {"null for a name", R"({null:"a"})"},
      {"an object for a name", R"({{}:"a"})"},
      {"a semicolon", R"({"title":"a";"content":"b"})"},
      {"backticks", "{\"title\":`a`}"},
      {"a hash comment", "# why\n{\"title\":\"a\"}"},
      {"a minus before blanks", R"({"title":- 1})"},
      {"two minus signs", R"({"title":--1})"},
      {"a number of two points", R"({"title":1.2.3})"},
      {"an exponent with a point", R"({"title":1e1.5})"},
      {"an underscore in a number", R"({"title":1_000})"},
      {"TRUE", R"({"title":"a","published":TRUE})"},
      {"trueish", R"({"title":"a","published":truex})"},
      {"a bracket too many", R"({"title":"a"}})"},
      {"JSON lines", "{\"title\":\"a\"}\n{\"title\":\"b\"}"},
      {"a guard before the text", ")]}',\n{\"title\":\"a\"}"},
      {"a form", "title=a&content=b"},
      {"XML", "<title>a</title>"},
  };
  for (const auto& [name, body] : broken) cases.push_back({name, body, 400, "INVALID_JSON"});
}

void AppendEncoding(std::vector<JsonCase>& cases) {
  const std::vector<std::pair<std::string, std::string>> broken{
      {"a byte order mark", "\xef\xbb\xbf{\"title\":\"a\"}"},
      {"UTF-16, little endian", "{\0\"\0}\0"s},
      {"UTF-16, big endian, with its mark", "\xfe\xff\0{\0}"s},
      {"U+0000 behind the text", "{\"title\":\"a\"}\0"s},
      {"U+0000 in a string", "{\"title\":\"a\0b\"}"s},
      {"U+0000 before the text", "\0{\"title\":\"a\"}"s},
      {"U+0000 for a blank", "{\0\"title\":\"a\"}"s},
      {"0xff", "{\"title\":\"\xff\"}"},
      {"Latin-1", "{\"title\":\"\xe9t\xe9\"}"},
      {"a continuation byte alone", "{\"title\":\"\x80\"}"},
      {"a sequence cut short", "{\"title\":\"\xe2\x82\"}"},
      {"a sequence cut by the end", "{\"title\":\"\xf0\x9f\x98"},
      {"an overlong slash", "{\"title\":\"\xc0\xaf\"}"},
      {"an overlong U+0000", "{\"title\":\"\xc0\x80\"}"},
      {"an overlong three bytes", "{\"title\":\"\xe0\x80\xaf\"}"},
      {"an overlong four bytes", "{\"title\":\"\xf0\x80\x80\xaf\"}"},
      {"a surrogate in UTF-8", "{\"title\":\"\xed\xa0\x80\"}"},
      {"a pair of surrogates in UTF-8 (CESU-8)", "{\"title\":\"\xed\xa0\xbd\xed\xb8\x80\"}"},
      {"above U+10FFFF", "{\"title\":\"\xf4\x90\x80\x80\"}"},
      {"a lead byte that was abolished", "{\"title\":\"\xf8\x88\x80\x80\x80\"}"},
      {"bad bytes in the name of an unknown member", "{\"\xff\":1}"},
      {"a high surrogate alone", R"({"title":"\ud800"})"},
      {"a low surrogate alone", R"({"title":"\udc00"})"},
      {"surrogates the wrong way round", R"({"title":"\ude00\ud83d"})"},
      {"a high surrogate before another escape", R"({"title":"\ud800\u0041"})"},
  };
  for (const auto& [name, body] : broken) cases.push_back({name, body, 400, "INVALID_JSON"});
  cases.push_back({"U+0000 escaped in a value", R"({"title":"a\u0000b"})", 400, "INVALID_FIELD"});
  cases.push_back({"U+0000 escaped in a name", R"({"title\u0000":"a"})", 400, "UNKNOWN_FIELD"});
  cases.push_back({"UTF-8 of one to four bytes", "{\"title\":\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}", 201, ""});
  cases.push_back({"a pair of surrogates escaped", R"({"title":"\ud83d\ude00"})", 201, ""});
  cases.push_back({"U+10FFFF and noncharacters", "{\"title\":\"\xf4\x8f\xbf\xbf\xef\xbf\xbf\"}", 201, ""});
  cases.push_back({"every short escape", R"({"title":"\"\\\/\b\f\n\r\t"})", 201, ""});
  cases.push_back({"U+007F and U+2028 as they are", "{\"title\":\"\x7f\xe2\x80\xa8\"}", 201, ""});
}

void AppendShape(std::vector<JsonCase>& cases) {
  for (const char* text : {"null", "true", "false", "0", "-1.5e3", R"("title")", "[]", R"([{"title":"a"}])", R"([[],{}])"}) {
    cases.push_back({"no object: "s + text, text, 400, "NOT_AN_OBJECT"});
  }
  cases.push_back({"an empty object", "{}", 400, "INVALID_FIELD"});
  cases.push_back({"blanks everywhere", " \t\r\n{ \"title\" : \"a\" , \"content\" : null } \n", 201, ""});
  cases.push_back({"no title", R"({"content":"a"})", 400, "INVALID_FIELD"});
  for (const char* value : {"null", "1", "-0", "1.5", "1e400", "true", "[]", "{}", R"(["a"])", R"({"title":"a"})"}) {
    const bool beyond_double = std::string(value) == "1e400";  // grammar allows it, no reader can hold it
    cases.push_back({"title: "s + value, Title(value), 400, beyond_double ? "INVALID_JSON" : "INVALID_FIELD"});
  }
  for (const char* value : {"null", "1", "0", R"("true")", "[]", "{}"}) {
    cases.push_back({"published: "s + value, R"({"title":"a","published":)"s + value + "}", 400, "INVALID_FIELD"});
  }
  cases.push_back({"content null", R"({"title":"a","content":null})", 201, ""});
  cases.push_back({"content a number", R"({"title":"a","content":1})", 400, "INVALID_FIELD"});
  cases.push_back({"all members", R"({"title":"a","content":"","published":true})", 201, ""});
  cases.push_back({"names escaped", R"({"\u0074itle":"a"})", 201, ""});
  for (const char* name : {"authorId", "id", "createdAt", "Title", "title ", "__proto__", "constructor", "", "content\\n",
                           "toString", "hasOwnProperty", "$where", "author_id", "updateMask", "etag", "post"}) {
    cases.push_back({"unknown member "s + name, R"({"title":"a",")"s + name + R"(":"b"})", 400, "UNKNOWN_FIELD"});
  }
  cases.push_back({"an unknown member with an object", R"({"title":"a","other":{"title":{"title":1}}})", 400, "UNKNOWN_FIELD"});
  cases.push_back({"title twice", R"({"title":"a","title":"b"})", 400, "DUPLICATE_FIELD"});
  cases.push_back({"title twice with the same value", R"({"title":"a","title":"a"})", 400, "DUPLICATE_FIELD"});
  cases.push_back({"title twice, once escaped", R"({"title":"a","titl\u0065":"b"})", 400, "DUPLICATE_FIELD"});
  cases.push_back({"published twice", R"({"title":"a","published":true,"published":false})", 400, "DUPLICATE_FIELD"});
}

void AppendSize(std::vector<JsonCase>& cases) {
  cases.push_back({"32 levels", Nested(32), 400, "INVALID_FIELD"});
  cases.push_back({"33 levels", Nested(33), 400, "TOO_DEEP"});
  cases.push_back({"a million arrays", std::string(1'000'000, '['), 400, "TOO_DEEP"});
  cases.push_back({"a hundred thousand objects", Repeated(100'000, R"({"a":)"), 400, "TOO_DEEP"});
  cases.push_back({"a title of 200 characters", Title('"' + Repeated(200, "\xc3\xa9") + '"'), 201, ""});
  cases.push_back({"a title of 201 characters", Title('"' + Repeated(201, "\xc3\xa9") + '"'), 400, "INVALID_FIELD"});
  cases.push_back({"an empty title", Title(R"("")"), 400, "INVALID_FIELD"});
  cases.push_back({"100,000 characters, each two escapes",
                   R"({"title":"a","content":")" + Repeated(100'000, R"(\ud83d\ude00)") + "\"}", 201, ""});
  cases.push_back({"a content of 100,001 characters", R"({"title":"a","content":")" + std::string(100'001, 'x') + "\"}", 400,
                   "INVALID_FIELD"});
  cases.push_back({"a body above the limit", Title('"' + std::string(1'300'000, 'x') + '"'), 413, "BODY_TOO_LARGE"});
  cases.push_back({"a million blanks", Title("\"a\"") + std::string(1'000'000, ' '), 201, ""});
  cases.push_back({"a number of a million digits", Title(std::string(1'000'000, '9')), 400, "INVALID_JSON"});
  cases.push_back({"a name of a million characters", R"({")" + std::string(1'000'000, 'n') + R"(":1})", 400, "UNKNOWN_FIELD"});
  cases.push_back({"50,000 unknown members", "{" + Repeated(50'000, R"("a":1,)") + R"("a":1})", 400, "UNKNOWN_FIELD"});
}

void AppendTypes(std::vector<JsonCase>& cases) {
  const std::string good = Title("\"a\"");
  for (const char* type :
       {"application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json; charset=\"utf-8\"",
        "APPLICATION/JSON", "application/json ; a=b", "application/json; profile=\"x\"; charset=utf-8"}) {
    cases.push_back({type, good, 201, "", type});
  }
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp",
        "application/json-patch+json", "application/merge-patch+json", "json", "application/json, text/plain",
        "application/json; charset=iso-8859-1", "application/json; charset=utf-16", "*/*"}) {
    cases.push_back({"type: "s + type, good, 415, "UNSUPPORTED_MEDIA_TYPE", type});
  }
}

}  // namespace

std::vector<JsonCase> JsonCases() {
  std::vector<JsonCase> cases;
  AppendSyntax(cases);
  AppendEncoding(cases);
  AppendShape(cases);
  AppendSize(cases);
  AppendTypes(cases);
  return cases;
}

}  // namespace inkwell::conformance
