/*
 * profile: where a profile of the shared files leads: to a source of keys, and to the
 * roles that are assumed from it one after the other. Asks nobody.
 *
 * PROFILE-1  Followed as botocore follows it. A profile with role_arn is a role, but for
 *            one with web_identity_token_file, and for a source_profile that has keys of
 *            its own. Everything else is an origin (cred/origin.h).
 * PROFILE-2  A profile may name itself as its source_profile where it has keys; any other
 *            way back to a profile that was passed is refused.
 * PROFILE-3  What cannot be done here (MFA, the environment) is refused with a sentence,
 *            never passed over: the keys beside it would act as somebody else.
 */
#ifndef IAMLP_CRED_PROFILE_H
#define IAMLP_CRED_PROFILE_H

#include "cred/origin.h"

#define PROFILE_ROLES_MAX 8

struct profile {
    struct origin origin;
    struct role roles[PROFILE_ROLES_MAX]; /* the one assumed first is the last */
    size_t count;
};

/* Follow the source's profile; there must be a file. `region` becomes the profile's, which
 * may have one without having keys, or "". NULL: ERR_ABSENT (the profile itself
 * has no keys and leads nowhere), ERR_DENIED (no such profile, no keys at its end),
 * ERR_FORMAT, ERR_LIMIT, ERR_MEMORY; file, line, mend. Paths in it are the source's. */
struct profile *profile_read(const struct cred_source *s, char region[ENDPOINT_REGION_SIZE],
                             struct err *e);
void profile_free(struct profile *p);

/* Whose keys the file provider gives with this source. Both false: a program's, or none. */
struct profile_lead {
    bool to_keys; /* those that stand in a file */
    bool to_role;
};

struct profile_lead profile_lead(const struct cred_source *s);

#endif
