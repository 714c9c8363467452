"""The private world of the tests: people, syslog, and iamlp on a terminal."""

import signal

# What a script starts in its background ignores SIGINT and SIGQUIT, what nohup starts SIGHUP; and so
# would every program of these tests, those that are stopped by one of them too.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL),
                      (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)
