#include "policy/status/score_ledger.h"

namespace systole::policy {

namespace {

using Book = std::vector<std::vector<ScoreEntry>>;

void write(Book& book, RscId rsc, const ScoreEntry& entry) {
  if (book.size() <= rsc.value()) book.resize(rsc.value() + 1);
  book[rsc.value()].push_back(entry);
}

const std::vector<ScoreEntry>& read(const Book& book, RscId rsc) {
  static const std::vector<ScoreEntry> kNothing;
  return rsc.value() < book.size() ? book[rsc.value()] : kNothing;
}

}  // namespace

void ScoreLedger::book(RscId rsc, const ScoreEntry& entry) {
  write(entries_, rsc, entry);
}

void ScoreLedger::book_value(RscId rsc, const ScoreEntry& entry) {
  write(values_, rsc, entry);
}

void ScoreLedger::add_all(RscId rsc, const std::vector<ScoreEntry>& entries) {
  if (!kept()) return;
  for (const ScoreEntry& entry : entries) book(rsc, entry);
}

void ScoreLedger::rewind(RscId rsc, std::size_t mark) {
  if (rsc.value() < entries_.size() && entries_[rsc.value()].size() > mark) {
    entries_[rsc.value()].resize(mark);
  }
}

void ScoreLedger::decide(RscId rsc, ScoreDecision decision) {
  if (!kept()) return;
  if (decisions_.size() <= rsc.value()) decisions_.resize(rsc.value() + 1);
  decision.entries = entries_of(rsc).size();
  decisions_[rsc.value()] = std::move(decision);
}

const std::vector<ScoreEntry>& ScoreLedger::entries_of(RscId rsc) const {
  return read(entries_, rsc);
}

const std::vector<ScoreEntry>& ScoreLedger::value_entries_of(RscId rsc) const {
  return read(values_, rsc);
}

const ScoreDecision* ScoreLedger::decision_of(RscId rsc) const {
  if (rsc.value() >= decisions_.size() || !decisions_[rsc.value()]) return nullptr;
  return &*decisions_[rsc.value()];
}

}  // namespace systole::policy
