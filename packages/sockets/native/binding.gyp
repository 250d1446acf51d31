{
  "targets": [
    {
      "target_name": "sockets",
      "sources": ["addon.c", "calls.c", "watch.c"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-Wall", "-Wextra", "-Werror", "-O2"]
    }
  ]
}
