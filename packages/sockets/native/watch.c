/* Calls back whenever a file descriptor is readable, for as long as it is watched. Whoever watches it owns it: it is closed with the watch. */
#include "addon.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

typedef struct {
  uv_poll_t poll;
  int fd;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle hook;
  int is_over;
  /* The event loop and the value in JavaScript both know it; the last one frees it. */
  int holders;
} watch_t;

static void let_go(watch_t *watch) {
  if (--watch->holders == 0) free(watch);
}

static void on_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  let_go(data);
}

static void on_closed(uv_handle_t *handle) {
  watch_t *watch = handle->data;
  napi_remove_async_cleanup_hook(watch->hook);
  let_go(watch);
}

static void end_watch(watch_t *watch) {
  if (watch->is_over) return;
  watch->is_over = 1;
  uv_poll_stop(&watch->poll);
  napi_delete_reference(watch->env, watch->callback);
  napi_async_destroy(watch->env, watch->context);
  uv_close((uv_handle_t *)&watch->poll, on_closed);
  close(watch->fd);
}

/* The environment ends: it waits until the hook is removed. */
static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  end_watch(data);
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  watch_t *watch = poll->data;
  napi_env env = watch->env;
  napi_handle_scope scope;
  napi_value callback, global, error;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_get_reference_value(env, watch->callback, &callback);
  napi_get_global(env, &global);
  if (napi_make_callback(env, watch->context, global, callback, 0, NULL, NULL) == napi_pending_exception) {
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

/* watch(fd, callback): what unwatch takes */
napi_value call_watch(napi_env env, napi_callback_info info) {
  napi_value values[2], name, external;
  int fd;
  uv_loop_t *loop;
  if (!get_arguments(env, info, 2, values) || !get_int(env, values[0], &fd)) return NULL;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return NULL;
  watch_t *watch = calloc(1, sizeof(*watch));
  if (watch == NULL) return throw_errno(env, ENOMEM);
  int failed = uv_poll_init(loop, &watch->poll, fd);
  if (failed != 0) {
    free(watch);
    return throw_errno(env, -failed);
  }
  watch->poll.data = watch;
  watch->env = env;
  watch->fd = fd;
  watch->holders = 2;
  napi_create_string_utf8(env, "coring:datagrams", NAPI_AUTO_LENGTH, &name);
  napi_create_reference(env, values[1], 1, &watch->callback);
  napi_async_init(env, NULL, name, &watch->context);
  napi_add_async_cleanup_hook(env, on_environment_end, watch, &watch->hook);
  napi_create_external(env, watch, on_collected, NULL, &external);
  uv_poll_start(&watch->poll, UV_READABLE, on_readable);
  return external;
}

/* unwatch(watch): ends it, and closes the file descriptor */
napi_value call_unwatch(napi_env env, napi_callback_info info) {
  napi_value values[1];
  void *data;
  if (!get_arguments(env, info, 1, values)) return NULL;
  if (napi_get_value_external(env, values[0], &data) != napi_ok) {
    napi_throw_type_error(env, NULL, "this is no watch");
    return NULL;
  }
  end_watch(data);
  return NULL;
}
