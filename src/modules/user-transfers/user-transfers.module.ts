import { Module } from '@nestjs/common';
import { ports } from '../../kernel/composition/ports';
import { JobsPort } from '../jobs/contract/jobs.port';
import { UserTransfersPort } from './contract/user-transfers.port';
import { UserTransfersService } from './user-transfers.service';

/** Hands in imports and exports of users. Beside the people of the tenants. */
@Module({
  imports: [ports(JobsPort)],
  providers: [{ provide: UserTransfersPort, useClass: UserTransfersService }],
  exports: [UserTransfersPort],
})
export class UserTransfersModule {}
