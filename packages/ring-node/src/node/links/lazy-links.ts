import type { LinkOptions, Links } from './links.js';

/** The links of a node, loaded when the first peer comes in or is dialled: a ring of one has none, and they bring a compiler of schemas along. */
export function lazyLinks(options: LinkOptions): Links {
  let loading: Promise<Links> | undefined;
  let loaded: Links | undefined;
  let isClosed = false;
  const waiting: ((links: Links) => void)[] = [];

  /** In the order of the calls, those included that come while it loads. */
  function use(call: (links: Links) => void): void {
    if (loaded !== undefined) return call(loaded);
    waiting.push(call);
    void load();
  }

  function load(): Promise<Links> {
    return (loading ??= import('./create-links.js').then(({ createLinks }) => {
      const links = createLinks(options);
      for (const call of waiting) call(links);
      return (loaded = links);
    }));
  }

  return {
    accept: (socket) => {
      if (loaded === undefined) socket.on('error', () => undefined);
      if (isClosed) socket.destroy();
      else use((links) => links.accept(socket));
    },
    send: (address, message, bytes) => use((links) => links.send(address, message, bytes)),
    fetch: async (address, nodeId, what, signal) => (await load()).fetch(address, nodeId, what, signal),
    follow: async (address, nodeId, what, signal) => (await load()).follow(address, nodeId, what, signal),
    close: async () => {
      isClosed = true;
      await (await loading)?.close();
    },
  };
}
