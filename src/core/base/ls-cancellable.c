/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-cancellable.h"

static void
cancel_other (GCancellable *cancelled, GCancellable *other)
{
  g_cancellable_cancel (other);
}

/**
 * ls_cancellable_link:
 * @cancellable: (nullable): a cancellable
 * @other: another one
 *
 * Has @other cancelled with @cancellable, or at once if that has been already.
 *
 * Returns: a handler for g_cancellable_disconnect(), which takes a %NULL @cancellable, too
 */
gulong
ls_cancellable_link (GCancellable *cancellable, GCancellable *other)
{
  if (cancellable == NULL)
    return 0;

  return g_cancellable_connect (cancellable, G_CALLBACK (cancel_other), g_object_ref (other),
                                g_object_unref);
}
