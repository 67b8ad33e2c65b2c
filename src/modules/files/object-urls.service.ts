import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import type { CallContext } from '../../kernel/context/call-context';
import { Sealer } from '../../kernel/sealing/sealer';
import { Clock } from '../../kernel/time/clock';
import type { ObjectPlace, ObjectUrlsPort } from './contract/object-urls.port';
import { seal, SIGNING_PURPOSE } from './domain/signed-call';
import { signerOf } from './domain/signer';

/** Signs object URLs with the key for file URLs, because the files routes serve them. */
@Injectable()
export class ObjectUrlsService implements ObjectUrlsPort {
  private readonly key: Buffer;

  constructor(
    sealer: Sealer,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {
    this.key = sealer.deriveKey(SIGNING_PURPOSE);
  }

  sign(context: CallContext, { id, name, resource }: ObjectPlace, ttlSeconds: number): string {
    const signature = seal(this.key, {
      v: 2,
      ...signerOf(context, this.clock.nowMs(), ttlSeconds),
      method: 'GET',
      object: id,
      name,
      resource,
    });
    return `${this.installation.publicUrl}/v1/files/signed?signature=${signature}`;
  }
}
