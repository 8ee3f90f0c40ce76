import { assertInterfaceType } from 'graphql';
import { builder } from '../graphql/builder.ts';
import { registerNodeTypes } from '../graphql/global-ids.ts';
import '../graphql/scalars.ts';
import '../graphql/error-types.ts';
import './account/account.ts';
import './account/retention.ts';
import './account/viewer.ts';
import './domains/domain.ts';
import './domains/domain-mutations.ts';
import './domains/domain-previews.ts';
import './groups/group.ts';
import './groups/group-list.ts';
import './groups/group-mutations.ts';
import './groups/member-mutations.ts';
import './groups/membership.ts';
import './groups/permission-set-mutations.ts';
import './groups/sso-group-mapping.ts';
import './default-groups/cleanup-member.ts';
import './default-groups/cleanup-mutations.ts';
import './default-groups/cleanup.ts';
import './default-groups/default-group.ts';
import './invitations/email-change.ts';
import './invitations/invitation.ts';
import './invitations/invitation-mutations.ts';
import './jobs/dead-letter.ts';
import './jobs/dead-letter-mutations.ts';
import './jobs/job.ts';
import './licenses/account-licenses.ts';
import './licenses/license-mapping-mutations.ts';
import './jobs/job-list.ts';
import './scim/scim-configuration.ts';
import './scim/scim-configuration-update.ts';
import './scim/scim-token.ts';
import './scim/scim-token-mutations.ts';
import './service-tokens/service-token.ts';
import './service-tokens/service-token-mutations.ts';
import './users/user.ts';
import './users/profile.ts';
import './users/user-list.ts';
import './users/user-mutations.ts';
import './users/user-permission-sets.ts';
import './users/user-license-mutations.ts';
import './sessions/session.ts';
import './sessions/user-sign-in.ts';
import './sso/sso-provider.ts';
import './sso/sso-provider-mutations.ts';
import './users/user-memberships.ts';

/** The whole schema; each file adds its part by being imported. */
export const schema = builder.toSchema();

registerNodeTypes(
  schema.getPossibleTypes(assertInterfaceType(schema.getType('Node'))).map(({ name }) => name),
);
