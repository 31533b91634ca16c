#!/usr/bin/env Rscript
# Writes a model as an edge list for `phasic-build --from edges`; the same one as edges.py.
#
#   Rscript edges.R 10 | phasic-build --from edges - | phasic-moments --theta growth=2,decline=1
#
# A population of 1 to `capacity` individuals, from one to none: births in state i come at rate i * growth,
# deaths at rate i * decline.

arguments <- commandArgs(trailingOnly = TRUE)
capacity <- if (length(arguments) > 0) as.integer(arguments[1]) else 10L

# What leaves a state: a row for each edge, with the coefficient of each term.
transitions <- function(state) {
  rows <- NULL
  if (state > 0 && state < capacity)
    rows <- rbind(rows, data.frame(from = state, to = state + 1L, growth = state, decline = 0L))
  if (state > 0)
    rows <- rbind(rows, data.frame(from = state, to = state - 1L, growth = 0L, decline = state))
  rows
}

write_table <- function(table) {
  write.table(table, sep = "\t", quote = FALSE, row.names = FALSE)
}

found <- 1L
edges <- NULL
done <- 0L
while (done < length(found)) {
  done <- done + 1L
  rows <- transitions(found[done])
  edges <- rbind(edges, rows)
  found <- unique(c(found, rows$to))
}
write_table(edges)
cat("\n")
vertices <- data.frame(found, found, as.integer(found == 1L), found)
names(vertices) <- c("vertex", "state", "start", "reward:individuals")
write_table(vertices)
