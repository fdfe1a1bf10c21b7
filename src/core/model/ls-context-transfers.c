/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transfers as they are queued, and remembered until they are finished. */

#include "ls-context-private.h"

#include "ls-local-image.h"
#include "ls-registry-image.h"

/* How long uploads may take to come to an end when the program does, in seconds: a little
 * more than each has for that. */
#define LONGEST_END 5

/* With a tag and a digest, the digest says what to get and the tag how to call it. */
static LsReference *
choose_store_name (LsTransferKind kind, LsReference *name, GError **error)
{
  if (kind == LS_TRANSFER_PULL && ls_reference_get_tag (name) != NULL
      && ls_reference_get_digest (name) != NULL)
    return ls_reference_new (ls_reference_get_registry (name), ls_reference_get_repository (name),
                             ls_reference_get_tag (name), NULL, error);

  return ls_reference_ref (name);
}

/**
 * ls_context_create_transfer:
 * @self: the context
 * @kind: a pull or a push
 * @name: the name at the registry
 * @registry: the registry, with the credentials to use
 * @error: return location for an error
 *
 * Makes a transfer between the store and a registry, which waits to be queued.
 *
 * Errors: %LS_ERROR_INVALID_NAME.
 *
 * Returns: (transfer full): the transfer; %NULL with @error set
 */
LsTransfer *
ls_context_create_transfer (LsContext *self, LsTransferKind kind, LsReference *name,
                            LsRegistry *registry, GError **error)
{
  g_autoptr (LsReference) store_name = choose_store_name (kind, name, error);
  g_autoptr (LsLocalImage) local = NULL;
  g_autoptr (LsRegistryImage) remote = NULL;

  if (store_name == NULL)
    return NULL;

  local = ls_local_image_new (self->store, store_name);
  remote = ls_registry_image_new (registry, name);
  if (kind == LS_TRANSFER_PULL)
    return ls_transfer_new (kind, name, LS_IMAGE_SOURCE (remote), LS_IMAGE_DESTINATION (local));

  return ls_transfer_new (kind, name, LS_IMAGE_SOURCE (local), LS_IMAGE_DESTINATION (remote));
}

static gboolean
are_same_platforms (LsPlatformChoice *a, LsPlatformChoice *b)
{
  g_autofree char *a_text = ls_platform_choice_to_string (a);
  g_autofree char *b_text = ls_platform_choice_to_string (b);

  return g_strcmp0 (a_text, b_text) == 0;
}

static gboolean
are_same_names (LsReference *a, LsReference *b)
{
  return a == b || (a != NULL && b != NULL && ls_reference_equal (a, b));
}

/* Where there is none, a pull only mends what is there. */
static LsReference *
get_store_name (LsTransfer *transfer)
{
  LsImageDestination *destination = ls_transfer_get_destination (transfer);

  return LS_IS_LOCAL_IMAGE (destination) ? ls_local_image_get_name (LS_LOCAL_IMAGE (destination))
                                         : NULL;
}

/**
 * ls_context_are_alike:
 * @a: a transfer
 * @b: a transfer
 *
 * Returns: whether both are for the same
 */
gboolean
ls_context_are_alike (LsTransfer *a, LsTransfer *b)
{
  return ls_transfer_get_kind (a) == ls_transfer_get_kind (b)
         && are_same_names (ls_transfer_get_name (a), ls_transfer_get_name (b))
         && g_strcmp0 (ls_transfer_get_account (a), ls_transfer_get_account (b)) == 0
         && are_same_platforms (ls_transfer_get_platforms (a), ls_transfer_get_platforms (b))
         && are_same_names (ls_transfer_get_source_name (a), ls_transfer_get_source_name (b))
         && are_same_names (get_store_name (a), get_store_name (b));
}

/* Who asks twice for the same means it once: the transfer that is there already
 * does it, and now, if it was paused or waited. A push that is at work has read
 * what its name led to when it began. */
static gboolean
does_the_same (LsTransfer *a, LsTransfer *b)
{
  return ls_context_are_alike (a, b)
         && (ls_transfer_get_state (a) != LS_TRANSFER_RUNNING
             || g_strcmp0 (ls_transfer_get_content (a), ls_transfer_get_content (b)) == 0);
}

/**
 * ls_context_queue_transfer:
 * @self: the context
 * @transfer: a transfer that was not started
 *
 * Queues @transfer, unless what it would do was asked for before.
 *
 * Returns: (transfer full): @transfer, or the one that was there and does the same
 */
LsTransfer *
ls_context_queue_transfer (LsContext *self, LsTransfer *transfer)
{
  LsTransfer *before = ls_transfer_queue_find (self->transfers, ls_transfer_get_kind (transfer),
                                               ls_transfer_get_name (transfer));

  if (before == NULL || !does_the_same (before, transfer))
    {
      ls_transfer_queue_add (self->transfers, transfer);
      return g_object_ref (transfer);
    }

  ls_transfer_set_content (before, ls_transfer_get_content (transfer));
  ls_transfer_queue_resume (self->transfers, before);

  return g_object_ref (before);
}

/* Remembering. */

/* Who asked again for what had failed does not want it once more. */
static gboolean
is_superseded (GListModel *transfers, guint position)
{
  g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, position);

  for (guint i = 0; i < position; i++)
    {
      g_autoptr (LsTransfer) newer = g_list_model_get_item (transfers, i);

      if (ls_context_are_alike (newer, transfer))
        return TRUE;
    }

  return FALSE;
}

/* What is not finished, and what has failed until the user has seen to it. */
static gboolean
is_to_be_remembered (GListModel *transfers, guint position)
{
  g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, position);

  if (ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED)
    return !is_superseded (transfers, position);

  return !ls_transfer_is_finished (transfer);
}

/**
 * ls_context_save_transfers:
 * @self: the context
 *
 * Writes down what is not done, once what was written before is in the list.
 */
void
ls_context_save_transfers (LsContext *self)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_record_free);

  if (self->records != NULL)
    return;

  for (guint i = g_list_model_get_n_items (transfers); i > 0; i--)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i - 1);

      if (is_to_be_remembered (transfers, i - 1))
        g_ptr_array_add (records, ls_transfer_record_new (transfer));
    }
  ls_transfer_journal_save (self->journal, records);
}

/**
 * ls_context_push_after:
 * @self: the context
 * @pull: a pull of this context that is not finished
 * @sequel: the push that is to follow when it has succeeded
 *
 * Remembers a push that waits for a pull, also over the end of the program. Somebody has
 * to do it when the pull is finished: see ls_context_take_sequels().
 */
void
ls_context_push_after (LsContext *self, LsTransfer *pull, LsTransferSequel *sequel)
{
  ls_transfer_add_sequel (pull, sequel);
  ls_context_save_transfers (self);
}

/**
 * ls_context_take_sequels:
 * @self: the context
 * @pull: a pull of this context that is finished
 *
 * For whoever does or refuses what was to follow. It is not remembered any more: the
 * user may try a pull that failed again for its own sake.
 *
 * Returns: (transfer full) (element-type LsTransferSequel): what was to follow
 */
GPtrArray *
ls_context_take_sequels (LsContext *self, LsTransfer *pull)
{
  GPtrArray *sequels = ls_transfer_take_sequels (pull);

  if (sequels->len > 0)
    ls_context_save_transfers (self);

  return sequels;
}

static void
on_transfers_changed (GListModel *transfers, guint position, guint removed, guint added,
                      LsContext *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);

      g_signal_handlers_disconnect_by_func (transfer, ls_context_save_transfers, self);
      g_signal_handlers_disconnect_by_func (transfer, ls_context_drop_uploads, self);
      g_signal_connect_object (transfer, "notify::state", G_CALLBACK (ls_context_drop_uploads),
                               self, 0);
      g_signal_connect_object (transfer, "notify::expected-images",
                               G_CALLBACK (ls_context_save_transfers), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (transfer, "notify::interrupted",
                               G_CALLBACK (ls_context_save_transfers), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (transfer, "notify::goes-on", G_CALLBACK (ls_context_save_transfers),
                               self, G_CONNECT_SWAPPED);
    }
  ls_context_save_transfers (self);
}

/**
 * ls_context_watch_transfers:
 * @self: the context
 *
 * Has everything remembered from now on.
 */
void
ls_context_watch_transfers (LsContext *self)
{
  g_signal_connect_object (self->transfers, "items-changed", G_CALLBACK (on_transfers_changed),
                           self, 0);
  g_signal_connect_object (self->transfers, "notify::n-active",
                           G_CALLBACK (ls_context_save_transfers), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->transfers, "resuming", G_CALLBACK (ls_context_prepare_transfer),
                           self, 0);
  g_signal_connect_object (self->transfers, "removed", G_CALLBACK (ls_context_drop_leftovers), self,
                           0);
  g_signal_connect_object (self->accounts, "notify::state", G_CALLBACK (ls_context_go_on), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "notify::locked", G_CALLBACK (ls_context_go_on), self,
                           G_CONNECT_SWAPPED);
}

static void
stop_watching (LsContext *self)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);

  g_signal_handlers_disconnect_by_func (self->transfers, on_transfers_changed, self);
  g_signal_handlers_disconnect_by_func (self->transfers, ls_context_save_transfers, self);
  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);

      g_signal_handlers_disconnect_by_func (transfer, ls_context_save_transfers, self);
    }
}

/**
 * ls_context_stop:
 * @self: the context
 *
 * For the end of the program: stops what is at work. What is not finished is
 * remembered, and goes on in the next run. Blocks for the moment that it takes to
 * write that down and to bring uploads to an end, some seconds at most: no window
 * should be there any more. Does nothing the second time.
 */
void
ls_context_stop (LsContext *self)
{
  if (self->is_stopped)
    return;

  self->is_stopped = TRUE;
  stop_watching (self);
  ls_transfer_queue_stop (self->transfers, LONGEST_END);
  /* Only now may another process take over. */
  ls_transfer_journal_close (self->journal);
  ls_upload_log_close (ls_registry_settings_get_upload_log (self->settings));
}
