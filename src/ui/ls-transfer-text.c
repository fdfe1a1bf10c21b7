/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-text.h"

#include "config.h"
#include "ls-error-text.h"
#include "ls-format.h"
#include "ls-reference-text.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_REPOSITORY_CHARS 120
#define MAX_REGISTRY_CHARS 80
#define MAX_USERNAME_CHARS 40

/* In seconds. */
#define SHORTEST_CLOCK_WAIT 60

static char *
running_text (LsTransferKind kind, gint64 bytes_done, gint64 bytes_total, gint64 bytes_per_second,
              gint64 seconds_left)
{
  g_autofree char *done = ls_format_size ((guint64) MAX (bytes_done, 0));
  g_autofree char *total = ls_format_size ((guint64) MAX (bytes_total, 0));
  g_autofree char *speed = ls_format_speed (bytes_per_second);
  g_autofree char *left = ls_format_duration (seconds_left);
  gboolean pull = kind == LS_TRANSFER_PULL;

  if (bytes_total <= 0)
    return g_strdup (pull ? _ ("Asking for the image…") : _ ("Asking the registry…"));

  if (bytes_done >= bytes_total)
    return g_strdup (_ ("Finishing…"));

  if (bytes_per_second <= 0)
    return pull
               /* Translators: sizes: "Downloading, 12.0 MB of 29.7 MB". */
               ? g_strdup_printf (_ ("Downloading, %1$s of %2$s"), done, total)
               /* Translators: sizes: "Pushing, 12.0 MB of 29.7 MB". */
               : g_strdup_printf (_ ("Pushing, %1$s of %2$s"), done, total);

  if (seconds_left < 0)
    return pull
               /* Translators: sizes and a speed: "Downloading, 12.0 MB of 29.7 MB, 2.0 MB/s". */
               ? g_strdup_printf (_ ("Downloading, %1$s of %2$s, %3$s"), done, total, speed)
               /* Translators: sizes and a speed: "Pushing, 12.0 MB of 29.7 MB, 2.0 MB/s". */
               : g_strdup_printf (_ ("Pushing, %1$s of %2$s, %3$s"), done, total, speed);

  return pull
             /* Translators: sizes, a speed and a time span:
              * "Downloading, 12.0 MB of 29.7 MB, 2.0 MB/s, 8 s left". */
             ? g_strdup_printf (_ ("Downloading, %1$s of %2$s, %3$s, %4$s left"), done, total,
                                speed, left)
             /* Translators: sizes, a speed and a time span:
              * "Pushing, 12.0 MB of 29.7 MB, 2.0 MB/s, 8 s left". */
             : g_strdup_printf (_ ("Pushing, %1$s of %2$s, %3$s, %4$s left"), done, total, speed,
                                left);
}

static char *
paused_text (gint64 bytes_done, gint64 bytes_total)
{
  g_autofree char *done = ls_format_size ((guint64) MAX (bytes_done, 0));
  g_autofree char *total = ls_format_size ((guint64) MAX (bytes_total, 0));

  if (bytes_total <= 0)
    return g_strdup (C_ ("transfer", "Paused"));

  /* Translators: sizes: "Paused at 12.0 MB of 29.7 MB". */
  return g_strdup_printf (_ ("Paused at %1$s of %2$s"), done, total);
}

/**
 * ls_transfer_text:
 * @kind: pull or push
 * @state: how far it is
 * @bytes_done: bytes that are there
 * @bytes_total: bytes in all; 0 while not known
 * @bytes_per_second: the present speed; 0 while not known
 * @seconds_left: time that is left; -1 while not known
 * @up_to_date: nothing had to be moved
 * @is_repair: whether it brings back what was damaged or missing
 * @error: (nullable): why it failed
 *
 * Returns: (transfer full): what a transfer is doing, or how it ended
 */
char *
ls_transfer_text (LsTransferKind kind, LsTransferState state, gint64 bytes_done, gint64 bytes_total,
                  gint64 bytes_per_second, gint64 seconds_left, gboolean up_to_date,
                  gboolean is_repair, const GError *error)
{
  switch (state)
    {
    case LS_TRANSFER_QUEUED:
      return g_strdup (C_ ("transfer", "Waiting"));
    case LS_TRANSFER_RUNNING:
      return running_text (kind, bytes_done, bytes_total, bytes_per_second, seconds_left);
    case LS_TRANSFER_PAUSED:
      return paused_text (bytes_done, bytes_total);
    case LS_TRANSFER_SUCCEEDED:
      if (is_repair)
        return g_strdup (C_ ("transfer", "Repaired"));
      if (kind != LS_TRANSFER_PULL)
        return g_strdup (up_to_date ? _ ("The registry has this image already")
                                    : C_ ("transfer", "Pushed"));
      return g_strdup (up_to_date ? _ ("Image is up to date") : _ ("Downloaded newer image"));
    case LS_TRANSFER_CANCELLED:
      return g_strdup (_ ("Cancelled; what was verified is kept"));
    case LS_TRANSFER_WAITING:
      return g_strdup (_ ("Trying again…"));
    case LS_TRANSFER_FAILED:
    default:
      if (error == NULL)
        return g_strdup (C_ ("transfer", "Failed"));
      return ls_error_text_during (error,
                                   kind == LS_TRANSFER_PULL ? LS_ACTIVITY_PULL : LS_ACTIVITY_PUSH);
    }
}

/**
 * ls_transfer_text_queued:
 * @n_before: how many others start before it
 *
 * Returns: (transfer full): when a transfer that is queued starts
 */
char *
ls_transfer_text_queued (guint n_before)
{
  if (n_before == 0)
    return g_strdup (_ ("Waiting; starts next"));

  return g_strdup_printf (ngettext ("Waiting; %u other starts before it",
                                    "Waiting; %u others start before it", n_before),
                          n_before);
}

/**
 * ls_transfer_text_waiting:
 * @registry: the registry that the transfer waits for
 * @reason: why it was cut
 * @until: when it goes on by itself, in seconds of Unix time
 * @now: (nullable): the present; %NULL asks the clock
 *
 * Returns: (transfer full): what a transfer waits for that goes on by itself, and how long
 */
char *
ls_transfer_text_waiting (const char *registry, LsError reason, gint64 until, GDateTime *now)
{
  g_autoptr (GDateTime) clock = now != NULL ? g_date_time_ref (now) : g_date_time_new_now_utc ();
  gint64 seconds = until - g_date_time_to_unix (clock);
  g_autofree char *when = ls_format_clock_time (until, clock);
  g_autofree char *span = ls_format_duration (seconds);
  g_autofree char *title = ls_safe_text (ls_registry_title (registry), MAX_REGISTRY_CHARS);
  gboolean unreachable = reason == LS_ERROR_OFFLINE || reason == LS_ERROR_TIMED_OUT;

  if (seconds <= 0)
    return g_strdup (_ ("Trying again…"));

  if (reason == LS_ERROR_RATE_LIMITED)
    /* Translators: a registry, a time of day and a time span, as in
     * "Docker Hub asked to wait until 14:05 (in 3 min)". */
    return g_strdup_printf (_ ("%1$s asked to wait until %2$s (in %3$s)"), title, when, span);

  /* Before so short a time has been read off a clock, it is over. */
  if (seconds < SHORTEST_CLOCK_WAIT)
    return unreachable
               /* Translators: a registry and a time span, as in
                * "Docker Hub cannot be reached; trying again in 8 s". */
               ? g_strdup_printf (_ ("%1$s cannot be reached; trying again in %2$s"), title, span)
               /* Translators: a registry and a time span, as in
                * "Docker Hub is busy; trying again in 8 s". */
               : g_strdup_printf (_ ("%1$s is busy; trying again in %2$s"), title, span);

  if (unreachable)
    /* Translators: a registry, a time of day and a time span, as in
     * "Docker Hub cannot be reached; tries again at 14:05 (in 3 min)". */
    return g_strdup_printf (_ ("%1$s cannot be reached; tries again at %2$s (in %3$s)"), title,
                            when, span);

  /* Translators: a registry, a time of day and a time span, as in
   * "Docker Hub has a problem; tries again at 14:05 (in 3 min)". */
  return g_strdup_printf (_ ("%1$s has a problem; tries again at %2$s (in %3$s)"), title, when,
                          span);
}

/**
 * ls_transfer_kind_name:
 * @kind: a kind of transfer
 * @is_repair: whether it brings back what was damaged or missing
 *
 * Returns: (transfer none): what the user calls it
 */
const char *
ls_transfer_kind_name (LsTransferKind kind, gboolean is_repair)
{
  if (is_repair)
    return C_ ("transfer", "Repair");

  switch (kind)
    {
    case LS_TRANSFER_PUSH:
      return C_ ("transfer", "Push");
    case LS_TRANSFER_COPY:
      return C_ ("transfer", "Copy");
    case LS_TRANSFER_PULL:
    default:
      return C_ ("transfer", "Pull");
    }
}

static char *
place_text (const char *registry, const char *account)
{
  g_autofree char *title = NULL;
  g_autofree char *username = NULL;

  if (registry == NULL)
    return g_strdup (_ ("This Computer"));

  title = ls_safe_text (ls_registry_title (registry), MAX_REGISTRY_CHARS);
  if (account == NULL)
    return g_steal_pointer (&title);

  username = ls_safe_text (account, MAX_USERNAME_CHARS);
  /* Translators: a registry, and the user who is signed in there: "Docker Hub (alice)". */
  return g_strdup_printf (C_ ("place", "%1$s (%2$s)"), title, username);
}

/**
 * ls_transfer_route_text:
 * @kind: what kind of transfer
 * @from: (nullable): the registry that the image comes from; %NULL for this computer
 * @to: (nullable): the registry that it goes to; %NULL for this computer
 * @account: (nullable): who is signed in there
 *
 * Returns: (transfer full): from where to where an image goes
 */
char *
ls_transfer_route_text (LsTransferKind kind, const char *from, const char *to, const char *account)
{
  g_autofree char *source = place_text (from, kind == LS_TRANSFER_PULL ? account : NULL);
  g_autofree char *destination = place_text (to, kind == LS_TRANSFER_PULL ? NULL : account);

  /* Translators: from one place to another, as in "Docker Hub → This Computer". */
  return g_strdup_printf (C_ ("route", "%1$s → %2$s"), source, destination);
}

/**
 * ls_layer_text:
 * @kind: pull or push
 * @state: how far the layer is
 * @bytes_done: bytes that are there
 * @bytes_total: bytes in all
 * @mounted_from: (nullable): the repository that a mounted layer was taken from
 *
 * Returns: (transfer full): what is happening to a layer, or what happened
 */
char *
ls_layer_text (LsTransferKind kind, LsLayerState state, gint64 bytes_done, gint64 bytes_total,
               const char *mounted_from)
{
  gboolean pull = kind == LS_TRANSFER_PULL;
  g_autofree char *done = NULL;
  g_autofree char *total = NULL;
  g_autofree char *repository = NULL;

  switch (state)
    {
    case LS_LAYER_WAITING:
      return g_strdup (C_ ("layer", "Waiting"));
    case LS_LAYER_MOVING:
      done = ls_format_size ((guint64) MAX (bytes_done, 0));
      total = ls_format_size ((guint64) MAX (bytes_total, 0));
      return pull
                 /* Translators: sizes: "Downloading 3.0 MB of 12.0 MB". */
                 ? g_strdup_printf (C_ ("layer", "Downloading %1$s of %2$s"), done, total)
                 /* Translators: sizes: "Pushing 3.0 MB of 12.0 MB". */
                 : g_strdup_printf (C_ ("layer", "Pushing %1$s of %2$s"), done, total);
    case LS_LAYER_VERIFYING:
      return g_strdup (C_ ("layer", "Verifying"));
    case LS_LAYER_COMPLETE:
      return g_strdup (pull ? C_ ("layer", "Complete") : C_ ("layer", "Pushed"));
    case LS_LAYER_EXISTS:
      return g_strdup (pull ? C_ ("layer", "Already here") : C_ ("layer", "Layer already exists"));
    case LS_LAYER_MOUNTED:
      if (mounted_from == NULL)
        return g_strdup (C_ ("layer", "Mounted from another repository"));
      repository = ls_safe_text (mounted_from, MAX_REPOSITORY_CHARS);
      /* Translators: %s is a repository at the same registry, such as "library/ubuntu". */
      return g_strdup_printf (C_ ("layer", "Mounted from %s"), repository);
    case LS_LAYER_LEFT_OUT:
      return g_strdup (C_ ("layer", "Left out: only its owner may distribute it"));
    case LS_LAYER_FAILED:
    default:
      return g_strdup (C_ ("layer", "Failed"));
    }
}
