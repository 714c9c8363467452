"""A fake AWS on loopback; README.md says what it has and how to use it."""
