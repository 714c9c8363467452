/* What needs no network: ARNs, names, and that a refused call sends nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iam/iam.h"

static const struct {
    const char *arn, *partition, *account; /* NULL: refused */
} arns[] = {
    {"arn:aws:iam::123456789012:user/Bob", "aws", "123456789012"},
    {"arn:aws:iam::123456789012:user/division_abc/x/Bob", "aws", "123456789012"},
    {"arn:aws-us-gov:iam::000000000001:user/Bob", "aws-us-gov", "000000000001"},
    {"arn:aws-iso-b:iam::123456789012:user/Bob", "aws-iso-b", "123456789012"},
    {"arn:abcdefghijklmnopqrstuvwxyz01234:iam::123456789012:user/B",
     "abcdefghijklmnopqrstuvwxyz01234", "123456789012"},
    {"arn:abcdefghijklmnopqrstuvwxyz012345:iam::123456789012:user/B", NULL, NULL},
    {"", NULL, NULL},
    {"arn", NULL, NULL},
    {"arn:", NULL, NULL},
    {"arn::iam::123456789012:user/Bob", NULL, NULL},
    {"arn:aws:iam::12345678901:user/Bob", NULL, NULL},
    {"arn:aws:iam::1234567890123:user/Bob", NULL, NULL},
    {"arn:aws:iam::12345678901x:user/Bob", NULL, NULL},
    {"arn:aws:iam::123456789012:root", NULL, NULL},
    {"arn:aws:iam::123456789012:role/Bob", NULL, NULL},
    {"arn:aws:iam:us-east-1:123456789012:user/Bob", NULL, NULL},
    {"arn:aws:sts::123456789012:assumed-role/r/s", NULL, NULL},
    {"ARN:aws:iam::123456789012:user/Bob", NULL, NULL},
    {"arn:aw\ns:iam::123456789012:user/Bob", NULL, NULL},
};

static void
arns_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(arns) / sizeof(arns[0]); i++) {
        char partition[32] = "", account[13] = "";
        struct err e = ERR_INIT;
        int rc = iam_parse_arn(arns[i].arn, partition, account, &e);

        if (rc != (arns[i].partition != NULL ? 0 : -1))
            fail_msg("%s: %d", arns[i].arn, rc);
        assert_int_equal(e.code, rc == 0 ? ERR_OK : ERR_FORMAT);
        assert_string_equal(partition, rc == 0 ? arns[i].partition : "");
        assert_string_equal(account, rc == 0 ? arns[i].account : "");
    }
}

/* Without an http handle a call that tried to send would crash. */
static void
a_refused_call_sends_nothing(void **state)
{
    static struct iam_output out;
    const struct query_target nowhere = {0};
    struct query_answer a;
    struct iam_input in;
    struct err e = ERR_INIT;

    (void)state;
    iam_input_init(&in);
    assert_int_equal(iam_call(&nowhere, IAM_CREATE_LOGIN_PROFILE, &in, &out, &a, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_int_equal(a.fault, FAULT_NONE);
    assert_false(a.maybe_acted);
    assert_null(a.body);
    query_answer_free(&a);
}

static void
names(void **state)
{
    (void)state;
    assert_string_equal(iam_action_name(IAM_GET_USER), "GetUser");
    assert_string_equal(iam_action_name(IAM_GET_CALLER_IDENTITY), "GetCallerIdentity");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arns_are_cut),
        cmocka_unit_test(a_refused_call_sends_nothing),
        cmocka_unit_test(names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
