/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-style.h"

#define MIB G_GINT64_CONSTANT (1048576)

/* Limits that servers are known to have, or a little less: 100 MB in front of
 * many, 4 MiB of GitHub's registry for one PATCH, 1 MiB of a proxy that nobody
 * has configured. */
static const gint64 limits[] = { 64 * MIB, 16 * MIB, 4 * MIB, MIB, MIB / 4 };

/* What a PATCH may have where it is refused as out of range, and what to try where
 * nothing is said. */
#define LIMIT_OF_PATCH (4 * MIB)
#define LIMIT_OF_GUESS (16 * MIB)

/* How much may get lost with a request, where it can. */
#define LIMIT_OF_LOSS (16 * MIB)

/* What is cut may be gone on with after a PATCH, at most registries that can do it
 * at all, but not after a PUT; that saves a request where there is little to lose. */
#define MAX_PUT MIB

/* Puts less into one request than the @sent bytes that were too many. */
static gboolean
lower (LsUploadStyle *style, gint64 sent, gint64 at_most)
{
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      if (limits[i] >= sent || (at_most > 0 && limits[i] > at_most)
          || (style->max_body > 0 && limits[i] >= style->max_body))
        continue;

      style->max_body = limits[i];
      return TRUE;
    }

  return FALSE;
}

/**
 * ls_upload_style_uses_put:
 * @style: a style
 * @size: the size of a blob, in bytes
 *
 * Returns: whether the blob goes into one PUT; else into PATCHes
 */
gboolean
ls_upload_style_uses_put (const LsUploadStyle *style, gint64 size)
{
  if (style->method == LS_UPLOAD_BY_PATCH || (style->max_body > 0 && size > style->max_body))
    return FALSE;

  return style->method == LS_UPLOAD_BY_PUT || size <= MAX_PUT;
}

/* The answers of a registry that knows the request and does not want it. */
static gboolean
is_about_method (guint status)
{
  return status == 400 || status == 405 || status == 411 || status == 415 || status == 501;
}

/* Bodies of unknown length are from HTTP/1.1, and some in front of a registry want them
 * to be known. */
static gboolean
is_about_length (guint status)
{
  return status == 411 || status == 501;
}

/**
 * ls_upload_style_adapt:
 * @style: (inout): the style that was used
 * @refusal: what the registry did not take
 *
 * Chooses what to try next where a registry has refused a request with bytes.
 *
 * Returns: whether there is something else to try; %FALSE where the status is not
 *   about the style
 */
gboolean
ls_upload_style_adapt (LsUploadStyle *style, const LsUploadRefusal *refusal)
{
  if (refusal->status == 413 || (refusal->status == 416 && !refusal->is_put))
    {
      if (!lower (style, refusal->sent, refusal->status == 416 ? LIMIT_OF_PATCH : 0))
        return FALSE;
      style->is_guess = FALSE;
      return TRUE;
    }

  if (refusal->is_open && is_about_length (refusal->status))
    {
      style->needs_length = TRUE;
      return TRUE;
    }

  if (style->method != LS_UPLOAD_BY_EITHER || refusal->is_part
      || (!is_about_method (refusal->status) && refusal->status != 416))
    return FALSE;

  style->method = refusal->is_put ? LS_UPLOAD_BY_PATCH : LS_UPLOAD_BY_PUT;

  return TRUE;
}

/**
 * ls_upload_style_guess:
 * @style: (inout): the style that was used
 * @sent: how many bytes were in the request that never gets through
 *
 * Puts less into one request where a server hangs up again and again. A line that
 * is bad does the same, so this is a guess.
 *
 * Returns: whether there is less to try
 */
gboolean
ls_upload_style_guess (LsUploadStyle *style, gint64 sent)
{
  if (!lower (style, sent, LIMIT_OF_GUESS))
    return FALSE;

  style->is_guess = TRUE;

  return TRUE;
}

/**
 * ls_upload_style_split:
 * @style: (inout): the style that was used
 * @lost: how many bytes were in a request that was cut, of which the registry has none
 *
 * Puts so much into one request that no more can get lost with it, where more just was.
 *
 * Returns: whether the style is another one now
 */
gboolean
ls_upload_style_split (LsUploadStyle *style, gint64 lost)
{
  if (lost <= LIMIT_OF_LOSS || (style->max_body > 0 && style->max_body <= LIMIT_OF_LOSS))
    return FALSE;

  style->max_body = LIMIT_OF_LOSS;
  style->is_guess = TRUE;

  return TRUE;
}
