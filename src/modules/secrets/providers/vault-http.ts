import { ProviderFault } from './secret-provider';

/** The size of JSON with an escaped base64 value of 64 KiB and Vault's other members. */
const MAX_ANSWER_BYTES = 512 * 1024;

export interface VaultRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly timeoutMs: number;
}

export interface VaultAnswer {
  readonly status: number;
  /** `null` if the response is not JSON. */
  readonly body: unknown;
}

/**
 * Sends one request to Vault. Does not follow redirects, which would leak the token. Errors: a `ProviderFault`, with the code `unavailable`
 * if Vault does not respond in time, is sealed, is a standby or is overloaded.
 */
export async function askVault({ method, url, headers, body, timeoutMs }: VaultRequest): Promise<VaultAnswer> {
  let status: number;
  let text: string;
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    status = answer.status;
    text = await readText(answer);
  } catch (cause) {
    if (cause instanceof ProviderFault) throw cause;
    throw new ProviderFault('unavailable', 'Vault does not respond.', { cause });
  }
  // 472, 473: standbys; 503: sealed or under maintenance (Vault HTTP API, status codes).
  if (status === 429 || status === 472 || status === 473 || status >= 500 || (status >= 300 && status < 400)) {
    throw new ProviderFault('unavailable', 'Vault is unavailable.', {
      cause: new Error(`Vault returned ${status}.`),
    });
  }
  return { status, body: parsed(text) };
}

async function readText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = answer.body ?? [];
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new ProviderFault('internal', 'The response of Vault is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Drops the parser's message, which quotes a part of the response. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
