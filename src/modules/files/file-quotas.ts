import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { EntitlementsPort } from '../entitlements/contract/entitlements.port';
import type { Quota, Usage } from './storage/quota.repository';

/** The entitlement that limits the total bytes of all files of a tenant. */
const ENTITLEMENT = 'files.bytes';
/** Maximum number of a tenant's concurrent uploads, including unfinished resumable uploads: each can keep an object open. */
const MAX_UPLOADS = 1_000;

/** The limits on a tenant's storage. */
@Injectable()
export class FileQuotas {
  constructor(private readonly entitlements: EntitlementsPort) {}

  /** Returns the tenant's quota. Errors: `forbidden` if the plan does not include files; `unavailable` if the plan is unknown. */
  async quotaOf(context: CallContext): Promise<Quota> {
    const { entitled, limit, reason } = await this.entitlements.check(context, requireTenant(context), ENTITLEMENT);
    if (!entitled) throw new AppError('forbidden', `The plan of this tenant does not include files (${reason}).`);
    return { bytes: limit, uploads: MAX_UPLOADS };
  }
}

/** Returns the error for a tenant whose quota does not allow that many more bytes, or another upload. */
export function noRoom({ usedBytes, reservedBytes, uploads }: Usage, bytes: number, quota: Quota): AppError {
  if (uploads >= quota.uploads) {
    const message = `This tenant has ${uploads} unfinished uploads; the limit is ${quota.uploads}. Finish or delete some.`;
    return new AppError('rate_limited', message, { headers: { 'Retry-After': '30' } });
  }
  const has = `${usedBytes} of ${quota.bytes} bytes are used, and ${reservedBytes} are reserved by uploads`;
  return new AppError(
    'payload_too_large',
    `The quota does not allow ${bytes} more bytes: ${has}. Delete files or versions.`,
  );
}
