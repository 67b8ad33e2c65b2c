import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { streamInPeace } from '../../../kernel/http/body/body-deadline';
import { AppError } from '../../../kernel/errors/app-error';
import type { FileContent, FileUpload, WrittenFile } from '../contract/files.port';
import type { FileView } from '../contract/files.types';
import { announcedSize, conditionsOf, contentHeaders, sentDigest } from './file-headers';

/** The number of bytes to read ahead of a client, for a file that consists of several objects. */
const AHEAD_BYTES = 512 * 1024;

/** Sets status and headers of a file response, and returns its bytes, which are sent after the call is recorded. */
export function answerContent(
  request: Request,
  response: Response,
  content: FileContent,
  downloadName: string | null,
): StreamableFile | undefined {
  const { kind, bytes } = content;
  if (kind !== 'whole') response.status(kind === 'part' ? 206 : 304);
  const headers = contentHeaders(content, downloadName);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (bytes === null) return undefined;
  streamInPeace(request, response);
  const stream =
    bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false, highWaterMark: AHEAD_BYTES });
  // Close the stream even if the call fails before the bytes are sent.
  response.once('close', () => stream.destroy());
  return new StreamableFile(stream, { type: headers['Content-Type'] ?? '' });
}

/**
 * Returns the upload in a PUT request, with its body as a stream. Errors: `invalid_request` for a partial PUT, which would replace the
 * complete file (RFC 9110 §14.5); `unsupported_media_type` for an encoded body, because its coding would be lost (§8.4).
 */
export function uploadOf(
  request: Request,
  response: Response,
): Omit<FileUpload, 'action' | 'maxBytes' | 'projectId' | 'reauthorize'> {
  const { 'content-range': range, 'content-encoding': coding = 'identity' } = request.headers;
  if (range !== undefined) {
    throw new AppError('invalid_request', 'Partial PUT is not supported: omit Content-Range, or use tus.');
  }
  if (coding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', 'Files are stored as sent: omit Content-Encoding.');
  }
  streamInPeace(request, response);
  return {
    bytes: request,
    sizeBytes: announcedSize(request),
    contentType: request.headers['content-type'] ?? '',
    sha256: sentDigest(request),
    conditions: conditionsOf(request),
  };
}

/** Sends the response to a write: 201 for a new file, with its tag and location. */
export function answerWritten(response: Response, { file, isNew }: WrittenFile, location: string): FileView {
  response.status(isNew ? 201 : 200);
  response.setHeader('ETag', file.etag);
  response.setHeader(isNew ? 'Location' : 'Content-Location', location);
  return file;
}
