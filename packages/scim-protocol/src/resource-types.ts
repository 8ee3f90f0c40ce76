import type { SchemaDefinition } from './schemas/attribute.ts';
import { CORE_GROUP_SCHEMA } from './schemas/core-group.ts';
import { coreUserSchema } from './schemas/core-user.ts';
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.ts';
import { LICENSE_TYPES, licenseUserSchema } from './schemas/license-user.ts';

export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly SchemaDefinition[];
  /** Required attributes that the service derives when a POST or PUT leaves them out; a PATCH may not clear them. */
  readonly defaulted: readonly string[];
}

export interface UserResourceOptions {
  /** True where user names must be e-mail addresses: a body without e-mails then gets its own from the user name. */
  readonly emailsRequired: boolean;
  /** The types that an identity provider can assert in the account; all, unless given. Announced, not enforced. */
  readonly licenseTypes?: readonly string[];
}

export function userResourceType(options: UserResourceOptions): ResourceType {
  return {
    name: 'User',
    endpoint: '/Users',
    description: 'User Account',
    schema: coreUserSchema(options),
    extensions: [ENTERPRISE_USER_SCHEMA, licenseUserSchema(options.licenseTypes ?? LICENSE_TYPES)],
    defaulted: ['emails'],
  };
}

export function groupResourceType(): ResourceType {
  return {
    name: 'Group',
    endpoint: '/Groups',
    description: 'Group',
    schema: CORE_GROUP_SCHEMA,
    extensions: [],
    defaulted: [],
  };
}
