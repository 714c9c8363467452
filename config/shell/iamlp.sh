# shellcheck shell=sh disable=SC3028  # variables of some of these shells
# /etc/profile.d/iamlp.sh: a login shell offers a first AWS console password.
#
# For sh, bash, dash and ksh. It speaks only to a person at a terminal for whom something
# waits. Otherwise it starts nothing, says nothing and leaves nothing behind. Ctrl-C ends it
# and the profile goes on, but in ksh93, which leaves its profile at any Ctrl-C. To switch
# it off: shell = off in /etc/iamlp/iamlp.conf.

# $- has i where the shell is interactive, c where it runs the string of -c, and s where it
# reads commands from its input. dash tells -c only by the missing s; an old bash, and zsh
# where its /etc/zprofile reads this, only by a variable.
case $-${BASH_VERSION:+s}${ZSH_VERSION:+s}${BASH_EXECUTION_STRING+c}${ZSH_EXECUTION_STRING+c} in
*c*) ;;
*i*s* | *s*i*)
    # Editors ask a login shell for its environment, tmux and screen open one in each pane.
    if [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && [ "${TERM:-dumb}" != dumb ] &&
        [ "${SHLVL:-1}" = 1 ] && [ -z "${TMUX+x}${STY+x}${INSIDE_EMACS+x}" ] &&
        [ -z "${VSCODE_RESOLVING_ENVIRONMENT+x}${INTELLIJ_ENVIRONMENT_READER+x}" ] &&
        [ -d /run/iamlp/pending ] && [ -r /proc/self/status ]; then
        # dash has no UID, and takes a variable of that name from anybody.
        while read -r iamlp_uid; do
            case $iamlp_uid in
            Uid:*)
                iamlp_uid=${iamlp_uid#Uid:?}
                iamlp_uid=${iamlp_uid%%[!0-9]*}
                break
                ;;
            esac
        done </proc/self/status
        # A removed package leaves its files under /etc behind.
        if [ -e "/run/iamlp/pending/$iamlp_uid" ] && [ -x /usr/bin/iamlp ]; then
            /usr/bin/iamlp claim --auto || :
        fi
        unset iamlp_uid
    fi
    ;;
esac
