import { createSocket } from 'node:dgram';

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/** The name server's response for a name: its addresses, a failure, or no response. */
export type NameAnswer = { readonly A?: readonly string[]; readonly AAAA?: readonly string[] } | 'fails' | 'silent';

/** A UDP name server on loopback, for tests. */
export interface NameServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** The names that were queried, in order. Each occurs twice: once for each address family. */
  readonly asked: string[];
  /** Names that exist; can be changed at any time. */
  readonly names: Map<string, NameAnswer>;
  close(): Promise<void>;
}

export async function openNameServer(names: Readonly<Record<string, NameAnswer>>): Promise<NameServer> {
  const known = new Map(Object.entries(names));
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => {
    const { name, type, question } = questionOf(query);
    asked.push(name);
    const answer = known.get(name);
    if (answer === 'silent') return;
    socket.send(answerTo(query, question, type, answer), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${port}`,
    asked,
    names: known,
    close: () =>
      new Promise((resolve) => {
        socket.close(() => resolve());
      }),
  };
}

/** Parses the question section of a query (RFC 1035 §4.1.2). */
function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly question: Buffer } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return {
    name: labels.join('.').toLowerCase(),
    type: query.readUInt16BE(at + 1),
    question: query.subarray(12, at + 5),
  };
}

/** RFC 1035 §4.1.1, §4.1.3: repeats the question, and adds a record for each address. */
function answerTo(query: Buffer, question: Buffer, type: number, answer: NameAnswer | undefined): Buffer {
  const family = TYPES[type];
  const addresses = typeof answer === 'object' && family !== undefined ? (answer[family] ?? []) : [];
  const code = answer === 'fails' ? SERVER_FAILURE : answer === undefined ? NO_SUCH_NAME : 0;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const data = family === 'A' ? address.split('.').map(Number) : bytesOf(address);
    return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]);
  });
  return Buffer.concat([header, question, ...records]);
}

function bytesOf(address: string): readonly number[] {
  const [before = '', after] = address.split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const head = groups(before);
  const tail = groups(after ?? '');
  const middle = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...middle, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
