#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace inkwell::users {

// Clerk's Backend API as far as this service asks it, on a port of 127.0.0.1. Thread-safe.
class FakeBackendApi final {
 public:
  FakeBackendApi();
  ~FakeBackendApi();
  FakeBackendApi(const FakeBackendApi&) = delete;
  FakeBackendApi& operator=(const FakeBackendApi&) = delete;

  [[nodiscard]] std::string url() const;
  void AddUser(const std::string& user_id, std::int64_t updated_at_ms, const std::string& first_name);
  // From now on every answer has this status; 0: as usual.
  void AnswerWith(int status);
  // The instance of the secret key; until then the API does not tell it.
  void BecomeInstance(const std::string& instance_id);
  // From now on no call is answered, until this object ends.
  void Hang();
  // Until a call hangs. False if that takes longer than 10 s.
  [[nodiscard]] bool WaitForHungCall();
  // How many times the user was asked for.
  [[nodiscard]] int calls(const std::string& user_id) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::users
