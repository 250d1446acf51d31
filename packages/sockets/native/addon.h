/* What the files of the addon share. */
#ifndef CORING_SOCKETS_H
#define CORING_SOCKETS_H

#include <node_api.h>
#include <stdint.h>

/* Throws an Error whose code is the name of the errno, such as ECONNREFUSED; returns NULL, for the caller to return. */
napi_value throw_errno(napi_env env, int error);

/* The integer arguments and buffers of a call. A wrong argument leaves a TypeError pending and returns 0. */
int get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
int get_int(napi_env env, napi_value value, int *number);
int get_bytes(napi_env env, napi_value value, void **bytes, size_t *length);

/* System calls on a file descriptor: calls.c */
napi_value call_kind(napi_env env, napi_callback_info info);
napi_value call_open(napi_env env, napi_callback_info info);
napi_value call_bind(napi_env env, napi_callback_info info);
napi_value call_listen(napi_env env, napi_callback_info info);
napi_value call_connect(napi_env env, napi_callback_info info);
napi_value call_name(napi_env env, napi_callback_info info);
napi_value call_receive(napi_env env, napi_callback_info info);
napi_value call_send(napi_env env, napi_callback_info info);
napi_value call_close(napi_env env, napi_callback_info info);

/* Readiness of a file descriptor: watch.c */
napi_value call_watch(napi_env env, napi_callback_info info);
napi_value call_unwatch(napi_env env, napi_callback_info info);

#endif
