/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-fault-matrix.h"

#define RECOVERS LS_FAULT_RECOVERS

const LsFaultRule ls_fault_common_rules[] = {
  /* What is no registry's answer at /v2/ is somebody else's; but some registries
   * forbid or lack it, and serve all the same. */
  { "GET /v2/", LS_FAULT_STATUS, 401, RECOVERS, RECOVERS },
  { "GET /v2/", LS_FAULT_STATUS, 403, RECOVERS, RECOVERS },
  { "GET /v2/", LS_FAULT_STATUS, 404, RECOVERS, RECOVERS },
  { "GET /v2/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },
  { "GET /v2/", LS_FAULT_CORRUPT, 0, RECOVERS, RECOVERS },

  /* A password that was refused is not shown again: that would lock the account. */
  { "GET /token", LS_FAULT_STATUS, 401, LS_ERROR_UNAUTHORIZED, LS_ERROR_UNAUTHORIZED },
  { "GET /token", LS_FAULT_STATUS, 403, LS_ERROR_FORBIDDEN, LS_ERROR_FORBIDDEN },
  { "GET /token", LS_FAULT_CORRUPT, 0, LS_ERROR_PROTOCOL, LS_ERROR_PROTOCOL },

  /* A token that has expired is renewed; one that is new and refused says no. */
  { "", LS_FAULT_STATUS, 401, RECOVERS, LS_ERROR_FORBIDDEN },
  { "", LS_FAULT_STATUS, 403, LS_ERROR_FORBIDDEN, LS_ERROR_FORBIDDEN },
  { "", LS_FAULT_STATUS, 404, LS_ERROR_NOT_FOUND, LS_ERROR_NOT_FOUND },
  { "", LS_FAULT_STATUS, 416, LS_ERROR_FAILED, LS_ERROR_FAILED },
  { "", LS_FAULT_STATUS, 429, RECOVERS, LS_ERROR_RATE_LIMITED },
  { "", LS_FAULT_STATUS, 500, RECOVERS, LS_ERROR_SERVER },
  { "", LS_FAULT_STATUS, 503, RECOVERS, LS_ERROR_SERVER },
  { "", LS_FAULT_RESET, 0, RECOVERS, LS_ERROR_OFFLINE },
  { "", LS_FAULT_CLOSE, 0, RECOVERS, LS_ERROR_OFFLINE },
  { "", LS_FAULT_STALL, 0, RECOVERS, LS_ERROR_TIMED_OUT },
  { "", LS_FAULT_GARBAGE, 0, RECOVERS, LS_ERROR_OFFLINE },
  { NULL },
};
