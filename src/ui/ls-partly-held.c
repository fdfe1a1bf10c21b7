/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-partly-held.h"

#include "config.h"
#include "ls-safe-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define MAX_LIST_CHARS 200

#define RESPONSE_CANCEL "cancel"
#define RESPONSE_PULL "pull"
#define RESPONSE_PUSH "push"

static char *
list_platforms (const char *const *platforms)
{
  g_autofree char *list = g_strjoinv (", ", (char **) platforms);

  return ls_safe_text (list, MAX_LIST_CHARS);
}

static char *
get_body (LsImage *image)
{
  g_autofree char *here = list_platforms (ls_image_get_platforms (image));
  g_autofree char *missing = list_platforms (ls_image_get_missing_platforms (image));

  if (*missing == '\0')
    /* Translators: %s is a list of platforms. */
    return g_strdup_printf (_ ("The images for %s are on this computer, but not what belongs to "
                               "them, such as attestations. A registry takes the image under its "
                               "own digest only as a whole."),
                            here);

  /* Translators: the first %s is the list of platforms that are here, the second of those
   * that are not. */
  return g_strdup_printf (_ ("On this computer: %1$s.\nNot here: %2$s.\nA registry takes the image "
                             "under its own digest only as a whole."),
                          here, missing);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsPartlyHeldAnswer answer = LS_PARTLY_HELD_CANCEL;

  if (g_str_equal (response, RESPONSE_PUSH))
    answer = LS_PARTLY_HELD_PUSH;
  else if (g_str_equal (response, RESPONSE_PULL))
    answer = LS_PARTLY_HELD_PULL;

  g_task_return_int (task, answer);
}

/**
 * ls_partly_held_ask_async:
 * @parent: the window that asks
 * @image: an image that is not whole
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Asks what to do. Closing the dialog cancels.
 */
void
ls_partly_held_ask_async (GtkWindow *parent, LsImage *image, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autofree char *body = get_body (image);
  AdwMessageDialog *dialog;
  GTask *task;

  task = g_task_new (parent, NULL, callback, user_data);
  g_task_set_source_tag (task, ls_partly_held_ask_async);

  dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (parent, _ ("Only a Part of This Image Is Here"), body));
  adw_message_dialog_add_responses (dialog, RESPONSE_CANCEL, _ ("_Cancel"), RESPONSE_PULL,
                                    _ ("Pull the _Rest First"), RESPONSE_PUSH,
                                    _ ("_Push What Is Here"), NULL);
  adw_message_dialog_set_response_appearance (dialog, RESPONSE_PUSH, ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, RESPONSE_PUSH);
  adw_message_dialog_set_close_response (dialog, RESPONSE_CANCEL);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);

  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ls_partly_held_ask_finish:
 * @parent: the window that asked
 * @result: what the callback was given
 *
 * Returns: the answer
 */
LsPartlyHeldAnswer
ls_partly_held_ask_finish (GtkWindow *parent, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), LS_PARTLY_HELD_CANCEL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_partly_held_ask_async),
                        LS_PARTLY_HELD_CANCEL);

  return (LsPartlyHeldAnswer) g_task_propagate_int (G_TASK (result), NULL);
}

/**
 * ls_partly_held_get_choice:
 * @image: an image that is not whole
 *
 * Returns: (transfer full): the platforms of @image that are here
 */
LsPlatformChoice *
ls_partly_held_get_choice (LsImage *image)
{
  g_autoptr (GPtrArray) platforms =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_platform_unref);
  const char *const *here = ls_image_get_platforms (image);

  for (guint i = 0; here[i] != NULL; i++)
    {
      LsPlatform *platform = ls_platform_parse (here[i], NULL);

      if (platform != NULL)
        g_ptr_array_add (platforms, platform);
    }

  return platforms->len > 0 ? ls_platform_choice_new_some (platforms)
                            : ls_platform_choice_new_host ();
}
