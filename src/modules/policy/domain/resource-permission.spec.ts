import { isResourcePermissionRule, toResourcePermission } from './resource-permission';

describe('a structured decision', () => {
  it('comes only from rules below data.cyberpod.resource_permission', () => {
    expect(isResourcePermissionRule('data.cyberpod.resource_permission.decide')).toBe(true);
    for (const rule of [
      'data.cyberpod.resource_permission',
      'data.cyberpod.resource_permissions.x',
      'data.authz.allow',
    ]) {
      expect(isResourcePermissionRule(rule)).toBe(false);
    }
  });

  it('keeps all fields that the rule returns', () => {
    const value = {
      decision: 'mask',
      reason_code: 'acl_masked',
      reason_detail: 'Salaries are masked.',
      obligations: {
        audit: true,
        mask_field_classes: ['salary'],
        max_rows: 100,
        expires_at: '2027-01-01T00:00:00Z',
        requires_approval_type: 'export_approval',
      },
      safe_http_status: 451,
      decision_id: 'pdec_1',
    };
    expect(toResourcePermission(value)).toEqual({
      decision: 'mask',
      reasonCode: 'acl_masked',
      reasonDetail: 'Salaries are masked.',
      obligations: {
        audit: true,
        maskFieldClasses: ['salary'],
        maxRows: 100,
        expiresAt: '2027-01-01T00:00:00Z',
        requiresApprovalType: 'export_approval',
      },
      safeHttpStatus: 451,
      decisionId: 'pdec_1',
    });
  });

  it.each([
    ['allow', 200],
    ['mask', 200],
    ['deny', 403],
    ['require_approval', 403],
  ])('has defaults: only %s has status %d and no obligations', (decision, safeHttpStatus) => {
    expect(toResourcePermission({ decision })).toEqual({
      decision,
      reasonCode: '',
      reasonDetail: '',
      obligations: null,
      safeHttpStatus,
      decisionId: '',
    });
    expect(toResourcePermission({ decision, obligations: {} })?.obligations).toEqual({
      audit: false,
      maskFieldClasses: [],
      maxRows: 0,
      expiresAt: '',
      requiresApprovalType: '',
    });
  });

  it('can be a boolean', () => {
    expect(toResourcePermission(true)).toMatchObject({ decision: 'allow', safeHttpStatus: 200 });
    expect(toResourcePermission(false)).toMatchObject({ decision: 'deny', reasonCode: 'denied', safeHttpStatus: 403 });
  });

  it.each([
    undefined,
    null,
    'allow',
    {},
    { decision: 'ALLOW' },
    { decision: ['allow'] },
    { decision: 'allow', obligations: { max_rows: -1 } },
    { decision: 'allow', obligations: { max_rows: 1.5 } },
    { decision: 'allow', obligations: { mask_field_classes: 'salary' } },
    { decision: 'allow', safe_http_status: 'ok' },
    { decision: 'allow', reason_code: 7 },
  ])('is null for a value of any other form: %j', (value) => {
    expect(toResourcePermission(value)).toBeNull();
  });
});
