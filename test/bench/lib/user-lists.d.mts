import type { Client } from 'pg';

export declare const USER_LISTS: Readonly<Record<string, string>>;
export declare function fillUsers(client: Client, users: number): Promise<void>;
export declare function startsOf(
  ask: (query: string) => Promise<{ readonly nextCursor: string | null }>,
  query: string,
): Promise<readonly string[]>;
