#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/http/response.h"

namespace inkwell::gateway {

// Answers on their way to one socket, heads and bodies in order, written with as few system calls as possible and without
// copying bodies.
class OutputQueue final {
 public:
  enum class Outcome : std::uint8_t { kWritten, kBlocked, kBroken };

  void Push(std::string head, Body body) { pieces_.push_back({std::move(head), std::move(body)}); }
  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  // Bytes of memory that are this queue's own.
  [[nodiscard]] std::size_t held() const;

  // Writes to the non-blocking socket until nothing is left or it takes no more. `written` grows by the bytes taken.
  [[nodiscard]] Outcome WriteTo(int fd, std::size_t& written);
  // Gives the memory back.
  void Release() { std::vector<Piece>().swap(pieces_); }

 private:
  struct Piece {
    std::string head;
    Body body;
  };

  void Drop(std::size_t bytes);

  std::vector<Piece> pieces_;
  std::size_t offset_ = 0;  // bytes of the first piece that are written
};

}  // namespace inkwell::gateway
