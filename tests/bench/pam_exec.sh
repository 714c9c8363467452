#!/bin/bash
# What stands in for this project on many hosts, in its usual shape, at its best: the mapping, a
# look whether there is a password already, a good password, a forced reset, a line in the log.
#
#     session optional pam_exec.so stdout /usr/local/sbin/console-password
[ "$PAM_TYPE" = open_session ] || exit 0

case $PAM_USER in
alice) iam_user=Alice.Smith@example.com ;;
bob) iam_user=Bob.Jones@example.com ;;
dave) iam_user=Dave.Removed@example.com ;;
*) exit 0 ;;
esac

# shellcheck source=/dev/null
. /etc/console-password.env # keys, region and endpoint for the AWS CLI
export HOME=/root PATH=/usr/bin:/bin

if aws --endpoint-url "$ENDPOINT" iam get-login-profile --user-name "$iam_user" >/dev/null 2>&1; then
    exit 0
fi
password="$(openssl rand -base64 15)aA1+"
if aws --endpoint-url "$ENDPOINT" iam create-login-profile --user-name "$iam_user" \
    --password "$password" --password-reset-required >/dev/null 2>&1; then
    echo "Your password for the AWS console: $password"
    logger -p authpriv.info "console password made for $PAM_USER"
else
    logger -p authpriv.err "no console password for $PAM_USER"
fi
exit 0
