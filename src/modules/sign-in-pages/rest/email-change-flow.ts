import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { hashOf } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { EmailChangesPort } from '../../users/contract/email-changes.port';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { emailChangePage } from './pages/email-change.page';
import { noticePage } from './pages/notice.page';
import { translationsOf } from './text/language';

/** Confirms changes of address. The bearer of a link needs no session: a mailbox is often open in another browser. */
@Injectable()
export class EmailChangeFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly changes: EmailChangesPort,
  ) {}

  /** Returns the page that a link opens. */
  async link(visit: Visit, token: string): Promise<PageAnswer> {
    const change = await this.changes.inspect(token);
    if (change === null) return this.stale(visit);
    const page = emailChangePage({
      language: this.surface.languageOf(visit.request),
      brand: await this.surface.brandOf(change.tenantId),
      from: change.from,
      to: change.to,
      token,
      formToken: this.visits.formToken(visit, 'email-change', hashOf(token)),
    });
    return { status: 200, page };
  }

  /** Takes the step that the link confirms. */
  async confirm(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const token = form.value('token');
    this.visits.assertOwnForm(visit, 'email-change', hashOf(token), form.csrf);
    const stage = await this.changes.confirm(token, visit.origin);
    if (stage === null) return this.stale(visit);
    const language = this.surface.languageOf(visit.request);
    const { emailChange: words, password } = translationsOf(language);
    const [title, line] = stage === 'allow' ? [password.sentTitle, words.allowed] : [words.doneTitle, words.done];
    return { status: 200, page: noticePage({ language, brand: null, title, lines: [line] }) };
  }

  private stale(visit: Visit): PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const { emailChange: words, password } = translationsOf(language);
    return {
      status: 410,
      page: noticePage({ language, brand: null, title: password.staleTitle, lines: [words.stale] }),
    };
  }
}
