import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThrowawayPostgres } from '@rollcall/embedded-postgres/throwaway';
import { migrate } from '../src/database/migrate.ts';

/**
 * Writes src/database/schema.generated.ts from what the migrations make; with --check it compares instead and exits
 * with 1 when the committed file is stale.
 */
// Columns whose check constraints close their values. PostgreSQL's catalogue has them only as expressions.
const licenseType = "'analyst' | 'developer' | 'it' | 'read_only'";
const closedColumns = {
  'account_domains.check_outcome': "'found' | 'missing' | 'other_value' | 'unreachable' | null",
  'accounts.plan': "'enterprise' | 'enterprise_plus' | 'starter'",
  'accounts.sso_provider_kind': "'custom' | 'entra' | 'okta' | null",
  'audit_events.actor_kind': "'administrator' | 'operator' | 'scim_token' | 'service_token' | 'system'",
  'default_group_cleanup_groups.default_group': "'everyone' | 'member' | 'owner'",
  'default_group_cleanup_members.kept_for':
    "'applies_it' | 'last_account_admin' | 'no_other_group' | 'not_scim_managed' | null",
  'default_group_cleanup_members.origin': "'default' | 'manual' | 'scim' | 'sso_mapping'",
  'default_group_cleanup_members.outcome':
    "'gone' | 'kept' | 'person_gone' | 'removed' | 'restored' | 'returned' | null",
  'default_group_cleanup_members.planned': "'keep' | 'leave'",
  'default_group_cleanups.state': "'applied' | 'cancelled' | 'planned' | 'running' | 'undoing' | 'undone'",
  'deleted_default_groups.default_group': "'everyone' | 'member' | 'owner'",
  'email_confirmations.outcome': "'cancelled' | 'confirmed' | 'replaced' | null",
  'group_members.origin': "'default' | 'manual' | 'scim' | 'sso_mapping'",
  'group_permission_sets.permission_set':
    "'account_admin' | 'account_viewer' | 'billing_admin' | 'member' | 'security_admin'",
  'groups.default_group': "'everyone' | 'member' | 'owner' | null",
  'invitations.outcome': "'accepted' | 'expired' | 'replaced' | 'revoked' | null",
  'ip_rule_lists.provider': "'entra' | 'okta'",
  'ip_rules.effect': "'allow' | 'deny'",
  'ip_rules.source': "'entra' | 'manual' | 'okta'",
  'jobs.state': "'failed' | 'queued' | 'running' | 'succeeded'",
  'license_seats.license_type': licenseType,
  'custom_schemas.resource_type': "'Group' | 'User'",
  'resource_counts.resource': "'group' | 'user'",
  'sealing_keys.purpose': "'cursor' | 'link'",
  'scim_configurations.default_license_type': `Generated<${licenseType}>`,
  'scim_configurations.dialects': "Generated<'lenient' | 'strict'>",
  'scim_configurations.provider_kind': "'custom' | 'entra' | 'okta' | null",
  'scim_configurations.unlicensed_members': "Generated<'hold' | 'reject'>",
  'scim_configurations.user_name_policy': "Generated<'any' | 'email'>",
  'sessions.end_reason':
    "'deactivated' | 'deleted' | 'issuer_changed' | 'revived' | 'revoked' | 'sign_in_forgotten' | 'signed_out' | null",
  'sessions.kind': "'link' | 'sso'",
  'sso_license_mappings.license_type': licenseType,
  'sso_providers.protocol': "'oidc' | 'saml'",
  'users.asserted_license_type': `${licenseType} | null`,
  'users.deleted_by': "'administrator' | 'scim' | null",
  'users.license_source': "'default' | 'manual' | 'scim' | 'sso_mapping' | null",
  'users.license_type': `${licenseType} | null`,
  'users.manual_license_type': `${licenseType} | null`,
  'users.state': "'active' | 'deactivated' | 'deleted' | 'invited'",
};

const committed = new URL('../src/database/schema.generated.ts', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-schema-'));
const server = await startThrowawayPostgres();
try {
  await migrate(server.url);
  const fresh = generate(server.url, join(folder, 'schema.ts'));
  if (!process.argv.includes('--check')) {
    writeFileSync(committed, fresh);
  } else if (readFileSync(committed, 'utf8') !== fresh) {
    console.error('src/database/schema.generated.ts is stale: run `npm run generate` and commit the result.');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

function generate(url: string, file: string): string {
  execFileSync(
    'kysely-codegen',
    [
      '--dialect',
      'postgres',
      '--url',
      url,
      '--out-file',
      file,
      '--exclude-pattern',
      '{public.kysely_*,graphile_worker.*}',
      '--log-level',
      'warn',
      '--overrides',
      JSON.stringify({ columns: closedColumns }),
    ],
    { stdio: 'inherit' },
  );
  return readFileSync(file, 'utf8');
}
