import { z } from 'zod';
import {
  auditCheckpoint,
  type AuditCheckpoint,
  consistencyProof,
} from '../../modules/audit/contract/audit-proofs.types';
import { type Checkpoint } from '../../modules/audit/domain/checkpoint';
import { verifyConsistency } from '../../modules/audit/domain/verify-proof';
import { CommandFault } from '../command';

const TIMEOUT_MS = 15_000;
const checkpoints = z.object({ items: z.array(auditCheckpoint) });
const publicKey = z.object({ key: z.string() });

/** A tenant's log, read from the control plane. Errors: `CommandFault` when the control plane cannot be reached or refuses a request. */
export class ControlPlaneLog {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly tenant: string,
  ) {}

  async publicKey(): Promise<string> {
    return publicKey.parse(await this.get('key', {})).key;
  }

  /** Returns the newest checkpoint; `null` while the log has no checkpoint. */
  async newest(): Promise<AuditCheckpoint | null> {
    return checkpoints.parse(await this.get('checkpoints', { limit: '1' })).items[0] ?? null;
  }

  /** Returns whether the log proves that the second checkpoint continues the first. */
  async continues(earlier: Checkpoint, later: Checkpoint): Promise<boolean> {
    if (earlier.size > later.size) return false;
    const sizes = { from: String(earlier.size), to: String(later.size) };
    const { proof } = consistencyProof.parse(await this.get('proof', sizes));
    return verifyConsistency({
      from: earlier.size,
      to: later.size,
      fromRoot: earlier.root,
      toRoot: later.root,
      proof: proof.map((hash) => Buffer.from(hash, 'hex')),
    });
  }

  private async get(what: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    const url = new URL(`api/v1/audit/${what}`, `${this.url.replace(/\/+$/, '')}/`);
    url.search = new URLSearchParams({ ...query, tenant: this.tenant }).toString();
    let answer: Response;
    try {
      answer = await fetch(url, {
        headers: { authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new CommandFault(
        `${this.url} cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (!answer.ok)
      throw new CommandFault(`${url.origin}${url.pathname} returned ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
