/** What a link may take: times in milliseconds, sizes in bytes. Each bounds what a stranger or a sick peer can cost. */
export const linkLimits = {
  /** From the TCP connection to the last frame of the handshake. */
  handshakeMs: 5_000,
  /** For the TCP connection alone: more than one retransmission of a lost SYN (RFC 6298: 1 s). */
  connectMs: 2_500,
  /** New tries to dial begin within this time of the first; then what waits is reported unsent. */
  dialForMs: 1_000,
  /** A write that makes no way for so long: the peer does not read, and the link is cut. */
  stallMs: 10_000,
  /**
   * A peer that was sent messages and has said nothing for so long is dialled anew: after a broken network has healed, TCP may wait for
   * minutes before it tries an old connection again (RFC 6298, section 5.5: the pause doubles each time).
   */
  silentMs: 3_000,
  /** The same as stallMs for a sender of bulk bytes: its reader may itself be slowed down by a slow client. */
  bulkStallMs: 60_000,
  /** How long a link that is being closed may take to send what it still has. */
  lingerMs: 800,
  /** How long a bulk link without work is kept by who dialled it. The other side waits twice as long. */
  bulkIdleMs: 30_000,
  /** Unused bulk links kept to one peer. */
  bulkIdleMax: 16,
  /** Accepted links whose handshake is under way. */
  handshakesMax: 256,
  /** Accepted bulk links. */
  bulkServedMax: 1_024,
  /** Frames of a handshake, and requests on a bulk link. */
  smallFrameBytesMax: 16_384,
  /** A message: the rosters and epochs of a few thousand nodes stay below it. */
  messageBytesMax: 8 * 1024 * 1024,
  /** Bulk bytes in one frame. */
  chunkBytesMax: 256 * 1024,
  /** Received chunks of bulk bytes that wait for their reader. */
  bulkBufferChunks: 2,
  /** What waits to be sent to one peer; beyond it messages are reported unsent. */
  queueBytesMax: 4 * 1024 * 1024,
  queueMessagesMax: 10_000,
  /** Messages joined into one write. */
  writeBytesMax: 1024 * 1024,
  /** Nesting of JSON in a message; the deepest that the protocol knows is below 10. */
  jsonDepthMax: 32,
} as const;
export type LinkLimits = { readonly [name in keyof typeof linkLimits]: number };
