/* The system calls on sockets that Node lacks. Nothing here is global: each environment (a worker thread is one) has its own. */
#include "addon.h"

#include <sys/socket.h>
#include <uv.h>

napi_value throw_errno(napi_env env, int error) {
  napi_throw_error(env, uv_err_name(-error), uv_strerror(-error));
  return NULL;
}

int get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < count) {
    napi_throw_type_error(env, NULL, "an argument is missing");
    return 0;
  }
  return 1;
}

int get_int(napi_env env, napi_value value, int *number) {
  if (napi_get_value_int32(env, value, number) == napi_ok) return 1;
  napi_throw_type_error(env, NULL, "an argument is no number");
  return 0;
}

int get_bytes(napi_env env, napi_value value, void **bytes, size_t *length) {
  bool is_buffer = false;
  napi_is_buffer(env, value, &is_buffer);
  if (is_buffer && napi_get_buffer_info(env, value, bytes, length) == napi_ok) return 1;
  napi_throw_type_error(env, NULL, "an argument is no buffer");
  return 0;
}

static void set_function(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function) == napi_ok) napi_set_named_property(env, exports, name, function);
}

static void set_number(napi_env env, napi_value exports, const char *name, int number) {
  napi_value value;
  if (napi_create_int32(env, number, &value) == napi_ok) napi_set_named_property(env, exports, name, value);
}

NAPI_MODULE_INIT() {
  set_function(env, exports, "kind", call_kind);
  set_function(env, exports, "open", call_open);
  set_function(env, exports, "bind", call_bind);
  set_function(env, exports, "listen", call_listen);
  set_function(env, exports, "connect", call_connect);
  set_function(env, exports, "name", call_name);
  set_function(env, exports, "receive", call_receive);
  set_function(env, exports, "send", call_send);
  set_function(env, exports, "close", call_close);
  set_function(env, exports, "watch", call_watch);
  set_function(env, exports, "unwatch", call_unwatch);
  set_number(env, exports, "AF_UNIX", AF_UNIX);
  set_number(env, exports, "AF_INET", AF_INET);
  set_number(env, exports, "AF_INET6", AF_INET6);
  set_number(env, exports, "AF_VSOCK", AF_VSOCK);
  set_number(env, exports, "SOCK_STREAM", SOCK_STREAM);
  set_number(env, exports, "SOCK_DGRAM", SOCK_DGRAM);
  return exports;
}
