"""How fast intake's doors take what hospitals send, each answer after its commit."""
