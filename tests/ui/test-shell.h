/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"
#include "ls-test-dir.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A window around the widget under test, with the actions of the real window:
 * each only remembers the text that it was activated with. */

#define TEST_TYPE_SHELL (test_shell_get_type ())
G_DECLARE_FINAL_TYPE (TestShell, test_shell, TEST, SHELL, GtkWindow)

void        test_shell_init_toolkit (int          *argc,
                                     char       ***argv);
TestShell  *test_shell_new          (GtkWidget    *child);
char       *test_shell_take         (TestShell    *self,
                                     const char   *action_name);

/* The widget of a template by its id, at any depth; the test fails without it. */
GtkWidget  *test_find               (gpointer      root,
                                     const char   *id);
/* The first widget of a type that is shown, or NULL. */
GtkWidget  *test_find_type          (gpointer      root,
                                     GType         type);
/* Whether a label at any depth, the root itself too, has this in its text. */
gboolean    test_has_text           (GtkWidget    *root,
                                     const char   *text);
const char *test_get_label          (gpointer      root,
                                     const char   *id);
gboolean    test_is_shown           (gpointer      root,
                                     const char   *id);
void        test_click              (gpointer      root,
                                     const char   *id);

LsContext  *test_context_new        (LsTestDir    *dir,
                                     const char   *settings);

G_END_DECLS
