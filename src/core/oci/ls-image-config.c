/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-config.h"

#include "ls-json.h"

struct _LsImageConfig
{
  GDateTime *created;
  LsPlatform *platform;
};

/* Builders that want the same bytes each time write no date, the epoch or, in Go,
 * the year 1; the last is what "not set" looks like there. */
static GDateTime *
parse_created (const char *text)
{
  g_autoptr (GDateTime) created = NULL;

  if (text != NULL)
    created = g_date_time_new_from_iso8601 (text, NULL);
  if (created == NULL || g_date_time_get_year (created) <= 1)
    return NULL;

  return g_steal_pointer (&created);
}

/**
 * ls_image_config_parse:
 * @bytes: an image's configuration
 * @error: return location for an error
 *
 * Reads what Longshore shows of an image's configuration (OCI image
 * specification, config.md). What is absent or makes no sense is left out.
 *
 * Returns: (transfer full): what it says, or %NULL with %LS_ERROR_PROTOCOL or %LS_ERROR_TOO_LARGE
 */
LsImageConfig *
ls_image_config_parse (GBytes *bytes, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (bytes, LS_IMAGE_CONFIG_MAX_SIZE, error);
  LsImageConfig *self;

  if (object == NULL)
    return NULL;

  self = g_new0 (LsImageConfig, 1);
  self->created = parse_created (ls_json_get_string (object, "created"));
  self->platform = ls_platform_new (
      ls_json_get_string (object, "os"), ls_json_get_string (object, "architecture"),
      ls_json_get_string (object, "variant"), ls_json_get_string (object, "os.version"));

  return self;
}

/**
 * ls_image_config_free:
 * @config: (transfer full): a configuration
 */
void
ls_image_config_free (LsImageConfig *config)
{
  g_clear_pointer (&config->created, g_date_time_unref);
  g_clear_pointer (&config->platform, ls_platform_unref);
  g_free (config);
}

/**
 * ls_image_config_get_created:
 * @config: a configuration
 *
 * Returns: (nullable) (transfer none): when the image was made, if it says so
 */
GDateTime *
ls_image_config_get_created (const LsImageConfig *config)
{
  return config->created;
}

/**
 * ls_image_config_get_platform:
 * @config: a configuration
 *
 * Returns: (nullable) (transfer none): what the image runs on, if it says so
 */
LsPlatform *
ls_image_config_get_platform (const LsImageConfig *config)
{
  return config->platform;
}
