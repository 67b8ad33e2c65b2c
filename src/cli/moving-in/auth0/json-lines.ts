import { readLines } from '../../audit/read-lines';
import { CommandFault } from '../../command';

/** Yields the objects of a file with one JSON object per line, which are not checked yet, with bounded memory. Errors: `CommandFault`. */
export async function* jsonLines(file: string): AsyncGenerator<unknown> {
  let number = 0;
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      number += 1;
      const text = line
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .trim();
      if (text === '') continue;
      yield parsed(file, number, text);
    }
  }
}

function parsed(file: string, number: number, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The message of JSON.parse quotes the text, which can contain a password hash.
  }
  throw new CommandFault(`${file}, line ${number}: expected one JSON object per line (NDJSON), as Auth0 exports it.`);
}
