import { Module } from '@nestjs/common';
import { ports } from '../../kernel/composition/ports';
import { JobsPort } from '../jobs/contract/jobs.port';
import { UserTransfersPort } from './contract/user-transfers.port';
import { UserTransfersService } from './user-transfers.service';

/** Submits user imports and exports. Hosted where the users of tenants are. */
@Module({
  imports: [ports(JobsPort)],
  providers: [{ provide: UserTransfersPort, useClass: UserTransfersService }],
  exports: [UserTransfersPort],
})
export class UserTransfersModule {}
