import { Module } from '@nestjs/common';
import { GrantFactsPort } from './contract/grant-facts.port';
import { GrantFactsRepository } from './storage/grant-facts.repository';

/** What was agreed to, for those who look at access as a whole; for every process with the store. */
@Module({
  providers: [{ provide: GrantFactsPort, useClass: GrantFactsRepository }],
  exports: [GrantFactsPort],
})
export class GrantFactsModule {}
