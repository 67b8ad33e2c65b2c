import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ClientRegistrationsService } from './client-registrations.service';
import { ClientRegistrationsPort } from './contract/client-registrations.port';
import { ClientRegistrationsRepository } from './storage/client-registrations.repository';

/** All that those processes know of apps that neither register nor authenticate them. */
@Module({
  imports: [KernelModule],
  providers: [
    ClientRegistrationsRepository,
    { provide: ClientRegistrationsPort, useClass: ClientRegistrationsService },
  ],
  exports: [ClientRegistrationsPort],
})
export class ClientRegistrationsModule {}
