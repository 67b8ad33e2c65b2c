import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { EntitlementsAdminPort } from './contract/entitlements-admin.port';
import {
  BUILT_IN_PLANS,
  ENTITLEMENT_KEY,
  type EntitlementView,
  type License,
  MAX_ENTITLEMENT_KEY_CHARS,
  type NewLicense,
  type NewOverride,
  type NewPlan,
  type Override,
  type Plan,
  planName,
  storedEntityTag,
  type TenantEntitlements,
} from './contract/entitlements-admin.types';
import { UNLIMITED } from './contract/entitlements.types';
import type { JudgedEntitlement } from './domain/tenant-license';
import { LicenseCache } from './license-cache';
import { LicensesRepository } from './storage/licenses.repository';
import { PlansRepository } from './storage/plans.repository';

@Injectable()
export class EntitlementsAdminService implements EntitlementsAdminPort {
  constructor(
    private readonly plans: PlansRepository,
    private readonly licenses: LicensesRepository,
    private readonly holder: LicenseCache,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async overview(context: CallContext): Promise<TenantEntitlements> {
    const tenantId = requireTenant(context);
    const [held, license] = await Promise.all([this.holder.get(tenantId), this.licenses.license(tenantId)]);
    if (held === null) throw new AppError('not_found', 'There is no such tenant.');
    const nowMs = this.clock.nowMs();
    const items = held.keys.map((key) => viewOf(held.check(key, nowMs), held.isQuota(key)));
    return { plan: held.planName, licence: license, items };
  }

  async entitlement(context: CallContext, key: string): Promise<EntitlementView> {
    const held = await this.holder.get(requireTenant(context));
    if (held === null) throw new AppError('not_found', 'There is no such tenant.');
    return viewOf(held.check(key, this.clock.nowMs()), held.isQuota(key));
  }

  async listPlans(_context: CallContext, query: PageQuery): Promise<Page<Plan>> {
    const cursors = new ListCursors('plans', null);
    const plans = await this.plans.list(cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(plans, query.limit, ({ name }) => name);
  }

  async getPlan(_context: CallContext, name: string): Promise<Plan> {
    return found(await this.plans.find(name), 'plan');
  }

  async putPlan(context: CallContext, name: string, plan: NewPlan, condition: Condition): Promise<Plan> {
    if (!planName.safeParse(name).success)
      throw badName('name', 'Use lowercase letters, digits, "_" and "-". Start with a letter.');
    const event = this.event({ ...context, tenantId: null }, 'entitlement.plan.put', name, plan);
    return this.afterCatchUp(this.plans.put(name, plan, holding(condition), event));
  }

  async removePlan(context: CallContext, name: string, condition: Condition): Promise<void> {
    if (BUILT_IN_PLANS.has(name)) throw new AppError('conflict', 'This built-in plan can be changed, but not deleted.');
    const event = this.event({ ...context, tenantId: null }, 'entitlement.plan.delete', name, {});
    requireRemoved(await this.afterCatchUp(this.plans.delete(name, holding(condition), event)), 'plan');
  }

  async getLicense(context: CallContext): Promise<License> {
    return found(await this.licenses.license(requireTenant(context)), 'license');
  }

  async putLicense(context: CallContext, license: NewLicense, condition: Condition): Promise<License> {
    requirePlatformAdmin(context);
    const event = this.event(context, 'entitlement.licence.put', '', license);
    return this.afterCatchUp(this.licenses.putLicense(requireTenant(context), license, holding(condition), event));
  }

  async removeLicense(context: CallContext, condition: Condition): Promise<void> {
    requirePlatformAdmin(context);
    const event = this.event(context, 'entitlement.licence.delete', '', {});
    const removed = await this.afterCatchUp(
      this.licenses.removeLicense(requireTenant(context), holding(condition), event),
    );
    requireRemoved(removed, 'license');
  }

  async listOverrides(context: CallContext, query: PageQuery): Promise<Page<Override>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('entitlement overrides', tenantId);
    const overrides = await this.licenses.overrides(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(overrides, query.limit, ({ key }) => key);
  }

  async getOverride(context: CallContext, key: string): Promise<Override> {
    return found(await this.licenses.override(requireTenant(context), key), 'override');
  }

  async putOverride(context: CallContext, key: string, override: NewOverride, condition: Condition): Promise<Override> {
    if (key.length > MAX_ENTITLEMENT_KEY_CHARS || !ENTITLEMENT_KEY.test(key)) {
      throw badName('key', 'Use lowercase letters, digits, "_", "-" and single dots. Start with a letter.');
    }
    requirePlatformAdmin(context);
    const event = this.event(context, 'entitlement.override.put', key, override);
    return this.afterCatchUp(
      this.licenses.putOverride(requireTenant(context), key, override, holding(condition), event),
    );
  }

  async removeOverride(context: CallContext, key: string, condition: Condition): Promise<void> {
    requirePlatformAdmin(context);
    const event = this.event(context, 'entitlement.override.delete', key, {});
    const removed = await this.afterCatchUp(
      this.licenses.removeOverride(requireTenant(context), key, holding(condition), event),
    );
    requireRemoved(removed, 'override');
  }

  /** Returns the written object after this process has received the change. */
  private async afterCatchUp<T>(write: Promise<T>): Promise<T> {
    const result = await write;
    await this.feed.catchUp();
    return result;
  }

  /** Returns the event for a change. Plans and licenses are not secret, and an audit needs their content. */
  private event(context: CallContext, action: string, resourceId: string, metadata: object): StagedEvent {
    const audited = { action, resourceType: 'entitlement', resourceId, metadata: { ...metadata } };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function viewOf(
  { key, entitled, limit, expiresAtMs, source, reason }: JudgedEntitlement,
  isQuota: boolean,
): EntitlementView {
  return {
    key,
    entitled,
    ...(isQuota ? { limit: limit === UNLIMITED ? null : limit } : {}),
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
    source,
    reason,
  };
}

/** Throws unless the caller is a platform administrator, because a tenant's own administrator could grant the tenant anything. */
function requirePlatformAdmin({ isPlatformAdmin }: CallContext): void {
  if (!isPlatformAdmin)
    throw new AppError('forbidden', 'Only platform administrators can change the entitlements of a tenant.');
}

function badName(member: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: `/${member}`, code: 'invalid', message }] });
}

function found<T>(stored: T | null, what: string): T {
  if (stored === null) throw new AppError('not_found', `There is no such ${what}.`);
  return stored;
}

function requireRemoved(removed: boolean, what: string): void {
  if (!removed) throw new AppError('not_found', `There is no such ${what}.`);
}

/**
 * Returns a function that checks a write's condition against the current object (`null` for none) and throws `precondition_failed` if it is
 * not met.
 */
function holding(condition: Condition): (current: Pick<Plan, 'version' | 'createdAt'> | null) => void {
  return (current) => assertCondition(condition, current && storedEntityTag(current));
}
