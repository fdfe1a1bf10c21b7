/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-layer-private.h"

struct _LsTransferLayer
{
  GObject parent_instance;

  LsDescriptor *blob;
  char *digest;

  /* what views see; main context only */
  LsLayerState state;
  gint64 bytes_done;
  char *mounted_from;

  /* what workers reported last */
  GMutex lock;
  LsLayerState reported_state;
  gint64 reported_done;
  gint64 skipped; /* bytes of reported_done that were there already */
  gboolean is_beginning;
  gint64 retry_at; /* microseconds of Unix time; 0: it does not wait for that */
  LsError retry_reason;
  char *reported_mounted_from;
};

enum
{
  PROP_0,
  PROP_DIGEST,
  PROP_STATE,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_MOUNTED_FROM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (LsLayerState, ls_layer_state, G_DEFINE_ENUM_VALUE (LS_LAYER_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_MOVING, "moving"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_VERIFYING, "verifying"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_COMPLETE, "complete"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_EXISTS, "exists"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_MOUNTED, "mounted"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_LEFT_OUT, "left-out"),
                    G_DEFINE_ENUM_VALUE (LS_LAYER_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (LsTransferLayer, ls_transfer_layer, G_TYPE_OBJECT)

static void
ls_transfer_layer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsTransferLayer *self = LS_TRANSFER_LAYER (object);

  switch (prop_id)
    {
    case PROP_DIGEST:
      g_value_set_string (value, self->digest);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_BYTES_DONE:
      g_value_set_int64 (value, self->bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_int64 (value, ls_transfer_layer_get_bytes_total (self));
      break;
    case PROP_MOUNTED_FROM:
      g_value_set_string (value, self->mounted_from);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_transfer_layer_finalize (GObject *object)
{
  LsTransferLayer *self = LS_TRANSFER_LAYER (object);

  g_clear_pointer (&self->blob, ls_descriptor_unref);
  g_clear_pointer (&self->digest, g_free);
  g_clear_pointer (&self->mounted_from, g_free);
  g_clear_pointer (&self->reported_mounted_from, g_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ls_transfer_layer_parent_class)->finalize (object);
}

static void
ls_transfer_layer_class_init (LsTransferLayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_transfer_layer_get_property;
  object_class->finalize = ls_transfer_layer_finalize;

  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LS_TYPE_LAYER_STATE, LS_LAYER_WAITING, flags);
  properties[PROP_BYTES_DONE] =
      g_param_spec_int64 ("bytes-done", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_BYTES_TOTAL] =
      g_param_spec_int64 ("bytes-total", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MOUNTED_FROM] = g_param_spec_string ("mounted-from", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_transfer_layer_init (LsTransferLayer *self)
{
  g_mutex_init (&self->lock);
}

/**
 * ls_transfer_layer_new:
 * @blob: what is moved
 *
 * Returns: (transfer full): a layer that waits
 */
LsTransferLayer *
ls_transfer_layer_new (LsDescriptor *blob)
{
  LsTransferLayer *self = g_object_new (LS_TYPE_TRANSFER_LAYER, NULL);

  self->blob = ls_descriptor_ref (blob);
  self->digest = ls_digest_dup_short (ls_descriptor_get_digest (blob));

  return self;
}

/**
 * ls_transfer_layer_get_blob:
 * @self: a layer
 *
 * Returns: (transfer none): what is moved
 */
LsDescriptor *
ls_transfer_layer_get_blob (LsTransferLayer *self)
{
  return self->blob;
}

/**
 * ls_transfer_layer_begin_attempt:
 * @self: a layer
 *
 * Notes that the next report says where an attempt begins; from any thread.
 */
void
ls_transfer_layer_begin_attempt (LsTransferLayer *self)
{
  g_mutex_lock (&self->lock);
  self->is_beginning = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * ls_transfer_layer_get_moved:
 * @self: a layer
 *
 * Reads how many bytes have gone by, which are fewer than are there when an
 * attempt goes on where another one ended; from any thread.
 *
 * Returns: number of bytes
 */
gint64
ls_transfer_layer_get_moved (LsTransferLayer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->reported_done - self->skipped;
}

/**
 * ls_transfer_layer_report:
 * @self: a layer
 * @state: how far it is
 * @bytes_done: how many bytes are there
 *
 * Notes what a worker did; from any thread.
 */
void
ls_transfer_layer_report (LsTransferLayer *self, LsLayerState state, gint64 bytes_done)
{
  g_mutex_lock (&self->lock);
  if (self->is_beginning)
    self->skipped += bytes_done - self->reported_done;
  self->is_beginning = FALSE;
  self->reported_state = state;
  self->reported_done = bytes_done;
  g_mutex_unlock (&self->lock);
}

/**
 * ls_transfer_layer_report_mounted:
 * @self: a layer
 * @repository: where the registry took it from
 *
 * Notes that the blob did not have to be moved; from any thread.
 */
void
ls_transfer_layer_report_mounted (LsTransferLayer *self, const char *repository)
{
  g_mutex_lock (&self->lock);
  self->reported_state = LS_LAYER_MOUNTED;
  g_free (self->reported_mounted_from);
  self->reported_mounted_from = g_strdup (repository);
  g_mutex_unlock (&self->lock);
}

/**
 * ls_transfer_layer_report_retry:
 * @self: a layer
 * @when: when it is tried again, in microseconds of Unix time; 0: that wait is over
 * @reason: why the last attempt failed
 *
 * Notes that a worker waits before it tries again; from any thread.
 */
void
ls_transfer_layer_report_retry (LsTransferLayer *self, gint64 when, LsError reason)
{
  g_mutex_lock (&self->lock);
  self->retry_at = when;
  self->retry_reason = reason;
  g_mutex_unlock (&self->lock);
}

/**
 * ls_transfer_layer_get_retry:
 * @self: a layer
 * @reason: (out): why the last attempt failed
 *
 * Reads whether a worker waits before it tries again; from any thread.
 *
 * Returns: when it does, in microseconds of Unix time; 0 if it does not wait, and
 *   then @reason is left alone
 */
gint64
ls_transfer_layer_get_retry (LsTransferLayer *self, LsError *reason)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->retry_at > 0)
    *reason = self->retry_reason;

  return self->retry_at;
}

/**
 * ls_transfer_layer_peek:
 * @self: a layer
 * @bytes_done: (out) (optional): the bytes that were reported last
 *
 * Reads what was reported last, before it is published; from any thread.
 *
 * Returns: the state that was reported last
 */
LsLayerState
ls_transfer_layer_peek (LsTransferLayer *self, gint64 *bytes_done)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (bytes_done != NULL)
    *bytes_done = self->reported_done;

  return self->reported_state;
}

/**
 * ls_transfer_layer_publish:
 * @self: a layer
 *
 * Makes what was reported last visible to views; in the main context.
 */
void
ls_transfer_layer_publish (LsTransferLayer *self)
{
  g_autofree char *mounted_from = NULL;
  LsLayerState state;
  gint64 done;

  g_mutex_lock (&self->lock);
  state = self->reported_state;
  done = self->reported_done;
  mounted_from = g_steal_pointer (&self->reported_mounted_from);
  g_mutex_unlock (&self->lock);

  g_object_freeze_notify (G_OBJECT (self));
  if (mounted_from != NULL)
    {
      g_free (self->mounted_from);
      self->mounted_from = g_steal_pointer (&mounted_from);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MOUNTED_FROM]);
    }
  if (self->bytes_done != done)
    {
      self->bytes_done = done;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_DONE]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_layer_publish_all:
 * @layers: a list of layers
 *
 * Publishes each layer of a transfer; in the main context.
 */
void
ls_transfer_layer_publish_all (GListModel *layers)
{
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (LsTransferLayer) layer = g_list_model_get_item (layers, i);

      ls_transfer_layer_publish (layer);
    }
}

/**
 * ls_transfer_layer_get_digest:
 * @self: a layer
 *
 * Returns: (transfer none): the first 12 digits of its digest
 */
const char *
ls_transfer_layer_get_digest (LsTransferLayer *self)
{
  return self->digest;
}

/**
 * ls_transfer_layer_get_state:
 * @self: a layer
 *
 * Returns: how far it is
 */
LsLayerState
ls_transfer_layer_get_state (LsTransferLayer *self)
{
  return self->state;
}

/**
 * ls_transfer_layer_get_bytes_done:
 * @self: a layer
 *
 * Returns: how many bytes of it were moved
 */
gint64
ls_transfer_layer_get_bytes_done (LsTransferLayer *self)
{
  return self->bytes_done;
}

/**
 * ls_transfer_layer_get_bytes_total:
 * @self: a layer
 *
 * Returns: its size in bytes
 */
gint64
ls_transfer_layer_get_bytes_total (LsTransferLayer *self)
{
  return ls_descriptor_get_size (self->blob);
}
