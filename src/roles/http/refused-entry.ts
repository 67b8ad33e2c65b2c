import type { AppError } from '../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../kernel/errors/error-tables';
import { type FrontRequest, setCommonHeaders } from '../../kernel/http/front';
import { sendPage } from '../../kernel/pages/page-answer';
import { errorPage } from '../../modules/sign-in-pages/rest/pages/error.page';
import { chooseLanguage } from '../../modules/sign-in-pages/rest/text/language';

/** Answers a refused request: a page to a browser that is on its way to one, else the surface's error. */
export function answerRefusedEntry(front: FrontRequest, error: AppError): void {
  const { request, response, state } = front;
  if (request.headers.accept?.includes('text/html') !== true) {
    front.fail(error);
    return;
  }
  setCommonHeaders(response, state);
  const language = chooseLanguage([], request.headers['accept-language']);
  const page = errorPage({
    language,
    error: error.code,
    description: error.message,
    requestId: state.requestId,
  });
  sendPage(response, { status: HTTP_STATUS[error.code], headers: error.headers, page });
}
