// Long texts on their way out, in pieces: a graph's text may be larger than the graph.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace phasic {

/// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;

/// Collects small pieces into larger ones. What is left goes out with `finish`.
class ChunkedText {
 public:
  explicit ChunkedText(TextSink sink) : sink_(std::move(sink)) {}

  ChunkedText& add(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= chunk_size) finish();
    return *this;
  }
  void finish() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t chunk_size = std::size_t{1} << 16U;
  TextSink sink_;
  std::string buffer_;
};

}  // namespace phasic
