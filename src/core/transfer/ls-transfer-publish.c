/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What views get to see of an attempt while it runs. */

#include "ls-transfer-private.h"

#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-transfer-layer-private.h"

/* After how long without a byte a request that waits is worth telling, in
 * microseconds: the others may be fine. */
#define SHORTEST_STANDSTILL G_USEC_PER_SEC

/**
 * ls_transfer_set_waiting:
 * @self: a transfer
 * @when: when it goes on, in seconds of Unix time; 0 if it does not wait for a time
 * @reason: why it waits; %LS_ERROR_FAILED if it does not
 *
 * Tells what the transfer waits for.
 */
void
ls_transfer_set_waiting (LsTransfer *self, gint64 when, LsError reason)
{
  if (self->waiting_reason != reason)
    {
      self->waiting_reason = reason;
      ls_transfer_notify (self, PROP_WAITING_REASON);
    }
  if (self->waiting_until != when)
    {
      self->waiting_until = when;
      ls_transfer_notify (self, PROP_WAITING_UNTIL);
    }
}

static void
publish_layers (LsTransfer *self)
{
  if (!self->shows_layers)
    {
      g_autoptr (GPtrArray) found = ls_transfer_job_dup_layers (self->job);

      if (found != NULL)
        {
          g_list_store_splice (self->layers, 0,
                               g_list_model_get_n_items (G_LIST_MODEL (self->layers)), found->pdata,
                               found->len);
          self->shows_layers = TRUE;
          self->reached = TRUE;
        }
    }

  ls_transfer_layer_publish_all (G_LIST_MODEL (self->layers));
}

/* Whoever remembers transfers wants to know these, and is told at the next chance. */
static void
publish_expected_images (LsTransfer *self)
{
  g_auto (GStrv) digests = NULL;

  if (!LS_IS_LOCAL_IMAGE (self->destination))
    return;

  digests = ls_local_image_dup_expected (LS_LOCAL_IMAGE (self->destination));
  if (digests != NULL)
    ls_transfer_set_expected_images (self, (const char *const *) digests);
}

/* Until an attempt knows what there is to do, the figures of the one before are
 * better than none. */
static void
publish_bytes (LsTransfer *self)
{
  gint64 total = ls_transfer_job_get_total (self->job);
  gint64 done = ls_transfer_job_get_done (self->job);

  if (total == 0)
    return;

  if (self->bytes_total != total)
    {
      self->bytes_total = total;
      ls_transfer_notify (self, PROP_BYTES_TOTAL);
      ls_transfer_notify (self, PROP_FRACTION);
    }
  if (self->bytes_done != done)
    {
      self->bytes_done = done;
      ls_transfer_notify (self, PROP_BYTES_DONE);
      ls_transfer_notify (self, PROP_FRACTION);
    }
}

static gboolean
stands_still (LsTransfer *self)
{
  gint64 moved = ls_transfer_job_get_moved (self->job);
  gint64 now = g_get_monotonic_time ();

  if (moved != self->moved || self->moved_at == 0)
    {
      self->moved = moved;
      self->moved_at = now;
    }

  return moved == 0 || now - self->moved_at >= SHORTEST_STANDSTILL;
}

/* Until when requests to one end wait, or 0. */
static gint64
get_wait (gpointer end, gboolean stands_still, LsError *reason)
{
  g_autoptr (LsRegistry) registry = NULL;
  gint64 pause;

  if (!LS_IS_REGISTRY_IMAGE (end))
    return 0;

  registry = ls_registry_image_dup_registry (end);
  pause = ls_registry_get_pause (registry);
  if (pause > 0)
    *reason = LS_ERROR_RATE_LIMITED;
  else if (stands_still)
    pause = ls_registry_get_retry (registry, reason);

  return pause;
}

/* A registry that asked to be left alone is, by requests that wait, and one that
 * failed is asked again after a while, and so is whatever else failed with a blob: there
 * is no new attempt at the whole, but the user sees why nothing moves. */
static void
publish_wait (LsTransfer *self)
{
  gboolean still = stands_still (self);
  LsError reason = LS_ERROR_FAILED;
  gint64 until = get_wait (self->source, still, &reason);

  if (until == 0)
    until = get_wait (self->destination, still, &reason);
  if (until == 0 && still)
    until = ls_transfer_job_get_retry (self->job, &reason);

  ls_transfer_set_waiting (self, until, reason);
  if (until > 0)
    ls_transfer_notify (self, PROP_WAITING_UNTIL);
}

/**
 * ls_transfer_publish:
 * @self: a transfer that is at work
 *
 * Lets those who look at the transfer see how far its attempt is.
 */
void
ls_transfer_publish (LsTransfer *self)
{
  g_object_freeze_notify (G_OBJECT (self));

  publish_layers (self);
  publish_expected_images (self);
  publish_wait (self);
  ls_speed_meter_update (&self->speed, ls_transfer_job_get_moved (self->job),
                         g_get_monotonic_time ());
  publish_bytes (self);
  ls_transfer_notify (self, PROP_BYTES_PER_SECOND);
  ls_transfer_notify (self, PROP_SECONDS_LEFT);

  g_object_thaw_notify (G_OBJECT (self));
}
