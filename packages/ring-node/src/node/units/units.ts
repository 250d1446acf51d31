import { version } from '../version.js';
import { echoClientService, echoTimer } from './echo-client.js';
import { nodeService } from './node-service.js';
import type { Setting } from './setting.js';
import { echoSockets, roleSocket, singleSocket } from './sockets.js';

/** A file for systemd. */
export interface Unit {
  readonly name: string;
  readonly text: string;
}

interface Kind {
  /** For people, in one line. */
  readonly about: string;
  /** Undefined where what it starts is not installed. */
  readonly text: (setting: Setting) => string | undefined;
}

/** All units there are, by their name. */
export const kinds: Readonly<Record<string, Kind>> = {
  'coring.service': { about: 'a node, from boot on (--user: from login to logout)', text: (setting) => nodeService(setting, { what: 'Coring node', state: 'coring' }) },
  'coring.socket': { about: 'the same node, from its first connection on: port 54321', text: singleSocket },
  'coring@.service': { about: 'nodes with names, each with a data directory of its own', text: (setting) => nodeService(setting, { what: 'Coring node %i', state: 'coring-%i' }) },
  'coring@.socket': { about: 'echo on TCP, UDP and vsock, port 3000, and on unix sockets', text: echoSockets },
  'coring-http@.socket': { about: 'its web server, for clients: port 54321', text: (setting) => roleSocket(setting, 'http') },
  'coring-ring@.socket': { about: 'its place in the ring: port 4043', text: (setting) => roleSocket(setting, 'ring') },
  'coring-echo-http@.socket': { about: 'echo over HTTP: port 54322', text: (setting) => roleSocket(setting, 'echo-http') },
  'coring-hello@.socket': { about: 'the greeting: port 16273', text: (setting) => roleSocket(setting, 'hello') },
  'coring-codes@.socket': { about: 'unique codes: port 8000', text: (setting) => roleSocket(setting, 'codes') },
  'coring-messages@.socket': { about: 'messages: port 8001', text: (setting) => roleSocket(setting, 'messages') },
  'coring-echo.timer': { about: 'webclient echo, each minute on the minute', text: echoTimer },
  'coring-echo.service': { about: 'webclient echo, once, with a log', text: (setting) => (setting.places.webclient === undefined ? undefined : echoClientService(setting, setting.places.webclient)) },
};

/** The units of these names; undefined in place of those whose program is not installed. */
export function unitsOf(names: readonly string[], setting: Setting): readonly (Unit | undefined)[] {
  return names.map((name) => {
    const text = kinds[name]!.text(setting);
    const edit = `systemctl ${setting.manager === 'user' ? '--user ' : ''}edit ${name.replace('@.', '@NAME.')}`;
    return text === undefined ? undefined : { name, text: `# ${name}, by ring-node ${version}. What is to be otherwise belongs into a file beside it: ${edit}\n${text}` };
  });
}
