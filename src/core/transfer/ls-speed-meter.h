/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How fast a count of bytes grows: an exponential average over the last
 * seconds, so that the figure is calm and still follows. All zero is a meter
 * that has measured nothing. */

typedef struct
{
  double bytes_per_second;
  gint64 bytes;
  gint64 at; /* microseconds of monotonic time; 0: not started */
} LsSpeedMeter;

void   ls_speed_meter_reset       (LsSpeedMeter       *self);
void   ls_speed_meter_update      (LsSpeedMeter       *self,
                                   gint64              bytes,
                                   gint64              now);
double ls_speed_meter_get         (const LsSpeedMeter *self);
gint64 ls_speed_meter_get_seconds (const LsSpeedMeter *self,
                                   gint64              bytes_left);

G_END_DECLS
