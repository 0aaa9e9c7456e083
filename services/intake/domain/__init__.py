"""What intake knows without a computer: messages, feeds, mappings, answers. Pure."""
