/*
 * settings: what the person's environment, shared files and global options say beside the
 * request: profile, region, output, certificates, time.
 */
#ifndef IAMLP_DROPIN_SETTINGS_H
#define IAMLP_DROPIN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "cred/cred.h"
#include "dropin/order.h"
#include "dropin/output.h"

#define SETTINGS_PATH_SIZE 4096

struct settings {
    char credentials_path[SETTINGS_PATH_SIZE], config_path[SETTINGS_PATH_SIZE];
    struct secret *credentials, *config; /* NULL: not there */
    bool foreign; /* we are root, and one of them is neither root's nor of whoever called sudo, or
                     everybody may write it */
    const char *profile; /* never NULL */
    bool named;          /* by --profile, which goes before the keys of the environment */
    bool known;          /* one of the files has that profile */
    char region[64];     /* "": none is set */
    bool fips, dualstack;
    enum output_format format;
    struct secret *ca; /* a bundle; NULL: the system's */
    int64_t within_ms; /* for the whole of what is asked of AWS */
};

/* Read them all. -1: ERR_CONFIG (a value for which the exit status is 252), ERR_DENIED (no such
 * profile), and other codes for files that cannot be read; settings_free is safe. */
int settings_load(struct settings *s, const struct order *o, struct err *e);
void settings_free(struct settings *s);

#endif
