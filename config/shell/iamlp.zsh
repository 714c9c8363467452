# iamlp.zsh: a login shell offers a first AWS console password.
#
# Debian's zsh reads nothing from /etc/profile.d. To use this file, add the line
#
#     source /usr/share/iamlp/iamlp.zsh
#
# to /etc/zsh/zlogin (/etc/zlogin elsewhere). Where /etc/zprofile reads /etc/profile, as in
# Fedora, it is not needed: iamlp.sh does the same.
#
# It speaks only to a person at a terminal for whom something waits. Otherwise it starts
# nothing, says nothing and leaves nothing behind.

# The two of zsh: it runs the string of -c, or a file.
if [[ -o interactive && -z ${ZSH_EXECUTION_STRING+x}${ZSH_SCRIPT+x} && -t 0 && -t 1 && -t 2 &&
      ${TERM:-dumb} != dumb && ${SHLVL:-1} == 1 && -z ${TMUX+x}${STY+x}${INSIDE_EMACS+x} &&
      -z ${VSCODE_RESOLVING_ENVIRONMENT+x}${INTELLIJ_ENVIRONMENT_READER+x} &&
      -e /run/iamlp/pending/$UID && -x /usr/bin/iamlp ]]; then
    /usr/bin/iamlp claim --auto || :
fi
