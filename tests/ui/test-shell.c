/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-shell.h"

struct _TestShell
{
  GtkWindow parent_instance;

  GHashTable *activations; /* action name -> the text it was activated with */
};

G_DEFINE_FINAL_TYPE (TestShell, test_shell, GTK_TYPE_WINDOW)

static void
remember_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  TestShell *self = TEST_SHELL (widget);

  g_hash_table_insert (self->activations, g_strdup (action_name),
                       g_variant_dup_string (parameter, NULL));
}

static void
test_shell_finalize (GObject *object)
{
  g_hash_table_unref (TEST_SHELL (object)->activations);

  G_OBJECT_CLASS (test_shell_parent_class)->finalize (object);
}

static void
test_shell_class_init (TestShellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_shell_finalize;

  gtk_widget_class_install_action (widget_class, "win.copy", "s", remember_action);
  gtk_widget_class_install_action (widget_class, "win.pull", "s", remember_action);
  gtk_widget_class_install_action (widget_class, "win.show-image", "s", remember_action);
  gtk_widget_class_install_action (widget_class, "win.sign-in", "s", remember_action);
}

static void
test_shell_init (TestShell *self)
{
  self->activations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* An AdwApplication does this by itself. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (style, "/io/github/longshoreapp/Longshore/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * test_shell_init_toolkit:
 * @argc: (inout): of main()
 * @argv: (inout): of main()
 *
 * Starts GTK and GTest, in the style of the program; without a display the whole program
 * counts as skipped.
 */
void
test_shell_init_toolkit (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);

  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      exit (0);
    }

  adw_init ();
  load_style ();
}

/**
 * test_shell_new:
 * @child: (transfer floating) (nullable): what to show
 *
 * Returns: (transfer none): a window that is shown
 */
TestShell *
test_shell_new (GtkWidget *child)
{
  TestShell *self =
      g_object_new (TEST_TYPE_SHELL, "default-width", 500, "default-height", 600, NULL);

  gtk_window_set_child (GTK_WINDOW (self), child);
  gtk_window_present (GTK_WINDOW (self));

  return self;
}

/**
 * test_shell_take:
 * @self: a shell
 * @action_name: such as "win.pull"
 *
 * Returns: (transfer full) (nullable): what the action was last activated with,
 *   since this was last asked
 */
char *
test_shell_take (TestShell *self, const char *action_name)
{
  g_autofree char *key = NULL;
  char *text = NULL;

  g_hash_table_steal_extended (self->activations, action_name, (gpointer *) &key,
                               (gpointer *) &text);

  return text;
}

typedef gboolean (*Matches) (GtkWidget *widget, gconstpointer data);

static GtkWidget *
search (GtkWidget *widget, Matches matches, gconstpointer data)
{
  GtkWidget *found = matches (widget, data) ? widget : NULL;
  GtkWidget *child = gtk_widget_get_first_child (widget);

  for (; found == NULL && child != NULL; child = gtk_widget_get_next_sibling (child))
    found = search (child, matches, data);

  return found;
}

static gboolean
has_id (GtkWidget *widget, gconstpointer id)
{
  return g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0;
}

static gboolean
is_shown_type (GtkWidget *widget, gconstpointer type)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *(const GType *) type)
         && gtk_widget_get_mapped (widget);
}

GtkWidget *
test_find (gpointer root, const char *id)
{
  GtkWidget *found = search (GTK_WIDGET (root), has_id, id);

  if (found == NULL)
    g_error ("There is no widget “%s”", id);

  return found;
}

GtkWidget *
test_find_type (gpointer root, GType type)
{
  return search (GTK_WIDGET (root), is_shown_type, &type);
}

gboolean
test_has_text (GtkWidget *root, const char *text)
{
  GtkWidget *child = gtk_widget_get_first_child (root);
  gboolean found =
      GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL;

  for (; !found && child != NULL; child = gtk_widget_get_next_sibling (child))
    found = test_has_text (child, text);

  return found;
}

const char *
test_get_label (gpointer root, const char *id)
{
  return gtk_label_get_text (GTK_LABEL (test_find (root, id)));
}

gboolean
test_is_shown (gpointer root, const char *id)
{
  return gtk_widget_get_mapped (test_find (root, id));
}

void
test_click (gpointer root, const char *id)
{
  GtkWidget *button = test_find (root, id);

  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/**
 * test_context_new:
 * @dir: where its files go
 * @settings: (nullable): what registries.conf says
 *
 * Returns: (transfer full): a context of its own, that read no store and no keyring
 */
LsContext *
test_context_new (LsTestDir *dir, const char *settings)
{
  g_autofree char *conf = ls_test_dir_build (dir, "registries.conf");
  LsContext *context;

  if (settings != NULL)
    g_assert_true (g_file_set_contents (conf, settings, -1, NULL));

  context = ls_context_new (ls_test_dir_get_path (dir), ls_test_dir_get_path (dir));
  g_assert_no_error (ls_context_get_settings_error (context));

  return context;
}
