"""The workloads, in one file per contender with the same functions in each.

A function takes the inputs of its row in `benchmarks.catalogue`, prepares, and returns a `run`
without arguments. A call of `run` does the work to the end (asynchronous libraries wait) and
returns the arrays that are verified: a gradient, or the loss and the updated parameters. The
gradient is what is asked for: a lazy or compiled library may leave out of the forward computation
what the gradient does not need. `add_chain` is measured in memory, and returns what holds the
tape: a function that gives the gradient. `embedding_step`
differentiates by the table where a library has sparse gradients, and by the rows looked up where not.
"""
