import { Injectable } from '@nestjs/common';
import { Sealer } from '../../../../kernel/sealing/sealer';
import type { TokenAnswer } from '../../contract/oauth.types';
import type { LockedFamily } from '../../storage/refresh-families.repository';

/** The last response of a family, encrypted so that stored data does not reveal any token without `MASTER_KEY`. */
@Injectable()
export class RefreshAnswers {
  constructor(private readonly sealer: Sealer) {}

  /** Encrypts a response. @param spent hash of the token that was exchanged for it. */
  seal(tenantId: string, handle: Buffer, spent: Buffer, answer: TokenAnswer): Buffer {
    return this.sealer.seal(Buffer.from(JSON.stringify(answer)), owner(tenantId, handle, spent));
  }

  /** Returns the previous response, byte for byte. */
  open(tenantId: string, { handle, previousHash, previousAnswer }: LockedFamily): TokenAnswer {
    if (!previousHash || !previousAnswer) throw new Error('This family has no response to repeat.');
    const opened = this.sealer.open(previousAnswer, owner(tenantId, handle, previousHash));
    // The encrypted string was a response. Parsing it with its schema would change the order of its members.
    return JSON.parse(opened.toString('utf8')) as TokenAnswer;
  }
}

function owner(tenantId: string, handle: Buffer, spent: Buffer): string {
  return `oauth/refresh_families/${tenantId}/${handle.toString('hex')}/${spent.toString('hex')}`;
}
