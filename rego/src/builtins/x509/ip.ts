import { Buffer } from 'buffer';
import { isIPv4, isIPv6 } from 'node:net';

const IPV4_BYTES = 4;

/** Formats an address of 4 or 16 bytes as Go's `net.IP` does: RFC 5952 for IPv6. */
export function ipText(bytes: Buffer): string {
  if (bytes.length === IPV4_BYTES) {
    return bytes.join('.');
  }
  const groups = bytes.toString('hex').match(/.{4}/gu) ?? [];
  // A URL's host is formatted by the same rule (longest run of zeros shortened, lowercase, no leading zeros).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Parses an IP address into bytes; undefined for invalid text and for IPv6 with a zone. */
export function parseIp(text: string): Buffer | undefined {
  if (isIPv4(text)) {
    return Buffer.from(text.split('.').map(Number));
  }
  if (!isIPv6(text) || text.includes('%')) {
    return undefined;
  }
  const [front = '', back] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = back === undefined ? head : [...head, ...zeros, ...tail];
  return unmapped(Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex'));
}

/** Converts `::ffff:a.b.c.d` to the IPv4 address. */
function unmapped(bytes: Buffer): Buffer {
  return isMappedIpv4(bytes) ? bytes.subarray(12) : bytes;
}

export function isMappedIpv4(bytes: Buffer): boolean {
  return bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
}

/** Returns whether the mask consists of ones followed by zeros. */
export function isPrefixMask(mask: Buffer): boolean {
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return !bits.includes('01');
}
