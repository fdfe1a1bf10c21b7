/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-reference.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA256 "sha256:" HEX
#define SHA512 "sha512:" HEX HEX
#define X16 "xxxxxxxxxxxxxxxx"
#define X128 X16 X16 X16 X16 X16 X16 X16 X16

static const struct
{
  const char *text;
  const char *registry;
  const char *repository;
  const char *tag;
  const char *digest;
  const char *shown; /* NULL where it is as typed */
} good[] = {
  { "ubuntu", "docker.io", "library/ubuntu", NULL, NULL, NULL },
  { "ubuntu:24.04", "docker.io", "library/ubuntu", "24.04", NULL, NULL },
  { "ubuntu:latest", "docker.io", "library/ubuntu", "latest", NULL, NULL },
  { "library/ubuntu", "docker.io", "library/ubuntu", NULL, NULL, "ubuntu" },
  { "docker.io/ubuntu:1", "docker.io", "library/ubuntu", "1", NULL, "ubuntu:1" },
  { "docker.io/library/ubuntu", "docker.io", "library/ubuntu", NULL, NULL, "ubuntu" },
  { "index.docker.io/me/app", "docker.io", "me/app", NULL, NULL, "me/app" },
  { "registry-1.docker.io/me/app", "docker.io", "me/app", NULL, NULL, "me/app" },
  { "Index.Docker.IO/me/app", "docker.io", "me/app", NULL, NULL, "me/app" },
  { "me/app", "docker.io", "me/app", NULL, NULL, NULL },
  { "me/app@" SHA256, "docker.io", "me/app", NULL, SHA256, NULL },
  { "me/app:1@" SHA256, "docker.io", "me/app", "1", SHA256, NULL },
  { "me/app@" SHA512, "docker.io", "me/app", NULL, SHA512, NULL },
  { "a/b/c", "docker.io", "a/b/c", NULL, NULL, NULL },
  { "library/a/b", "docker.io", "library/a/b", NULL, NULL, NULL },
  { "docker.io/library", "docker.io", "library/library", NULL, NULL, "library" },
  /* Without a slash there is no registry. */
  { "localhost", "docker.io", "library/localhost", NULL, NULL, NULL },
  { "example.com", "docker.io", "library/example.com", NULL, NULL, NULL },
  { "localhost:5000", "docker.io", "library/localhost", "5000", NULL, NULL },
  { "localhost/x", "localhost", "x", NULL, NULL, NULL },
  { "localhost:5000/x", "localhost:5000", "x", NULL, NULL, NULL },
  { "localhost:5000/x:5000", "localhost:5000", "x", "5000", NULL, NULL },
  { "host:5000/a/b:c@" SHA256, "host:5000", "a/b", "c", SHA256, NULL },
  { "ghcr.io/owner/app:v1", "ghcr.io", "owner/app", "v1", NULL, NULL },
  { "GHCR.io/owner/app", "ghcr.io", "owner/app", NULL, NULL, "ghcr.io/owner/app" },
  { "127.0.0.1:5000/x", "127.0.0.1:5000", "x", NULL, NULL, NULL },
  { "127.0.0.1/x", "127.0.0.1", "x", NULL, NULL, NULL },
  { "[::1]/x", "[::1]", "x", NULL, NULL, NULL },
  { "[::1]:5000/x:1", "[::1]:5000", "x", "1", NULL, NULL },
  { "[2001:DB8::1]:5000/x", "[2001:db8::1]:5000", "x", NULL, NULL, "[2001:db8::1]:5000/x" },
  { "xn--fiqs8s.example/x", "xn--fiqs8s.example", "x", NULL, NULL, NULL },
  { "docker.io.evil.com/x", "docker.io.evil.com", "x", NULL, NULL, NULL },
  /* Separators. */
  { "a.b/c", "a.b", "c", NULL, NULL, NULL },
  { "me/a.b_c__d-e---f", "docker.io", "me/a.b_c__d-e---f", NULL, NULL, NULL },
  { "me/0", "docker.io", "me/0", NULL, NULL, NULL },
  { "x:_a.B-9", "docker.io", "library/x", "_a.B-9", NULL, NULL },
  { "x:" X128, "docker.io", "library/x", X128, NULL, NULL },
  { "a/b:sha256-" HEX ".sig", "docker.io", "a/b", "sha256-" HEX ".sig", NULL, NULL },
  /* Names that would be read as something else without the registry. */
  { "docker.io/localhost/x", "docker.io", "localhost/x", NULL, NULL, NULL },
  { "docker.io/foo.bar/x", "docker.io", "foo.bar/x", NULL, NULL, NULL },
  { "docker.io/library/" HEX, "docker.io", "library/" HEX, NULL, NULL, "library/" HEX },
  { "library/sha256:" HEX, "docker.io", "library/sha256", HEX, NULL,
    "docker.io/library/sha256:" HEX },
};

static const struct
{
  const char *text;
  LsReferenceProblem problem;
} bad[] = {
  { "", LS_REFERENCE_EMPTY },
  { "https://docker.io/ubuntu", LS_REFERENCE_HAS_SCHEME },
  { "http://localhost:5000/x", LS_REFERENCE_HAS_SCHEME },
  { "docker://ubuntu", LS_REFERENCE_HAS_SCHEME },
  { HEX, LS_REFERENCE_IS_IMAGE_ID },
  { SHA256, LS_REFERENCE_IS_IMAGE_ID },
  { "me@host/x", LS_REFERENCE_HAS_USER },
  { "me:secret@host:5000/x", LS_REFERENCE_HAS_USER },
  { "docker.io@evil.com/x", LS_REFERENCE_HAS_USER },
  { "@/x", LS_REFERENCE_HAS_USER },
  { "host_name.com/x", LS_REFERENCE_BAD_REGISTRY },
  { "-a.com/x", LS_REFERENCE_BAD_REGISTRY },
  { "a-.com/x", LS_REFERENCE_BAD_REGISTRY },
  { "a..com/x", LS_REFERENCE_BAD_REGISTRY },
  { ".com/x", LS_REFERENCE_BAD_REGISTRY },
  { "docker.io./x", LS_REFERENCE_BAD_REGISTRY },
  { ":5000/x", LS_REFERENCE_BAD_REGISTRY },
  { "./x", LS_REFERENCE_BAD_REGISTRY },
  { "../x", LS_REFERENCE_BAD_REGISTRY },
  { "host .com/x", LS_REFERENCE_BAD_REGISTRY },
  { "\xe4\xbd\xa0.com/x", LS_REFERENCE_BAD_REGISTRY },
  { X128 ".com/x", LS_REFERENCE_BAD_REGISTRY },
  { "[::1/x", LS_REFERENCE_BAD_REGISTRY },
  { "[]/x", LS_REFERENCE_BAD_REGISTRY },
  { "[::g]/x", LS_REFERENCE_BAD_REGISTRY },
  { "[1.2.3.4]/x", LS_REFERENCE_BAD_REGISTRY },
  { "[fe80::1%25eth0]/x", LS_REFERENCE_BAD_REGISTRY },
  { "[::1]5000/x", LS_REFERENCE_BAD_REGISTRY },
  { "localhost:/x", LS_REFERENCE_BAD_PORT },
  { "localhost:0/x", LS_REFERENCE_BAD_PORT },
  { "localhost:65536/x", LS_REFERENCE_BAD_PORT },
  { "localhost:05000/x", LS_REFERENCE_BAD_PORT },
  { "localhost:5x/x", LS_REFERENCE_BAD_PORT },
  { "localhost:+5/x", LS_REFERENCE_BAD_PORT },
  { "localhost:\v5/x", LS_REFERENCE_BAD_PORT },
  { "localhost:1:2/x", LS_REFERENCE_BAD_PORT },
  { "[::1]:/x", LS_REFERENCE_BAD_PORT },
  { "foo:bar/x", LS_REFERENCE_BAD_PORT },
  { "localhost:5000/", LS_REFERENCE_NO_REPOSITORY },
  { "localhost:5000/:tag", LS_REFERENCE_NO_REPOSITORY },
  { ":tag", LS_REFERENCE_NO_REPOSITORY },
  { "@" SHA256, LS_REFERENCE_NO_REPOSITORY },
  { "Ubuntu", LS_REFERENCE_UPPER_CASE },
  { "Ubuntu:24.04", LS_REFERENCE_UPPER_CASE },
  { "Me/app", LS_REFERENCE_UPPER_CASE },
  { "ghcr.io/me/App", LS_REFERENCE_UPPER_CASE },
  { "/ubuntu", LS_REFERENCE_EMPTY_COMPONENT },
  { "ubuntu/", LS_REFERENCE_EMPTY_COMPONENT },
  { "me//app", LS_REFERENCE_EMPTY_COMPONENT },
  { "localhost:5000//x", LS_REFERENCE_EMPTY_COMPONENT },
  { "-app", LS_REFERENCE_BAD_SEPARATOR },
  { "app-", LS_REFERENCE_BAD_SEPARATOR },
  { "me/.app", LS_REFERENCE_BAD_SEPARATOR },
  { "me/app_", LS_REFERENCE_BAD_SEPARATOR },
  { "me/..", LS_REFERENCE_BAD_SEPARATOR },
  { "me/../x", LS_REFERENCE_BAD_SEPARATOR },
  { "me/a..b", LS_REFERENCE_BAD_SEPARATOR },
  { "me/a___b", LS_REFERENCE_BAD_SEPARATOR },
  { "me/a._b", LS_REFERENCE_BAD_SEPARATOR },
  { "me/a-_b", LS_REFERENCE_BAD_SEPARATOR },
  { "me/a_-b", LS_REFERENCE_BAD_SEPARATOR },
  { " ubuntu", LS_REFERENCE_BAD_CHARACTER },
  { "ubuntu ", LS_REFERENCE_BAD_CHARACTER },
  { "me/ap p", LS_REFERENCE_BAD_CHARACTER },
  { "me/app?x=1", LS_REFERENCE_BAD_CHARACTER },
  { "me/app#x", LS_REFERENCE_BAD_CHARACTER },
  { "me/a%2fb", LS_REFERENCE_BAD_CHARACTER },
  { "me\\app", LS_REFERENCE_BAD_CHARACTER },
  { "ubuntu\n", LS_REFERENCE_BAD_CHARACTER },
  { "\xe4\xbd\xa0\xe5\xa5\xbd", LS_REFERENCE_BAD_CHARACTER },
  { "ubuntu\xff", LS_REFERENCE_BAD_CHARACTER },
  { "a/b:c/d", LS_REFERENCE_BAD_CHARACTER },
  { X128 "/" X128, LS_REFERENCE_TOO_LONG },
  { "ubuntu:", LS_REFERENCE_EMPTY_TAG },
  { "ubuntu:@" SHA256, LS_REFERENCE_EMPTY_TAG },
  { "ubuntu:-a", LS_REFERENCE_BAD_TAG },
  { "ubuntu:.a", LS_REFERENCE_BAD_TAG },
  { "ubuntu:a b", LS_REFERENCE_BAD_TAG },
  { "ubuntu:a:b", LS_REFERENCE_BAD_TAG },
  { "ubuntu:a\r\nb", LS_REFERENCE_BAD_TAG },
  { "ubuntu:\xe4\xbd\xa0", LS_REFERENCE_BAD_TAG },
  { "x:" X128 "y", LS_REFERENCE_TAG_TOO_LONG },
  { "ubuntu@", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@latest", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@sha256:abc", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@md5:0123456789abcdef0123456789abcdef", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@" SHA256 "0", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@" SHA256 "@" SHA256, LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@" SHA256 ":tag", LS_REFERENCE_BAD_DIGEST },
  { "ubuntu@sha256:../../x", LS_REFERENCE_BAD_DIGEST },
};

static LsReference *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsReference *reference = ls_reference_parse (text, &error);

  g_assert_no_error (error);

  return reference;
}

static void
assert_reads_back (LsReference *reference)
{
  g_autofree char *shown = ls_reference_to_string (reference);
  g_autofree char *canonical = ls_reference_to_canonical (reference);
  g_autoptr (LsReference) from_shown = parse (shown);
  g_autoptr (LsReference) from_canonical = parse (canonical);

  g_assert_true (ls_reference_equal (from_shown, reference));
  g_assert_true (ls_reference_equal (from_canonical, reference));
  g_assert_cmpuint (ls_reference_hash (from_shown), ==, ls_reference_hash (reference));
}

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (LsReference) reference = NULL;
      g_autoptr (LsDigest) digest = NULL;
      g_autofree char *shown = NULL;

      g_test_message ("%s", good[i].text);
      g_assert_cmpint (ls_reference_check (good[i].text), ==, LS_REFERENCE_OK);
      reference = parse (good[i].text);
      shown = ls_reference_to_string (reference);
      digest = good[i].digest != NULL ? ls_digest_parse (good[i].digest, NULL) : NULL;

      g_assert_cmpstr (ls_reference_get_registry (reference), ==, good[i].registry);
      g_assert_cmpstr (ls_reference_get_repository (reference), ==, good[i].repository);
      g_assert_cmpstr (ls_reference_get_tag (reference), ==, good[i].tag);
      g_assert_cmpstr (shown, ==, good[i].shown != NULL ? good[i].shown : good[i].text);
      g_assert_cmpint (ls_reference_is_docker_hub (reference), ==,
                       g_str_equal (good[i].registry, LS_DOCKER_HUB));
      if (digest != NULL)
        g_assert_true (ls_digest_equal (ls_reference_get_digest (reference), digest));
      else
        g_assert_null (ls_reference_get_digest (reference));
      assert_reads_back (reference);
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (ls_reference_check (bad[i].text), ==, bad[i].problem);
      g_assert_null (ls_reference_parse (bad[i].text, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
      g_assert_cmpuint (strlen (error->message), >, 10);
    }
}

static void
test_every_problem_has_a_case (void)
{
  for (int problem = LS_REFERENCE_EMPTY; problem <= LS_REFERENCE_BAD_DIGEST; problem++)
    {
      gboolean found = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
        found = found || (int) bad[i].problem == problem;
      g_assert_true (found);
    }
}

static void
test_longest_repository (void)
{
  /* "library/" counts, because the wire has it. */
  g_autofree char *longest = g_strnfill (255 - strlen ("library/"), 'a');
  g_autofree char *longer = g_strconcat (longest, "a", NULL);
  g_autofree char *elsewhere = g_strdup_printf ("localhost/%saaaaaaaa", longest);

  g_assert_cmpint (ls_reference_check (longest), ==, LS_REFERENCE_OK);
  g_assert_cmpint (ls_reference_check (longer), ==, LS_REFERENCE_TOO_LONG);
  g_assert_cmpint (ls_reference_check (elsewhere), ==, LS_REFERENCE_OK);
}

static void
test_longest_host (void)
{
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s/x", label, label, label, label);
  g_autofree char *longer = g_strdup_printf ("%s.%s.%s.%.62s/x", label, label, label, label);

  g_assert_cmpuint (strlen (longest), ==, 253 + strlen ("/x"));
  g_assert_cmpint (ls_reference_check (longest), ==, LS_REFERENCE_OK);
  g_assert_cmpint (ls_reference_check (longer), ==, LS_REFERENCE_BAD_REGISTRY);
}

static void
test_version (void)
{
  static const struct
  {
    const char *text;
    const char *version;
  } cases[] = {
    { "ubuntu", "latest" },
    { "ubuntu:24.04", "24.04" },
    { "ubuntu@" SHA256, SHA256 },
    { "ubuntu:24.04@" SHA256, SHA256 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsReference) reference = parse (cases[i].text);

      g_assert_cmpstr (ls_reference_get_version (reference), ==, cases[i].version);
    }
}

static void
test_with_latest (void)
{
  static const struct
  {
    const char *text;
    const char *latest;
  } cases[] = {
    { "ubuntu", "ubuntu:latest" },
    { "ubuntu:24.04", "ubuntu:24.04" },
    { "ubuntu@" SHA256, "ubuntu@" SHA256 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsReference) reference = parse (cases[i].text);
      g_autoptr (LsReference) latest = ls_reference_with_latest (reference);
      g_autofree char *shown = ls_reference_to_string (latest);

      g_assert_cmpstr (shown, ==, cases[i].latest);
    }
}

static void
test_new (void)
{
  static const struct
  {
    const char *registry;
    const char *repository;
    const char *tag;
    const char *shown; /* NULL where it is refused */
  } cases[] = {
    { NULL, "ubuntu", NULL, "ubuntu" },
    { "docker.io", "library/ubuntu", "1", "ubuntu:1" },
    { "index.docker.io", "me/app", NULL, "me/app" },
    { "localhost:5000", "x", "1", "localhost:5000/x:1" },
    { "docker.io", "foo.bar/x", NULL, "docker.io/foo.bar/x" },
    { "nas", "x", NULL, NULL },
    { "", "x", NULL, NULL },
    { "localhost:0", "x", NULL, NULL },
    { "localhost", "", NULL, NULL },
    { NULL, "", NULL, NULL },
    { NULL, "x:1", NULL, NULL },
    { NULL, "X", NULL, NULL },
    { NULL, "x", "", NULL },
    { NULL, "x", "a/b", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsReference) reference =
          ls_reference_new (cases[i].registry, cases[i].repository, cases[i].tag, NULL, &error);

      g_test_message ("%s %s", cases[i].registry, cases[i].repository);
      if (cases[i].shown != NULL)
        {
          g_autofree char *shown = ls_reference_to_string (reference);

          g_assert_no_error (error);
          g_assert_cmpstr (shown, ==, cases[i].shown);
          assert_reads_back (reference);
        }
      else
        {
          g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
          g_assert_null (reference);
        }
    }
}

static void
test_familiar_repository (void)
{
  static const struct
  {
    const char *text;
    const char *familiar;
  } cases[] = {
    { "ubuntu:24.04", "ubuntu" },
    { "docker.io/library/ubuntu@" SHA256, "ubuntu" },
    { "me/app:1", "me/app" },
    { "localhost:5000/me/app:1", "localhost:5000/me/app" },
    { "docker.io/localhost/x", "docker.io/localhost/x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsReference) reference = parse (cases[i].text);
      g_autofree char *familiar = ls_reference_dup_familiar_repository (reference);

      g_assert_cmpstr (familiar, ==, cases[i].familiar);
    }
}

static void
test_propose (void)
{
  static const struct
  {
    const char *text;
    const char *registry;
    const char *username;
    const char *proposed;
  } cases[] = {
    { "ubuntu:24.04", "docker.io", "testuser", "testuser/ubuntu:24.04" },
    { "ubuntu", "docker.io", "testuser", "testuser/ubuntu:latest" },
    { "ubuntu:24.04@" SHA256, "docker.io", "testuser", "testuser/ubuntu:24.04" },
    { "ubuntu@" SHA256, "docker.io", "testuser", "testuser/ubuntu:latest" },
    { "ubuntu:24.04", "localhost:5000", "alice", "localhost:5000/alice/ubuntu:24.04" },
    { "other/app:1", "docker.io", "me", "me/app:1" },
    { "me/app:1", "docker.io", "me", "me/app:1" },
    { "me/app:1@" SHA256, "docker.io", "me", "me/app:1" },
    { "me/team/app", "docker.io", "me", "me/team/app:latest" },
    { "me2/app", "docker.io", "me", "me/app:latest" },
    { "ghcr.io/a/b/c:1", "docker.io", "me", "me/c:1" },
    { "ghcr.io/me/a/b:1", "ghcr.io", "me", "ghcr.io/me/a/b:1" },
    { "ghcr.io/me/a/b:1", "localhost:5000", "me", "localhost:5000/me/b:1" },
    { "x", "docker.io", "Me", "me/x:latest" },
    { "x", "docker.io", "me@example.com", "docker.io/me-example.com/x:latest" },
    { "x", "docker.io", "robot$proj+ci", "robot-proj-ci/x:latest" },
    { "x", "docker.io", "a.-_b", "docker.io/a.b/x:latest" },
    { "x", "docker.io", "a__b___c", "a__b__c/x:latest" },
    { "x", "docker.io", "..me--", "me/x:latest" },
    { "x", "localhost:5000", "\xe5\xbc\xa0\xe4\xb8\x89", "localhost:5000/x:latest" },
    { "x", "localhost:5000", "", "localhost:5000/x:latest" },
    { "x", "localhost:5000", NULL, "localhost:5000/x:latest" },
    { "x", "docker.io", "../..", "x:latest" },
    { "x", "docker.io", "foo.bar", "docker.io/foo.bar/x:latest" },
    { "x", "docker.io", "localhost", "docker.io/localhost/x:latest" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsReference) reference = parse (cases[i].text);
      g_autoptr (LsReference) proposed =
          ls_reference_propose (reference, cases[i].registry, cases[i].username);
      g_autofree char *shown = ls_reference_to_string (proposed);

      g_assert_cmpstr (shown, ==, cases[i].proposed);
      assert_reads_back (proposed);
    }
}

static void
test_propose_fits (void)
{
  g_autofree char *long_user = g_strnfill (1000, 'u');
  g_autofree char *dashed = g_strnfill (126, 'a');
  g_autofree char *text = g_strconcat ("localhost/", dashed, "--", dashed, NULL);
  g_autoptr (LsReference) reference = parse (text);
  g_autoptr (LsReference) proposed = ls_reference_propose (reference, "docker.io", long_user);

  assert_reads_back (proposed);
}

static const struct
{
  const char *text;
  const char *name; /* NULL where it is refused */
} names[] = {
  { "", "docker.io" },
  { "  ", "docker.io" },
  { "docker.io", "docker.io" },
  { "Docker.IO", "docker.io" },
  { "hub.docker.com", "docker.io" },
  { "https://hub.docker.com/", "docker.io" },
  { "index.docker.io", "docker.io" },
  { "https://index.docker.io/v1/", "docker.io" },
  { "https://registry-1.docker.io", "docker.io" },
  { " ghcr.io \n", "ghcr.io" },
  { "https://ghcr.io/", "ghcr.io" },
  { "HTTP://LOCALHOST:5000//", "localhost:5000" },
  { "localhost", "localhost" },
  { "127.0.0.1:5000", "127.0.0.1:5000" },
  { "[::1]:5000", "[::1]:5000" },
  { "https://[2001:DB8::1]/", "[2001:db8::1]" },
  { "nas:5000", "nas:5000" },
  { "localhost\xef\xbc\x9a"
    "5000",
    "localhost:5000" }, /* a full-width colon */
  { "nas", NULL },
  { "https://", NULL },
  { "ftp://ghcr.io", NULL },
  { "https://https://ghcr.io", NULL },
  { "ghcr.io/owner", NULL },
  { "https://ghcr.io/v2/", NULL },
  { "me@ghcr.io", NULL },
  { "me:secret@ghcr.io", NULL },
  { "ghcr .io", NULL },
  { "ghcr.io?x", NULL },
  { "ghcr.io#x", NULL },
  { "ghcr.io:", NULL },
  { "ghcr.io:99999", NULL },
  { "::1", NULL },
  { "[::1", NULL },
  { "[fe80::1%eth0]", NULL },
  { "-x.com", NULL },
  { "a\nb.com", NULL },
  { "\xff.com", NULL },
};

static void
test_registry_names (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = ls_registry_name_normalize (names[i].text, &error);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (name, ==, names[i].name);
      if (name == NULL)
        g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
      else
        g_assert_true (ls_registry_name_is_valid (name));
    }

  g_assert_false (ls_registry_name_is_valid (NULL));
  g_assert_false (ls_registry_name_is_valid (""));
  g_assert_false (ls_registry_name_is_valid ("GHCR.io"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reference/good", test_good);
  g_test_add_func ("/reference/bad", test_bad);
  g_test_add_func ("/reference/every-problem-has-a-case", test_every_problem_has_a_case);
  g_test_add_func ("/reference/longest-repository", test_longest_repository);
  g_test_add_func ("/reference/longest-host", test_longest_host);
  g_test_add_func ("/reference/version", test_version);
  g_test_add_func ("/reference/with-latest", test_with_latest);
  g_test_add_func ("/reference/new", test_new);
  g_test_add_func ("/reference/familiar-repository", test_familiar_repository);
  g_test_add_func ("/reference/propose", test_propose);
  g_test_add_func ("/reference/propose-fits", test_propose_fits);
  g_test_add_func ("/reference/registry-names", test_registry_names);

  return g_test_run ();
}
