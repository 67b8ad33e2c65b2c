import { Injectable } from '@nestjs/common';
import { requestState } from '../../../kernel/http/request-state';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import type { FailedSignIn } from '../../connections/contract/upstream-sign-in.port';
import type { Visit } from './browser/visit';
import { PageSurface } from './page-surface';
import { upstreamFailurePage } from './pages/upstream-failure.page';

/** Shows why a sign-in through an identity provider failed. */
@Injectable()
export class UpstreamFailures {
  constructor(private readonly surface: PageSurface) {}

  /** Returns the page, with a link back to the sign-in page if the authorization request is known. */
  page(visit: Visit, { reason, code, request }: FailedSignIn): PageAnswer {
    const { requestId } = requestState(visit.request);
    const language = this.surface.languageOf(visit.request);
    const back = request === null ? null : signInPath(request);
    return { status: 400, page: upstreamFailurePage({ language, reason, code, requestId, back }) };
  }
}

/** Returns the path of the sign-in page of an authorization request. */
export function signInPath(request: string): string {
  return `/oauth/sign-in?request=${encodeURIComponent(request)}`;
}
