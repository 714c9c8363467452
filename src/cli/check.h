/*
 * check: the looks that `iamlp check` takes at this host, in files of one area each; status
 * takes some of them, too.
 *
 * CHECK-1  A look changes nothing, and none depends on another one's finding.
 * CHECK-2  What keeps somebody from a password, or could refuse a login, is a fail; what
 *          works otherwise than its administrator may think, a warn.
 */
#ifndef IAMLP_CLI_CHECK_H
#define IAMLP_CLI_CHECK_H

#include "cli/finding.h"
#include "cli/line.h"
#include "conf/conf.h"

struct check {
    const struct line *line; /* the paths to look at */
    const struct conf *conf; /* NULL: it cannot be used */
    const char *conf_fault;  /* why */
    struct findings found;
};

typedef void check_look(struct check *c);

/* check_conf.c */
check_look check_conf_file;  /* can it be used */
check_look check_conf_names; /* the files it names: are they as they have to be */

/* check_pam.c */
check_look check_pam_services; /* who has our line */
check_look check_pam_stacks;   /* does it work where it stands */

/* check_sshd.c */
check_look check_sshd_pam; /* does sshd ask PAM at all */

/* check_host.c */
check_look check_host_module;
check_look check_host_helper;
check_look check_host_net;
check_look check_host_user;
check_look check_host_keyring;
check_look check_host_confinement;

/* check_place.c */
check_look check_place_run;
check_look check_place_state;
check_look check_place_records;
check_look check_place_socket;

/* check_aws.c: through iamlp-helper, where the configuration can be used */
check_look check_aws_ask;

#endif
