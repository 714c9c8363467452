#include "dropin/usage.h"

#include <stdio.h>
#include <string.h>

static void
print_member(const struct action_member *m)
{
    char name[ORDER_NAME_SIZE], no[ORDER_NAME_SIZE];

    order_option(m, false, name);
    order_option(m, true, no);
    if (m->kind == ACTION_BOOL)
        (void)printf("  %s, %s\n", name, no);
    else if (m->kind == ACTION_INT)
        (void)printf("  %s NUMBER  (at least %d)\n", name, m->min);
    else
        (void)printf("  %s TEXT%s\n", name, m->required ? "  (required)" : "");
}

void
usage_print(const struct action *row)
{
    char verb[ORDER_NAME_SIZE];

    order_name(row, verb);
    (void)printf("usage: iamlp %s [options]\n\nIAM's %s, as the AWS CLI does it.\n", verb,
                 row->name);
    for (size_t i = 0; i < row->input_count; i++)
        print_member(&row->input[i]);
    if (order_password(row) != NULL)
        (void)fputs(
            "  --password-stdin          the password is standard input, less one line end\n"
            "  --password-file PATH      likewise, of a file\n"
            "  --generate-password       make one and show it on the terminal\n"
            "Without any of them you are asked at a terminal, where one is required.\n",
            stdout);
    (void)fputs("\n"
                "  --cli-input-json JSON     parameters, also file://PATH\n"
                "  --generate-cli-skeleton [input|output]\n"
                "  --output json|text, --region NAME, --profile NAME, --endpoint-url URL\n"
                "  --ca-bundle PATH, --no-verify-ssl, --no-sign-request, --debug\n"
                "  --cli-connect-timeout SECONDS, --cli-read-timeout SECONDS\n"
                "Taken, without effect: --color, --no-cli-pager, --no-paginate,\n"
                "--cli-binary-format, --cli-auto-prompt, --no-cli-auto-prompt.\n"
                "\nTEXT may be file://PATH. Credentials are found as the AWS CLI finds them.\n"
                "What is different on purpose: man iamlp.\n",
                stdout);
}
