"""The encounter account: what a hospital tells of one visit, folded into the claims that it makes."""
