/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-transfer-text.h"

#define MB (G_GINT64_CONSTANT (1000000))

static void
test_transfers (void)
{
  static const struct
  {
    LsTransferKind kind;
    LsTransferState state;
    gint64 done, total, speed, left;
    gboolean up_to_date;
    const char *expected;
  } cases[] = {
    { LS_TRANSFER_PULL, LS_TRANSFER_QUEUED, 0, 0, 0, -1, FALSE, "Waiting" },
    { LS_TRANSFER_PULL, LS_TRANSFER_RUNNING, 0, 0, 0, -1, FALSE, "Asking for the image…" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_RUNNING, 0, 0, 0, -1, FALSE, "Asking the registry…" },
    { LS_TRANSFER_PULL, LS_TRANSFER_RUNNING, 0, 29700000, 0, -1, FALSE,
      "Downloading, 0 bytes of 29.7\u00a0MB" },
    { LS_TRANSFER_PULL, LS_TRANSFER_RUNNING, 12 * MB, 29700000, 2 * MB, -1, FALSE,
      "Downloading, 12.0\u00a0MB of 29.7\u00a0MB, 2.0\u00a0MB/\u2060s" },
    { LS_TRANSFER_PULL, LS_TRANSFER_RUNNING, 12 * MB, 29700000, 2 * MB, 8, FALSE,
      "Downloading, 12.0\u00a0MB of 29.7\u00a0MB, 2.0\u00a0MB/\u2060s, 8\u00a0s left" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_RUNNING, 12 * MB, 29700000, 0, -1, FALSE,
      "Pushing, 12.0\u00a0MB of 29.7\u00a0MB" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_RUNNING, 12 * MB, 29700000, 2 * MB, -1, FALSE,
      "Pushing, 12.0\u00a0MB of 29.7\u00a0MB, 2.0\u00a0MB/\u2060s" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_RUNNING, 12 * MB, 29700000, 2 * MB, 8, FALSE,
      "Pushing, 12.0\u00a0MB of 29.7\u00a0MB, 2.0\u00a0MB/\u2060s, 8\u00a0s left" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_RUNNING, 12 * MB, 12 * MB, 2 * MB, 0, FALSE, "Finishing…" },
    { LS_TRANSFER_PULL, LS_TRANSFER_PAUSED, 0, 0, 0, -1, FALSE, "Paused" },
    { LS_TRANSFER_PULL, LS_TRANSFER_PAUSED, 12 * MB, 29700000, 0, -1, FALSE,
      "Paused at 12.0\u00a0MB of 29.7\u00a0MB" },
    { LS_TRANSFER_PULL, LS_TRANSFER_SUCCEEDED, 0, 0, 0, -1, FALSE, "Downloaded newer image" },
    { LS_TRANSFER_PULL, LS_TRANSFER_SUCCEEDED, 0, 0, 0, -1, TRUE, "Image is up to date" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_SUCCEEDED, 0, 0, 0, -1, FALSE, "Pushed" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_SUCCEEDED, 0, 0, 0, -1, TRUE,
      "The registry has this image already" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_CANCELLED, 0, 0, 0, -1, FALSE,
      "Cancelled; what was verified is kept" },
    { LS_TRANSFER_PUSH, LS_TRANSFER_FAILED, 0, 0, 0, -1, FALSE, "Failed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          ls_transfer_text (cases[i].kind, cases[i].state, cases[i].done, cases[i].total,
                            cases[i].speed, cases[i].left, cases[i].up_to_date, FALSE, NULL);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* What came back was there before. */
static void
test_repair (void)
{
  g_autofree char *text =
      ls_transfer_text (LS_TRANSFER_PULL, LS_TRANSFER_SUCCEEDED, 0, 0, 0, -1, FALSE, TRUE, NULL);

  g_assert_cmpstr (text, ==, "Repaired");
  g_assert_cmpstr (ls_transfer_kind_name (LS_TRANSFER_PULL, TRUE), ==, "Repair");
}

static void
test_waiting (void)
{
  static const struct
  {
    const char *registry;
    LsError code;
    gint64 seconds;
    const char *expected;
  } cases[] = {
    { "docker.io", LS_ERROR_RATE_LIMITED, 180,
      "Docker Hub asked to wait until 14:08 (in 3\u00a0min)" },
    { "localhost:5000", LS_ERROR_OFFLINE, 20,
      "localhost:5000 cannot be reached; trying again in 20\u00a0s" },
    { "localhost:5000", LS_ERROR_TIMED_OUT, 120,
      "localhost:5000 cannot be reached; tries again at 14:07 (in 2\u00a0min)" },
    { "docker.io", LS_ERROR_SERVER, 8, "Docker Hub is busy; trying again in 8\u00a0s" },
    { "docker.io", LS_ERROR_RATE_LIMITED, 8, "Docker Hub asked to wait until 14:05 (in 8\u00a0s)" },
    { "docker.io", LS_ERROR_SERVER, 60,
      "Docker Hub has a problem; tries again at 14:06 (in 1\u00a0min)" },
    { "docker.io", LS_ERROR_SERVER, 0, "Trying again…" },
    { "docker.io", LS_ERROR_OFFLINE, -30, "Trying again…" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 1, 2, 14, 5, 10);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_transfer_text_waiting (
          cases[i].registry, cases[i].code, g_date_time_to_unix (now) + cases[i].seconds, now);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_routes (void)
{
  static const struct
  {
    LsTransferKind kind;
    const char *from;
    const char *to;
    const char *account;
    const char *expected;
  } cases[] = {
    { LS_TRANSFER_PULL, "docker.io", NULL, NULL, "Docker Hub → This Computer" },
    { LS_TRANSFER_PULL, "docker.io", NULL, "me", "Docker Hub (me) → This Computer" },
    { LS_TRANSFER_PUSH, NULL, "localhost:5000", "me", "This Computer → localhost:5000 (me)" },
    { LS_TRANSFER_COPY, "docker.io", "ghcr.io", NULL, "Docker Hub → ghcr.io" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          ls_transfer_route_text (cases[i].kind, cases[i].from, cases[i].to, cases[i].account);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* The same refusal has another next step for a pull and for a push. */
static void
test_errors (void)
{
  g_autoptr (GError) error = g_error_new_literal (LS_ERROR, LS_ERROR_FORBIDDEN, "technical");
  g_autofree char *pull =
      ls_transfer_text (LS_TRANSFER_PULL, LS_TRANSFER_FAILED, 0, 0, 0, -1, FALSE, FALSE, error);
  g_autofree char *push =
      ls_transfer_text (LS_TRANSFER_PUSH, LS_TRANSFER_FAILED, 0, 0, 0, -1, FALSE, FALSE, error);

  g_assert_true (g_str_has_prefix (pull, "You have no access"));
  g_assert_true (g_str_has_prefix (push, "You may not push"));
}

static void
test_layers (void)
{
  static const struct
  {
    LsTransferKind kind;
    LsLayerState state;
    const char *mounted_from;
    const char *expected;
  } cases[] = {
    { LS_TRANSFER_PULL, LS_LAYER_WAITING, NULL, "Waiting" },
    { LS_TRANSFER_PULL, LS_LAYER_MOVING, NULL, "Downloading 3.0\u00a0MB of 12.0\u00a0MB" },
    { LS_TRANSFER_PUSH, LS_LAYER_MOVING, NULL, "Pushing 3.0\u00a0MB of 12.0\u00a0MB" },
    { LS_TRANSFER_PULL, LS_LAYER_VERIFYING, NULL, "Verifying" },
    { LS_TRANSFER_PULL, LS_LAYER_COMPLETE, NULL, "Complete" },
    { LS_TRANSFER_PUSH, LS_LAYER_COMPLETE, NULL, "Pushed" },
    { LS_TRANSFER_PULL, LS_LAYER_EXISTS, NULL, "Already here" },
    { LS_TRANSFER_PUSH, LS_LAYER_EXISTS, NULL, "Layer already exists" },
    { LS_TRANSFER_PUSH, LS_LAYER_MOUNTED, "library/ubuntu", "Mounted from library/ubuntu" },
    { LS_TRANSFER_PUSH, LS_LAYER_MOUNTED, "a\u202eb\nc", "Mounted from ab c" },
    { LS_TRANSFER_PUSH, LS_LAYER_MOUNTED, NULL, "Mounted from another repository" },
    { LS_TRANSFER_PULL, LS_LAYER_LEFT_OUT, NULL, "Left out: only its owner may distribute it" },
    { LS_TRANSFER_PULL, LS_LAYER_FAILED, NULL, "Failed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          ls_layer_text (cases[i].kind, cases[i].state, 3 * MB, 12 * MB, cases[i].mounted_from);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer-text/transfers", test_transfers);
  g_test_add_func ("/transfer-text/repair", test_repair);
  g_test_add_func ("/transfer-text/errors", test_errors);
  g_test_add_func ("/transfer-text/layers", test_layers);
  g_test_add_func ("/transfer-text/waiting", test_waiting);
  g_test_add_func ("/transfer-text/routes", test_routes);

  return g_test_run ();
}
