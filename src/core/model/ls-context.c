/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-context-private.h"

#include "ls-error.h"
#include "ls-registry-image.h"
#include "ls-worker.h"

enum
{
  PROP_0,
  PROP_IMAGES,
  PROP_ACCOUNTS,
  PROP_PLACES,
  PROP_TRANSFERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsContext, ls_context, G_TYPE_OBJECT)

static void
ls_context_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsContext *self = LS_CONTEXT (object);

  switch (prop_id)
    {
    case PROP_IMAGES:
      g_value_set_object (value, self->images);
      break;
    case PROP_ACCOUNTS:
      g_value_set_object (value, self->accounts);
      break;
    case PROP_PLACES:
      g_value_set_object (value, self->places);
      break;
    case PROP_TRANSFERS:
      g_value_set_object (value, self->transfers);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_context_dispose (GObject *object)
{
  LsContext *self = LS_CONTEXT (object);

  if (self->transfers != NULL)
    ls_context_stop (self);

  G_OBJECT_CLASS (ls_context_parent_class)->dispose (object);
}

static void
ls_context_finalize (GObject *object)
{
  LsContext *self = LS_CONTEXT (object);

  g_clear_object (&self->journal);
  if (self->records != NULL)
    g_queue_free_full (g_steal_pointer (&self->records), (GDestroyNotify) ls_transfer_record_free);
  g_clear_object (&self->transfers);
  g_clear_object (&self->places);
  g_clear_object (&self->accounts);
  g_clear_object (&self->images);
  g_clear_object (&self->hub);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  g_clear_object (&self->http);
  g_clear_error (&self->settings_error);
  g_free (self->uploads_folder);

  G_OBJECT_CLASS (ls_context_parent_class)->finalize (object);
}

static void
ls_context_class_init (LsContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_context_get_property;
  object_class->dispose = ls_context_dispose;
  object_class->finalize = ls_context_finalize;

  properties[PROP_IMAGES] = g_param_spec_object ("images", NULL, NULL, LS_TYPE_IMAGE_LIST, flags);
  properties[PROP_ACCOUNTS] =
      g_param_spec_object ("accounts", NULL, NULL, LS_TYPE_ACCOUNT_LIST, flags);
  properties[PROP_PLACES] = g_param_spec_object ("places", NULL, NULL, LS_TYPE_PLACE_LIST, flags);
  properties[PROP_TRANSFERS] =
      g_param_spec_object ("transfers", NULL, NULL, LS_TYPE_TRANSFER_QUEUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_context_init (LsContext *self)
{
}

/**
 * ls_context_find_account:
 * @self: the context
 * @name: a name at a registry
 *
 * Returns: (transfer none) (nullable): the account that fits the name: the one
 *   that the repository belongs to, else the first of the registry
 */
LsAccount *
ls_context_find_account (LsContext *self, LsReference *name)
{
  g_auto (GStrv) path = g_strsplit (ls_reference_get_repository (name), "/", 2);
  LsAccount *account;

  account = ls_account_list_find (self->accounts, ls_reference_get_registry (name), path[0]);
  if (account != NULL)
    return account;

  return ls_account_list_find (self->accounts, ls_reference_get_registry (name), NULL);
}

typedef struct
{
  LsContext *context;
  LsTransfer *transfer;
  LsRegistryImage *end; /* of the transfer, at the registry */
} Resumption;

static void
resumption_free (Resumption *resumption)
{
  g_object_unref (resumption->context);
  g_object_unref (resumption->transfer);
  g_object_unref (resumption->end);
  g_free (resumption);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Resumption, resumption_free)

static gboolean
waits_for_sign_in (LsTransfer *transfer)
{
  return ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED
         && ls_error_wants_sign_in (ls_transfer_get_error (transfer));
}

static void
on_registry_for_resumption (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Resumption) resumption = user_data;
  g_autoptr (LsRegistry) registry = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, NULL);
  if (registry == NULL)
    return;

  ls_registry_image_set_registry (resumption->end, registry);
  if (waits_for_sign_in (resumption->transfer))
    ls_transfer_queue_retry (resumption->context->transfers, resumption->transfer);
}

/* Who goes on at @name, now that @signed_in is there. The account of a transfer is the one
 * at the registry that it is called after: what one user has asked for is not done by
 * another. */
static LsAccount *
choose_account (LsContext *self, LsTransfer *transfer, LsReference *name, LsAccount *signed_in)
{
  const char *registry = ls_reference_get_registry (name);
  const char *own = ls_transfer_get_account (transfer);

  if (!g_str_equal (registry, ls_account_get_registry (signed_in)))
    return NULL;
  if (own == NULL
      || !g_str_equal (registry, ls_reference_get_registry (ls_transfer_get_name (transfer))))
    return ls_context_find_account (self, name);

  return g_str_equal (own, ls_account_get_username (signed_in)) ? signed_in : NULL;
}

static void
resume_end (LsContext *self, LsTransfer *transfer, gpointer end, LsAccount *signed_in)
{
  Resumption *resumption;
  LsReference *name;
  LsAccount *account;

  if (!LS_IS_REGISTRY_IMAGE (end))
    return;

  name = ls_registry_image_get_name (end);
  account = choose_account (self, transfer, name, signed_in);
  if (account == NULL)
    return;

  if (name == ls_transfer_get_name (transfer))
    ls_transfer_set_account (transfer, ls_account_get_username (account));
  resumption = g_new (Resumption, 1);
  resumption->context = g_object_ref (self);
  resumption->transfer = g_object_ref (transfer);
  resumption->end = g_object_ref (end);
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (name), account,
                                      on_registry_for_resumption, resumption);
}

/* Whoever signs in after a registry asked for it wants the transfer to go on. A copy
 * has two ends at registries, each with an account of its own. */
static void
resume_transfers (LsContext *self, LsAccount *signed_in, gboolean with_interrupted)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);

      if (!waits_for_sign_in (transfer)
          || (ls_transfer_get_interrupted (transfer) && !with_interrupted))
        continue;

      resume_end (self, transfer, ls_transfer_get_source (transfer), signed_in);
      resume_end (self, transfer, ls_transfer_get_destination (transfer), signed_in);
    }
}

/* An account may also come from the keyring, once it is unlocked. What failed in an
 * earlier run does not start because of that. */
static void
on_accounts_changed (GListModel *accounts, guint position, guint removed, guint added,
                     LsContext *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LsAccount) account = g_list_model_get_item (accounts, i);

      resume_transfers (self, account, FALSE);
    }
  if (added > 0)
    ls_context_go_on (self);
}

static void
on_signed_in (LsAccountList *accounts, LsAccount *account, LsContext *self)
{
  resume_transfers (self, account, TRUE);
}

static void
load_confidants (LsContext *self, const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "token-servers.ini", NULL);
  g_autoptr (GError) error = NULL;

  if (!ls_confidants_load (ls_registry_settings_get_confidants (self->settings), path, &error))
    g_debug ("Who has seen which password is not known: %s", error->message);
}

/**
 * ls_context_new:
 * @config_dir: the folder of registries.conf
 * @data_dir: the folder of the store
 *
 * Reads registries.conf; everything else waits for ls_context_load().
 *
 * Returns: (transfer full): what one running Longshore works with
 */
LsContext *
ls_context_new (const char *config_dir, const char *data_dir)
{
  LsContext *self = g_object_new (LS_TYPE_CONTEXT, NULL);
  g_autofree char *conf = g_build_filename (config_dir, "registries.conf", NULL);
  g_autofree char *store = g_build_filename (data_dir, "store", NULL);
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  self->http = ls_http_new ();
  self->settings = ls_registry_settings_new ();
  ls_registry_settings_load (self->settings, conf, &self->settings_error);
  load_confidants (self, data_dir);
  self->hub = ls_hub_new (self->http, self->settings);
  self->store = ls_store_new (store);
  self->images = ls_image_list_new (self->store);
  self->accounts = ls_account_list_new (self->http, self->settings, keyring);
  self->places = ls_place_list_new (self->images, self->accounts, self->settings);
  self->transfers = ls_transfer_queue_new ();
  self->journal = ls_transfer_journal_new (data_dir);
  self->uploads_folder = g_build_filename (data_dir, "uploads", NULL);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           0);
  g_signal_connect_object (self->accounts, "signed-in", G_CALLBACK (on_signed_in), self, 0);
  ls_context_watch_transfers (self);

  return self;
}

/* Whoever opened the store before has the journal, too. */
static void
open_journal (LsContext *self, GTask *task)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *records = ls_transfer_journal_open (self->journal, &error);

  if (records == NULL)
    g_debug ("Unfinished transfers are not remembered: %s", error->message);
  else
    g_task_set_task_data (task, records, (GDestroyNotify) g_ptr_array_unref);

  g_clear_error (&error);
  if (!ls_upload_log_open (ls_registry_settings_get_upload_log (self->settings),
                           self->uploads_folder, &error))
    g_debug ("Unfinished uploads are not remembered: %s", error->message);
}

static void
open_store (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  LsContext *self = LS_CONTEXT (source);
  GError *error = NULL;

  if (!ls_store_open (self->store, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  if (!ls_transfer_journal_is_open (self->journal))
    open_journal (self, task);
  g_task_return_boolean (task, TRUE);
}

static void
on_store_open (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsContext *self = LS_CONTEXT (object);
  GPtrArray *records = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) || !ls_store_watch (self->store, &error))
    ls_image_list_fail (self->images, error);
  else
    ls_image_list_load (self->images);

  if (records != NULL)
    ls_context_take_up_transfers (self, records);
}

/**
 * ls_context_set_cache_dir:
 * @self: a context
 * @cache_dir: a folder, which need not exist
 *
 * Recalls from the folder, and keeps there, how each registry takes blobs. Without
 * it that is found out anew in each run.
 */
void
ls_context_set_cache_dir (LsContext *self, const char *cache_dir)
{
  g_autofree char *path = g_build_filename (cache_dir, "uploads", NULL);
  g_autoptr (GError) error = NULL;

  g_return_if_fail (LS_IS_CONTEXT (self));

  if (!ls_upload_memory_load (ls_registry_settings_get_upload_memory (self->settings), path,
                              &error))
    g_debug ("What was known about uploads is lost: %s", error->message);
}

/**
 * ls_context_load:
 * @self: the context
 *
 * Starts to read the store and the keyring. Returns at once; the lists tell
 * when there is something. May be called again after a failure.
 */
void
ls_context_load (LsContext *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_store_open, NULL);

  g_task_set_source_tag (task, ls_context_load);
  ls_worker_run (task, open_store);
  ls_account_list_load (self->accounts);
}

/**
 * ls_context_get_images:
 * @self: the context
 *
 * Returns: (transfer none): the images on this computer
 */
LsImageList *
ls_context_get_images (LsContext *self)
{
  return self->images;
}

/**
 * ls_context_get_accounts:
 * @self: the context
 *
 * Returns: (transfer none): who is signed in where
 */
LsAccountList *
ls_context_get_accounts (LsContext *self)
{
  return self->accounts;
}

/**
 * ls_context_get_places:
 * @self: the context
 *
 * Returns: (transfer none): all places
 */
LsPlaceList *
ls_context_get_places (LsContext *self)
{
  return self->places;
}

/**
 * ls_context_get_transfers:
 * @self: the context
 *
 * Returns: (transfer none): the transfers of this run
 */
LsTransferQueue *
ls_context_get_transfers (LsContext *self)
{
  return self->transfers;
}

/**
 * ls_context_get_http:
 * @self: the context
 *
 * Returns: (transfer none): the door to the network, which has the limits of
 *   connections and of speed as properties
 */
LsHttp *
ls_context_get_http (LsContext *self)
{
  return self->http;
}

/**
 * ls_context_get_settings_error:
 * @self: the context
 *
 * Returns: (transfer none) (nullable): what is wrong with registries.conf
 */
const GError *
ls_context_get_settings_error (LsContext *self)
{
  return self->settings_error;
}

/**
 * ls_context_is_insecure:
 * @self: the context
 * @registry: the name of a registry
 *
 * Returns: whether the settings allow plain http or an unverified certificate there
 */
gboolean
ls_context_is_insecure (LsContext *self, const char *registry)
{
  return ls_registry_settings_is_insecure (self->settings, registry);
}

/**
 * ls_context_create_search:
 * @self: the context
 *
 * Returns: (transfer full): a new search of Docker Hub
 */
LsSearch *
ls_context_create_search (LsContext *self)
{
  return ls_search_new (self->hub);
}

static void
collect_garbage (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  guint64 freed = 0;

  if (!ls_store_collect_garbage (LS_CONTEXT (source)->store, &freed, cancellable, &error))
    g_warning ("The store could not be cleaned up: %s", error->message);

  g_task_return_boolean (task, TRUE);
}

/**
 * ls_context_collect_garbage:
 * @self: the context
 *
 * Deletes what no name leads to, in the background. Nobody has to wait for it:
 * what stays is found by the next collection.
 */
void
ls_context_collect_garbage (LsContext *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_source_tag (task, ls_context_collect_garbage);
  ls_worker_run (task, collect_garbage);
}
