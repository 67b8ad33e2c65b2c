import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isatty } from 'node:tty';
import { ProgressBar } from '../progress-bar';
import { CommandFault, type Terminal } from '../command';
import { visibleLines } from '../visible';
import { faultOf } from './refusal';

/** Where the content of a response goes. */
export interface SaveOptions {
  readonly file: string;
  /** The permissions of the file, also if it exists already; by default those that the system gives new files. */
  readonly mode?: number;
  /** The address of the platform, for error messages. */
  readonly url: string;
  readonly terminal: Terminal;
}

/**
 * Writes the content of a response to standard output as it arrives. At a terminal, shows control characters, which could control the
 * terminal, as text. Errors: `CommandFault` if the response is cut off or is not what its `Repr-Digest` names.
 */
export async function printResponse(response: Response, url: string, terminal: Terminal): Promise<void> {
  // A character can begin in one chunk and end in the next.
  const decoder = new TextDecoder();
  const isScreen = isatty(1);
  for await (const chunk of checked(response, url)) {
    if (!isScreen && terminal.bytes) terminal.bytes(chunk);
    else {
      const text = decoder.decode(chunk, { stream: true });
      terminal.out(isScreen ? visibleLines(text) : text);
    }
  }
}

/**
 * Writes the content of a response to a file, with a progress bar. The file appears only when it is complete. Errors: those of
 * {@link printResponse}, and `CommandFault` if the file cannot be written.
 */
export async function saveResponse(response: Response, { file, mode, url, terminal }: SaveOptions): Promise<void> {
  // A partial download must not look like the complete file.
  const partial = `${file}.partial`;
  const target = await open(partial, 'w', mode).catch((error: unknown) => {
    throw unwritable(partial, error);
  });
  const progress = new ProgressBar('download', terminal, process.stderr.isTTY);
  try {
    // An existing file might be readable by everyone.
    if (mode !== undefined) await target.chmod(mode);
    progress.expect(Number(response.headers.get('content-length') ?? 0));
    await pipeline(counted(checked(response, url), progress, file), target.createWriteStream({ flush: true }));
    await rename(partial, file);
  } catch (error) {
    await target.close();
    await rm(partial, { force: true });
    throw CommandFault.is(error) ? error : unwritable(file, error);
  } finally {
    progress.end();
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  progress: ProgressBar,
  what: string,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    progress.done(chunk.length, what);
  }
}

/** Yields the content, and compares it with `Repr-Digest` (RFC 9530 §3), if the response has one. */
async function* checked({ body, headers }: Response, url: string): AsyncGenerator<Uint8Array> {
  const [, expected] = /(?:^|,)\s*sha-256=:([^:]+):/.exec(headers.get('repr-digest') ?? '') ?? [];
  const sum = createHash('sha256');
  try {
    for await (const chunk of body ?? []) {
      sum.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw new CommandFault(`The response was cut off: ${faultOf(url, error).message}`);
  }
  if (expected !== undefined && sum.digest('base64') !== expected) {
    throw new CommandFault('The content is not what the platform stores: its SHA-256 is different. Try again.');
  }
}

function unwritable(file: string, error: unknown): CommandFault {
  return new CommandFault(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
}
