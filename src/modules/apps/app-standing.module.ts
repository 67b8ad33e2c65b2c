import { Module } from '@nestjs/common';
import { AppStandingPort } from './contract/app-standing.port';
import { AppStandingRepository } from './storage/app-standing.repository';

/** What apps may be given, also where no `MASTER_KEY` is. */
@Module({
  providers: [{ provide: AppStandingPort, useClass: AppStandingRepository }],
  exports: [AppStandingPort],
})
export class AppStandingModule {}
