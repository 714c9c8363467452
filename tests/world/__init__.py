"""The private world of the tests: people, syslog, and iamlp on a terminal."""
