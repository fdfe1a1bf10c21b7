/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-name-check.h"

#include "test-workspace.h"

static void
test_verdicts (TestWorkspace *workspace, gconstpointer data)
{
  static const struct
  {
    const char *text;
    LsNameVerdict verdict;
    const char *name;    /* as shown; NULL where there is none */
    const char *message; /* a part of it; NULL where there is none */
  } cases[] = {
    { "ubuntu:24.04", LS_NAME_UNCHANGED, "ubuntu:24.04", NULL },
    { " docker.io/library/ubuntu:24.04 ", LS_NAME_UNCHANGED, "ubuntu:24.04", NULL },
    { "me/ubuntu:24.04", LS_NAME_NEW, "me/ubuntu:24.04", NULL },
    { "me/ubuntu", LS_NAME_NEW, "me/ubuntu:latest", "me/ubuntu:latest" },
    { "localhost:5000/ubuntu:1", LS_NAME_NEW, "localhost:5000/ubuntu:1", NULL },
    { "nginx:1.27", LS_NAME_TAKEN, "nginx:1.27", "nginx:1.27" },
    /* Another name of the same image: nothing is lost. */
    { "ubuntu:latest", LS_NAME_NEW, "ubuntu:latest", NULL },
    { "ubuntu:same", LS_NAME_NEW, "ubuntu:same", NULL },
    { "", LS_NAME_INVALID, NULL, NULL },
    { "Ubuntu:1", LS_NAME_INVALID, NULL, "lowercase letters" },
    { "ubuntu:", LS_NAME_INVALID, NULL, "tag is missing" },
    { "ubuntu@sha256:4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe",
      LS_NAME_INVALID, NULL, "Leave out the digest" },
  };
  LsImage *image;

  test_workspace_add_image (workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (workspace, "ubuntu:same", 1);
  test_workspace_add_image (workspace, "nginx:1.27", 2);
  test_workspace_load (workspace);
  image = test_workspace_get_image (workspace, "ubuntu:24.04");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsReference) name = NULL;
      g_autofree char *message = NULL;
      g_autofree char *shown = NULL;

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (ls_name_check (workspace->images, image, cases[i].text, &name, &message), ==,
                       cases[i].verdict);
      shown = name != NULL ? ls_reference_to_string (name) : NULL;
      g_assert_cmpstr (shown, ==, cases[i].name);
      if (cases[i].message != NULL)
        g_assert_nonnull (strstr (message, cases[i].message));
      else
        g_assert_null (message);
    }
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/name-check/verdicts", TestWorkspace, NULL, test_workspace_set_up, test_verdicts,
              test_workspace_tear_down);

  return g_test_run ();
}
