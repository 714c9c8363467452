"""What analysers say that is not so: (tool, file, function, what it calls it): (the versions that
say it, why it is not so)."""

SAME = "the same"

KNOWN = {
    # An element of an array is lost for gcc where its index is not a constant.
    ("gcc", "src/cli/people.c", "people_add", "analyzer-malloc-leak"): (
        "12 14", "the name is the row's, and people_free frees each row's"),
    ("gcc", "src/cli/people.c", "people_set", "analyzer-malloc-leak"): (
        "12 14", "what the field had is freed unless it is `none`, which was never allocated"),
    ("gcc", "src/pamd/stack.c", "append", "analyzer-malloc-leak"): (
        "12", "realloc has taken the old array; stack_free frees the new one"),
    ("gcc", "src/core/census.c", "list_names", "analyzer-malloc-leak"): (
        "12", "census_take frees names[0..count), and a NULL has not been counted"),
    ("gcc", "src/aws/wipe.c", "wipe_realloc", "analyzer-malloc-leak"): (
        "12", "the block begins with a head: wipe_free frees from there"),
    ("gcc", "src/conf/option.c", "release", "analyzer-double-free"): (
        "12 14", "one row of the table has the kind OPTION_TAG, so it is freed once"),
    # What is so because of another variable.
    ("gcc", "src/base/fdio.c", "open_trusted", "analyzer-null-argument"): (
        "12 14", "walk sets `last` wherever it returns a descriptor"),
    ("gcc", "src/conf/value.c", "characters", "analyzer-null-dereference"): (
        "12 14", "value_string sets the field wherever it returns 0"),
    ("gcc", "src/cred/ini.c", "add_section", "analyzer-null-dereference"): (
        "12 14", "reserve allocates at 0 sections, and later there is an array"),
    ("gcc", "src/pam/args.c", "parse_seconds", "analyzer-null-dereference"): (
        "14", "only a FLAG has no value, and take has sent the other kinds without one away"),
    ("gcc", "src/pam/args.c", "take", "analyzer-null-dereference"): ("12 14", SAME),
    ("gcc", "src/pam/args.c", "take", "analyzer-null-argument"): ("12 14", SAME),
    ("gcc", "src/state/layout.c", "parse_row", "analyzer-use-of-uninitialized-value"): (
        "12", "each case that reads `word` sets it first"),

    ("clang-tidy", "src/base/fdio.c", "open_trusted", "clang-analyzer-core.NonNullParamChecker"): (
        "14 19", "walk sets `last` wherever it returns a descriptor"),
    ("clang-tidy", "src/conf/value.c", "characters", "clang-analyzer-core.NullDereference"): (
        "14 19", "value_string sets the field wherever it returns 0"),
    ("clang-tidy", "src/cred/ini.c", "add_section", "clang-analyzer-core.NullDereference"): (
        "14 19", "reserve allocates at 0 sections, and later there is an array"),
    ("clang-tidy", "src/cred/ini.c", "add_entry", "clang-analyzer-core.NullDereference"): (
        "14 19", "the same, of entries"),
    ("clang-tidy", "src/conf/option.c", "release", "clang-analyzer-unix.Malloc"): (
        "14 19", "one row of the table has the kind OPTION_TAG, so it is freed once"),
    ("clang-tidy", "src/core/census.c", "census_take", "clang-analyzer-core.NullDereference"): (
        "14 19", "without names `count` is 0"),
    ("clang-tidy", "src/base/program.c", "program_run", "clang-analyzer-core.CallAndMessage"): (
        "14 19", "split leaves one word at least wherever it returns 0"),
    ("clang-tidy", "src/base/program.c", "exec_by_path", "clang-analyzer-core.CallAndMessage"): (
        "14 19", SAME),
    ("clang-tidy", "src/base/program.c", "exec_by_path",
     "clang-analyzer-core.NonNullParamChecker"): ("19", SAME),
    ("clang-tidy", "src/dropin/newpass.c", "ask_for", "clang-analyzer-core.NullDereference"): (
        "14", "its callers have found the member in the table of the action"),
    ("clang-tidy", "src/dropin/output.c", "add_object", "clang-analyzer-core.CallAndMessage"): (
        "14 19", "its callers have filled items[0..count)"),
    # What cannot go wrong with the text that there is.
    ("clang-tidy", "src/cli/listening.c", "is_named", "cert-err34-c"): (
        "14 19", "the kernel's own table; a number that is none finds nothing"),
    ("clang-tidy", "src/core/keyring.c", "name_of_ours", "cert-err34-c"): (
        "14 19", "the kernel's own text, and the number is not used"),
    ("clang-tidy", "src/dropin/proxy.c", "unescape", "cert-err34-c"): (
        "14 19", "two hexadecimal digits have been seen"),
    ("clang-tidy", "src/state/breaker.c", "load", "cert-err34-c"): (
        "14 19", "the widths are less than the types hold"),
    ("clang-tidy", "src/cli/talk.c", "talk_field", "bugprone-not-null-terminated-result"): (
        "14 19", "text_clean ends it, behind what is appended"),
    ("clang-tidy", "src/cred/keys.c", "word", "bugprone-not-null-terminated-result"): (
        "14 19", "memchr is to find a character that is no NUL"),
    ("clang-tidy", "src/cli/people.c", "people_twins", "bugprone-sizeof-expression"): (
        "14", "an array of pointers is what is sorted"),
    ("clang-tidy", "src/cli/crew.c", "hear", "bugprone-branch-clone"): (
        "14 19", "the conditions have an order, and the last branch is for all that is left"),
    ("clang-tidy", "src/aws/sigv4.c", "add_path", "bugprone-inc-dec-in-conditions"): (
        "19", "&& has an order, and each side looks at another moment of `path`"),
    ("clang-tidy", "src/pam/watch.c", "start", "bugprone-unsafe-functions"): (
        "19", "vfork; its child may call nothing but the kernel, which tests/check/child.py holds"),
    # Recursion that ends.
    ("clang-tidy", "src/cli/check_sshd.c", "read_included", "misc-no-recursion"): (
        "14 19", "to a depth that is counted"),
    ("clang-tidy", "src/cli/check_sshd.c", "read_config", "misc-no-recursion"): ("14 19", SAME),
    ("clang-tidy", "src/pamd/stack.c", "include", "misc-no-recursion"): ("14 19", SAME),
    ("clang-tidy", "src/pamd/stack.c", "read_text", "misc-no-recursion"): ("14 19", SAME),
    ("clang-tidy", "src/cli/disable.c", "name_callers", "misc-no-recursion"): (
        "14 19", "each file is entered once"),
    ("clang-tidy", "src/conf/ere.c", "weigh", "misc-no-recursion"): (
        "14 19", "a call a '(' of a line"),
    ("clang-tidy", "src/core/attempt.c", "fit_policy", "misc-no-recursion"): (
        "14 19", "once: `fitted` says that it was; and a person chooses CHOICES_MAX times in all"),
    ("clang-tidy", "src/core/attempt.c", "definite_no", "misc-no-recursion"): ("14 19", SAME),
    ("clang-tidy", "src/core/attempt.c", "attempt_make", "misc-no-recursion"): ("14 19", SAME),

    ("cppcheck", "src/base/program.c", "split", "ctuuninitvar"): (
        "2.10", "split writes each of the words before it reads one"),
    ("cppcheck", "src/pamd/stack.c", "stack_read", "ctuuninitvar"): (
        "2.10", "its first line sets the whole struct"),
    ("cppcheck", "src/core/census.c", "census_take", "ctuuninitvar"): (
        "2.10", "it sets the whole struct before anything reads it"),
}
