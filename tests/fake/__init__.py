"""A fake AWS on loopback: IAM, STS GetCallerIdentity and IMDSv2. README.md says how to use it."""
