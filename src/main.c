/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-application.h"
#include "ls-http.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  gint64 started_at = g_get_monotonic_time ();
  g_autoptr (LsApplication) application = NULL;

  ls_http_prepare_process (); /* while there is one thread only */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LS_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = ls_application_new (started_at);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
