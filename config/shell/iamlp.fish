# vendor_conf.d/iamlp.fish: a login shell offers a first AWS console password.
#
# It speaks only to a person at a terminal for whom something waits. Otherwise it starts
# nothing, says nothing and leaves nothing behind.

if status is-login; and status is-interactive
    and test -t 0 -a -t 1 -a -t 2
    and set -q TERM; and not contains -- "$TERM" dumb ''
    and contains -- "$SHLVL" 1 ''
    and not set -q TMUX; and not set -q STY; and not set -q INSIDE_EMACS
    and not set -q VSCODE_RESOLVING_ENVIRONMENT; and not set -q INTELLIJ_ENVIRONMENT_READER
    and set -q EUID; and test -e /run/iamlp/pending/$EUID; and test -x /usr/bin/iamlp

    # fish has no word for "I run the string of -c" but its own arguments.
    set -l words
    while read -lz word
        set -a words $word
    end </proc/$fish_pid/cmdline
    if not string match -qr -- '^(-[a-zA-Z]*c|--com)' $words[2..-1]
        # Otherwise a Ctrl-C would reach fish too, which then reads no further.
        set -l control interactive
        status is-full-job-control; and set control full
        status is-no-job-control; and set control none
        status job-control full
        /usr/bin/iamlp claim --auto
        status job-control $control
    end
end
