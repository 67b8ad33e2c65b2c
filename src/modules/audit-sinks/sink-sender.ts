import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { isAccepted, postWebhook } from '../../kernel/network/webhook-post';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import type { AuditRecord } from '../audit/contract/audit-query.types';
import { auditSinksConfig, type AuditSinksConfig } from './audit-sinks.config';
import { SinkFile } from './sink-file';
import type { StoredSink } from './storage/audit-sinks.repository';

const MIB = 1024 * 1024;

/** Returns the owner name with which a sink's secret is sealed. */
export function secretOwner(sinkId: string): string {
  return `audit_sinks/${sinkId}`;
}

/** Sends records to the destination of a sink. */
@Injectable()
export class SinkSender {
  constructor(
    private readonly keys: TenantKeys,
    private readonly clock: Clock,
    @InjectConfig(auditSinksConfig) private readonly config: AuditSinksConfig,
  ) {}

  /** Returns the signing secret of a webhook. */
  async secret(tenantId: string, { id, keyId, sealed }: StoredSink): Promise<string> {
    if (keyId === null || sealed === null) throw new Error('The sink has no secret.');
    return (await this.keys.byId(tenantId, keyId)).open(sealed, secretOwner(id)).toString('utf8');
  }

  /** Delivers one record. Throws an error with a message for the tenant when the receiver does not accept the record. */
  async post(url: string, secret: string, record: AuditRecord): Promise<void> {
    const body = JSON.stringify({ type: `audit.${record.action}`, timestamp: record.ts, data: record });
    const receiver = {
      url,
      secrets: [secret],
      contentType: 'application/json',
      mayBePrivate: this.config.AUDIT_SINKS_PRIVATE_ADDRESSES,
    };
    const seconds = Math.floor(this.clock.nowMs() / 1000);
    const answer = await postWebhook(receiver, { id: record.id, seconds, body });
    if (!isAccepted(answer)) throw new Error(`The receiver returned ${answer.status}.`);
  }

  /** Returns the files of a sink. Throws when AUDIT_SINKS_DIR is not set. */
  file(tenantId: string, { id }: StoredSink): SinkFile {
    const folder = this.config.AUDIT_SINKS_DIR;
    if (folder === null) throw new Error('AUDIT_SINKS_DIR is not set.');
    const { AUDIT_SINKS_FILE_MIB: file, AUDIT_SINKS_MAX_FILES: maxFiles, AUDIT_SINKS_MIN_FREE_MIB: free } = this.config;
    const limits = { fileBytes: file * MIB, maxFiles, minFreeBytes: free * MIB };
    return new SinkFile(path.join(folder, tenantId), id, limits);
  }
}
