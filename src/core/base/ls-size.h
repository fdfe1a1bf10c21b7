/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Adds numbers of bytes, neither of them negative, that somebody has written into a
 * manifest: at most %G_MAXINT64. */
static inline gint64
ls_size_add (gint64 sum, gint64 size)
{
  return sum > G_MAXINT64 - size ? G_MAXINT64 : sum + size;
}

G_END_DECLS
