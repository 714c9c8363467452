#include "cli/roster.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"

enum {
    LINE_SIZE = 256 /* of a name in a file; longer is none */
};

/* ---- the user database ------------------------------------------------------------------ */

/* All of passwd, bystanders but for those whose group is `gid`, or for none (NULL). */
static int
add_accounts(struct people *p, const gid_t *gid, bool bystanders, struct err *e)
{
    const struct passwd *pw;
    int rc = 0;

    setpwent();
    for (errno = 0; rc == 0 && (pw = getpwent()) != NULL; errno = 0)
        rc = people_add(p, pw->pw_name, bystanders && (gid == NULL || pw->pw_gid != *gid), e);
    if (rc == 0 && errno != 0 && errno != ENOENT)
        rc = err_sys(e, "the user database");
    endpwent();
    people_settle(p);
    return rc;
}

int
roster_all(struct people *p, struct err *e)
{
    return add_accounts(p, NULL, false, e);
}

int
roster_group(struct people *p, const char *group, struct err *e)
{
    const struct group *gr = getgrnam(group);
    gid_t gid;
    int rc = 0;

    if (gr == NULL)
        return err_set(e, ERR_ABSENT, "there is no group %.64s", group);
    gid = gr->gr_gid;
    for (char **member = gr->gr_mem; rc == 0 && *member != NULL; member++)
        rc = people_add(p, *member, false, e);
    return rc == 0 ? add_accounts(p, &gid, true, e) : -1;
}

/* ---- a file ----------------------------------------------------------------------------- */

/* Only what root makes in /dev, as the shell's <(command) or /dev/stdin, may be a link or
 * something else than a file. */
static FILE *
open_names(const char *path, struct err *e)
{
    bool device = strncmp(path, "/dev/", strlen("/dev/")) == 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (device ? 0 : O_NOFOLLOW));
    struct stat st;
    FILE *f = NULL;

    if (fd < 0 && errno == ELOOP)
        err_set(e, ERR_TRUST, "%s is a link; name the file itself", path);
    else if (fd >= 0 && !device && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
        err_set(e, ERR_TRUST, "%s is not a file", path);
    else if (fd < 0 || fcntl(fd, F_SETFL, 0) != 0 || (f = fdopen(fd, "r")) == NULL)
        err_sys(e, "%s", path);
    else
        return f;
    fdio_close(fd);
    return NULL;
}

/* Could a user be called so? No database has a name with what separates its columns, with
 * what moves a cursor, or with what begins an option or a formula. */
static bool
is_name(const char *name)
{
    char clean[LINE_SIZE];

    text_clean(clean, sizeof(clean), name, strlen(name));
    return strcmp(clean, name) == 0 && strpbrk(name, ":/") == NULL &&
           strchr("-+=@", name[0]) == NULL;
}

/* Without the blanks around it. */
static char *
trim(char *line)
{
    char *name = line + strspn(line, " \t");
    size_t len = strcspn(name, "\r\n");

    while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == '\t'))
        len--;
    name[len] = '\0';
    return name;
}

int
roster_from(struct people *p, const char *path, struct err *e)
{
    FILE *f = open_names(path, e);
    char line[LINE_SIZE];
    unsigned number = 0;
    int rc = 0;

    if (f == NULL)
        return -1;
    while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
        bool whole = strchr(line, '\n') != NULL || feof(f);
        const char *name = trim(line);

        number++;
        if (name[0] == '\0' || name[0] == '#')
            rc = whole ? 0 : -1;
        else
            rc = whole && is_name(name) ? people_add(p, name, false, e) : -1;
        if (rc != 0 && e->code == ERR_OK)
            err_set(e, ERR_FORMAT,
                    "%s:%u: not the name of a user; a line is one name of less than %d bytes", path,
                    number, LINE_SIZE - 1);
    }
    if (rc == 0 && ferror(f))
        rc = err_sys(e, "%s", path);
    (void)fclose(f);
    return rc == 0 ? add_accounts(p, NULL, true, e) : -1;
}
