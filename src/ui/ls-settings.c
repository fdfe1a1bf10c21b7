/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-settings.h"

/**
 * ls_settings_new:
 *
 * Opens the settings. g_settings_new() would end the program where the schema
 * is not installed, as when it runs from a build directory; then there is
 * nothing to remember, and everything else works.
 *
 * Returns: (transfer full) (nullable): the settings
 */
GSettings *
ls_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, LS_APPLICATION_ID, TRUE);

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
