"""Array engines: each module is an array namespace `xp` in which an operation's forward is written."""
