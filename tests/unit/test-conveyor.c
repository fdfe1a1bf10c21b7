/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-conveyor.h"

#include <sys/resource.h>

typedef struct
{
  GString *handled;
  int niceness; /* of the thread that handled the last item */
} Goods;

static void
handle (gpointer item, gpointer user_data)
{
  Goods *goods = user_data;

  g_string_append (goods->handled, item);
  goods->niceness = getpriority (PRIO_PROCESS, 0);
  g_free (item);
}

/* Without a thread, items are handled by the one who waits, who must stay as quick as before. */
static void
test_order (gconstpointer with_thread)
{
  gboolean threaded = GPOINTER_TO_INT (with_thread);
  int own = getpriority (PRIO_PROCESS, 0);
  Goods goods = { .handled = g_string_new (NULL) };
  g_autoptr (LsConveyor) conveyor = ls_conveyor_new ("test", handle, g_free, &goods);
  g_autoptr (GError) error = NULL;

  for (const char *letter = "abc"; *letter != '\0'; letter++)
    ls_conveyor_push (conveyor, g_strndup (letter, 1), threaded);
  g_assert_true (ls_conveyor_wait (conveyor, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpstr (goods.handled->str, ==, "abc");
  g_assert_cmpint (goods.niceness, ==, threaded ? MAX (own, 10) : own);
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, own);
  g_string_free (goods.handled, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/conveyor/order/one-who-waits", GINT_TO_POINTER (FALSE), test_order);
  g_test_add_data_func ("/conveyor/order/thread", GINT_TO_POINTER (TRUE), test_order);

  return g_test_run ();
}
