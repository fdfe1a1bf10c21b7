/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-load-state.h"

GType
ls_load_state_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    {
      static const GEnumValue values[] = {
        { LS_LOAD_STATE_IDLE, "LS_LOAD_STATE_IDLE", "idle" },
        { LS_LOAD_STATE_LOADING, "LS_LOAD_STATE_LOADING", "loading" },
        { LS_LOAD_STATE_READY, "LS_LOAD_STATE_READY", "ready" },
        { LS_LOAD_STATE_EMPTY, "LS_LOAD_STATE_EMPTY", "empty" },
        { LS_LOAD_STATE_FAILED, "LS_LOAD_STATE_FAILED", "failed" },
        { 0, NULL, NULL },
      };

      g_once_init_leave (&type, g_enum_register_static ("LsLoadState", values));
    }

  return type;
}
