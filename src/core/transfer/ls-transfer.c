/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-private.h"

#include "ls-error.h"
#include "ls-registry-image.h"

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsTransfer, ls_transfer, G_TYPE_OBJECT)

static void
ls_transfer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsTransfer *self = LS_TRANSFER (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_IS_REPAIR:
      g_value_set_boolean (value, ls_transfer_is_repair (self));
      break;
    case PROP_NAME:
      g_value_set_boxed (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_FROM:
      g_value_set_string (value, ls_transfer_get_from (self));
      break;
    case PROP_TO:
      g_value_set_string (value, ls_transfer_get_to (self));
      break;
    case PROP_REGISTRY:
      g_value_set_string (value, ls_reference_get_registry (self->name));
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_INTERRUPTED:
      g_value_set_boolean (value, self->interrupted);
      break;
    case PROP_GOES_ON:
      g_value_set_boolean (value, self->goes_on);
      break;
    case PROP_EXPECTED_IMAGES:
      g_value_set_boxed (value, self->expected_images);
      break;
    case PROP_WAITING_UNTIL:
      g_value_set_int64 (value, self->waiting_until);
      break;
    case PROP_WAITING_REASON:
      g_value_set_int (value, (int) self->waiting_reason);
      break;
    case PROP_BYTES_DONE:
      g_value_set_int64 (value, self->bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_int64 (value, self->bytes_total);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, ls_transfer_get_fraction (self));
      break;
    case PROP_BYTES_PER_SECOND:
      g_value_set_int64 (value, ls_transfer_get_bytes_per_second (self));
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_int64 (value, ls_transfer_get_seconds_left (self));
      break;
    case PROP_DIGEST:
      g_value_set_string (value, self->digest);
      break;
    case PROP_MANIFEST_SIZE:
      g_value_set_int64 (value, self->manifest_size);
      break;
    case PROP_UP_TO_DATE:
      g_value_set_boolean (value, self->up_to_date);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LAYERS:
      g_value_set_object (value, self->layers);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_transfer_dispose (GObject *object)
{
  LsTransfer *self = LS_TRANSFER (object);

  g_clear_handle_id (&self->publish_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (ls_transfer_parent_class)->dispose (object);
}

static void
ls_transfer_finalize (GObject *object)
{
  LsTransfer *self = LS_TRANSFER (object);

  g_clear_object (&self->source);
  g_clear_object (&self->destination);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->monitor);
  g_clear_object (&self->layers);
  g_clear_pointer (&self->name, ls_reference_unref);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->content, g_free);
  g_clear_pointer (&self->sequels, g_ptr_array_unref);
  g_clear_pointer (&self->expected_images, g_strfreev);
  g_clear_pointer (&self->platforms, ls_platform_choice_unref);
  g_clear_pointer (&self->digest, g_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (ls_transfer_parent_class)->finalize (object);
}

static void
ls_transfer_class_init (LsTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_transfer_get_property;
  object_class->dispose = ls_transfer_dispose;
  object_class->finalize = ls_transfer_finalize;

  properties[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, LS_TYPE_TRANSFER_KIND, LS_TRANSFER_PULL, flags);
  properties[PROP_IS_REPAIR] = g_param_spec_boolean ("is-repair", NULL, NULL, FALSE, flags);
  properties[PROP_NAME] = g_param_spec_boxed ("name", NULL, NULL, LS_TYPE_REFERENCE, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LS_TYPE_TRANSFER_STATE, LS_TRANSFER_QUEUED, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, flags);
  properties[PROP_TO] = g_param_spec_string ("to", NULL, NULL, NULL, flags);
  properties[PROP_REGISTRY] = g_param_spec_string ("registry", NULL, NULL, NULL, flags);
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags);
  properties[PROP_INTERRUPTED] = g_param_spec_boolean ("interrupted", NULL, NULL, FALSE, flags);
  properties[PROP_GOES_ON] = g_param_spec_boolean ("goes-on", NULL, NULL, FALSE, flags);
  properties[PROP_EXPECTED_IMAGES] =
      g_param_spec_boxed ("expected-images", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_WAITING_UNTIL] =
      g_param_spec_int64 ("waiting-until", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_WAITING_REASON] =
      g_param_spec_int ("waiting-reason", NULL, NULL, 0, G_MAXINT, LS_ERROR_FAILED, flags);
  properties[PROP_BYTES_DONE] =
      g_param_spec_int64 ("bytes-done", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_BYTES_TOTAL] =
      g_param_spec_int64 ("bytes-total", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_BYTES_PER_SECOND] =
      g_param_spec_int64 ("bytes-per-second", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SECONDS_LEFT] =
      g_param_spec_int64 ("seconds-left", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  properties[PROP_MANIFEST_SIZE] =
      g_param_spec_int64 ("manifest-size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_UP_TO_DATE] = g_param_spec_boolean ("up-to-date", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_LAYERS] = g_param_spec_object ("layers", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_transfer_init (LsTransfer *self)
{
  self->layers = g_list_store_new (LS_TYPE_TRANSFER_LAYER);
  self->sequels = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_sequel_unref);
}

/**
 * ls_transfer_notify:
 * @self: a transfer
 * @prop_id: one of its properties
 *
 * Tells that a property has changed, for the files that make up #LsTransfer.
 */
void
ls_transfer_notify (LsTransfer *self, guint prop_id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/**
 * ls_transfer_new:
 * @kind: what the user calls it
 * @name: the name that the image has on the registry's side; for a copy, at its end
 * @source: where the image is
 * @destination: where it goes
 *
 * Of an index, a pull brings the image for this computer; a push or a copy takes all of
 * it. See ls_transfer_set_platforms().
 *
 * Returns: (transfer full): a transfer that waits to be started
 */
LsTransfer *
ls_transfer_new (LsTransferKind kind, LsReference *name, LsImageSource *source,
                 LsImageDestination *destination)
{
  LsTransfer *self = g_object_new (LS_TYPE_TRANSFER, NULL);

  self->kind = kind;
  self->name = ls_reference_ref (name);
  self->source = g_object_ref (source);
  self->destination = g_object_ref (destination);
  self->title = ls_transfer_make_title (self);
  self->platforms =
      kind == LS_TRANSFER_PULL ? ls_platform_choice_new_host () : ls_platform_choice_new_all ();

  return self;
}

/**
 * ls_transfer_set_account:
 * @self: a transfer
 * @username: (nullable): who it is done as at the registry; %NULL: nobody
 *
 * Says whose transfer it is, for those who look at it.
 */
void
ls_transfer_set_account (LsTransfer *self, const char *username)
{
  if (g_strcmp0 (self->account, username) == 0)
    return;

  g_free (self->account);
  self->account = g_strdup (username);
  ls_transfer_notify (self, PROP_ACCOUNT);
}

/**
 * ls_transfer_is_finished:
 * @self: a transfer
 *
 * Returns: whether it succeeded, failed or was cancelled
 */
gboolean
ls_transfer_is_finished (LsTransfer *self)
{
  return self->state == LS_TRANSFER_SUCCEEDED || self->state == LS_TRANSFER_FAILED
         || self->state == LS_TRANSFER_CANCELLED;
}

/**
 * ls_transfer_get_kind:
 * @self: a transfer
 *
 * Returns: what the user calls it
 */
LsTransferKind
ls_transfer_get_kind (LsTransfer *self)
{
  return self->kind;
}

/**
 * ls_transfer_get_name:
 * @self: a transfer
 *
 * Returns: (transfer none): the name that the image has on the registry's side
 */
LsReference *
ls_transfer_get_name (LsTransfer *self)
{
  return self->name;
}

/**
 * ls_transfer_get_title:
 * @self: a transfer
 *
 * Returns: (transfer none): the name as it is shown
 */
const char *
ls_transfer_get_title (LsTransfer *self)
{
  return self->title;
}

/**
 * ls_transfer_get_account:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the user name that it is done as at the
 *   registry; %NULL for nobody
 */
const char *
ls_transfer_get_account (LsTransfer *self)
{
  return self->account;
}

/**
 * ls_transfer_get_source_name:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the name that the image has where it comes from;
 *   %NULL for this computer
 */
LsReference *
ls_transfer_get_source_name (LsTransfer *self)
{
  if (self->kind == LS_TRANSFER_COPY && LS_IS_REGISTRY_IMAGE (self->source))
    return ls_registry_image_get_name (LS_REGISTRY_IMAGE (self->source));

  return self->kind == LS_TRANSFER_PULL ? self->name : NULL;
}

/**
 * ls_transfer_get_platforms:
 * @self: a transfer
 *
 * Returns: (transfer none): which images of an index it moves
 */
LsPlatformChoice *
ls_transfer_get_platforms (LsTransfer *self)
{
  return self->platforms;
}

/**
 * ls_transfer_set_platforms:
 * @self: a transfer that was not started
 * @platforms: which images of an index to move
 *
 * Chooses platforms; see ls_transfer_job_set_platforms() for what comes of it.
 */
void
ls_transfer_set_platforms (LsTransfer *self, LsPlatformChoice *platforms)
{
  g_return_if_fail (platforms != NULL);

  ls_platform_choice_ref (platforms);
  ls_platform_choice_unref (self->platforms);
  self->platforms = platforms;
}

/**
 * ls_transfer_get_from:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the registry that the image comes from;
 *   %NULL for this computer
 */
const char *
ls_transfer_get_from (LsTransfer *self)
{
  LsReference *name = ls_transfer_get_source_name (self);

  return name != NULL ? ls_reference_get_registry (name) : NULL;
}

/**
 * ls_transfer_get_to:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the registry that the image goes to; %NULL
 *   for this computer
 */
const char *
ls_transfer_get_to (LsTransfer *self)
{
  return self->kind != LS_TRANSFER_PULL ? ls_reference_get_registry (self->name) : NULL;
}

/**
 * ls_transfer_get_interrupted:
 * @self: a transfer
 *
 * Returns: whether it is left over from an earlier run of the program, and did
 *   not go on yet
 */
gboolean
ls_transfer_get_interrupted (LsTransfer *self)
{
  return self->interrupted;
}

/**
 * ls_transfer_get_goes_on:
 * @self: a transfer
 *
 * Returns: whether it is interrupted, and was at work then: it goes on as soon as
 *   it can, without being asked to
 */
gboolean
ls_transfer_get_goes_on (LsTransfer *self)
{
  return self->goes_on;
}

/**
 * ls_transfer_get_expected_images:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the digests of the manifests that the store
 *   was told to expect for it, see ls_store_expect_image()
 */
const char *const *
ls_transfer_get_expected_images (LsTransfer *self)
{
  return (const char *const *) self->expected_images;
}

/**
 * ls_transfer_get_waiting_until:
 * @self: a transfer
 *
 * Returns: when it goes on by itself, in seconds of Unix time; 0 when it is not
 *   waiting. Also set while it is at work and the registry asked for a pause.
 */
gint64
ls_transfer_get_waiting_until (LsTransfer *self)
{
  return self->waiting_until;
}

/**
 * ls_transfer_get_source:
 * @self: a transfer
 *
 * Returns: (transfer none): where the image comes from
 */
LsImageSource *
ls_transfer_get_source (LsTransfer *self)
{
  return self->source;
}

/**
 * ls_transfer_get_destination:
 * @self: a transfer
 *
 * Returns: (transfer none): where the image goes
 */
LsImageDestination *
ls_transfer_get_destination (LsTransfer *self)
{
  return self->destination;
}

/**
 * ls_transfer_get_state:
 * @self: a transfer
 *
 * Returns: how far it is
 */
LsTransferState
ls_transfer_get_state (LsTransfer *self)
{
  return self->state;
}

/**
 * ls_transfer_get_bytes_done:
 * @self: a transfer
 *
 * Returns: how many of the image's bytes are at the destination, those that were there
 *   before with them
 */
gint64
ls_transfer_get_bytes_done (LsTransfer *self)
{
  return self->bytes_done;
}

/**
 * ls_transfer_get_bytes_total:
 * @self: a transfer
 *
 * Returns: how many bytes the image has; 0 until that is known
 */
gint64
ls_transfer_get_bytes_total (LsTransfer *self)
{
  return self->bytes_total;
}

/**
 * ls_transfer_get_fraction:
 * @self: a transfer
 *
 * Returns: how much is done, from 0 to 1
 */
double
ls_transfer_get_fraction (LsTransfer *self)
{
  if (self->state == LS_TRANSFER_SUCCEEDED)
    return 1.0;

  return self->bytes_total > 0 ? MIN (1.0, self->bytes_done / (double) self->bytes_total) : 0.0;
}

/**
 * ls_transfer_get_bytes_per_second:
 * @self: a transfer
 *
 * Returns: the speed of the last seconds
 */
gint64
ls_transfer_get_bytes_per_second (LsTransfer *self)
{
  return (gint64) ls_speed_meter_get (&self->speed);
}

/**
 * ls_transfer_get_seconds_left:
 * @self: a transfer
 *
 * Returns: how many seconds are left at this speed; -1 when that is not known
 */
gint64
ls_transfer_get_seconds_left (LsTransfer *self)
{
  if (self->state != LS_TRANSFER_RUNNING || self->bytes_total == 0)
    return -1;

  return ls_speed_meter_get_seconds (&self->speed, self->bytes_total - self->bytes_done);
}

/**
 * ls_transfer_get_digest:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the digest that the name leads to, once
 *   the transfer succeeded
 */
const char *
ls_transfer_get_digest (LsTransfer *self)
{
  return self->digest;
}

/**
 * ls_transfer_get_manifest_size:
 * @self: a transfer
 *
 * Returns: the size of the image's manifest in bytes, once the transfer succeeded
 */
gint64
ls_transfer_get_manifest_size (LsTransfer *self)
{
  return self->manifest_size;
}

/**
 * ls_transfer_get_up_to_date:
 * @self: a transfer
 *
 * Returns: whether the name led to this image before
 */
gboolean
ls_transfer_get_up_to_date (LsTransfer *self)
{
  return self->up_to_date;
}

/**
 * ls_transfer_get_error:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): why it failed, or why it is waiting
 */
const GError *
ls_transfer_get_error (LsTransfer *self)
{
  return self->error;
}

/**
 * ls_transfer_get_layers:
 * @self: a transfer
 *
 * Returns: (transfer none): its blobs, as #LsTransferLayer
 */
GListModel *
ls_transfer_get_layers (LsTransfer *self)
{
  return G_LIST_MODEL (self->layers);
}
