import { connect, type Socket } from 'node:net';
import type { Answer } from './http-client';

const LIMIT_MS = 60_000;

/** Opens a connection to the host and port of a URL. */
export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends bytes, which need not be HTTP. Reads until the server closes the connection or pauses after a complete response. */
export async function rawRequest(url: string, bytes: string): Promise<Answer<Record<string, unknown>>> {
  const socket = await openSocket(url);
  // The server can close the connection while this function is still sending. In that case, the response received earlier counts.
  socket.on('error', () => undefined);
  socket.write(bytes);
  const text = await new Promise<string>((resolve) => {
    let received = '';
    const finish = (): void => resolve(received);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8');
      if (isWhole(received)) finish();
    });
    socket.on('close', finish);
    socket.setTimeout(LIMIT_MS, finish);
  });
  socket.destroy();
  return parse(text);
}

function isWhole(text: string): boolean {
  const [head = '', body] = split(text);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length);
}

function split(text: string): string[] {
  const end = text.indexOf('\r\n\r\n');
  return end === -1 ? [text] : [text.slice(0, end), text.slice(end + 4)];
}

function parse(text: string): Answer<Record<string, unknown>> {
  const [head = '', body = ''] = split(text);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim());
  const isJson = headers.get('content-type')?.startsWith('application/json') === true;
  const parsed: Record<string, unknown> = isJson ? JSON.parse(body) : {};
  return { status: Number(statusLine.split(' ')[1]), headers, text: body, body: parsed, requestId: '' };
}
