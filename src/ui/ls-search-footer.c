/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search-footer.h"

#include "ls-error-text.h"

struct _LsSearchFooter
{
  AdwBin parent_instance;

  LsSearch *search;
};

G_DEFINE_FINAL_TYPE (LsSearchFooter, ls_search_footer, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SEARCH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
get_page (gpointer unused, const GError *error)
{
  return g_strdup (error != NULL ? "failed" : "loading");
}

static char *
format_error (gpointer unused, const GError *error)
{
  return error != NULL ? ls_error_text_during (error, LS_ACTIVITY_SEARCH) : NULL;
}

static void
on_retry_clicked (LsSearchFooter *self)
{
  ls_search_retry (self->search);
}

static void
ls_search_footer_dispose (GObject *object)
{
  LsSearchFooter *self = LS_SEARCH_FOOTER (object);

  g_clear_object (&self->search);

  G_OBJECT_CLASS (ls_search_footer_parent_class)->dispose (object);
}

static void
ls_search_footer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsSearchFooter *self = LS_SEARCH_FOOTER (object);

  switch (prop_id)
    {
    case PROP_SEARCH:
      g_value_set_object (value, self->search);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_search_footer_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  LsSearchFooter *self = LS_SEARCH_FOOTER (object);

  switch (prop_id)
    {
    case PROP_SEARCH:
      self->search = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_search_footer_class_init (LsSearchFooterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_search_footer_dispose;
  object_class->get_property = ls_search_footer_get_property;
  object_class->set_property = ls_search_footer_set_property;

  properties[PROP_SEARCH] =
      g_param_spec_object ("search", NULL, NULL, LS_TYPE_SEARCH,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-search-footer.ui");
  gtk_widget_class_bind_template_callback (widget_class, format_error);
  gtk_widget_class_bind_template_callback (widget_class, get_page);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
}

static void
ls_search_footer_init (LsSearchFooter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_search_footer_new:
 * @search: the search that has more results
 *
 * Returns: (transfer floating): a new footer
 */
GtkWidget *
ls_search_footer_new (LsSearch *search)
{
  g_return_val_if_fail (LS_IS_SEARCH (search), NULL);

  return g_object_new (LS_TYPE_SEARCH_FOOTER, "search", search, NULL);
}
