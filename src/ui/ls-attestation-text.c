/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-attestation-text.h"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * ls_attestation_title:
 * @type: the type of an in-toto predicate
 *
 * Returns: (transfer none): what people call it
 */
const char *
ls_attestation_title (const char *type)
{
  if (strstr (type, "slsa.dev/provenance") != NULL)
    return _ ("Provenance: how it was built");
  if (strstr (type, "spdx.dev") != NULL || strstr (type, "cyclonedx.org") != NULL)
    return _ ("Software bill of materials: what it contains");

  return _ ("Attestation");
}
