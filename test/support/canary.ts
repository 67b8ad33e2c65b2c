import type { Installation } from './installation';

/**
 * Asserts that a canary is not in any log line, any of the given strings (such as error bodies), or any row of any table. A canary is a
 * secret or personal data that a test has used. Reads rows in the form that `COPY` writes, as a substitute for a dump. Also finds the
 * canary in encodings that do not hide it: hex, Base64, percent-encoding and JSON.
 */
export async function expectNoCanary(
  installation: Installation,
  canary: string,
  texts: readonly string[] = [],
): Promise<void> {
  const spellings = spellingsOf(canary);
  expect({ logs: found(installation.logs(), spellings) }).toEqual({ logs: [] });
  expect(texts.flatMap((text, index) => found(text, spellings).map((spelling) => ({ index, spelling })))).toEqual([]);
  expect(await tablesWith(installation, spellings)).toEqual([]);
}

/** Returns the names of tables in which a row contains one of the spellings. */
async function tablesWith(installation: Installation, spellings: readonly string[]): Promise<readonly string[]> {
  const tables = await installation.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  if (tables.length < 10) throw new Error('The search finds hardly any tables, so it would prove nothing.');
  const leaking: string[] = [];
  for (const { name } of tables) {
    // A row that is cast to text equals the output of COPY, except for the separators; in both forms, binary columns are in hex.
    const [row] = await installation.query<{ leaks: boolean }>(
      `SELECT EXISTS (SELECT FROM ${name} AS t, unnest($1::text[]) AS s WHERE strpos(lower(t::text), lower(s)) > 0) AS leaks`,
      [spellings],
    );
    if (row?.leaks === true) leaking.push(name);
  }
  return leaking;
}

function found(text: string, spellings: readonly string[]): readonly string[] {
  const lower = text.toLowerCase();
  return spellings.filter((spelling) => lower.includes(spelling.toLowerCase()));
}

function spellingsOf(canary: string): readonly string[] {
  if (canary.length < 8) throw new Error('A canary must be long enough not to occur anywhere by chance.');
  const bytes = Buffer.from(canary);
  const escaped = JSON.stringify(canary).slice(1, -1);
  return [
    ...new Set([
      canary,
      escaped,
      encodeURIComponent(canary),
      bytes.toString('hex'),
      ...base64Of(bytes, 'base64'),
      ...base64Of(bytes, 'base64url'),
    ]),
  ];
}

/**
 * Within a longer text, the bytes can start at each of three offsets in a group. Returns the characters that do not depend on the
 * surrounding text.
 */
function base64Of(bytes: Buffer, encoding: 'base64' | 'base64url'): readonly string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replace(/=+$/, '');
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return whole.slice(start, end);
  });
}
