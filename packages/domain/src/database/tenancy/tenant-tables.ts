/** Every table with rows of accounts, and the column that names the account. */
export const tenantTables: ReadonlyMap<string, string> = new Map([
  ['accounts', 'id'],
  ['account_domains', 'account_id'],
  ['scim_configurations', 'account_id'],
  ['license_seats', 'account_id'],
  ['scim_tokens', 'account_id'],
  ['service_tokens', 'account_id'],
  ['sso_license_mappings', 'account_id'],
  ['users', 'account_id'],
  ['groups', 'account_id'],
  ['group_members', 'account_id'],
  ['group_permission_sets', 'account_id'],
  ['sso_group_mappings', 'account_id'],
  ['resource_counts', 'account_id'],
  ['invitations', 'account_id'],
  ['audit_events', 'account_id'],
  ['provisioning_events', 'account_id'],
  ['rejected_request_counts', 'account_id'],
  ['page_anchors', 'account_id'],
  ['custom_schemas', 'account_id'],
  ['jobs', 'account_id'],
  ['sso_providers', 'account_id'],
  ['sign_in_bindings', 'account_id'],
  ['sessions', 'account_id'],
  ['sign_in_links', 'account_id'],
  ['consumed_assertions', 'account_id'],
  ['idempotency_keys', 'account_id'],
  ['default_group_cleanups', 'account_id'],
  ['default_group_cleanup_groups', 'account_id'],
  ['default_group_cleanup_members', 'account_id'],
  ['deleted_default_groups', 'account_id'],
  ['dead_letters', 'account_id'],
  ['email_confirmations', 'account_id'],
  ['alert_mails', 'account_id'],
  ['token_expiry_warnings', 'account_id'],
]);

/** Tables of ours that hold nothing of any account. */
export const untenantedTables: ReadonlySet<string> = new Set([
  'kysely_migration',
  'kysely_migration_lock',
  'sealing_keys',
]);

/** Catalogs that describe tables, never their rows: pg_stats, for one, shows values of every account. */
export const describingCatalogs: ReadonlySet<string> = new Set([
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_database',
  'pg_extension',
  'pg_index',
  'pg_namespace',
  'pg_settings',
  'pg_stat_xact_user_tables',
  'pg_type',
]);
