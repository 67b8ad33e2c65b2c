import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysPort } from './contract/keys.port';
import { KeysService } from './keys.service';
import { SigningKeyEntity } from './storage/signing-key.entity';
import { SigningKeysRepository } from './storage/signing-keys.repository';

/** The public keys, for every role that checks tokens. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([SigningKeyEntity])],
  providers: [SigningKeysRepository, KeysService, { provide: KeysPort, useExisting: KeysService }],
  exports: [KeysPort, SigningKeysRepository],
})
export class KeysModule {}
