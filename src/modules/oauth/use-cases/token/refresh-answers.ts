import { Injectable } from '@nestjs/common';
import { Sealer } from '../../../../kernel/sealing/sealer';
import type { TokenAnswer } from '../../contract/oauth.types';
import type { LockedFamily } from '../../storage/refresh-families.repository';

/** The last answer of a family, sealed: what lies in the store opens to no token without `MASTER_KEY`. */
@Injectable()
export class RefreshAnswers {
  constructor(private readonly sealer: Sealer) {}

  /** @param spent hash of the token that was given for the answer. */
  seal(tenantId: string, handle: Buffer, spent: Buffer, answer: TokenAnswer): Buffer {
    return this.sealer.seal(Buffer.from(JSON.stringify(answer)), owner(tenantId, handle, spent));
  }

  /** The answer that was given, to the letter. */
  open(tenantId: string, { handle, previousHash, previousAnswer }: LockedFamily): TokenAnswer {
    if (!previousHash || !previousAnswer) throw new Error('This family has no answer to repeat.');
    const opened = this.sealer.open(previousAnswer, owner(tenantId, handle, previousHash));
    // The sealed text was an answer. Parsing it by its schema would change the order of its members.
    return JSON.parse(opened.toString('utf8')) as TokenAnswer;
  }
}

function owner(tenantId: string, handle: Buffer, spent: Buffer): string {
  return `oauth/refresh_families/${tenantId}/${handle.toString('hex')}/${spent.toString('hex')}`;
}
