#pragma once

#include <cstdint>
#include <set>

namespace systole::crmd {

/// Which of a node's results were counted. They come nearly in order: one that a change of members
/// held up is sent again behind later ones.
class Receipts {
 public:
  /// False when it was taken before.
  bool take(std::uint64_t receipt) {
    if (receipt <= all_until_ || !taken_.insert(receipt).second) return false;
    while (!taken_.empty() && (*taken_.begin() == all_until_ + 1 || taken_.size() > kWindow)) {
      all_until_ = *taken_.begin();
      taken_.erase(taken_.begin());
    }
    return true;
  }

  template <typename Codec>
  friend void fields(Codec& codec, Receipts& v) {
    codec(v.all_until_, v.taken_);
  }

 private:
  /// Beyond this many, older ones that are missing are not expected any more.
  static constexpr std::size_t kWindow = 1000;

  std::uint64_t all_until_ = 0;
  std::set<std::uint64_t> taken_;  ///< beyond that
};

}  // namespace systole::crmd
