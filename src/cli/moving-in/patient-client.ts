import type { z } from 'zod';
import { pageOf } from '../../kernel/lists/page';
import type { RestClient, RequestOptions } from '../api/rest-client';
import { isPassing, MAX_LOSSES, waitAfter } from '../api/retry';

const PAGE_ITEMS = '500';

/**
 * The REST API for a long run. Repeats a call after a temporary failure, but reports the failure of the first call immediately. Calls that
 * create something need an `Idempotency-Key`.
 */
export class PatientClient {
  private hasBegun = false;

  constructor(private readonly client: RestClient) {}

  async send<T>(schema: z.ZodType<T>, method: string, path: string, sending: RequestOptions = {}): Promise<T> {
    return this.patiently(() => this.client.send(schema, method, path, sending));
  }

  /** Makes a call whose response has no content. */
  async run(method: string, path: string): Promise<void> {
    await this.patiently(async () => {
      await (await this.client.call(method, path)).arrayBuffer();
    });
  }

  /** Calls `each` for every item of a list. */
  async forEach<T>(item: z.ZodType<T>, path: string, each: (item: T) => void): Promise<void> {
    const page = pageOf(item);
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: Record<string, string> = { limit: PAGE_ITEMS, ...(cursor === '' ? {} : { cursor }) };
      const found: z.infer<typeof page> = await this.send(page, 'GET', path, { query });
      found.items.forEach(each);
      cursor = found.nextCursor;
    }
  }

  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    for (let losses = 1; ; losses += 1) {
      try {
        const result = await call();
        this.hasBegun = true;
        return result;
      } catch (error) {
        if (!isPassing(error) || !this.hasBegun || losses > MAX_LOSSES) throw error;
        await waitAfter(losses);
      }
    }
  }
}
