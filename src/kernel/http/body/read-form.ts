import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors/app-error';

const FORM = 'application/x-www-form-urlencoded';
const LIMIT_BYTES = 64 * 1024;

/** The members of a form: the string of each member, or all strings of a repeated member. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

/**
 * Reads a form of at most 64 KiB (URL standard §5.1). Repeated members become arrays, so that callers can reject them (RFC 6749 §3.2
 * forbids them). Errors: `payload_too_large`, or `invalid_request` for a different type or encoding.
 */
export async function readForm(request: IncomingMessage): Promise<Form> {
  const { headers } = request;
  if (!isForm(headers['content-type'])) throw new AppError('invalid_request', `The body must be ${FORM}.`);
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new AppError('invalid_request', 'A form must not be compressed.');
  }
  if (Number(headers['content-length'] ?? 0) > LIMIT_BYTES) throw tooLarge();
  return parse((await readAll(request)).toString('utf8'));
}

function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LIMIT_BYTES) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        request.pause();
        reject(tooLarge());
      }
    });
    request.on('end', () => {
      const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      // A request may stay in memory after its response, and a form can contain secrets.
      chunks.length = 0;
      resolve(whole);
    });
    request.on('error', () => {
      reject(new AppError('invalid_request', 'The body ended before it reached its declared length.'));
    });
  });
}

function parse(text: string): Form {
  // Collects the members in a Map first, because `__proto__` is a member like any other and must not become a prototype.
  const members = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = members.get(name);
    if (known === undefined) members.set(name, value);
    else if (typeof known === 'string') members.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(members);
}

function isForm(type: string | undefined): boolean {
  return type === FORM || type?.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', `A form must have at most ${LIMIT_BYTES} bytes.`);
}
