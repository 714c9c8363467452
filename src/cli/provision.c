/* iamlp provision USER: the story on an operator's terminal: plan, ask, show, confirm. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/text.h"
#include "cli/root.h"
#include "cli/verb.h"

static void
print_field(const struct frame *f, const char *label, enum wire_field id)
{
    char text[512];
    size_t len = 0;
    const char *p = frame_get(f, id, &len);

    if (p == NULL)
        return;
    text_clean(text, sizeof(text), p, len);
    (void)printf("%s%s\n", label, text);
    explicit_bzero(text, sizeof(text));
}

/* Did the person type yes? Anything else, and an end of input, is no. */
static bool
yes(const char *question)
{
    char line[64];

    (void)printf("%s", question);
    (void)fflush(stdout);
    /* What was typed before the question is no answer to it. */
    (void)tcflush(STDIN_FILENO, TCIFLUSH);
    (void)setvbuf(stdin, NULL, _IONBF, 0);
    if (fgets(line, sizeof(line), stdin) == NULL) {
        (void)printf("\n");
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0;
}

static void
ask(struct root *r, const struct frame *f)
{
    struct frame answer;

    print_field(f, "Local user:  ", WIRE_F_USER);
    print_field(f, "IAM user:    ", WIRE_F_IAM_USER);
    print_field(f, "Account:     ", WIRE_F_ACCOUNT);
    print_field(f, "", WIRE_F_TEXT);
    frame_init(&answer, WIRE_ANSWER, WIRE_PERSON_MAX);
    frame_put_number(&answer, WIRE_F_CHOICE, yes("[y/N] ") ? WIRE_CHOICE_YES : WIRE_CHOICE_NO);
    root_send(r, &answer);
}

/* true: confirmed. Otherwise the story ends here, and the helper keeps what it has. */
static bool
show(struct root *r, const struct frame *f)
{
    struct frame seen;

    (void)printf("\n");
    print_field(f, "Sign-in URL: ", WIRE_F_SIGNIN_URL);
    print_field(f, "IAM user:    ", WIRE_F_IAM_USER);
    print_field(f, "Password:    ", WIRE_F_PASSWORD);
    (void)printf("\n");
    print_field(f, "", WIRE_F_TEXT);
    if (!yes("Once you confirm, it cannot be shown again. Handed over? [y/N] "))
        return false;
    frame_init(&seen, WIRE_SEEN, WIRE_PERSON_MAX);
    root_send(r, &seen);
    return true;
}

int
provision_run(int argc, char **argv)
{
    struct root r = {0, -1};
    struct frame f = {0};
    int rc;

    /* A password goes to a person at a terminal, never into a file or a pipe. */
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        (void)fprintf(stderr, "iamlp provision: shows a password, so it needs a terminal\n");
        return VERB_OTHER;
    }
    proc_no_core();
    rc = root_start(&r, argc, argv);
    if (rc != 0)
        return rc;
    rc = -1;
    while (rc < 0 && root_receive(&r, &f) == 0) {
        switch (f.type) {
        case WIRE_ASK:
            ask(&r, &f);
            break;
        case WIRE_SHOW:
            if (!show(&r, &f))
                (void)shutdown(r.fd, SHUT_WR);
            break;
        case WIRE_END:
            rc = root_end(&f);
            break;
        default:
            rc = VERB_OTHER;
            break;
        }
        frame_free(&f);
    }
    frame_free(&f);
    root_stop(&r);
    return rc < 0 ? VERB_OTHER : rc;
}
