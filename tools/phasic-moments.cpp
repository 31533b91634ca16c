// phasic-moments: replays traces for one theta or a million, and prints what was asked.
#include "cli/exit.hpp"
#include "cli/moments_command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"

namespace {

constexpr const char* examples =
    "  # Mean and variance of the time to absorption.\n"
    "  phasic-build examples/two_locus_arg.lua -p n=6 | phasic-trace | phasic-moments --theta 2,5\n"
    "  # Three moments of a named reward for every row of a file, as TSV.\n"
    "  phasic-moments $key --reward total_length --moments 3 --theta-file grid.tsv --tsv\n"
    "  # Singletons of a coalescent: the branches whose lineages have 1 descendant.\n"
    "  phasic-moments $key --theta 1 --reward count:descendants=1\n"
    "  # The shape of the distribution over a grid of thetas.\n"
    "  phasic-moments $key --grid coalescence=0.1:10:100:log --theta recombination=5 --mean --skewness "
    "--kurtosis\n"
    "  # The distribution function at 100 times, the median, and how they change with theta.\n"
    "  phasic-moments $key --theta 2,5 --cdf 0.05:5:100 --quantile 0.5 --gradient --tsv\n"
    "  # Theta by name, a probability in fifty digits, how wrong it can be, as JSON.\n"
    "  phasic-moments $key --theta coalescence=2,recombination=5 --cdf 9 --digits 50 --error-bounds --json\n";

void add_distribution_options(CLI::App& app, phasic::DistributionOptions& options) {
  const char* const group = "Distributions";
  const char* const values = "LIST";  // 1,2,5 or lo:hi:count[:log]
  phasic::add_text_option(app, "--pdf", options.density, values,
                          "the density (in discrete time the mass) at times 1,2,5 or LO:HI:COUNT[:log]")
      ->group(group);
  phasic::add_text_option(app, "--cdf", options.distribution, values,
                          "the distribution function at such times: cdf.1")
      ->group(group);
  phasic::add_text_option(app, "--survival", options.survival, values, "the survival function at such times")
      ->group(group);
  phasic::add_text_option(app, "--quantile", options.quantile, values,
                          "the quantiles of probabilities between 0 and 1")
      ->group(group);
  phasic::add_text_option(app, "--laplace", options.laplace, values,
                          "the Laplace transform E[exp(-s R)] at points s >= 0")
      ->group(group);
  phasic::add_text_option(app, "--state-probabilities", options.state_probabilities, values,
                          "a row per vertex: the probability of being there at such times")
      ->group(group);
  phasic::add_text_option(app, "--state-times", options.state_times, values,
                          "a row per vertex: the expected time spent there until such times")
      ->group(group);
  phasic::add_text_option(app, "--samples", options.samples, "N", "N random samples, a row each")
      ->group(group);
  phasic::add_text_option(app, "--seed", options.seed, "S", "the seed of the samples (default 1)")
      ->group(group);
}

void add_precision_options(CLI::App& app, phasic::MomentsOptions& options) {
  const char* const group = "Precision";
  phasic::add_text_option(app, "--precision", options.precision, "auto|double|mpfr[:BITS]",
                          "whether more bits than a double's are used [PHASIC_PRECISION]")
      ->group(group);
  phasic::add_text_option(app, "--tolerance", options.tolerance, "TOL",
                          "the relative error that is allowed, by a bound (default 1e-8)")
      ->group(group);
  phasic::add_text_option(app, "--digits", options.digits, "N", "N significant digits, each of them right")
      ->group(group);
  phasic::add_flag(app, "--error-bounds", options.error_bounds, "beside each number its bound: mean_error")
      ->group(group);
}

}  // namespace

int main(int argc, char** argv) {
  return phasic::run_tool("phasic-moments", [&] {
    phasic::CommonOptions common;
    phasic::MomentsOptions options;
    const auto app = phasic::make_app(
        "phasic-moments", "Moments of phase-type distributions, from graphs and theta.", examples);
    phasic::add_arguments(*app, "GRAPH", options.inputs,
                          "keys, unambiguous prefixes of 8 or more digits, or files; none: standard input");
    phasic::add_text_option(*app, "--theta", options.theta, "VALUES", "one theta: 2,5 or name=2,other=5")
        ->group("Theta");
    phasic::add_text_option(
        *app, "--theta-file", options.theta_file, "FILE",
        "a theta a row, TSV or CSV, with or without a header of names; - is standard input")
        ->group("Theta");
    phasic::add_repeated_option(*app, "--grid", options.grid, "NAME=LO:HI:COUNT[:log]",
                                "all combinations of such values, or of NAME=VALUE; the last varies fastest")
        ->group("Theta");
    phasic::add_flag(*app, "--mean", options.mean,
                     "the mean; with the variance, what is given where nothing is asked")
        ->group("Moments");
    phasic::add_flag(*app, "--variance", options.variance, "the variance")->group("Moments");
    phasic::add_flag(*app, "--sd", options.standard_deviation, "the standard deviation")->group("Moments");
    phasic::add_flag(*app, "--skewness", options.skewness, "the third central moment over sd^3")
        ->group("Moments");
    phasic::add_flag(*app, "--kurtosis", options.kurtosis, "the fourth central moment over sd^4")
        ->group("Moments");
    phasic::add_text_option(*app, "--moments", options.moments, "K", "raw moments 1 to K (at most 100)")
        ->group("Moments");
    phasic::add_text_option(*app, "--central", options.central, "K", "central moments 2 to K (at most 100)")
        ->group("Moments");
    phasic::add_flag(*app, "--covariance", options.covariance, "the covariance of every two rewards: cov.A.B")
        ->group("Moments");
    phasic::add_flag(*app, "--correlation", options.correlation,
                     "the correlation of every two rewards: cor.A.B")
        ->group("Moments");
    phasic::add_flag(*app, "--gradient", options.gradient,
                     "the derivatives of all that is asked, by every parameter: d.mean.PARAMETER")
        ->group("Moments");
    phasic::add_flag(*app, "--atom", options.atom,
                     "the probability of being absorbed without having earned anything")
        ->group("Moments");
    phasic::add_flag(*app, "--sojourn", options.sojourn,
                     "a row for each state: the expected time (or number of steps) in it")
        ->group("A row for each state");
    phasic::add_flag(*app, "--visits", options.visits,
                     "a row for each state: how often it is entered, in expectation")
        ->group("A row for each state");
    phasic::add_flag(*app, "--from-every-state", options.from_every_state,
                     "a row for each state: what is asked of the chain when it starts there")
        ->group("A row for each state");
    phasic::add_flag(*app, "--absorption", options.absorption,
                     "a row for each absorbing state: its probability, and what is asked given that end")
        ->group("A row for each state");
    phasic::add_repeated_option(
        *app, "--reward", options.rewards, "NAME|@FILE|count:PROPERTY[=VALUE]",
        "accumulate a reward of the model, of a file (vertex or state, TAB, value), or a count, not time")
        ->group("Rewards");
    add_distribution_options(*app, options.distribution);
    add_precision_options(*app, options);
    phasic::add_text_option(*app, "--bad-rows", options.bad_rows, "fail|mark",
                            "whether a bad theta row makes the run exit 65 (default) or is only marked")
        ->group("Theta");
    phasic::add_flag(*app, "--tsv", options.tsv, "a header and a TAB-separated row per theta")
        ->group("Output");
    phasic::add_flag(*app, "--json", options.json, "one JSON object a line")->group("Output");
    phasic::add_text_option(*app, "-o,--output", options.output, "FILE",
                            "write the results to FILE, whole or not at all")
        ->group("Output");
    phasic::add_flag(*app, "--rebuild", options.rebuild, "record traces anew, whatever is stored");
    phasic::add_common_options(*app, common);
    if (const auto code = phasic::parse_command_line(*app, argc, argv)) return *code;

    const phasic::Log log = phasic::resolve_log(common, "phasic-moments");
    if (!common.jobs.empty() || !options.theta_file.empty() || !options.grid.empty() ||
        options.distribution.samples) {
      options.jobs = phasic::resolve_jobs(common);
    }
    phasic::Store store(phasic::resolve_store(common), log);
    return phasic::reported(log, &store, [&] { return phasic::moments(options, store, log); });
  });
}
