/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search-row.h"

#include "config.h"
#include "ls-format.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 300
#define MAX_DESCRIPTION_CHARS 300

struct _LsSearchRow
{
  AdwBin parent_instance;

  LsHubRepository *repository;
};

G_DEFINE_FINAL_TYPE (LsSearchRow, ls_search_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_REPOSITORY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
format_name (gpointer unused, const char *name)
{
  return ls_safe_text (name, MAX_NAME_CHARS);
}

static char *
format_description (gpointer unused, const char *description)
{
  return ls_safe_text (description, MAX_DESCRIPTION_CHARS);
}

static gboolean
has_text (gpointer unused, const char *text)
{
  g_autofree char *safe = ls_safe_text (text, MAX_DESCRIPTION_CHARS);

  return *safe != '\0';
}

static char *
get_publisher_icon (gpointer unused, LsHubPublisher publisher)
{
  switch (publisher)
    {
    case LS_HUB_PUBLISHER_OFFICIAL:
      return g_strdup ("ls-official-symbolic");
    case LS_HUB_PUBLISHER_VERIFIED:
      return g_strdup ("ls-verified-symbolic");
    case LS_HUB_PUBLISHER_OPEN_SOURCE:
      return g_strdup ("ls-open-source-symbolic");
    case LS_HUB_PUBLISHER_NONE:
    default:
      return NULL;
    }
}

static char *
format_publisher (gpointer unused, LsHubPublisher publisher)
{
  switch (publisher)
    {
    case LS_HUB_PUBLISHER_OFFICIAL:
      /* Translators: a badge of Docker Hub: made and kept by Docker. */
      return g_strdup (_ ("Official"));
    case LS_HUB_PUBLISHER_VERIFIED:
      /* Translators: a badge of Docker Hub: the publisher is who they say. */
      return g_strdup (_ ("Verified Publisher"));
    case LS_HUB_PUBLISHER_OPEN_SOURCE:
      /* Translators: a badge of Docker Hub: an open source project that Docker sponsors. */
      return g_strdup (_ ("Sponsored Open Source"));
    case LS_HUB_PUBLISHER_NONE:
    default:
      return NULL;
    }
}

static gboolean
has_publisher (gpointer unused, LsHubPublisher publisher)
{
  return publisher != LS_HUB_PUBLISHER_NONE;
}

static char *
format_stars (gpointer unused, gint64 count)
{
  return ls_format_count (count);
}

static gboolean
is_known_count (gpointer unused, gint64 count)
{
  return count >= 0;
}

/* One of Docker Hub's sources gives numbers, another one gives text such as
 * "1B+", which means at least so many. */
static char *
format_pulls (gpointer unused, gint64 count, const char *text)
{
  g_autofree char *number = NULL;

  if (count < 0)
    return ls_safe_text (text, 20);

  number = ls_format_count (count);
  if (text == NULL || !g_str_has_suffix (text, "+"))
    return g_steal_pointer (&number);

  /* Translators: a count and more, such as "1B+"; %s is the count. */
  return g_strdup_printf (C_ ("at least so many", "%s+"), number);
}

static gboolean
has_pulls (gpointer unused, gint64 count, const char *text)
{
  return count >= 0 || (text != NULL && *text != '\0');
}

static void
on_pull_clicked (LsSearchRow *self)
{
  if (self->repository != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.pull", "s",
                                ls_hub_repository_get_name (self->repository));
}

static void
ls_search_row_dispose (GObject *object)
{
  LsSearchRow *self = LS_SEARCH_ROW (object);

  g_clear_object (&self->repository);

  G_OBJECT_CLASS (ls_search_row_parent_class)->dispose (object);
}

static void
ls_search_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsSearchRow *self = LS_SEARCH_ROW (object);

  switch (prop_id)
    {
    case PROP_REPOSITORY:
      g_value_set_object (value, self->repository);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_search_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LsSearchRow *self = LS_SEARCH_ROW (object);

  switch (prop_id)
    {
    case PROP_REPOSITORY:
      ls_search_row_set_repository (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_search_row_class_init (LsSearchRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_search_row_dispose;
  object_class->get_property = ls_search_row_get_property;
  object_class->set_property = ls_search_row_set_property;

  properties[PROP_REPOSITORY] =
      g_param_spec_object ("repository", NULL, NULL, LS_TYPE_HUB_REPOSITORY,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-search-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, format_description);
  gtk_widget_class_bind_template_callback (widget_class, format_name);
  gtk_widget_class_bind_template_callback (widget_class, format_publisher);
  gtk_widget_class_bind_template_callback (widget_class, format_pulls);
  gtk_widget_class_bind_template_callback (widget_class, format_stars);
  gtk_widget_class_bind_template_callback (widget_class, get_publisher_icon);
  gtk_widget_class_bind_template_callback (widget_class, has_publisher);
  gtk_widget_class_bind_template_callback (widget_class, has_pulls);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_bind_template_callback (widget_class, is_known_count);
  gtk_widget_class_bind_template_callback (widget_class, on_pull_clicked);
}

static void
ls_search_row_init (LsSearchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_search_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
ls_search_row_new (void)
{
  return g_object_new (LS_TYPE_SEARCH_ROW, NULL);
}

/* The keyboard is on the item of the list, which is this row to a screen reader. */
static void
tell_item (LsSearchRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;

  if (item == NULL || self->repository == NULL
      || gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item))
             != GTK_ACCESSIBLE_ROLE_LIST_ITEM)
    return;

  name = format_name (NULL, ls_hub_repository_get_name (self->repository));
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * ls_search_row_set_repository:
 * @self: a row
 * @repository: (nullable): what the row shows from now on
 */
void
ls_search_row_set_repository (LsSearchRow *self, LsHubRepository *repository)
{
  g_return_if_fail (LS_IS_SEARCH_ROW (self));
  g_return_if_fail (repository == NULL || LS_IS_HUB_REPOSITORY (repository));

  if (g_set_object (&self->repository, repository))
    {
      tell_item (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPOSITORY]);
    }
}
