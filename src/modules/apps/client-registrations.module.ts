import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ClientRegistrationsService } from './client-registrations.service';
import { ClientRegistrationsPort } from './contract/client-registrations.port';
import { ClientRegistrationsRepository } from './storage/client-registrations.repository';

/** The module for processes that neither register nor authenticate apps. It exports only registration times. */
@Module({
  imports: [KernelModule],
  providers: [
    ClientRegistrationsRepository,
    { provide: ClientRegistrationsPort, useClass: ClientRegistrationsService },
  ],
  exports: [ClientRegistrationsPort],
})
export class ClientRegistrationsModule {}
