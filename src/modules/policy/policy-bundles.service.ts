import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AppError } from '../../kernel/errors/app-error';
import type { Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { BundleChecker } from './bundle/bundle-checker';
import { sentBundle } from './bundle/sent-bundle';
import type {
  BundleUpload,
  DryRunQuery,
  DryRunReport,
  PolicyBundlesPort,
  TrialQuery,
  TriedDocuments,
} from './contract/policy-bundles.port';
import type { LoggedDecision, NewPolicyKey, PolicyKey, PolicyVersion } from './contract/policy-bundles.types';
import { PolicyKeysService } from './policy-keys.service';
import { noBundle, PolicyUploadsService } from './policy-uploads.service';
import { PolicyDecisionsRepository } from './storage/policy-decisions.repository';
import { PolicyVersionsRepository } from './storage/policy-versions.repository';

/** The maximum number of logged decisions that a dry run repeats. */
const MAX_COMPARED = 1_000;

@Injectable()
export class PolicyBundlesService implements PolicyBundlesPort {
  constructor(
    private readonly repository: PolicyVersionsRepository,
    private readonly decided: PolicyDecisionsRepository,
    private readonly uploads: PolicyUploadsService,
    private readonly signers: PolicyKeysService,
    private readonly checker: BundleChecker,
    private readonly tenants: TenantNames,
  ) {}

  put(context: CallContext, upload: BundleUpload, condition: Condition, stage: boolean): Promise<PolicyVersion> {
    return this.uploads.put(context, upload, condition, stage);
  }

  remove(context: CallContext, condition: Condition): Promise<void> {
    return this.uploads.remove(context, condition);
  }

  async active(context: CallContext): Promise<{ readonly version: PolicyVersion; readonly archive: Uint8Array }> {
    const found = await this.repository.withArchive(requireTenant(context), null);
    if (!found) throw noBundle();
    return found;
  }

  async versions(context: CallContext, query: PageQuery): Promise<Page<PolicyVersion>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('policy versions', tenantId);
    const versions = await this.repository.page(tenantId, cursors.afterNumber(query.cursor), query.limit + 1);
    return cursors.page(versions, query.limit, ({ version }) => version);
  }

  activate(context: CallContext, version: number, condition: Condition): Promise<PolicyVersion> {
    return this.uploads.activate(context, version, condition);
  }

  rollback(context: CallContext, version: number | null, condition: Condition): Promise<PolicyVersion> {
    return this.uploads.rollback(context, version, condition);
  }

  async dryRun(context: CallContext, { rule, input, draft, compareLast }: DryRunQuery): Promise<DryRunReport> {
    const tenantId = requireTenant(context);
    const text = inputText(input);
    const slug = await this.tenants.slugOf(tenantId);
    if (slug === null) throw new AppError('not_found', 'There is no such tenant.');
    const wanted = Math.min(compareLast, MAX_COMPARED);
    const compare = wanted > 0 ? await this.decided.page(tenantId, null, wanted) : [];
    const { bundle, version } =
      draft !== null && draft.kind !== 'version'
        ? { bundle: sentBundle(draft), version: null }
        : await this.storedBundle(tenantId, draft?.version ?? null);
    const tenant = { id: tenantId, slug };
    const answer = await this.checker.dryRun(bundle, { tenant, rule, input: text, version }, compare);
    const { explanation, ...comparison } = answer;
    return { ...explanation, comparison: compareLast > 0 ? comparison : null };
  }

  async tryDocuments(context: CallContext, { path, draft, inputs }: TrialQuery): Promise<TriedDocuments> {
    const tenantId = requireTenant(context);
    const slug = await this.tenants.slugOf(tenantId);
    if (slug === null) throw new AppError('not_found', 'There is no such tenant.');
    const { bundle } = await this.storedBundle(tenantId, null);
    const tenant = { id: tenantId, slug };
    return this.checker.documents(bundle, { tenant, draft, path, inputs: inputs.map(inputText) });
  }

  async decisions(context: CallContext, query: PageQuery): Promise<Page<LoggedDecision>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('policy decisions', tenantId);
    const decisions = await this.decided.page(tenantId, cursors.after(query.cursor), query.limit + 1);
    return cursors.page(decisions, query.limit, ({ id }) => id);
  }

  keys(context: CallContext): Promise<readonly PolicyKey[]> {
    return this.signers.list(context);
  }

  putKey(context: CallContext, id: string, key: NewPolicyKey): Promise<PolicyKey> {
    return this.signers.put(context, id, key);
  }

  deleteKey(context: CallContext, id: string): Promise<void> {
    return this.signers.remove(context, id);
  }

  /**
   * Returns a stored version, or the active version if `version` is `null`. If there is no active version, only the base policy applies.
   */
  private async storedBundle(
    tenantId: string,
    version: number | null,
  ): Promise<{
    readonly bundle: { readonly kind: 'archive'; readonly bytes: Uint8Array } | null;
    readonly version: number | null;
  }> {
    const found = await this.repository.withArchive(tenantId, version);
    if (!found && version !== null) throw new AppError('not_found', 'There is no such policy version.');
    if (!found) return { bundle: null, version: null };
    return { bundle: { kind: 'archive', bytes: found.archive }, version: found.version.version };
  }
}

/** Returns an input as JSON text, or an empty string if there is no input. */
function inputText(input: unknown): string {
  if (input === undefined) return '';
  try {
    return JSON.stringify(input);
  } catch {
    throw new AppError('invalid_request', 'The input is nested too deeply.', {
      fields: [{ pointer: '/input', code: 'invalid', message: 'Nested too deeply to be written.' }],
    });
  }
}
