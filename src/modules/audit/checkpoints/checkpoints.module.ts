import { type DynamicModule, Module } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { AuditPublicKey } from '../contract/audit-public-key';
import { NoteSigner } from '../contract/note-signer';
import { CheckpointKey } from './checkpoint-key';
import { CheckpointNoteSigner } from './checkpoint-note-signer';
import { CheckpointSigner } from './checkpoint-signer';

const NO_KEY: AuditPublicKey = {
  text: () => {
    throw new AppError('unavailable', 'AUDIT_SIGNING_KEY_FILE is not set, so no checkpoint is signed here.');
  },
};

/** Signs checkpoints, where the key of the installation is: in the control plane. */
@Module({})
export class CheckpointsModule {
  /** @param keyFile PEM file of the key; `null`: nothing is signed. */
  static host(keyFile: string | null): DynamicModule {
    const exported = { module: CheckpointsModule, global: true, exports: [AuditPublicKey, NoteSigner] };
    const key = keyFile === null ? null : CheckpointKey.read(keyFile);
    const signer = { provide: NoteSigner, useValue: new CheckpointNoteSigner(key) };
    if (key === null) return { ...exported, providers: [signer, { provide: AuditPublicKey, useValue: NO_KEY }] };
    const publicKey: AuditPublicKey = { text: () => key.publicText };
    return {
      ...exported,
      providers: [
        { provide: CheckpointKey, useValue: key },
        { provide: AuditPublicKey, useValue: publicKey },
        signer,
        CheckpointSigner,
      ],
    };
  }
}
