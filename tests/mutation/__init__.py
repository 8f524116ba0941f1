"""`make mutate`: every rule, tier, card and branch is broken in every way, and some case must notice."""
