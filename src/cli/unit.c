#include "cli/unit.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In systemd's order; the first that has the unit counts. */
static const char *const folders[] = {"/etc/systemd/system", "/run/systemd/system",
                                      "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"};

enum {
    FOLDERS = sizeof(folders) / sizeof(folders[0])
};

static bool
read_file(const char *path, const char *key, char value[UNIT_VALUE_MAX])
{
    FILE *f = fopen(path, "re");
    char line[UNIT_VALUE_MAX];
    size_t n = strlen(key);

    if (f == NULL)
        return false;
    while (fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, key, n) == 0 && line[n] == '=')
            (void)snprintf(value, UNIT_VALUE_MAX, "%s", line + n + 1);
    }
    (void)fclose(f);
    return true;
}

static int
is_drop_in(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return n > 5 && strcmp(d->d_name + n - 5, ".conf") == 0;
}

static void
read_drop_ins(const char *folder, const char *key, char value[UNIT_VALUE_MAX])
{
    struct dirent **names = NULL;
    char path[PATH_MAX + 257];
    int count = scandir(folder, &names, is_drop_in, alphasort);

    for (int i = 0; i < count; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        (void)read_file(path, key, value);
        free(names[i]);
    }
    free(names);
}

bool
unit_value(const char *unit, const char *key, char value[UNIT_VALUE_MAX])
{
    char path[PATH_MAX];
    bool found = false;

    value[0] = '\0';
    for (size_t i = 0; i < FOLDERS && !found; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folders[i], unit);
        found = read_file(path, key, value);
    }
    /* An administrator's come last. */
    for (size_t i = FOLDERS; found && i > 0; i--) {
        (void)snprintf(path, sizeof(path), "%s/%s.d", folders[i - 1], unit);
        read_drop_ins(path, key, value);
    }
    return value[0] != '\0';
}

bool
unit_option(const char *command, const char *name, char *out, size_t size)
{
    size_t n = strlen(name);
    bool found = false;

    out[0] = '\0';
    for (const char *p = command; *p != '\0';) {
        size_t len = strcspn(p, " \t");

        if (strncmp(p, "--", 2) == 0 && strncmp(p + 2, name, n) == 0 &&
            (len == n + 2 || p[n + 2] == '=')) {
            const char *value = p + n + 2;

            value += *value == '=' ? 1 : strspn(value, " \t");
            (void)snprintf(out, size, "%.*s", (int)strcspn(value, " \t"), value);
            found = true;
        }
        p += len;
        p += strspn(p, " \t");
    }
    return found;
}
