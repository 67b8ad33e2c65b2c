import { Injectable } from '@nestjs/common';
import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/** Where modules of this process say what becomes of what they keep of an app, for the answer to a deletion. */
@Injectable()
export class AppBelongings extends BelongingRegistry {}
