"""Papers that a buyer asks for, each claim with the test or command that proves it: `make evidence`.

A claim without a proof is "not assessed" or "the deployer answers". What a proof gave stands beside it with
its date and commit: nothing here says that something passes unless it was run.
"""
