import { endianness } from 'node:os';
import { formatListenAddress, type UnixAddress, type VsockAddress } from './listen-address.js';
import type { Native } from './native.js';

// struct sockaddr_un: the family, 2 bytes, and the path; struct sockaddr_vm: the family, 2 bytes unused, port, CID, 4 bytes unused.
const UNIX_PATH_AT = 2;
const VSOCK_BYTES = 16;
const isLittle = endianness() === 'LE';

/** The bytes of a sockaddr, as the kernel takes them. */
export function sockaddr(native: Native, address: UnixAddress | VsockAddress): Buffer {
  if (address.family === 'unix') {
    const { path } = address;
    const name = path.startsWith('@') ? Buffer.from(`\0${path.slice(1)}`) : Buffer.from(`${path}\0`);
    return Buffer.concat([family(native.AF_UNIX), name]);
  }
  const bytes = Buffer.alloc(VSOCK_BYTES);
  family(native.AF_VSOCK).copy(bytes);
  const [port, cid] = [address.port, address.cid];
  if (isLittle) bytes.writeUInt32LE(cid, bytes.writeUInt32LE(port, 4));
  else bytes.writeUInt32BE(cid, bytes.writeUInt32BE(port, 4));
  return bytes;
}

/** The text of a sockaddr of these families; undefined where it names nobody, or another family. */
export function textOfSockaddr(native: Native, bytes: Buffer, type: 'stream' | 'datagram'): string | undefined {
  if (bytes.length < 2) return undefined;
  const given = isLittle ? bytes.readUInt16LE(0) : bytes.readUInt16BE(0);
  if (given === native.AF_VSOCK && bytes.length >= 12) {
    const [port, cid] = isLittle ? [bytes.readUInt32LE(4), bytes.readUInt32LE(8)] : [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
    return formatListenAddress({ family: 'vsock', type: 'stream', cid, port });
  }
  if (given !== native.AF_UNIX || bytes.length === UNIX_PATH_AT) return undefined;
  const name = bytes.subarray(UNIX_PATH_AT);
  const path = name[0] === 0 ? `@${printable(name.subarray(1))}` : printable(name.subarray(0, name.includes(0) ? name.indexOf(0) : name.length));
  return path === '' ? undefined : formatListenAddress({ family: 'unix', type, path });
}

function family(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  if (isLittle) bytes.writeUInt16LE(number);
  else bytes.writeUInt16BE(number);
  return bytes;
}

/** A name may hold any bytes: what would break a line of the log is shown as %XX. */
function printable(name: Buffer): string {
  return name.toString('utf8').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (found) => encodeURIComponent(found));
}
