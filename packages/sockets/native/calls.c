/* System calls on a file descriptor. Addresses are the bytes of a sockaddr, as the kernel gives and takes them. */
#include "addon.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Longest datagram that is taken whole, in bytes: what is longer is cut here and `cut` says so. */
#define DATAGRAM_BYTES_MAX (1024 * 1024)

static int option(int fd, int name, int *value) {
  socklen_t length = sizeof(*value);
  return getsockopt(fd, SOL_SOCKET, name, value, &length);
}

static void set_int(napi_env env, napi_value object, const char *name, int number) {
  napi_value value;
  napi_create_int32(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static void set_bool(napi_env env, napi_value object, const char *name, int truth) {
  napi_value value;
  napi_get_boolean(env, truth, &value);
  napi_set_named_property(env, object, name, value);
}

static napi_value bytes_of(napi_env env, const void *bytes, size_t length) {
  napi_value buffer;
  return napi_create_buffer_copy(env, length, bytes, NULL, &buffer) == napi_ok ? buffer : NULL;
}

/* kind(fd): {family, type, isListening} */
napi_value call_kind(napi_env env, napi_callback_info info) {
  napi_value values[1], kind;
  int fd, family, type, listening;
  if (!get_arguments(env, info, 1, values) || !get_int(env, values[0], &fd)) return NULL;
  if (option(fd, SO_DOMAIN, &family) != 0 || option(fd, SO_TYPE, &type) != 0) return throw_errno(env, errno);
  /* Not every family knows it. */
  if (option(fd, SO_ACCEPTCONN, &listening) != 0) listening = 0;
  if (napi_create_object(env, &kind) != napi_ok) return NULL;
  set_int(env, kind, "family", family);
  set_int(env, kind, "type", type);
  set_bool(env, kind, "isListening", listening != 0);
  return kind;
}

/* open(family, type): a new socket that never blocks and goes to no child process */
napi_value call_open(napi_env env, napi_callback_info info) {
  napi_value values[2], result;
  int family, type;
  if (!get_arguments(env, info, 2, values) || !get_int(env, values[0], &family) || !get_int(env, values[1], &type)) return NULL;
  int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return throw_errno(env, errno);
  napi_create_int32(env, fd, &result);
  return result;
}

static napi_value with_address(napi_env env, napi_callback_info info, int (*call)(int, const struct sockaddr *, socklen_t)) {
  napi_value values[2];
  int fd;
  void *address;
  size_t length;
  if (!get_arguments(env, info, 2, values) || !get_int(env, values[0], &fd) || !get_bytes(env, values[1], &address, &length)) return NULL;
  if (call(fd, address, (socklen_t)length) != 0) return throw_errno(env, errno);
  return NULL;
}

/* bind(fd, address) */
napi_value call_bind(napi_env env, napi_callback_info info) {
  return with_address(env, info, bind);
}

/* connect(fd, address) */
napi_value call_connect(napi_env env, napi_callback_info info) {
  return with_address(env, info, connect);
}

/* listen(fd, backlog) */
napi_value call_listen(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd, backlog;
  if (!get_arguments(env, info, 2, values) || !get_int(env, values[0], &fd) || !get_int(env, values[1], &backlog)) return NULL;
  if (listen(fd, backlog) != 0) return throw_errno(env, errno);
  return NULL;
}

/* name(fd, ofPeer): the address that the socket is bound to, or that of its other end where ofPeer is not 0 */
napi_value call_name(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd, of_peer;
  struct sockaddr_storage address;
  socklen_t length = sizeof(address);
  if (!get_arguments(env, info, 2, values) || !get_int(env, values[0], &fd) || !get_int(env, values[1], &of_peer)) return NULL;
  int failed = of_peer ? getpeername(fd, (struct sockaddr *)&address, &length) : getsockname(fd, (struct sockaddr *)&address, &length);
  if (failed != 0) return throw_errno(env, errno);
  return bytes_of(env, &address, length < sizeof(address) ? length : sizeof(address));
}

/* receive(fd): the next datagram, {bytes, from, cut}; undefined where none waits. Descriptors that came with it are closed by the kernel. */
napi_value call_receive(napi_env env, napi_callback_info info) {
  napi_value values[1], datagram, buffer;
  int fd;
  void *bytes;
  struct sockaddr_storage from;
  socklen_t length = sizeof(from);
  if (!get_arguments(env, info, 1, values) || !get_int(env, values[0], &fd)) return NULL;
  ssize_t whole;
  do whole = recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
  while (whole < 0 && errno == EINTR);
  if (whole < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? NULL : throw_errno(env, errno);
  size_t room = (size_t)whole < DATAGRAM_BYTES_MAX ? (size_t)whole : DATAGRAM_BYTES_MAX;
  if (napi_create_buffer(env, room, &bytes, &buffer) != napi_ok) return NULL;
  ssize_t received;
  /* Another process may share the socket: what was seen may be gone, and a longer one be next. */
  do received = recvfrom(fd, bytes, room, MSG_TRUNC | MSG_DONTWAIT, (struct sockaddr *)&from, &length);
  while (received < 0 && errno == EINTR);
  if (received < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? NULL : throw_errno(env, errno);
  if (napi_create_object(env, &datagram) != napi_ok) return NULL;
  if ((size_t)received < room) buffer = bytes_of(env, bytes, (size_t)received);
  napi_set_named_property(env, datagram, "bytes", buffer);
  napi_set_named_property(env, datagram, "from", bytes_of(env, &from, length < sizeof(from) ? length : sizeof(from)));
  set_bool(env, datagram, "cut", (size_t)received > room);
  return datagram;
}

/* send(fd, bytes, address): true, or false where the receiver has no room now */
napi_value call_send(napi_env env, napi_callback_info info) {
  napi_value values[3], result;
  int fd;
  void *bytes, *address;
  size_t length, address_length;
  if (!get_arguments(env, info, 3, values) || !get_int(env, values[0], &fd)) return NULL;
  if (!get_bytes(env, values[1], &bytes, &length) || !get_bytes(env, values[2], &address, &address_length)) return NULL;
  ssize_t sent;
  do sent = sendto(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, address, (socklen_t)address_length);
  while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS) return throw_errno(env, errno);
  napi_get_boolean(env, sent >= 0, &result);
  return result;
}

/* close(fd) */
napi_value call_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int fd;
  if (!get_arguments(env, info, 1, values) || !get_int(env, values[0], &fd)) return NULL;
  /* Linux has closed it also where a signal came in between. */
  if (close(fd) != 0 && errno != EINTR) return throw_errno(env, errno);
  return NULL;
}
