import { AppError } from '../../../kernel/errors/app-error';
import type { BundleUpload } from '../contract/policy-bundles.port';
import { BUNDLE_LIMITS } from '../contract/policy-bundles.types';
import type { SentBundle } from './unpack-upload';

/**
 * Converts an upload to the form that is sent to threads. Errors: `payload_too_large`; `unprocessable` for data that is nested too deeply
 * to be written as JSON.
 */
export function sentBundle(upload: BundleUpload): SentBundle {
  const sent = portable(upload);
  if (sizeOf(sent) > BUNDLE_LIMITS.maxArchiveBytes) {
    throw new AppError(
      'payload_too_large',
      `A bundle can have at most ${BUNDLE_LIMITS.maxArchiveBytes} bytes as sent.`,
    );
  }
  return sent;
}

function portable(upload: BundleUpload): SentBundle {
  // Copied, because small buffers share memory, and all of that memory would be sent to the other thread.
  if (upload.kind === 'archive') return { kind: 'archive', bytes: new Uint8Array(upload.bytes) };
  if (upload.kind === 'module') return upload;
  try {
    return { kind: 'files', modules: upload.modules, data: JSON.stringify(upload.data) };
  } catch {
    throw new AppError('unprocessable', 'The data is nested too deeply.', {
      fields: [{ pointer: '/data', code: 'data_invalid', message: 'Nested too deeply to be written.' }],
    });
  }
}

function sizeOf(sent: SentBundle): number {
  if (sent.kind === 'archive') return sent.bytes.length;
  if (sent.kind === 'module') return Buffer.byteLength(sent.text);
  return Object.entries(sent.modules).reduce(
    (total, [path, text]) => total + Buffer.byteLength(path) + Buffer.byteLength(text),
    Buffer.byteLength(sent.data),
  );
}
