/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search-page.h"

#include "config.h"
#include "ls-back-button.h"
#include "ls-pull-limit-label.h"
#include "ls-search-footer.h"
#include "ls-search-problem.h"
#include "ls-search-row.h"

#include <glib/gi18n.h>

/* Ask for more results when fewer than this many screens of them are left. */
#define SCREENS_AHEAD 2

struct _LsSearchPage
{
  AdwBin parent_instance;

  LsContext *context;
  LsSearch *search;
  LsLoadState shown_state;
  GListStore *footer; /* holds the search while there is something to say at the end */

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListView *list;
  GtkScrolledWindow *results_window;
  LsSearchProblem *problem;
  LsPullLimitLabel *limit_label;
};

G_DEFINE_FINAL_TYPE (LsSearchPage, ls_search_page, ADW_TYPE_BIN)

static void
load_more_if_near_end (LsSearchPage *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->results_window);
  double page_size = gtk_adjustment_get_page_size (adjustment);
  double end = gtk_adjustment_get_value (adjustment) + page_size;

  /* A page that failed is asked for again by its button only. */
  if (page_size > 0 && end + SCREENS_AHEAD * page_size >= gtk_adjustment_get_upper (adjustment)
      && ls_search_get_state (self->search) == LS_LOAD_STATE_READY
      && ls_search_get_has_more (self->search) && ls_search_get_error (self->search) == NULL)
    ls_search_load_more (self->search);
}

static const char *
get_page_name (LsLoadState state)
{
  switch (state)
    {
    case LS_LOAD_STATE_LOADING:
      return "loading";
    case LS_LOAD_STATE_READY:
      return "results";
    case LS_LOAD_STATE_EMPTY:
    case LS_LOAD_STATE_FAILED:
      return "problem";
    case LS_LOAD_STATE_IDLE:
    default:
      return "idle";
    }
}

/* Nobody who looks at nothing to pull has to know. */
static void
load_limit (LsSearchPage *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);

  if (ls_search_get_state (self->search) == LS_LOAD_STATE_READY)
    ls_pull_limit_label_load (self->limit_label, self->context,
                              ls_account_list_find (accounts, LS_DOCKER_HUB, NULL));
}

static void
update (LsSearchPage *self)
{
  LsLoadState state = ls_search_get_state (self->search);
  const GError *error = ls_search_get_error (self->search);
  gboolean wants_footer =
      state == LS_LOAD_STATE_READY && (ls_search_get_has_more (self->search) || error != NULL);
  guint n_footers = g_list_model_get_n_items (G_LIST_MODEL (self->footer));

  if (wants_footer && n_footers == 0)
    g_list_store_append (self->footer, self->search);
  else if (!wants_footer && n_footers > 0)
    g_list_store_remove_all (self->footer);

  ls_search_problem_set_error (self->problem, ls_search_get_query (self->search),
                               state == LS_LOAD_STATE_FAILED ? error : NULL);
  gtk_stack_set_visible_child_name (self->stack, get_page_name (state));

  if (state == LS_LOAD_STATE_READY && self->shown_state != state)
    load_limit (self);

  /* A list that was scrolled would stay with the row that it kept in sight. */
  if (state == LS_LOAD_STATE_READY && self->shown_state != state)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
  self->shown_state = state;
}

static void
on_entry_changed (LsSearchPage *self)
{
  ls_search_set_query (self->search, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
on_entry_activate (LsSearchPage *self)
{
  if (ls_search_get_state (self->search) == LS_LOAD_STATE_READY)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
  else if (ls_search_get_state (self->search) == LS_LOAD_STATE_FAILED)
    ls_search_retry (self->search);
}

static void
on_entry_stop_search (LsSearchPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
on_problem_retry (LsSearchPage *self)
{
  ls_search_retry (self->search);
}

static void
on_list_activate (LsSearchPage *self, guint position)
{
  g_autoptr (GObject) item =
      g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (self->list)), position);

  if (LS_IS_HUB_REPOSITORY (item))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.pull", "s",
                                ls_hub_repository_get_name (LS_HUB_REPOSITORY (item)));
}

/* The last item of the list may be the search itself, which the footer shows;
 * all others are repositories. */
static void
on_item_bind (LsSearchPage *self, GtkListItem *list_item)
{
  GObject *item = gtk_list_item_get_item (list_item);
  GtkWidget *child = gtk_list_item_get_child (list_item);

  if (LS_IS_SEARCH (item))
    {
      gtk_list_item_set_child (list_item, ls_search_footer_new (LS_SEARCH (item)));
      gtk_list_item_set_activatable (list_item, FALSE);
      return;
    }

  if (!LS_IS_SEARCH_ROW (child))
    {
      child = ls_search_row_new ();
      gtk_list_item_set_child (list_item, child);
    }
  gtk_list_item_set_activatable (list_item, TRUE);
  ls_search_row_set_repository (LS_SEARCH_ROW (child), LS_HUB_REPOSITORY (item));
}

static void
on_item_unbind (LsSearchPage *self, GtkListItem *list_item)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  if (LS_IS_SEARCH_ROW (child))
    ls_search_row_set_repository (LS_SEARCH_ROW (child), NULL);
  else
    gtk_list_item_set_child (list_item, NULL);
}

static void
ls_search_page_dispose (GObject *object)
{
  LsSearchPage *self = LS_SEARCH_PAGE (object);

  g_clear_object (&self->context);
  g_clear_object (&self->search);
  g_clear_object (&self->footer);

  G_OBJECT_CLASS (ls_search_page_parent_class)->dispose (object);
}

static void
ls_search_page_class_init (LsSearchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LS_TYPE_BACK_BUTTON);
  g_type_ensure (LS_TYPE_PULL_LIMIT_LABEL);
  g_type_ensure (LS_TYPE_SEARCH_PROBLEM);

  G_OBJECT_CLASS (klass)->dispose = ls_search_page_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-search-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, entry);
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, stack);
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, list);
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, results_window);
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, problem);
  gtk_widget_class_bind_template_child (widget_class, LsSearchPage, limit_label);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_item_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_item_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_list_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_problem_retry);
}

static void
ls_search_page_init (LsSearchPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self));
}

/* The results, and after them the footer. */
static GtkSelectionModel *
create_model (LsSearchPage *self)
{
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);

  self->footer = g_list_store_new (LS_TYPE_SEARCH);
  g_list_store_append (parts, self->search);
  g_list_store_append (parts, self->footer);

  return GTK_SELECTION_MODEL (
      gtk_no_selection_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)))));
}

/**
 * ls_search_page_new:
 * @context: whose Docker Hub to search
 *
 * The page activates the action win.pull with the name to pull.
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
ls_search_page_new (LsContext *context)
{
  LsSearchPage *self;
  g_autoptr (GtkSelectionModel) model = NULL;
  GtkAdjustment *adjustment;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_SEARCH_PAGE, NULL);
  self->context = g_object_ref (context);
  self->search = ls_context_create_search (context);

  model = create_model (self);
  gtk_list_view_set_model (self->list, model);

  g_signal_connect_object (self->search, "notify::state", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "notify::error", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "notify::has-more", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);

  g_signal_connect_object (ls_context_get_accounts (context), "items-changed",
                           G_CALLBACK (load_limit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_context_get_transfers (context), "finished", G_CALLBACK (load_limit),
                           self, G_CONNECT_SWAPPED);

  adjustment = gtk_scrolled_window_get_vadjustment (self->results_window);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (load_more_if_near_end), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (load_more_if_near_end), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * ls_search_page_focus:
 * @self: a search page
 *
 * Gives the keyboard to the search entry, with its text selected.
 */
void
ls_search_page_focus (LsSearchPage *self)
{
  g_return_if_fail (LS_IS_SEARCH_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
