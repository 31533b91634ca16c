#include "store/record.hpp"

#include "base/error.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

Record sample() {
  Record record = record_of("model", object_of("a graph"));
  record.parts.push_back({"odd\tname", "line one\nline two\\"});
  record.parts.push_back({"", ""});
  record.provenance.emplace_back("path", "/home/\xff tab\there");
  return record;
}

/// A body with the right checksum behind it: only what the body says is wrong.
std::string with_checksum(const std::string& body) {
  return body + "checksum " + to_hex(sha256(as_bytes(body))) + "\n";
}
std::string body_of(const Record& record) {
  const std::string text = encode(record);
  return text.substr(0, text.rfind("checksum "));
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto place = text.find(from);
  if (place == std::string::npos) ADD_FAILURE() << "no " << from;
  return text.replace(place, from.size(), to);
}

TEST(Record, ReadsBackWhatItWrites) {
  const Record record = sample();
  const Record read = decode_record(encode(record));
  EXPECT_EQ(read.request, record.request);
  EXPECT_EQ(read.layer, record.layer);
  EXPECT_EQ(read.object, record.object);
  EXPECT_EQ(read.length, record.length);
  EXPECT_EQ(read.parts, record.parts);
  EXPECT_EQ(read.provenance, record.provenance);
}

TEST(Record, IsLinesThatPeopleCanRead) {
  const std::string text = encode(record_of("model", object_of("a graph"), Layer::traces));
  EXPECT_TRUE(text.starts_with("phasic record 1\nrequest ")) << text;
  EXPECT_NE(text.find("\nlayer traces\nobject "), std::string::npos);
  EXPECT_NE(text.find("\npart\tparam n\tinteger 6\n"), std::string::npos);
  EXPECT_NE(text.find("\nfrom\tmodel\t/home/a model.lua\n"), std::string::npos);
}

TEST(Record, RejectsEveryFlippedByte) {
  const std::string whole = encode(sample());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const unsigned mask : {0x01U, 0x20U, 0xFFU}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ mask);
      EXPECT_THROW(decode_record(damaged), FormatError) << "byte " << i;
    }
  }
}

TEST(Record, RejectsEveryCutAndEveryExtension) {
  const std::string whole = encode(sample());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(decode_record(whole.substr(0, length)), FormatError) << length;
  }
  for (const char* more : {"\n", "x", "part\ta\tb\n"}) EXPECT_THROW(decode_record(whole + more), FormatError);
}

TEST(Record, RejectsWhatWeWouldWriteOtherwiseWhateverTheChecksum) {
  const std::string body = body_of(sample());
  ASSERT_NO_THROW(decode_record(with_checksum(body)));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"length ", "length 0"},
                                                        {"length ", "length +"},
                                                        {"layer graphs", "layer graph"},
                                                        {"request ", "request  "},
                                                        {"part\t", "Part\t"},
                                                        {"part\tparam n\t", "part\tparam n "},
                                                        {"part\tparam n", "part\tparam\\n n\\"},
                                                        {"from\tmodel", "from model"},
                                                        {"phasic record 1", "phasic record 2"},
                                                        {"\nlayer", "\r\nlayer"}}) {
    EXPECT_THROW(decode_record(with_checksum(replaced(body, from, to))), FormatError) << from;
  }
  // Provenance before parts.
  EXPECT_THROW(decode_record(with_checksum(body + "part\tlate\tx\n")), FormatError);
}

TEST(Record, KnowsAWholeRecordOfAFormatItDoesNotKnow) {
  EXPECT_TRUE(has_valid_checksum(encode(sample())));
  EXPECT_TRUE(has_valid_checksum(with_checksum("phasic record 2\nsomething new\n")));
  EXPECT_FALSE(has_valid_checksum(encode(sample()) + "x"));
  EXPECT_FALSE(has_valid_checksum(encode(sample()).substr(1)));
  EXPECT_FALSE(has_valid_checksum(""));
}

TEST(RequestKey, DependsOnDomainNamesValuesAndTheirBorders) {
  const std::vector<RequestPart> parts{{"code", "abc"}, {"param n", "integer 6"}};
  const RequestKey key = request_key("graph", parts);
  EXPECT_EQ(key, request_key("graph", parts));
  EXPECT_NE(key, request_key("trace", parts));
  EXPECT_NE(key, request_key("graph", std::vector<RequestPart>{{"code", "abc"}}));
  EXPECT_NE(key, request_key("graph", std::vector<RequestPart>{{"code", "abcparam n"}, {"", "integer 6"}}));
  EXPECT_NE(key, request_key("graph", std::vector<RequestPart>{{"code", "abc"}, {"param n", "real 6"}}));
  EXPECT_NE(key, request_key("graph", std::vector<RequestPart>{{"param n", "integer 6"}, {"code", "abc"}}));
}

}  // namespace
}  // namespace phasic
