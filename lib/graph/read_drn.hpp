// Explicit models as Storm exports them (`storm --exportbuild model.drn`), of what is written in PRISM, JANI,
// GSPN or DFT. The format is what Storm's src/storm-parsers/parser/DirectEncodingParser.cpp reads and its
// src/storm/io/DirectEncodingExporter.cpp writes:
//
//   @type: CTMC                                    or DTMC
//   @value_type: parametric                        optional; double and rational too
//   @parameters                                    followed by a line of names
//   @placeholders                                  optional; lines `$name : value`
//   @reward_models                                 followed by a line of names
//   @nr_states, @nr_choices                        each followed by a line with a number
//   @model                                         the rest is states, from 0, without gaps:
//   state 0 !3 [1, 0] init up "two words"          exit rate (CTMC; older exports have none), rewards, labels
//     action 0 [0, 0]                              rewards of the action
//       1 : 2*mu                                   a rate (CTMC) or probability (DTMC)
//   // a comment
#pragma once

#include <string>
#include <string_view>

#include "graph/imported.hpp"

namespace phasic {

/// Starts in the state labelled `init`. States labelled `target`, where that is not empty, become absorbing,
/// like those that nothing leaves but a self-loop. Rewards that are no constant rate >= 0 of a state are left
/// out, with a note. Throws MissingError for an empty text, InputError at `where:line`.
Imported read_drn(std::string_view text, const std::string& where, const std::string& target);

}  // namespace phasic
