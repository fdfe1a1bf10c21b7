/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Taking up the transfers that an earlier run of the program has left. They are
 * there at once, as nobody's; the account comes when they go on. */

#include "ls-context-private.h"

#include "ls-local-image.h"
#include "ls-registry-image.h"

typedef struct
{
  LsContext *context;
  LsTransfer *transfer;
  gboolean is_asked_for; /* by the user, who wants to know what becomes of it */

  /* What is still to be asked for. */
  LsRegistryImage *end;
  LsAccount *account;         /* (nullable) */
  LsRegistryImage *other_end; /* (nullable): of a copy, where it comes from */
  LsAccount *other_account;   /* (nullable) */
} Preparation;

static void
preparation_free (Preparation *self)
{
  g_object_unref (self->context);
  g_object_unref (self->transfer);
  g_clear_object (&self->end);
  g_clear_object (&self->account);
  g_clear_object (&self->other_end);
  g_clear_object (&self->other_account);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Preparation, preparation_free)

static LsAccount *
find_account (LsContext *self, LsTransfer *transfer)
{
  LsReference *name = ls_transfer_get_name (transfer);
  const char *username = ls_transfer_get_account (transfer);

  if (username == NULL)
    return NULL;

  return ls_account_list_find (self->accounts, ls_reference_get_registry (name), username);
}

static void ask_for_registry (Preparation *preparation);

static void
on_registry_to_go_on (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Preparation) self = user_data;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;
  gboolean writes = ls_transfer_get_to (self->transfer) != NULL
                    && (gpointer) self->end == ls_transfer_get_destination (self->transfer);

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);
  if (registry != NULL)
    ls_registry_image_set_registry (self->end, registry);

  /* Paused meanwhile, or cancelled. */
  if (!ls_transfer_get_goes_on (self->transfer)
      || ls_transfer_get_state (self->transfer) != LS_TRANSFER_PAUSED)
    return;

  /* What is public can be read without a password. Nobody writes without one that
   * was there before: that stays for another time, unless somebody waits for it. */
  if (registry == NULL && writes)
    {
      if (self->is_asked_for)
        ls_transfer_interrupt_failed (self->transfer, error);
      return;
    }

  if (self->other_end != NULL)
    {
      g_set_object (&self->end, self->other_end);
      g_set_object (&self->account, self->other_account);
      g_clear_object (&self->other_end);
      ask_for_registry (g_steal_pointer (&self));
      return;
    }

  ls_transfer_resume (self->transfer);
}

static void
ask_for_registry (Preparation *self)
{
  LsReference *name = ls_registry_image_get_name (self->end);

  ls_account_list_get_registry_async (self->context->accounts, ls_reference_get_registry (name),
                                      self->account, on_registry_to_go_on, self);
}

/**
 * ls_context_prepare_transfer:
 * @transfers: the queue
 * @transfer: a transfer of an earlier run that is to go on
 * @self: the context
 *
 * Handles LsTransferQueue::resuming: sees to the account, and lets @transfer go on then.
 *
 * Returns: %TRUE
 */
gboolean
ls_context_prepare_transfer (LsTransferQueue *transfers, LsTransfer *transfer, LsContext *self)
{
  LsAccount *account = find_account (self, transfer);
  LsReference *from = ls_transfer_get_source_name (transfer);
  LsImageSource *source = ls_transfer_get_source (transfer);
  gboolean writes = ls_transfer_get_to (transfer) != NULL;
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->context = g_object_ref (self);
  preparation->transfer = g_object_ref (transfer);
  preparation->is_asked_for = !self->is_going_on;
  preparation->end =
      g_object_ref (writes ? (gpointer) ls_transfer_get_destination (transfer) : (gpointer) source);
  g_set_object (&preparation->account, account);
  if (writes && from != NULL)
    {
      preparation->other_end = g_object_ref (LS_REGISTRY_IMAGE (source));
      g_set_object (
          &preparation->other_account,
          ls_context_choose_reader (self, from, ls_transfer_get_name (transfer), account));
    }
  ask_for_registry (preparation);

  return TRUE;
}

static gboolean
has_what_it_needs (LsContext *self, LsTransfer *transfer)
{
  if (ls_transfer_get_account (transfer) == NULL)
    return TRUE;

  /* Nobody who just opens the program is asked to unlock something. */
  return find_account (self, transfer) != NULL && !ls_account_list_get_locked (self->accounts);
}

/**
 * ls_context_go_on:
 * @self: the context
 *
 * Lets those go on that were at work when the program ended, as far as that
 * asks nothing of the user.
 */
void
ls_context_go_on (LsContext *self)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);

  self->is_going_on = TRUE;
  for (guint i = g_list_model_get_n_items (transfers); i > 0; i--)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i - 1);

      if (ls_transfer_get_goes_on (transfer) && has_what_it_needs (self, transfer))
        ls_transfer_queue_resume (self->transfers, transfer);
    }
  self->is_going_on = FALSE;
}

typedef struct
{
  LsContext *context;
  LsTransferRecord *record;
  LsRegistry *registry; /* the one of the record's name */
} TakingUp;

static void
taking_up_free (TakingUp *self)
{
  g_object_unref (self->context);
  ls_transfer_record_free (self->record);
  g_clear_object (&self->registry);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TakingUp, taking_up_free)

static LsTransfer *
create_transfer (TakingUp *self, LsRegistry *source_registry)
{
  LsTransferRecord *record = self->record;
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (self->registry, record->name);

  if (record->kind == LS_TRANSFER_COPY)
    {
      g_autoptr (LsRegistryImage) source = ls_registry_image_new (source_registry, record->source);

      return ls_transfer_new (record->kind, record->name, LS_IMAGE_SOURCE (source),
                              LS_IMAGE_DESTINATION (remote));
    }
  if (record->is_nameless)
    {
      g_autoptr (LsLocalImage) content = ls_local_image_new (self->context->store, NULL);

      return ls_transfer_new (record->kind, record->name, LS_IMAGE_SOURCE (remote),
                              LS_IMAGE_DESTINATION (content));
    }

  return ls_context_create_transfer (self->context, record->kind, record->name, self->registry,
                                     NULL);
}

static void
add_sequels (LsTransferRecord *record, LsTransfer *transfer)
{
  for (guint i = 0; record->sequels != NULL && i < record->sequels->len; i++)
    ls_transfer_add_sequel (transfer, record->sequels->pdata[i]);
}

/* What the user has asked for in this run, if it is for the same as @transfer. */
static LsTransfer *
find_asked_for (LsTransferQueue *transfers, LsTransfer *transfer)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transfers)); i++)
    {
      g_autoptr (LsTransfer) other = g_list_model_get_item (G_LIST_MODEL (transfers), i);

      if (!ls_transfer_get_interrupted (other) && !ls_transfer_is_finished (other)
          && ls_context_are_alike (other, transfer))
        return other;
    }

  return NULL;
}

static void
queue_record (TakingUp *self, LsRegistry *source_registry)
{
  LsTransferRecord *record = self->record;
  LsTransferQueue *transfers = self->context->transfers;
  g_autoptr (LsTransfer) transfer = create_transfer (self, source_registry);
  LsTransfer *before;

  if (transfer == NULL)
    return;

  ls_transfer_set_account (transfer, record->account);
  if (record->platforms != NULL)
    ls_transfer_set_platforms (transfer, record->platforms);

  /* The user was faster. */
  before = find_asked_for (transfers, transfer);
  if (before != NULL)
    {
      add_sequels (record, before);
      return;
    }

  if (record->images != NULL)
    ls_transfer_set_expected_images (transfer, (const char *const *) record->images);
  add_sequels (record, transfer);
  if (record->failure != NULL)
    ls_transfer_interrupt_failed (transfer, record->failure);
  else
    ls_transfer_interrupt (transfer, !record->paused);
  ls_transfer_queue_add (transfers, transfer);
  ls_context_keep_leftovers (self->context, transfer);
}

static void take_up_next (LsContext *self);

static void
on_registry_to_take_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TakingUp) self = user_data;
  g_autoptr (LsRegistry) registry = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, NULL);

  /* A copy needs two of them. */
  if (registry != NULL && self->registry == NULL && self->record->source != NULL)
    {
      self->registry = g_steal_pointer (&registry);
      ls_account_list_get_registry_async (self->context->accounts,
                                          ls_reference_get_registry (self->record->source), NULL,
                                          on_registry_to_take_up, g_steal_pointer (&self));
      return;
    }

  if (registry != NULL)
    {
      if (self->registry == NULL)
        self->registry = g_object_ref (registry);
      queue_record (self, registry);
    }
  take_up_next (self->context);
}

/* One after the other, in their order. */
static void
take_up_next (LsContext *self)
{
  LsTransferRecord *record = g_queue_pop_head (self->records);
  TakingUp *taking_up;

  if (record == NULL)
    {
      g_clear_pointer (&self->records, g_queue_free);
      ls_context_save_transfers (self);
      ls_context_go_on (self);
      return;
    }

  taking_up = g_new0 (TakingUp, 1);
  taking_up->context = g_object_ref (self);
  taking_up->record = record;
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (record->name),
                                      NULL, on_registry_to_take_up, taking_up);
}

/**
 * ls_context_take_up_transfers:
 * @self: the context
 * @records: (element-type LsTransferRecord): what was not finished, in order; is emptied
 *
 * Puts what an earlier run has left into the queue, one after the other.
 */
void
ls_context_take_up_transfers (LsContext *self, GPtrArray *records)
{
  self->records = g_queue_new ();
  while (records->len > 0)
    g_queue_push_tail (self->records, g_ptr_array_steal_index (records, 0));
  take_up_next (self);
}
