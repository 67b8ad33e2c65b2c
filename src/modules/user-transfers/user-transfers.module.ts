import { Module } from '@nestjs/common';
import { ports } from '../../kernel/composition/ports';
import { JobsPort } from '../jobs/contract/jobs.port';
import { UserTransfersPort } from './contract/user-transfers.port';
import { UserTransfersService } from './user-transfers.service';

/** Submits user imports and exports. Hosted by the process that hosts the tenants' users. */
@Module({
  imports: [ports(JobsPort)],
  providers: [{ provide: UserTransfersPort, useClass: UserTransfersService }],
  exports: [UserTransfersPort],
})
export class UserTransfersModule {}
