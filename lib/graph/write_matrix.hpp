// A graph at one theta, as other programs take chains: matrices in the Matrix Market format, and PRISM's
// explicit files. `rates` has the rate of each coefficient class; all are finite and >= 0.
#pragma once

#include <span>

#include "base/text_sink.hpp"
#include "graph/graph.hpp"

namespace phasic {

/// The sub-intensity matrix of the transient states, vertex i in row and column i; in discrete time the
/// sub-transition matrix, with the probability to stay on the diagonal. What a row lacks to 0 (to 1) leads
/// into absorption. The diagonal is a sum, rounded once.
void write_matrix(const Graph& graph, std::span<const double> rates, const TextSink& sink);

/// The probabilities to start in each transient state, as a matrix of one row.
void write_start_vector(const Graph& graph, const TextSink& sink);

/// PRISM's explicit transition file: `states transitions`, then `from to rate` for each. State s is vertex
/// s + 1. An absorbing state has a transition to itself, as PRISM writes it, and so has in discrete time
/// every state that may stay.
void write_transitions(const Graph& graph, std::span<const double> rates, const TextSink& sink);

/// PRISM's labels of these states: "init", and "absorbed" for the absorbing ones. Throws InputError where the
/// chain does not start in one state.
void write_labels(const Graph& graph, const TextSink& sink);

}  // namespace phasic
