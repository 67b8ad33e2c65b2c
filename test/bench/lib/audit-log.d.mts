import type { Client } from 'pg';

export declare const AUDIT_QUERIES: Readonly<Record<string, string>>;
export declare function fillAuditLog(client: Client, records: number): Promise<void>;
