import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions/conditions';

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];
/** Level 11 makes an OpenAPI document 8% smaller than level 9, and takes more than ten times as long. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** The codings in which content is available compressed (RFC 9110 §8.4.1), the smallest first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A form of a document, ready to send. */
export interface Representation {
  readonly content: Buffer;
  readonly contentType: string;
  /** The coding of `content`; `null` if it is not compressed. */
  readonly encoding: Encoding | null;
  /** A strong entity tag, which differs between the codings of a document (RFC 9110 §8.8.3.3). */
  readonly tag: string;
}

/** Returns the codings that the client accepts, the smallest first. */
export function acceptedEncodings(request: Pick<Request, 'acceptsEncodings'>): readonly Encoding[] {
  return ENCODINGS.filter((encoding) => request.acceptsEncodings(encoding) === encoding);
}

export function representationOf(content: Buffer, contentType: string, encoding: Encoding | null): Representation {
  return { content, contentType, encoding, tag: `"${hash('sha256', content, 'base64url')}"` };
}

/** Returns all representations of a text, the smallest first; the last one is not compressed. Compresses in other threads. */
export async function representationsOf(text: string, contentType: string): Promise<readonly Representation[]> {
  const content = Buffer.from(text);
  const [brotli, gzipped] = await Promise.all([
    toBrotli(content, BROTLI),
    toGzip(content, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  return [
    representationOf(brotli, contentType, 'br'),
    representationOf(gzipped, contentType, 'gzip'),
    representationOf(content, contentType, null),
  ];
}

/** Sends a representation, or 304 without content if the client has it. */
export function send(
  response: Response,
  headers: ConditionHeaders,
  { content, contentType, encoding, tag }: Representation,
): StreamableFile | undefined {
  const body = unlessKnown(response, headers, tag, content);
  response.vary('Accept-Encoding');
  if (encoding !== null) response.setHeader('Content-Encoding', encoding);
  return body === undefined ? undefined : new StreamableFile(body, { type: contentType, length: body.length });
}
