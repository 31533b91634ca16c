#include "store/lookups.hpp"

namespace phasic {

std::string_view name_of(LookupBy by) {
  return by == LookupBy::request ? "request" : "key";
}

std::string_view name_of(LookupOutcome outcome) {
  return outcome == LookupOutcome::hit ? "hit" : "miss";
}

double LookupLog::seconds_since(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

void LookupLog::begin_request(Layer layer) {
  open(layer) = {Clock::now(), {}, {}};
}

void LookupLog::note_record(Layer layer, const std::optional<ObjectHash>& object) {
  Open& request = open(layer);
  request.wanted = object;
  if (object) return;
  request.miss = all_.size();
  all_.push_back({layer, LookupBy::request, LookupOutcome::miss, {}, seconds_since(request.since)});
}

void LookupLog::begin_load(Layer layer, const ObjectHash& hash) {
  load_since_ = open(layer).wanted == hash ? open(layer).since : Clock::now();
}

void LookupLog::note_load(Layer layer, const ObjectHash& hash, LookupOutcome outcome) {
  Open& request = open(layer);
  const LookupBy by = request.wanted == hash ? LookupBy::request : LookupBy::key;
  if (by == LookupBy::request) {
    request.wanted.reset();
    if (outcome == LookupOutcome::miss) request.miss = all_.size();
  }
  all_.push_back({layer, by, outcome, hash, seconds_since(load_since_)});
}

void LookupLog::note_published(Layer layer, const ObjectHash& hash) {
  Open& request = open(layer);
  if (!request.miss) return;
  all_[*request.miss].key = hash;
  all_[*request.miss].seconds = seconds_since(request.since);
  request.miss.reset();
}

}  // namespace phasic
