"""The way to the payer and back without a computer: states, decisions, names, answers. Pure and synchronous."""
