/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-await.h"

#define PATIENCE_SECONDS 60

void
ls_test_keep_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  g_set_object ((GAsyncResult **) slot, result);
}

static gboolean
has_result (gpointer data)
{
  GAsyncResult **slot = data;

  return *slot != NULL;
}

void
ls_test_await (GAsyncResult **slot)
{
  ls_test_await_until (has_result, slot);
}

static gboolean
on_out_of_patience (gpointer user_data)
{
  g_error ("waited for %d seconds in vain", PATIENCE_SECONDS);

  return G_SOURCE_REMOVE;
}

void
ls_test_await_until (gboolean (*done) (gpointer data), gpointer data)
{
  guint timer = g_timeout_add_seconds (PATIENCE_SECONDS, on_out_of_patience, NULL);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timer);
}
