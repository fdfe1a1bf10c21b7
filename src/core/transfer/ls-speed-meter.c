/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-speed-meter.h"

/* How far back the average looks, and how close two readings may be. */
#define WINDOW_SECONDS 3.0
#define SHORTEST_INTERVAL_SECONDS 0.05

/**
 * ls_speed_meter_reset:
 * @self: a meter
 *
 * Forgets all that was measured.
 */
void
ls_speed_meter_reset (LsSpeedMeter *self)
{
  *self = (LsSpeedMeter){ 0 };
}

/**
 * ls_speed_meter_update:
 * @self: a meter
 * @bytes: how many bytes there are by now; fewer than before start it anew
 * @now: monotonic time, in microseconds
 *
 * Takes a reading.
 */
void
ls_speed_meter_update (LsSpeedMeter *self, gint64 bytes, gint64 now)
{
  double elapsed = (now - self->at) / (double) G_USEC_PER_SEC;
  double weight;

  if (self->at != 0 && bytes >= self->bytes)
    {
      if (elapsed < SHORTEST_INTERVAL_SECONDS)
        return;
      weight = self->bytes_per_second > 0 ? MIN (1.0, elapsed / WINDOW_SECONDS) : 1.0;
      self->bytes_per_second += weight * ((bytes - self->bytes) / elapsed - self->bytes_per_second);
    }

  self->bytes = bytes;
  self->at = now;
}

/**
 * ls_speed_meter_get:
 * @self: a meter
 *
 * Returns: bytes a second
 */
double
ls_speed_meter_get (const LsSpeedMeter *self)
{
  return self->bytes_per_second;
}

/**
 * ls_speed_meter_get_seconds:
 * @self: a meter
 * @bytes_left: how many bytes are to come
 *
 * Returns: in how many seconds they are there at this speed, rounded up; -1
 *   when that is not known or too far away to mean anything
 */
gint64
ls_speed_meter_get_seconds (const LsSpeedMeter *self, gint64 bytes_left)
{
  double seconds;

  if (self->bytes_per_second < 1)
    return -1;

  seconds = bytes_left / self->bytes_per_second;

  return seconds < G_MAXINT32 ? (gint64) seconds + 1 : -1;
}
