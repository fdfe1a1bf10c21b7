/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The life of a transfer: attempts that run in worker threads, and what comes
 * between them. */

#include "ls-transfer-private.h"

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-transfer-retry.h"
#include "ls-worker.h"

/* How often progress reaches the views. */
#define PUBLISH_INTERVAL_MS 100

static void
abandon_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ls_registry_image_abandon (source);
  g_task_return_boolean (task, TRUE);
}

/**
 * ls_transfer_abandon:
 * @self: a transfer
 *
 * Says that nobody will go on with what was sent of blobs to the repository of @self, by
 * this transfer or another: the registry is told, and it is forgotten here. What was
 * brought of them is the store's, which has its own ways.
 */
void
ls_transfer_abandon (LsTransfer *self)
{
  g_autoptr (GTask) task = NULL;

  if (!LS_IS_REGISTRY_IMAGE (self->destination))
    return;

  task = g_task_new (self->destination, NULL, NULL, NULL);
  g_task_set_source_tag (task, ls_transfer_abandon);
  ls_worker_run (task, abandon_in_worker);
}

static void
set_state (LsTransfer *self, LsTransferState state)
{
  if (self->state == state)
    return;

  self->state = state;
  ls_transfer_notify (self, PROP_STATE);
  ls_transfer_notify (self, PROP_FRACTION);
}

static void
set_error (LsTransfer *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;

  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  ls_transfer_notify (self, PROP_ERROR);
}

static void
set_interrupted (LsTransfer *self, gboolean interrupted, gboolean goes_on)
{
  if (self->goes_on != goes_on)
    {
      self->goes_on = goes_on;
      ls_transfer_notify (self, PROP_GOES_ON);
    }
  if (self->interrupted != interrupted)
    {
      self->interrupted = interrupted;
      ls_transfer_notify (self, PROP_INTERRUPTED);
    }
}

static gboolean
on_publish (gpointer user_data)
{
  ls_transfer_publish (user_data);

  return G_SOURCE_CONTINUE;
}

static void
run_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ls_transfer_job_run (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
show_result (LsTransfer *self)
{
  self->digest = g_strdup (ls_digest_to_string (ls_transfer_job_get_digest (self->job)));
  self->manifest_size = ls_transfer_job_get_manifest_size (self->job);
  self->up_to_date = ls_transfer_job_get_up_to_date (self->job);
  ls_transfer_notify (self, PROP_DIGEST);
  ls_transfer_notify (self, PROP_MANIFEST_SIZE);
  ls_transfer_notify (self, PROP_UP_TO_DATE);
}

static gboolean
should_wait (LsTransfer *self, const GError *error)
{
  return self->monitor != NULL
         && ls_transfer_retry_is_worth (error, self->reached,
                                        g_network_monitor_get_network_available (self->monitor));
}

static LsTransferState
judge (LsTransfer *self, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return self->stop_as;

  /* Stopped by the user as much as by the line: the user's word counts. */
  if (g_cancellable_is_cancelled (self->cancellable) && should_wait (self, error))
    return self->stop_as;

  /* Access is given to an image, and denied at whatever is asked for first. */
  if (g_error_matches (error, LS_ERROR, LS_ERROR_UNAUTHORIZED)
      || g_error_matches (error, LS_ERROR, LS_ERROR_FORBIDDEN))
    ls_error_set_subject (error, self->title);

  return should_wait (self, error) ? LS_TRANSFER_WAITING : LS_TRANSFER_FAILED;
}

static void
wait_after (LsTransfer *self, const GError *error, gint64 done)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  /* What moves again and again and gets no further is no progress. */
  self->fruitless = done > self->furthest ? 0 : self->fruitless + 1;
  self->furthest = MAX (self->furthest, done);
  ls_transfer_set_waiting (
      self, ls_transfer_retry_get_time (error, self->fruitless, g_random_double (), now),
      (LsError) error->code);
}

static void
on_job_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsTransfer *self = LS_TRANSFER (object);
  g_autoptr (GError) error = NULL;
  LsTransferState state = LS_TRANSFER_SUCCEEDED;
  gint64 done = ls_transfer_job_get_done (self->job);

  g_object_freeze_notify (G_OBJECT (self));

  g_clear_handle_id (&self->publish_id, g_source_remove);
  ls_transfer_publish (self);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    state = judge (self, error);
  ls_speed_meter_reset (&self->speed);
  ls_transfer_notify (self, PROP_BYTES_PER_SECOND);
  ls_transfer_notify (self, PROP_SECONDS_LEFT);

  if (state == LS_TRANSFER_SUCCEEDED)
    show_result (self);
  if (state == LS_TRANSFER_WAITING)
    wait_after (self, error, done);
  else
    ls_transfer_set_waiting (self, 0, LS_ERROR_FAILED);
  if (state == LS_TRANSFER_WAITING || state == LS_TRANSFER_FAILED)
    set_error (self, error);

  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  set_state (self, state);

  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_start:
 * @self: a transfer that is queued
 *
 * Starts the work, or goes on with it. Its end is a change of the state.
 */
void
ls_transfer_start (LsTransfer *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self->state == LS_TRANSFER_QUEUED);

  self->shows_layers = FALSE;

  self->job = ls_transfer_job_new (self->source, self->destination);
  ls_transfer_job_set_platforms (self->job, self->platforms);
  self->cancellable = g_cancellable_new ();
  self->stop_as = LS_TRANSFER_CANCELLED;
  self->moved = 0;
  self->moved_at = 0;
  self->publish_id = g_timeout_add (PUBLISH_INTERVAL_MS, on_publish, self);

  task = g_task_new (self, self->cancellable, on_job_done, NULL);
  g_task_set_source_tag (task, ls_transfer_start);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (self->job), g_object_unref);
  set_state (self, LS_TRANSFER_RUNNING);
  ls_worker_run (task, run_job);
}

/* Leaves the state for another one, now or as soon as the worker has noticed. */
static void
stop_as (LsTransfer *self, LsTransferState state)
{
  if (self->state == LS_TRANSFER_RUNNING)
    {
      self->stop_as = state;
      g_cancellable_cancel (self->cancellable);
      return;
    }

  g_object_freeze_notify (G_OBJECT (self));
  ls_transfer_set_waiting (self, 0, LS_ERROR_FAILED);
  set_error (self, NULL);
  set_state (self, state);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_cancel:
 * @self: a transfer
 *
 * Ends the transfer. What was moved and verified stays and is not moved again
 * by the next attempt.
 */
void
ls_transfer_cancel (LsTransfer *self)
{
  if (!ls_transfer_is_finished (self))
    stop_as (self, LS_TRANSFER_CANCELLED);
}

/**
 * ls_transfer_pause:
 * @self: a transfer
 *
 * Stops the transfer until ls_transfer_resume(). What was moved stays: here as
 * parts of blobs, at a registry as far as it keeps what it was sent. One that is
 * finished stays as it is.
 */
void
ls_transfer_pause (LsTransfer *self)
{
  ls_transfer_set_goes_on (self, FALSE);

  /* A cancelled one may need a moment to notice. */
  if (ls_transfer_is_finished (self) || self->state == LS_TRANSFER_PAUSED
      || (g_cancellable_is_cancelled (self->cancellable) && self->stop_as == LS_TRANSFER_CANCELLED))
    return;

  stop_as (self, LS_TRANSFER_PAUSED);
}

/**
 * ls_transfer_wait:
 * @self: a transfer
 * @until: how long to wait at most, in microseconds of monotonic time
 *
 * Waits for the worker, which needs no main loop for that. The state stays as it is until
 * that runs. Blocks.
 *
 * Returns: whether nothing is at work any more
 */
gboolean
ls_transfer_wait (LsTransfer *self, gint64 until)
{
  return self->job == NULL || ls_transfer_job_wait (self->job, until);
}

/**
 * ls_transfer_resume:
 * @self: a transfer
 *
 * Lets a transfer that is paused go on when its turn comes, and one that waits
 * for another attempt at once. Others stay as they are.
 */
void
ls_transfer_resume (LsTransfer *self)
{
  gboolean stops =
      self->state == LS_TRANSFER_RUNNING && g_cancellable_is_cancelled (self->cancellable);

  if (self->state != LS_TRANSFER_PAUSED && self->state != LS_TRANSFER_WAITING
      && !(stops && self->stop_as == LS_TRANSFER_PAUSED))
    return;

  g_object_freeze_notify (G_OBJECT (self));
  set_interrupted (self, FALSE, FALSE);
  stop_as (self, LS_TRANSFER_QUEUED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_reset:
 * @self: a transfer that is finished
 *
 * Makes a finished transfer wait for another attempt.
 */
void
ls_transfer_reset (LsTransfer *self)
{
  g_return_if_fail (ls_transfer_is_finished (self));

  g_object_freeze_notify (G_OBJECT (self));
  g_list_store_remove_all (self->layers);
  g_clear_pointer (&self->digest, g_free);
  self->shows_layers = FALSE;
  self->reached = FALSE;
  self->fruitless = 0;
  self->furthest = 0;
  self->bytes_done = 0;
  self->bytes_total = 0;
  ls_speed_meter_reset (&self->speed);
  self->manifest_size = 0;
  self->up_to_date = FALSE;
  for (guint i = PROP_BYTES_DONE; i < PROP_ERROR; i++)
    ls_transfer_notify (self, i);
  set_interrupted (self, FALSE, FALSE);
  set_error (self, NULL);
  set_state (self, LS_TRANSFER_QUEUED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_interrupt:
 * @self: a transfer that was not started, or failed in an earlier run of the program
 * @goes_on: whether it was not the user who paused it
 *
 * Makes it one that an earlier run of the program has left: paused, and found
 * at its registry before.
 */
void
ls_transfer_interrupt (LsTransfer *self, gboolean goes_on)
{
  g_return_if_fail (self->state == LS_TRANSFER_QUEUED || self->state == LS_TRANSFER_FAILED);

  g_object_freeze_notify (G_OBJECT (self));
  self->reached = TRUE;
  set_interrupted (self, TRUE, goes_on);
  set_error (self, NULL);
  set_state (self, LS_TRANSFER_PAUSED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_is_repair:
 * @self: a transfer
 *
 * Returns: whether it brings content that is damaged or missing on this computer, and
 *   writes no name
 */
gboolean
ls_transfer_is_repair (LsTransfer *self)
{
  return LS_IS_LOCAL_IMAGE (self->destination)
         && ls_local_image_get_name (LS_LOCAL_IMAGE (self->destination)) == NULL;
}

/**
 * ls_transfer_make_title:
 * @self: a transfer
 *
 * A repair asks by digest for what the user knows by its name.
 *
 * Returns: (transfer full): the name to show
 */
char *
ls_transfer_make_title (LsTransfer *self)
{
  g_autoptr (LsReference) name = NULL;

  if (ls_transfer_is_repair (self))
    name = ls_reference_new (ls_reference_get_registry (self->name),
                             ls_reference_get_repository (self->name),
                             ls_reference_get_tag (self->name), NULL, NULL);

  return ls_reference_to_string (name != NULL ? name : self->name);
}

/**
 * ls_transfer_interrupt_failed:
 * @self: a transfer that was not started, or an interrupted one that is paused
 * @failure: why it failed
 *
 * Makes it one that failed in an earlier run of the program, and that the user did not
 * take out of the list; or one of that run that cannot go on.
 */
void
ls_transfer_interrupt_failed (LsTransfer *self, const GError *failure)
{
  g_return_if_fail (self->state == LS_TRANSFER_QUEUED || self->state == LS_TRANSFER_PAUSED);

  g_object_freeze_notify (G_OBJECT (self));
  set_interrupted (self, TRUE, FALSE);
  set_error (self, failure);
  set_state (self, LS_TRANSFER_FAILED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_transfer_get_content:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): the digest that its name led to when it
 *   was asked for; %NULL when that is not known before
 */
const char *
ls_transfer_get_content (LsTransfer *self)
{
  return self->content;
}

/**
 * ls_transfer_set_content:
 * @self: a transfer
 * @digest: (nullable): the digest that its name leads to at the source
 *
 * Says what a transfer was asked for, to tell whether another one is asked for
 * the same.
 */
void
ls_transfer_set_content (LsTransfer *self, const char *digest)
{
  char *copy = g_strdup (digest);

  g_free (self->content);
  self->content = copy;
}

/**
 * ls_transfer_set_goes_on:
 * @self: a transfer
 * @goes_on: whether it goes on as soon as it can
 *
 * Says of an interrupted transfer whether it still has to be asked to go on.
 */
void
ls_transfer_set_goes_on (LsTransfer *self, gboolean goes_on)
{
  if (self->interrupted)
    set_interrupted (self, TRUE, goes_on);
}

/**
 * ls_transfer_set_expected_images:
 * @self: a transfer
 * @digests: the digests of the manifests that the store was told to expect
 *
 * Says what belongs to a pull that an earlier run of the program has left.
 */
void
ls_transfer_set_expected_images (LsTransfer *self, const char *const *digests)
{
  if (self->expected_images != NULL
      && g_strv_equal ((const char *const *) self->expected_images, digests))
    return;

  g_strfreev (self->expected_images);
  self->expected_images = g_strdupv ((char **) digests);
  ls_transfer_notify (self, PROP_EXPECTED_IMAGES);
}

/**
 * ls_transfer_join_queue:
 * @self: a transfer
 * @monitor: what knows whether there is a network
 *
 * Tells the transfer that somebody will start it again, so that it waits after a
 * failure that passes by itself.
 */
void
ls_transfer_join_queue (LsTransfer *self, GNetworkMonitor *monitor)
{
  g_set_object (&self->monitor, monitor);
}

/**
 * ls_transfer_tick:
 * @self: a transfer
 * @now: seconds of Unix time
 *
 * Lets time pass for one that waits: its turn comes, or views count down.
 */
void
ls_transfer_tick (LsTransfer *self, gint64 now)
{
  if (self->state != LS_TRANSFER_WAITING)
    return;

  if (now >= self->waiting_until)
    ls_transfer_resume (self);
  else
    ls_transfer_notify (self, PROP_WAITING_UNTIL);
}

/**
 * ls_transfer_hurry:
 * @self: a transfer
 * @latest: seconds of Unix time
 *
 * The network is another one now: what waited for that goes on by @latest.
 */
void
ls_transfer_hurry (LsTransfer *self, gint64 latest)
{
  if (self->state == LS_TRANSFER_WAITING && ls_transfer_retry_needs_network (self->error))
    ls_transfer_set_waiting (self, MIN (self->waiting_until, latest), self->waiting_reason);
}
