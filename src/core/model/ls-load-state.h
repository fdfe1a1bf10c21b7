/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LsLoadState:
 * @LS_LOAD_STATE_IDLE: nothing was asked for yet
 * @LS_LOAD_STATE_LOADING: the first answer is on its way
 * @LS_LOAD_STATE_READY: there is content
 * @LS_LOAD_STATE_EMPTY: the answer is that there is nothing
 * @LS_LOAD_STATE_FAILED: there is an error instead
 *
 * The states of every page.
 */
typedef enum
{
  LS_LOAD_STATE_IDLE,
  LS_LOAD_STATE_LOADING,
  LS_LOAD_STATE_READY,
  LS_LOAD_STATE_EMPTY,
  LS_LOAD_STATE_FAILED,
} LsLoadState;

#define LS_TYPE_LOAD_STATE (ls_load_state_get_type ())
GType ls_load_state_get_type (void);

G_END_DECLS
