/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-queue-private.h"

/* More at once would only share the same line. */
#define DEFAULT_MAX_RUNNING 3

/* Seconds that a network gets to settle after it has changed, at most. */
#define SETTLE_TIME 3

enum
{
  PROP_0,
  PROP_MAX_RUNNING,
  PROP_N_ITEMS,
  PROP_N_ACTIVE,
  PROP_N_QUEUED,
  PROP_N_RUNNING,
  PROP_N_WAITING,
  PROP_N_PAUSED,
  PROP_N_SUCCEEDED,
  PROP_N_FAILED,
  PROP_N_CANCELLED,
  PROP_FRACTION,
  PROP_BYTES_PER_SECOND,
  PROP_SECONDS_LEFT,
  PROP_HAS_FINISHED,
  N_PROPS
};

enum
{
  SIGNAL_FINISHED,
  SIGNAL_RESUMING,
  SIGNAL_REMOVED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsTransferQueue, ls_transfer_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
ls_transfer_queue_get_item_type (GListModel *model)
{
  return LS_TYPE_TRANSFER;
}

static guint
ls_transfer_queue_get_n_items (GListModel *model)
{
  return LS_TRANSFER_QUEUE (model)->transfers->len;
}

static gpointer
ls_transfer_queue_get_item (GListModel *model, guint position)
{
  LsTransferQueue *self = LS_TRANSFER_QUEUE (model);

  return position < self->transfers->len ? g_object_ref (self->transfers->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_transfer_queue_get_item_type;
  iface->get_n_items = ls_transfer_queue_get_n_items;
  iface->get_item = ls_transfer_queue_get_item;
}

static guint
count_finished (LsTransferQueue *self)
{
  return self->summary.n_succeeded + self->summary.n_failed + self->summary.n_cancelled;
}

static void
ls_transfer_queue_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsTransferQueue *self = LS_TRANSFER_QUEUE (object);

  switch (prop_id)
    {
    case PROP_MAX_RUNNING:
      g_value_set_uint (value, self->max_running);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->transfers->len);
      break;
    case PROP_N_ACTIVE:
      g_value_set_uint (value, ls_transfer_queue_get_n_active (self));
      break;
    case PROP_N_QUEUED:
      g_value_set_uint (value, self->summary.n_queued);
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, self->summary.n_running);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, self->summary.n_waiting);
      break;
    case PROP_N_PAUSED:
      g_value_set_uint (value, self->summary.n_paused);
      break;
    case PROP_N_SUCCEEDED:
      g_value_set_uint (value, self->summary.n_succeeded);
      break;
    case PROP_N_FAILED:
      g_value_set_uint (value, self->summary.n_failed);
      break;
    case PROP_N_CANCELLED:
      g_value_set_uint (value, self->summary.n_cancelled);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->summary.fraction);
      break;
    case PROP_BYTES_PER_SECOND:
      g_value_set_int64 (value, self->summary.bytes_per_second);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_int64 (value, self->summary.seconds_left);
      break;
    case PROP_HAS_FINISHED:
      g_value_set_boolean (value, count_finished (self) > 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_transfer_queue_set_property (GObject *object, guint prop_id, const GValue *value,
                                GParamSpec *pspec)
{
  LsTransferQueue *self = LS_TRANSFER_QUEUE (object);

  switch (prop_id)
    {
    case PROP_MAX_RUNNING:
      ls_transfer_queue_set_max_running (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void on_progress (LsTransfer *transfer, GParamSpec *pspec, LsTransferQueue *self);
static void on_state (LsTransfer *transfer, GParamSpec *pspec, LsTransferQueue *self);

static void
forget (LsTransferQueue *self, LsTransfer *transfer)
{
  g_signal_handlers_disconnect_by_func (transfer, on_progress, self);
  g_signal_handlers_disconnect_by_func (transfer, on_state, self);
}

static void
ls_transfer_queue_dispose (GObject *object)
{
  LsTransferQueue *self = LS_TRANSFER_QUEUE (object);

  for (guint i = 0; i < self->transfers->len; i++)
    {
      forget (self, self->transfers->pdata[i]);
      ls_transfer_pause (self->transfers->pdata[i]);
    }
  g_ptr_array_set_size (self->transfers, 0);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (ls_transfer_queue_parent_class)->dispose (object);
}

static void
ls_transfer_queue_finalize (GObject *object)
{
  g_ptr_array_unref (LS_TRANSFER_QUEUE (object)->transfers);

  G_OBJECT_CLASS (ls_transfer_queue_parent_class)->finalize (object);
}

static void
install_count (guint prop_id, const char *name)
{
  properties[prop_id] =
      g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
ls_transfer_queue_class_init (LsTransferQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_transfer_queue_get_property;
  object_class->set_property = ls_transfer_queue_set_property;
  object_class->dispose = ls_transfer_queue_dispose;
  object_class->finalize = ls_transfer_queue_finalize;

  properties[PROP_MAX_RUNNING] =
      g_param_spec_uint ("max-running", NULL, NULL, 1, LS_TRANSFER_QUEUE_MOST, DEFAULT_MAX_RUNNING,
                         flags | G_PARAM_WRITABLE);
  install_count (PROP_N_ITEMS, "n-items");
  install_count (PROP_N_ACTIVE, "n-active");
  install_count (PROP_N_QUEUED, "n-queued");
  install_count (PROP_N_RUNNING, "n-running");
  install_count (PROP_N_WAITING, "n-waiting");
  install_count (PROP_N_PAUSED, "n-paused");
  install_count (PROP_N_SUCCEEDED, "n-succeeded");
  install_count (PROP_N_FAILED, "n-failed");
  install_count (PROP_N_CANCELLED, "n-cancelled");
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_BYTES_PER_SECOND] =
      g_param_spec_int64 ("bytes-per-second", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SECONDS_LEFT] =
      g_param_spec_int64 ("seconds-left", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_HAS_FINISHED] = g_param_spec_boolean ("has-finished", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LsTransferQueue::finished:
   * @self: the queue
   * @transfer: what ended
   *
   * A transfer succeeded, failed or was cancelled.
   */
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", LS_TYPE_TRANSFER_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_TRANSFER);

  /**
   * LsTransferQueue::resuming:
   * @self: the queue
   * @transfer: what an earlier run of the program left, and is to go on now
   *
   * Its account may not be at hand yet. A handler that returns %TRUE sees to
   * that, and calls ls_transfer_resume() itself then.
   */
  signals[SIGNAL_RESUMING] = g_signal_new ("resuming", LS_TYPE_TRANSFER_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                           g_signal_accumulator_true_handled, NULL, NULL,
                                           G_TYPE_BOOLEAN, 1, LS_TYPE_TRANSFER);

  /**
   * LsTransferQueue::removed:
   * @self: the queue
   * @transfer: what is no longer in it
   *
   * A transfer was taken out: nobody goes on with it.
   */
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", LS_TYPE_TRANSFER_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_TRANSFER);
}

static void
ls_transfer_queue_init (LsTransferQueue *self)
{
  self->transfers = g_ptr_array_new_with_free_func (g_object_unref);
  self->max_running = DEFAULT_MAX_RUNNING;
  self->summary.seconds_left = -1;
}

static gboolean
on_tick (gpointer user_data)
{
  g_autoptr (LsTransferQueue) self = g_object_ref (LS_TRANSFER_QUEUE (user_data));

  ls_transfer_queue_tick (self, g_get_real_time () / G_USEC_PER_SEC);

  return self->tick_id != 0;
}

/* By the clock on the wall, which goes on while the computer sleeps. */
static void
update_tick (LsTransferQueue *self)
{
  if (self->summary.n_waiting == 0)
    g_clear_handle_id (&self->tick_id, g_source_remove);
  else if (self->tick_id == 0)
    self->tick_id = g_timeout_add_seconds (1, on_tick, self);
}

static void
update (LsTransferQueue *self)
{
  ls_transfer_summary_read (&self->summary, G_LIST_MODEL (self));
  update_tick (self);

  for (guint i = PROP_N_ITEMS; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
on_progress (LsTransfer *transfer, GParamSpec *pspec, LsTransferQueue *self)
{
  ls_transfer_summary_read (&self->summary, G_LIST_MODEL (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_PER_SECOND]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
}

/* A push and a copy write to a registry, a pull does not. */
static gboolean
write_the_same_name (LsTransfer *a, LsTransfer *b)
{
  return (ls_transfer_get_to (a) == NULL) == (ls_transfer_get_to (b) == NULL)
         && ls_reference_equal (ls_transfer_get_name (a), ls_transfer_get_name (b));
}

/* Two that write the same name would leave it to chance whose image it is. */
static gboolean
must_wait_for_another (LsTransferQueue *self, LsTransfer *transfer)
{
  for (guint i = 0; i < self->transfers->len; i++)
    {
      LsTransfer *other = self->transfers->pdata[i];

      if (other != transfer && ls_transfer_get_state (other) == LS_TRANSFER_RUNNING
          && write_the_same_name (transfer, other))
        return TRUE;
    }

  return FALSE;
}

static LsTransfer *
find_next (LsTransferQueue *self)
{
  for (guint i = self->transfers->len; i > 0; i--)
    {
      LsTransfer *transfer = self->transfers->pdata[i - 1];

      if (ls_transfer_get_state (transfer) == LS_TRANSFER_QUEUED
          && !must_wait_for_another (self, transfer))
        return transfer;
    }

  return NULL;
}

/* Not from the summary: while a transfer tells of a state, it cannot tell of the
 * next one. */
static guint
count_running (LsTransferQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->transfers->len; i++)
    n += ls_transfer_get_state (self->transfers->pdata[i]) == LS_TRANSFER_RUNNING;

  return n;
}

/* The oldest that is queued goes first. */
static void
start_next (LsTransferQueue *self)
{
  LsTransfer *next;

  if (self->is_starting)
    return;

  self->is_starting = TRUE;
  while (count_running (self) < self->max_running && (next = find_next (self)) != NULL)
    ls_transfer_start (next);
  self->is_starting = FALSE;
}

static void
on_state (LsTransfer *transfer, GParamSpec *pspec, LsTransferQueue *self)
{
  g_autoptr (LsTransferQueue) keep = g_object_ref (self);
  g_autoptr (LsTransfer) keep_transfer = g_object_ref (transfer);

  update (self);
  if (ls_transfer_is_finished (transfer))
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0, transfer);
  start_next (self);
}

/* What waited because there was no network may go on; a little later, since
 * addresses and routes come one after the other. */
static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, LsTransferQueue *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (available)
    for (guint i = 0; i < self->transfers->len; i++)
      ls_transfer_hurry (self->transfers->pdata[i], now + g_random_int_range (1, SETTLE_TIME + 1));
}

static void
watch_network (LsTransferQueue *self)
{
  if (self->monitor_id != 0)
    return;

  if (self->monitor == NULL)
    self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->monitor_id = g_signal_connect_object (self->monitor, "network-changed",
                                              G_CALLBACK (on_network_changed), self, 0);
}

/**
 * ls_transfer_queue_new:
 *
 * Returns: (transfer full): an empty queue
 */
LsTransferQueue *
ls_transfer_queue_new (void)
{
  return g_object_new (LS_TYPE_TRANSFER_QUEUE, NULL);
}

/**
 * ls_transfer_queue_new_with_monitor:
 * @monitor: what says whether there is a network, and when it changes
 *
 * Returns: (transfer full): an empty queue
 */
LsTransferQueue *
ls_transfer_queue_new_with_monitor (GNetworkMonitor *monitor)
{
  LsTransferQueue *self = ls_transfer_queue_new ();

  self->monitor = g_object_ref (monitor);

  return self;
}

/**
 * ls_transfer_queue_get_max_running:
 * @self: the queue
 *
 * Returns: how many transfers are at work at the same time, at most
 */
guint
ls_transfer_queue_get_max_running (LsTransferQueue *self)
{
  return self->max_running;
}

/**
 * ls_transfer_queue_set_max_running:
 * @self: the queue
 * @max_running: from 1 to %LS_TRANSFER_QUEUE_MOST
 *
 * Sets how many transfers are at work at the same time. Those that are already
 * at work go on to their end.
 */
void
ls_transfer_queue_set_max_running (LsTransferQueue *self, guint max_running)
{
  max_running = CLAMP (max_running, 1, LS_TRANSFER_QUEUE_MOST);
  if (self->max_running == max_running)
    return;

  self->max_running = max_running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RUNNING]);
  start_next (self);
}

/**
 * ls_transfer_queue_add:
 * @self: the queue
 * @transfer: a transfer that was not started
 *
 * Takes a transfer and starts it when its turn comes. One of a name that another
 * one of its kind is at work on waits for the end of that.
 */
void
ls_transfer_queue_add (LsTransferQueue *self, LsTransfer *transfer)
{
  watch_network (self);
  ls_transfer_join_queue (transfer, self->monitor);
  g_ptr_array_insert (self->transfers, 0, g_object_ref (transfer));
  g_signal_connect_object (transfer, "notify::bytes-per-second", G_CALLBACK (on_progress), self, 0);
  g_signal_connect_object (transfer, "notify::state", G_CALLBACK (on_state), self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  update (self);
  start_next (self);
}

/**
 * ls_transfer_queue_remove:
 * @self: the queue
 * @transfer: a transfer of this queue
 *
 * Takes a transfer out; one that is at work is cancelled.
 */
void
ls_transfer_queue_remove (LsTransferQueue *self, LsTransfer *transfer)
{
  g_autoptr (LsTransfer) keep = g_object_ref (transfer);
  guint position;

  if (!g_ptr_array_find (self->transfers, transfer, &position))
    return;

  forget (self, transfer);
  ls_transfer_cancel (transfer);
  g_ptr_array_remove_index (self->transfers, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  update (self);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, transfer);
  start_next (self);
}

/**
 * ls_transfer_queue_clear_finished:
 * @self: the queue
 *
 * Takes out all transfers that are finished.
 */
void
ls_transfer_queue_clear_finished (LsTransferQueue *self)
{
  for (guint i = self->transfers->len; i > 0; i--)
    if (ls_transfer_is_finished (self->transfers->pdata[i - 1]))
      ls_transfer_queue_remove (self, self->transfers->pdata[i - 1]);
}

/**
 * ls_transfer_queue_get_n_active:
 * @self: the queue
 *
 * Returns: how many transfers are queued, at work or waiting for another attempt
 */
guint
ls_transfer_queue_get_n_active (LsTransferQueue *self)
{
  return self->summary.n_queued + self->summary.n_running + self->summary.n_waiting;
}
