"""837P and 837I from loops into canonical claims. What the claim has no field for is kept, nothing is dropped."""
